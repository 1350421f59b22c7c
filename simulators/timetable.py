"""When each operator first acts, phase by phase: drawn before the run, independent of how the server fares.

This is the open-model half of the load: the server's mood can delay what people do next, never what they
set out to do. One row a moment; `run_s` is the run clock.
"""

from dataclasses import dataclass
from hashlib import sha256
from math import exp, log
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from scenarios import Activation, Login, Scenario, Timeline, Voting
from simulators.draws import normal_at, uniform
from simulators.mishaps import SHOT_PAGES
from simulators.submission import at_once_with_next


@dataclass(frozen=True, slots=True)
class Timetable:
    """Columns of equal length, sorted by TPS and operator: the intended moments of a run."""

    table: pa.Table

    def moments(self) -> dict[tuple[str, int], dict[str, float]]:
        """Moments by (TPS, operator)."""
        out: dict[tuple[str, int], dict[str, float]] = {}
        columns = (self.table[name].to_pylist() for name in ("tps", "operator", "moment", "run_s"))
        for tps, operator, moment, run_s in zip(*columns, strict=True):
            out.setdefault((tps, operator), {})[moment] = run_s
        return out

    def digest(self) -> str:
        """sha256 over the columns."""
        total = sha256()
        for name in self.table.column_names:
            total.update(repr(self.table[name].to_pylist()).encode())
        return total.hexdigest()

    def write(self, path: Path) -> None:
        """Write as Parquet."""
        pq.write_table(self.table, path, compression="zstd")


def timetable(
    scenario: Scenario, timeline: Timeline, seed: int, tps_codes: list[str], votes: list[int]
) -> Timetable:
    """Draw the moments; `votes` is the number of ballots each TPS counts (longer counts take longer)."""
    columns: dict[str, list[object]] = {"tps": [], "operator": [], "moment": [], "run_s": [], "local": []}
    day = scenario.voting
    captures: dict[str, float] = {}
    together: dict[str, float] = {}
    later: dict[str, list[tuple[str, float]]] = {}
    nights: dict[str, float] = {}
    if day is not None:
        captures = {
            tps: _capture(day, timeline, seed, tps, ballots)
            for tps, ballots in zip(tps_codes, votes, strict=True)
        }
        later = {
            tps: _later(scenario, day, timeline, seed, tps, ballots)
            for tps, ballots in zip(tps_codes, votes, strict=True)
        }
        together = _together(scenario, day, timeline, seed, captures)
        nights = _nights(day, timeline, seed, tps_codes)
        together |= {tps: max(night, together.get(tps, night)) for tps, night in nights.items()}
    for tps in tps_codes:
        for operator in (1, 2):
            own: list[tuple[str, float]] = []
            if scenario.activation is not None:
                own.append(("activation", _activation(scenario.activation, timeline, seed, tps, operator)))
            check = scenario.login
            if check is not None and uniform(seed, int(tps) * 8 + operator, 3) < check.share:
                own.append(("login", _login(check, timeline, seed, tps, operator)))
            if day is not None:
                if operator == 1:
                    own.append(("capture", captures[tps]))
                    if tps in together:
                        own.append(("together", together[tps]))
                else:
                    begun_s = max(captures[tps], nights.get(tps, captures[tps]), *dict(later[tps]).values())
                    own.append(("standby", timeline.after(begun_s, day.second_operator_after)))
                own += [(counted(form), moment_s) for form, moment_s in later[tps]]
            for moment, run_s in own:
                columns["tps"].append(tps)
                columns["operator"].append(operator)
                columns["moment"].append(moment)
                columns["run_s"].append(run_s)
                columns["local"].append(timeline.local(run_s))
    types = {
        "tps": pa.string(), "operator": pa.uint8(), "moment": pa.string(),
        "run_s": pa.float64(), "local": pa.timestamp("ms"),
    }  # fmt: skip
    return Timetable(pa.table({name: pa.array(columns[name], types[name]) for name in columns}))


def _together(
    scenario: Scenario, day: Voting, timeline: Timeline, seed: int, captures: dict[str, float]
) -> dict[str, float]:
    """When neighbours begin to send in the same instant: once both have surely photographed all.

    Sets the captures of a pair to the earlier of the two, and gives both the moment to begin sending.
    Neighbours stand next to each other in the order of codes: TPS of one desa, where the sample has two.
    """
    moments: dict[str, float] = {}
    codes = list(captures)
    for first, second in zip(codes[::2], codes[1::2], strict=False):
        if at_once_with_next(scenario, seed, first):
            captures[first] = captures[second] = min(captures[first], captures[second])
            moment = timeline.after(captures[first], SHOT_PAGES * day.page_median)
            moments[first] = moments[second] = moment
    return moments


def _nights(day: Voting, timeline: Timeline, seed: int, tps_codes: list[str]) -> dict[str, float]:
    """When those begin to send who wait for the night, by TPS."""
    if day.send_after is None:
        return {}
    opening = timeline.run_s(day.phase, day.send_after)
    return {
        tps: timeline.after(opening, day.send_spread * uniform(seed, int(tps) * 8 + 1, 14))
        for tps in tps_codes
        if uniform(seed, int(tps) * 8 + 1, 13) < day.send_after_share
    }


def _activation(plan: Activation, timeline: Timeline, seed: int, tps: str, operator: int) -> float:
    """Most begin within a short spread after the announced hour; the rest over what is left of the window."""
    agent = int(tps) * 8 + operator
    opening = timeline.run_s(plan.phase, plan.at)
    if uniform(seed, agent, 0) < plan.storm_share:
        delay = -log(1.0 - 0.95 * uniform(seed, agent, 1)) / 3.0 * plan.spread
        return timeline.after(opening, delay)
    # Late starters leave the last third of the window free for their own retries.
    room = timeline.phase(plan.phase).run_end_s - opening
    return opening + room * (2.0 / 3.0) * uniform(seed, agent, 1)


def _login(plan: Login, timeline: Timeline, seed: int, tps: str, operator: int) -> float:
    opening = timeline.run_s(plan.phase, plan.at)
    return timeline.after(opening, plan.spread * uniform(seed, int(tps) * 8 + operator, 4))


def _capture(plan: Voting, timeline: Timeline, seed: int, tps: str, ballots: int) -> float:
    """Close of voting, then the count (log-normal, longer with more ballots), then a free hand."""
    agent = int(tps) * 8 + 1
    count = _count_s(plan, seed, tps, ballots)
    wait = plan.capture_wait_median * exp(plan.capture_wait_sigma * normal_at(uniform(seed, agent, 6)))
    return timeline.after(timeline.run_s(plan.phase, plan.close), count + wait)


def _count_s(plan: Voting, seed: int, tps: str, ballots: int) -> float:
    """Human seconds that a TPS takes to count one form.

    The median is for a TPS of mean size (248 voters at 81 % turnout: 200 ballots).
    """
    spread = exp(plan.count_sigma * normal_at(uniform(seed, int(tps) * 8 + 1, 5)))
    return plan.count_median * (0.3 + 0.7 * ballots / 200.0) * spread


def _later(
    scenario: Scenario, plan: Voting, timeline: Timeline, seed: int, tps: str, ballots: int
) -> list[tuple[str, float]]:
    """When the counts of the second and every further form end: one after another, without a pause.

    Every form is taken to have as many ballots as the first, and a TPS to be as quick with each (assumed).
    """
    close_s = timeline.run_s(plan.phase, plan.close)
    return [
        (form, timeline.after(close_s, number * _count_s(plan, seed, tps, ballots)))
        for number, form in enumerate(scenario.scenario.forms[1:], start=2)
    ]


def counted(form: str) -> str:
    """Name of the moment at which the count of a further form has ended."""
    return f"counted-{form}"
