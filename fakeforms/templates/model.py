"""A form as the rest of the package sees it: pages with a display list and fields, all in millimetres.

Lengths are mm from the top left of the sheet, y down. `display` is what the printer puts on the paper,
`fields` is where people write. Field kinds:

    digits     boxes for one number, `style` ordinary or dotted; with `bubbles`, a column of ten per box
    words      a free cell for the number of another field (`of`) in words
    tally      a grid of cells for bundles of five, with two boxes per row for the row's total
    line       a dotted line to write on
    date       boxes for day, month or year
    signature  a cell for a signature, and the line its name goes on
    strike     alternatives (*) Coret yang tidak perlu): for each choice, the line that strikes the others
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fakeforms.errors import TemplateError

KINDS = ("digits", "words", "tally", "line", "date", "signature", "strike")
OPERATIONS = ("text", "line", "rect", "guide", "bubble", "fill")
INKS = ("black", "grid", "dots", "frame", "caption", "watermark")
FONTS = ("plain", "bold", "italic", "bold-italic")

Box = tuple[float, float, float, float]
"""x, y, width, height in mm."""

Line = tuple[float, float, float]
"""x0, x1, y in mm."""

Shape = tuple[tuple[int, int], ...]
"""Who stands: (number on the ballot, candidates on its list) each, in the order of the ballot."""


@dataclass(frozen=True, slots=True)
class Field:
    """A place on a page where people write. Lists that do not apply to its kind are empty."""

    id: str
    kind: str
    boxes: tuple[Box, ...] = ()  # digits, date; for a tally its cells, row by row
    style: str = "ordinary"
    bubbles: tuple[tuple[Box, ...], ...] = ()  # digits: per box, the circles 0..9
    of: str = ""  # words, tally: the id of the number they repeat
    row_totals: tuple[tuple[Box, ...], ...] = ()  # tally: per row, the boxes for its total
    columns: int = 0  # tally
    line: Line = (0.0, 0.0, 0.0)  # line, name of a signature
    options: tuple[tuple[str, Line], ...] = ()  # strike: choice -> line through what is not chosen
    area: Box = (0.0, 0.0, 0.0, 0.0)  # words, signature
    who: str = ""  # signature: kpps or saksi
    index: int = 0  # signature: 1..7, or the place of the contestant whose witness signs


@dataclass(frozen=True, slots=True)
class Tag:
    """The AprilTag of a page; `turn` is the rotation against OpenCV's own drawing, in degrees."""

    family: str
    id: int
    box: Box
    turn: int


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet of paper: its display list and its fields."""

    number: int
    tag: Tag
    corner_marks: tuple[Box, ...]
    display: tuple[Mapping[str, Any], ...]
    fields: tuple[Field, ...]
    words: tuple[str, ...] = ()  # the {names} in its printed text, in order, see `wording`


@dataclass(frozen=True, slots=True)
class Template:
    """A form with all its pages, laid out for those who stand (`shape`)."""

    form: str
    model: str
    election: str  # "pemilu-2024" or "pilkada-2024"
    correction: str  # how a wrong figure is put right: "tip-ex" or "strike"
    certainty: str  # "exact": measured on the true blank; "reconstructed": see `source`
    source: str
    unnamed: tuple[str, ...]  # what a contestant is called on a sheet of no election
    width_mm: float
    height_mm: float
    shape: Shape
    pages: tuple[Page, ...]
    numbers: tuple[Field, ...] = field(init=False, repr=False)  # every digits field, page by page
    lines: frozenset[str] = field(init=False, repr=False)  # ids of all lines to write on
    signers: Mapping[str, int] = field(init=False, repr=False)  # how many sign: kpps, saksi

    def __post_init__(self) -> None:
        entries = [entry for page in self.pages for entry in page.fields]
        numbers = tuple(entry for entry in entries if entry.kind == "digits")
        signed = [entry for entry in entries if entry.kind == "signature"]
        signers = {
            who: max((entry.index for entry in signed if entry.who == who), default=0)
            for who in ("kpps", "saksi")
        }
        object.__setattr__(self, "numbers", numbers)
        object.__setattr__(self, "lines", frozenset(entry.id for entry in entries if entry.kind == "line"))
        object.__setattr__(self, "signers", signers)

    def page(self, number: int) -> Page:
        """The page with this number, or TemplateError."""
        for page in self.pages:
            if page.number == number:
                return page
        known = ", ".join(str(page.number) for page in self.pages)
        raise TemplateError(f"form {self.form!r} has no page {number!r}; its pages are {known}")
