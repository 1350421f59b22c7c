"""The page of a sweep: one HTML file that needs nothing else, Indonesian by default."""

from base64 import b64encode
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup

from reports.sweep.answering import told
from reports.sweep.naming import figure_name, key_name, value_name, wanted
from reports.sweep.picture import draw
from reports.sweep.table import Row, Sweep, ordered, size
from reports.templating import template
from reports.words import Lang, percent
from reports.written import write_whole

_COLUMNS = ("complete_by", "complete_end", "goodput_worst", "availability_submit_page", "activated")


def write(sweep: Sweep, lang: Lang) -> Path:
    """Draw sweep.png and write report.html; raises RunDirectoryError when the disk will not take it."""
    picture = draw(sweep, lang)
    if picture is not None:
        write_whole(sweep.path / "sweep.png", picture.png)
    css = (files("reports") / "templates" / "report.css").read_text(encoding="utf-8")
    page = template("reports", "sweep.html.j2", "sweep").render(
        lang=lang,
        t=lambda indonesian, english: indonesian if lang == "id" else english,
        css=Markup(css),
        about=sweep.about,
        goal=wanted(sweep.about["condition"], sweep.about["by"], lang),
        keys=[(key, key_name(key, lang)) for key in sweep.keys],
        answers=told(sweep, lang),
        picture=None if picture is None else b64encode(picture.png).decode(),
        alt="" if picture is None else picture.alt,
        caption="" if picture is None else picture.sentence,
        columns=[figure_name(name, lang) for name in _columns(sweep)],
        rows=[_row(sweep, row, lang) for row in _in_order(sweep)],
        run_name=sweep.path.resolve().name,
    )
    return write_whole(sweep.path / "report.html", (page + "\n").encode())


def _columns(sweep: Sweep) -> list[str]:
    return [name for name in _COLUMNS if any(row.figure(name) is not None for row in sweep.rows)]


def _in_order(sweep: Sweep) -> list[Row]:
    """By value where values have an order; what was searched was played in another."""
    if not all(ordered(value) for key in sweep.keys for value in sweep.tried(key)):
        return list(sweep.rows)
    return sorted(
        sweep.rows, key=lambda row: (*(size(row.values[key]) for key in sweep.keys), row.replication)
    )


def _row(sweep: Sweep, row: Row, lang: Lang) -> dict[str, Any]:
    figures = [row.figure(name) for name in _columns(sweep)]
    changed = " ".join(f"--set '{one.replace(' = ', '=', 1)}'" for one in row.figures["changed"])
    return {
        "values": [value_name(row.values[key], lang) for key in sweep.keys],
        "replication": row.replication + 1,
        "ended": row.ended,
        "enough": row.enough,
        "figures": ["–" if one is None else percent(one, lang) for one in figures],
        "first": row.figures.get("first_to_break") or "–",
        "why": row.figures.get("why", ""),
        "again": f"gladi simulate {sweep.about['called']} --seed {row.figures['seed']} {changed}".strip(),
    }
