"""The answer for one kind of load, from its judged trials: how much it holds, how sure, what limits."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from reports.capacity.counting import AGAIN, CONFIRM, RAMP, counted, generators_limit, knee_of
from reports.capacity.judging import Trial
from reports.capacity.knee import Knee
from reports.capacity.nation import OfNation, Sent, of_nation
from reports.capacity.scalability import Scalability, scalability
from reports.capacity.wanting import Wanting, wanting

Outcome = Literal["measured", "at_least", "undecided"]

TOO_WIDE = 0.5
"""An interval wider than this share of the knee is no answer."""
MOVED = 1.5
"""The median latency of the first rate, at the end over at the beginning (or inverse): more is a drift."""


@dataclass(frozen=True, slots=True)
class Drift:
    """The first rate at the beginning and at the end. `moved`: the same rate no longer says the same."""

    rate_per_s: float
    held_first: bool
    held_again: bool
    p50_first_s: float
    p50_again_s: float

    @property
    def moved(self) -> bool:
        """Held and then not, or the median latency half as much again."""
        ratio = self.p50_again_s / self.p50_first_s if self.p50_first_s > 0.0 else 1.0
        return self.held_first != self.held_again or not 1.0 / MOVED < ratio < MOVED


@dataclass(frozen=True, slots=True)
class Answer:
    """`ended`: precision, budget, pages, generator, ceiling, "nothing held" or interrupted.

    `confirmed_per_s`: the rate that a trial three times as long held (see _confirmed); None without one.
    `at_least_per_s`: the highest that was held, where none was not. `limits`: what was not held, the most
    frequent first.
    `wanting` is what would decide it, None where it is decided.
    """

    what: str
    outcome: Outcome
    why: str
    ended: str
    knee: Knee | None
    at_least_per_s: float | None
    confirmed_per_s: float | None
    limits: tuple[tuple[str, str], ...]
    invalid: int
    generators_limit_per_s: float | None
    drift: Drift | None
    scalability: Scalability | None
    nation: OfNation | None
    trials: tuple[Trial, ...]
    clients: tuple[tuple[int, float], ...]
    wanting: Wanting | None = None

    @property
    def holds_per_s(self) -> float | None:
        """The rate to name: the lower of knee and confirmed, or what is held at least."""
        if self.confirmed_per_s is not None:
            return min(self.confirmed_per_s, self.knee.rate_per_s) if self.knee else self.confirmed_per_s
        return self.at_least_per_s


def answer(
    what: str, trials: Sequence[Trial], clients: Sequence[tuple[int, float]], ended: str,
    mix: Mapping[str, float], sent: Sent, took_s: float = 0.0,
) -> Answer:  # fmt: skip
    """`clients` are (number of clients, good answers a second) of the valid closed steps.

    `sent` is what a TPS of the scenario sends; `took_s` is how long all of it took, pauses included.
    """
    told = counted(trials)
    bad = [one for one in told if not one.held]
    good = [one for one in told if one.held]
    found = knee_of(trials) if good and bad else None
    confirmed = _confirmed(trials, found)
    outcome, why = _outcome(found, good, bad, confirmed, ended)
    at_least = max((one.offered_per_s for one in good), default=None) if not bad else None
    limit = generators_limit(trials)
    held = at_least if confirmed is None else min(confirmed, found.rate_per_s) if found else confirmed
    drift = _drift(trials)
    moved = drift is not None and drift.moved
    undecided = outcome == "undecided"
    tps_per_s = _tps_per_s(trials, clients, mix, sent) if ended == "pages" else 0.0
    wants = wanting(why, found, trials, took_s, TOO_WIDE, moved, tps_per_s) if undecided else None
    nation = of_nation(what, held, mix, sent) if held is not None else None
    return Answer(
        what,
        outcome,
        why,
        ended,
        found,
        at_least,
        confirmed,
        _limits(bad),
        sum(one.held is None for one in trials),
        limit if limit != float("inf") else None,
        drift,
        _law(clients),
        nation,
        tuple(trials),
        tuple(clients),
        wants,
    )


def _confirmed(trials: Sequence[Trial], found: Knee | None) -> float | None:
    """The highest rate of a long trial that was held, of those not above the knee if there are any.

    The highest of several that were held by luck would be too high.
    """
    rates = [one.offered_per_s for one in trials if one.purpose == CONFIRM and one.held]
    below = [rate for rate in rates if found is None or rate <= found.rate_per_s]
    return max(below, default=min(rates, default=None))


def _tps_per_s(
    trials: Sequence[Trial], clients: Sequence[tuple[int, float]], mix: Mapping[str, float], sent: Sent
) -> float:
    """TPS whose pages are used up in a second at the highest rate that was seen."""
    rates = [one.offered_per_s for one in trials] + [rate for _, rate in clients]
    return max(rates, default=0.0) * mix.get("submit_page", 0.0) / sum(mix.values()) / sent.pages


def _outcome(
    found: Knee | None, good: Sequence[Trial], bad: Sequence[Trial], confirmed: float | None, ended: str
) -> tuple[Outcome, str]:
    if not good and not bad:
        return "undecided", "no valid trial"
    if not good:
        return "undecided", "nothing held"
    if not bad:
        return "at_least", ended
    assert found is not None
    if found.spread > TOO_WIDE or not found.bracketed:
        return "undecided", "too noisy"
    if confirmed is None:
        return "undecided", "not confirmed"
    return "measured", ended


def _limits(bad: Sequence[Trial]) -> tuple[tuple[str, str], ...]:
    """What was not held, by kind and metric, the most frequent first."""
    seen = Counter(
        (miss.kind, miss.wanted.split(" ")[0] or miss.metric) for one in bad for miss in one.misses
    )
    return tuple(name for name, _ in seen.most_common())


def _drift(trials: Sequence[Trial]) -> Drift | None:
    first = next((one for one in trials if one.purpose == RAMP and one.held is not None), None)
    again = next((one for one in trials if one.purpose == AGAIN and one.held is not None), None)
    if first is None or again is None:
        return None
    return Drift(first.rate_per_s, bool(first.held), bool(again.held), first.p50_s, again.p50_s)


def _law(clients: Sequence[tuple[int, float]]) -> Scalability | None:
    try:
        return scalability([n for n, _ in clients], [rate for _, rate in clients])
    except ValueError:
        return None
