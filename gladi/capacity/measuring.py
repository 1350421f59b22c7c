"""One kind of load measured: the law by clients, the knee by search, long looks, the first rate again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from gladi.capacity.search import LONG_TIMES, Done, confirmed, confirming, following
from gladi.capacity.trying import RAN_OUT
from reports.capacity.counting import AGAIN, CONFIRM, RAMP
from reports.capacity.judging import Trial

CLIENTS = (1, 2, 4, 8, 16, 32)
_CLIENT_S = 1.0
_CLIENTS_SHARE = 0.15
"""Of the time, at most, for the closed steps."""
_START = 0.6
"""Of the best closed throughput: where the ramp begins."""
_START_BLIND = 1.0
_CONFIRMS_SURE = 2
"""Long trials for which time is kept; so many are made even when it is over."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured: the load, until when (by `now_s`), how long a trial is judged, how exactly."""

    what: str
    mix: Mapping[str, float]
    deadline_s: float
    judged_s: float
    precision: float
    ceiling_per_s: float
    now_s: Callable[[], float] = monotonic


class Tried(Protocol):
    """Where trials are made: `gladi.capacity.trying.Bench`, or a queue without a clock."""

    @property
    def warm_s(self) -> float:
        """Begin of the judged part."""
        ...

    @property
    def left(self) -> int:
        """Pages not sent yet."""
        ...

    def trial(
        self, what: str, mix: Mapping[str, float], rate_per_s: float, judged_s: float, purpose: str
    ) -> Trial:
        """One trial, judged."""
        ...

    def clients(self, what: str, mix: Mapping[str, float], clients: int, seconds: float) -> float:
        """A closed step; good answers a second."""
        ...

    def took_s(self, judged_s: float) -> float:
        """About how long a trial takes with all that belongs to it."""
        ...


class _Search:
    """The trials of one kind of load so far, and what may still be tried."""

    def __init__(
        self, bench: Tried, plan: Plan, start_per_s: float, advance: Callable[[float], None]
    ) -> None:
        self._bench = bench
        self._plan = plan
        self._start_per_s = start_per_s
        self._advance = advance
        self._begin_s = plan.now_s()
        self._longs = 0
        self.trials: list[Trial] = []

    def searched(self, confirms: int) -> str:
        """Until the knee is known well enough or nothing more can be tried; returns why it ended.

        Time is kept for so many long trials and for the first rate once more.
        """
        plan, bench = self._plan, self._bench
        kept_s = confirms * bench.took_s(LONG_TIMES * plan.judged_s) + bench.took_s(plan.judged_s)
        while True:
            step = following(self.trials, self._start_per_s, plan.ceiling_per_s, plan.precision)
            if isinstance(step, Done):
                return step.why
            judged_s = step.times * plan.judged_s
            if self.trials and self._over(bench.took_s(judged_s) + kept_s):
                return "budget"
            if not self._pages(step.rate_per_s, judged_s + LONG_TIMES * plan.judged_s + bench.warm_s):
                return "pages"
            if self._tried(step.rate_per_s, judged_s, step.purpose).invalid == RAN_OUT:
                return "pages"

    def confirmed(self) -> None:
        """Long trials, until one is held near the knee or the time is over; two are had in any case."""
        judged_s = LONG_TIMES * self._plan.judged_s
        took_s = self._bench.took_s(judged_s) + self._bench.took_s(self._plan.judged_s)
        while not confirmed(self.trials) and (self._longs < _CONFIRMS_SURE or not self._over(took_s)):
            rate_per_s = confirming(self.trials, self._plan.ceiling_per_s, self._longs)
            if rate_per_s is None or not self._pages(rate_per_s, judged_s):
                return
            done = self._tried(rate_per_s, judged_s, CONFIRM)
            self._longs += done.held is not None or self._over(took_s)  # an invalid one is tried again

    def once_more(self) -> None:
        """The first rate that said something."""
        first = next((one for one in self.trials if one.purpose == RAMP and one.held is not None), None)
        if first is not None and self._pages(first.rate_per_s, self._plan.judged_s):
            self._tried(first.rate_per_s, self._plan.judged_s, AGAIN)

    def _tried(self, rate_per_s: float, judged_s: float, purpose: str) -> Trial:
        done = self._bench.trial(self._plan.what, self._plan.mix, rate_per_s, judged_s, purpose)
        self.trials.append(done)
        self._advance((self._plan.now_s() - self._begin_s) / max(1.0, self._plan.deadline_s - self._begin_s))
        return done

    def _over(self, more_s: float) -> bool:
        return self._plan.now_s() + more_s > self._plan.deadline_s

    def _pages(self, rate_per_s: float, judged_s: float) -> bool:
        return enough(self._bench, self._plan, rate_per_s, judged_s)


def measure(bench: Tried, plan: Plan, advance: Callable[[float], None]) -> str:
    """Everything into the record; returns why it ended: precision, budget, pages, generator, ceiling, ..."""
    best = _clients(bench, plan)
    search = _Search(bench, plan, _START * best if best else _START_BLIND, advance)
    search.searched(_CONFIRMS_SURE)
    search.confirmed()
    ended = search.searched(0)  # with what time is left
    search.confirmed()
    search.once_more()
    return ended


def enough(bench: Tried, plan: Plan, rate_per_s: float, judged_s: float) -> bool:
    """Whether there are pages enough left to send."""
    share = plan.mix.get("submit_page", 0.0) / sum(plan.mix.values())
    return rate_per_s * share * (bench.warm_s + judged_s) * 1.1 <= bench.left or not share


def _clients(bench: Tried, plan: Plan) -> float:
    """Upwards and downwards once; the best throughput seen."""
    seconds = min(_CLIENT_S, _CLIENTS_SHARE * (plan.deadline_s - plan.now_s()) / (2 * len(CLIENTS)))
    best = 0.0
    for clients in (*CLIENTS, *reversed(CLIENTS)):
        if not enough(bench, plan, max(best, 1.0) * 1.5, 4.0 * seconds):
            break
        best = max(best, bench.clients(plan.what, plan.mix, clients, seconds))
    return best
