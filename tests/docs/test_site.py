"""The manual as a site: it builds without a warning, its links lead somewhere, it fetches nothing."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import click
import pytest

from chaos import registered as faults
from gladi.cli import main
from reports.checkers import registered as checkers
from tests.docs.pages import ROOT

FETCHED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}


class _Page(HTMLParser):
    """Anchors of a page, where its links lead, and what a browser fetches for it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.anchors |= {str(given[key]) for key in ("id", "name") if given.get(key)}
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        if (key := FETCHED.get(tag)) and given.get(key):
            self.fetched.append(str(given[key]))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    call = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-n", "-E", "-q", "-b", "html"]
    got = subprocess.run(
        [*call, str(ROOT / "docs"), str(out)], capture_output=True, text=True, check=False, timeout=240
    )
    assert got.returncode == 0, got.stderr
    assert got.stderr == ""
    return out


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, _Page]:
    return {path: _Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


@pytest.mark.slow
def test_every_link_and_anchor_is_there(site: Path, pages: dict[Path, _Page]) -> None:
    assert len(pages) > 30
    for path, page in pages.items():
        for link in page.links:
            if re.match(r"\w+:", link):
                continue
            to, anchor = urldefrag(unquote(link))
            target = (path.parent / to).resolve() if to else path
            assert target.exists(), f"{path.relative_to(site)}: {link}"
            if anchor and target in pages:
                assert anchor in pages[target].anchors, f"{path.relative_to(site)}: {link}"


@pytest.mark.slow
def test_nothing_is_fetched_from_elsewhere(site: Path, pages: dict[Path, _Page]) -> None:
    for path, page in pages.items():
        assert not [one for one in page.fetched if re.match(r"\w+:|//", one)], path
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.findall(r"@import|url\(\s*[\"']?(?:https?:)?//", text), sheet.name


@pytest.mark.slow
def test_the_reference_has_everything_there_is(pages: dict[Path, _Page], site: Path) -> None:
    def anchors(name: str) -> set[str]:
        return pages[site / "reference" / f"{name}.html"].anchors

    assert set(checkers()) <= anchors("checkers")
    assert set(faults()) <= anchors("faults")
    every = {f"gladi-{name}" for name in main.list_commands(click.Context(main))}
    assert every <= anchors("commands")
    text = (site / "reference" / "scenario.html").read_text(encoding="utf-8")
    for key in ("compression", "no_signal_tps", "recover_within", "1h27m"):
        assert key in text
    history = (site / "reference" / "run-directory.html").read_text(encoding="utf-8")
    for column in ("intended_s", "content_sha256_fetched", "counted_tps", "rss_bytes"):
        assert column in history
