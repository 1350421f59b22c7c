"""Runs opened, held to be alike, compared, and told in the terminal."""

from collections.abc import Sequence
from pathlib import Path

from gladi.failures import UsageError
from gladi.nation.judging import is_nation
from gladi.show import Show
from gladi.sweeping.sweep import is_sweep
from reports import RunDirectory, RunDirectoryError
from reports.comparison import Comparison, alike, compare
from reports.comparison.judging import Answer
from reports.comparison.naming import ANSWER, MEASURE, group_title, said, said_change, said_least
from reports.words import Lang, Text

_STYLE: dict[Answer, str] = {"worse": "red", "better": "green", "none": "", "unknown": "yellow"}

_REASONS = 8
"""So many reasons why runs cannot be compared are told, the widest first."""


def compared(
    before: Sequence[Path], after: Sequence[Path], margin: float, anyway: bool, show: Show
) -> Comparison | None:
    """None, and said why, for runs that must not be compared; raises UsageError, RunDirectoryError."""
    _twice([*before, *after])
    with show.stage("Membaca"):
        sides = [[_opened(path) for path in side] for side in (before, after)]
        known = alike(sides[0], sides[1])
    if known.strangers and not anyway:
        show.warn("tidak dapat dibandingkan / these runs were not asked the same:")
        for one in known.strangers[:_REASONS]:
            show.say(f"  {one.id} / {one.en}")
        if len(known.strangers) > _REASONS:
            more = len(known.strangers) - _REASONS
            show.say(f"  dan {more} lagi / and {more} more")
        show.say("  --anyway membandingkannya juga / compares them all the same")
        return None
    with show.stage("Membandingkan"):
        return compare(sides[0], sides[1], known, margin)


def later_against(run: Path, earlier: Path, margin: float = 0.05) -> Comparison:
    """`run` against an earlier one; UsageError that says why where they were not asked the same."""
    _twice([earlier, run])
    try:
        before, after = _opened(earlier), _opened(run)
        known = alike([before], [after])
        if known.strangers:
            listed = [one.en for one in known.strangers]
            more = len(listed) - _REASONS
            reasons = "; ".join(listed[:_REASONS]) + (f"; and {more} more" if more > 0 else "")
            raise UsageError(
                f"--against {earlier}: the two runs were not asked the same ({reasons}); "
                "gladi compare --anyway compares them all the same"
            )
        return compare([before], [after], known, margin)
    except RunDirectoryError as error:
        raise UsageError(str(error)) from error


def table(found: Comparison, lang: Lang) -> str:
    """Every measure that either side has, in a line, and above them what is to be known of both sides."""
    words = ("Ukuran", "Sebelum", "Sesudah", "Perubahan (95 %)", "Terkecil", "Jawaban")
    if lang == "en":
        words = ("Measure", "Before", "After", "Change (95 %)", "Least", "Answer")
    rows = [list(words)]
    shown = [one for one in found.measures if one.before is not None or one.after is not None]
    rows += [
        [
            f"{group_title(one.group, lang)} {MEASURE[one.name](lang)}",
            said(one.before, one.unit, lang),
            said(one.after, one.unit, lang),
            said_change(one, lang),
            said_least(one, lang),
            _coloured(one.answer, ANSWER[one.answer](lang))
            + (f" ({one.note(lang)})" if one.note(lang) else ""),
        ]
        for one in shown
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(words) - 1)]
    lines = [_coloured(found.word, ANSWER[found.word](lang).upper(), "bold ")]
    lines += [f"  {one(lang)}" for one in (*found.alike.strangers, *found.alike.said)]
    left_out = Text("detik ditinggalkan: pembangkit beban jenuh", "seconds left out: generator saturated")
    lines += [
        f"  {one.name}: {one.left_out_s} / {one.with_demand_s} {left_out(lang)}"
        for one in (*found.before, *found.after)
        if one.left_out_s
    ]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(row[at].rjust(widths[at]) for at in range(1, len(widths)))]
        lines.append("  " + "  ".join([*cells, row[-1]]))
    return "\n".join(lines)


def _coloured(answer: Answer, text: str, more: str = "") -> str:
    style = f"{more}{_STYLE[answer]}".strip()
    return f"[{style}]{text}[/{style}]" if style else text


def _opened(path: Path) -> RunDirectory:
    if is_nation(path) or is_sweep(path):
        raise UsageError(
            f"{path}: is a nation's run, which keeps no record of single operations; "
            "gladi compare takes runs of gladi rehearse and gladi simulate SCENARIO"
        )
    return RunDirectory.open(path)


def _twice(paths: Sequence[Path]) -> None:
    seen: set[Path] = set()
    for path in paths:
        if path.resolve() in seen:
            raise UsageError(f"{path}: named twice; a run compared with itself shows nothing")
        seen.add(path.resolve())
