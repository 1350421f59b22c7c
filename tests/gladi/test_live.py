"""Operations against a live system: begun when due, recorded once, held up by nothing of ours."""

import socket
import time
from pathlib import Path
from typing import Any

import gevent
import pytest

from gladi.address import Address
from gladi.live import LiveTarget
from gladi.materials import Page
from gladi.recorder import Recorder, history
from gladi.targets.protocol import Phone
from simulators.operations import Answer, Operation
from simulators.wall_clock import WallEnvironment
from tests.gladi.talking import ok, request, server

pytestmark = pytest.mark.alone


class Plain:
    """Asks one thing of the system, whatever the operation."""

    def perform(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        reply = phone.request("POST", "/", {}, (operation.kind.encode(), page.photo))
        return Answer("ok" if reply.status == 200 else "fail", reply.status, bytes_sent=phone.sent)


class SlowDisk:
    """Pages that take long to come from the disk, in a thread."""

    def at_hand(self, operation: Operation) -> bool:
        return operation.kind != "submit_page"

    def wait_for(self, operation: Operation) -> None:
        pass

    def page(self, operation: Operation) -> Page:
        time.sleep(0.3)
        return Page(b"photo", "ab" * 32, "{}", "cd" * 32)


def play(
    port: int,
    folder: Path,
    moments: list[tuple[str, float]],
    until_s: float,
    keeps: Any = None,
    **of_all: Any,
) -> tuple[list[dict[str, Any]], LiveTarget]:
    """Operations by kind and moment; the record, in the order of intended moments.

    `of_all` are fields of every operation, by its number.
    """
    recorder = Recorder(folder / "a.rec", 0)
    env = WallEnvironment(time.time())
    target = LiveTarget(
        env, Plain(), Address(f"http://127.0.0.1:{port}"), {}, SlowDisk(), recorder, lambda *_: None,  # type: ignore[arg-type]
        keeps=keeps,
    )  # fmt: skip

    def one(kind: Any, number: int, due_s: float) -> Any:
        yield env.timeout(due_s)
        tps = f"17080120010{number % 4:02d}"
        fields = {name: of(number) for name, of in of_all.items()}
        yield target.perform(Operation(kind, tps, tps, 1, "170801", "4g", due_s, 10.0, **fields))

    for number, (kind, due_s) in enumerate(moments):
        env.process(one(kind, number, due_s))
    env.run_until(until_s)
    target.close()
    recorder.close()
    return history([folder / "a.rec"]).to_pylist(), target


def answering(connection: socket.socket) -> None:
    while request(connection):
        connection.sendall(ok())


def test_a_slow_disk_holds_up_nobody_else(tmp_path: Path) -> None:
    moments = [("submit_page", 0.05), *[("status", 0.05 + 0.01 * number) for number in range(20)]]
    with server(answering) as (port, _):
        rows, _ = play(port, tmp_path, moments, 0.8)
    assert [row["outcome"] for row in rows] == ["ok"] * 21
    late = {row["kind"]: row["started_s"] - row["intended_s"] for row in rows}
    assert late["submit_page"] >= 0.29, "what it waited for its own page counts as our lateness"
    assert late["status"] < 0.15
    photo = next(row for row in rows if row["kind"] == "submit_page")
    assert (photo["content_sha256"], photo["bytes_sent"]) == ("ab" * 32, len("submit_pagephoto"))


def test_what_is_in_hand_at_the_end_is_unknown_and_recorded_once(tmp_path: Path) -> None:
    def silent(connection: socket.socket) -> None:
        request(connection)
        time.sleep(0.4)
        connection.sendall(ok())

    with server(silent) as (port, _):
        rows, target = play(port, tmp_path, [("status", 0.05), ("submit_page", 0.06)], 0.2)
        time.sleep(0.5)
        gevent.sleep(0.3)  # the answer comes after all
    assert [(row["outcome"], row["reason"]) for row in rows] == [("unknown", "not_ended")] * 2
    assert target.in_flight == 0
    assert history([tmp_path / "a.rec"]).num_rows == 2


def test_each_phone_has_a_connection_of_its_own(tmp_path: Path) -> None:
    moments = [("status", 0.05 + 0.02 * number) for number in range(20)]
    with server(answering) as (port, connections):
        rows, target = play(port, tmp_path, moments, 0.7, keeps=lambda run_s: 60.0)
        assert [row["outcome"] for row in rows] == ["ok"] * 20
        assert (len(connections), target.lines.opened, target.lines.reused) == (4, 4, 16)


@pytest.mark.parametrize("what", ["boots", "install"])
def test_an_app_that_began_anew_has_nothing_of_the_last_ones_connections(tmp_path: Path, what: str) -> None:
    moments = [("status", 0.05 + 0.02 * number) for number in range(20)]
    with server(answering) as (port, connections):
        _, target = play(
            port, tmp_path, moments, 0.7, keeps=lambda run_s: 60.0, **{what: lambda number: number // 12}
        )
        assert (len(connections), target.lines.reused) == (8, 12)
