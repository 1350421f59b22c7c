"""Sets of up to 128 pages as two words of bits, for kernels."""

from typing import Any

from numba.cpython.unsafe.numbers import trailing_zeros

from fakeforms.compiled import inlined


@inlined
def below(page: int) -> tuple[int, int]:
    """The pages before this one (0..128)."""
    if page >= 64:
        return -1, (-1 if page >= 128 else (1 << (page - 64)) - 1)
    return (1 << page) - 1, 0


@inlined
def of_form(station: Any, form: int) -> tuple[int, int]:
    """The pages of a form at a TPS."""
    first0, first1 = below(station.page[form])
    last0, last1 = below(station.page[form + 1])
    return last0 & ~first0, last1 & ~first1


@inlined
def only(page: int) -> tuple[int, int]:
    """This page and no other."""
    if page >= 64:
        return 0, 1 << (page - 64)
    return 1 << page, 0


@inlined
def lowest(word0: int, word1: int) -> int:
    """The first page of a set that is not empty."""
    if word0 != 0:
        return int(trailing_zeros(word0))
    return 64 + int(trailing_zeros(word1))


@inlined
def several(word0: int, word1: int) -> bool:
    """Whether a set holds two pages at least."""
    if word0 != 0 and word1 != 0:
        return True
    return (word0 & (word0 - 1)) != 0 or (word1 & (word1 - 1)) != 0
