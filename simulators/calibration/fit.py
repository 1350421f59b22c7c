"""From everything that was measured on a server to its `ServerModel`.

Capacity comes from saturation, the shape from a server that is asked one thing at a time, the limits from
bursts. What was not measured is taken in proportion to the kind it is most like, and said so.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from statistics import median
from typing import Any

from simulators.calibration.shapes import (
    Burst,
    Limit,
    Overload,
    by_number,
    limits,
    one_limit,
    retry_after,
    shared,
    sigma_of,
)
from simulators.calibration.stations import Points, Station, anchored, closed_rate, fit_station
from simulators.calibration.usl import fit_usl
from simulators.server import KINDS, Pool, ServerModel, Service

LIKE = {"activate": "login", "logout": "status", "tps": "status", "correct": "confirm", "recap": "status"}
"""What a kind that was not measured at saturation is in proportion to. `recap` is not in the protocol of a
target: assumed to cost what a `status` does."""

SATURATED = ("login", "submit_page", "status", "confirm", "read")
_HASHED = ("login",)
_SHARED = 1.5
"""Sum of shares (see `shared`) of two kinds below which they are taken to share their hands; 1 is wholly, 2
not at all."""
_GIVES_WAY = 2.0
"""Times as often as a login a page is answered when as many ask for each: more, and logins give way."""
_LEAST_S = 1e-5
_ASSUMED_RETRY_S = 2.0


@dataclass(frozen=True, slots=True)
class Measured:
    """`closed` and `idle_s` (latencies with one client) by kind; `together` throughputs of kinds at once.

    `repeat` is (throughput of new pages, of pages sent again) with as many clients, if it was measured.
    `link_s` is what lies between us and the server: it is no part of the server.
    """

    closed: Mapping[str, Points]
    idle_s: Mapping[str, Sequence[float]]
    bursts: Sequence[Burst] = ()
    overloads: Sequence[Overload] = ()
    together: Mapping[str, float] = field(default_factory=dict)
    repeat: tuple[float, float] | None = None
    link_s: float = 0.0
    restart_s: float = 0.0


def fit(measured: Measured, name: str, source: str, about: Mapping[str, Any]) -> ServerModel:
    """The model; `about` (date, machine) goes into its `measured` beside points, residuals and errors.

    Raises ValueError where a kind of `SATURATED` was measured at fewer than three numbers of clients.
    """
    lacking = [kind for kind in SATURATED if len(measured.closed.get(kind, ())) < 3]
    if lacking:
        raise ValueError(f"not measured at three numbers of clients: {', '.join(lacking)}")
    apart = _apart(measured)
    stations = _stations(measured, apart)
    found = {kind: limits(measured.bursts, stations[kind].hands).get(kind) for kind in SATURATED}
    found |= _sustained(measured)
    pools = [_costly(pool, measured, stations) for pool in _pools(measured, stations, found, apart)]
    gates = {pool.name for pool in pools}
    services, assumed = [], []
    for kind in KINDS:
        like = kind if kind in SATURATED else LIKE[kind]
        factor = 1.0
        if like != kind:
            factor = _proportion(measured, kind, like)
            said = f"{factor:.2f} times" if kind in measured.idle_s else "not measured; assumed like"
            assumed.append(f"{kind}: {said} {like}")
        pool = (
            _gate(like) if _gate(like) in gates else ("password" if apart and like in _HASHED else "server")
        )
        services.append(_service(measured, kind, like, pool, stations[like], factor))
    told = retry_after(measured.bursts)
    return ServerModel(
        name, source, tuple(pools), tuple(services),
        retry_after_s=_ASSUMED_RETRY_S if told is None else told, restart_s=measured.restart_s,
        measured=_plain({**about, **_evidence(measured, stations, found, apart), "assumed": assumed}),
    )  # fmt: skip


def _apart(measured: Measured) -> str:
    """Why password hashes are not in one queue with the rest; "" where they are.

    As many clients of each kind that share one queue are answered equally often, whatever each kind costs.
    Who gets much less gives way to the others (a thread of lower priority, say), and its queue is its own:
    the others hardly wait for it, and each slows the other down (`Pool.beside`).
    """
    if len(measured.together) < 2:
        return ""
    alone = {kind: max(rate for _, rate in measured.closed[kind]) for kind in measured.together}
    if (whole := shared(alone, measured.together)) > _SHARED:
        return f"together they do {whole:.2f} times what one does alone"
    hashed = min(measured.together.get(kind, 0.0) for kind in _HASHED)
    others = max(rate for kind, rate in measured.together.items() if kind not in _HASHED)
    if others > _GIVES_WAY * hashed:
        return f"they give way: {hashed:.1f} a second beside {others:.1f} of as many others"
    return ""


def _stations(measured: Measured, apart: str) -> dict[str, Station]:
    """The station of each saturated kind: one for all, or one for passwords and one for the rest."""
    groups = [_HASHED, tuple(kind for kind in SATURATED if kind not in _HASHED)] if apart else [SATURATED]
    found: dict[str, Station] = {}
    for group in groups:
        points = {kind: measured.closed[kind] for kind in group}
        station = anchored(fit_station(points), points)
        found |= dict.fromkeys(group, station)
    return found


def _sustained(measured: Measured) -> dict[str, Limit | None]:
    """Limits that stand while an overload lasts; they count more than those of a burst at an idle server,
    which has not learnt yet how long a service takes.

    None where as many stand in every kind's queue, however long that takes: a limit of number needs no
    learning, and a burst counts it better.
    """
    refusing = [one for one in measured.overloads if one.refuses]
    counts, times_s = [one.standing for one in refusing], [one.longest_s for one in refusing]
    if len(refusing) > 1 and by_number(counts, times_s):
        return {}
    return {
        one.kind: Limit(
            None,
            one.longest_s,
            f"a limit of time: of {one.offered_per_s:.0f} a second {one.good_per_s:.0f} were answered and "
            f"{one.refused_per_s:.0f} refused, 95 % of the others waited less than {one.longest_s:.2f} s",
        )
        for one in refusing
    }


def _costly(pool: Pool, measured: Measured, stations: Mapping[str, Station]) -> Pool:
    """A gate with what a refusal costs the hands behind it: the least that any kind's overload shows.

    Turning somebody away is the same work whatever was asked; what an overload costs beyond that (hashes that
    crowd the processor's caches, say) does not grow with the refusals.
    """
    refusing = [one for one in measured.overloads if one.refuses]
    if pool.name not in {_gate(one.kind) for one in refusing}:
        return pool
    costs = [one.refusal_s(stations[one.kind].hands, stations[one.kind].mean_s[one.kind]) for one in refusing]
    return replace(pool, refusal_s=min(costs))


def _gate(kind: str) -> str:
    return {"login": "login", "submit_page": "upload", "read": "portal"}.get(kind, "phone")


def _pools(
    measured: Measured, stations: Mapping[str, Station], found: Mapping[str, Limit | None], apart: str
) -> list[Pool]:
    """Hands, and before them a gate for each class whose limit a burst has found."""
    names = {"server": stations["status"], **({"password": stations["login"]} if apart else {})}
    slowed = _slowed(measured) if apart else {}
    whole = None if apart else one_limit([limit for limit in found.values() if limit is not None])
    pools = [
        _limited(
            Pool(
                name,
                one.hands,
                contention=one.contention,
                coherency=one.coherency,
                beside=next((other for other in names if other != name), "") if name in slowed else "",
                slowed=slowed.get(name, 0.0),
            ),
            whole,
        )
        for name, one in names.items()
    ]
    for kind, limit in found.items():
        if whole is None and limit is not None and (limit.queue, limit.refuse_after_s) != (None, None):
            owner = "password" if apart and kind in _HASHED else "server"
            pools.append(_limited(Pool(_gate(kind), names[owner].hands, hands_of=owner), limit))
    return pools


def _slowed(measured: Measured) -> dict[str, float]:
    """By how much passwords and the rest slow each other down while both are busy: the part of what each
    does alone that it loses beside the other.
    """
    lost: dict[str, float] = {}
    for kind, rate in measured.together.items():
        alone = max(one for _, one in measured.closed[kind])
        name = "password" if kind in _HASHED else "server"
        lost[name] = max(lost.get(name, 0.0), min(0.95, max(0.0, 1.0 - rate / alone)))
    return lost


def _limited(pool: Pool, limit: Limit | None) -> Pool:
    if limit is None:
        return pool
    return replace(
        pool,
        queue=pool.queue if limit.queue is None else limit.queue,
        refuse_after_s=pool.refuse_after_s if limit.refuse_after_s is None else limit.refuse_after_s,
    )


def _service(measured: Measured, kind: str, like: str, pool: str, station: Station, factor: float) -> Service:
    mean_s = max(_LEAST_S, station.mean_s[like] * factor)
    base_s = max(0.0, station.base_s[like] * factor - measured.link_s)
    # What varies in the latency of an idle server is its disk and its processor alike: both have the same
    # relative spread.
    shape = measured.idle_s.get(kind) or measured.idle_s.get(like, ())
    sigma = sigma_of(shape, mean_s + base_s)
    repeat = 1.0
    if kind == "submit_page" and measured.repeat:
        new, again = measured.repeat
        repeat = min(1.0, max(0.01, new / again))
    return Service(kind, pool, mean_s, sigma, repeat, base_s)


def _proportion(measured: Measured, kind: str, like: str) -> float:
    """How many times longer an idle server takes for one kind than for the other."""
    mine, others = measured.idle_s.get(kind), measured.idle_s.get(like)
    return median(mine) / median(others) if mine and others else 1.0


def _evidence(
    measured: Measured, stations: Mapping[str, Station], found: Mapping[str, Limit | None], apart: str
) -> dict[str, Any]:
    points, laws = {}, {}
    for kind in SATURATED:
        station = stations[kind]
        laws[kind] = asdict(fit_usl(*zip(*measured.closed[kind], strict=True)))
        points[kind] = [
            {"clients": n, "per_s": rate, "residual": _told(station, kind, n) / rate - 1.0}
            for n, rate in measured.closed[kind]
        ]
    together = dict(measured.together)
    return {
        "closed": points,
        "usl": laws,
        "stations": {
            name: asdict(stations[kind])
            for name, kind in (("server", "status"), *((("password", "login"),) if apart else ()))
        },
        "idle_median_s": {kind: median(one) for kind, one in measured.idle_s.items() if one},
        "limits": {kind: limit.why for kind, limit in found.items() if limit},
        "bursts": [asdict(one) for one in measured.bursts],
        "overloads": [asdict(one) for one in measured.overloads],
        "together": together,
        "passwords_apart": apart,
        "repeat_per_s": measured.repeat,
        "link_s": measured.link_s,
    }


def _told(station: Station, kind: str, clients: int) -> float:
    return closed_rate(
        clients, station.hands, station.mean_s[kind], station.base_s[kind], station.contention,
        station.coherency,
    )  # fmt: skip


def _plain(value: Any) -> Any:
    """As JSON knows it: what is not finite is null, keys are words."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
