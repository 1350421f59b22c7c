"""What a TPS had to send: its forms, their pages, which of them carry votes, and the votes that were counted.

`sheets.parquet` tells it, a row for each sheet of each TPS; where more people stand a form has more pages. An
older run directory has none: then every TPS sent the three pages of C.HASIL-PPWP, whose votes are columns of
the population.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reports.columns import Columns
from reports.fingerprints import Codes
from reports.joins import look_up
from reports.lists import lengths, matrix
from reports.rundir import RunDirectory
from reports.schema import PAGE_FIELDS, PAGES

Mask = NDArray[np.bool_]
Sheet = tuple[str, int]

BY_PARTY = frozenset({"dpr", "dprd-prov", "dprd-kab"})
"""Forms whose contestants, the parties, are the same in every district: their sums mean something."""


@dataclass(frozen=True, eq=False)
class Truth:
    """The votes counted on one page, an entry a TPS of the population; `width` is how many there are."""

    votes: NDArray[np.int64]
    width: Codes


@dataclass(frozen=True, eq=False)
class Sheets:
    """Of one run. `every` are all sheets that any TPS sends, in the order of counting; `asked` has a row a
    TPS (order of the population) and a column a sheet: whether this one sends it."""

    run: RunDirectory
    every: tuple[Sheet, ...]
    asked: Mask

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that are sent."""
        return tuple(dict.fromkeys(form for form, _ in self.every))

    def pages(self, form: str) -> tuple[int, ...]:
        """Pages of a form where it has most, ascending; none of one that nobody sends."""
        return tuple(page for of, page in self.every if of == form)

    def pages_with_votes(self, form: str) -> tuple[int, ...]:
        """Pages that carry votes at any TPS: all but the first and, where the form has most, the last one."""
        return self.pages(form)[1:-1]

    def truth(self, form: str, page: int) -> Truth:
        """The votes that were counted on a page."""
        table = self.run.sheets
        if table is None:
            fields = PAGE_FIELDS[page]
            votes = np.stack([self.run.population.numpy(field) for field in fields], axis=1)
            return Truth(votes.astype(np.int64), np.full(len(votes), len(fields)))
        rows, at = self._rows(form, page)
        column = table.arrow("votes").take(pa.array(rows))
        found = matrix(column)
        votes = np.zeros((len(self.run.population), found.shape[1]), np.int64)
        width = np.zeros(len(votes), np.int64)
        votes[at], width[at] = found, lengths(column)
        return Truth(votes, width)

    def columns(self, table: Columns, row: Codes) -> Codes:
        """Of rows of a table with form and page the column of their sheet; -1 for one that nobody sends."""
        out = np.full(len(row), -1, np.int64)
        page = table.numpy("page")[row]
        for form in self.forms:
            mine = table.is_in("form", form)[row]
            for number, sheet in enumerate(self.every):
                if sheet[0] == form:
                    out[mine & (page == sheet[1])] = number
        return out

    def fill(self, kept: Mask) -> None:
        """A sheet that a TPS does not have is in if any of its form is: nobody is whole or partial by it."""
        kept &= self.asked
        for form in self.forms:
            mine = np.flatnonzero([of == form for of, _ in self.every])
            part = kept[:, mine]
            part |= ~self.asked[:, mine] & part.any(axis=1, keepdims=True)
            kept[:, mine] = part

    def contests(self, form: str) -> Codes:
        """Of each TPS of the population which contest it votes in: equal numbers, the same one."""
        if self.run.sheets is None:
            return np.zeros(len(self.run.population), np.int64)
        rows, at = self._rows(form, 1)
        out = np.full(len(self.run.population), -1, np.int64)
        out[at] = self.run.sheets.codes("contest")[rows]
        return out

    def _rows(self, form: str, page: int) -> tuple[Codes, Codes]:
        """Rows of `sheets.parquet` of one page of a form, and the TPS of each."""
        table = self.run.sheets
        assert table is not None
        rows = np.flatnonzero(table.is_in("form", form) & (table.numpy("page") == page))
        at = look_up(table.codes("tps")[rows], self.run.population.codes("tps"))
        return rows[at >= 0], at[at >= 0]


def names(sheets: tuple[Sheet, ...]) -> list[str]:
    """What sheets are called in a report: "2", or of several forms "kwk-bupati 2"."""
    alone = len({form for form, _ in sheets}) == 1
    return [str(page) if alone else f"{form} {page}" for form, page in sheets]


@lru_cache(maxsize=2)
def sheets_of(run: RunDirectory) -> Sheets:
    """The sheets of a run."""
    table, tps = run.sheets, run.population.codes("tps")
    if table is None:
        every = tuple((form, page) for form, pages in PAGES.items() for page in pages)
        return Sheets(run, every, np.ones((len(tps), len(every)), bool))
    encoded = table.arrow("form").dictionary_encode()
    number = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    both, column = np.unique(number * 256 + table.numpy("page"), return_inverse=True)
    forms = encoded.dictionary.to_pylist()
    asked = np.zeros((len(tps), len(both)), bool)
    at = look_up(table.codes("tps"), tps)
    asked[at[at >= 0], column[at >= 0]] = True
    return Sheets(run, tuple((forms[one // 256], one % 256) for one in both.tolist()), asked)
