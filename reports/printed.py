"""A page on paper: the same HTML as a tagged PDF, A4, with nothing fetched and nothing of the machine's own.

What is made is meant for a screen reader as well as for a printer: PDF/UA-1 with tags, language and title
from the page itself (https://doc.courtbouillon.org/weasyprint/stable/). Letters come from the DejaVu fonts of
matplotlib, so the sheet is the same on every machine. Equal pages give equal bytes.
"""

import logging
import re
import threading
from contextlib import redirect_stdout
from hashlib import sha256
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import matplotlib as mpl

NEEDS = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
"""Packages of Debian and Ubuntu that WeasyPrint loads; everything else it needs is in wheels."""

_ONE_AT_A_TIME = threading.Lock()
_FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
_FACES = (
    ("gladi", "normal", "normal", "DejaVuSans.ttf"),
    ("gladi", "bold", "normal", "DejaVuSans-Bold.ttf"),
    ("gladi", "normal", "italic", "DejaVuSans-Oblique.ttf"),
    ("gladi", "bold", "italic", "DejaVuSans-BoldOblique.ttf"),
    ("gladi mono", "normal", "normal", "DejaVuSansMono.ttf"),
    ("gladi mono", "bold", "normal", "DejaVuSansMono-Bold.ttf"),
)
_PAPER = """
@page { size: A4; margin: 14mm 13mm 17mm;
  @bottom-left { content: "SIMULASI"; font: bold 8pt gladi; color: #1d2733; }
  @bottom-center { content: string(sheet); font: 8pt gladi; color: #4d5965; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt gladi; color: #1d2733; } }
h1 { string-set: sheet content(text); }
html { font-size: 9.5pt !important; }
html, body, button, svg, text { font-family: gladi !important; }
* { letter-spacing: normal !important; }  /* spaced letters are found by no search */
code, pre, kbd, samp { font-family: "gladi mono" !important; }
"""


class CannotPrintError(RuntimeError):
    """This machine cannot print, or the page cannot be printed; a sentence that says what would help."""


def pdf(html: str, base: Path) -> bytes:
    """The page as PDF. Files it names (pictures, style sheets) must lie in or below `base`.

    Every page carries SIMULASI, the first heading and its number in the foot. Rules under `@media print` of
    the page's own style hold. Raises CannotPrintError where WeasyPrint's libraries are missing, where the
    page names something outside `base`, or on the network, and where it lacks a language or a title.
    """
    for what, pattern in (("<html lang>", r"<html[^>]*\slang="), ("<title>", r"<title>\s*[^<\s]")):
        if not re.search(pattern, html[:4000]):
            raise CannotPrintError(f"{base}: the page has no {what}: a PDF for everybody needs both")
    weasyprint = _weasyprint()
    root = base.resolve()
    refused: list[str] = []

    class Inside(weasyprint.URLFetcher):  # type: ignore[name-defined,misc]
        """Fetches what is in the page itself, below `base`, or one of our fonts; writes down all else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not _inside(url, root):
                refused.append(url)
                raise ValueError(f"outside {root}: {url}")
            return super().fetch(url, headers)

    with _ONE_AT_A_TIME:  # fontconfig and Pango keep state of the process
        fonts = weasyprint.text.fonts.FontConfiguration()
        fetcher = Inside(allowed_protocols=("data", "file"), allow_redirects=False)
        paper = weasyprint.CSS(string=_faces() + _PAPER, font_config=fonts, url_fetcher=fetcher)
        page = weasyprint.HTML(string=html, base_url=f"{root.as_uri()}/", url_fetcher=fetcher)
        made: bytes = page.write_pdf(
            font_config=fonts,
            stylesheets=[paper],
            pdf_variant="pdf/ua-1",
            pdf_tags=True,
            pdf_identifier=sha256(html.encode()).hexdigest()[:32].encode(),
        )
    if refused:
        raise CannotPrintError(
            f"{base}: the page asks for {refused[0]}; what is printed must be in the page or below {root}"
        )
    return made


def _inside(url: str, root: Path) -> bool:
    """Whether `url` is data in the page, or a file at or below `root` or among the fonts."""
    parts = urlsplit(url)
    if parts.scheme == "data":
        return True
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"}:
        return False
    path = Path(url2pathname(unquote(parts.path))).resolve()
    return path.is_relative_to(root) or path.is_relative_to(_FONTS.resolve())


def _faces() -> str:
    return "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style}; '
        f'src: url("{(_FONTS / file).as_uri()}"); }}\n'
        for family, weight, style, file in _FACES
    )


def _weasyprint() -> Any:
    """The library, which says in prose on standard output what it lacks; we say it in one sentence."""
    try:
        with redirect_stdout(StringIO()):
            weasyprint = import_module("weasyprint")
            import_module("weasyprint.text.fonts")
    except ImportError as error:
        raise CannotPrintError(f"PDF needs WeasyPrint ({error}): pip install weasyprint") from None
    except OSError as error:
        lacking = str(error).split(":", 1)[0]
        raise CannotPrintError(f"PDF needs Pango ({lacking} is missing): apt-get install {NEEDS}") from None
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # `pdf` raises what matters of it
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    return weasyprint
