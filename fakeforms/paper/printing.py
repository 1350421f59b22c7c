"""The printer: draws a page's display list as a vector PDF of true size, SIMULASI band included.

The one engine for every form. The band, the watermark and the word in place of an emblem are not part of
any template: they are drawn here, on every page, and there is no way to leave them out.
"""

import io
from collections.abc import Callable, Mapping
from typing import Any

from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from fakeforms.errors import TemplateError
from fakeforms.paper import lettering, tags
from fakeforms.templates.template import Box, Page, Template

NOTICE = "SIMULASI - LATIHAN - BUKAN HASIL RESMI"

# Luma of the printer's inks, measured on the KPU print file: (35,25,22), (201,201,202), (220,221,221).
_INKS = {"black": 0.11, "grid": 0.79, "dots": 0.72, "frame": 0.866, "caption": 0.55, "watermark": 0.915}
_BAND: Box = (62.0, 14.0, 366.0, 27.0)
_GUIDE_DOT_MM = 0.66
_GUIDE_BOX_MM = 20.0
_GUIDE_X = (5.8, 2.07, 5)  # first dot from the left of the box, pitch, columns
_GUIDE_Y = (3.4, 1.66, 9)

Texts = Mapping[str, str]
"""What replaces {names} in printed text, e.g. the names of the pairs."""


def draw_page(canvas: Canvas, template: Template, page: Page, texts: Texts) -> None:
    """Draw the printed part of `page` on a canvas whose origin is the bottom left of the sheet."""
    lettering.register()
    pen = _Pen(canvas, template.height_mm, texts)
    _watermark(pen, template)
    for operation in page.display:
        _DRAW[operation["op"]](pen, operation)
    for mark in page.corner_marks:
        pen.fill_box(mark, "black")
    _tag(pen, page)
    _band(pen)


def new_canvas(template: Template, stream: io.BytesIO, scale: float = 1.0) -> Canvas:
    """A canvas of the sheet's size whose output depends on nothing but what is drawn."""
    size = (template.width_mm * mm * scale, template.height_mm * mm * scale)
    canvas = Canvas(stream, pagesize=size, invariant=1, pageCompression=1)
    canvas.setTitle(f"{template.model} - {NOTICE}")
    canvas.setSubject(NOTICE)
    canvas.setAuthor("gladi")
    canvas.scale(scale, scale)
    return canvas


def printed_pdf(template: Template, page: Page, texts: Texts) -> bytes:
    """The unfilled page as a PDF."""
    stream = io.BytesIO()
    canvas = new_canvas(template, stream)
    draw_page(canvas, template, page, texts)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


class _Pen:
    """A canvas in millimetres from the top left."""

    def __init__(self, canvas: Canvas, height_mm: float, texts: Texts) -> None:
        self.canvas = canvas
        self.height_mm = height_mm
        self.texts = texts

    def x(self, x_mm: float) -> float:
        return x_mm * float(mm)

    def y(self, y_mm: float) -> float:
        return (self.height_mm - y_mm) * float(mm)

    def ink(self, name: str) -> None:
        grey = _INKS[name]
        self.canvas.setFillColor(Color(grey, grey, grey))
        self.canvas.setStrokeColor(Color(grey, grey, grey))

    def fill_box(self, box: Box, ink: str) -> None:
        self.ink(ink)
        x, y, width, height = box
        self.canvas.rect(self.x(x), self.y(y + height), width * mm, height * mm, stroke=0, fill=1)

    def text(
        self,
        words: str,
        at: tuple[float, float],
        size: float,
        *,
        font: str = "bold",
        align: str = "left",
        width: float | None = None,
        turn: float = 0,
    ) -> None:
        """Write at a baseline; `width` squeezes or stretches the text to that many mm."""
        face, points = lettering.FONTS[font], size * mm
        natural = pdfmetrics.stringWidth(words, face, points)
        stretch = 1.0 if width is None or natural == 0 else width * mm / natural
        shift = {"left": 0.0, "center": 0.5, "right": 1.0}[align] * natural * stretch
        self.canvas.saveState()
        self.canvas.translate(self.x(at[0]), self.y(at[1]))
        self.canvas.rotate(turn)
        line = self.canvas.beginText(-shift, 0)
        line.setFont(face, points)
        line.setHorizScale(100 * stretch)
        line.textOut(words)
        self.canvas.drawText(line)
        self.canvas.restoreState()


def _text(pen: _Pen, op: Mapping[str, Any]) -> None:
    try:
        words = op["text"].format_map(pen.texts)
    except KeyError as error:
        known = ", ".join(sorted({name.split("_")[0] for name in pen.texts}))
        raise TemplateError(
            f"text {op['text']!r}: nobody knows {error}; known words begin with {known}"
        ) from error
    pen.ink(op.get("ink", "black"))
    font, (x, y) = op.get("font", "bold"), op["at"]
    if "justify" in op:
        _justified(pen, words, op)
        return
    for line in lettering.lines(words, op):
        at = (x, y + line.below_mm)
        align, turn = op.get("align", "left"), op.get("turn", 0)
        pen.text(line.words, at, line.size_mm, font=font, align=align, width=line.width_mm, turn=turn)


def _justified(pen: _Pen, words: str, op: Mapping[str, Any]) -> None:
    size, font, width = op["size"], op.get("font", "bold"), op["justify"]
    parts = words.split()
    natural = [lettering.length_mm(part, font, size) for part in parts]
    gap_least = 0.3 * size
    squeeze = min(1.02, (width - gap_least * (len(parts) - 1)) / sum(natural))
    gap = (width - squeeze * sum(natural)) / max(1, len(parts) - 1)
    x, y = op["at"]
    for part, length in zip(parts, natural, strict=True):
        pen.text(part, (x, y), size, font=font, width=length * squeeze)
        x += length * squeeze + gap


def _line(pen: _Pen, op: Mapping[str, Any]) -> None:
    pen.ink(op.get("ink", "black"))
    pen.canvas.setLineWidth(op["line"] * mm)
    dash = op.get("dash")
    pen.canvas.setDash(*([[v * mm for v in dash]] if dash else []))
    (x0, y0), (x1, y1) = op["from"], op["to"]
    pen.canvas.line(pen.x(x0), pen.y(y0), pen.x(x1), pen.y(y1))
    pen.canvas.setDash()


def _rect(pen: _Pen, op: Mapping[str, Any]) -> None:
    pen.ink(op.get("ink", "black"))
    pen.canvas.setLineWidth(op["line"] * mm)
    x, y, width, height = op["box"]
    pen.canvas.rect(pen.x(x), pen.y(y + height), width * mm, height * mm, stroke=1, fill=0)


def _guide(pen: _Pen, op: Mapping[str, Any]) -> None:
    """The dots in a vote box: a segment 8 with a centre line for the 1 (33 dots).

    Their grid was measured in a box of 20 x 20 mm; in a box of another size it is as large as the box.
    """
    left, top, width, height = op["box"]
    across, down = width / _GUIDE_BOX_MM, height / _GUIDE_BOX_MM
    pen.ink("grid")
    side = _GUIDE_DOT_MM
    for row in range(_GUIDE_Y[2]):
        for column in range(_GUIDE_X[2]):
            if column % 2 == 0 or row % 4 == 0:
                x = left + (_GUIDE_X[0] + column * _GUIDE_X[1]) * across - side / 2
                y = top + (_GUIDE_Y[0] + row * _GUIDE_Y[1]) * down - side / 2
                pen.canvas.rect(pen.x(x), pen.y(y + side), side * mm, side * mm, stroke=0, fill=1)


def _bubble(pen: _Pen, op: Mapping[str, Any]) -> None:
    x, y, width, height = op["box"]
    pen.ink("black")
    pen.canvas.setLineWidth(0.35 * mm)
    filled = int(bool(op.get("filled")))
    pen.canvas.circle(pen.x(x + width / 2), pen.y(y + height / 2), width / 2 * mm, stroke=1, fill=filled)
    if not filled:
        pen.text(op["text"], (x + width / 2, y + height / 2 + 1.55), 4.3, font="plain", align="center")


def _fill(pen: _Pen, op: Mapping[str, Any]) -> None:
    pen.ink(op.get("ink", "black"))
    path = pen.canvas.beginPath()
    first, *rest = op["points"]
    path.moveTo(pen.x(first[0]), pen.y(first[1]))
    for x, y in rest:
        path.lineTo(pen.x(x), pen.y(y))
    path.close()
    pen.canvas.drawPath(path, stroke=0, fill=1)


_DRAW: dict[str, Callable[[_Pen, Mapping[str, Any]], None]] = {
    "text": _text,
    "line": _line,
    "rect": _rect,
    "guide": _guide,
    "bubble": _bubble,
    "fill": _fill,
}


def _tag(pen: _Pen, page: Page) -> None:
    x, y, size, _ = page.tag.box
    rows = tags.modules(page.tag.family, page.tag.id, page.tag.turn)
    module = size / len(rows)
    for r, row in enumerate(rows):
        start = 0
        while start < len(row):
            end = start
            while end < len(row) and row[end]:
                end += 1
            if end > start:
                pen.fill_box((x + start * module, y + r * module, (end - start) * module, module), "black")
            start = max(end, start + 1)


def _band(pen: _Pen) -> None:
    x, y, width, height = _BAND
    pen.fill_box(_BAND, "black")
    pen.canvas.setFillColor(Color(1, 1, 1))
    pen.text(NOTICE, (x + width / 2, y + height * 0.71), 16.5, align="center", width=width - 16)


def _watermark(pen: _Pen, template: Template) -> None:
    pen.ink("watermark")
    for share in (0.26, 0.53, 0.80):
        at = (template.width_mm * 0.5 + 22, template.height_mm * share + 40)
        pen.text("SIMULASI", at, 92, align="center", width=520, turn=24)
    pen.ink("caption")
    pen.text("SIMULASI", (80.0, 92.5), 4.4, align="left", width=19)
