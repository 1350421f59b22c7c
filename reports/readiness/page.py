"""The page of a readiness check: one HTML file that needs nothing else, and the same on one sheet of A4."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup
from pypdfium2 import PdfDocument

from reports.printed import CannotPrintError, pdf
from reports.readiness.content import content
from reports.readiness.judging import judge
from reports.readiness.rundir import Gathered
from reports.templating import template
from reports.words import Lang
from reports.written import write_whole

_ON_PAPER = ((8, 7), (6, 5), (4, 4), (3, 2), (1, 1))
"""Rows of a table of areas, and risks, that are printed: the first of these that fits one sheet."""


@dataclass(frozen=True, slots=True)
class Pages:
    """What was written. `paper` None: this machine cannot print, and `why` says what it lacks."""

    html: Path
    paper: Path | None
    why: str = ""


def render(folder: Path, lang: Lang) -> Pages:
    """Write pictures, report.html and report.pdf; raises RunDirectoryError."""
    gathered = Gathered.open(folder)
    said = content(gathered, judge(gathered), lang)
    text = html(said, lang, *_ON_PAPER[0])
    try:
        paper = pdf(text, folder)
        for rows, risks in _ON_PAPER[1:]:
            if len(PdfDocument(paper)) == 1:
                break
            text = html(said, lang, rows, risks)
            paper = pdf(text, folder)
    except CannotPrintError as error:
        (folder / "report.pdf").unlink(missing_ok=True)  # one of another time or language
        return Pages(write_whole(folder / "report.html", text.encode()), None, str(error))
    page = write_whole(folder / "report.html", text.encode())
    return Pages(page, write_whole(folder / "report.pdf", paper))


def html(said: Mapping[str, Any], lang: Lang, rows: int, risks: int) -> str:
    """The page, of which so many rows of a table and so many risks are printed."""
    css = (files("reports") / "templates" / "report.css").read_text(encoding="utf-8")
    css += (files("reports") / "readiness" / "readiness.css").read_text(encoding="utf-8")
    page = template("reports", "readiness.html.j2", "readiness").render(
        **said,
        lang=lang,
        t=lambda indonesian, english: indonesian if lang == "id" else english,
        css=Markup(css),
        on_paper=rows,
        risks_on_paper=risks,
    )
    return page + "\n"
