"""Claims that are just true and just false, thousands of operations of a queue each: how often we are wrong.

A queue (Poisson arrivals, exponential services, one hand) whose waits are known: sojourns are exponential, so
the limit that exactly a share p0 misses is known too. Operations in it are anything but independent.
"""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from reports.claims.requirements import surely_met, surely_missed
from reports.claims.sequence import ALPHA, against_at_least, first_sure, interval, least_blocks
from scenarios.claims import Claim

Floats = NDArray[np.float64]

CLAIMS, OPERATIONS, LOOKS, RATE = 200, 3000, 5, 100.0


def sojourns(busy: float, seed: int) -> Floats:
    """Of CLAIMS queues in their steady state, by operation, in mean services."""
    luck = np.random.default_rng(seed)
    warm = 1500
    services = luck.exponential(1.0, (OPERATIONS + warm, CLAIMS))
    gaps = luck.exponential(1.0 / busy, (OPERATIONS + warm, CLAIMS))
    waits = np.zeros_like(services)
    for at in range(1, len(waits)):
        waits[at] = np.maximum(0.0, waits[at - 1] + services[at - 1] - gaps[at])
    return (waits + services)[warm:].T


def claimed() -> Claim:
    return Claim.model_validate({
        "id": "x", "title": "x", "operation": "status", "rate": f"{RATE:g}/s", "hold": "30s",
        "require": ["p95 < 1s"],
    })  # fmt: skip


def answers(waits: Floats, limit: float, allowed: float) -> tuple[int, int]:
    """How many of the claims are refuted at one of many looks, and how many upheld at the end."""
    claim, refuted, upheld = claimed(), 0, 0
    for latency in waits:
        bad = (latency > limit).astype(float)
        ends = np.linspace(OPERATIONS / LOOKS, OPERATIONS, LOOKS).astype(int)
        refuted += any(
            surely_missed(claim, bad[:at], latency[:at], allowed, ALPHA) is not None for at in ends
        )
        upheld += surely_met(claim, bad, latency, allowed, ALPHA)
    return refuted, upheld


@pytest.mark.parametrize("busy", [0.4, 0.8])
def test_a_claim_at_its_very_edge_is_seldom_refuted_and_seldom_upheld(busy: float) -> None:
    """Both would be wrong by a hair: each at most alpha, and what 200 draws may add by chance (2 sigma)."""
    most = CLAIMS * ALPHA + 2.0 * math.sqrt(CLAIMS * ALPHA * (1.0 - ALPHA))
    allowed = 0.05
    refuted, upheld = answers(sojourns(busy, 3), -math.log(allowed) / (1.0 - busy), allowed)
    assert refuted <= most and upheld <= most, (refuted, upheld)


def test_a_claim_that_is_clearly_true_is_upheld_and_one_clearly_false_refuted() -> None:
    """A tenth of the bad operations that may be; three times as many."""
    busy, allowed = 0.4, 0.05
    waits = sojourns(busy, 4)
    true_refuted, true_upheld = answers(waits, -math.log(allowed / 10) / (1.0 - busy), allowed)
    false_refuted, false_upheld = answers(waits, -math.log(allowed * 3) / (1.0 - busy), allowed)
    assert true_refuted == 0 and true_upheld > 0.8 * CLAIMS, (true_refuted, true_upheld)
    assert false_upheld == 0 and false_refuted > 0.9 * CLAIMS, (false_refuted, false_upheld)


def test_one_short_trouble_at_the_beginning_refutes_nothing() -> None:
    """Half a second of nothing but failures, of a hold of thirty: 1.7 %, and 5 % are allowed."""
    bad = np.concatenate([np.ones(50), np.zeros(2950)])
    latency = np.random.default_rng(1).exponential(0.01, 3000)
    for at in (20, 50, 60, 100, 300, 1000, 3000):
        assert surely_missed(claimed(), bad[:at], latency[:at], 0.05, ALPHA) is None, at


def test_nothing_but_failures_is_refuted_once_the_hold_cannot_be_saved() -> None:
    """5 % of 3000 operations are 150."""
    sure = surely_missed(claimed(), np.ones(400), np.full(400, 15.0), 0.05, ALPHA)
    assert sure is not None and 150 < sure <= 200


@pytest.mark.parametrize("capacity", [20.0, 45.0])
def test_a_queue_that_grows_for_the_whole_hold_is_refuted(capacity: float) -> None:
    """100 operations a second for a server that does fewer: each waits longer than the one before it."""
    due_s = np.cumsum(np.random.default_rng(2).exponential(1.0 / RATE, OPERATIONS))
    ended_s = np.zeros(OPERATIONS)
    for at in range(OPERATIONS):
        ended_s[at] = max(due_s[at], ended_s[at - 1] if at else 0.0) + 1.0 / capacity
    latency = ended_s - due_s
    for look in (0.3, 0.5, 1.0):
        seen = latency[: int(look * OPERATIONS)]
        assert surely_missed(claimed(), (seen > 0.5).astype(float), seen, 0.05, ALPHA / 2) is not None, look


def test_slow_noise_far_from_the_limit_hinders_nobody() -> None:
    """Answers within 2 to 50 ms, at times quicker and at times slower for seconds, where 1 s is allowed."""
    steps = np.random.default_rng(6).normal(0.0, 0.02, OPERATIONS)
    drift = np.clip(np.cumsum(steps), -0.8, 0.8)
    latency = 0.01 * 10.0 ** np.clip(drift, -0.7, 0.69)
    assert surely_met(claimed(), np.zeros(OPERATIONS), latency, 0.05, ALPHA)
    assert not surely_met(claimed(), np.zeros(OPERATIONS), latency * 60.0, 0.05, ALPHA), "no longer far"


@pytest.mark.parametrize("mean", [0.01, 0.2])
def test_an_interval_holds_the_truth(mean: float) -> None:
    luck = np.random.default_rng(5)
    missed, tried = 0, 60
    for _ in range(tried):
        low, high = interval(luck.binomial(10, mean, 300) / 10.0, ALPHA / 2, ALPHA / 2)
        missed += not low <= mean <= high
        assert 0.0 <= low <= high <= 1.0
    assert missed <= tried * ALPHA + 2.0 * math.sqrt(tried * ALPHA * (1.0 - ALPHA))


def test_the_least_blocks_are_the_least() -> None:
    need = least_blocks(0.05, ALPHA)
    assert first_sure(against_at_least(np.zeros(need), 0.05), ALPHA) == need
    assert first_sure(against_at_least(np.zeros(need - 1), 0.05), ALPHA) is None
    assert need >= math.log(ALPHA) / math.log(0.95), "no test can be sure sooner"
