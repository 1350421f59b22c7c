"""Mistakes in single boxes and bubbles: the number is right, the boxes do not show it as they should."""

from fakeforms.draws import Draws
from fakeforms.writing.entries import Change, Entries
from fakeforms.writing.mistakes.registry import mistake

_NONE = "reported by operators; no rate found"


@mistake("bubble-disagrees", rate=0.0, source="readings of Pilpres votes that bubbles explain; no rate found")
def _bubble_disagrees(sheet: Entries, draws: Draws) -> Change | None:
    """A bubble of another digit is blackened, mostly one row too high or too low."""
    id, column, digit = _bubble(sheet, draws)
    if digit is None:
        return None
    other = digit + draws.pick((-1, 1)) if draws.chance(0.7) else draws.whole(0, 9)
    if other == digit or not 0 <= other <= 9:
        return None
    return Change(f"{id}, box {column + 1}: bubble {other} for {digit}", bubbles={id: {column: (other,)}})


@mistake("bubble-missing", rate=0.0, source=_NONE)
def _bubble_missing(sheet: Entries, draws: Draws) -> Change | None:
    """No bubble of a box is blackened."""
    id, column, digit = _bubble(sheet, draws)
    if digit is None:
        return None
    return Change(f"{id}, box {column + 1}: no bubble for {digit}", bubbles={id: {column: ()}})


@mistake("two-bubbles", rate=0.0, source=_NONE)
def _two_bubbles(sheet: Entries, draws: Draws) -> Change | None:
    """Two bubbles of a box are blackened, the right one and another."""
    id, column, digit = _bubble(sheet, draws)
    other = draws.whole(0, 9)
    if digit is None or other == digit:
        return None
    both = (min(digit, other), max(digit, other))
    return Change(f"{id}, box {column + 1}: bubbles {both[0]} and {both[1]}", bubbles={id: {column: both}})


@mistake("unused-box-blank", rate=0.0, source=_NONE)
def _unused_blank(sheet: Entries, draws: Draws) -> Change | None:
    """An unused leading box is left empty, where it should be crossed out."""
    id = draws.pick(tuple(sheet.numbers))
    value = sheet.numbers[id]
    if value is None or value >= 10 ** (sheet.places.boxes[id] - 1):
        return None
    return Change(f"{id}: unused boxes left empty", boxes={id: "unused-blank"})


@mistake("left-aligned", rate=0.0, source="seen in training sheets; no rate found")
def _left_aligned(sheet: Entries, draws: Draws) -> Change | None:
    """A number begins in the first box, and the unused boxes come after it."""
    id = draws.pick(tuple(sheet.numbers))
    value = sheet.numbers[id]
    if not value or value >= 10 ** (sheet.places.boxes[id] - 1):
        return None
    return Change(f"{id}: {value} begins in the first box", boxes={id: "left-aligned"})


def _bubble(sheet: Entries, draws: Draws) -> tuple[str, int, int | None]:
    """A number with bubbles, one of its boxes, and the digit that belongs there."""
    if not sheet.places.bubbled:
        return "", 0, None
    id = draws.pick(sheet.places.bubbled)
    count, value = sheet.places.boxes[id], sheet.numbers[id]
    column = draws.whole(0, count - 1)
    if value is None:
        return id, column, None
    return id, column, int(f"{value:0{count}d}"[column])
