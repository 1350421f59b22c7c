"""How one TPS stands in the pleno for one form: what is stored, what was decided, and whether that holds.

A decision names the revision of every page it was taken on. Whatever is stored afterwards, by whomever, makes
the TPS undecided again: what counts is never something nobody in the pleno has seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sirekap.forms.contests import Contest
from sirekap.forms.layout import Layout
from sirekap.forms.rules import violations

Numbers = dict[str, int]


@dataclass(frozen=True)
class Ballot:
    """A contest together with the layout of its sheets."""

    contest: Contest
    layout: Layout

    @property
    def fields(self) -> tuple[str, ...]:
        """Every number of the form, in the order of its sheets."""
        return tuple(one.id for page in self.layout.pages for one in page.fields)

    @property
    def pages(self) -> tuple[int, ...]:
        """Numbers of all its pages."""
        return tuple(page.number for page in self.layout.pages)

    def lacking(self, numbers: Mapping[str, int]) -> tuple[str, ...]:
        """Fields of the form that are not among `numbers`."""
        return tuple(name for name in self.fields if name not in numbers)

    def violations(self, numbers: Mapping[str, int]) -> tuple[str, ...]:
        """The rules that complete numbers break, each as a sentence; none while numbers are lacking."""
        if self.lacking(numbers):
            return ()
        return tuple(f"{one.rule}: {one.text}" for one in violations(numbers, self.contest.form))


@dataclass(frozen=True)
class StoredPage:
    """The current revision of one page of one TPS; `first` holds the phone's own numbers."""

    tps: str
    page: int
    revision: int
    key: str
    numbers: Numbers
    first: Numbers
    sha256: str
    after_final: bool
    stored_at: datetime


class Decided(StrEnum):
    """What a PPK can decide on a TPS."""

    SESUAI = "sesuai"  # the plano says what is stored
    DIKOREKSI = "dikoreksi"  # it did not: the PPK corrected it
    ENTRI = "entri"  # pages were never stored: the PPK entered the plano's numbers


@dataclass(frozen=True)
class Decision:
    """One decision on one TPS; `changes` are the numbers a correction replaced, field -> (before, after)."""

    tps: str
    form: str
    decision: Decided
    basis: Mapping[int, int]
    entries: Mapping[int, Numbers]
    changes: Mapping[str, tuple[int, int]]
    violations: Sequence[str]
    reason: str | None
    key: str
    account: str
    request: str = ""  # digest of what was asked for, so that a reused key is told from a retry
    id: int = 0
    at: datetime | None = None


@dataclass(frozen=True)
class Station:
    """A TPS in the pleno."""

    code: str
    number: int
    kel_desa: str
    kel_desa_name: str


@dataclass(frozen=True)
class TpsStanding:
    """Everything about one TPS and one form."""

    station: Station
    ballot: Ballot
    pages: Mapping[int, StoredPage] = field(default_factory=dict)
    last: Decision | None = None

    @property
    def revisions(self) -> dict[int, int]:
        """The current revision of every stored page."""
        return {page: stored.revision for page, stored in self.pages.items()}

    @property
    def decision(self) -> Decision | None:
        """The decision that holds: the last one, unless something was stored since."""
        return self.last if self.last and dict(self.last.basis) == self.revisions else None

    @property
    def state(self) -> str:
        """A decision's word; "kosong" when nothing is stored, else "belum"."""
        if self.decision:
            return str(self.decision.decision)
        return "belum" if self.pages else "kosong"

    @property
    def numbers(self) -> Numbers:
        """All numbers as they stand: stored, and entered by the decision that holds."""
        entered = self.decision.entries if self.decision else {}
        return merged(self.pages, entered)


def merged(pages: Mapping[int, StoredPage], entries: Mapping[int, Mapping[str, int]]) -> Numbers:
    """Numbers of stored pages, and of `entries` for pages that are not stored."""
    numbers = {name: value for stored in pages.values() for name, value in stored.numbers.items()}
    for page, entered in entries.items():
        if page not in pages:
            numbers.update(entered)
    return numbers
