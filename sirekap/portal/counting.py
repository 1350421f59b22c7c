"""What one form of one TPS adds to the sums of its regions.

A TPS counts once, by the current revision of each page. Its votes count as soon as all pages that carry votes
are stored, and not before: so sums and progress speak of the same TPS, and no contestant is ahead merely
because of the page their name is on. Numbers of voters and papers count page by page.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sirekap.forms.contests import Contest
from sirekap.forms.fields import BY_PARTY, ELECTION, PAPERS, ROWS, TOTALS, total_of, votes

SEVERAL = ""
"""In place of a contest's name: the region has more than one."""


@dataclass(frozen=True, slots=True)
class Count:
    """Pages stored, whether the TPS is in (0 or 1), and its numbers, without zeros."""

    tps_in: int
    pages_in: int
    numbers: Mapping[str, int]


NOTHING = Count(0, 0, {})


@dataclass(slots=True)
class Change:
    """What is to be added to one row of the tallies."""

    tps_in: int = 0
    pages_in: int = 0
    sums: dict[str, int] = field(default_factory=dict)

    def add(self, count: Count, sign: int, adding: frozenset[str] | None) -> None:
        """Add (+1) or take away (-1) what a TPS counts; of the fields `adding`, if given."""
        self.tps_in += sign * count.tps_in
        self.pages_in += sign * count.pages_in
        sums = self.sums
        for name, number in count.numbers.items():
            if adding is None or name in adding:
                sums[name] = sums.get(name, 0) + sign * number

    def include(self, other: "Change") -> None:
        """Add what another change adds."""
        self.tps_in += other.tps_in
        self.pages_in += other.pages_in
        for name, number in other.sums.items():
            self.sums[name] = self.sums.get(name, 0) + number

    @property
    def is_nothing(self) -> bool:
        """Whether adding it changes no row."""
        return not (self.tps_in or self.pages_in or any(self.sums.values()))


def vote_fields(contest: Contest) -> frozenset[str]:
    """Every number of section IV: what must be stored for a TPS to be in."""
    return frozenset(
        name for one in contest.contestants for name in votes(contest.form, one.number, len(one.candidates))
    )


def count(needed: frozenset[str], pages: int, numbers: Mapping[str, int]) -> Count:
    """What a TPS with so many `pages` stored counts; `needed` are the vote fields of its contest."""
    is_in = needed <= numbers.keys()
    return Count(
        int(is_in),
        pages,
        {name: number for name, number in numbers.items() if number and (is_in or name not in needed)},
    )


def contestants_votes(contest: Contest, counted: Count) -> dict[str, int]:
    """All votes of each contestant, by number."""
    return {
        str(one.number): counted.numbers.get(total_of(contest.form, one.number), 0)
        for one in contest.contestants
    }


@lru_cache(maxsize=64)
def adding_up(form: str, contest: str) -> frozenset[str] | None:
    """Fields that may be summed over a region of this contest: None is all.

    Where there are several contests, the numbers of parties and voters still mean the same; number 3 of one
    provinsi's DPD and number 3 of another's do not.
    """
    if contest != SEVERAL:
        return None
    rows = {f"{row}_{column}" for row in ROWS[ELECTION[form]] for column in "lpj"}
    return frozenset({*rows, *PAPERS, *TOTALS, *(_parties() if form in BY_PARTY else ())})


def _parties() -> Iterator[str]:
    for number in range(1, 1000):
        yield f"suara_partai_{number}"
        yield f"jumlah_partai_calon_{number}"


def added(sums: Mapping[str, int], change: Mapping[str, int]) -> dict[str, int]:
    """`sums` with `change` added, without zeros."""
    total = {**sums, **{name: sums.get(name, 0) + number for name, number in change.items()}}
    return {name: number for name, number in total.items() if number}
