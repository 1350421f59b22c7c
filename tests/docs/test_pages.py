"""Pages of the manual and beside it: every link leads somewhere, every command and every key is one."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import click
import pytest

from gladi.cli import main
from scenarios.loading import builtin_scenarios, read_table, validate
from tests.docs.pages import PAGES, ROOT, blocks, commands, without_code

BESIDE = [
    ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "BENCHMARKS.md", ROOT / "CHANGELOG.md",
    *sorted((ROOT / "deploy").rglob("*.md")), *sorted((ROOT / "examples").rglob("*.md")),
    ROOT / "sirekap" / "README.md",
]  # fmt: skip
HOW_TO = ROOT / "docs" / "how-to"
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_MADE = re.compile(r"^<!-- gladi: ", re.MULTILINE)


def slug(heading: str) -> str:
    """The anchor that GitHub and MyST give a heading."""
    plain = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return plain.replace(" ", "-")


def anchors(page: Path) -> set[str]:
    return {slug(head) for head in re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)}


@pytest.mark.parametrize("page", [*PAGES, *BESIDE], ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_repository_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(without_code(page.read_text(encoding="utf-8"))):
        if re.match(r"\w+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name}: {link}"
        if anchor and target.suffix == ".md" and not _MADE.search(target.read_text(encoding="utf-8")):
            assert anchor in anchors(target), f"{page.name}: {link}"  # made headings: Sphinx looks at those


def typed() -> Iterator[tuple[str, list[str]]]:
    """Every call of gladi in every page: where it stands, and the words after `gladi`."""
    for page in PAGES:
        for block in blocks(page):
            for line in commands(block.text):
                lexer = shlex.shlex(line, posix=True, punctuation_chars="|&>;")
                lexer.whitespace_split = True
                words = list(lexer)
                starts = [0, *(at + 1 for at, word in enumerate(words) if set(word) <= set("|&;"))]
                for start in starts:
                    call = list(takewhile(lambda word: not set(word) <= set("|&>;"), words[start:]))
                    if call[:1] == ["gladi"]:
                        yield str(block), call[1:]


@pytest.mark.parametrize(("where", "words"), list(typed()))
def test_every_command_of_a_page_is_one(where: str, words: list[str]) -> None:
    """Commands, subcommands and options exist and take what is given them; nothing is run."""
    command, name, given, context = main, "gladi", words, None
    try:
        while True:
            context = command.make_context(name, list(given), parent=context)
            if not isinstance(command, click.Group):
                break
            found, command, given = command.resolve_command(
                context, [*context._protected_args, *context.args]
            )
            name = str(found)
    except click.UsageError as error:
        if not error.format_message().endswith("does not exist."):  # a run of the reader's own
            pytest.fail(f"{where}: gladi {shlex.join(words)}: {error.format_message()}")


def tables() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for block in blocks(page, "toml"):
            yield str(block), block.text


@pytest.mark.parametrize(("where", "text"), list(tables()))
def test_every_piece_of_a_scenario_or_claim_is_right(where: str, text: str) -> None:
    """Pieces of scenarios are put into Kepahiang's; claims must be whole."""
    table = tomllib.loads(text)
    if "claim" in table:
        from scenarios.claims import read_claims

        assert read_claims(text, where).claim
        return
    whole: dict[str, Any] = read_table(builtin_scenarios()["kepahiang-2024"])
    assert validate(whole | table, where).id == "kepahiang-2024"


def test_indonesian_and_english_pages_ask_for_the_same() -> None:
    for english, indonesian in (("readiness", "kesiapan"), ("bimtek", "bimtek-pelatih")):
        one, other = (
            [re.sub(r"readiness-0|kesiapan-0", "", block.text) for block in blocks(HOW_TO / f"{name}.md")]
            for name in (english, indonesian)
        )
        assert one == other
