"""Pictures of a run, one a file, each a function from the run and a language to a `Picture`."""

from collections.abc import Callable

from reports.pictures import areas, completeness, goodput, latency, outcomes, resources
from reports.pictures.canvas import Picture
from reports.rundir import RunDirectory
from reports.words import Lang

PICTURES: tuple[Callable[[RunDirectory, Lang], Picture | None], ...] = (
    completeness.draw,
    areas.draw,
    goodput.draw,
    latency.draw,
    outcomes.draw,
    resources.draw,
)
"""In the order of the page. None where the run holds nothing to draw."""


def draw_all(run: RunDirectory, lang: Lang) -> list[Picture]:
    """Every picture the run has something for."""
    return [picture for draw in PICTURES if (picture := draw(run, lang)) is not None]


__all__ = ["PICTURES", "Picture", "draw_all"]
