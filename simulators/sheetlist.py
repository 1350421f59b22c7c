"""The sheets of a TPS as a list, form after form in the order of counting: what its operators work off.

How many pages a form has, and which numbers stand on which, is read from the form's own template, laid out
for those who stand in the place. A `Sheet` is (form, page).
"""

from functools import lru_cache

from fakeforms.templates import template
from scenarios import Scenario
from scenarios.forms import FORMS
from simulators.contests import Contest, contest
from simulators.population import Population

Sheet = tuple[str, int]
Shape = tuple[tuple[int, int], ...]
"""Number and length of the list of everyone who stands."""

PPWP: tuple[Sheet, ...] = (("ppwp", 1), ("ppwp", 2), ("ppwp", 3))
VOTES = 2
"""Votes begin on this page of every form; the last one has their totals."""


def shape_of(stands: Contest) -> Shape:
    """What the layout of a form depends on."""
    return tuple((one.number, len(one.candidates)) for one in stands.contestants)


@lru_cache(maxsize=256)
def fields_of(form: str, shape: Shape) -> tuple[tuple[str, ...], ...]:
    """Ids of the numbers on each page of a form, first page first."""
    return tuple(
        tuple(field.id for field in page.fields if field.kind == "digits")
        for page in template.load(form, shape).pages
    )


def stands_in(population: Population, index: int, form: str) -> Contest:
    """Who stands for a form in the TPS at `index`; raises ContestError."""
    kecamatan = str(population.kecamatan[index])
    return contest(population.seed, form, population.place_of(kecamatan), kecamatan)


def page_fields(population: Population, index: int, form: str) -> tuple[tuple[str, ...], ...]:
    """Ids of the numbers on each page of a form of the TPS at `index`."""
    return fields_of(form, shape_of(stands_in(population, index, form)))


def sheets_of(population: Population, index: int, scenario: Scenario) -> tuple[Sheet, ...]:
    """Every sheet that the TPS at `index` photographs; those of a kecamatan are alike."""
    return tuple(
        (form, page)
        for form in scenario.scenario.forms
        for page in range(1, len(page_fields(population, index, form)) + 1)
    )


def number_of(form: str) -> int:
    """The place of a form in the order of counting, 0 for PPWP: what draws tell forms apart by."""
    return FORMS.index(form)
