"""The page of a capacity run once more, from its record."""

from pathlib import Path

from gladi.failures import UsageError
from reports.capacity import RunDirectoryError, finish
from reports.capacity.rundir import FILE
from reports.words import Lang


def is_capacity(run: Path) -> bool:
    """Whether a directory is that of a capacity run."""
    return (run / FILE).is_file()


def rendered_capacity(run: Path, lang: Lang) -> Path:
    """Write report.html; UsageError that names the file where the record cannot be read."""
    try:
        finish(run, lang, keep=True)
    except RunDirectoryError as error:
        raise UsageError(str(error)) from error
    return run / "report.html"
