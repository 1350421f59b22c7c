"""Phones that try until they are answered: the smallest model in which a server can fail to come back.

Every phone has one thing to send, first when its TPS is ready (a bell curve that peaks at twice what the
server can do). It waits `timeout_s` for the answer; without one, or refused, it comes again after a pause.
"""

import heapq
from math import pi, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fakeforms.compiled import kernel
from simulators.draws import normal_at, uniform
from simulators.server import KINDS, Pool, Queues, ServerModel, Service
from simulators.server.arrivals import SERVED, arrive

PHONES = 12_000
CAPACITY_S = 13.4
"""A tenth of the first server that showed this (134 pages a second, peak 269)."""

SPREAD_S = PHONES / (2.0 * CAPACITY_S * sqrt(2.0 * pi))
"""Three minutes; the crowd peaks after ten."""

TIMEOUT_S, PAUSE_S, TRIP_S = 30.0, 10.0, 0.1
HANDS = 4
SUBMIT = KINDS.index("submit_page")

_uniform = kernel(uniform)
_normal_at = kernel(normal_at)


class Outcome(NamedTuple):
    """Moments of the answers (infinite: none yet), requests that came, and those the server did work for."""

    answered_s: NDArray[np.float64]
    asked: int
    worked: int

    def complete(self, at_s: float) -> float:
        """Share of the phones that had their answer at a moment."""
        return float(np.mean(self.answered_s <= at_s))


def server(**pool: float) -> ServerModel:
    """Four hands that do CAPACITY_S requests a second, behind this queue."""
    return ServerModel(
        "naive", "test", (Pool("all", HANDS, **pool),),  # type: ignore[arg-type]
        tuple(Service(kind, "all", HANDS / CAPACITY_S, 0.35) for kind in KINDS),
    )  # fmt: skip


def day(model: ServerModel, until_s: float, pause_s: float = PAUSE_S, seed: int = 1) -> Outcome:
    """Play the phones until a moment."""
    first = np.maximum(0.0, 600.0 + SPREAD_S * np.random.default_rng(seed).standard_normal(PHONES))
    queues, answered = Queues.of(model), np.full(PHONES, np.inf)
    asked, worked = _play(queues.whole, queues.figures, first, answered, until_s, pause_s, np.uint64(seed))
    return Outcome(answered, asked, worked)


@kernel
def _play(
    whole: NDArray[np.int64], figures: NDArray[np.float64], first: NDArray[np.float64],
    answered: NDArray[np.float64], until_s: float, pause_s: float, seed: int,
) -> tuple[int, int]:  # fmt: skip
    due = [(first[phone], phone) for phone in range(first.size)]
    heapq.heapify(due)
    asked, worked = 0, 0
    while due and due[0][0] < until_s:
        t, phone = heapq.heappop(due)
        asked += 1
        z = _normal_at(_uniform(seed, np.uint64(phone), np.uint64(2 * asked)))
        jitter = 0.5 + _uniform(seed, np.uint64(phone), np.uint64(2 * asked + 1))
        _, end, what = arrive(whole, figures, SUBMIT, t, 0.0, z, False)
        worked += what == SERVED
        heard = end + TRIP_S
        if what == SERVED and heard - t <= TIMEOUT_S:
            answered[phone] = heard
        else:
            heapq.heappush(due, (min(heard, t + TIMEOUT_S) + pause_s * jitter, phone))
    return asked, worked
