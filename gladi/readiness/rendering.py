"""From the folder of a readiness check to its judgement, its page and the lines in the terminal."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gladi.commands.options import emit
from gladi.failures import FAILED, PASSED, UNKNOWN
from gladi.judging import said_politely
from gladi.show import Show
from reports.readiness import Gathered, Judgement, Pages, judge, keep, render
from reports.readiness.schema import FILE
from reports.readiness.telling import CLOSING, WORD
from reports.words import Lang, duration

OF_STATE = {"go": PASSED, "no_go": FAILED, "unknown": UNKNOWN}
_COLOUR = {"go": "bold green", "no_go": "bold red", "unknown": "bold yellow"}
_MARK = {"go": "[green]✓[/green]", "no_go": "[red]✗[/red]", "unknown": "[yellow]?[/yellow]"}
_RISKS = 8


def is_readiness(run: Path) -> bool:
    """Whether a directory is that of a readiness check."""
    return (run / FILE).is_file()


def judged_readiness(run: Path, write: bool = True) -> tuple[Gathered, Judgement]:
    """Judge the folder, and `write` what was found into readiness.json; raises UsageError, CannotRunError."""
    with said_politely(run):
        gathered = Gathered.open(run)
        found = judge(gathered)
        if write:
            keep(run, found)
        return gathered, found


def pages_of(run: Path, lang: Lang) -> Pages:
    """Write pictures, report.html and, where this machine can print, report.pdf."""
    with said_politely(run):
        return render(run, lang)


def rendered_readiness(run: Path, lang: Lang) -> Path:
    """The same, and the page alone."""
    return pages_of(run, lang).html


def told(gathered: Gathered, found: Judgement, lang: Lang, began: float) -> str:
    """What was found, for the terminal."""
    lines = [
        f"[{_COLOUR[found.state]}]{WORD[found.state](lang)}[/]  ({duration(time.monotonic() - began, lang)})"
    ]
    lines += [
        f"  {_MARK[one.state]} {one.title(lang):<26} {one.figure(lang):<16} {one.why(lang)}"
        for one in found.answers
    ]
    if found.risks:
        lines.append(f"  {CLOSING(lang)}")
        lines += [f"    - {one.title(lang)}: {one.closes(lang)}" for one in found.risks[:_RISKS]]
    if len(found.risks) > _RISKS:
        more = len(found.risks) - _RISKS
        lines.append(
            {"id": f"    … dan {more} lagi, pada lembar", "en": f"    … and {more} more, on the page"}[lang]
        )
    return "\n".join(lines)


def check_readiness(run: Path, show: Show, as_json: bool) -> int:
    """Judge again, write nothing; the exit code. FAILED as well where readiness.json says something else."""
    gathered, found = judged_readiness(run, write=False)
    agrees = json.loads(json.dumps(found.as_json())) == gathered.found
    if as_json:
        emit({**table(run, gathered, found), "agrees": agrees})
    else:
        show.say(told(gathered, found, "id", show.began))
    if not agrees:
        show.warn(f"{run / FILE}: berkata lain daripada berkas di sampingnya / says otherwise than its files")
        return FAILED
    return OF_STATE[found.state]


def table(run: Path, gathered: Gathered, found: Judgement) -> Mapping[str, Any]:
    """For --json."""
    return {"run": str(run), **found.as_json(), "asked": dict(gathered.asked), "about": dict(gathered.about)}
