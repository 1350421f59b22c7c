"""The page of a sweep: what was tried, what sufficed, a picture and the table of every point."""

from pathlib import Path

from reports.sweep import page
from reports.sweep.answering import told
from reports.sweep.table import Sweep
from reports.words import Lang

__all__ = ["Sweep", "answers", "render"]


def render(folder: Path, lang: Lang = "id") -> Path:
    """Write sweep.png and report.html into the directory of a sweep; raises RunDirectoryError."""
    return page.write(Sweep.open(folder), lang)


def answers(folder: Path, lang: Lang = "id") -> list[str]:
    """What the sweep found, in sentences; raises RunDirectoryError."""
    return told(Sweep.open(folder), lang)
