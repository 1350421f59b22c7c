"""The page of a capacity run: one HTML file that needs nothing else, Indonesian by default."""

from base64 import b64encode
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup

from reports.capacity.answer import Answer
from reports.capacity.judging import Trial
from reports.capacity.nation import nation
from reports.capacity.pictures import draw_knee, draw_law
from reports.capacity.rundir import Capacity, limits_of
from reports.capacity.telling import details, headline, limits, missed, name, rate, sure
from reports.capacity.wanting import wanted
from reports.offered.generators import rows_of, sentence, summed
from reports.pictures.canvas import Picture
from reports.templating import template
from reports.words import Lang, Text, number, percent
from reports.written import write_whole

_CLASS = {"measured": "passed", "at_least": "", "undecided": ""}
_PURPOSE = {
    "ramp": Text("naik", "ramp"),
    "search": Text("cari", "search"),
    "confirm": Text("uji panjang", "long trial"),
    "again": Text("laju pertama lagi", "first rate again"),
}


def write(found: Capacity, lang: Lang) -> Path:
    """Draw the pictures and write report.html; raises RunDirectoryError when the disk will not take it."""
    css = (files("reports") / "templates" / "report.css").read_text(encoding="utf-8")
    page = template("reports", "capacity.html.j2", "capacity").render(
        lang=lang,
        t=lambda indonesian, english: indonesian if lang == "id" else english,
        css=Markup(css),
        asked=found.asked,
        about=found.about,
        number=lambda value, digits=0: number(value, lang, digits),
        percent=lambda share, digits=0: percent(share, lang, digits),
        answers=[_answer(found, one, lang) for one in found.answers],
        limits={name(kind, lang): texts for kind, texts in found.asked["limits"].items()},
        run_name=found.path.resolve().name,
        generators=[sentence(one, lang) for one in summed(rows_of(found.path))],
    )
    return write_whole(found.path / "report.html", (page + "\n").encode())


def _answer(found: Capacity, one: Answer, lang: Lang) -> dict[str, Any]:
    pictures = [draw_knee(one, limits_of(found.asked), lang), draw_law(one, lang)]
    return {
        "name": name(one.what, lang),
        "class": _CLASS[one.outcome],
        "figure": _figure(one, lang),
        "headline": headline(one, lang),
        "sure": sure(one, lang),
        "limits": limits(one, lang),
        "wanted": wanted(one.wanting, one.what, lang),
        "nation": nation(one.nation, lang),
        "moved": one.drift is not None and one.drift.moved,
        "details": details(one, lang),
        "pictures": [_shown(found.path, picture) for picture in pictures if picture is not None],
        "trials": [_row(trial, lang) for trial in one.trials],
    }


def _figure(one: Answer, lang: Lang) -> str:
    if one.outcome == "measured" and one.knee is not None:
        return rate(one.knee.rate_per_s, lang)
    if one.outcome == "at_least" and one.holds_per_s is not None:
        return f"≥ {rate(one.holds_per_s, lang)}"
    return "?"


def _shown(folder: Path, picture: Picture) -> dict[str, str]:
    write_whole(folder / f"{picture.name}.png", picture.png)
    return {"data": b64encode(picture.png).decode(), "alt": picture.alt, "caption": picture.sentence,
            "title": picture.title}  # fmt: skip


def _row(trial: Trial, lang: Lang) -> dict[str, Any]:
    return {
        "number": trial.number,
        "purpose": _PURPOSE[trial.purpose](lang) if trial.purpose in _PURPOSE else trial.purpose,
        "rate": rate(trial.rate_per_s, lang),
        "offered": rate(trial.offered_per_s, lang),
        "good": rate(trial.good_per_s, lang),
        "share": percent(trial.good_share, lang),
        "p95": "; ".join(f"{name(kind, lang)} {number(1000 * p95, lang)}" if len(trial.p95_s) > 1 else
                         number(1000 * p95, lang) for kind, p95 in sorted(trial.p95_s.items())),
        "behind": percent(max(0.0, trial.left_behind), lang),
        "late": number(trial.late_p99_ms, lang),
        "became": trial.became,
        "why": missed(trial, lang),
    }  # fmt: skip
