"""HTML of a pack: one dress for all pages, the booklets of trainees, and what is printed from them."""

from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from gladi import __version__
from gladi.bimtek.view import Booklet
from reports.templating import template

_HERE = "gladi.bimtek"


def page(title: str, body: str, seed: int) -> str:
    """A whole page around a body that is HTML already."""
    return template(_HERE, "page.html.j2", "templates").render(
        title=title, body=Markup(body), style=Markup(_style()), version=__version__, seed=seed
    )


def exercises(book: Booklet, link: Callable[[str], str], *, single: bool) -> str:
    """The booklet of one trainee; `link` turns a file of the pack into a link from the page.

    `single`: a page of its own, for a phone, where sheets and photos can be opened.
    """
    macros: Any = template(_HERE, "exercises.html.j2", "templates").module
    return str(macros.whole(book, link, single))


def rendered(name: str, **values: Any) -> str:
    """One of the other templates."""
    return template(_HERE, f"{name}.html.j2", "templates").render(**values)


def together(books: Sequence[str]) -> str:
    """Booklets one after another, each beginning on a sheet of its own."""
    return "\n".join(books)


def _style() -> str:
    base = (files("reports") / "templates" / "report.css").read_text(encoding="utf-8")
    own = (files(_HERE) / "templates" / "bimtek.css").read_text(encoding="utf-8")
    return base + own
