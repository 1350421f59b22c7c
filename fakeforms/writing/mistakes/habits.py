"""Ways of writing that the rules forbid: readable to people, known to mislead a reader of digits.

The hand of a TPS may have these by itself (see `writing.hand`); ordered here, it surely has them. On dotted
boxes a digit that follows the dots has no such form, so a habit is told of the fields where it is seen.
"""

from fakeforms.draws import Draws
from fakeforms.writing.entries import Change, Entries
from fakeforms.writing.mistakes.registry import mistake


@mistake("ordinary-digits-on-dots", rate=0.0, source="KPU Bali 2024 on reading errors; no rate given")
def _ordinary(sheet: Entries, draws: Draws) -> Change | None:
    """Digits on the dotted boxes do not follow the dots."""
    del draws
    shown = tuple(id for id in sheet.numbers if id in sheet.places.dotted)
    if not shown:
        return None
    says = "digits on dotted boxes are ordinary handwriting"
    return Change(says, habits={"follows_dots": False}, shows_in=shown)


@mistake("closed-four", rate=0.0, source="KPU Cilegon: a closed 4 is read as 9; no rate given")
def _closed_four(sheet: Entries, draws: Draws) -> Change | None:
    """The 4 is closed at the top."""
    return _digit(sheet, "4", draws.pick(("4.closed", "4.sail", "4.ring")), "4 is closed at the top")


@mistake("barred-seven", rate=0.0, source="KPU Cilegon: a barred 7 is not read; no rate given")
def _barred_seven(sheet: Entries, draws: Draws) -> Change | None:
    """The 7 has a bar."""
    return _digit(sheet, "7", draws.pick(("7.bar", "7.both", "7.wave")), "7 has a bar")


@mistake("hooked-one", rate=0.0, source="KPU's expert at the MK, 2024: 1 with hat and foot; no rate given")
def _hooked_one(sheet: Entries, draws: Draws) -> Change | None:
    """The 1 has a hat and a foot."""
    del draws
    return _digit(sheet, "1", "1.foot", "1 has a hat and a foot")


@mistake("zero-left-blank", rate=0.0, source="one of four ways of writing zero that are seen; no rate found")
def _zero_blank(sheet: Entries, draws: Draws) -> Change | None:
    """A number that is zero is left blank."""
    del draws
    shown = tuple(id for id, value in sheet.numbers.items() if value == 0)
    return Change("zeros are left blank", habits={"zero": "blank"}, shows_in=shown) if shown else None


def _digit(sheet: Entries, digit: str, glyph: str, says: str) -> Change | None:
    dotted = frozenset[str]() if sheet.habits.get("follows_dots") is False else sheet.places.dotted
    shown = tuple(id for id, value in sheet.numbers.items() if digit in str(value) and id not in dotted)
    return Change(says, habits={f"digit.{digit}": glyph}, shows_in=shown) if shown else None
