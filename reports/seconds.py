"""The run second by second: how often something happened, and how well service was given.

Seconds count from the start of the run clock; an operation belongs to the second in which it was *due*
(demand and availability) or in which it *ended* (what was delivered).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reports.rundir import RunDirectory
from reports.schema import ANSWERS, OWN_LINK

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

SLO_KEY = {
    "activate": "activate_s",
    "login": "login_s",
    "submit_page": "submit_page_s",
    "confirm": "submit_page_s",
    "correct": "submit_page_s",
    "pleno_decide": "submit_page_s",
    "pleno_finalise": "submit_page_s",
    "backup_page": "submit_page_s",
    "replace_photo": "submit_page_s",
}
"""Which limit of the scenario's `slo` binds a kind; every other kind is a read (`read_s`)."""


LATE_MS = 20.0
"""Lateness of the load generator that is still honest (issue of the first rehearsal: at most 20 ms)."""


@dataclass(frozen=True, slots=True)
class Service:
    """One entry a row of the history."""

    intended_s: Floats
    ended_s: Floats
    demand: Mask
    """What a sound system serves: not probes, which it must refuse, nor what the phone's own link cut."""
    good: Mask
    """Acknowledged within the SLO."""
    served: Mask
    """Good, or rightly answered within the SLO."""
    served_once_sent: Mask
    """As `served`, with limits that count from `blamed_from_s`: had the generator sent each at its moment."""
    wrong: Mask
    """Demand that failed or stayed without an answer; a late answer is late, not wrong."""
    ok: Mask
    limit_s: Floats
    """The SLO's limit of latency for each; infinite where it names none."""
    blamed_from_s: Floats
    """From where the system answers for the time: the intended moment, unless the generator was later than is
    honest; then the moment of sending."""


@lru_cache(maxsize=2)
def service_of(run: RunDirectory) -> Service:
    """Judge every operation of a run by the scenario's SLO; latency counts from the intended moment."""
    history = run.history
    intended, ended = history.numpy("intended_s"), history.numpy("ended_s")
    limit = np.full(len(history), run.info.slo.get("read_s", np.inf))
    for kind, key in SLO_KEY.items():
        limit[history.is_in("kind", kind)] = run.info.slo.get(key, np.inf)
    in_time = ended - intended <= limit
    started = history.numpy("started_s")
    blamed_from = np.where(started - intended > LATE_MS / 1000.0, started, intended)
    once_sent = in_time | (ended - blamed_from <= limit)
    ok = history.is_in("outcome", "ok")
    answered = history.is_in("outcome", "fail") & np.isin(history.numpy("status"), ANSWERS)
    demand = history.is_in("expect", "accept") & ~history.is_in("reason", *OWN_LINK)
    return Service(
        intended_s=intended,
        ended_s=ended,
        demand=demand,
        good=demand & ok & in_time,
        served=demand & (ok | answered) & in_time,
        served_once_sent=demand & (ok | answered) & once_sent,
        wrong=demand & ~ok & ~answered,
        ok=ok,
        limit_s=limit,
        blamed_from_s=blamed_from,
    )


def length_s(run: RunDirectory) -> int:
    """Seconds to draw: the whole run clock, and whatever still ended after it."""
    last = float(run.history.numpy("ended_s").max()) if len(run.history) else 0.0
    return max(1, int(np.ceil(max(run.info.duration_s, last))))


def per_second(moments_s: Floats, seconds: int, mask: Mask | None = None) -> NDArray[np.int64]:
    """How many of `moments_s` (where `mask`) fall into each of the first `seconds` seconds."""
    chosen = moments_s if mask is None else moments_s[mask]
    bins = np.clip(chosen.astype(np.int64), 0, seconds - 1)
    return np.bincount(bins, minlength=seconds).astype(np.int64)
