// k6 as load_speed.py (JOB=closed) and load_on_time.py (JOB=open) start it.
import exec from 'k6/execution';
import http from 'k6/http';

const body = open(__ENV.BODY, 'b');
const headers = JSON.parse(__ENV.HEADERS);
const byTimetable = __ENV.JOB === 'open';

const arrivals = {
  executor: 'constant-arrival-rate',
  rate: Number(__ENV.RATE),
  timeUnit: '1s',
  duration: `${__ENV.SECONDS}s`,
  preAllocatedVUs: Number(__ENV.VUS),
  maxVUs: Number(__ENV.VUS),
  gracefulStop: '30s',
};

export const options = byTimetable ? { scenarios: { arrivals } } : {};
options.summaryTrendStats = ['p(50)', 'p(99)', 'max'];

export default function () {
  if (byTimetable && exec.scenario.iterationInTest === 0) {
    console.error(`began at ${exec.scenario.startTime}`);
  }
  http.post(__ENV.URL, body, { headers });
}
