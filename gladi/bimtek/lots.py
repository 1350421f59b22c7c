"""Lots drawn for a pack: which variant a trainee gets is a pure function of (seed, trainee, purpose)."""

from collections.abc import Sequence
from typing import TypeVar

from fakeforms.draws import Draws

T = TypeVar("T")
_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another: I, O, 0, 1


def lots(seed: int, whose: str, purpose: str) -> Draws:
    """The stream of one purpose."""
    return Draws(seed, whose, f"bimtek-{purpose}")


def shuffled(draws: Draws, items: Sequence[T]) -> list[T]:
    """The items in another order, each order as likely."""
    out = list(items)
    for last in range(len(out) - 1, 0, -1):
        other = draws.whole(0, last)
        out[last], out[other] = out[other], out[last]
    return out


def sample(draws: Draws, items: Sequence[T], count: int) -> list[T]:
    """So many of the items, or all if there are fewer, in any order."""
    return shuffled(draws, items)[:count]


def code(draws: Draws) -> str:
    """An activation code that people can read out and type: ABCD-EFGH."""
    letters = "".join(draws.pick(_CODE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"
