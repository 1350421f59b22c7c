"""Admission control refuses early, never the first, and never forgets a slot."""

import asyncio

import pytest

from sirekap.overload.admission import Admission, OverloadedError
from sirekap.overload.portions import Portions


def gate(**changes: float) -> Admission:
    settings = {"slots": 2, "queue_limit": 4, "wait_limit_s": 10.0, "typical_s": 1.0, **changes}
    return Admission(
        "login",
        slots=int(settings["slots"]),
        queue_limit=int(settings["queue_limit"]),
        wait_limit_s=settings["wait_limit_s"],
        typical_s=settings["typical_s"],
    )


async def crowd(admission: Admission, count: int, work_s: float) -> list[bool]:
    """Whether each of `count` who come at once is let in."""

    async def one() -> bool:
        try:
            async with admission.admit():
                await asyncio.sleep(work_s)
        except OverloadedError as refused:
            assert refused.retry_after_s >= 1
            return False
        return True

    return list(await asyncio.gather(*(one() for _ in range(count))))


def test_slots_and_queue_bound_who_is_let_in() -> None:
    assert sum(asyncio.run(crowd(gate(), 20, 0.01))) == 6


def test_who_would_end_too_late_is_refused_although_the_queue_has_room() -> None:
    # two at work and each further one adds half a second: 1 + ahead/2 <= 2.5 lets four in
    assert sum(asyncio.run(crowd(gate(wait_limit_s=2.5, queue_limit=100), 20, 0.01))) == 4


def test_an_idle_gate_always_lets_one_in_however_slow_it_has_become() -> None:
    assert sum(asyncio.run(crowd(gate(typical_s=60.0, wait_limit_s=1.0), 1, 0.0))) == 1


def test_the_gate_learns_and_recovers() -> None:
    async def story() -> None:
        admission = gate(typical_s=5.0)
        for _ in range(60):
            await crowd(admission, 1, 0.0)
        assert admission.predicted_end_s < 0.1
        assert all(await crowd(admission, 6, 0.001))

    asyncio.run(story())


def test_work_that_fails_and_callers_that_leave_give_their_place_back() -> None:
    async def story() -> None:
        admission = gate(slots=1, queue_limit=1)
        with pytest.raises(RuntimeError):
            async with admission.admit():
                raise RuntimeError
        holder = asyncio.create_task(crowd(admission, 1, 0.05))
        await asyncio.sleep(0.01)
        waiter = asyncio.create_task(crowd(admission, 1, 0.0))
        await asyncio.sleep(0.01)
        waiter.cancel()
        await holder
        assert await crowd(admission, 1, 0.0) == [True]

    asyncio.run(story())


def test_who_holds_all_it_may_keeps_out_itself_alone() -> None:
    portions = Portions("upload", 2)
    with portions.place("1708042001001"), portions.place("1708042001001"):
        with pytest.raises(OverloadedError), portions.place("1708042001001"):
            pass
        with portions.place("1708042001002"):
            pass
    with portions.place("1708042001001"):
        pass
