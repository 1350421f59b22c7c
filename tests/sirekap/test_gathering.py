"""Questions asked together: each gets its own answer, and what is wrong with one is told to it alone."""

import asyncio
from collections.abc import Sequence

import pytest

from sirekap.database.access import DatabaseAwayError
from sirekap.database.gathering import Gathering


class Server:
    """Doubles numbers, slowly; notes what came together."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.away = False

    async def doubled(self, numbers: Sequence[int]) -> list[int]:
        self.asked.append(list(numbers))
        await asyncio.sleep(0.01)
        if self.away:
            raise DatabaseAwayError("gone")
        if 13 in numbers:
            raise ValueError("13 cannot be doubled")
        return [2 * number for number in numbers]


def test_those_who_ask_while_an_answer_is_on_its_way_share_the_next_round_trip() -> None:
    async def story() -> None:
        server = Server()
        double = Gathering(server.doubled, at_once=1, largest=5)
        first = asyncio.create_task(double(0))
        await asyncio.sleep(0.001)
        others = [asyncio.create_task(double(number)) for number in range(1, 8)]
        assert await asyncio.gather(first, *others) == [0, 2, 4, 6, 8, 10, 12, 14]
        assert server.asked == [[0], [1, 2, 3, 4, 5], [6, 7]]

    asyncio.run(story())


def test_one_bad_question_hurts_nobody_else() -> None:
    async def story() -> None:
        server = Server()
        double = Gathering(server.doubled, at_once=2, largest=10)
        answers = await asyncio.gather(*(double(n) for n in (11, 12, 13, 14)), return_exceptions=True)
        assert answers[:2] + answers[3:] == [22, 24, 28]
        assert isinstance(answers[2], ValueError)
        assert await double(15) == 30

    asyncio.run(story())


def test_an_absent_database_is_told_to_all_and_asked_once() -> None:
    async def story() -> None:
        server = Server()
        server.away = True
        double = Gathering(server.doubled, at_once=2, largest=10)
        answers = await asyncio.gather(*(double(n) for n in range(4)), return_exceptions=True)
        assert [type(answer) for answer in answers] == [DatabaseAwayError] * 4
        assert len(server.asked) == 1, "a write that may have happened is not tried again here"
        server.away = False
        assert await double(1) == 2

    asyncio.run(story())


def test_who_leaves_keeps_nobody_waiting() -> None:
    async def story() -> None:
        double = Gathering(Server().doubled, at_once=1, largest=10)
        leaving, staying = asyncio.create_task(double(1)), asyncio.create_task(double(2))
        await asyncio.sleep(0.001)
        leaving.cancel()
        assert await staying == 4
        with pytest.raises(asyncio.CancelledError):
            await leaving

    asyncio.run(story())
