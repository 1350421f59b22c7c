"""The queues against closed formulas of queueing theory, before anything is fitted."""

import pytest

from tests.simulators.server.formulas import CASES, estimate, mmc_wait_s, mmck_loss

SEEDS, ARRIVALS = 20, 300_000
STUDENT = 3.88
"""Two-sided 99.9 % of Student's t with SEEDS - 1 degrees of freedom; seeds are fixed, so nothing flakes."""


@pytest.mark.parametrize("name", CASES)
def test_the_mean_is_what_the_formula_says(name: str) -> None:
    expected = CASES[name][3]
    mean, error = estimate(name, SEEDS, ARRIVALS)
    assert error < 0.03 * expected, "an interval this wide would prove nothing"
    assert abs(mean - expected) < STUDENT * error


def test_a_neighbouring_system_is_told_apart() -> None:
    mean, error = estimate("M/M/16, rho 0.8", SEEDS, ARRIVALS)
    assert abs(mean - mmc_wait_s(17, 0.8 * 16 / 17)) > 10 * error, "one hand more"
    mean, error = estimate("M/M/4/14, load 3.8", SEEDS, ARRIVALS)
    assert abs(mean - mmck_loss(4, 11, 3.8)) > 5 * error, "one place more"
