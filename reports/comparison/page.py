"""compare.html: the answer, every measure with its interval, and two pictures, on one page."""

from base64 import b64encode
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup

from reports.comparison.comparison import Comparison
from reports.comparison.judging import Measure
from reports.comparison.naming import ANSWER, MEASURE, group_title, said, said_change, said_least
from reports.comparison.picture import draw_completeness, draw_latency
from reports.comparison.summary import said_same, said_unsaid, summary
from reports.comparison.sureness import ENOUGH_RUNS
from reports.pictures import Picture
from reports.templating import template
from reports.words import Lang, number, percent
from reports.written import write_whole


def render(found: Comparison, folder: Path, lang: Lang) -> Path:
    """Write compare.html into `folder`; raises RunDirectoryError when the disk will not take it."""
    pictures = [one for one in (draw_latency(found, lang), draw_completeness(found, lang)) if one is not None]
    return write_whole(folder / "compare.html", html(found, pictures, lang).encode())


def html(found: Comparison, pictures: Sequence[Picture], lang: Lang) -> str:
    """The page as text."""
    brief = summary(found)
    page = template("reports", "compare.html.j2", "comparison").render(
        lang=lang,
        t=lambda indonesian, english: indonesian if lang == "id" else english,
        number=lambda value, digits=0: number(value, lang, digits),
        percent=lambda share, digits=1: percent(share, lang, digits),
        css=Markup((files("reports") / "templates" / "report.css").read_text(encoding="utf-8")),
        word=found.word,
        title=ANSWER[found.word](lang),
        sides=[found.before, found.after],
        paired=found.alike.paired,
        strangers=[one(lang) for one in found.alike.strangers],
        said=[one(lang) for one in found.alike.said],
        margin=found.margin,
        block_s=found.block_s,
        counts={answer: sum(one.answer == answer for one in found.measures) for answer in ANSWER},
        same=said_same(brief, lang),
        unsaid=said_unsaid(brief, lang),
        changed=[_row(one, lang) | {"group": group_title(one.group, lang)} for one in brief.changed],
        groups=groups(found, lang),
        single=min(len(found.before), len(found.after)) < ENOUGH_RUNS,
        pictures=[
            {"title": one.title, "alt": one.alt, "sentence": one.sentence,
             "base64": b64encode(one.png).decode()}
            for one in pictures
        ],
    )  # fmt: skip
    return page + "\n"


def groups(found: Comparison, lang: Lang) -> list[dict[str, Any]]:
    """Measures that either side has, as rows of words, by what they are about."""
    out: dict[str, list[dict[str, Any]]] = {}
    for one in found.measures:
        if one.before is not None or one.after is not None:
            out.setdefault(one.group, []).append(_row(one, lang))
    return [{"title": group_title(group, lang), "rows": rows} for group, rows in out.items()]


def _row(one: Measure, lang: Lang) -> dict[str, Any]:
    return {
        "title": MEASURE[one.name](lang),
        "before": said(one.before, one.unit, lang),
        "after": said(one.after, one.unit, lang),
        "change": said_change(one, lang),
        "least": said_least(one, lang),
        "n": " / ".join(number(each, lang) for each in one.n),
        "answer": one.answer,
        "word": ANSWER[one.answer](lang),
        "p": "–" if one.p_holm is None else _p(one.p_holm, lang),
        "note": one.note(lang),
    }


def _p(value: float, lang: Lang) -> str:
    return ("<\u00a0" + number(0.001, lang, 3)) if value < 0.001 else number(value, lang, 3)
