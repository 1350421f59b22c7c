"""A load that is offered to a server and predicted for it: the same arrivals and clients for both.

Nobody waits for the server before coming (an open model); a client gives up after its patience and comes
again if it has tries left. What the server does for a client that has left is done all the same.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np

from simulators.draws import exponential_at, subseed, uniform

GOOD, REFUSED, GAVE_UP, BROKEN = "good", "refused", "gave_up", "broken"
"""What became of one attempt: answered in time; refused; not answered in time; connection refused or lost."""


METRICS = ("goodput_per_s", "p50_s", "p95_s", "refused", "gave_up")


@dataclass(frozen=True, slots=True)
class Load:
    """`rate_per_s` new requests a second for `seconds`, their kinds in proportion to `mix`.

    Each has `tries` attempts of `patience_s` and waits `again_s` after one that failed, or as long as a
    refusal says. During `outage` (from, until, in seconds of the load) the server is frozen or, with
    `outage_kills`, dead and empty afterwards.

    `numbered`: how many requests of each kind come is fixed, in each of the parts into which `parts_s`
    (moments of the load) divide it; only when they come is drawn. Without it their number is Poisson.
    """

    name: str
    mix: Mapping[str, float]
    rate_per_s: float
    seconds: float
    patience_s: float = 10.0
    tries: int = 1
    again_s: float = 1.0
    outage: tuple[float, float] | None = None
    outage_kills: bool = False
    sent_bytes: Mapping[str, float] = field(default_factory=dict)
    numbered: bool = False
    parts_s: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Coming:
    """A request that is due at `due_s`; `number` counts them."""

    number: int
    due_s: float
    kind: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one attempt of a request met. `due_s` is that of the request, `began_s` its own.

    `status` is that of HTTP (0: none), `key` and `receipt` those of a page; a simulated attempt has none.
    """

    number: int
    kind: str
    due_s: float
    began_s: float
    ended_s: float
    became: str
    status: int = 0
    key: str = ""
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one load: what a test and a prediction are compared by. Latencies run from the first due moment.

    `goodput_per_s` counts requests that succeeded with any try; `refused` and `gave_up` are shares of the
    attempts.
    """

    offered_per_s: float
    goodput_per_s: float
    p50_s: float
    p95_s: float
    refused: float
    gave_up: float
    attempts: int
    p95_of_s: Mapping[str, float] = field(default_factory=dict)

    def metrics(self) -> dict[str, float]:
        """By name; the p95 of a kind as "p95_s:login"."""
        found = {name: float(getattr(self, name)) for name in METRICS}
        return found | {f"p95_s:{kind}": value for kind, value in sorted(self.p95_of_s.items())}


def arrivals(load: Load, seed: int) -> list[Coming]:
    """The requests of a load in order: exponential gaps, kinds by lot; nothing but `seed` decides."""
    if load.numbered:
        return _numbered(load, seed)
    gaps, kinds = subseed(seed, "arrival"), subseed(seed, "kind")
    names = [kind for kind, share in load.mix.items() if share > 0]
    whole = sum(load.mix[kind] for kind in names)
    below = np.cumsum([load.mix[kind] / whole for kind in names])
    found: list[Coming] = []
    at_s = 0.0
    while True:
        number = len(found)
        at_s += exponential_at(uniform(gaps, number, 0), 1.0 / load.rate_per_s)
        if at_s >= load.seconds:
            return found
        kind = names[min(int(np.searchsorted(below, uniform(kinds, number, 0), "right")), len(names) - 1)]
        found.append(Coming(number, at_s, kind))


def _numbered(load: Load, seed: int) -> list[Coming]:
    """Each kind a Poisson process of which the number in each part is given: moments are independent, even.

    What is left of a number that is not whole is drawn by lot, so the mean is the rate.
    """
    whole = sum(load.mix.values())
    found: list[tuple[float, str]] = []
    for part, (low_s, high_s) in enumerate(itertools.pairwise((0.0, *load.parts_s, load.seconds))):
        for kind, share in load.mix.items():
            wanted = load.rate_per_s * share / whole * (high_s - low_s)
            number = int(wanted + uniform(subseed(seed, f"number/{kind}"), part, 0))
            luck = uniform(subseed(seed, f"moment/{kind}"), np.arange(number, dtype=np.uint64), part)
            found += [(float(at_s), kind) for at_s in low_s + (high_s - low_s) * luck]
    return [Coming(number, at_s, kind) for number, (at_s, kind) in enumerate(sorted(found))]


def outcome(load: Load, attempts: Sequence[Attempt]) -> Outcome:
    """What the attempts at a load come to; NaN latencies where nothing succeeded."""
    by_kind: dict[str, list[float]] = {}
    for one in attempts:
        if one.became == GOOD:
            by_kind.setdefault(one.kind, []).append(one.ended_s - one.due_s)
    good = np.array([latency for latencies in by_kind.values() for latency in latencies])
    p50, p95 = np.quantile(good, [0.5, 0.95]) if len(good) else (np.nan, np.nan)
    tried = max(1, len(attempts))
    return Outcome(
        len({one.number for one in attempts}) / load.seconds,
        len(good) / load.seconds,
        float(p50),
        float(p95),
        sum(one.became == REFUSED for one in attempts) / tried,
        sum(one.became == GAVE_UP for one in attempts) / tried,
        len(attempts),
        {kind: float(np.quantile(latencies, 0.95)) for kind, latencies in by_kind.items()},
    )


@dataclass(frozen=True, slots=True)
class Spread:
    """Median over draws, and where nine tenths of them lie."""

    middle: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Of one metric over draws; NaN without any."""
    known = [one for one in values if not np.isnan(one)]
    if not known:
        return Spread(np.nan, np.nan, np.nan)
    low, high = np.quantile(known, [0.05, 0.95])
    return Spread(median(known), float(low), float(high))


def relative_error(predicted: float, seen: float) -> float:
    """(predicted - seen) / seen; NaN where nothing was seen."""
    return (predicted - seen) / seen if seen else np.nan
