"""Known servers come back from what would have been measured on them."""

import math

import numpy as np
import pytest

from simulators.calibration.least_squares import least_squares
from simulators.calibration.shapes import Burst, Limit, limits, one_limit, retry_after, shared, sigma_of
from simulators.calibration.stations import anchored, closed_rate, fit_station, slower
from simulators.calibration.usl import fit_usl

CLIENTS = (1, 2, 4, 8, 16, 32)


def noise(n: int, share: float, seed: int) -> np.ndarray:
    return np.random.Generator(np.random.Philox(seed)).normal(1.0, share, n)


def test_the_law_of_gunther_comes_back_exactly_without_noise() -> None:
    found = fit_usl(CLIENTS, [995.6 * n / (1 + 0.0267 * (n - 1) + 0.000769 * n * (n - 1)) for n in CLIENTS])
    assert found.one_per_s == pytest.approx(995.6, rel=1e-4)
    assert found.contention == pytest.approx(0.0267, rel=1e-3)
    assert found.coherency == pytest.approx(0.000769, rel=1e-3)
    assert found.peak_clients == pytest.approx(math.sqrt((1 - 0.0267) / 0.000769), rel=1e-3)
    assert found.rate(16) == pytest.approx(995.6 * 16 / (1 + 0.0267 * 15 + 0.000769 * 240), rel=1e-4)


def test_with_noise_the_truth_lies_within_three_standard_errors_almost_always() -> None:
    """200 draws of 3 % noise: 99.7 % would be outside three times in a thousand, were the errors normal."""
    clients = [n for n in CLIENTS for _ in range(3)]
    truth = (50.0, 0.08, 0.002)
    exact = np.array([truth[0] * n / (1 + truth[1] * (n - 1) + truth[2] * n * (n - 1)) for n in clients])
    outside = 0
    for seed in range(200):
        found = fit_usl(clients, list(exact * noise(len(clients), 0.03, seed)))
        for value, error, right in (
            (found.one_per_s, found.one_error, truth[0]),
            (found.contention, found.contention_error, truth[1]),
            (found.coherency, found.coherency_error, truth[2]),
        ):
            assert error > 0
            outside += abs(value - right) > 3 * error
    assert outside <= 0.03 * 600


def test_a_server_without_contention_has_no_peak() -> None:
    found = fit_usl(CLIENTS, [10.0 * n for n in CLIENTS])
    assert found.contention == pytest.approx(0.0, abs=1e-6)
    assert found.coherency == pytest.approx(0.0, abs=1e-6)


def test_two_numbers_of_clients_are_too_few() -> None:
    with pytest.raises(ValueError, match="three"):
        fit_usl([1, 2, 2], [10.0, 20.0, 20.0])


def test_a_line_is_fitted_as_the_textbook_says() -> None:
    """Slope, intercept and their errors against the closed formulas of linear regression."""
    x = np.arange(12.0)
    y = 2.0 * x + 1.0 + noise(12, 0.3, 1) - 1.0
    fit = least_squares(lambda v: v[0] * x + v[1] - y, np.array([0.5, 0.5]), np.array([-9.0, -9.0]))
    slope = np.sum((x - x.mean()) * y) / np.sum((x - x.mean()) ** 2)
    left = y - (slope * x + y.mean() - slope * x.mean())
    error = math.sqrt(left @ left / 10 / np.sum((x - x.mean()) ** 2))
    assert fit.values[0] == pytest.approx(slope, rel=1e-6)
    assert fit.errors[0] == pytest.approx(error, rel=1e-4)


def test_the_closed_form_agrees_with_clients_that_are_played() -> None:
    """3 hands, exponential service of 10 ms, 15 ms besides, 6 clients: 400,000 services by hand."""
    import heapq

    draw = np.random.Generator(np.random.Philox(3))
    free, due, done = [0.0] * 3, [(0.0, n) for n in range(6)], 0
    heapq.heapify(due)
    now = 0.0
    for _ in range(400_000):
        now, client = heapq.heappop(due)
        begin = max(now, free[0])
        end = begin + float(draw.exponential(0.010))
        heapq.heapreplace(free, end)
        heapq.heappush(due, (end + float(draw.exponential(0.015)), client))
        done += 1
    assert closed_rate(6, 3, 0.010, 0.015) == pytest.approx(done / now, rel=0.01)


@pytest.mark.parametrize("hands", [1, 2, 4, 8])
@pytest.mark.parametrize("base_s", [0.0, 0.004])
def test_hands_and_service_come_back_from_the_knee(hands: int, base_s: float) -> None:
    service = {"login": 0.050, "status": 0.004}
    exact = {
        kind: [(n, closed_rate(n, hands, mean_s, base_s)) for n in CLIENTS]
        for kind, mean_s in service.items()
    }
    for seed in range(3):
        shaken = {
            kind: [(n, rate * factor) for (n, rate), factor in zip(points, noise(6, 0.02, seed), strict=True)]
            for kind, points in exact.items()
        }
        found = anchored(fit_station(shaken), shaken)
        # Eight hands and a base as long as the service saturate only at the last point: six look alike.
        assert abs(found.hands - hands) <= hands // 4, found.bic
        for kind, mean_s in service.items():
            assert found.hands / found.mean_s[kind] == pytest.approx(hands / mean_s, rel=0.06), kind
            whole_s = found.mean_s[kind] + found.base_s[kind]
            assert whole_s == pytest.approx(mean_s + base_s, rel=0.08), kind


def test_hands_that_disturb_one_another_are_told_from_fewer_hands() -> None:
    points = [(n, closed_rate(n, 8, 0.020, 0.0, 0.05, 0.002)) for n in (1, 2, 3, 4, 6, 8, 12, 16, 32)]
    found = fit_station({"login": points})
    assert found.hands == 8
    for busy in (2, 4, 8):
        right = slower(busy, 0.05, 0.002)
        assert slower(busy, found.contention, found.coherency) == pytest.approx(right, rel=0.02), busy


@pytest.mark.parametrize("sigma", [0.1, 0.35, 0.8])
def test_the_shape_of_a_service_comes_back_whatever_the_link(sigma: float) -> None:
    draw = np.random.Generator(np.random.Philox(9))
    service = 0.02 * np.exp(sigma * draw.standard_normal(4000) - sigma**2 / 2)
    assert sigma_of(list(service + 0.3), 0.02) == pytest.approx(sigma, rel=0.06)


def test_a_few_that_were_disturbed_do_not_change_the_shape() -> None:
    draw = np.random.Generator(np.random.Philox(9))
    service = 0.02 * np.exp(0.3 * draw.standard_normal(1000) - 0.045)
    service[:20] += 1.0
    assert sigma_of(list(service), 0.02) == pytest.approx(0.3, rel=0.1)


def test_a_limit_of_number_is_told_from_one_of_time() -> None:
    by_number = limits(
        [Burst("login", 900, 102, 798, 5.1, 2.0), Burst("submit_page", 900, 100, 800, 1.0, 2.0)], hands=2
    )
    assert {kind: (one.queue, one.refuse_after_s) for kind, one in by_number.items()} == {
        "login": (100, None),
        "submit_page": (98, None),
    }
    late = [Burst("login", 900, 80, 820, 3.5, 3.0), Burst("submit_page", 900, 400, 500, 2.5, 3.0)]
    by_time = limits(late, hands=2)
    assert {kind: (one.queue, one.refuse_after_s) for kind, one in by_time.items()} == {
        "login": (None, 3.5),
        "submit_page": (None, 2.5),
    }
    assert retry_after(late) == 3.0


def test_what_was_answered_while_the_burst_was_still_sent_made_room() -> None:
    found = limits([Burst("login", 900, 142, 758, 5.0, 2.0, early=40)], hands=2)
    assert found["login"].queue == 100


def test_classes_with_one_limit_share_a_queue() -> None:
    assert one_limit([Limit(100, None, ""), Limit(96, None, "")]) == Limit(98, None, "one limit for all")
    assert one_limit([Limit(None, 2.5, ""), Limit(None, 3.5, "")]) is None
    assert one_limit([Limit(100, None, ""), Limit(None, None, "")]) is None


def test_a_burst_that_was_taken_in_whole_proves_no_limit() -> None:
    none = limits([Burst("login", 200, 200, 0, 8.0, 0.0)], hands=2)["login"]
    assert (none.queue, none.refuse_after_s) == (None, None)
    assert "200" in none.why


def test_kinds_that_share_nothing_add_up_to_their_number() -> None:
    assert shared({"a": 10.0, "b": 100.0}, {"a": 5.0, "b": 50.0}) == 1.0
    assert shared({"a": 10.0, "b": 100.0}, {"a": 10.0, "b": 100.0}) == 2.0
