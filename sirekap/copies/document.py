"""A copy as a PDF: A4, one look for all forms, the same bytes for the same content.

The band SIMULASI stands on every page and cannot be switched off.
"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from importlib import resources
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    Image,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from sirekap.copies.content import CopiedPage, CopyContent
from sirekap.copies.labels import FORM_TITLES, ROLES, spoken, voter_rows
from sirekap.forms.contests import Contestant
from sirekap.forms.fields import BY_PARTY, COLUMNS, total_of, votes
from sirekap.forms.labels import PAPERS, TOTALS
from sirekap.repositories.history import Revision

PLAIN, BOLD = "Vera", "VeraBd"
BAND = "SIMULASI - BUKAN DOKUMEN RESMI - UNTUK LATIHAN SAJA"
WIDTH_MM = 174.0  # A4 without its margins
WIB = timezone(timedelta(hours=7), "WIB")
PHOTO_MM = (54.0, 78.0)
PHOTOS_A_ROW = 3

_INK, _GREY, _PALE = colors.HexColor("#1a1a1a"), colors.HexColor("#666666"), colors.HexColor("#eeeeee")
_BAND = colors.HexColor("#b3261e")
_TEXT = ParagraphStyle("text", fontName=PLAIN, fontSize=8, leading=10.4, textColor=_INK)
_SMALL = ParagraphStyle("small", parent=_TEXT, fontSize=6.4, leading=8.2, textColor=_GREY, splitLongWords=1)
_BOLD = ParagraphStyle("bold", parent=_TEXT, fontName=BOLD)
_NUMBER = ParagraphStyle("number", parent=_BOLD, alignment=2)
_TITLE = ParagraphStyle("title", parent=_BOLD, fontSize=12, leading=15, alignment=1)
_SUBTITLE = ParagraphStyle("subtitle", parent=_TEXT, fontSize=9, leading=12, alignment=1)
_SECTION = ParagraphStyle(
    "section", parent=_BOLD, fontSize=9, leading=12, spaceBefore=8, spaceAfter=3, keepWithNext=1
)


def pdf(content: CopyContent) -> bytes:
    """The copy as a PDF."""
    _register_fonts()
    target = io.BytesIO()
    document = BaseDocTemplate(
        target,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=22 * mm,
        bottomMargin=20 * mm,
        title=f"Salinan {FORM_TITLES[content.contest.form]} TPS {content.tps} - SIMULASI",
        author="SIMULASI",
        invariant=1,
    )
    frame = Frame(document.leftMargin, document.bottomMargin, document.width, document.height, 0, 0, 0, 0)
    document.addPageTemplates(
        PageTemplate("copy", [frame], onPage=lambda canvas, page: _around(canvas, content))
    )
    document.build(list(_story(content)), canvasmaker=_Numbered)
    return target.getvalue()


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    """Bitstream Vera, which comes with reportlab."""
    folder = resources.files("reportlab").joinpath("fonts")
    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(folder.joinpath(f"{name}.ttf"))))


def _around(canvas: Canvas, content: CopyContent) -> None:
    """The band above, and below what the page belongs to."""
    width, height = A4
    canvas.saveState()
    canvas.setFillColor(_BAND)
    canvas.rect(0, height - 12 * mm, width, 12 * mm, stroke=0, fill=1)
    canvas.setFillColor(colors.white)
    canvas.setFont(BOLD, 11)
    canvas.drawCentredString(width / 2, height - 8 * mm, BAND)
    canvas.setFillColor(_GREY)
    canvas.setFont(PLAIN, 6.4)
    canvas.drawString(18 * mm, 12 * mm, f"Sidik salinan (sha256): {content.digest}")
    canvas.drawString(18 * mm, 8.5 * mm, f"TPS {content.tps} - {_moment(content.as_of)}")
    canvas.restoreState()


class _Numbered(Canvas):  # type: ignore[misc]
    """A canvas that knows at its end how many pages there are, and writes it on each."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._drawn: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802
        """Keep the page until all are there."""
        self._drawn.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Number the pages and write them."""
        for page in self._drawn:
            self.__dict__.update(page)
            self.setFont(PLAIN, 6.4)
            self.setFillColor(_GREY)
            told = f"Halaman {self.getPageNumber()} dari {len(self._drawn)}"
            self.drawRightString(A4[0] - 18 * mm, 8.5 * mm, told)
            super().showPage()
        super().save()


def _story(content: CopyContent) -> Iterator[Flowable]:
    yield Paragraph("SALINAN HASIL PENGHITUNGAN SUARA DI TPS", _TITLE)
    yield Paragraph(f"{FORM_TITLES[content.contest.form]} - {escape(content.contest.title)}", _SUBTITLE)
    yield Spacer(1, 4 * mm)
    yield _identity(content)
    yield Paragraph("Data pemilih dan pengguna hak pilih", _SECTION)
    yield _voters(content)
    yield Paragraph("Surat suara", _SECTION)
    yield _rows([(label, content.numbers[field]) for field, label in PAPERS.items()])
    yield Paragraph("Perolehan suara", _SECTION)
    yield _votes(content)
    yield Paragraph("Suara sah dan tidak sah", _SECTION)
    yield _rows([(label, content.numbers[field]) for field, label in TOTALS.items()])
    yield Paragraph("Perbaikan", _SECTION)
    yield from _corrections(content)
    yield Paragraph("Bukti terima dan foto lembar", _SECTION)
    yield _photos(content)


def _identity(content: CopyContent) -> Flowable:
    place, last = content.place, content.confirmations[-1] if content.confirmations else None
    said = "belum ada" if last is None else "SESUAI" if last.sesuai else "TIDAK SESUAI"
    if last is not None:
        said += f" - {_moment(last.stored_at)} oleh {last.who.account} - bukti {last.receipt}"
    pairs = [
        ("Provinsi", place.provinsi), ("Kabupaten/Kota", place.kab_kota),
        ("Kecamatan", place.kecamatan), ("Kelurahan/Desa", place.kel_desa),
        ("TPS", f"{place.number:03d} (kode {content.tps})"), ("Keadaan data", _moment(content.as_of)),
        ("Konfirmasi", said),
    ]  # fmt: skip
    cells = [[Paragraph(name, _TEXT), Paragraph(escape(value), _BOLD)] for name, value in pairs]
    return _table(cells, (38.0, WIDTH_MM - 38.0))


def _voters(content: CopyContent) -> Flowable:
    head = [Paragraph(name, _BOLD if k == 0 else _NUMBER) for k, name in enumerate(("", "L", "P", "L + P"))]
    cells = [
        [
            Paragraph(label, _TEXT),
            *(Paragraph(str(content.numbers[f"{row}_{column}"]), _NUMBER) for column in COLUMNS),
        ]
        for row, label in voter_rows(content.contest.form).items()
    ]
    return _table([head, *cells], (WIDTH_MM - 60.0, 20.0, 20.0, 20.0), head=True)


def _rows(rows: list[tuple[str, int]]) -> Flowable:
    cells = [[Paragraph(escape(label), _TEXT), Paragraph(str(number), _NUMBER)] for label, number in rows]
    return _table(cells, (WIDTH_MM - 20.0, 20.0))


def _votes(content: CopyContent) -> Flowable:
    form = content.contest.form
    rows = [row for one in content.contest.contestants for row in _votes_of(form, one)]
    cells, shaded = [], []
    for place, (number, name, field) in enumerate(rows):
        whole = field == total_of(form, int(field.split("_")[-1])) if form in BY_PARTY else False
        style = _BOLD if whole else _TEXT
        cells.append(
            [
                Paragraph(number, style),
                Paragraph(escape(name), style),
                Paragraph(str(content.numbers[field]), _NUMBER),
            ]
        )
        shaded += [("BACKGROUND", (0, place), (-1, place), _PALE)] if whole else []
    return _table(cells, (14.0, WIDTH_MM - 34.0, 20.0), more=shaded)


def _votes_of(form: str, one: Contestant) -> Iterator[tuple[str, str, str]]:
    """Number, name and field of everything that stands on the sheet for one contestant."""
    fields = votes(form, one.number, len(one.candidates))
    if form not in BY_PARTY:
        yield str(one.number), one.name, fields[0]
        return
    yield str(one.number), f"{one.name} (suara partai)", fields[0]
    for place, candidate in enumerate(one.candidates, 1):
        yield f"{one.number}.{place}", candidate, fields[place]
    yield str(one.number), f"Jumlah {one.name} dan calon", fields[-1]


def _corrections(content: CopyContent) -> Iterator[Flowable]:
    if not content.corrections:
        yield Paragraph("Tidak ada: angka di atas adalah angka kiriman pertama.", _TEXT)
        return
    head = [Paragraph(name, _BOLD) for name in ("Hal.", "Waktu", "Oleh", "Perubahan", "Alasan")]
    cells = [_correction(content.contest.form, one) for one in content.corrections]
    yield _table([head, *cells], (11.0, 33.0, 38.0, 46.0, WIDTH_MM - 128.0), head=True)


def _correction(form: str, one: Revision) -> list[Flowable]:
    changes = "<br/>".join(
        f"{spoken(form, change.field)}: {change.before} menjadi {change.after}" for change in one.changes
    )
    return [
        Paragraph(str(one.page), _TEXT),
        Paragraph(_moment(one.stored_at), _TEXT),
        Paragraph(f"{escape(one.who.account)} ({ROLES.get(one.who.role, one.who.role)})", _TEXT),
        Paragraph(changes or "tidak ada angka berubah", _TEXT),
        Paragraph(escape(one.reason or ""), _TEXT),
    ]


def _photos(content: CopyContent) -> Flowable:
    cells: list[Any] = [[_picture(page), *_captions(page)] for page in content.pages]
    cells += [""] * (-len(cells) % PHOTOS_A_ROW)
    rows = [cells[k : k + PHOTOS_A_ROW] for k in range(0, len(cells), PHOTOS_A_ROW)]
    return _table(rows, (WIDTH_MM / PHOTOS_A_ROW,) * PHOTOS_A_ROW)


def _picture(page: CopiedPage) -> Flowable:
    if page.web is None:
        return Paragraph("Foto tersimpan; salinan kecilnya belum dibuat.", _SMALL)
    width, height = ImageReader(io.BytesIO(page.web)).getSize()
    scale = min(PHOTO_MM[0] / width, PHOTO_MM[1] / height) * mm
    return Image(io.BytesIO(page.web), width * scale, height * scale)


def _captions(page: CopiedPage) -> Iterator[Flowable]:
    yield Spacer(1, 1 * mm)
    yield Paragraph(f"Halaman {page.page}, revisi {page.revision}", _BOLD)
    yield Paragraph(f"Bukti terima {page.receipt}", _SMALL)
    yield Paragraph(f"Foto sha256 {page.sha256[:32]} {page.sha256[32:]}", _SMALL)


def _table(
    cells: list[list[Any]], widths_mm: tuple[float, ...], *, head: bool = False, more: list[Any] | None = None
) -> Flowable:
    style = [
        ("GRID", (0, 0), (-1, -1), 0.3, colors.HexColor("#bbbbbb")),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        *([("BACKGROUND", (0, 0), (-1, 0), _PALE)] if head else []),
        *(more or []),
    ]
    return Table(
        cells, [width * mm for width in widths_mm], repeatRows=1 if head else 0, style=TableStyle(style)
    )


def _moment(moment: datetime) -> str:
    """Western Indonesian time, said so."""
    return moment.astimezone(UTC).astimezone(WIB).strftime("%d-%m-%Y %H:%M:%S WIB")
