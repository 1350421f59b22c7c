"""What a PPK asks for on one TPS, and what follows from it: corrections, entries, violations to be explained.

sesuai     every page is stored, and the plano says the same
dikoreksi  the plano says otherwise: the numbers that change, page by page
entri      pages were never stored (2024: one TPS in five): the plano's numbers, from the paper
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sirekap.forms.numbers import WrongNumbersError, checked
from sirekap.pleno.standing import Decided, Numbers, StoredPage, TpsStanding, merged


class WrongDecisionError(ValueError):
    """The decision does not fit what is stored; the message says what would."""


class ChangedMeanwhileError(Exception):
    """Pages are not those that the PPK looked at; `revisions` are the current ones."""

    def __init__(self, revisions: Mapping[int, int]) -> None:
        super().__init__("pages were stored since you looked; compare the TPS again")
        self.revisions = dict(revisions)


class ReasonNeededError(Exception):
    """A correction, an entry or numbers that break a rule need a reason; `violations` lists the latter."""

    def __init__(self, violations: Sequence[str]) -> None:
        super().__init__(
            "give a reason: " + ("; ".join(violations[:5]) or "numbers differ from what is stored")
        )
        self.violations = list(violations)


@dataclass(frozen=True)
class Asked:
    """What the PPK asked for: the decision, the revisions looked at, numbers by page."""

    decision: Decided
    basis: Mapping[int, int]
    numbers: Mapping[int, Numbers]
    reason: str | None
    key: str
    account: str

    @property
    def digest(self) -> str:
        """Tells a retry from another decision under the same key."""
        what = [self.decision, sorted(self.basis.items()), sorted(self.numbers.items()), self.reason]
        return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()

    def correction_key(self, page: int) -> str:
        """The idempotency key of the revision that corrects `page`."""
        return f"pleno/{self.key}/{page}"


@dataclass(frozen=True)
class Plan:
    """What follows: numbers to correct and to enter by page, which fields change, which rules are broken."""

    corrections: Mapping[int, Numbers]
    entries: Mapping[int, Numbers]
    changes: Mapping[str, tuple[int, int]]
    violations: Sequence[str]


def planned(standing: TpsStanding, asked: Asked) -> Plan:
    """What has to be stored for a decision.

    Raises:
        ChangedMeanwhileError, WrongDecisionError, ReasonNeededError.
        WrongNumbersError: numbers that the page does not carry, or an entry that is not complete.
    """
    _refuse_if_changed(standing, asked)
    corrections, entries = _sorted_out(standing, asked)
    _refuse_misfit(standing, asked, corrections, entries)
    pages = {
        page: replace(stored, numbers={**stored.numbers, **corrections.get(page, {})})
        for page, stored in standing.pages.items()
    }
    numbers = merged(pages, entries)
    lacking = standing.ballot.lacking(numbers)
    if lacking:
        raise WrongNumbersError(f"still lacks {', '.join(lacking)[:200]}")
    violations = standing.ballot.violations(numbers)
    if asked.reason is None and (corrections or entries or violations):
        raise ReasonNeededError(violations)
    return Plan(corrections, entries, _changes(standing.pages, corrections), violations)


def _refuse_if_changed(standing: TpsStanding, asked: Asked) -> None:
    """A page corrected by an earlier try of this same decision counts as the one looked at."""
    seen = {
        page: stored.revision - (stored.key == asked.correction_key(page))
        for page, stored in standing.pages.items()
    }
    if seen != dict(asked.basis) and standing.revisions != dict(asked.basis):
        raise ChangedMeanwhileError(standing.revisions)


def _sorted_out(standing: TpsStanding, asked: Asked) -> tuple[Mapping[int, Numbers], Mapping[int, Numbers]]:
    corrections: dict[int, Numbers] = {}
    entries: dict[int, Numbers] = {}
    for page, values in asked.numbers.items():
        if page not in standing.ballot.pages:
            raise WrongNumbersError(f"{standing.ballot.contest.form} has no page {page}")
        missing = page not in standing.pages
        numbers = checked(values, standing.ballot.layout.page(page), complete=missing)
        (entries if missing else corrections)[page] = numbers
    return corrections, entries


def _refuse_misfit(
    standing: TpsStanding, asked: Asked, corrections: Mapping[int, Numbers], entries: Mapping[int, Numbers]
) -> None:
    missing = [
        page.number
        for page in standing.ballot.layout.pages
        if page.fields and page.number not in standing.pages and page.number not in entries
    ]
    if missing:
        pages = ", ".join(map(str, missing))
        raise WrongDecisionError(f"pages {pages} are not stored: enter their numbers from the plano")
    match asked.decision:
        case Decided.SESUAI if corrections or entries:
            raise WrongDecisionError("'sesuai' changes no numbers; use 'dikoreksi' or 'entri'")
        case Decided.DIKOREKSI if not corrections:
            raise WrongDecisionError("'dikoreksi' must carry numbers of a stored page")
        case Decided.ENTRI if corrections or not entries:
            raise WrongDecisionError("'entri' must carry numbers of pages that are not stored, and no others")


def _changes(
    pages: Mapping[int, StoredPage], corrections: Mapping[int, Numbers]
) -> dict[str, tuple[int, int]]:
    """What the phone had sent, and what the plano says."""
    return {
        name: (pages[page].first.get(name, 0), value)
        for page, numbers in corrections.items()
        for name, value in numbers.items()
        if pages[page].first.get(name) != value
    }
