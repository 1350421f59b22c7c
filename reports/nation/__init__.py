"""A nation's simulation: what its run directory says.

Everything here is computed from a run directory (`reports.nation.rundir`) and the scenario in it.
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reports.nation.rundir import NationRun
    from reports.nation.verdict import NationVerdict
    from reports.words import Lang

__all__ = ["NationRun", "NationVerdict", "check", "render"]


def check(run_dir: Path | str) -> "NationVerdict":
    """Judge the run and write verdict.json into it; raises RunDirectoryError."""
    from reports.nation import verdict
    from reports.nation.rundir import NationRun

    judged = verdict.judge(NationRun.open(run_dir))
    verdict.write(judged, judged.run.path)
    return judged


def render(run_dir: Path | str, lang: "Lang" = "id", verdict: "NationVerdict | None" = None) -> Path:
    """Draw pictures/ and write report.html in Indonesian or English; raises RunDirectoryError.

    `verdict` is what `check` answered for this directory; without it the run is judged here.
    """
    from reports.nation import page
    from reports.nation.rundir import NationRun
    from reports.nation.verdict import judge

    return page.write(verdict or judge(NationRun.open(run_dir)), lang)


def __getattr__(name: str) -> Any:
    homes = {"NationRun": "rundir", "NationVerdict": "verdict"}
    if name not in homes:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"reports.nation.{homes[name]}"), name)
