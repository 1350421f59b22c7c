"""A server of which everything is known is measured over HTTP, and comes back; so do loads it never saw."""

import json
import math
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gladi.address import Address
from gladi.calibrate.holding import cases, commit, offer
from gladi.calibrate.measuring import Effort, measure
from gladi.offering.crowd import Crowd, Photos
from gladi.offering.generator import Generator
from gladi.offering.ground import Ground, people
from gladi.setting import scenario_file
from scenarios import load
from simulators.calibration.errors import Error, errors
from simulators.calibration.fit import fit
from simulators.calibration.loads import Coming, Load
from simulators.server import ServerModel
from tests.gladi.runs import gladi
from tests.gladi.sleeping_server import RETRY_AFTER_S, SleepingSystem

pytestmark = [pytest.mark.alone, pytest.mark.slow]

HANDS, QUEUE, SIGMA = 3, 40, 0.3
SERVICE_S = {"login": 0.080, "submit_page": 0.040, "status": 0.020, "confirm": 0.025, "read": 0.015}


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    settings = {"hands": HANDS, "queue": QUEUE, "service_s": SERVICE_S, "sigma": SIGMA}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.gladi.sleeping_server", json.dumps(settings)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    address = Address(f"http://127.0.0.1:{int(server.stdout.readline())}")
    scenario, crowded = people(load(scenario_file("kepahiang-2024")), 1, 1_200)
    generator = Generator(SleepingSystem(address, 1, None), address)
    photos = Photos(scenario, 1, crowded)
    try:
        yield Ground(
            address,
            generator,
            Crowd(scenario, 1, crowded, photos),
            photos.mean_bytes,
            lambda: [server.pid],
            {},
        )
    finally:
        generator.close()
        server.kill()
        server.wait()


@pytest.fixture(scope="module")
def model(ground: Ground) -> ServerModel:
    measured, discarded = measure(ground, Effort(0.8, 2.5), lambda *_: None, lambda: None)
    assert not [why for why in discarded if "generator" not in why], discarded
    return fit(measured, "sleeping", "test", {"date": "now"})


def test_hands_and_capacity_come_back(model: ServerModel) -> None:
    assert model.pool("server").hands == HANDS, model.measured["stations"]["server"]["bic"]
    for kind, mean_s in SERVICE_S.items():
        assert model.capacity(kind) == pytest.approx(HANDS / mean_s, rel=0.12), kind


def test_the_shape_comes_back(model: ServerModel) -> None:
    for kind in ("status", "read"):
        assert model.service(kind).sigma == pytest.approx(SIGMA, abs=0.12), kind


def test_the_limit_and_what_a_refusal_says_come_back(model: ServerModel) -> None:
    assert [pool.name for pool in model.pools] == ["server"], "one queue for all kinds"
    assert model.pool("server").queue == pytest.approx(QUEUE, abs=6)
    assert math.isinf(model.pool("server").refuse_after_s)
    assert model.retry_after_s == RETRY_AFTER_S


def test_a_page_sent_again_costs_what_is_left(model: ServerModel) -> None:
    assert model.service("submit_page").repeat == pytest.approx(0.25, abs=0.08)


def test_what_was_not_measured_is_said(model: ServerModel) -> None:
    assert any(one.startswith("recap: not measured") for one in model.measured["assumed"])


def test_loads_it_never_saw_are_predicted_and_written_down_first(
    ground: Ground, model: ServerModel, tmp_path: Path
) -> None:
    loads = [one for one in cases(model, 4.0, can_freeze=False) if "patience" not in one.name]
    path = tmp_path / "predictions.jsonl"
    held = commit(model, loads, (11,), path)
    written = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(written) == len(loads) and not any("seen" in line for line in written)
    offered = offer(ground, held, path, lambda *_: None, lambda: None)
    assert [json.loads(line) for line in path.read_text().splitlines()][: len(loads)] == written
    assert not [one.invalid for one in offered if one.invalid]
    found = errors((one.load.name, one.predicted, one.seen) for one in offered if one.seen)
    for one in found:
        if one.metric == "goodput_per_s":
            assert abs(one.error) < 0.12, one
        if one.metric == "p50_s":
            assert abs(one.error) < 0.35, one
    assert _of(found, "200% of capacity", "refused").seen > 0.1, "or nothing was overloaded"


def _of(found: list[Error], name: str, metric: str) -> Error:
    return next(one for one in found if (one.load, one.metric) == (name, metric))


def test_a_client_that_leaves_comes_again_and_counts_once(ground: Ground) -> None:
    """40 logins at once on 3 hands: with 0.2 s of patience most leave, and the server works on."""
    coming = [Coming(number, 0.0, "login") for number in range(40)]
    once = ground.generator.open(
        Load("x", {"login": 1.0}, 40.0, 1.0, patience_s=0.2), coming, ground.crowd.ask
    )
    became = [one.became for one in once.attempts]
    assert len(became) == 40
    assert 3 <= became.count("good") <= 24 and became.count("gave_up") >= 16
    time.sleep(1.0)
    again = Load("x", {"login": 1.0}, 40.0, 4.0, patience_s=0.2, tries=3, again_s=0.3)
    step = ground.generator.open(again, coming, ground.crowd.ask)
    assert max(sum(one.number == n for one in step.attempts) for n in range(40)) == 3
    assert all(one.due_s == 0.0 for one in step.attempts)


def test_a_generator_that_was_late_says_so(ground: Ground) -> None:
    """Requests of a millisecond's distance while this process is kept from running."""
    coming = [Coming(number, number / 1000, "status") for number in range(200)]

    def slow(kind: str):  # type: ignore[no-untyped-def]
        time.sleep(0.004)
        return ground.crowd.ask(kind)

    step = ground.generator.open(Load("x", {"status": 1.0}, 1000.0, 0.2), coming, slow)
    assert "late" in step.invalid


def test_freezing_stops_the_server_and_lets_it_go_on(ground: Ground) -> None:
    with ground.frozen():
        frozen = ground.generator.closed(1, 0.1, lambda: None)
        assert frozen.ran_out
        coming = [Coming(0, 0.0, "status")]
        step = ground.generator.open(Load("x", {"status": 1.0}, 1.0, 1.0, 0.5), coming, ground.crowd.ask)
        assert [one.became for one in step.attempts] == ["gave_up"]
    step = ground.generator.open(Load("x", {"status": 1.0}, 1.0, 1.0, 5.0), coming, ground.crowd.ask)
    assert [one.became for one in step.attempts] == ["good"]


def test_a_model_that_is_there_already_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "server.json").write_text("{}")
    done = gladi("calibrate", "--out", tmp_path / "server.json")
    assert done.code == 2 and "exists already" in done.err


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "server.json").write_text("{}")
    done = gladi("calibrate", "--validate", tmp_path / "server.json")
    assert done.code == 2 and "is not a server model" in done.err


def test_strangers_are_not_measured_without_their_consent(tmp_path: Path) -> None:
    done = gladi("calibrate", "--target", "http://192.0.2.1", "--out", tmp_path / "server.json")
    assert done.code == 2 and "port" in done.err
