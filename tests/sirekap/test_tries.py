"""Wrong passwords: two counters in windows, and what one may not do to the other."""

import asyncio
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from sirekap.recall.in_process import InProcessRecall
from sirekap.security.tries import Attempt, TooManyTriesError, Tries
from sirekap.settings import Settings

SETTINGS = Settings(tries_window_s=100.0, tries_per_device=3, tries_per_account=5)
OWN = Attempt("akun", "ponsel-sendiri", bound=True)


class Clock:
    """Seconds that pass when told to."""

    def __init__(self, now_s: float = 1_000_000.0) -> None:
        self.now_s = now_s

    def __call__(self) -> float:
        return self.now_s


def counting(clock: Clock) -> Tries:
    return Tries(InProcessRecall(1000, clock), SETTINGS, clock)


async def fail(tries: Tries, attempts: Iterable[Attempt]) -> list[bool]:
    """Try each with a wrong password; whether it was let through to the hash."""
    through = []
    for attempt in attempts:
        try:
            await tries.refuse_if_spent(attempt)
        except TooManyTriesError:
            through.append(False)
        else:
            through.append(True)
            await tries.failed(attempt)
    return through


def elsewhere(n: int) -> Attempt:
    return Attempt("akun", f"asing-{n}", bound=False)


def test_a_device_has_so_many_tries_in_a_window_and_then_waits_for_the_next() -> None:
    async def story() -> None:
        clock = Clock(1_000_040.0)
        tries = counting(clock)
        assert await fail(tries, [OWN] * 4) == [True] * 3 + [False]
        try:
            await tries.refuse_if_spent(OWN)
        except TooManyTriesError as error:
            assert error.retry_after_s == 60
        clock.now_s += 59.9
        assert await fail(tries, [OWN]) == [False]
        clock.now_s += 0.2
        assert await fail(tries, [OWN] * 4) == [True] * 3 + [False]

    asyncio.run(story())


def test_the_right_password_gives_a_device_all_its_tries_again() -> None:
    async def story() -> None:
        tries = counting(Clock())
        for failures in (2, 3):  # not yet spent, and spent (after a reset by the help desk)
            await fail(tries, [OWN] * failures)
            await tries.succeeded(OWN)
        assert await fail(tries, [OWN] * 4) == [True] * 3 + [False]

    asyncio.run(story())


@given(st.lists(st.integers(0, 8), max_size=60))
def test_whatever_is_tried_elsewhere_the_bound_device_gets_in(devices: list[int]) -> None:
    async def story() -> None:
        tries = counting(Clock())
        through = await fail(tries, [elsewhere(n) for n in devices])
        assert sum(through) <= SETTINGS.tries_per_account
        await tries.refuse_if_spent(OWN)

    asyncio.run(story())


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 3)), max_size=60))
def test_no_account_pays_for_another(tried: list[tuple[str, int]]) -> None:
    async def story() -> None:
        tries = counting(Clock())
        attempts = [Attempt(account, f"asing-{n}", bound=False) for account, n in tried]
        through = await fail(tries, attempts)
        alone = counting(Clock())
        own = [attempt for attempt in attempts if attempt.account == "a"]
        assert await fail(alone, own) == [
            let for let, attempt in zip(through, attempts, strict=True) if attempt.account == "a"
        ]

    asyncio.run(story())
