"""Sheets as a PDF to print: blank or filled, at true size or fitted to A3 and A4, as many pages as wanted.

What is printed on a page is drawn once in a book and shown wherever it is needed; what is written on it is
a few paths (`inked`). Same pages, same bytes.
"""

import io
import zlib
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from fakeforms.errors import OrderError
from fakeforms.orders import SheetOrder
from fakeforms.paper import inked, printing
from fakeforms.templates import wording
from fakeforms.templates.template import Page, Shape, Template, load
from fakeforms.writing import filling

Texts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """What is in the printer; without a size, each sheet gets paper of its own size."""

    name: str
    size_mm: tuple[float, float] | None
    margin_mm: float

    def scale(self, template: Template) -> float:
        """The largest scale at which a sheet of the form fits within the margins; 1 is true size."""
        if self.size_mm is None:
            return 1.0
        room = [side - 2 * self.margin_mm for side in self.size_mm]
        return min(room[0] / template.width_mm, room[1] / template.height_mm)


PAPERS = {
    "plano": Paper("plano", None, 0.0),
    "a3": Paper("A3", (297.0, 420.0), 8.0),
    "a4": Paper("A4", (210.0, 297.0), 6.0),
}
"""By the name one asks for; the margins are what office printers cannot reach, and a little more."""


def paper(name: str) -> Paper:
    """The paper of this name; OrderError naming the known ones."""
    try:
        return PAPERS[name]
    except KeyError:
        raise OrderError(f"paper {name!r} is unknown; known papers: {', '.join(PAPERS)}") from None


class _Deflate:
    """How the streams of a book are packed.

    reportlab's own way packs harder and then puts everything into ASCII, which takes longer than all else
    together; this is 3 % larger than its packing, and a quarter of the time.
    """

    pdfname = "FlateDecode"

    def encode(self, content: str | bytes) -> bytes:
        """Packed content."""
        return zlib.compress(content.encode("latin-1") if isinstance(content, str) else content, 4)


class Book:
    """A PDF in the making; pages come in the order they are added. The title tells paper and scale."""

    def __init__(self, template: Template, on: str = "plano") -> None:
        self._paper = paper(on)
        self._stream = io.BytesIO()
        self._canvas = Canvas(self._stream, invariant=1, pageCompression=0)
        self._canvas._doc.defaultStreamFilters = [_Deflate()]
        scale = self._paper.scale(template)
        told = "ukuran asli" if scale == 1.0 else f"skala {100 * scale:.1f} %".replace(".", ",")
        self._canvas.setTitle(f"{template.model} - {self._paper.name}, {told} - {printing.NOTICE}")
        self._canvas.setSubject(printing.NOTICE)
        self._canvas.setAuthor("gladi")
        self._prints: dict[tuple[str, int, Shape, Texts], str] = {}

    def add_blank(self, form: str, number: int) -> None:
        """An unfilled page, with names left general."""
        template = load(form)
        self._add(template, template.page(number), (), wording.unnamed(form), "")

    def add_unfilled(self, order: SheetOrder, number: int) -> None:
        """A page for those who stand by the order, with nothing written on it."""
        template = order.template
        page = template.page(number)
        self._add(template, page, order.shape, wording.printed_on(order, page), "")

    def add_filled(self, order: SheetOrder, number: int, margin: str = "") -> None:
        """A page with everything the order says written on it; `margin` is printed beside the sheet."""
        template = order.template
        page = template.page(number)
        ink = inked.operators(filling.fill(order, page), template.height_mm)
        self._add(template, page, order.shape, wording.printed_on(order, page), ink, margin)

    def pdf(self) -> bytes:
        """The finished book; nothing can be added to it."""
        self._canvas.save()
        return self._stream.getvalue()

    def _add(
        self, template: Template, page: Page, shape: Shape, texts: Texts, ink: str, margin: str = ""
    ) -> None:
        key = (template.form, page.number, shape, texts)
        if key not in self._prints:
            self._prints[key] = self._print(template, page, texts)
        scale = self._paper.scale(template)
        width, height = self._paper.size_mm or (template.width_mm, template.height_mm)
        left, low = (width - scale * template.width_mm) / 2, (height - scale * template.height_mm) / 2
        self._canvas.setPageSize((width * mm, height * mm))
        if margin and left > 0:
            self._beside(margin, left)
        self._canvas.addLiteral(f"{scale:.6f} 0 0 {scale:.6f} {left * mm:.4f} {low * mm:.4f} cm")
        self._canvas.doForm(self._prints[key])
        self._canvas.addLiteral(ink)
        self._canvas.showPage()

    def _beside(self, words: str, left_mm: float) -> None:
        """Words in the left margin, upwards; paper of the sheet's own size has no margin for them."""
        self._canvas.saveState()
        self._canvas.setFont("Helvetica", 7)
        self._canvas.translate(0.75 * left_mm * mm, 12 * mm)
        self._canvas.rotate(90)
        self._canvas.drawString(0, 0, words)
        self._canvas.restoreState()

    def _print(self, template: Template, page: Page, texts: Texts) -> str:
        """Draw what is printed on a page, once for the book; the name it has there."""
        name = f"print{len(self._prints) + 1}"
        self._canvas.beginForm(name, 0, 0, template.width_mm * mm, template.height_mm * mm)
        printing.draw_page(self._canvas, template, page, dict(texts))
        self._canvas.endForm()
        return name


def sheet_pdf(order: SheetOrder, page: int | None = None, on: str = "plano") -> bytes:
    """One filled page, or all of the form, as a vector PDF; the same strokes as in the photos."""
    book = Book(order.template, on)
    for number in (p.number for p in order.template.pages) if page is None else (page,):
        book.add_filled(order, number)
    return book.pdf()


def blank_pdf(form: str, page: int | None = None, on: str = "plano") -> bytes:
    """One unfilled page, or all of the form, as a vector PDF, with names left general."""
    template = load(form)
    book = Book(template, on)
    for number in (p.number for p in template.pages) if page is None else (page,):
        book.add_blank(form, number)
    return book.pdf()
