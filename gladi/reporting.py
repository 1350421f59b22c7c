"""Which page belongs to a directory, whatever kind of run it holds."""

from pathlib import Path

from gladi.failures import UsageError
from reports.words import Lang


def pages_of(run: Path, lang: Lang, against: Path | None = None) -> list[Path]:
    """Write the page of `run` from its record; the first is the one to open. Raises UsageError.

    `against` is an earlier run of the same scenario, told of on the page; only rehearsals and simulations of
    single TPS keep what such a comparison needs.
    """
    from gladi.capacity.rendering import is_capacity, rendered_capacity
    from gladi.nation.judging import is_nation, judged_nation, rendered_nation
    from gladi.readiness.rendering import is_readiness, rendered_readiness
    from gladi.sweeping.sweep import is_sweep, rendered_sweep
    from gladi.verdicts import judged, rendered

    if against is not None and not _single(run):
        raise UsageError(f"{run}: --against needs a run of gladi rehearse or gladi simulate SCENARIO")
    if (run / "certificate.json").is_file():
        return [run / "report.html", run / "certificate.html"]
    if is_nation(run):
        return [rendered_nation(run, lang, judged_nation(run))]
    if is_sweep(run):
        return [rendered_sweep(run, lang)]
    if is_capacity(run):
        return [rendered_capacity(run, lang)]
    if is_readiness(run):
        return [rendered_readiness(run, lang)]
    if against is None:
        return [rendered(run, lang, judged(run))]

    from gladi.comparing import later_against

    earlier = later_against(run, against)
    return [rendered(run, lang, judged(run), earlier)]


def _single(run: Path) -> bool:
    """Whether it keeps a history of single operations."""
    return not run.is_dir() or (run / "history.parquet").is_file()
