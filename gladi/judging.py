"""What a run directory that cannot be read or written comes to, whoever judges it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gladi.failures import CannotRunError, UsageError
from reports.columns import RunDirectoryError


@contextmanager
def said_politely(run: Path) -> Iterator[None]:
    """UsageError for a directory that is not a whole run, CannotRunError for one that takes no files."""
    try:
        yield
    except RunDirectoryError as error:
        raise UsageError(str(error)) from error
    except OSError as error:
        raise CannotRunError(f"{run}: cannot be written: {error.strerror}") from error
