"""Queues of which everything is known, without a clock: kinds of unlike cost in lines of so many hands.

What they give are rows and columns of the record, as `gladi capacity` writes them.
"""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gladi.capacity.measuring import Plan, measure
from reports.capacity.answer import Answer, answer
from reports.capacity.judging import Trial, judge
from reports.capacity.limits import Limits
from reports.capacity.nation import Sent
from simulators.calibration.loads import Load, arrivals
from simulators.draws import lognormals, normal_at, subseed, uniform


@dataclass(frozen=True, slots=True)
class Line:
    """First come, first served by `hands`; who would wait longer than `refuse_s` is refused.

    `leftover`: one hand, which works only while the line of that name, also of one hand, has nothing to do.
    """

    hands: int = 1
    refuse_s: float = float("inf")
    leftover: str = ""


@dataclass(frozen=True)
class Queue:
    """`costs`: of each kind its line and mean service in seconds (log-normal, `sigma`).

    `mood`: standard deviation of the logarithm of a factor on all services that is drawn for each trial, as a
    machine with neighbours has good and bad moments. Lines that are a leftover are told after their own.
    """

    lines: Mapping[str, Line]
    costs: Mapping[str, tuple[str, float]]
    mix: Mapping[str, float]
    sigma: float = 0.3
    mood: float = 0.0
    what: str = field(default="mixed")

    @property
    def capacity_per_s(self) -> float:
        """The highest rate, all kinds together, at which no line grows."""
        work_s = dict.fromkeys(self.lines, 0.0)
        whole = sum(self.mix.values())
        for kind, share in self.mix.items():
            name, mean_s = self.costs[kind]
            work_s[name] += share / whole * mean_s
        own = dict(work_s)
        for name, line in self.lines.items():
            if line.leftover:
                work_s[name] += own[line.leftover]
        return min(self.lines[name].hands / work for name, work in work_s.items() if own[name])

    def offered(
        self, number: int, rate_per_s: float, warm_s: float, judged_s: float, purpose: str, seed: int,
        *, numbered: bool = True,
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:  # fmt: skip
        """The row and the columns of a trial."""
        load = Load(self.what, self.mix, rate_per_s, warm_s + judged_s, numbered=numbered, parts_s=(warm_s,))
        coming = arrivals(load, seed)
        due_s = np.array([one.due_s for one in coming])
        kind = np.array([one.kind for one in coming], dtype=object)
        luck = uniform(subseed(seed, "service"), np.arange(len(due_s), dtype=np.uint64), 0)
        mood = np.exp(self.mood * normal_at(uniform(subseed(seed, "mood"), 0, 0)))
        mean_s = np.array([self.costs[one][1] for one in kind]) * mood * np.exp(-(self.sigma**2) / 2)
        work_s = mean_s * lognormals(np.maximum(luck, 1e-12), 1.0, self.sigma)
        ended_s, good = self._ended(due_s, np.array([self.costs[one][0] for one in kind]), work_s)
        row = {"trial": number, "what": self.what, "purpose": purpose, "rate_per_s": rate_per_s,
               "seconds": warm_s + judged_s, "warm_s": warm_s, "late_p99_ms": 1.0,
               "own_share": 0.2, "why": ""}  # fmt: skip
        columns = {"kind": kind, "due_s": due_s, "ended_s": ended_s,
                   "became": np.where(good, "good", "refused")}  # fmt: skip
        return row, columns

    def trial(
        self, number: int, rate_per_s: float, warm_s: float, judged_s: float, purpose: str, seed: int,
        limits: Limits, *, numbered: bool = True,
    ) -> Trial:  # fmt: skip
        """A trial, judged."""
        row, columns = self.offered(number, rate_per_s, warm_s, judged_s, purpose, seed, numbered=numbered)
        return judge(row, columns, limits)

    def _ended(
        self, due_s: np.ndarray, where: np.ndarray, work_s: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """When each is answered, and whether well."""
        ended_s, good = np.empty(len(due_s)), np.ones(len(due_s), bool)
        for name, line in self.lines.items():
            mine = np.flatnonzero(where == name)
            if line.leftover:
                first = np.flatnonzero(where == line.leftover)
                ended, taken = _in_the_gaps(due_s[mine], work_s[mine], ended_s[first], work_s[first], line)
            else:
                ended, taken = _served(due_s[mine], work_s[mine], line)
            ended_s[mine], good[mine] = ended, taken
        return ended_s, good


def _served(due_s: np.ndarray, work_s: np.ndarray, line: Line) -> tuple[np.ndarray, np.ndarray]:
    free = [0.0] * line.hands
    ended, good = np.empty(len(due_s)), np.ones(len(due_s), bool)
    for i, (due, work) in enumerate(zip(due_s.tolist(), work_s.tolist(), strict=True)):
        if free[0] - due > line.refuse_s:
            ended[i], good[i] = due, False
            continue
        ended[i] = max(due, free[0]) + work
        heapq.heapreplace(free, ended[i])
    return ended, good


def _in_the_gaps(
    due_s: np.ndarray, work_s: np.ndarray, first_ended_s: np.ndarray, first_work_s: np.ndarray, line: Line
) -> tuple[np.ndarray, np.ndarray]:
    """One hand that has two lines, the first always before this one, even in the middle of its work.

    On a clock that stands still while the first line is served this is a line like any other.
    """
    moments = np.concatenate([[0.0], np.column_stack([first_ended_s - first_work_s, first_ended_s]).ravel()])
    free_s = np.concatenate([[0.0], np.diff(moments)])
    free_s[2::2] = 0.0
    clock = np.cumsum(free_s)
    end, far = float(moments[-1]), 1e6

    def to_clock(at: np.ndarray) -> np.ndarray:
        return np.interp(at, [*moments, end + far], [*clock, clock[-1] + far])

    rising = np.concatenate([[0.0], clock[1::2]])  # where the first line begins, on this clock
    ended, good = _served(to_clock(due_s), work_s, line)
    # An end on the clock is as late in real time as all work of the first line that began before it.
    before = np.concatenate([[0.0], np.cumsum(first_work_s)])
    return ended + before[np.searchsorted(rising[1:], ended, "left")], good


def alone(hands: int, mean_s: float, sigma: float = 0.3) -> Queue:
    """Logins and nothing else: `hands` / `mean_s` is the capacity."""
    return Queue({"": Line(hands)}, {"login": ("", mean_s)}, {"login": 1.0}, sigma, what="login")


class Clockless:
    """Where `gladi.capacity.measuring` makes its trials when it measures a queue; time is only counted."""

    left = 10**9
    pause_s = 1.2

    def __init__(
        self, queue: Queue, seed: int, step_s: float, limits: Limits, *, numbered: bool = True
    ) -> None:
        self.warm_s = step_s / 4
        self.trials: list[Trial] = []
        self._told = (queue, seed, limits, numbered)
        self._at_s = 0.0

    def now_s(self) -> float:
        """Seconds since the beginning."""
        return self._at_s

    def took_s(self, judged_s: float) -> float:
        """Of a trial and what belongs to it."""
        return self.warm_s + judged_s + self.pause_s

    def trial(
        self, what: str, mix: Mapping[str, float], rate_per_s: float, judged_s: float, purpose: str
    ) -> Trial:
        """One trial of the queue, each with a seed of its own."""
        queue, seed, limits, numbered = self._told
        number = len(self.trials)
        self._at_s += self.took_s(judged_s)
        luck = 1_000_003 * seed + number
        self.trials.append(
            queue.trial(number, rate_per_s, self.warm_s, judged_s, purpose, luck, limits, numbered=numbered)
        )
        return self.trials[-1]

    def clients(self, what: str, mix: Mapping[str, float], clients: int, seconds: float) -> float:
        """A closed step; it only says where the search begins: clients get more than the queue sustains."""
        self._at_s += seconds
        return 1.3 * self._told[0].capacity_per_s


def measured(
    queue: Queue, seed: int, minutes: float, limits: Limits, *, step_s: float = 6.0, numbered: bool = True
) -> Answer:
    """The whole method but the clock."""
    bench = Clockless(queue, seed, step_s, limits, numbered=numbered)
    plan = Plan(queue.what, queue.mix, 60.0 * minutes, 0.75 * step_s, 0.10, float("inf"), bench.now_s)
    ended = measure(bench, plan, lambda done: None)
    return answer(queue.what, bench.trials, [], ended, queue.mix, Sent(), bench.now_s())
