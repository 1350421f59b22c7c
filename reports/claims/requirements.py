"""One requirement of a claim, judged from blocks of operations: upheld, refuted or undecided, and how sure.

Every requirement says that a share is small: "p95 < 2s" that less than 5 % of the operations are not answered
well within 2 s, "success > 99.9%" that less than 0.1 % are not answered well. The share is that over the
whole hold; what the faults took of it is counted as it was seen, the rest is judged by `sequence`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.claims import blocks, sequence
from reports.claims.evidence import Run
from reports.claims.windows import Windows
from scenarios.claims import RECOVERY_S, Claim
from scenarios.thresholds import Threshold

UPHELD, REFUTED, UNDECIDED = "upheld", "refuted", "undecided"

Floats = NDArray[np.float64]

_UNSEPARATED = 0.001
"""Where neighbouring blocks are still correlated, a short trouble would look like a long one: refuting then
needs a thousandth of alpha (found by trying: tests/reports/claims/test_error_rates.py), and so many bad
operations that the hold would be missed even if all the others were good."""

_FAR = 0.1
"""Latencies below this part of the limit are taken for alike: how the machine's own noise comes and goes far
from the limit says nothing about who misses it, and would make the blocks of a quick system too few."""
_FAR_S = 1.0
"""The same where success alone is required: who is answered within a second is far from giving up (15 s)."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Figures of one requirement. `allowed` is the share that may be bad; `low`, `high` bound the steady one.

    `hurt_*` belong to the time of faults. `sure_at` is the number of operations after which it was sure,
    `sure_s` the moment in the trial. `seen` is the percentile in seconds (inf where it was never reached) or
    the share of success, over all that counted. `needed` of an undecided one: operations, these
    included, after which it would be upheld if it went on as it was seen; None where that is out of reach.
    """

    text: str
    metric: str
    answer: str
    allowed: float
    operations: int
    bad: int
    share: float
    low: float
    high: float
    seen: float
    block_operations: int
    blocks: int
    separated: bool
    hurt_operations: int
    hurt_bad: int
    hurt_share_of_hold: float
    sure_at: int | None
    sure_trial: int | None
    sure_s: float | None
    needed: int | None

    def table(self) -> dict[str, Any]:
        """For JSON; an infinite percentile is written as null."""
        table = asdict(self)
        table["seen"] = None if np.isinf(self.seen) or np.isnan(self.seen) else self.seen
        return table


def allowed_share(one: Threshold) -> float:
    """What share of the operations may be bad."""
    return 1.0 - one.share if one.metric == "percentile" else 1.0 - one.value


def is_bad(one: Threshold, good: NDArray[np.bool_], latency_s: Floats) -> NDArray[np.bool_]:
    """Which operations miss it: one that was not answered well was not answered in time either."""
    if one.metric == "success":
        return ~good
    return ~good | (latency_s >= one.value if one.op == "<" else latency_s > one.value)


def surely_missed(claim: Claim, bad: Floats, latency_s: Floats, allowed: float, alpha: float) -> int | None:
    """After how many operations it is sure that more than `allowed` are bad; None where it is not."""
    size, separated = _size(claim, bad, latency_s)
    size = blocks.wider(size, len(bad))
    if not 0.0 < allowed < 1.0:
        return 1 if allowed <= 0.0 and len(bad) else None
    shares = blocks.shares(bad, size)
    log_wealth = sequence.against_at_most(shares, allowed)
    if not separated or bad.min() == bad.max():  # what never varied has shown no correlation either
        missed = np.cumsum(shares) * size > allowed * claim.rate * claim.hold
        log_wealth = np.where(missed, np.maximum.accumulate(log_wealth), 0.0)
    sure = sequence.first_sure(log_wealth, alpha * (1.0 if separated else _UNSEPARATED))
    return None if sure is None else sure * size


def surely_met(claim: Claim, bad: Floats, latency_s: Floats, allowed: float, alpha: float) -> bool:
    """Whether it is sure that less than `allowed` are bad."""
    if not 0.0 < allowed < 1.0:
        return allowed >= 1.0
    size, _ = _size(claim, bad, latency_s)
    log_wealth = sequence.against_at_least(blocks.shares(bad, size), allowed)
    return sequence.first_sure(log_wealth, alpha) is not None


def judge(claim: Claim, one: Threshold, runs: Sequence[Run], seen: Sequence[Windows], alpha: float) -> Judged:
    """`alpha` is the whole claim's: a refutation may come from any requirement; each has its part of it."""
    parts = [
        (run, window, is_bad(one, run.good, run.ended_s - run.due_s))
        for run, window in zip(runs, seen, strict=True)
    ]
    steady = _joined([bad[window.steady] for _, window, bad in parts])
    hurt = _joined([bad[window.hurt] for _, window, bad in parts])
    latency = _joined([(run.ended_s - run.due_s)[window.steady] for run, window, _ in parts])
    share_hurt = hurt_share(claim, seen)
    hurt_bad = float(hurt.mean()) if len(hurt) else 0.0
    allowed = allowed_share(one)
    left = (allowed - share_hurt * hurt_bad) / (1.0 - share_hurt)
    each = alpha / len(claim.require)
    sure = surely_missed(claim, steady, latency, left, each)
    size, separated = _size(claim, steady, latency)
    shares = blocks.shares(steady, size)
    kept = surely_met(claim, steady, latency, left, alpha)
    answer = REFUTED if sure is not None else UPHELD if kept else UNDECIDED
    low, high = sequence.interval(shares, each, alpha)
    more = sequence.if_it_goes_on(shares, left, alpha) if answer == UNDECIDED else None
    counted = _joined([(run.ended_s - run.due_s)[w.steady | w.hurt] for run, w, _ in parts])
    good = np.concatenate([run.good[w.steady | w.hurt] for run, w, _ in parts] or [np.zeros(0, dtype=bool)])
    trial, at_s = _when(parts, sure)
    return Judged(
        one.text, one.metric, answer, allowed, len(steady), int(steady.sum()),
        float(steady.mean()) if len(steady) else 0.0, low, high, _seen(one, good, counted), size, len(shares),
        separated, len(hurt), int(hurt.sum()), share_hurt, sure, trial, at_s,
        None if more is None else more * size,
    )  # fmt: skip


def hurt_share(claim: Claim, seen: Sequence[Windows]) -> float:
    """The part of the hold that faults take, as seen; as planned where none was struck yet."""
    struck = [one.hurt_s for one in seen if one.faults]
    planned = sum(one.length_s + RECOVERY_S for one in claim.during)
    length_s = float(np.mean(struck)) if struck else planned
    return min(0.99, length_s / claim.hold)


def _size(claim: Claim, bad: Floats, latency_s: Floats) -> tuple[int, bool]:
    limits = [one.value for one in claim.require if one.metric == "percentile"]
    far_s = _FAR * min(limits) if limits else _FAR_S
    return blocks.length(claim.rate, np.log(np.maximum(latency_s, max(far_s, 1e-6))), bad)


def _joined(parts: Sequence[NDArray[Any]]) -> Floats:
    return np.concatenate(parts).astype(np.float64) if parts else np.zeros(0)


def _when(
    parts: Sequence[tuple[Run, Windows, NDArray[np.bool_]]], sure: int | None
) -> tuple[int | None, float | None]:
    """Trial and moment at which the operation was due after which it was sure."""
    if sure is None:
        return None, None
    before = 0
    for run, window, _ in parts:
        due_s = run.due_s[window.steady]
        if sure <= before + len(due_s):
            return run.trial, round(float(due_s[max(0, sure - before - 1)]), 3)
        before += len(due_s)
    return None, None


def _seen(one: Threshold, good: NDArray[np.bool_], latency_s: Floats) -> float:
    if not len(good):
        return float("nan")
    if one.metric == "success":
        return float(good.mean())
    waited = np.sort(np.where(good, latency_s, np.inf))
    return float(waited[min(len(waited) - 1, int(np.ceil(one.share * len(waited))) - 1)])
