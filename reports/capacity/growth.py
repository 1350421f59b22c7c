"""Does the queue grow? Requests that are under way, block by block of a trial, held to a test of trend.

A rate that the system holds leaves the backlog where it is; at one a little too high, a share of every
second's arrivals stays behind, however good the latencies still are.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BLOCKS = 10
CHANCE = 0.1
LEFT_BEHIND = 0.01
"""Share of the arrivals that may stay behind: a trend that is sure but smaller is no growing queue."""


@dataclass(frozen=True, slots=True)
class Growth:
    """`left_behind`: slope of the backlog (requests a second) over the arrivals (a second).

    `chance`: that a backlog without trend would show such an order of blocks, one-sided (Mann 1945, Kendall).
    """

    left_behind: float
    chance: float

    def grows(self, chance: float = CHANCE) -> bool:
        """Sure, and more than a trifle."""
        return self.chance < chance and self.left_behind > LEFT_BEHIND


def growth(due_s: Floats, ended_s: Floats, begin_s: float, end_s: float) -> Growth:
    """Of the requests of a trial, judged from `begin_s` to `end_s`; no trend where nobody comes.

    Neighbouring blocks of a busy queue are alike, so near capacity the chance is flattered; `LEFT_BEHIND` and
    repeated trials stand against that.
    """
    arrivals = float(np.sum((due_s >= begin_s) & (due_s < end_s)))
    if not arrivals:
        return Growth(0.0, 1.0)
    edges = np.linspace(begin_s, end_s, BLOCKS + 1)
    busy = [
        float(np.clip(np.minimum(ended_s, high) - np.maximum(due_s, low), 0.0, None).sum() / (high - low))
        for low, high in itertools.pairwise(edges)
    ]
    block_s = (end_s - begin_s) / BLOCKS
    slopes = [(busy[j] - busy[i]) / ((j - i) * block_s) for i in range(BLOCKS) for j in range(i + 1, BLOCKS)]
    slope = float(np.median(slopes))  # Theil 1950, Sen 1968
    return Growth(slope * (end_s - begin_s) / arrivals, _chance(busy))


def _chance(values: list[float]) -> float:
    n = len(values)
    score = sum((values[j] > values[i]) - (values[j] < values[i]) for i in range(n) for j in range(i + 1, n))
    spread = math.sqrt(n * (n - 1) * (2 * n + 5) / 18.0)
    z = (score - math.copysign(1, score)) / spread if score else 0.0
    return 0.5 * math.erfc(z / math.sqrt(2.0))
