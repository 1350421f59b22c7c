"""Where photos and sheets of a set are made: one process's own population, and its presses.

Everything follows from what was asked and the index of a TPS, so nothing but those travels between
processes.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from fakeforms import Book, OrderError, SheetOrder, photograph
from fakeforms.splice import Press, prepare
from fakeforms.splice.press import base_of
from fakeforms.templates.template import Shape
from fakeforms.templates.template import load as load_template
from gladi import __version__
from gladi.failures import UsageError
from gladi.formset.asked import Asked
from scenarios import Scenario, ScenarioError, load
from simulators.population import Population, population
from simulators.sheets import forms_of, order

_LATELY = 1500
"""Orders kept at hand: the pages of one form of a TPS follow each other only after other TPS."""

_PRESSES = 3
"""Presses kept at hand, each with one page of one base and tens of MB."""


class Studio:
    """Makes what was asked, for any TPS of its population."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.people, self.scenario = people_of(asked.scenario, asked.seed, asked.scale)
        self._presses: dict[tuple[str, int, int, int], Press] = {}
        self._orders: dict[tuple[int, str], SheetOrder] = {}
        self._begun: dict[tuple[int, str], Any] = {}
        self._templates: dict[tuple[str, Shape], str] = {}
        self._first_of_kecamatan = sorted(np.unique(self.people.kecamatan, return_index=True)[1].tolist())

    def order(self, index: int, form: str) -> SheetOrder:
        """The order for a form of the TPS at `index`, with the mistakes that were asked for."""
        key = (index, form)
        if key not in self._orders:
            while len(self._orders) >= _LATELY:
                oldest = next(iter(self._orders))
                del self._orders[oldest]
                self._begun.pop(oldest, None)
            plain = order(self.people, index, self.scenario, form)
            wrong = dict(self.asked.mistakes)
            self._orders[key] = replace(plain, mistakes=wrong) if wrong else plain
        return self._orders[key]

    def finished(self, index: int, form: str, page: int) -> tuple[bytes | memoryview, str, bytes]:
        """The photo of one page, its SHA-256 and its truth as JSON, which also has the digest of its `order`.

        The photo lies there until the next one.
        """
        sheets = self.order(index, form)
        also = {"order": self.digest(index, form, page)}
        if self.asked.engine == "splice":
            return self._press(index, sheets, page).pressed(sheets, page, also)
        photo = photograph(sheets, page, self.asked.camera, self._other(index, form))
        digest = sha256(photo.jpeg).hexdigest()
        return photo.jpeg, digest, orjson.dumps({**photo.truth, **also})

    def anticipate(self, indices: Sequence[int], form: str, page: int) -> None:
        """Tell which photos come next; the splice engine makes in one go what is new in them."""
        if self.asked.engine != "splice":
            return
        together: dict[Press, list[SheetOrder]] = {}
        for index in indices:
            try:
                sheets = self.order(index, form)
            except ValueError:  # told when its photo is made
                continue
            together.setdefault(self._press(index, sheets, page), []).append(sheets)
        for press, orders in together.items():
            press.anticipate(orders, page)

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
        key = (index, form)
        if key not in self._begun:
            printed = self._printed(form, sheets.shape)
            decides = (sheets, printed, self.asked.camera, self.asked.engine, __version__)
            self._begun[key] = sha256(repr(decides).encode())
        whole = self._begun[key].copy()
        whole.update(f" {page}".encode())
        return str(whole.hexdigest())

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
        """The press for a page of a ballot: made from the first TPS that votes with it, in any shard.

        Presses are large, and pieces come page by page and base by base: only a few are kept, one for each.
        """
        alike = (
            at
            for at in self._first_of_kecamatan
            if self.order(at, sheets.form).contestants == sheets.contestants
        )
        first = next(alike, index)
        key = (sheets.form, first, page, base_of(sheets.seed, sheets.tps))
        if key not in self._presses:
            while len(self._presses) >= _PRESSES:
                del self._presses[next(iter(self._presses))]
            base = self.order(first, sheets.form)
            self._presses[key] = prepare(base, self.asked.camera, pages=())
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
