"""What is measured of both sides: time and service by kind, completeness, activation, recovery of faults."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from reports import intervals
from reports.comparison.judging import NOTHING, Measure, Unit
from reports.comparison.record import Operations, Record
from reports.comparison.resampling import block_weights, quantiles, ratios, tps_draws
from reports.comparison.sureness import LEAST_TPS, Evidence, measured, of_runs
from reports.comparison.swapping import block_labels, tps_swapped
from reports.seconds import Floats
from reports.survivability import FaultRecord
from reports.words import Text

PERCENTILES = (("p50", 0.50), ("p95", 0.95), ("p99", 0.99))
_COUNTED_IN = {"recovery_s": 1.0, "recovery_from_strike_s": 1.0}
"""Recovery is counted in whole seconds: three runs of "4" do not agree to the last digit."""
_SPOILT = 0.05
"""A run of which more seconds were the generator's says nothing of its TPS."""
_FEW = 30
"""Fewer operations on a side are shown and not judged."""


def of_kind(kind: str, before: Sequence[Record], after: Sequence[Record], paired: bool) -> Iterator[Measure]:
    left = [one.kinds[kind] for one in before if kind in one.kinds]
    right = [one.kinds[kind] for one in after if kind in one.kinds]
    if not left and not right:
        return
    n = sum(one.n for one in left), sum(one.n for one in right)
    if not left or not right or min(n) < _FEW:
        few = Text(f"kurang dari {_FEW} operasi", f"fewer than {_FEW} operations")
        for name, unit in (("p95", "s"), ("success", "share")):
            yield _bare(kind, name, unit, left, right, n, few)  # type: ignore[arg-type]
        return
    drawn = tuple(zip((left, right), block_weights(left, right, paired), strict=True))
    swapped = tuple(((*left, *right), labels) for labels in block_labels(left, right))
    freedom = min(_used(left), _used(right)) - 1

    def judged(bare: Measure, figures: Sequence[Floats]) -> Measure:
        """`figures` of before and after in the draws, then with labels swapped."""
        runs = [[_value(bare.name, [one]) for one in side] for side in (left, right)]
        evidence = Evidence((figures[0], figures[1]), (figures[2], figures[3]), (runs[0], runs[1]), freedom)
        return measured(bare, evidence)

    shares = [share for _, share in PERCENTILES]
    found = [quantiles(side, weights, shares) for side, weights in (*drawn, *swapped)]
    for column, (name, share) in enumerate(PERCENTILES):
        bare = _bare(kind, name, "s", left, right, n)
        least = intervals.enough_for(share)
        if min(sum(len(one.took_s) for one in side) for side in (left, right)) < least:
            yield replace(
                bare, note=Text(f"{name} perlu {least} operasi", f"{name} takes {least} operations")
            )
        else:
            yield judged(bare, [one[:, column] for one in found])
    for name, unit, above, below in (
        ("success", "share", "served", "demanded"),
        ("goodput", "/s", "good", "seconds"),
    ):
        bare = _bare(kind, name, unit, left, right, n)  # type: ignore[arg-type]
        yield judged(bare, [ratios(side, weights, above, below) for side, weights in (*drawn, *swapped)])


def _bare(
    kind: str,
    name: str,
    unit: Unit,
    before: Sequence[Operations],
    after: Sequence[Operations],
    n: tuple[int, int],
    note: Text = NOTHING,
) -> Measure:
    """The figures of a kind, not yet judged."""
    values = [_value(name, side) for side in (before, after)]
    return Measure(kind, name, unit, unit != "s", values[0], values[1], n, note=note)


def _value(name: str, side: Sequence[Operations]) -> float | None:
    if not side:
        return None
    if name == "success":
        return _sum(side, "served") / max(1.0, _sum(side, "demanded"))
    if name == "goodput":
        return _sum(side, "good") / max(1.0, _sum(side, "seconds"))
    took_s = np.sort(np.concatenate([one.took_s for one in side]))
    return intervals.percentile(took_s, dict(PERCENTILES)[name]) if len(took_s) else None


def _sum(side: Sequence[Operations], column: str) -> float:
    return float(sum(getattr(one, column).sum() for one in side))


def _used(side: Sequence[Operations]) -> int:
    return int(sum((one.demanded > 0).sum() for one in side))


def of_tps(before: Sequence[Record], after: Sequence[Record], paired: bool) -> Iterator[Measure]:
    """Completeness and activation: TPS are drawn, each with all that is its own.

    No second can be left out of a TPS, so a generator that was saturated for long leaves nothing to judge.
    """
    n = sum(len(one.complete) for one in before), sum(len(one.complete) for one in after)
    freedom = (len(before[0].complete) if paired else min(n)) - 1
    spoilt = any(one.left_out_s > _SPOILT * one.with_demand_s for one in (*before, *after))
    generator = Text("pembangkit beban terlalu lama jenuh", "the load generator was saturated for too long")

    def judged(group: str, name: str, unit: Unit, sides: list[list[Floats]], at: int) -> Measure:
        shares = (0.5, 0.9)
        values = [_of_values(np.concatenate(side), shares, at) for side in sides]
        bare = Measure(group, name, unit, unit == "share", values[0], values[1], n)
        if None in values:
            return replace(bare, note=Text("tidak tercapai di salah satu sisi", "not reached on one side"))
        if spoilt:
            return replace(bare, note=generator)
        drawn = tps_draws(sides[0], sides[1], paired, shares)
        swapped = tps_swapped(sides[0], sides[1], paired, shares)
        runs = [[_of_values(one, shares, at) for one in side] for side in sides]
        return measured(
            bare,
            Evidence(
                (drawn[0][:, at], drawn[1][:, at]),
                (swapped[0][:, at], swapped[1][:, at]),
                (runs[0], runs[1]),
                freedom,
                LEAST_TPS,
            ),
        )

    both = (before, after)
    yield judged(
        "completeness",
        "complete",
        "share",
        [[one.complete.astype(np.float64) for one in side] for side in both],
        0,
    )
    curve = [[_by_the_end(one) for one in side] for side in both]
    yield judged("completeness", "mean_time", "s", curve, 0)
    for name, at in (("t50", 1), ("t90", 2)):
        yield judged("completeness", name, "s", [[one.complete_s for one in side] for side in both], at)
    if all(one.activation for one in (*before, *after)):
        share = [[one.activated / 2.0 for one in side] for side in both]
        yield judged("activation", "activated", "share", share, 0)


def _by_the_end(one: Record) -> Floats:
    """When each TPS was complete; the end of the run for those that were not by then."""
    out: Floats = np.minimum(one.complete_s, one.end_s)
    return out


def _of_values(values: Floats, shares: Sequence[float], at: int) -> float | None:
    found = float(values[np.isfinite(values)].sum() / len(values)) if at == 0 else intervals.percentile(
        np.sort(values), shares[at - 1]
    )  # fmt: skip
    return found if np.isfinite(found) else None


def of_faults(before: Sequence[Record], after: Sequence[Record], paired: bool) -> Iterator[Measure]:
    """How each fault was recovered from: one figure a run."""
    if not paired and [_fault_names(one) for one in before] != [_fault_names(one) for one in after]:
        return  # drawn from other seeds: not the same faults
    for number, fault in enumerate(before[0].faults):
        for name in ("recovery_s", "recovery_from_strike_s", "loss_service_s"):
            sides = [_figures(side, number, fault, name) for side in (before, after)]
            values = [float(np.mean(side)) if side else None for side in sides]
            bare = Measure(
                f"{fault.id} {fault.name}", name, "s", False, values[0], values[1],
                (len(sides[0]), len(sides[1])),
            )  # fmt: skip
            if None in values:
                lost = Text("tidak pulih atau tidak dimainkan di salah satu sisi",
                            "not recovered, or not played, on one side")  # fmt: skip
                yield replace(bare, note=lost)
            else:
                yield of_runs(bare, sides[0], sides[1], resolution=_COUNTED_IN.get(name, 0.0))


def _fault_names(one: Record) -> list[tuple[str, str]]:
    return [(fault.name, fault.target) for fault in one.faults]


def _figures(side: Sequence[Record], number: int, like: FaultRecord, name: str) -> list[float]:
    found = [
        getattr(one.faults[number], name)
        for one in side
        if number < len(one.faults) and one.faults[number].name == like.name
    ]
    return [value for value in found if value is not None]
