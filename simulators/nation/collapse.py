"""A server that does not come back: busy to the last hand, and hardly anybody waits for what it does.

A metastable failure (Bronson et al., HotOS 2021): the push is over, what is newly asked is well under what
the server can do, and yet it stays down, for all its work goes to requests whose clients have given up and
ask again. Refused requests keep no hand busy; with admission control the hands work for those who wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulators.nation.records import MINUTE
from simulators.nation.table import CALLS
from simulators.server import ServerModel, Window

LOOK_BACK_S = 7200.0
FRESH_MOST = 0.7
"""First attempts that need less than this share of the hands are well under capacity."""

BUSY_LEAST = 0.9
WASTED_LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Health:
    """One pool of hands from `from_s` to `until_s`, in shares of all its hand-seconds.

    `fresh`: what first attempts would need, `busy`: worked, `wasted`: worked for clients that did not wait.
    `troubled`: a window of the server was in force at some time.
    """

    pool: str
    from_s: float
    until_s: float
    fresh: float
    busy: float
    wasted: float
    troubled: bool


@dataclass(frozen=True, slots=True)
class Collapse:
    """Found: the server stays down although little is asked of it."""

    at_s: float
    health: Health

    def __str__(self) -> str:
        seen = self.health
        return (
            f"pool {seen.pool}: {seen.busy:.0%} busy for {(seen.until_s - seen.from_s) / 3600:.1f} h, "
            f"{seen.wasted / seen.busy:.0%} of it for clients that no longer waited, while first attempts "
            f"need {seen.fresh:.0%}"
        )


def health(
    minutes: Any,
    model: ServerModel,
    windows: Sequence[Window],
    now_s: float,
    look_back_s: float = LOOK_BACK_S,
) -> list[Health]:
    """Of every pool with hands of its own, over the whole minutes of `look_back_s` before now.

    `minutes`: records of MINUTE, from minute 0 of the run clock, pools in the order of the model.
    """
    if minutes.dtype != MINUTE:
        raise TypeError(f"minutes are of type {minutes.dtype}; they must be the kernel's records")
    last = int(now_s // 60.0)
    first = max(0, last - int(look_back_s // 60.0))
    part, length_s = minutes[first:last], (last - first) * 60.0
    troubled = any(one.from_s < last * 60.0 and one.until_s > first * 60.0 for one in windows)
    names = [pool.name for pool in model.pools]
    found = []
    for owner in (pool for pool in model.pools if not pool.hands_of):
        here = {pool.name for pool in model.pools if owner.name in (pool.name, pool.hands_of)}
        rows = [names.index(name) for name in here]
        available = max(owner.hands * model.servers * length_s, 1e-9)
        found.append(
            Health(
                pool=owner.name,
                from_s=first * 60.0,
                until_s=last * 60.0,
                fresh=_needed(part, model, here) / available,
                busy=float(part["busy_s"][:, rows].sum()) / available,
                wasted=float(part["wasted_s"][:, rows].sum()) / available,
                troubled=troubled,
            )
        )
    return found


def collapsed(seen: Sequence[Health], look_back_s: float = LOOK_BACK_S) -> Collapse | None:
    """Whether a pool is down for good; None before a whole `look_back_s` without trouble is behind us."""
    for one in seen:
        long_enough = one.until_s - one.from_s >= look_back_s
        if not long_enough or one.troubled or one.fresh >= FRESH_MOST or one.busy <= BUSY_LEAST:
            continue
        if one.wasted > WASTED_LEAST * one.busy:
            return Collapse(one.until_s, one)
    return None


def _needed(part: Any, model: ServerModel, pools: set[str]) -> float:
    """Hand-seconds of the first attempts."""
    fresh = part["fresh"].sum(axis=0, dtype=np.int64)
    needed = 0.0
    for number, kind in enumerate(CALLS):
        service = model.service("submit_page" if kind == "practice" else kind)
        if service.pool in pools:
            needed += float(fresh[number]) * service.mean_s
    return needed
