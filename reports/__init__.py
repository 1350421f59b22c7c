"""What we learn: checkers, completeness, survivability, pictures and the page.

Everything here is computed from a run directory (`reports.rundir`) and from nothing else, so that a verdict
can be recomputed by anybody who holds one. It imports `scenarios` and no other room of the house.
"""

from pathlib import Path

from reports.columns import RunDirectoryError
from reports.rundir import RunDirectory
from reports.verdict import Verdict
from reports.words import Lang

__all__ = ["RunDirectory", "RunDirectoryError", "Verdict", "check", "render"]


def check(run_dir: Path | str) -> Verdict:
    """Judge the run and write verdict.json and junit.xml into it; raises RunDirectoryError."""
    from reports import junit, verdict

    run = RunDirectory.open(run_dir)
    judged = verdict.judge(run)
    verdict.write(judged, run.path)
    junit.write(judged, run.path)
    return judged


def render(run_dir: Path | str, lang: Lang = "id") -> Path:
    """Draw pictures/ and write report.html in Indonesian or English; raises RunDirectoryError."""
    from reports import page

    return page.write(RunDirectory.open(run_dir), lang)
