"""Hands, service and what passes beside it, from throughputs of a closed model (N clients, each asks again at
once).

The server is taken as `hands` in front of one queue and a delay that keeps nobody busy (`base_s`): the
machine-repair model, whose throughput has a closed form (birth and death between client and queue; D. Gross
et al., Fundamentals of Queueing Theory, finite-source queues). Its service is exponential there; the mean
throughput hardly depends on that, and not at all where every hand is busy.

Which number of hands is right shows in the knee: c hands give N / (S + base) until N is about
c (S + base) / S.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulators.calibration.least_squares import Fit, Vector, least_squares

HANDS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32)
"""Numbers of hands that are tried."""

_WORTH = 6.0
"""A further parameter must lower BIC by this much to be believed (Kass and Raftery 1995: "strong")."""

_CLEAR = 3.0
"""Differences of BIC below this reject nothing (same: below 2 "not worth more than a bare mention")."""

_IDLE_HANDS = 0.25
"""Hands of which each costs the others so much add next to nothing: fewer hands say the same."""

Points = Sequence[tuple[int, float]]
"""(clients, throughput a second) of one kind."""


@dataclass(frozen=True, slots=True)
class Station:
    """`hands` that all kinds share; seconds by kind; the law of Gunther between busy hands.

    `errors` are standard errors by name ("contention", "coherency", "mean_s:login", "base_s:login");
    `residual` is the root mean square of the relative residuals, `bic` by number of hands tells how clear the
    knee was.
    """

    hands: int
    contention: float
    coherency: float
    mean_s: dict[str, float]
    base_s: dict[str, float]
    errors: dict[str, float]
    residual: float
    bic: dict[int, float]


def closed_rate(
    clients: int, hands: int, mean_s: float, base_s: float, contention: float = 0.0, coherency: float = 0.0
) -> float:
    """Throughput a second of `clients` that ask again on every answer."""
    rates = [0.0] + [
        busy / (mean_s * slower(busy, contention, coherency))
        for busy in (min(n, hands) for n in range(1, clients + 1))
    ]
    if base_s <= 0.0:
        return rates[clients]
    # Chances of n at the station, in proportion; logarithms, for the products span many orders.
    weights = [0.0]
    for n in range(1, clients + 1):
        weights.append(weights[-1] + math.log((clients - n + 1) / (base_s * rates[n])))
    top = max(weights)
    chances = [math.exp(one - top) for one in weights]
    return sum(p * rate for p, rate in zip(chances, rates, strict=True)) / sum(chances)


def slower(busy: float, contention: float, coherency: float) -> float:
    """How many times longer a request takes with so many hands busy."""
    return 1.0 + contention * (busy - 1.0) + coherency * busy * (busy - 1.0)


def fit_station(measured: Mapping[str, Points]) -> Station:
    """Fit one station to the throughputs of all kinds that it serves; `measured` by kind.

    Raises ValueError where a kind was measured at fewer than three numbers of clients.
    """
    for kind, points in measured.items():
        if len({clients for clients, _ in points}) < 3:
            raise ValueError(f"{kind}: the knee shows only at three numbers of clients or more")
    most = max(clients for points in measured.values() for clients, _ in points)
    # With as many hands as clients the knee is outside: what is seen is then the law alone.
    tried = [
        (hands, based, law, _fit(measured, hands, based, law))
        for hands in HANDS
        if hands <= most
        for based in (False, True)
        for law in ((0, 1, 2) if hands > 1 else (0,))
    ]
    scored = [
        (_bic(fit) + _WORTH * (based + law), hands, fit)
        for hands, based, law, fit in tried
        if not np.any(fit.values[2 * len(measured) :] > _IDLE_HANDS)
    ]
    # The fewest hands that the data do not reject: where the knee is blurred, many hands in each other's way
    # and a few look alike.
    least = min(score for score, _, _ in scored)
    fewest = min(hands for score, hands, _ in scored if score <= least + _CLEAR)
    _, hands, best = min((one for one in scored if one[1] == fewest), key=lambda one: one[0])
    bic: dict[int, float] = {}
    for score, of_hands, _ in scored:
        bic[of_hands] = min(score, bic.get(of_hands, math.inf))
    return _station(measured, hands, best, bic)


def anchored(station: Station, measured: Mapping[str, Points]) -> Station:
    """The same hands, but each mean from saturation alone and each base from one client alone.

    The curve between decides which number of hands is right; what a server can do at most it says itself.
    Where the largest numbers of clients were fewer than twice the hands, the fit stays.
    """
    mean_s, base_s = dict(station.mean_s), dict(station.base_s)
    busy = slower(station.hands, station.contention, station.coherency)
    for kind, points in measured.items():
        saturated = [rate for clients, rate in sorted(points)[-2:] if clients >= 2 * station.hands]
        if not saturated:
            continue
        mean_s[kind] = station.hands * len(saturated) / sum(saturated) / busy
        fewest, rate = min(points)
        if fewest == 1:
            base_s[kind] = max(0.0, 1.0 / rate - mean_s[kind])
    return replace(station, mean_s=mean_s, base_s=base_s)


def _fit(measured: Mapping[str, Points], hands: int, based: bool, law: int) -> Fit:
    """With or without a base of each kind; `law`: how many of its two parameters are fitted."""
    kinds = list(measured)
    rates = np.array([rate for points in measured.values() for _, rate in points])

    def residuals(values: Vector) -> Vector:
        mean, base = values[: len(kinds)], values[len(kinds) : 2 * len(kinds)] * based
        sigma = float(values[2 * len(kinds)]) if law else 0.0
        kappa = float(values[2 * len(kinds) + 1]) if law > 1 else 0.0
        told = [
            closed_rate(clients, hands, float(mean[k]), float(base[k]), sigma, kappa)
            for k, kind in enumerate(kinds)
            for clients, _ in measured[kind]
        ]
        return np.asarray(np.array(told) / rates - 1.0)

    mean, base = [], []
    for points in measured.values():
        fewest, rate = min(points)
        one_s, saturated = fewest / rate, max(rate for _, rate in points)
        mean.append(min(one_s, hands / saturated))
        base.append(max(0.05 * one_s, one_s - hands / saturated) if based else 0.0)
    start = np.array([*mean, *base, *([0.02, 1e-4][:law])])
    least = np.array([1e-7] * len(kinds) + [0.0] * (len(kinds) + law))
    return least_squares(residuals, start, least)


def _bic(fit: Fit) -> float:
    """Bayesian information criterion; no measurement is believed beyond two in a thousand."""
    spread = max(fit.sum_of_squares / fit.n, 0.002**2)
    free = int(np.sum(np.isfinite(fit.errors)))
    return fit.n * math.log(spread) + free * math.log(fit.n)


def _station(measured: Mapping[str, Points], hands: int, fit: Fit, bic: dict[int, float]) -> Station:
    kinds, values, errors = list(measured), fit.values, fit.errors
    k = len(kinds)
    named = {f"mean_s:{kind}": float(errors[i]) for i, kind in enumerate(kinds)}
    named |= {f"base_s:{kind}": float(errors[k + i]) for i, kind in enumerate(kinds)}
    law = values[2 * k :]
    named |= {
        name: float(errors[2 * k + i]) for i, name in enumerate(("contention", "coherency")[: len(law)])
    }
    return Station(
        hands,
        float(law[0]) if len(law) else 0.0,
        float(law[1]) if len(law) > 1 else 0.0,
        {kind: float(values[i]) for i, kind in enumerate(kinds)},
        {kind: float(values[k + i]) for i, kind in enumerate(kinds)},
        named,
        fit.residual,
        bic,
    )
