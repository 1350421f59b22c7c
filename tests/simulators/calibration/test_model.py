"""From measurements to a model, and from a model to predictions."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from simulators.calibration.errors import errors
from simulators.calibration.fit import LIKE, SATURATED, Measured, fit
from simulators.calibration.loads import Load, Outcome, arrivals, spread
from simulators.calibration.predict import at_times_capacity, attempts, capacity, play, predict
from simulators.calibration.shapes import Burst
from simulators.calibration.stations import closed_rate
from simulators.server import KINDS, Pool, ServerModel, Service, read_model, write_model

CLIENTS = (1, 2, 3, 4, 8, 16, 32)
MEAN_S = {"login": 0.050, "submit_page": 0.010, "status": 0.002, "confirm": 0.003, "read": 0.001}
ONE = Pool("server", 1, refuse_after_s=3.0)


def measured(**given: object) -> Measured:
    closed = {kind: [(n, closed_rate(n, 2, mean_s, 0.0)) for n in CLIENTS] for kind, mean_s in MEAN_S.items()}
    idle = {kind: [mean_s] * 20 for kind, mean_s in MEAN_S.items()} | {"activate": [0.1] * 20}
    return replace(Measured(closed, idle), **given)  # type: ignore[arg-type]


def server(pool: Pool = ONE, sigma: float = 0.3) -> ServerModel:
    services = (Service(kind, pool.name, MEAN_S.get(kind, 0.01), sigma) for kind in KINDS)
    return ServerModel("x", "test", (pool,), tuple(services))


def test_every_kind_has_a_service_and_what_is_assumed_is_said(tmp_path: Path) -> None:
    model = fit(measured(), "x", "test", {"date": "now"})
    assert model.pool("server").hands == 2
    assert model.service("activate").mean_s == pytest.approx(2 * MEAN_S["login"], rel=0.02)
    assert len(model.measured["assumed"]) == len(KINDS) - len(SATURATED) == len(LIKE)
    write_model(model, tmp_path / "server.json")
    assert read_model(tmp_path / "server.json") == model
    json.loads((tmp_path / "server.json").read_text(), parse_constant=pytest.fail)


def test_kinds_in_one_queue_are_answered_alike_and_share_a_pool() -> None:
    model = fit(measured(together={"login": 16.0, "submit_page": 17.0}), "x", "test", {})
    assert [pool.name for pool in model.pools] == ["server"]


@pytest.mark.parametrize(
    "together", [{"login": 10.0, "submit_page": 90.0}, {"login": 38.0, "submit_page": 180.0}]
)
def test_logins_that_give_way_or_disturb_nobody_have_a_queue_of_their_own(together: dict[str, float]) -> None:
    model = fit(measured(together=together), "x", "test", {})
    assert {model.service("login").pool, model.service("activate").pool} == {"password"}
    assert model.service("submit_page").pool == "server"
    assert model.measured["passwords_apart"]


def test_limits_that_differ_between_classes_become_gates_before_the_same_hands() -> None:
    bursts = [Burst("login", 900, 140, 760, 3.5, 3.0), Burst("submit_page", 900, 500, 400, 2.5, 3.0)]
    model = fit(measured(bursts=bursts), "x", "test", {})
    assert {pool.name: (pool.hands_of, pool.refuse_after_s) for pool in model.pools[1:]} == {
        "login": ("server", 3.5),
        "upload": ("server", 2.5),
    }
    assert model.retry_after_s == 3.0


def test_a_kind_that_was_not_measured_enough_is_named() -> None:
    closed = {**measured().closed, "read": [(1, 9.0), (2, 9.0)]}
    with pytest.raises(ValueError, match="read"):
        fit(measured(closed=closed), "x", "test", {})


def test_the_arrivals_of_a_load_depend_on_the_seed_alone_and_keep_its_rate() -> None:
    load = Load("x", {"login": 1.0, "status": 3.0}, 100.0, 60.0)
    found = arrivals(load, 5)
    assert found == arrivals(load, 5) != arrivals(load, 6)
    assert len(found) == pytest.approx(6000, rel=0.05)
    assert sum(one.kind == "login" for one in found) == pytest.approx(1500, rel=0.1)


def test_capacity_of_a_mix_is_that_of_the_hands_behind_the_gates() -> None:
    load = Load("x", {"login": 1.0, "submit_page": 1.0}, 1.0, 1.0)
    assert capacity(server(), load) == pytest.approx(1 / ((0.050 + 0.010) / 2))


def test_below_capacity_all_succeed_and_above_it_the_rest_is_refused() -> None:
    load = Load("x", {"submit_page": 1.0}, 1.0, 20.0)
    calm = predict(server(), at_times_capacity(server(), load, 0.5), 1)
    assert calm["refused"].middle == 0.0
    # M/G/1: mean number in system is small at half load; half of all wait not even one service.
    assert calm["p50_s"].middle < 0.03
    pressed = predict(server(), at_times_capacity(server(), load, 2.0), 1)
    assert pressed["goodput_per_s"].middle == pytest.approx(100.0 * 23 / 20, rel=0.06)
    assert pressed["p95_s"].middle == pytest.approx(3.0, rel=0.03)


def test_clients_that_leave_before_their_turn_bring_goodput_down() -> None:
    load = at_times_capacity(server(), Load("x", {"submit_page": 1.0}, 1.0, 20.0), 1.5)
    patient, impatient = play(server(), load, 1), play(server(), replace(load, patience_s=1.0, tries=4), 1)
    assert impatient.goodput_per_s < 0.6 * patient.goodput_per_s
    assert impatient.gave_up > 0.2


def test_a_frozen_server_answers_afterwards_and_a_killed_one_has_forgotten() -> None:
    load = Load("x", {"submit_page": 1.0}, 50.0, 10.0, outage=(3.0, 5.0))
    frozen = attempts(server(Pool("server", 1)), load, 1)
    assert not [one for one in frozen if 3.05 < one.ended_s < 5.0]
    assert {one.became for one in frozen} == {"good"}
    killed = attempts(server(Pool("server", 1)), replace(load, outage_kills=True), 1)
    assert {one.became for one in killed if 3.0 < one.began_s < 5.0} == {"broken"}


def test_errors_are_relative_but_differences_for_shares() -> None:
    def seen(goodput: float, refused: float) -> Outcome:
        return Outcome(100.0, goodput, 0.1, 0.2, refused, 0.0, 1000)

    told = {"goodput_per_s": spread([110.0]), "refused": spread([0.3])}
    found = {one.metric: one for one in errors(("x", told, seen(g, 0.1)) for g in (100.0, 110.0, 50.0))}
    assert found["goodput_per_s"].error == pytest.approx(0.1)
    assert (found["goodput_per_s"].least, found["goodput_per_s"].most) == (0.0, pytest.approx(1.2))
    assert found["refused"].error == pytest.approx(0.2)
