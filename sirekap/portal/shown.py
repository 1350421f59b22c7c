"""What is shown of a form: regions down to the one asked for, what lies below it, and who stands there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sirekap.forms.contests import Contestant


@dataclass(frozen=True, slots=True)
class RegionLine:
    """A region with what is counted of one form; `sums` are empty for the regions above the one asked for."""

    code: str
    level: str
    name: str
    contest: str
    tps_total: int
    tps_in: int
    pages_in: int
    sums: Mapping[str, int]
    changed_at: datetime | None

    @property
    def digits(self) -> str:
        """The code without its dots, as in addresses."""
        return self.code.replace(".", "")


@dataclass(frozen=True, slots=True)
class StationLine:
    """One TPS with what is counted of one form; `pages` are empty in a list."""

    tps: str
    number: int
    contest: str
    is_in: bool
    confirmed: bool
    votes: Mapping[str, int]
    pages: Mapping[str, Mapping[str, Any]]
    changed_at: datetime | None


@dataclass(frozen=True)
class Shown:
    """What was read of one form: the regions from the nation down to the one asked for, and what lies below.

    `age_s` is how old `as_of` was then; `forms` are those voted with there.
    """

    form: str
    forms: tuple[str, ...]
    as_of: datetime
    age_s: float
    path: Sequence[RegionLine]
    below: Sequence[RegionLine]
    stations: Sequence[StationLine]

    @property
    def region(self) -> RegionLine:
        """The region asked for, or the village of the TPS."""
        return self.path[-1]


@dataclass(frozen=True)
class Ballot:
    """Who stands, for what, on how many pages; no title and no pages where a region has several contests."""

    title: str
    contestants: tuple[Contestant, ...]
    pages: int
