"""Markdown tables whose cells come from code: nothing in a cell ends it or begins a tag."""

from collections.abc import Iterable, Sequence


def cell(text: str) -> str:
    """Text within a cell: one line, bars and angle brackets as they are meant."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def code(text: str) -> str:
    """Code within a cell; '' stays empty."""
    return f"`{text}`".replace("|", "\\|") if text else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells are Markdown already."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"
