"""Fills the fields of a page by hand, and remembers what was meant and what was written.

`fill` gives the placements of every glyph (see `ink.COLUMNS`) and one Filled per field. Mistakes are made on
the entries of the whole form first (see `writing.mistakes`), so that every page tells the same story.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fakeforms.draws import Draws
from fakeforms.orders import SheetOrder
from fakeforms.templates.template import Field, Page
from fakeforms.writing import boxes, lines, mistakes, tally
from fakeforms.writing.entries import Made
from fakeforms.writing.filled import Filled
from fakeforms.writing.hand import Crew, crew
from fakeforms.writing.ink import COLUMNS
from fakeforms.writing.scribe import Scribe

__all__ = ["Filled", "Filling", "fill"]


@dataclass(frozen=True, slots=True)
class Filling:
    """A filled page: glyph placements, dabs of correction fluid under them, and the fields."""

    placements: NDArray[np.float64]
    patches: NDArray[np.float64]  # (n, 5) x, y, half width, half height in mm, shade
    fields: tuple[Filled, ...]
    crew: Crew
    mistakes: tuple[Made, ...] = ()  # what of those made on the form is seen on this page


def fill(order: SheetOrder, page: Page) -> Filling:
    """Write everything an order says onto the fields of one page."""
    people = crew(order.seed, order.tps, len(order.kpps), len(order.saksi))
    entries = mistakes.written_down(order)
    draws = Draws(order.seed, order.tps, f"fill-{order.form}-{page.number}")
    scribe = Scribe(order, page.number, entries, people, draws)
    fields = tuple(_FILL[entry.kind](scribe, entry) for entry in page.fields)
    placements = np.array(scribe.placements, dtype=np.float64).reshape(-1, len(COLUMNS))
    patches = np.array(scribe.patches, dtype=np.float64).reshape(-1, 5)
    seen = tuple(here for made in entries.made if (here := made.on(page)) is not None)
    return Filling(placements, patches, fields, people, seen)


_FILL: dict[str, Callable[[Scribe, Field], Filled]] = {
    "digits": boxes.digits,
    "tally": tally.tally,
    "words": lines.words,
    "line": lines.line,
    "date": lines.date,
    "signature": lines.signature,
    "strike": lines.strike,
}
