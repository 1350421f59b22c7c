// Operations a second over the whole run, faults as bands between the moments they struck and healed.
import { mark, number, say, storyClock } from "/words.js";

const SVG = "http://www.w3.org/2000/svg";
const LINES = ["due", "began", "good", "failed"];
const node = (name, attributes, text) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
};

// Rates between neighbouring points, from sums; `fields` says what a point holds. A rate is of the time from one
// point to the next and drawn in the middle of it; `t_s` is its end, for what is a sum until then.
export function rates(state) {
  const at = Object.fromEntries(state.fields.map((name, index) => [name, index]));
  const points = state.points.filter((one) => one[at.t_s] > -1.5);
  const out = [];
  for (let index = 1; index < points.length; index += 1) {
    const before = points[index - 1], here = points[index], length = here[at.t_s] - before[at.t_s];
    if (length <= 0) continue;
    const row = { t_s: here[at.t_s], middle_s: before[at.t_s] + length / 2, complete: here[at.complete] };
    for (const name of ["due", "began", "good", "failed"]) row[name] = (here[at[name]] - before[at[name]]) / length;
    out.push(row);
  }
  return out;
}

function nice(top) {
  const power = 10 ** Math.floor(Math.log10(Math.max(top, 1)));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= top) || top;
}

function legend(list, words) {
  if (list.childElementCount) return;
  for (const name of LINES) {
    const item = document.createElement("li"), sample = node("svg", { viewBox: "0 0 36 10", "aria-hidden": "true" });
    sample.append(node("path", { class: name, d: "M0 5H36" }));
    item.append(sample, words[name]);
    list.append(item);
  }
}

export function drawChart(where, list, facts, state, told) {
  legend(list, facts.words);
  const rows = rates(state);
  const width = Math.max(280, Math.round(where.clientWidth || 600)), height = width < 500 ? 220 : 280;
  const left = 38, right = 8, top = 24, bottom = 30, end_s = Math.max(facts.duration_s, ...rows.map((row) => row.t_s));
  const highest = nice(Math.max(1, ...facts.due, ...rows.flatMap((row) => [row.began, row.good, row.failed])));
  const x = (t_s) => left + ((width - left - right) * Math.min(Math.max(t_s, 0), end_s)) / end_s;
  const y = (rate) => height - bottom - ((height - top - bottom) * rate) / highest;
  const svg = node("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": facts.words.chart_alt });
  for (const share of [0, 0.5, 1]) {
    svg.append(node("line", { class: "grid", x1: left, x2: width - right, y1: y(share * highest), y2: y(share * highest) }));
    svg.append(node("text", { x: left - 5, y: y(share * highest) + 4, "text-anchor": "end" }, number(share * highest, highest < 4 ? 1 : 0)));
  }
  svg.append(node("text", { x: 2, y: 11 }, facts.words.per_s));
  const marks = width < 500 ? 2 : 4;
  for (let mark = 0; mark <= marks; mark += 1) {
    const t_s = (end_s * mark) / marks, anchor = mark === 0 ? "start" : mark === marks ? "end" : "middle";
    svg.append(node("text", { x: x(t_s), y: height - 10, "text-anchor": anchor }, storyClock(t_s)));
  }
  for (const phase of facts.phases.slice(1)) {
    svg.append(node("line", { class: "edge", x1: x(phase.start_s), x2: x(phase.start_s), y1: top, y2: height - bottom }));
  }
  const now_s = state.t_s === null ? 0 : Math.max(0, state.t_s);
  let tagged = -99, level = 0;
  for (const fault of state.faults.filter((one) => one.struck_s !== null).sort((one, other) => one.struck_s - other.struck_s)) {
    const from = x(fault.struck_s), until = x(fault.healed_s === null ? now_s : fault.healed_s);
    const group = node("g", { class: "fault", "data-id": fault.id });
    group.append(node("title", {}, `${mark(fault)}: ${facts.fault_names[fault.name]}`));
    group.append(node("rect", { class: "force", x: from, y: top, width: Math.max(1, until - from), height: height - top - bottom }));
    group.append(node("line", { class: "strike", x1: from, x2: from, y1: top - 6, y2: height - bottom }));
    if (fault.healed_s !== null) group.append(node("line", { class: "heal", x1: until, x2: until, y1: top, y2: height - bottom }));
    level = from - tagged < 24 ? (level + 1) % 3 : 0;  // ids side by side step down
    group.append(node("text", { class: "tag", x: from + 3, y: top + 3 + 12 * level }, mark(fault)));
    tagged = from;
    svg.append(group);
  }
  const ahead = facts.due.map((rate, index) => ({ t_s: ((index + 0.5) * facts.duration_s) / facts.due.length, rate }));
  const line = (name, points) => {
    if (points.length) svg.append(node("path", { class: name, d: `M${points.map(([px, py]) => `${px.toFixed(1)} ${py.toFixed(1)}`).join("L")}` }));
  };
  line("due", ahead.map((one) => [x(one.t_s), y(one.rate)]));
  for (const name of LINES.slice(1)) line(name, rows.map((row) => [x(row.middle_s), y(row[name])]));
  svg.append(node("line", { class: "axis", x1: left, x2: width - right, y1: y(0), y2: y(0) }));
  where.replaceChildren(svg);
  const peak = Math.max(0, ...rows.map((row) => row.good));
  told.textContent = rows.length
    ? say("chart_words", { peak: number(peak, 1), now: number(state.rates.good, 1),
        good: number(state.demanded - state.failed), failed: number(state.failed) })
    : facts.words.chart_none;
}
