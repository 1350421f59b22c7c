"""What the measured system holds, by kind of load: from capacity runs and from certificates of claims.

A capacity run gives a rate with its interval, or "at least"; of a mix it gives for each kind in it what
that kind had of the rate, which is "at least" as well. A claim that was upheld says "at least", one that
was refuted "less than", each with its own limits, which may be laxer than the scenario's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import inf, isfinite
from typing import Any

from reports.readiness.ages import aged
from reports.readiness.rundir import Gathered

MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Measured:
    """One statement on one kind, a second. `rate_per_s` None: only an end is known. `how`: measured,
    at_least, in_a_mix, upheld or refuted. `system`: "" for the reference stack."""

    kind: str
    rate_per_s: float | None
    low_per_s: float
    high_per_s: float
    how: str
    source: str
    system: str
    at: datetime
    limits: tuple[str, ...]
    old: bool


@dataclass(frozen=True, slots=True)
class Holds:
    """All statements on a kind together, without those that are too old where others are there: the highest
    low end and the lowest high end. `contradicted`: these exclude each other, and the ends are the widest
    that any statement names (an open end counts with the figure it begins at). `old`: all are too old to
    say "go"."""

    low_per_s: float
    high_per_s: float
    rate_per_s: float | None
    contradicted: bool
    old: bool
    statements: tuple[Measured, ...]


def holds(gathered: Gathered, kind: str) -> Holds | None:
    """None where nothing was measured."""
    found = tuple(one for one in statements(gathered) if one.kind == kind)
    if not found:
        return None
    fresh = [one for one in found if not one.old] or list(found)
    points = [one for one in fresh if one.rate_per_s is not None]
    newest = max(points, key=lambda one: one.at, default=None)
    low, high = max(one.low_per_s for one in fresh), min(one.high_per_s for one in fresh)
    contradicted = low > high
    if contradicted:
        low = min(one.low_per_s for one in fresh)
        high = max(one.high_per_s if isfinite(one.high_per_s) else one.low_per_s for one in fresh)
    return Holds(
        low, high, newest.rate_per_s if newest else None, contradicted, all(one.old for one in found), found
    )


def statements(gathered: Gathered) -> list[Measured]:
    """Everything that was said about any kind."""
    found = [one for run in gathered.capacity for one in _of_capacity(run, gathered)]
    return found + [one for made in gathered.claims for one in _of_claims(made, gathered)]


def _of_capacity(run: Mapping[str, Any], gathered: Gathered) -> Iterator[Measured]:
    asked, at = run["asked"], datetime.fromisoformat(run["about"]["date"])
    old = aged(at, gathered.at) > gathered.wanted.measured_within
    for what, one in run["found"].items():
        if one["outcome"] == "undecided":
            continue
        held = one["holds_per_s"]
        if one["outcome"] == "measured":
            knee = one["knee"]
            point, low, high = held, min(knee["low_per_s"], held), knee["high_per_s"]
        else:
            point, low, high = None, held, inf
        mix = asked["mixes"][what]
        for kind, part in mix.items():
            share = part / sum(mix.values())
            alone = what == kind
            yield Measured(
                kind, point if alone else None, low * share, high if alone else inf,
                one["outcome"] if alone else "in_a_mix", run["source"], asked["target"], at,
                tuple(asked["limits"].get(kind, ())), old,
            )  # fmt: skip


def _of_claims(made: Mapping[str, Any], gathered: Gathered) -> Iterator[Measured]:
    at = datetime.fromisoformat(made["started_at"])
    old = aged(at, gathered.at) > gathered.wanted.measured_within
    for claim in made["claims"]:
        if claim["answer"] == "undecided" or claim["operation"] == MIXED:
            continue
        good = claim["answer"] == "upheld"
        limits = tuple(str(one.get("text", "")) for one in claim["requirements"])
        rate = float(claim["rate_per_s"])
        yield Measured(
            claim["operation"], None, rate if good else 0.0, inf if good else rate, claim["answer"],
            made["source"], str((made.get("target") or {}).get("url", "")), at, limits, old,
        )  # fmt: skip
