"""A D.Hasil as sheets to print and sign: A3 across, a column for every TPS or region, as the real tables are.

Many columns go over several sheets, each of which carries over the sum of those before ("jumlah pindahan").
The same D.Hasil gives the same bytes. Every sheet says SIMULASI; signature lines carry no names.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from sirekap.pleno.levels import TITLE
from sirekap.pleno.wording import COLUMN_OF, COMMITTEE, ELECTION_TITLE, Line, lines, model

mm = 72 / 25.4  # in points
WIDTH, HEIGHT = 420 * mm, 297 * mm
MARGIN = 12 * mm
WORDS_WIDTH = 88 * mm
SUM_WIDTH = 19 * mm
TPS_WIDTH, TPS_A_SHEET = 13.5 * mm, 20
REGION_WIDTH, REGIONS_A_SHEET = 19.5 * mm, 13  # numbers of eight digits
LINE_HEIGHT = 4.7 * mm
LINES_A_SHEET = 44
BAND_HEIGHT = 7 * mm
TABLE_TOP = HEIGHT - 50 * mm
HEAD_HEIGHT = 15 * mm
GROUP_HEIGHT = 5.5 * mm  # of it, for the village's name
NOTE_LINES_A_SHEET = 48
WITNESSES_A_ROW = 6
ROWS_OF_WITNESSES = 5  # on the sheet with the committee's signatures

PLAIN, STRONG = "Helvetica", "Helvetica-Bold"
BAND = "SIMULASI / LATIHAN - DATA SINTETIS - BUKAN DOKUMEN RESMI"

Content = Mapping[str, Any]


@dataclass(frozen=True)
class TableSheet:
    """Some lines of some columns of one contest."""

    part: Content
    lines: Sequence[Line]
    columns: Sequence[Content]
    carried: Sequence[int] | None  # sums of the columns on sheets before
    sums: Sequence[int]  # with those of this sheet
    last: bool  # no more columns follow: the sums are the totals
    column_width: float  # points


@dataclass(frozen=True)
class NotesSheet:
    """What was corrected, entered by hand, out of order, or changed since the version before."""

    notes: Sequence[str]


@dataclass(frozen=True)
class SignatureSheet:
    """Lines to sign on, for the committee and for witnesses."""

    part: Content
    witnesses: Sequence[Content]


Sheet = TableSheet | NotesSheet | SignatureSheet


def as_pdf(content: Content, sha256: str) -> bytes:
    """The PDF of a D.Hasil; `sha256` is the digest printed at the foot of every sheet."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
    canvas.setTitle(f"{model(content['form'], content['level'])} {content['name']} (SIMULASI)")
    sheets = list(sheets_of(content))
    for number, sheet in enumerate(sheets, start=1):
        _frame(canvas, content, sha256, f"Lembar {number} dari {len(sheets)}")
        match sheet:
            case TableSheet():
                _heading(canvas, content, sheet.part)
                _table(canvas, content, sheet)
            case NotesSheet():
                _heading(canvas, content, None)
                _notes(canvas, sheet)
            case SignatureSheet():
                _heading(canvas, content, sheet.part)
                _signatures(canvas, content, sheet)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def sheets_of(content: Content) -> Iterator[Sheet]:
    """What goes on which sheet: tables contest by contest, notes, signatures."""
    for part in content["contests"]:
        yield from _tables(part, content["level"] == "kecamatan")
    notes = [piece for note in notes_of(content) for piece in _wrapped(note)]
    for start in range(0, len(notes), NOTE_LINES_A_SHEET):
        yield NotesSheet(notes[start : start + NOTE_LINES_A_SHEET])
    for part in content["contests"]:
        people, room = part["contestants"], WITNESSES_A_ROW * ROWS_OF_WITNESSES
        for start in range(0, max(1, len(people)), room):
            yield SignatureSheet(part, people[start : start + room])


def notes_of(content: Content) -> list[str]:
    """Everything that is not plain agreement, TPS by TPS, and what changed since the version before."""
    notes = [f"Catatan rapat: {content['note']}"] if content["note"] else []
    for part in content["contests"]:
        for column in part["columns"]:
            source, place = column["from"], f"{column.get('group', '')} {column['name']}".strip()
            if "sha256" in source:
                notes.append(f"{place}: D.Hasil versi {source['version']}, sha256 {source['sha256']}")
                continue
            changes = "; ".join(f"{name} {old} -> {new}" for name, (old, new) in source["changes"].items())
            if source["kind"] == "dikoreksi":
                notes.append(f"{place}: dikoreksi sesuai plano ({changes}). Alasan: {source['reason']}")
            elif source["kind"] == "entri":
                notes.append(f"{place}: angka dientri dari plano. Alasan: {source['reason']}")
            elif source["reason"]:
                notes.append(f"{place}: {source['reason']}")
            notes += [f"{place}: tidak cocok, {violation}" for violation in source["violations"]]
    for change in content["differences"]:
        notes.append(
            f"Perubahan dari versi sebelumnya: {change['code']} {change['field']} "
            f"{change['before']} -> {change['after']}"
        )
    return notes


def _tables(part: Content, of_tps: bool) -> Iterator[TableSheet]:
    width, a_sheet = (TPS_WIDTH, TPS_A_SHEET) if of_tps else (REGION_WIDTH, REGIONS_A_SHEET)
    columns, rows = part["columns"], lines(part["fields"], part["contestants"])
    sums = [0] * len(part["fields"])
    for start in range(0, len(columns), a_sheet):
        here = columns[start : start + a_sheet]
        carried = sums if start else None
        sums = [
            before + sum(row) for before, *row in zip(sums, *(one["numbers"] for one in here), strict=True)
        ]
        last = start + a_sheet >= len(columns)
        for block in _blocks(rows):
            yield TableSheet(part, block, here, carried, sums, last, width)


def _blocks(rows: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Lines sheet by sheet; what stands under one heading stays together where it fits."""
    start = 0
    while len(rows) - start > LINES_A_SHEET:
        end = start + LINES_A_SHEET
        headings = [row for row in range(start + LINES_A_SHEET // 2, end + 1) if rows[row].at is None]
        if headings:
            end = headings[-1]
            while rows[end - 1].at is None:  # a heading right above a heading goes with it
                end -= 1
        yield rows[start:end]
        start = end
    yield rows[start:]


def _frame(canvas: Canvas, content: Content, sha256: str, which: str) -> None:
    canvas.setFillGray(0)
    for y in (HEIGHT - MARGIN / 2 - BAND_HEIGHT, MARGIN / 2):
        canvas.rect(MARGIN, y, WIDTH - 2 * MARGIN, BAND_HEIGHT, stroke=0, fill=1)
    canvas.setFillGray(1)
    canvas.setFont(STRONG, 11)
    for y in (HEIGHT - MARGIN / 2 - BAND_HEIGHT, MARGIN / 2):
        canvas.drawCentredString(WIDTH / 2, y + 2.2 * mm, BAND)
    canvas.setFillGray(0)
    canvas.setFont(PLAIN, 7)
    foot = MARGIN / 2 + BAND_HEIGHT + 1.6 * mm
    canvas.drawString(MARGIN, foot, f"Nomor {content['number']}   sha256 {sha256}")
    canvas.drawRightString(WIDTH - MARGIN, foot, f"Difinalkan {content['finalised_at']}   {which}")


def _heading(canvas: Canvas, content: Content, part: Content | None) -> None:
    top = HEIGHT - MARGIN / 2 - BAND_HEIGHT
    level = TITLE[content["level"]]
    title = "SERTIFIKAT REKAPITULASI HASIL PENGHITUNGAN PEROLEHAN SUARA"
    where = f"DARI SETIAP {COLUMN_OF[content['level']]} DALAM WILAYAH {level}"
    canvas.setFont(STRONG, 13)
    canvas.drawCentredString(WIDTH / 2, top - 8 * mm, title)
    canvas.setFont(STRONG, 10)
    canvas.drawCentredString(WIDTH / 2, top - 13.5 * mm, where)
    canvas.drawCentredString(WIDTH / 2, top - 18.5 * mm, ELECTION_TITLE[content["form"]])
    canvas.rect(WIDTH - MARGIN - 92 * mm, top - 14 * mm, 92 * mm, 10 * mm)
    canvas.drawCentredString(
        WIDTH - MARGIN - 46 * mm, top - 8.2 * mm, f"MODEL {model(content['form'], content['level'])}"
    )
    canvas.setFont(PLAIN, 8)
    canvas.drawCentredString(WIDTH - MARGIN - 46 * mm, top - 12.5 * mm, f"Versi {content['version']}")
    places = [(level, content["name"], content["region"])]
    places += [(TITLE[one["level"]], one["name"], one["code"]) for one in content["above"]]
    for row, (what, name, code) in enumerate(places[:4]):
        y = top - (6 + 4.6 * row) * mm
        canvas.setFont(PLAIN, 8.5)
        canvas.drawString(MARGIN, y, what.capitalize() if what != "KABUPATEN/KOTA" else "Kabupaten/Kota")
        _fitted(canvas, MARGIN + 28 * mm, y, 75 * mm, f": {name} ({code})", STRONG, 8.5)
    if part is not None:
        _fitted(canvas, MARGIN, top - 27 * mm, 250 * mm, part["title"], STRONG, 11)


def _table(canvas: Canvas, content: Content, sheet: TableSheet) -> None:
    edges = _edges(sheet)
    bottom = TABLE_TOP - HEAD_HEIGHT - LINE_HEIGHT * len(sheet.lines)
    _table_head(canvas, content, sheet, edges)
    canvas.setFillGray(0.9)
    for row, line in enumerate(sheet.lines):
        if line.at is None:
            y = TABLE_TOP - HEAD_HEIGHT - LINE_HEIGHT * (row + 1)
            canvas.rect(MARGIN, y, edges[-1] - MARGIN, LINE_HEIGHT, stroke=0, fill=1)
    canvas.setFillGray(0)
    for row, line in enumerate(sheet.lines):
        face = STRONG if line.strong else PLAIN
        _fitted(canvas, MARGIN + 1.5 * mm, _base_line(row), WORDS_WIDTH - 3 * mm, line.words, face, 8)
    _numbers(canvas, sheet, edges)
    canvas.setLineWidth(0.4)
    starts = {x for x, _, _ in _groups(sheet, edges)} | {edges[0], edges[1], edges[-2], edges[-1]}
    canvas.lines([(x, TABLE_TOP if x in starts else TABLE_TOP - GROUP_HEIGHT, x, bottom) for x in edges])
    canvas.lines(
        [
            (left, TABLE_TOP - GROUP_HEIGHT, right, TABLE_TOP - GROUP_HEIGHT)
            for left, right, words in _groups(sheet, edges)
            if words
        ]
    )
    ys = [TABLE_TOP - HEAD_HEIGHT - LINE_HEIGHT * row for row in range(len(sheet.lines) + 1)]
    canvas.lines([(MARGIN, y, edges[-1], y) for y in (TABLE_TOP, *ys)])


def _edges(sheet: TableSheet) -> list[float]:
    """Left edges of all columns of the table, and the right edge of the last."""
    edges = [MARGIN, MARGIN + WORDS_WIDTH]
    if sheet.carried is not None:
        edges.append(edges[-1] + SUM_WIDTH)
    for _ in sheet.columns:
        edges.append(edges[-1] + sheet.column_width)
    edges.append(edges[-1] + SUM_WIDTH)
    return edges


def _table_head(canvas: Canvas, content: Content, sheet: TableSheet, edges: Sequence[float]) -> None:
    canvas.setFillGray(0.82)
    canvas.rect(MARGIN, TABLE_TOP - HEAD_HEIGHT, edges[-1] - MARGIN, HEAD_HEIGHT, stroke=0, fill=1)
    canvas.setFillGray(0)
    canvas.setFont(STRONG, 9)
    canvas.drawString(MARGIN + 1.5 * mm, TABLE_TOP - 9 * mm, "URAIAN")
    for left, right, words in _groups(sheet, edges):
        _fitted(
            canvas,
            left + 0.6 * mm,
            TABLE_TOP - 4 * mm,
            right - left - 1.2 * mm,
            words,
            STRONG,
            7.5,
            centred=True,
        )
    heads = [_column_head(content, column) for column in sheet.columns]
    if sheet.carried is not None:
        heads.insert(0, ("JUMLAH", "PINDAHAN"))
    heads.append(("JUMLAH", "AKHIR" if sheet.last else "SEMENTARA"))
    for (left, right), head in zip(pairwise(edges[1:]), heads, strict=True):
        for row, word in enumerate(head):
            y = TABLE_TOP - GROUP_HEIGHT - (3.6 + 4 * row) * mm
            _fitted(canvas, left + 0.6 * mm, y, right - left - 1.2 * mm, word, STRONG, 7.5, centred=True)


def _groups(sheet: TableSheet, edges: Sequence[float]) -> list[tuple[float, float, str]]:
    """Neighbouring columns of one village: left, right, its name; above the kecamatan each stands alone."""
    lefts = edges[2:] if sheet.carried is not None else edges[1:]
    found: list[tuple[float, float, str]] = []
    for (left, right), column in zip(pairwise(lefts), sheet.columns, strict=False):
        name, alone = column.get("group", ""), "group" not in column
        if found and not alone and found[-1][2] == name:
            found[-1] = (found[-1][0], right, name)
        else:
            found.append((left, right, name))
    return found


def _column_head(content: Content, column: Content) -> tuple[str, str]:
    """Two lines: for a TPS the word and its number, for a region its name and its code."""
    if content["level"] == "kecamatan":
        word, number = column["name"].split(" ", 1)
        return word, number
    return column["name"], column["code"]


@dataclass(frozen=True)
class _Digits:
    """Whole numbers set flush right, many at once: digits of a face are all equally wide."""

    canvas: Canvas
    face: str
    size: float = 8.5

    def set(self, numbers: Sequence[tuple[float, float, int]]) -> None:
        """Set (right edge, base line, value)."""
        digit, dot = stringWidth("0", self.face, self.size), stringWidth(".", self.face, self.size)
        text = self.canvas.beginText()
        text.setFont(self.face, self.size)
        for right, y, value in numbers:
            words = f"{value:,}".replace(",", ".")
            dots = words.count(".")
            text.setTextOrigin(right - digit * (len(words) - dots) - dot * dots, y)
            text.textOut(words)
        self.canvas.drawText(text)


def _numbers(canvas: Canvas, sheet: TableSheet, edges: Sequence[float]) -> None:
    plain: list[tuple[float, float, int]] = []
    strong: list[tuple[float, float, int]] = []
    rights = [edge - 1.3 * mm for edge in edges[2:]]
    for row, line in enumerate(sheet.lines):
        if line.at is None:
            continue
        y = _base_line(row)
        values = [column["numbers"][line.at] for column in sheet.columns]
        of_columns = rights[:-1]
        if sheet.carried is not None:
            strong.append((rights[0], y, sheet.carried[line.at]))
            of_columns = of_columns[1:]
        strong.append((rights[-1], y, sheet.sums[line.at]))
        set_as = strong if line.strong else plain
        set_as += [(right, y, value) for right, value in zip(of_columns, values, strict=True)]
    _Digits(canvas, PLAIN).set(plain)
    _Digits(canvas, STRONG).set(strong)


def _base_line(row: int) -> float:
    return TABLE_TOP - HEAD_HEIGHT - LINE_HEIGHT * (row + 1) + 1.35 * mm


def _notes(canvas: Canvas, sheet: NotesSheet) -> None:
    canvas.setFont(STRONG, 10)
    canvas.drawString(MARGIN, TABLE_TOP + 4 * mm, "CATATAN, KOREKSI DAN KEJADIAN KHUSUS")
    canvas.setFont(PLAIN, 8.5)
    for row, words in enumerate(sheet.notes):
        canvas.drawString(MARGIN, TABLE_TOP - (3 + 4.4 * row) * mm, words)


def _signatures(canvas: Canvas, content: Content, sheet: SignatureSheet) -> None:
    title, members = COMMITTEE[content["level"]]
    canvas.setFont(PLAIN, 10)
    line = "." * 40
    canvas.drawString(MARGIN, TABLE_TOP, f"Ditetapkan di {line}  tanggal {line}")
    canvas.setFont(STRONG, 10)
    canvas.drawString(MARGIN, TABLE_TOP - 9 * mm, f"NAMA DAN TANDA TANGAN {title}")
    roles = ["Ketua", *(["Anggota"] * (members - 1))]
    cells = [f"{number}. {role}" for number, role in enumerate(roles, start=1)]
    _cells(canvas, TABLE_TOP - 11 * mm, cells, 7, 26 * mm)
    canvas.setFont(STRONG, 10)
    canvas.drawString(MARGIN, TABLE_TOP - 46 * mm, "NAMA DAN TANDA TANGAN SAKSI")
    people = [f"{one['number']}. {one['name']}" for one in sheet.witnesses]
    _cells(canvas, TABLE_TOP - 48 * mm, people, WITNESSES_A_ROW, 27 * mm)


def _cells(canvas: Canvas, top: float, words: Sequence[str], a_row: int, height: float) -> None:
    width = (WIDTH - 2 * MARGIN) / a_row
    for number, word in enumerate(words):
        x, y = MARGIN + width * (number % a_row), top - height * (number // a_row + 1)
        canvas.rect(x, y, width, height)
        _fitted(canvas, x + 1.5 * mm, y + height - 4 * mm, width - 3 * mm, word, PLAIN, 8)
        canvas.line(x + 4 * mm, y + 5 * mm, x + width - 4 * mm, y + 5 * mm)


def _fitted(
    canvas: Canvas,
    x: float,
    y: float,
    width: float,
    words: str,
    face: str,
    size: float,
    *,
    centred: bool = False,
) -> None:
    """Words in one line, smaller when they are long, cut when they are far too long."""
    taken = stringWidth(words, face, size)
    if taken > width:
        size = max(size * width / taken, 5.0)
        while words and stringWidth(words + "...", face, size) > width:
            words = words[:-1]
            if stringWidth(words, face, size) <= width:
                words = words if len(words) < 4 else words[:-2] + "..."
                break
    canvas.setFont(face, size)
    if centred:
        canvas.drawCentredString(x + width / 2, y, words)
    else:
        canvas.drawString(x, y, words)


def _wrapped(words: str, width: float = WIDTH - 2 * MARGIN) -> list[str]:
    """Words over as many lines as they need."""
    found, line = [], ""
    for word in words.split():
        for piece in (word[start : start + 120] for start in range(0, len(word), 120)):
            longer = f"{line} {piece}".strip()
            if line and stringWidth(longer, PLAIN, 8.5) > width:
                found.append(line)
                longer = "    " + piece
            line = longer
    return [*found, line] if line else found
