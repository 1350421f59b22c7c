"""Sphinx: reference pages out of the code. A line `<!-- gladi: keys scenario -->` becomes what it names.

The line is replaced before Markdown is read, so that headings, anchors and links of what was made are checked
like all others. On GitHub it is a comment and shows nothing; the text around it says where to look instead.

Links to files of the repository that are no pages of the manual (`../../examples/vendor/README.md`) work on
GitHub; here they become the path's name, and a path that is not there is an error.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import made_checkers
import made_commands
import made_faults
import made_keys
import made_records

_ROOT = Path(__file__).parents[2]
_OUTSIDE = re.compile(r"\[([^\]]+)\]\(((?:\.\./)+[^)#\s]+)(?:#[^)\s]*)?\)")
_LINE = re.compile(r"^<!-- gladi: (\w+)(?: ([\w.:-]+))? -->$", re.MULTILINE)

MAKERS: dict[str, Callable[[str], str]] = {
    "keys": made_keys.keys,
    "record": made_records.record,
    "checkers": made_checkers.checkers,
    "faults": made_faults.faults,
    "commands": made_commands.commands,
    "exits": made_commands.exits,
}
"""What may stand after `gladi:`, and who makes it; each takes the word that follows, '' if none does."""


def replaced(text: str) -> str:
    """A page with everything made put in; raises ValueError for a name that nobody makes."""

    def made(match: re.Match[str]) -> str:
        maker = MAKERS.get(match[1])
        if maker is None:
            raise ValueError(f"{match[0]}: nobody makes that; there are: {', '.join(MAKERS)}")
        return maker(match[2] or "")

    return _LINE.sub(made, text)


def named(text: str, page: Path) -> str:
    """A page with its links out of the manual as names; raises ValueError for what is not there."""

    def name(match: re.Match[str]) -> str:
        path = (page.parent / match[2]).resolve()
        if path.is_relative_to(_ROOT / "docs"):
            return match[0]
        if not path.exists():
            raise ValueError(f"{page}: links to {match[2]}, which is not there")
        inside = str(path.relative_to(_ROOT))
        return match[1] if inside.removesuffix("/README.md") in match[1] else f"{match[1]} (`{inside}`)"

    return _OUTSIDE.sub(name, text)


def _on_read(app: Any, name: str, source: list[str]) -> None:
    source[0] = named(replaced(source[0]), Path(app.env.doc2path(name)))


def setup(app: Any) -> dict[str, Any]:
    """Sphinx's own way in."""
    app.connect("source-read", _on_read)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
