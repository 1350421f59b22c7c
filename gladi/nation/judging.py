"""From a nation's run directory to its verdict and page, and to the lines a person reads in the terminal."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import reports.nation
from gladi.judging import said_politely
from reports.nation.schema import KIND
from reports.nation.telling import plainly
from reports.verdict import Word

_WORDS: Mapping[Word, str] = {
    "passed": "[bold green]LULUS[/bold green]",
    "failed": "[bold red]GAGAL[/bold red]",
    "unknown": "[bold yellow]TIDAK DAPAT DIPASTIKAN[/bold yellow]",
}


def is_nation(run: Path) -> bool:
    """Whether a directory holds the run of a nation; False for whatever cannot be read."""
    try:
        facts = json.loads((run / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(facts, dict) and facts.get("kind") == KIND


def judged_nation(run: Path) -> "reports.nation.NationVerdict":
    """Compute and write verdict.json; UsageError for a directory that is no nation's run."""
    with said_politely(run):
        return reports.nation.check(run)


def rendered_nation(run: Path, lang: Literal["id", "en"], verdict: "reports.nation.NationVerdict") -> Path:
    """Write pictures and report.html; raises as `judged_nation`."""
    with said_politely(run):
        return reports.nation.render(run, lang, verdict)


def summary_nation(verdict: "reports.nation.NationVerdict", began: float) -> str:
    """What happened, in a few lines for the terminal (Indonesian, as the people who run it read)."""
    lines = [f"{_WORDS[verdict.verdict]}  ({time.monotonic() - began:.0f} dtk)"]
    lines += [
        f"  {one.title.id:<46} {_mark(one.valid)}  {one.why.id}" for one in verdict.expectations.values()
    ]
    lines += [f"  {sentence}" for sentence in plainly(verdict, "id")]
    lines.append(f"  laporan: {verdict.run.path / 'report.html'}")
    return "\n".join(lines)


def _mark(valid: object) -> str:
    if valid is True:
        return "ok"
    return "[red]TIDAK[/red]" if valid is False else "[yellow]?[/yellow]"
