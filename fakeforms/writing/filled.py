"""One field after writing: what was meant, written and bubbled, apart because on real sheets they differ."""

import dataclasses
from dataclasses import dataclass

from fakeforms.templates.template import Field


@dataclass(slots=True)
class Filled:
    """One field after writing. `classes` has one entry per box (or tally cell).

    A box holds a digit, X, dash, nothing (class "blank"), or a digit struck out with the right one written
    above it (class "struck-out"; `written` tells the right one). Correction fluid is told by `tipexed`.
    """

    field: Field
    intended: int | str | None
    written: list[str]
    classes: list[str]
    value_written: int | None = None  # what a careful human reads in the boxes; None if they are empty
    bubbled: list[int | None] | None = None  # per box, the one blackened digit; None if none or several are
    blackened: list[tuple[int, ...]] | None = None  # per box, all blackened digits
    tipexed: list[int] = dataclasses.field(default_factory=list)  # boxes with correction fluid under the ink
    struck: dict[int, str] = dataclasses.field(default_factory=dict)  # box -> wrong digit struck out in it
    row_totals: list[str] = dataclasses.field(default_factory=list)
