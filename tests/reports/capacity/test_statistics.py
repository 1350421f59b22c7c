"""The statistics of a capacity run, on data of which the truth is known."""

import math

import numpy as np
import pytest

from gladi.capacity.search import Done, Next, following
from gladi.setting import scenario_file
from reports.capacity.answer import answer
from reports.capacity.counting import CONFIRM, RAMP, SEARCH, generators_limit, knee_of
from reports.capacity.growth import growth
from reports.capacity.judging import CORE, GROWTH, HELD, INVALID, LATE, NOT_HELD, Trial, judge
from reports.capacity.limits import of_slo, with_changes
from reports.capacity.nation import Sent, nation, of_nation
from reports.capacity.scalability import scalability
from scenarios import load
from scenarios.thresholds import threshold
from simulators.draws import stream
from tests.reports.capacity.queueing import alone

LIMITS = {"login": (threshold("p95 < 2s"), threshold("success >= 90%"))}
ANY = float("inf")


def _trial(number: int, rate: float, held: bool | None, purpose: str = SEARCH, why: str = "") -> Trial:
    became = INVALID if held is None else HELD if held else NOT_HELD
    return Trial(number, "login", purpose, rate, rate, rate, 6.0, became, (), why)


def _searched(truth: float, width: float, seed: int) -> list[Trial]:
    """A search whose trials are drawn from the very curve that is fitted."""
    luck = stream(seed, "capacity", "test")
    trials: list[Trial] = []
    while len(trials) < 18:
        step = following(trials, 0.5 * truth, ANY, 0.10)
        if isinstance(step, Done):
            assert step.why == "precision"
            break
        chance = 1 / (1 + (step.rate_per_s / truth) ** (1 / width))
        trials.append(_trial(len(trials), step.rate_per_s, bool(luck.random() < chance), step.purpose))
    return trials


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """26 searches: 95 % would be 24.7; fewer than 21 would happen by chance once in a hundred."""
    found = [knee_of(_searched(100.0, width, seed)) for width in (0.02, 0.06) for seed in range(13)]
    inside = sum(one is not None and one.low_per_s <= 100.0 <= one.high_per_s for one in found)
    assert inside >= 21, inside
    middles = [one.rate_per_s for one in found if one]
    assert np.median(middles) == pytest.approx(100.0, rel=0.03)


def test_a_wider_curve_has_a_wider_interval() -> None:
    spreads = [np.mean([knee_of(_searched(100.0, width, seed)).spread for seed in range(3)])  # type: ignore[union-attr]
               for width in (0.01, 0.15)]  # fmt: skip
    assert spreads[0] < 0.5 * spreads[1]


def _grows(load_share: float, seeds: int = 20) -> float:
    queue = alone(3, 0.02)
    grew = 0
    for seed in range(seeds):
        row, columns = queue.offered(0, load_share * queue.capacity_per_s, 1.5, 4.5, SEARCH, seed)
        grew += growth(columns["due_s"], columns["ended_s"], row["warm_s"], row["seconds"]).grows()
    return grew / seeds


def test_a_queue_below_capacity_seldom_grows_and_above_it_always() -> None:
    assert _grows(0.8) <= 0.1
    assert _grows(1.15) >= 0.95


def test_what_stays_behind_is_what_comes_too_much() -> None:
    queue = alone(3, 0.02)
    behind = []
    for seed in range(12):
        row, columns = queue.offered(0, 1.25 * queue.capacity_per_s, 1.5, 4.5, SEARCH, seed)
        behind.append(growth(columns["due_s"], columns["ended_s"], row["warm_s"], row["seconds"]).left_behind)
    assert np.mean(behind) == pytest.approx(0.2, abs=0.04)  # of five that come, four are answered


def test_a_good_latency_is_not_enough_when_the_queue_grows() -> None:
    queue = alone(3, 0.02)
    trial = queue.trial(0, 1.15 * queue.capacity_per_s, 1.5, 4.5, SEARCH, 3, LIMITS)
    assert trial.p95_s["login"] < 2.0 and trial.held is False
    assert [miss.metric for miss in trial.misses] == [GROWTH]


def test_a_late_generator_is_never_the_systems_fault() -> None:
    row, columns = alone(1, 0.1).offered(0, 30.0, 1.0, 3.0, SEARCH, 1)
    assert judge(row, columns, LIMITS).held is False
    late = judge({**row, "late_p99_ms": 300.0}, columns, LIMITS)
    assert late.held is None and late.generators_fault
    busy = judge({**row, "own_share": 0.95}, columns, LIMITS)
    assert busy.held is None and busy.generators_fault
    ran_out = judge({**row, "why": "the pages ran out"}, columns, LIMITS)
    assert ran_out.held is None and not ran_out.generators_fault


def test_when_the_generator_is_the_limit_the_answer_is_at_least() -> None:
    trials = [_trial(0, 100.0, True, RAMP), _trial(1, 140.0, None, RAMP, CORE)]
    assert following(trials, 100.0, ANY, 0.1) == Next(140.0, RAMP), "once may be chance"
    trials.append(_trial(2, 140.0, None, RAMP, LATE))
    assert generators_limit(trials) == 140.0
    below = following(trials, 100.0, ANY, 0.1)
    assert isinstance(below, Next) and below.rate_per_s == pytest.approx(119.0)
    trials += [_trial(3, 119.0, True, RAMP), _trial(4, 119.0, True, RAMP)]
    assert following(trials, 100.0, ANY, 0.1) == Done("generator")
    told = answer(
        "login", [*trials, _trial(5, 119.0, True, CONFIRM)], [], "generator", {"login": 1.0}, Sent()
    )
    assert told.outcome == "at_least" and told.holds_per_s == 119.0 and told.knee is None


def test_consent_is_a_ceiling() -> None:
    trials: list[Trial] = []
    while isinstance(step := following(trials, 30.0, 50.0, 0.1), Next):
        assert step.rate_per_s <= 50.0
        trials.append(_trial(len(trials), step.rate_per_s, True, step.purpose))
    assert step == Done("ceiling") and len(trials) < 8


def test_a_system_that_holds_nothing_is_left_in_peace() -> None:
    trials: list[Trial] = []
    while isinstance(step := following(trials, 30.0, ANY, 0.1), Next):
        trials.append(_trial(len(trials), step.rate_per_s, False, step.purpose))
    assert step == Done("nothing held")
    assert answer("login", trials, [], step.why, {"login": 1.0}, Sent()).outcome == "undecided"


@pytest.mark.slow
@pytest.mark.parametrize(("mean_s", "limit"), [(0.02, "p95 < 2s"), (0.08, "p95 < 5s")])
def test_the_knee_of_a_known_queue_comes_back(mean_s: float, limit: str) -> None:
    """The whole method but the clock: at least 18 of 20 intervals contain hands / service."""
    queue = alone(3, mean_s)
    inside = 0
    for seed in range(20):
        trials: list[Trial] = []
        while len(trials) < 36:
            step = following(trials, 0.6 * queue.capacity_per_s, ANY, 0.10)
            if isinstance(step, Done):
                break
            trials.append(queue.trial(len(trials), step.rate_per_s, 1.5, 4.5, step.purpose,
                                      1000 * seed + len(trials), {"login": (threshold(limit),)}))  # fmt: skip
        found = knee_of(trials)
        inside += found is not None and found.low_per_s <= queue.capacity_per_s <= found.high_per_s
    assert inside >= 18


def test_the_law_comes_back_with_its_errors() -> None:
    clients = np.array([1, 2, 4, 8, 16, 32, 64] * 2, float)
    exact = 100 * clients / (1 + 0.05 * (clients - 1) + 0.002 * clients * (clients - 1))
    noise = 1 + 0.02 * stream(1, "usl", "test").standard_normal(len(clients))
    law = scalability(clients.tolist(), (exact * noise).tolist())
    assert law.sigma == pytest.approx(0.05, abs=3 * law.sigma_error)
    assert law.kappa == pytest.approx(0.002, abs=3 * law.kappa_error)
    assert law.kappa_known and law.peak_clients == pytest.approx(math.sqrt(0.95 / 0.002), rel=0.15)


def test_without_a_downturn_no_peak_is_claimed() -> None:
    clients = [1.0, 2.0, 4.0, 8.0, 16.0]
    law = scalability(clients, [100 * n / (1 + 0.05 * (n - 1)) for n in clients])
    assert not law.kappa_known and law.peak_clients is None and law.peak_per_s is None


def test_limits_are_those_of_the_scenario_unless_told() -> None:
    limits = of_slo(load(scenario_file("kepahiang-2024")).slo)
    assert [one.text for one in limits["login"]] == ["p95 < 5s", "success >= 90%"]
    changed = with_changes(limits, ["submit_page: p95 < 2s, success > 99.9%"])
    assert [one.text for one in changed["submit_page"]] == ["p95 < 2s", "success > 99.9%"]
    assert changed["login"] == limits["login"]


@pytest.mark.parametrize(
    "told", ["p95 < 2s", "login:", "logn: p95 < 2s", "login: p95 < 2", "login: rate > 50/s"]
)
def test_a_limit_that_cannot_be_is_refused(told: str) -> None:
    with pytest.raises(ValueError, match=r"write|kind of operation|one step"):
        with_changes(LIMITS, [told])


def test_the_nation_is_said_in_tps_a_minute() -> None:
    found = of_nation("mixed", 80.0, {"submit_page": 3.0, "status": 5.0}, Sent(region_tps=447))
    assert found.tps_a_minute == pytest.approx(600.0)  # 30 pages a second, three a TPS
    assert found.share == pytest.approx(600 / 829)
    assert found.regions == pytest.approx(600 / (829 * 447 / 823_236))
    assert found.all_pages == pytest.approx(30 * 60 / 66 / 829)


def test_a_tps_counts_when_all_its_forms_were_sent() -> None:
    mix = {"submit_page": 3.0, "status": 5.0}
    five = of_nation("mixed", 80.0, mix, Sent(("ppwp", "dpr", "dpd", "dprd-prov", "dprd-kab"), 66.0, 447))
    assert five.tps_a_minute == pytest.approx(30 * 60 / 66) and five.all_pages is None
    pilkada = Sent(("kwk-gubernur", "kwk-bupati"), 6.3, 14_548)
    two = of_nation("submit_page", 30.0, {"submit_page": 1.0}, pilkada)
    assert two.tps_a_minute == pytest.approx(30 * 60 / 6.3)
    assert two.share == pytest.approx(30 * 60 / 6.3 / (829 * 435_296 / 823_236))
    said = nation(two, "en")
    assert "6.3 pages" in said and "435,296" in said and "66" not in said
    logins = of_nation("login", 40.0, {"login": 1.0}, pilkada)
    assert logins.hours_for_all == pytest.approx(2 * 435_296 / 40 / 3600)
