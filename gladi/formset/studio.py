"""Where photos and sheets of a set are made: one process's own population, and its presses.

Everything follows from what was asked and the index of a TPS, so nothing but those travels between
processes.
"""

from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import numpy as np

from fakeforms import Book, OrderError, Photo, SheetOrder, photograph
from fakeforms.splice import Press, prepare
from fakeforms.templates.template import Shape
from fakeforms.templates.template import load as load_template
from gladi import __version__
from gladi.failures import UsageError
from gladi.formset.asked import Asked
from scenarios import Scenario, ScenarioError, load
from simulators.population import Population, population
from simulators.sheets import forms_of, order

_LATELY = 64
"""Orders kept at hand: the pages of one form of a TPS follow each other only after other TPS."""

_PRESSES = 3
"""Presses kept at hand, each tens of MB."""


class Studio:
    """Makes what was asked, for any TPS of its population."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.people, self.scenario = people_of(asked.scenario, asked.seed, asked.scale)
        self._presses: dict[tuple[str, int, int], Press] = {}
        self._orders: dict[tuple[int, str], SheetOrder] = {}
        self._templates: dict[tuple[str, Shape], str] = {}
        self._first_of_kecamatan = sorted(np.unique(self.people.kecamatan, return_index=True)[1].tolist())

    def order(self, index: int, form: str) -> SheetOrder:
        """The order for a form of the TPS at `index`, with the mistakes that were asked for."""
        key = (index, form)
        if key not in self._orders:
            while len(self._orders) >= _LATELY:
                del self._orders[next(iter(self._orders))]
            plain = order(self.people, index, self.scenario, form)
            wrong = dict(self.asked.mistakes)
            self._orders[key] = replace(plain, mistakes=wrong) if wrong else plain
        return self._orders[key]

    def photo(self, index: int, form: str, page: int) -> Photo:
        """The photo of one page; its truth also has the digest of what was ordered, `order`."""
        sheets = self.order(index, form)
        if self.asked.engine == "splice":
            photo = self._press(index, sheets, page).photo(sheets, page)
        else:
            photo = photograph(sheets, page, self.asked.camera, self._other(index, form))
        return Photo(photo.jpeg, {**photo.truth, "order": self.digest(index, form, page)})

    def pages(self, index: int, form: str) -> tuple[int, ...]:
        """Page numbers of a form of the TPS at `index`; how many there are depends on who stands."""
        return tuple(page.number for page in self.order(index, form).template.pages)

    def pdf(self, index: int, form: str, pages: tuple[int, ...]) -> bytes:
        """Filled sheets of one form, to print."""
        sheets = self.order(index, form)
        book = Book(sheets.template, self.asked.paper)
        for page in pages:
            book.add_filled(sheets, page)
        return book.pdf()

    def digest(self, index: int, form: str, page: int) -> str:
        """Of everything that decides the bytes of a photo: the same digest, the same photo."""
        sheets = self.order(index, form)
        printed = self._printed(form, sheets.shape)
        decides = (sheets, page, printed, self.asked.camera, self.asked.engine, __version__)
        return sha256(repr(decides).encode()).hexdigest()

    def _printed(self, form: str, shape: Shape) -> str:
        """Digest of a laid-out form: one's own template file may change while orders stay the same."""
        key = (form, shape)
        if key not in self._templates:
            self._templates[key] = sha256(repr(load_template(form, shape)).encode()).hexdigest()
        return self._templates[key]

    def _other(self, index: int, form: str) -> SheetOrder | None:
        """A sheet that lies beside the right one, for who photographs the wrong form."""
        if "wrong-form" not in dict(self.asked.faults):
            return None
        others = [one for one in forms_of(self.people, self.scenario) if one != form]
        return self.order(index, others[0]) if others else None

    def _press(self, index: int, sheets: SheetOrder, page: int) -> Press:
        """The press for one page of a ballot: made from the first TPS that votes with it, in any shard.

        Presses are large, and pieces come page by page: only a few are kept.
        """
        alike = (
            at
            for at in self._first_of_kecamatan
            if self.order(at, sheets.form).contestants == sheets.contestants
        )
        first = next(alike, index)
        key = (sheets.form, first, page)
        if key not in self._presses:
            while len(self._presses) >= _PRESSES:
                del self._presses[next(iter(self._presses))]
            base = self.order(first, sheets.form)
            self._presses[key] = prepare(base, self.asked.camera, pages=(page,))
        return self._presses[key]


@lru_cache(maxsize=2)
def studio(asked: Asked) -> Studio:
    """The studio of this process for what was asked."""
    return Studio(asked)


@lru_cache(maxsize=2)
def people_of(scenario: str, seed: int | None, scale: float) -> tuple[Population, Scenario]:
    """The TPS of a scenario file; UsageError for a scenario, seed or scale that cannot be."""
    try:
        read = load(Path(scenario))
        chosen = read.scenario.seed if seed is None else seed
        if not 0 <= chosen < 2**63:
            raise UsageError(f"--seed: {chosen}: must be between 0 and {2**63 - 1}")
        return population(read, chosen, scale), read
    except (ScenarioError, ValueError, OrderError) as error:
        raise UsageError(str(error)) from error
