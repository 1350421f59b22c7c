"""What a careful person reads in the boxes of a number, whatever was meant by it."""

from collections.abc import Sequence

_NOTHING = ("X", "dash", "Z-struck")
_EMPTY = ("", "blank")


def reading(written: Sequence[str]) -> int | None:
    """The number in the boxes, left to right; None where nobody could say.

    A cross, a dash or a Z fills a box that is not needed, so boxes with nothing else mean 0; boxes that
    are all empty mean nothing, and neither does a number with a gap or an unreadable mark in it.
    """
    marks = [mark for mark in written if mark not in _EMPTY]
    if not marks or any(mark not in _NOTHING and not _is_figure(mark) for mark in marks):
        return None
    figures = [position for position, mark in enumerate(written) if _is_figure(mark)]
    if not figures:
        return 0
    if figures[-1] - figures[0] + 1 != len(figures):
        return None
    return int("".join(written[position] for position in figures))


def _is_figure(mark: str) -> bool:
    return len(mark) == 1 and mark.isascii() and mark.isdigit()
