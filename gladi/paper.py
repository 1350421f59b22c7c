"""Pages put on paper: the PDF beside an HTML page, and what a person is told where that cannot be."""

from pathlib import Path

from gladi.failures import CannotRunError


def printed(page: Path) -> Path:
    """Write PAGE's twin on paper (`report.html` gives `report.pdf`); raises CannotRunError."""
    from reports import RunDirectoryError
    from reports.printed import CannotPrintError, pdf
    from reports.written import write_whole

    try:
        return write_whole(page.with_suffix(".pdf"), pdf(page.read_text(encoding="utf-8"), page.parent))
    except (CannotPrintError, RunDirectoryError) as error:
        raise CannotRunError(str(error)) from error
    except OSError as error:
        raise CannotRunError(f"{page}: cannot be read: {error.strerror}") from error
