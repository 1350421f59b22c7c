"""report.html and certificate.html of claims: pages that need nothing else, Indonesian or English."""

import re
from base64 import b64encode
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup

from reports.claims import telling
from reports.claims.certificate import CERTIFICATE_FILE
from reports.claims.evidence import Evidence
from reports.claims.picture import course
from reports.offered.generators import sentence
from reports.pictures.canvas import Picture
from reports.templating import template
from reports.words import Lang, number, percent
from reports.written import write_whole

_HERE = files("reports") / "claims"
_ENGLISH = '<html lang="en"'
_DRAWN = re.compile(r"(?<=data:image/png;base64,)[A-Za-z0-9+/=]+")
_CLASS = {"upheld": "passed", "refuted": "failed", "undecided": "unknown"}


def write(evidence: Evidence, made: dict[str, Any], lang: Lang) -> Path:
    """Both pages and the pictures; returns report.html."""
    drawn = _drawn(evidence, made, lang)
    for one in drawn.values():
        write_whole(evidence.path / "pictures" / f"{one.name}.png", one.png)
    for name, page in _pages(evidence, made, drawn, lang).items():
        write_whole(evidence.path / name, page.encode())
    return evidence.path / "report.html"


def altered(evidence: Evidence, told: dict[str, Any]) -> list[str]:
    """Which of the two pages beside the evidence do not say what the certificate does, if they lie there.

    They hold no evidence, but they are what people read. Drawn lines are not compared: their bytes depend on
    the fonts of a machine. Only for the gladi that wrote them: another one may word them otherwise.
    """
    found = []
    for name in ("certificate.html", "report.html"):
        try:
            lies_there = (evidence.path / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            found.append(f"{name}: cannot be read: {error}")
            continue
        lang: Lang = "en" if _ENGLISH in lies_there else "id"
        drawn = _drawn(evidence, told, lang) if name == "report.html" else {}
        if _undrawn(lies_there) != _undrawn(_pages(evidence, told, drawn, lang)[name]):
            found.append(f"{name}: was changed: it does not say what {CERTIFICATE_FILE} says")
    return found


def _undrawn(page: str) -> str:
    return _DRAWN.sub("", page)


def _drawn(evidence: Evidence, made: dict[str, Any], lang: Lang) -> dict[str, Picture]:
    drawn = {
        claim.id: course(claim, evidence.runs(claim), told["runs"], lang)
        for claim, told in zip(evidence.claims.claim, made["claims"], strict=True)
    }
    return {name: one for name, one in drawn.items() if one is not None}


def _pages(evidence: Evidence, made: dict[str, Any], drawn: dict[str, Picture], lang: Lang) -> dict[str, str]:
    """By file name."""
    pictures = {
        name: {
            "title": one.title, "alt": one.alt, "sentence": one.sentence,
            "base64": b64encode(one.png).decode(),
        }
        for name, one in drawn.items()
    }  # fmt: skip
    spoken = {one.id: _required(one) for one in evidence.claims.claim}
    return {
        "certificate.html": _html("certificate", made, {}, spoken, lang),
        "report.html": _html("report", made, pictures, spoken, lang),
    }


def _required(claim: Any) -> list[str]:
    lines = [one.text for one in claim.require] + (["lost = 0"] if claim.lost is not None else [])
    return lines + [
        f"{one.fault} {one.target if isinstance(one.target, str) else ', '.join(one.target)} "
        f"@ {one.at:.0%}, {one.length_s:g} s" for one in claim.during
    ]  # fmt: skip


def _html(
    name: str, made: dict[str, Any], pictures: dict[str, Any], required: dict[str, list[str]], lang: Lang
) -> str:
    css = (files("reports") / "templates" / "report.css").read_text(encoding="utf-8")
    page = template("reports", f"{name}.html.j2", "claims").render(
        lang=lang,
        t=lambda indonesian, english: indonesian if lang == "id" else english,
        number=lambda value, digits=0: "–" if value is None else number(value, lang, digits),
        percent=lambda share, digits=1: percent(share, lang, digits),
        css=Markup(css + (_HERE / "claims.css").read_text(encoding="utf-8")),
        c=made,
        word={key: text(lang) for key, text in telling.WORD.items()},
        look=_CLASS,
        operation={key: text(lang) for key, text in telling.OPERATION.items()},
        became={key: text(lang) for key, text in telling.BECAME.items()},
        seen_as=lambda one: telling.seen_as(one, lang),
        promised=lambda one: telling.promises(one, made["alpha"], lang),
        rate=lambda per_s: _rate(per_s, lang),
        generator=lambda one: sentence(one, lang),
        required=required,
        pictures=pictures,
    )  # fmt: skip
    return page + "\n"


def _rate(per_s: float, lang: Lang) -> str:
    """A minute's figure where a second's would be a fraction."""
    if per_s >= 10 or per_s == int(per_s):
        return f"{number(per_s, lang, 0 if per_s == int(per_s) else 1)}/{'dtk' if lang == 'id' else 's'}"
    minutes = number(per_s * 60.0, lang, 1).removesuffix(",0").removesuffix(".0")
    return f"{minutes}/{'mnt' if lang == 'id' else 'min'}"
