"""Turus: bundles of five row by row, a total per row, and a Z or a line through what is left over."""

from fakeforms.templates.template import Box, Field
from fakeforms.writing.boxes import in_box
from fakeforms.writing.filled import Filled
from fakeforms.writing.hand import FILLS
from fakeforms.writing.scribe import Scribe

BUNDLE = 5
_OWN_BUNDLE = 0.8  # how often a hand closes a bundle in its own way; otherwise as everybody does
_COUNTABLE = 0.15  # marks of a hastier hand than this could no longer be counted
_OWN_FILL = 0.9  # how often a hand goes through unused cells in its own way


def tally(scribe: Scribe, entry: Field) -> Filled:
    """Fill a tally; `intended` is the count that was meant, `classes` what the cells hold.

    More marks than the cells have room for are not drawn.
    """
    columns = entry.columns
    per_row, rows = columns * BUNDLE, len(entry.boxes) // columns
    count = scribe.entries.marks(entry.id, entry.of)
    used_rows = min(rows, -(-count // per_row))
    classes = [str(min(BUNDLE, max(0, count - cell * BUNDLE))) for cell in range(len(entry.boxes))]
    totals: list[str] = []
    for row in range(rows):
        if row >= used_rows:
            totals.append("")
            continue
        for cell in range(row * columns, (row + 1) * columns):
            if classes[cell] != "0":
                _bundle(scribe, classes[cell], entry.boxes[cell])
        total = min(per_row, count - row * per_row)
        if row == 0:
            total += scribe.entries.row_slips.get(entry.id, 0)
        wide = len(entry.row_totals[row])
        figures = f"{total:{wide}d}".replace(" ", "X")
        totals.append(figures)
        for character, box in zip(figures, entry.row_totals[row], strict=True):
            in_box(scribe, character, box, "ordinary")
    if used_rows < rows:
        first = used_rows * columns
        _through(scribe, entry.boxes[first:])
        _through(scribe, tuple(box for row in entry.row_totals[used_rows:] for box in row))
        classes[first:] = ["Z-struck"] * (len(classes) - first)
    return Filled(entry, scribe.order.values[entry.of], [], classes, row_totals=totals)


def _bundle(scribe: Scribe, marks: str, box: Box) -> None:
    hand, draws = scribe.hand, scribe.draws
    x, y, width, height = box
    tall = height * draws.uniform(0.64, 0.84)
    glyph = f"m:tally.{marks}"
    if marks == str(BUNDLE) and draws.chance(_OWN_BUNDLE):
        glyph = f"m:{hand.bundle}"
    place = (
        x + width * draws.uniform(0.05, 0.15),
        y + (height - tall) * draws.uniform(0.25, 0.75),
        width * draws.uniform(0.68, 0.8),
        tall,
    )
    loose = hand.bundle_slip * min(1.0, _COUNTABLE / hand.slip)
    scribe.put(glyph, place, hand, slip=0.75 * loose, slant=0.8)


def _through(scribe: Scribe, cells: tuple[Box, ...]) -> None:
    """One big Z, line or wave through unused cells."""
    draws, hand = scribe.draws, scribe.hand
    x0, y0 = cells[0][0], cells[0][1]
    x1, y1 = cells[-1][0] + cells[-1][2], cells[-1][1] + cells[-1][3]
    inset = min(10.0, (x1 - x0) * draws.uniform(0.06, 0.18))
    low = min(8.0, (y1 - y0) * draws.uniform(0.06, 0.2))
    cell = (x0 + inset, y0 + low, x1 - x0 - 2 * inset, y1 - y0 - 2 * low)
    glyph = hand.fill if draws.chance(_OWN_FILL) else draws.pick(FILLS)
    scribe.put(f"m:{glyph}", cell, hand, slip=0.85, habit=0.3, slant=0.0)
