"""Pictures of a nation's run, one a file, each a function from the run and a language to a `Picture`."""

from collections.abc import Callable

from reports.nation.pictures import accounts, arrivals, latency, provinces, requests, resources, shares
from reports.nation.rundir import NationRun
from reports.pictures.canvas import Picture
from reports.words import Lang

PICTURES: tuple[Callable[[NationRun, Lang], Picture | None], ...] = (
    shares.draw,
    arrivals.draw,
    requests.draw,
    resources.draw,
    latency.draw,
    provinces.draw,
    accounts.draw,
)
"""In the order of the page. None where the run holds nothing to draw."""


def draw_all(run: NationRun, lang: Lang) -> list[Picture]:
    """Every picture the run has something for."""
    return [picture for draw in PICTURES if (picture := draw(run, lang)) is not None]


__all__ = ["PICTURES", "Picture", "draw_all"]
