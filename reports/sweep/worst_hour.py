"""How well pages were taken in the hour in which that went worst: one figure to compare points by."""

import numpy as np

from reports.nation.rundir import NationRun
from reports.nation.survivability import survivability_of

HOUR_MIN = 60
PAGES = ("submit_page", "practice")

DEMAND_LEAST = 0.1
"""Hours with less than this share of the busiest hour's first attempts say little and are left out."""

_OF_THE_SERVER = ("ok", "refused", "timeout", "reset", "denied")
"""Ends that the server has to answer for: neither a link of the phone's own nor a door that was closed."""


def worst_hour(run: NationRun) -> float | None:
    """Pages answered in time, as a share of those that met an open server, by hour; None without pages."""
    bore = survivability_of(run)
    if bore is None:
        return None
    rows = [number for number, kind in enumerate(bore.kinds) if kind in PAGES]
    minutes = len(bore.asked[0]) // HOUR_MIN * HOUR_MIN
    if not rows or not minutes:
        return None
    hours = {
        name: bore.outcomes[name][rows, :minutes].sum(axis=0).reshape(-1, HOUR_MIN).sum(axis=1)
        for name in _OF_THE_SERVER
    }
    ended = np.sum(list(hours.values()), axis=0)
    fresh = bore.fresh[rows, :minutes].sum(axis=0).reshape(-1, HOUR_MIN).sum(axis=1)
    busy = (ended > 0) & (fresh >= DEMAND_LEAST * float(fresh.max()))
    return float((hours["ok"][busy] / ended[busy]).min()) if busy.any() else None
