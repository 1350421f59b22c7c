"""Words and names: number words in cells, text on dotted lines, dates, signatures, and what is struck out."""

import re

from fakeforms.templates.template import Field
from fakeforms.writing.boxes import in_box
from fakeforms.writing.filled import Filled
from fakeforms.writing.scribe import Scribe
from fakeforms.writing.terbilang import terbilang

_CONTESTANT = re.compile(r"suara_(?:partai_|calon_)?\d+(?:_\d+)?")
_NAME_WITHOUT_SIGNATURE = 0.6  # how often a name stands although its signature is missing


def words(scribe: Scribe, entry: Field) -> Filled:
    """Write a number in words; the cells of contestants stay empty with hands that skip them."""
    intended = terbilang(scribe.order.values[entry.of])
    value = scribe.entries.words_say(entry.id, entry.of)
    skipped = not scribe.hand.writes_words and _CONTESTANT.fullmatch(entry.of) is not None
    if value is None or (skipped and entry.id not in scribe.entries.words):
        return Filled(entry, intended, [""], ["blank"])
    said = terbilang(value)
    x, y, width, height = entry.area
    lines = _wrapped(scribe.cased(said, scribe.hand), max(9, int(width / 6.4)))
    step = min(11.0, height / len(lines))
    for number, line in enumerate(lines):
        baseline = y + height / 2 + (number - (len(lines) - 1) / 2) * step + 3
        scribe.text(line, (x, x + width, baseline), min(7.5, step * 0.72), scribe.hand)
    return Filled(entry, intended, [said], ["words"])


def _wrapped(text: str, limit: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > limit:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def line(scribe: Scribe, entry: Field) -> Filled:
    """Write on a dotted line."""
    said = scribe.cased(scribe.texts[entry.id], scribe.hand)
    scribe.text(said, entry.line, 6.0, scribe.hand)
    return Filled(entry, scribe.meant(entry.id), [said], ["text"])


def date(scribe: Scribe, entry: Field) -> Filled:
    """Write a part of a date into its boxes."""
    said = scribe.texts[entry.id]
    for character, box in zip(said, entry.boxes, strict=True):
        in_box(scribe, character, box, "ordinary")
    return Filled(entry, said, list(said), list(said))


def signature(scribe: Scribe, entry: Field) -> Filled:
    """Sign, and write the name; a cell for which nobody came stays empty."""
    draws = scribe.draws
    name = (scribe.order.kpps if entry.who == "kpps" else scribe.order.saksi)[entry.index - 1]
    if not name.strip():
        return Filled(entry, "", [""], ["blank"])
    glyph = f"sig:{entry.who}:{entry.index}"
    hand = scribe.people.signers[glyph]
    missing = scribe.page in scribe.entries.unsigned.get(entry.id, ())
    if missing and not draws.chance(_NAME_WITHOUT_SIGNATURE):
        return Filled(entry, name, [""], ["unsigned"])
    if not missing:
        x, y, width, height = entry.area
        tall = height * draws.uniform(0.62, 0.95) * min(1.1, 0.5 + hand.figure * 0.7)
        wide = min(width * 0.9, tall * draws.uniform(1.5, 3.2))
        left = x + (width - wide) * draws.uniform(0.15, 0.75)
        scribe.put(
            glyph, (left, y + height * draws.uniform(-0.03, 0.2), wide, tall), hand, slip=0.8, habit=0.5
        )
    said = scribe.cased(name, hand)
    scribe.text(said, entry.line, 4.6, hand)
    return Filled(entry, name, [said], ["unsigned" if missing else "signed"])


def strike(scribe: Scribe, entry: Field) -> Filled:
    """Strike out what does not apply."""
    choice = scribe.texts[entry.id]
    x0, x1, y = dict(entry.options)[choice]
    scribe.put(f"m:{scribe.hand.strike}", (x0, y - 1.2, x1 - x0, 2.4), scribe.hand, slip=0.4, slant=0.0)
    return Filled(entry, choice, [choice], ["struck"])
