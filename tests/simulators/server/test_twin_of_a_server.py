"""The twin on another server: what phones hear, and what goes on when they have stopped listening."""

from dataclasses import replace
from math import inf
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow.parquet as pq
import pytest
import simpy

from simulators.operations import Answer, Kind, Operation
from simulators.server import ServerModel, read_model, write_model
from simulators.twin import Outage, Twin
from tests.gladi.runs import SPRINT, TWO_POOLS, gladi

LINK = "4g"


def payload(operation: Operation) -> tuple[str, int, str, str]:
    return ("a" * 64, 100_000, "b" * 64, "{}") if operation.kind == "submit_page" else ("", 0, "", "")


def steady(mean_s: float, hands: int = 1, **pool: Any) -> ServerModel:
    """The reference with one service time for all, and no chance in it."""
    model = read_model(TWO_POOLS)
    core, gate = model.pools
    return replace(
        model,
        pools=(replace(core, hands=hands, **pool), replace(gate, refuse_after_s=inf)),
        services=tuple(replace(one, mean_s=mean_s, sigma=0.0) for one in model.services),
    )


class Played:
    """Operations of one TPS, each at its moment, against a twin."""

    def __init__(self, model: ServerModel, *asked: Operation, outages: tuple[Outage, ...] = ()) -> None:
        env = simpy.Environment()
        self.heard: list[tuple[Operation, Answer, float, float]] = []
        self.twin = Twin(env, model, 1, outages, payload, lambda *row: self.heard.append(row))

        def ask(operation: Operation) -> Any:
            yield env.timeout(operation.intended_s)
            yield self.twin.perform(operation)

        for operation in asked:
            env.process(ask(operation))
        env.run(until=1000.0)

    def answers(self, kind: Kind) -> list[tuple[str, int, str, float]]:
        """Outcome, status, reason and how long it took, of every operation of a kind in order of asking."""
        rows = sorted((row for row in self.heard if row[0].kind == kind), key=lambda row: row[0].intended_s)
        return [(one.outcome, one.status, one.reason, end - start) for _, one, start, end in rows]


def op(kind: Kind, at_s: float, page: int = 0, key: str = "", timeout_s: float = 30.0) -> Operation:
    return Operation(
        kind, "1708032001001", "1708032001001", 1, "170803", LINK, at_s, timeout_s, "ppwp", page,
        key=key or f"{kind}{page}",
    )  # fmt: skip


IN = (op("activate", 0.0), op("login", 20.0))


def test_a_phone_that_stops_waiting_leaves_the_server_its_work() -> None:
    played = Played(
        steady(10.0, refuse_after_s=100.0), *IN, op("submit_page", 40.0, 1, timeout_s=3.0),
        op("status", 44.0),
    )  # fmt: skip
    outcome, _, reason, took_s = played.answers("submit_page")[0]
    assert (outcome, reason) == ("unknown", "timeout")
    assert took_s == pytest.approx(3.0)
    assert [page.page for page in played.twin.pages] == [1], "stored all the same"
    assert played.answers("status")[0][3] > 50.0 - 44.0 + 10.0, "it waits for what nobody waits for"


def test_a_refusal_is_early_and_says_when_to_come_back() -> None:
    played = Played(
        steady(1.0, refuse_after_s=1.5), *IN, op("submit_page", 40.0, 1), op("submit_page", 40.01, 2)
    )  # fmt: skip
    first, second = played.answers("submit_page")
    assert first[:2] == ("ok", 201)
    assert second[:3] == ("fail", 503, "overloaded") and second[3] < 0.5
    assert next(row[1] for row in played.heard if row[0].page == 2).retry_after_s == 2.0
    assert [page.page for page in played.twin.pages] == [1]


def test_a_repeat_costs_its_share() -> None:
    model = steady(1.0)
    model = replace(model, services=tuple(replace(one, repeat=0.1) for one in model.services))
    played = Played(model, *IN, op("submit_page", 40.0, 1), op("submit_page", 50.0, 1))
    first, again = played.answers("submit_page")
    assert (first[1], again[1]) == (201, 200)
    assert first[3] - again[3] == pytest.approx(0.9)


def test_a_crash_loses_what_is_in_hand_and_nothing_that_was_answered() -> None:
    down = Outage("down", 45.0, 50.0)
    played = Played(
        steady(2.0, refuse_after_s=100.0), *IN, op("submit_page", 40.0, 1), op("submit_page", 40.5, 2),
        op("submit_page", 41.0, 3), op("submit_page", 47.0, 4), op("submit_page", 51.0, 5), outages=(down,),
    )  # fmt: skip
    found = [(outcome, reason) for outcome, _, reason, _ in played.answers("submit_page")]
    assert found == [("ok", ""), ("ok", ""), ("unknown", "reset"), ("fail", "refused"), ("ok", "")]
    assert [page.page for page in played.twin.pages] == [1, 2, 5]
    assert played.answers("submit_page")[2][3] == pytest.approx(4.0), "it hears of it in that moment"


def test_a_frozen_server_goes_on_where_it_was() -> None:
    frozen = Outage("paused", 41.0, 46.0)
    calm = Played(steady(2.0), *IN, op("submit_page", 40.0, 1))
    played = Played(steady(2.0), *IN, op("submit_page", 40.0, 1), outages=(frozen,))
    assert played.answers("submit_page")[0][3] == pytest.approx(calm.answers("submit_page")[0][3] + 5.0)


def test_simulate_takes_another_server(tmp_path: Path) -> None:
    written = tmp_path / "slow.json"
    write_model(replace(steady(0.4, hands=1, refuse_after_s=60.0), name="slow"), written)
    waits = []
    for name, more in (("usual", ()), ("slow", ("--server", str(written)))):
        gladi("simulate", str(SPRINT), "--scale", "12", "--out", str(tmp_path / name), *more)
        rows = pq.read_table(tmp_path / name / "history.parquet").to_pylist()
        waits.append(
            median(row["ended_s"] - row["started_s"] for row in rows if row["kind"] == "submit_page")
        )
    assert waits[1] > waits[0] + 0.3


def test_simulate_says_what_is_wrong_with_a_server(tmp_path: Path) -> None:
    written = tmp_path / "none.json"
    written.write_text('{"name": "x", "source": "y", "pools": [], "services": []}')
    found = gladi("simulate", str(SPRINT), "--server", str(written))
    assert found.code == 2
    assert "none.json: services are missing: activate, login" in " ".join((found.out + found.err).split())
