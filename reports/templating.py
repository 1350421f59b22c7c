"""Templates of pages: everything in them is escaped, and a name that is missing is an error.

A template may extend `page.html.j2` and include `parts/…`, which all pages share (`reports/templates`).
"""

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from reports.words import Lang, number, percent

_SHARED = files("reports") / "templates"


@cache
def template(package: str, name: str, folder: str = "") -> Template:
    """The template `name` in `folder` of a package, compiled once."""
    return _environment().from_string((files(package) / folder / name).read_text(encoding="utf-8"))


def spoken(lang: Lang) -> dict[str, Any]:
    """What every page says with: its language, numbers as that language writes them, and the common look."""
    return {
        "lang": lang,
        "t": lambda indonesian, english: indonesian if lang == "id" else english,
        "number": lambda value, digits=0: number(value, lang, digits),
        "percent": lambda share, digits=1: "–" if share is None else percent(share, lang, digits),
        "css": style("report.css"),
    }


def style(name: str) -> Markup:
    """A style sheet of `reports/templates`, as it stands in a page."""
    return Markup(_shared(name))


@cache
def script(name: str) -> Mapping[str, Any]:
    """A script of `reports/templates`: its text, and the digest by which a policy lets it run alone."""
    text = _shared(name)
    return {"text": Markup(text), "digest": f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"}


@cache
def _environment() -> Environment:
    return Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(_shared),
    )


def _shared(name: str) -> str:
    return (_SHARED / name).read_text(encoding="utf-8")
