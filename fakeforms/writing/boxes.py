"""Numbers in boxes: digits, what goes into unused boxes, and the bubbles below them."""

from fakeforms.templates.template import Box, Field
from fakeforms.writing import corrections
from fakeforms.writing.filled import Filled
from fakeforms.writing.hand import Hand
from fakeforms.writing.scribe import Scribe

# The printed guide of a dotted box as shares of the box: left, top, width, height of its outer dots.
_GUIDE = (0.29, 0.17, 0.414, 0.664)
_CLASSES = {"": "blank"}

# Digits that are narrower than others of their height.
_SLENDER = {"1": 0.5, "1.hook": 0.6, "1.flag": 0.75, "1.wedge": 0.75, "1.foot": 0.8}


def digits(scribe: Scribe, entry: Field) -> Filled:
    """Write the number of a digits field, and blacken its bubbles."""
    entries = scribe.entries
    value = entries.numbers[entry.id]
    written = figures(value, len(entry.boxes), scribe.hand, entries.boxes.get(entry.id, ""))
    out = Filled(
        entry,
        scribe.order.values[entry.id],
        written,
        [_CLASSES.get(c, c) for c in written],
        value_written=None if not any(written) else value,
    )
    corrections.correct(scribe, out, in_box)
    for number, (character, box) in enumerate(zip(written, entry.boxes, strict=True)):
        if number not in out.struck:
            in_box(scribe, character, box, entry.style)
    if entry.bubbles:
        _bubbles(scribe, out, value)
    return out


def figures(value: int | None, count: int, hand: Hand, how: str = "") -> list[str]:
    """What a hand writes into `count` boxes: digits, "X", "dash", or "" for a box left empty.

    `how` is "" for as it should be, or a mistake: "unused-blank" or "left-aligned".
    """
    if value is None or (value == 0 and hand.zero == "blank" and not how):
        return [""] * count
    unused = "" if how == "unused-blank" else hand.unused
    if value == 0 and hand.zero == "noughts" and unused:
        return ["0"] * count
    if value == 0 and hand.zero == "crosses" and unused:
        return ["dash" if unused == "dash" else "X"] * count
    text = str(value)
    rest = [unused] * (count - len(text))
    if how == "left-aligned":  # a nought after the number would be read as a digit
        return [*text, *("X" if unused == "0" else unused for _ in rest)]
    return [*rest, *text]


def in_box(
    scribe: Scribe, character: str, box: Box, style: str, *, size: float = 1.0, pressure: float = 1.0
) -> None:
    """Write one character into a box; "" writes nothing."""
    if not character:
        return
    hand, draws = scribe.hand, scribe.draws
    x, y, width, height = box
    if character == "X":
        inset, low = draws.uniform(-0.02, 0.16), draws.uniform(0.0, 0.16)
        cell = (x + inset * width, y + low * height, width * (1 - 2 * inset), height * (1 - 2 * low))
        scribe.put(f"o:{hand.cross}", cell, hand, slip=1.1, slant=0.3, pressure=pressure)
    elif character == "dash":
        cell = (x + 0.2 * width, y + 0.4 * height, 0.6 * width, 0.2 * height)
        scribe.put("m:dash", cell, hand, slip=0.6, slant=0.0, pressure=pressure)
    elif style == "dotted" and hand.follows_dots:
        left, top, wide, tall = _GUIDE
        cell = (x + left * width, y + top * height, wide * width, tall * height)
        scribe.put(f"s:{character}", cell, hand, slip=0.35, habit=0.15, slant=0.15, pressure=pressure)
    else:
        glyph = hand.digit(character, draws)
        tall = height * size * hand.figure * draws.bell(1.0, 0.04)
        wide = tall * 0.6 * hand.width * _SLENDER.get(glyph, 1.0)
        left = x + (width - wide) / 2 + draws.bell(0.0, 0.06) * width - 0.4 * hand.slant * tall
        top = y + (height - tall) / 2 + draws.bell(0.0, 0.055) * height
        scribe.put(f"o:{glyph}", (left, top, wide, tall), hand, pressure=pressure)


def _bubbles(scribe: Scribe, out: Filled, value: int | None) -> None:
    """Blacken the bubble of each box's digit (0 under an X), or what a mistake makes of it."""
    count = len(out.field.boxes)
    meant: list[tuple[int, ...]] = [()] * count
    if value is not None and any(out.written):
        meant = [(int(c),) for c in f"{value:0{count}d}"]
    wrong = scribe.entries.bubbles.get(out.field.id, {})
    out.blackened = [wrong.get(column, right) for column, right in enumerate(meant)]
    out.bubbled = [marks[0] if len(marks) == 1 else None for marks in out.blackened]
    for column, marks in zip(out.field.bubbles, out.blackened, strict=True):
        for digit in marks:
            _blacken(scribe, column[digit])


def _blacken(scribe: Scribe, box: Box) -> None:
    x, y, width, height = box
    draws, hand = scribe.draws, scribe.hand
    room = hand.pen_mm / 2
    loose = 0.2 + 1.6 * hand.slip
    cell = (
        x + room + draws.bell(0, loose),
        y + room + draws.bell(0, loose),
        width - 2 * room,
        height - 2 * room,
    )
    scribe.put(f"m:{hand.bubble}", cell, hand, slip=0.8, habit=0.3, slant=0.0)
