"""What good service is in a trial: limits by kind of operation, of the scenario's [slo] or of --slo."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from scenarios.expectations import Slo
from scenarios.thresholds import Threshold, kinds_of, threshold

Floats = NDArray[np.float64]
Limits = Mapping[str, tuple[Threshold, ...]]
"""By kind, as `gladi.offering` names them: `read` is every view of the public."""

JUDGED = ("percentile", "mean", "max", "success", "fail")
"""Metrics that one trial can be held to."""

_SECONDS_OF = {
    "activate": "activate_s", "login": "login_s", "logout": "read_s", "tps": "read_s", "status": "read_s",
    "submit_page": "submit_page_s", "correct": "submit_page_s", "confirm": "submit_page_s", "read": "read_s",
}  # fmt: skip
KINDS = tuple(_SECONDS_OF)


def of_slo(slo: Slo) -> dict[str, tuple[Threshold, ...]]:
    """p95 within the scenario's seconds and success of at least its availability.

    What [slo] does not name is held to `read_s` where it is small, to `submit_page_s` where it writes.
    """
    share = threshold(f"success >= {100.0 * slo.availability:g}%")
    return {kind: (threshold(f"p95 < {getattr(slo, name):g}s"), share) for kind, name in _SECONDS_OF.items()}


def with_changes(limits: Limits, told: Iterable[str]) -> dict[str, tuple[Threshold, ...]]:
    """Limits with those of `--slo "KIND: LIMIT, LIMIT"` in place of a kind's own; raises ValueError."""
    found = dict(limits)
    for one in told:
        name, colon, texts = one.partition(":")
        name = name.strip()
        if not colon or not texts.strip():
            raise ValueError(f'{one!r}: write KIND: LIMIT, such as "submit_page: p95 < 2s, success > 99.9%"')
        wanted = tuple(threshold(text) for text in texts.split(","))
        for limit in wanted:
            if limit.metric not in JUDGED:
                raise ValueError(f"{one!r}: {limit.metric} says nothing about one step; use p50 to p99.9, "
                                 "mean, max, success or fail")  # fmt: skip
        for kind in _kinds(name, one):
            found[kind] = wanted
    return found


def _kinds(name: str, told: str) -> tuple[str, ...]:
    if name == "all":
        return KINDS
    if name in KINDS:
        return (name,)
    try:
        read = set(kinds_of(name)) <= set(kinds_of("read"))
    except KeyError:
        read = False
    if read:
        return ("read",)
    raise ValueError(f"{told!r}: {name!r} is no kind of operation; they are all, {', '.join(KINDS)}")


def measured(limit: Threshold, good_s: Floats, asked: int) -> float:
    """What a trial has to show against a limit.

    Times are of good answers, from the due moment; without any they are infinite.
    """
    if limit.metric in ("success", "fail"):
        share = len(good_s) / max(1, asked)
        return share if limit.metric == "success" else 1.0 - share
    if not len(good_s):
        return float("inf")
    if limit.metric == "percentile":
        return float(np.quantile(good_s, limit.share))
    return float(good_s.mean() if limit.metric == "mean" else good_s.max())
