"""Workbooks: the accounts of a pack, and for every class a mark sheet that counts points by itself.

The trainer types answers into "Isian"; "Nilai" compares each with "Kunci" by a formula. What only a person
can judge (filled and photographed sheets) is typed in as points. The same pack gives the same bytes: dates
are fixed and never the clock's.
"""

import datetime as dt
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell  # type: ignore[import-untyped]

from gladi.bimtek import tables
from gladi.bimtek.model import Class, Key, Pack, Question

PASS_MARK = 70
_BORN = dt.datetime(2024, 1, 1)
_NOTICE = "SIMULASI - LATIHAN - BUKAN HASIL RESMI"
_TITLE_ROWS = 4
_SEAT, _FIRST = 0, 1


def accounts(pack: Pack) -> bytes:
    """Who has which account, one sheet."""
    out, book, style = _begun("Peserta dan akun latihan")
    sheet = book.add_worksheet("Peserta")
    _titled(sheet, style, f"Peserta dan akun latihan: {pack.region}", "Akun dan kode rekaan.")
    sheet.write_row(_TITLE_ROWS - 1, 0, tables.ACCOUNTS, style["head"])
    for number, row in enumerate(tables.accounts(pack), _TITLE_ROWS):
        for column, value in enumerate(row):
            sheet.write(number, column, value, style["cell"])
    sheet.set_column(0, 1, 8)
    sheet.set_column(2, 2, 16)
    sheet.set_column(3, 3, 9)
    sheet.set_column(4, 5, 20)
    sheet.freeze_panes(_TITLE_ROWS, 2)
    sheet.autofilter(_TITLE_ROWS - 1, 0, _TITLE_ROWS - 1 + len(pack.trainees), len(tables.ACCOUNTS) - 1)
    _paper(sheet)
    return _done(out, book)


def marks(room: Class, keys: Mapping[str, Key]) -> bytes:
    """The mark sheet of a class: "Nilai", "Isian", "Kunci"."""
    out, book, style = _begun(f"Nilai kelas {room.number}")
    score, entry, key = (book.add_worksheet(name) for name in ("Nilai", "Isian", "Kunci"))
    questions = [question for exercise in room.trainees[0].exercises for question in exercise.questions]
    _entries(entry, style, room, questions)
    _keys(key, style, room, questions, keys)
    _scores(score, style, room, questions)
    score.activate()
    return _done(out, book)


def _entries(sheet: Any, style: Mapping[str, Any], room: Class, questions: list[Question]) -> None:
    """Where the trainer types: answers, or points where the trainer judges."""
    _titled(
        sheet, style, f"Isian jawaban, kelas {room.number}",
        "Ketik jawaban peserta: angka, satu huruf, atau urutan huruf (ebacd). "
        "Kolom kuning dinilai pelatih: ketik poinnya.",
    )  # fmt: skip
    _grid(sheet, style, room, questions)
    last = _TITLE_ROWS + len(room.trainees) - 1
    for column, question in enumerate(questions, _FIRST):
        judged = question.kind == "lembar"
        for row in range(_TITLE_ROWS, last + 1):
            sheet.write_blank(row, column, None, style["judged" if judged else "entry"])
        if judged:
            sheet.data_validation(
                _TITLE_ROWS, column, last, column,
                {
                    "validate": "decimal", "criteria": "between", "minimum": 0, "maximum": question.points,
                    "error_title": "Poin",
                    "error_message": f"Poin soal {question.id}: 0 sampai {question.points}.",
                },
            )  # fmt: skip


def _keys(
    sheet: Any, style: Mapping[str, Any], room: Class, questions: list[Question], keys: Mapping[str, Key]
) -> None:
    _titled(
        sheet, style, f"Kunci, kelas {room.number}", "Hanya untuk pelatih; dihitung dari kebenaran lembarnya."
    )
    _grid(sheet, style, room, questions)
    for row, one in enumerate(room.trainees, _TITLE_ROWS):
        for column, question in enumerate(questions, _FIRST):
            answer = keys[one.id].solution(question.id).answer
            if isinstance(answer, int):
                sheet.write_number(row, column, answer, style["cell"])
            else:
                sheet.write_string(
                    row, column, "" if answer is None else tables.answer_told(answer), style["cell"]
                )


def _scores(sheet: Any, style: Mapping[str, Any], room: Class, questions: list[Question]) -> None:
    """Points by exercise, total, verdict; below them the class as a whole."""
    _titled(
        sheet, style, f"Nilai kelas {room.number}",
        f"Dihitung dari lembar Isian dan Kunci. Lulus mulai {PASS_MARK} poin.",
    )  # fmt: skip
    exercises = room.trainees[0].exercises
    head = ["Tempat", *(f"{one.number}. {one.title} ({one.points})" for one in exercises), "Jumlah", "Hasil"]
    sheet.write_row(_TITLE_ROWS - 1, 0, head, style["head"])
    total = _FIRST + len(exercises)
    last = _TITLE_ROWS + len(room.trainees) - 1
    for row, one in enumerate(room.trainees, _TITLE_ROWS):
        sheet.write_string(row, _SEAT, one.seat, style["cell"])
        at = _FIRST
        for column, exercise in enumerate(exercises, _FIRST):
            parts = [_point(row, at + offset, q) for offset, q in enumerate(exercise.questions)]
            at += len(exercise.questions)
            sheet.write_formula(row, column, "=" + "+".join(parts), style["cell"], 0)
        first, end = xl_rowcol_to_cell(row, _FIRST), xl_rowcol_to_cell(row, total - 1)
        sheet.write_formula(row, total, f"=SUM({first}:{end})", style["strong"], 0)
        typed = f"COUNTA(Isian!{xl_rowcol_to_cell(row, _FIRST)}:{xl_rowcol_to_cell(row, len(questions))})"
        verdict = f'=IF({typed}=0,"",IF({xl_rowcol_to_cell(row, total)}>={PASS_MARK},"LULUS","ULANGI"))'
        sheet.write_formula(row, total + 1, verdict, style["strong"], "")
    for offset, (name, function) in enumerate(
        (("Rata-rata", "AVERAGE"), ("Terendah", "MIN"), ("Tertinggi", "MAX"))
    ):
        row = last + 2 + offset
        sheet.write_string(row, _SEAT, name, style["head"])
        for column in range(_FIRST, total + 1):
            letter = xl_col_to_name(column)
            formula = f"={function}({letter}{_TITLE_ROWS + 1}:{letter}{last + 1})"
            sheet.write_formula(row, column, formula, style["mean"], 0)
    sheet.conditional_format(
        _TITLE_ROWS, total + 1, last, total + 1,
        {"type": "cell", "criteria": "==", "value": '"ULANGI"', "format": style["bad"]},
    )  # fmt: skip
    sheet.set_column(0, 0, 11)
    sheet.set_column(_FIRST, total - 1, 17)
    sheet.set_column(total, total + 1, 10)
    sheet.set_row(_TITLE_ROWS - 1, 48)
    sheet.freeze_panes(_TITLE_ROWS, 1)
    _paper(sheet)


def _point(row: int, column: int, question: Question) -> str:
    """The points of one answer, as a part of a formula. Blank spaces and capitals do not count."""
    cell = xl_rowcol_to_cell(row, column)
    if question.kind == "lembar":
        return f"N(Isian!{cell})"
    same = f'LOWER(SUBSTITUTE(Isian!{cell}&""," ",""))=LOWER(Kunci!{cell}&"")'
    return f"IF({same},{question.points},0)"


def _grid(sheet: Any, style: Mapping[str, Any], room: Class, questions: list[Question]) -> None:
    sheet.write_row(
        _TITLE_ROWS - 1, 0, ["Tempat", *(f"{q.id} ({q.points})" for q in questions)], style["head"]
    )
    for row, one in enumerate(room.trainees, _TITLE_ROWS):
        sheet.write_string(row, _SEAT, one.seat, style["cell"])
    sheet.set_column(0, 0, 9)
    sheet.set_column(_FIRST, len(questions), 8.5)
    sheet.freeze_panes(_TITLE_ROWS, 1)
    _paper(sheet)


def _begun(title: str) -> tuple[BytesIO, Any, dict[str, Any]]:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": title, "subject": _NOTICE, "author": "gladi", "created": _BORN})
    book.set_calc_mode("auto")
    border = {"border": 1, "border_color": "#d5dbe2"}
    return out, book, {
        "mark": book.add_format({"bold": True, "bg_color": "#ffd84d"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "note": book.add_format({"font_color": "#4d5965"}),
        "head": book.add_format({"bold": True, "bg_color": "#e9edf2", "text_wrap": True, **border}),
        "cell": book.add_format(border),
        "entry": book.add_format({"bg_color": "#f3f5f8", **border}),
        "judged": book.add_format({"bg_color": "#fff3c4", **border}),
        "strong": book.add_format({"bold": True, **border}),
        "mean": book.add_format({"num_format": "0.0", "italic": True, **border}),
        "bad": book.add_format({"font_color": "#a3330a", "bold": True}),
    }  # fmt: skip


def _titled(sheet: Any, style: Mapping[str, Any], title: str, note: str) -> None:
    sheet.write_string(0, 0, _NOTICE, style["mark"])
    sheet.write_string(1, 0, title, style["title"])
    sheet.write_string(2, 0, note, style["note"])


def _paper(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_TITLE_ROWS - 1)
    sheet.set_footer(f"&L{_NOTICE}&R&P / &N")


def _done(out: BytesIO, book: Any) -> bytes:
    book.close()
    return out.getvalue()
