"""From a run directory to a verdict and its page, and to the few lines a person reads in the terminal."""

import time
from pathlib import Path
from typing import Any

import reports
from gladi.show import Show

_WORDS = {
    "passed": "[bold green]LULUS[/bold green]",
    "failed": "[bold red]GAGAL[/bold red]",
    "unknown": "[bold yellow]TIDAK DAPAT DIPASTIKAN[/bold yellow]",
}


def judge(run: Path, lang: str, show: Show) -> dict[str, Any]:
    """Compute verdict.json, junit.xml and report.html of a run; raises RunDirectoryError."""
    with show.stage("Pemeriksaan dan vonis"):
        verdict: dict[str, Any] = reports.check(run)
    with show.stage("Laporan"):
        reports.render(run, lang)
    return verdict


def summary(verdict: dict[str, Any], run: Path, began: float) -> str:
    """What happened, in a few lines."""
    lines = [f"{_WORDS[verdict['verdict']]}  ({time.monotonic() - began:.0f} s)"]
    for name, one in verdict["checkers"].items():
        mark = {True: "ok", False: "[red]TIDAK[/red]"}.get(one["valid"], "[yellow]?[/yellow]")
        lines.append(f"  {name:<12} {mark}  {one['count']:,} dari {one['checked']:,}")
    lines.append(f"  laporan: {run / 'report.html'}")
    return "\n".join(lines)
