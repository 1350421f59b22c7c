"""A comparison in the terminal: the answer and what differs on one screen, or every measure."""

from collections.abc import Sequence

from reports.comparison import Comparison
from reports.comparison.judging import Answer, Measure
from reports.comparison.naming import ANSWER, MEASURE, group_title, said, said_change, said_least
from reports.comparison.summary import said_counts, said_few_runs, said_same, said_unsaid, summary
from reports.words import Lang, Text

_STYLE: dict[Answer, str] = {"worse": "red", "better": "green", "none": "", "unknown": "yellow"}

_ROWS = 12
"""Differences that are told on one screen, the surest first."""
_DIFFERENCES = 3
_REASONS = 3


def briefly(found: Comparison, lang: Lang) -> str:
    """The answer, what differs for sure, and in a line each what does not and what cannot be said."""
    brief = summary(found)
    lines = [*_head(found, lang), *_between(found, lang, _DIFFERENCES)]
    lines += _table([*brief.worse, *brief.better][:_ROWS], lang)
    more = len(brief.changed) - _ROWS
    if more > 0:
        lines.append(Text(f"  dan {more} lagi", f"  and {more} more")(lang))
    unsaid = said_unsaid(brief, lang)
    if unsaid:
        head = Text("tidak dapat dikatakan", "cannot say")(lang)
        etc = "; …" if len(unsaid) > _REASONS else ""
        lines.append(f"  {head}: {'; '.join(unsaid[:_REASONS])}{etc}")
    lines += [f"  {one}" for one in (said_same(brief, lang), said_few_runs(found, lang)) if one]
    lines.append(Text("  --all menunjukkan setiap ukuran", "  --all shows every measure")(lang))
    return "\n".join(lines)


def wholly(found: Comparison, lang: Lang) -> str:
    """Every measure that either side has, in a line, and above them what is to be known of both sides."""
    shown = [one for one in found.measures if one.before is not None or one.after is not None]
    lines = [*_head(found, lang), *_between(found, lang, len(found.alike.strangers) + len(found.alike.said))]
    few = said_few_runs(found, lang)
    return "\n".join([*lines, *_table(shown, lang, wholly=True), *([f"  {few}"] if few else [])])


def _head(found: Comparison, lang: Lang) -> list[str]:
    """The answer, and who was compared with whom."""
    answer = _coloured(found.word, ANSWER[found.word](lang).upper(), "bold ")
    before, after = (", ".join(one.name for one in side) for side in (found.before, found.after))
    sides = Text(f"  sebelum: {before}; sesudah: {after}", f"  before: {before}; after: {after}")(lang)
    return [f"{answer}  {said_counts(summary(found), lang)}", sides]


def _between(found: Comparison, lang: Lang, most: int) -> list[str]:
    """What differs between the two but for the answer, and seconds that show the generator."""
    said_of = [one(lang) for one in (*found.alike.strangers, *found.alike.said)]
    lines = [f"  {one}" for one in said_of[:most]]
    if len(said_of) > most:
        more = len(said_of) - most
        lines.append(Text(f"  dan {more} perbedaan lain", f"  and {more} other differences")(lang))
    left_out = [one for one in (*found.before, *found.after) if one.left_out_s]
    if left_out:
        told = "; ".join(f"{one.name} {one.left_out_s} / {one.with_demand_s}" for one in left_out)
        lines.append(Text(
            f"  detik ditinggalkan, pembangkit beban jenuh: {told}",
            f"  seconds left out, generator saturated: {told}",
        )(lang))  # fmt: skip
    return lines


def _table(measures: Sequence[Measure], lang: Lang, wholly: bool = False) -> list[str]:
    """A line a measure; `wholly` with the least change that would be seen, and with notes."""
    if not measures:
        return []
    words = ["Ukuran", "Sebelum", "Sesudah", "Perubahan (95 %)", "Terkecil", "Jawaban"]
    if lang == "en":
        words = ["Measure", "Before", "After", "Change (95 %)", "Least", "Answer"]
    rows = [words, *(_row(one, lang, wholly) for one in measures)]
    if not wholly:
        rows = [[*row[:4], row[5]] for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(row[at].rjust(widths[at]) for at in range(1, len(widths)))]
        lines.append("  " + "  ".join([*cells, row[-1]]))
    return lines


def _row(one: Measure, lang: Lang, notes: bool) -> list[str]:
    note = one.note(lang) if notes else ""
    return [
        f"{group_title(one.group, lang)} {MEASURE[one.name](lang)}",
        said(one.before, one.unit, lang),
        said(one.after, one.unit, lang),
        said_change(one, lang),
        said_least(one, lang),
        _coloured(one.answer, ANSWER[one.answer](lang)) + (f" ({note})" if note else ""),
    ]


def _coloured(answer: Answer, text: str, more: str = "") -> str:
    style = f"{more}{_STYLE[answer]}".strip()
    return f"[{style}]{text}[/{style}]" if style else text
