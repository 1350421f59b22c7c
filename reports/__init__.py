"""What we learn: checkers, completeness, survivability, pictures and the page.

Everything here is computed from a run directory (`reports.rundir`) and from nothing else, so that a verdict
can be recomputed by anybody who holds one. It imports `scenarios` and no other room of the house. What judges
is loaded when it is first asked for: whoever only writes a run needs `reports.schema` alone.
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reports.columns import RunDirectoryError
    from reports.comparison import Comparison
    from reports.rundir import RunDirectory
    from reports.verdict import Verdict
    from reports.words import Lang

__all__ = ["RunDirectory", "RunDirectoryError", "Verdict", "check", "render"]


def check(run_dir: Path | str) -> "Verdict":
    """Judge the run and write verdict.json and junit.xml into it; raises RunDirectoryError."""
    from reports import junit, verdict
    from reports.rundir import RunDirectory

    run = RunDirectory.open(run_dir)
    judged = verdict.judge(run)
    verdict.write(judged, run.path)
    junit.write(judged, run.path)
    return judged


def render(
    run_dir: Path | str,
    lang: "Lang" = "id",
    verdict: "Verdict | None" = None,
    against: "Comparison | None" = None,
) -> Path:
    """Write pictures/, missing.csv and report.html in Indonesian or English; raises RunDirectoryError.

    `verdict` is what `check` answered for this directory, so that nothing is read or judged twice; without
    it the run is judged here. `against` is the run compared with an earlier one, to be told on the page.
    Raises ValueError for the verdict of another directory.
    """
    from reports import page
    from reports.rundir import RunDirectory
    from reports.verdict import judge

    if verdict is None:
        verdict = judge(RunDirectory.open(run_dir))
    elif verdict.run.path.resolve() != Path(run_dir).resolve():
        raise ValueError(f"{run_dir}: the verdict given is that of {verdict.run.path}")
    return page.write(verdict, lang, against)


def __getattr__(name: str) -> Any:
    homes = {"RunDirectory": "rundir", "RunDirectoryError": "columns", "Verdict": "verdict"}
    if name not in homes:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"reports.{homes[name]}"), name)
