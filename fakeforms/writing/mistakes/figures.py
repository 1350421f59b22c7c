"""How far wrong figures are off, and numbers moved by that much, if they still fit their boxes."""

from collections.abc import Mapping

from fakeforms.draws import Draws
from fakeforms.writing.entries import Entries


def off_by(draws: Draws) -> int:
    """How far a wrong figure is off; sizes as of users against votes (mostly below 6, seldom above 20)."""
    size = draws.uniform()
    if size < 0.39:
        amount = 1
    elif size < 0.78:
        amount = draws.whole(2, 5)
    elif size < 0.95:
        amount = draws.whole(6, 20)
    else:
        amount = 10 * draws.whole(3, 9)
    return amount if draws.chance(0.5) else -amount


def moved_by(sheet: Entries, by: Mapping[str, int]) -> dict[str, int | None] | None:
    """Numbers with something added to each; None if one is blank, does not fit, or nothing moves."""
    out: dict[str, int | None] = {}
    for id, amount in by.items():
        value = sheet.numbers[id]
        if value is None or not sheet.fits(id, value + amount):
            return None
        if amount:
            out[id] = value + amount
    return out or None
