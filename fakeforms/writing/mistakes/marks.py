"""Mistakes in what repeats a number: its words, its tally marks, the totals of the tally's rows."""

from collections.abc import Mapping

from fakeforms.draws import Draws
from fakeforms.writing.entries import Change, Entries
from fakeforms.writing.mistakes.figures import off_by
from fakeforms.writing.mistakes.registry import mistake


@mistake("words-disagree", rate=0.0, source="reason of many recounts at PPK; no rate found")
def _words_disagree(sheet: Entries, draws: Draws) -> Change | None:
    """The words say another number than the digits."""
    words, number = _one(sheet.places.words_of, draws)
    value = sheet.numbers.get(number)
    if value is None:
        return None
    said = value + (off_by(draws) if draws.chance(0.5) else draws.pick((-100, -10, 10, 100)))
    if not sheet.fits(number, said) or said == value:
        return None
    return Change(f"{words}: says {said}, the boxes {value}", words={words: said})


@mistake("words-missing", rate=0.0, source="one real sheet left all words of page 2 blank; no rate found")
def _words_missing(sheet: Entries, draws: Draws) -> Change | None:
    """The number is not written in words."""
    words, number = _one(sheet.places.words_of, draws)
    if sheet.numbers.get(number) is None:
        return None
    return Change(f"{words}: left blank", words={words: None})


@mistake("tally-disagrees", rate=0.0, source="reason of recounts at PPK; no rate found")
def _tally_disagrees(sheet: Entries, draws: Draws) -> Change | None:
    """The tally marks are more or fewer than the digits say."""
    tally, number = _one(sheet.places.tally_of, draws)
    value = sheet.numbers.get(number)
    if value is None:
        return None
    rows, per_row = sheet.places.tally_room[tally]
    marks = value + draws.pick((-5, -2, -1, 1, 2, 5))
    if not 0 <= marks <= rows * per_row:
        return None
    return Change(f"{tally}: {marks} marks, the boxes say {value}", tallies={tally: marks})


@mistake("row-total-wrong", rate=0.0, source="rule R10 of the form; no rate found")
def _row_total(sheet: Entries, draws: Draws) -> Change | None:
    """The total of a row of tally marks is not what the row has."""
    tally, number = _one(sheet.places.tally_of, draws)
    value = sheet.numbers.get(number)
    if not value:
        return None
    marks, off = min(value, sheet.places.tally_room[tally][1]), draws.pick((-10, -5, -1, 1, 5, 10))
    if not 0 <= marks + off <= 99:
        return None
    return Change(f"{tally}: first row written {marks + off}, it has {marks}", row_slips={tally: off})


def _one(of: Mapping[str, str], draws: Draws) -> tuple[str, str]:
    """One (repeating field, number); empty names where the form has none."""
    pairs = sorted((field, number) for number, field in of.items())
    return draws.pick(pairs) if pairs else ("", "")
