"""The trainer's guide of a pack: written once as Markdown, shown as a page and as PDF."""

import re
from collections.abc import Iterable, Sequence
from html import escape

from gladi.bimtek.model import Pack
from gladi.bimtek.pages import rendered

Print = tuple[str, str, int, str]
"""File, what it is, pages, how to print it."""


def markdown(pack: Pack, model: str, prints: Sequence[Print], photos: int) -> str:
    """The guide as Markdown."""
    first = pack.trainees[0]
    return rendered(
        "guide.md",
        pack=pack,
        model=model,
        prints=prints,
        photos=photos,
        exercises=first.exercises,
        minutes=sum(exercise.minutes for exercise in first.exercises),
        largest=max(len(room.trainees) for room in pack.classes),
    )


def html(text: str) -> str:
    """The Markdown that the guide uses, as HTML: headings, lists, tables, quotes, bold, code, links."""
    blocks = re.split(r"\n{2,}", text.strip())
    return "\n".join(_block(block.split("\n")) for block in blocks)


def _block(lines: list[str]) -> str:
    heading = re.match(r"(#{1,3}) (.*)", lines[0])
    if heading:
        level = len(heading[1])
        return f"<h{level}>{_inline(heading[2])}</h{level}>"
    if lines[0].startswith("|"):
        return _table(lines)
    for start, tag in ((r"- ", "ul"), (r"\d+\. ", "ol")):
        if re.match(start, lines[0]):
            items = "".join(f"<li>{_inline(item)}</li>" for item in _items(lines, start))
            return f'<{tag} class="plain">{items}</{tag}>'
    if lines[0].startswith("> "):
        return f'<p class="note">{_inline(" ".join(line.removeprefix("> ") for line in lines))}</p>'
    return f"<p>{_inline(' '.join(lines))}</p>"


def _items(lines: Iterable[str], start: str) -> list[str]:
    """Items of a list; a line that does not begin one goes on with the last."""
    out: list[str] = []
    for line in lines:
        if re.match(start, line):
            out.append(re.sub(f"^{start}", "", line))
        else:
            out[-1] += " " + line.strip()
    return out


def _table(lines: Sequence[str]) -> str:
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    numeric = [cell.endswith(":") for cell in rows[1]]
    head = "".join(f"<th{_right(n)}>{_inline(cell)}</th>" for cell, n in zip(rows[0], numeric, strict=True))
    body = "".join(
        "<tr>"
        + "".join(f"<td{_right(n)}>{_inline(cell)}</td>" for cell, n in zip(row, numeric, strict=True))
        + "</tr>"
        for row in rows[2:]
    )
    return f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _right(numeric: bool) -> str:
    return ' class="n"' if numeric else ""


def _inline(text: str) -> str:
    text = escape(text, quote=False)
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    text = re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", text)
    return re.sub(r"&lt;(https?://[^&\s]+)&gt;", r'<a href="\1">\1</a>', text)
