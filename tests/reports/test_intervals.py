"""Intervals hold what they promise, on distributions whose truth is known."""

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from reports import intervals

RNG = np.random.default_rng(7)


@pytest.mark.parametrize(("share", "n"), [(0.5, 40), (0.95, 300), (0.99, 2000)])
def test_percentiles_hold_the_true_one_nineteen_times_of_twenty(share: float, n: int) -> None:
    truth = -np.log(1 - share)
    held = 0
    for drawn in np.sort(RNG.exponential(size=(800, n))):
        low, high = intervals.of_percentile(drawn, share)
        held += low <= truth <= high
    assert held / 800 >= 0.93


def test_percentiles_agree_with_the_binomial_law_of_scipy() -> None:
    for n in (1, 7, 60, 1000):
        for share in (0.5, 0.9, 0.99):
            ordered = np.arange(1.0, n + 1)
            low, high = (int(binom.ppf(tail, n, share)) for tail in (0.025, 0.975))
            expected = (float(low), float(high + 1) if high < n else np.inf)
            assert intervals.of_percentile(ordered, share) == expected


def test_percentile_is_a_value_that_was_seen() -> None:
    ordered = np.arange(1.0, 101)
    assert [intervals.percentile(ordered, share) for share in (0.001, 0.5, 0.95, 0.999)] == [1, 50, 95, 100]


def test_the_least_number_for_a_percentile() -> None:
    assert [intervals.enough_for(share) for share in (0.5, 0.95, 0.99, 0.999)] == [5, 59, 299, 2995]


@pytest.mark.parametrize(("count", "n"), [(0, 50), (1, 50), (25, 50), (50, 50), (997, 1000)])
def test_shares_agree_with_scipy(count: int, n: int) -> None:
    known = binomtest(count, n).proportion_ci(method="wilson")
    assert intervals.of_share(count, n) == pytest.approx((known.low, known.high), abs=1e-12)


def test_counts_hold_the_true_mean() -> None:
    drawn = RNG.poisson(12.0, size=2000)
    bounds = [intervals.of_count(int(one)) for one in drawn]
    assert np.mean([low <= 12.0 <= high for low, high in bounds]) >= 0.94


def test_a_mean_of_blocks_that_differ_is_less_sure_than_one_of_independent_values() -> None:
    held = 0
    block = np.repeat(np.arange(12), 40)
    for _ in range(400):
        values = np.repeat(RNG.normal(size=12), 40) + 0.2 * RNG.normal(size=480) + 3.0
        found = intervals.of_mean(values, block)
        assert found is not None
        held += found[0] <= 3.0 <= found[1]
    assert held / 400 >= 0.91
    assert intervals.of_mean(np.ones(9), np.repeat([0, 1], [4, 5])) is None
