"""Loops of a worker: what fails is run again, and nobody else notices."""

import asyncio
import logging

import pytest

from sirekap.database.access import DatabaseAwayError
from sirekap.work import loops
from sirekap.work.loops import Loop, for_ever, keep_all


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses of milliseconds."""
    monkeypatch.setattr(loops, "FIRST_PAUSE_S", 0.001)


def run(*kept: Loop, for_s: float = 0.1, grace_s: float = 0.05) -> None:
    """Keep loops going for a moment."""

    async def all_of_them() -> None:
        stopping = asyncio.Event()
        asyncio.get_running_loop().call_later(for_s, stopping.set)
        await keep_all(kept, stopping, grace_s)

    asyncio.run(asyncio.wait_for(all_of_them(), 10))


def test_a_loop_that_fails_is_run_again_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    begun = {"sound": 0, "failing": 0, "away": 0}

    async def sound(stopping: asyncio.Event) -> None:
        begun["sound"] += 1
        await stopping.wait()

    async def failing(stopping: asyncio.Event) -> None:
        begun["failing"] += 1
        raise ZeroDivisionError

    async def away(stopping: asyncio.Event) -> None:
        begun["away"] += 1
        raise DatabaseAwayError("gone")

    run(Loop("sound", sound), Loop("failing", failing), Loop("away", away))
    assert begun["sound"] == 1
    assert begun["failing"] > 1 and begun["away"] > 1
    told = {record.levelno for record in caplog.records}
    assert told == {logging.ERROR, logging.WARNING}, "a part that is away is no defect of ours"


def test_pauses_double_so_that_a_loop_that_always_fails_costs_nothing() -> None:
    begun = 0

    async def failing(stopping: asyncio.Event) -> None:
        nonlocal begun
        begun += 1
        raise ZeroDivisionError

    run(Loop("failing", failing), for_s=0.2)
    assert 2 < begun < 12


def test_what_is_in_hand_is_finished_and_what_takes_too_long_is_cut_short() -> None:
    finished: list[str] = []

    async def in_hand(stopping: asyncio.Event) -> None:
        await stopping.wait()
        await asyncio.sleep(0.01)
        finished.append("in hand")

    async def too_long(stopping: asyncio.Event) -> None:
        await asyncio.sleep(60)
        finished.append("too long")

    run(Loop("in hand", in_hand), Loop("too long", too_long))
    assert finished == ["in hand"]


def test_work_without_an_end_is_ended_and_its_failure_is_not_swallowed() -> None:
    turns = 0

    async def endless() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.01)

    run(Loop("endless", for_ever(endless)), grace_s=5.0)
    assert turns > 1

    async def failing() -> None:
        raise ZeroDivisionError

    async def fail() -> None:
        await for_ever(failing)(asyncio.Event())

    with pytest.raises(ZeroDivisionError):
        asyncio.run(fail())
