"""A queue of which everything is known, without a clock: so many hands, log-normal services, each in turn.

What it gives are rows and columns of the record, as `gladi capacity` writes them.
"""

import heapq
from collections.abc import Mapping
from typing import Any

import numpy as np

from reports.capacity.judging import Trial, judge
from reports.capacity.limits import Limits
from simulators.calibration.loads import Load, arrivals
from simulators.draws import lognormals, subseed, uniform


class Queue:
    """`hands` / `mean_s` is its capacity, a second."""

    def __init__(self, hands: int, mean_s: float, sigma: float = 0.3) -> None:
        self.hands, self.mean_s, self.sigma = hands, mean_s, sigma

    @property
    def capacity_per_s(self) -> float:
        return self.hands / self.mean_s

    def ended_s(self, due_s: np.ndarray, seed: int) -> np.ndarray:
        """When each is answered, all of them good."""
        luck = uniform(subseed(seed, "service"), np.arange(len(due_s), dtype=np.uint64), 0)
        work_s = lognormals(np.maximum(luck, 1e-12), self.mean_s * np.exp(-(self.sigma**2) / 2), self.sigma)
        free = [0.0] * self.hands
        ended = np.empty(len(due_s))
        for i, (due, work) in enumerate(zip(due_s.tolist(), work_s.tolist(), strict=True)):
            ended[i] = max(due, free[0]) + work
            heapq.heapreplace(free, ended[i])
        return ended

    def trial(
        self,
        number: int,
        rate_per_s: float,
        warm_s: float,
        judged_s: float,
        purpose: str,
        seed: int,
        limits: Limits,
    ) -> Trial:
        """A trial of logins, judged."""
        row, columns = self.offered(number, rate_per_s, warm_s, judged_s, purpose, seed)
        return judge(row, columns, limits)

    def offered(
        self, number: int, rate_per_s: float, warm_s: float, judged_s: float, purpose: str, seed: int
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """The row and the columns of a trial."""
        load = Load("login", {"login": 1.0}, rate_per_s, warm_s + judged_s)
        due_s = np.array([one.due_s for one in arrivals(load, seed)])
        row = {"trial": number, "what": "login", "purpose": purpose, "rate_per_s": rate_per_s,
               "seconds": warm_s + judged_s, "warm_s": warm_s, "late_p99_ms": 1.0,
               "own_share": 0.2, "why": ""}  # fmt: skip
        columns = {"kind": np.full(len(due_s), "login"), "due_s": due_s, "ended_s": self.ended_s(due_s, seed),
                   "became": np.full(len(due_s), "good")}  # fmt: skip
        return row, columns
