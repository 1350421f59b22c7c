"""Many small questions at once as one round trip: while an answer is on its way, the next questions gather.

Under load a statement for one row costs the same in this process, on the wire and (with its commit) on the
disk as one for twenty. So whoever asks alone is answered at once, and the more ask, the more share a
statement: nobody waits for a timer. One question that cannot be answered must not hurt the others: a
statement that fails for another reason than that the database is away is asked again row by row.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from sirekap.database.access import DatabaseAwayError

Question = TypeVar("Question")
Answer = TypeVar("Answer")
Ask = Callable[[Sequence[Question]], Awaitable[Sequence[Answer]]]


class Gathering(Generic[Question, Answer]):
    """Puts questions to `ask` together: at most `at_once` round trips, each of at most `largest` questions.

    `ask` answers in the order of its questions, and either all of them or none: a single statement does.
    """

    def __init__(self, ask: Ask[Question, Answer], *, at_once: int, largest: int) -> None:
        self._ask = ask
        self._at_once = at_once
        self._largest = largest
        self._waiting: deque[tuple[Question, asyncio.Future[Answer]]] = deque()
        self._under_way: set[asyncio.Task[None]] = set()

    async def __call__(self, question: Question) -> Answer:
        """The answer to one question, or what went wrong with it.

        Raises:
            DatabaseAwayError: for every question of a round trip; a write may or may not have happened.
        """
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if len(self._under_way) < self._at_once:
            # it looks at who waits when it first runs, so all who ask in this turn of the loop are with it
            task = asyncio.create_task(self._serve())
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return await answer

    async def _serve(self) -> None:
        while self._waiting:
            few = [self._waiting.popleft() for _ in range(min(self._largest, len(self._waiting)))]
            await self._answer(few)

    async def _answer(self, few: Sequence[tuple[Question, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._ask([question for question, _ in few])
        except DatabaseAwayError as error:
            for _, future in few:
                _settle(future, error)
        except Exception as error:
            if len(few) == 1:
                _settle(few[0][1], error)
                return
            for one in few:
                await self._answer([one])
        else:
            for (_, future), answer in zip(few, answers, strict=True):
                if not future.done():  # who asked may be gone
                    future.set_result(answer)


def _settle(future: "asyncio.Future[Answer]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
