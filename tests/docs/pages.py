"""What stands in Markdown pages: code blocks with what is said of them, and links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.md"))

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SAID = re.compile(r"<!-- (not run|exit)[: ]+(.*?) -->\n\Z")


@dataclass(frozen=True, slots=True)
class Block:
    """One block of code: its language, and whether it is run, with which exit codes, to try the page."""

    page: Path
    line: int
    language: str
    text: str
    run: bool
    exits: frozenset[int]

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path, language: str = "sh") -> Iterator[Block]:
    """Blocks of a language; `<!-- not run: why -->` before one leaves it out, `<!-- exit 1 -->` expects 1."""
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        if found[1] != language:
            continue
        said = _SAID.search(text[: found.start()])
        run = said is None or said[1] == "exit"
        exits = [int(one) for one in re.findall(r"\d", said[2])] if said and said[1] == "exit" else [0]
        line = text.count("\n", 0, found.start()) + 1
        yield Block(page, line, language, found[2], run, frozenset(exits))


def commands(text: str) -> Iterator[str]:
    """Single commands of a shell block: continued lines joined, what goes into a file left out."""
    text = re.sub(r"<<'EOF'\n.*?\nEOF$", "", text, flags=re.MULTILINE | re.DOTALL)
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        bare = re.sub(r"\s+#.*$", "", line).strip()
        if bare and not bare.startswith("#"):
            yield bare


def without_code(text: str) -> str:
    """A page without its blocks and its code within lines: what is left has links."""
    return re.sub(r"`[^`\n]*`", "", _FENCE.sub("", text))
