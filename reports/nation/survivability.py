"""What a nation's server bore: which resource breaks first and when, goodput against load, availability.

Pure functions of minutes.parquet, pools.parquet, latency.parquet and server.json.
"""

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np

from reports.nation.rundir import Floats, Ints, Mask, NationRun, Table
from reports.nation.schema import OUTCOMES, PIPE
from reports.nation.waiting import availability, quantiles_ms

MINUTE_S = 60.0
HOUR_MIN = 60
SATURATED = 0.95
"""A resource is saturated in a minute when at least this share of its hands' time was asked for; it breaks in
the first of `IN_A_ROW` such minutes, or where more than `REFUSED` of its requests are turned away."""
IN_A_ROW = 3
REFUSED = 0.01
BIN_MIN = 10

GROUPS = {
    "login": ("activate", "login"),
    "submit_page": ("submit_page", "practice"),
    "read": ("tps", "status", "confirm", "recap", "read"),
}
"""Kinds of requests that share a limit of [slo]: `login_s`, `submit_page_s`, `read_s`."""


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """A pool of hands (or a gate before them, or the line): its use by minute, and when it first broke."""

    name: str
    kinds: tuple[str, ...]
    hands: int
    """0: a gate, whose hands are those of another pool."""
    use: Floats
    """Hand-time asked for by minute, as a share of the hand-time there is; empty for a gate."""
    busy_s: float
    wasted_s: float
    wait_s: float
    wait_max_s: float
    refused: int
    first_break_s: float | None
    how: str
    """"" never, "saturated" or "refused"."""
    saturated_minutes: int

    @property
    def peak(self) -> tuple[float, float | None]:
        """Highest use of a minute, and when."""
        if not len(self.use):
            return 0.0, None
        minute = int(self.use.argmax())
        return float(self.use[minute]), minute * MINUTE_S


@dataclass(frozen=True, slots=True, eq=False)
class NationSurvivability:
    """Counts by minute of the run clock; index 0 is the first minute."""

    kinds: tuple[str, ...]
    asked: Ints
    """[kind, minute]"""
    outcomes: dict[str, Ints]
    """outcome -> [kind, minute]"""
    fresh: Ints
    taken: Ints
    bytes: Floats
    """[minute]"""
    resources: tuple[Resource, ...]
    availability: dict[str, float | None]
    knee_per_s: float | None
    peak_good_per_s: float
    peak_good_s: float

    @property
    def first_to_break(self) -> Resource | None:
        """The resource whose first break comes first; a gate before the pool behind it."""
        broken = [one for one in self.resources if one.first_break_s is not None]
        return min(broken, key=lambda one: (one.first_break_s or 0.0, one.hands), default=None)


@lru_cache(maxsize=2)
def survivability_of(run: NationRun) -> NationSurvivability | None:
    """None where a table that it needs cannot be used."""
    minutes, pools, latency = run.minutes, run.pools, run.latency
    if minutes is None or pools is None or latency is None:
        return None
    index, kinds = minutes.words("kind")
    at = minutes.numbers("minute").astype(np.int64)
    n = int(np.ceil(run.nation.until_s / MINUTE_S)) + 1
    n = max(n, int(at.max(initial=0)) + 1, int(pools.numbers("minute").max(initial=0)) + 1)
    flat = index * n + at

    def by_minute(column: str) -> Floats:
        weights = minutes.numbers(column).astype(np.float64)
        found: Floats = np.bincount(flat, weights, minlength=len(kinds) * n).astype(np.float64)
        return found.reshape(len(kinds), n)

    asked = by_minute("asked").astype(np.int64)
    outcomes = {outcome: by_minute(outcome).astype(np.int64) for outcome in OUTCOMES}
    resources = _resources(run, pools, tuple(kinds), asked, outcomes["refused"])
    good = outcomes["ok"].sum(axis=0)
    smooth = _binned(good) / (BIN_MIN * MINUTE_S)
    best = int(smooth.argmax())
    return NationSurvivability(
        kinds=tuple(kinds),
        asked=asked,
        outcomes=outcomes,
        fresh=by_minute("fresh").astype(np.int64),
        taken=by_minute("taken").astype(np.int64),
        bytes=np.bincount(pools.numbers("minute"), pools.numbers("bytes"), minlength=n).astype(np.float64),
        resources=resources,
        availability=availability(run, latency, tuple(kinds), asked, outcomes, GROUPS),
        knee_per_s=_knee(asked, outcomes, resources, _troubled(run, n)),
        peak_good_per_s=float(smooth[best]),
        peak_good_s=best * BIN_MIN * MINUTE_S,
    )


def _resources(
    run: NationRun, pools: Table, kinds: tuple[str, ...], asked: Ints, refused: Ints
) -> tuple[Resource, ...]:
    index, names = pools.words("pool")
    n = asked.shape[1]
    flat = index * n + pools.numbers("minute")
    busy, wasted, waited = (
        np.bincount(flat, pools.numbers(column), minlength=len(names) * n).reshape(len(names), n)
        for column in ("busy_s", "wasted_s", "wait_s")
    )
    longest = np.zeros(len(names))
    np.maximum.at(longest, index, pools.numbers("wait_max_s"))
    server = run.server
    hands = {
        one["name"]: 0 if one["hands_of"] else one["hands"] * server["servers"] for one in server["pools"]
    }
    owner = {one["name"]: one["hands_of"] for one in server["pools"]}
    asks = {"practice": "submit_page"}
    pool_of = {one["kind"]: one["pool"] for one in server["services"]}
    found = []
    for name in [PIPE, *hands]:
        if name == PIPE and PIPE not in names:
            continue
        mine = [number for number, kind in enumerate(kinds) if pool_of.get(asks.get(kind, kind)) == name]
        count = 1 if name == PIPE else hands[name]
        row = names.index(name) if name in names else None
        gates = [number for number, pool in enumerate(names) if owner.get(pool) == name]
        work = busy[[*([] if row is None else [row]), *gates]].sum(axis=0)
        use = work / (MINUTE_S * count) if count else np.zeros(0)
        turned = refused[mine].sum(axis=0) if mine else np.zeros(n, np.int64)
        came = asked[mine].sum(axis=0) if mine else np.zeros(n, np.int64)
        full = _first_in_a_row(use >= SATURATED)
        away = _first_in_a_row(turned > REFUSED * np.maximum(came, 1))
        known = [
            (minute, how) for minute, how in ((full, "saturated"), (away, "refused")) if minute is not None
        ]
        first, how = min(known, key=lambda one: one[0], default=(None, ""))
        found.append(
            Resource(
                name, tuple(kinds[number] for number in mine), count, use, float(work.sum()),
                0.0 if row is None else float(wasted[row].sum()),
                0.0 if row is None else float(waited[row].sum()),
                0.0 if row is None else float(longest[row]), int(turned.sum()),
                None if first is None else first * MINUTE_S, how, int((use >= SATURATED).sum()),
            )
        )  # fmt: skip
    return tuple(found)


def _first_in_a_row(mask: Mask) -> int | None:
    """Index of the first of IN_A_ROW true values in a row."""
    if len(mask) < IN_A_ROW:
        return None
    rows = np.lib.stride_tricks.sliding_window_view(mask, IN_A_ROW).all(axis=1)
    return int(rows.argmax()) if rows.any() else None


def _binned(counts: Ints) -> Floats:
    """Sums of BIN_MIN minutes."""
    whole = len(counts) // BIN_MIN * BIN_MIN
    found: Floats = counts[:whole].reshape(-1, BIN_MIN).sum(axis=1).astype(np.float64)
    return found


def _knee(
    asked: Ints, outcomes: dict[str, Ints], resources: tuple[Resource, ...], troubled: Mask
) -> float | None:
    """Requests a second: the lowest load over ten minutes that the server began to fail; None: no such.

    Less than SATURATED of it was answered while some resource was saturated or turned requests away, and the
    ten minutes before were served (what comes later meets a backlog, and may be little). Requests whose own
    link failed, and outages given by the scenario, are left aside.
    """
    load = _binned((asked - outcomes["link_lost"] - outcomes["closed"]).sum(axis=0))
    good = _binned(outcomes["ok"].sum(axis=0))
    short = _binned(outcomes["refused"].sum(axis=0)) > REFUSED * load
    for one in resources:
        if len(one.use):
            short |= _binned((one.use >= SATURATED).astype(np.int64)) > 0
    short &= (good < SATURATED * load) & (load > 0) & (_binned(troubled.astype(np.int64)) == 0)
    begins = short & ~np.append(False, short[:-1])
    return float(load[begins].min() / (BIN_MIN * MINUTE_S)) if begins.any() else None


def _troubled(run: NationRun, n: int) -> Mask:
    """Minutes in which a window of the scenario made the server less than itself."""
    found = np.zeros(n, bool)
    for one in run.nation.server.windows:
        if one.capacity < 1.0:
            first, last = run.nation.run_s(one.start) / MINUTE_S, run.nation.run_s(one.end) / MINUTE_S
            found[max(0, int(first)) : max(0, int(np.ceil(last)))] = True
    return found


def as_json(run: NationRun) -> dict[str, Any] | None:
    """For verdict.json."""
    found = survivability_of(run)
    if found is None:
        return None
    first = found.first_to_break
    hourly = {outcome: _hourly(counts.sum(axis=0)) for outcome, counts in found.outcomes.items()}
    return {
        "resources": [_resource(one) for one in found.resources],
        "first_to_break": None if first is None else first.name,
        "first_break_s": None if first is None else first.first_break_s,
        "knee_per_s": found.knee_per_s,
        "peak_good_per_s": found.peak_good_per_s,
        "peak_good_s": found.peak_good_s,
        "availability": found.availability,
        "asked": int(found.asked.sum()),
        "outcomes": {outcome: int(counts.sum()) for outcome, counts in found.outcomes.items()},
        "bytes": float(found.bytes.sum()),
        "kinds": [_kind(run, found, number) for number in range(len(found.kinds))],
        "hourly": {
            "asked": _hourly(found.asked.sum(axis=0)),
            "fresh": _hourly(found.fresh.sum(axis=0)),
            **hourly,
        },
    }


def _resource(one: Resource) -> dict[str, Any]:
    peak, peak_s = one.peak
    plain = {field.name: getattr(one, field.name) for field in fields(one) if field.name != "use"}
    return plain | {"kinds": list(one.kinds), "peak_use": peak, "peak_s": peak_s}


def _kind(run: NationRun, found: NationSurvivability, row: int) -> dict[str, Any]:
    kind = found.kinds[row]
    asked = int(found.asked[row].sum())
    return {
        "kind": kind,
        "asked": asked,
        **{outcome: int(counts[row].sum()) for outcome, counts in found.outcomes.items()},
        "fresh": int(found.fresh[row].sum()),
        "taken": int(found.taken[row].sum()),
        **quantiles_ms(run, kind),
    }


def _hourly(counts: Ints) -> list[int]:
    whole = -(-len(counts) // HOUR_MIN) * HOUR_MIN
    padded = np.zeros(whole, np.int64)
    padded[: len(counts)] = counts
    return [int(one) for one in padded.reshape(-1, HOUR_MIN).sum(axis=1)]
