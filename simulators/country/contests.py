"""Which contest the TPS of the nation vote in, form by form, as runs of neighbouring TPS."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from scenarios.regions import Regency, regencies, regency
from simulators.contests import Contest, contest
from simulators.country.model import Country
from simulators.country.tree import starts
from simulators.dapil import dapil

DISTRICT_OF_ABROAD = 3_102
"""Votes for the DPR from abroad count in DKI Jakarta II."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """TPS `first` to before `end` of a country vote in `stands`."""

    stands: Contest
    first: int
    end: int


def runs(country: Country, form: str) -> Iterator[Run]:
    """The contests of a form, in order of the TPS; those that do not vote with it are in no run."""
    votes = country.pages[:, country.forms.index(form)] > 0
    region = country.kecamatan if form == "dprd-kab" else country.regency
    first = starts(region.astype(np.int64))
    ends = np.append(first[1:], len(region))
    theirs: dict[str, list[str]] = {}
    for code in country.kecamatan_codes:
        theirs.setdefault(code[:4], []).append(code)
    open_run: Run | None = None
    for begin, end in zip(first.tolist(), ends.tolist(), strict=True):
        if not votes[begin]:
            continue
        stands = _contest(country, form, begin, theirs)
        if open_run and open_run.stands.district == stands.district and open_run.end == begin:
            open_run = Run(open_run.stands, open_run.first, end)
            continue
        if open_run:
            yield open_run
        open_run = Run(stands, begin, end)
    if open_run:
        yield open_run


def _contest(country: Country, form: str, index: int, theirs: dict[str, list[str]]) -> Contest:
    if country.abroad[index]:
        place = _jakarta_two() if form == "dpr" else regency("31.71")
        return contest(country.seed, form, place, place.kecamatan[0].code)
    place = regency(country.regency_codes[country.regency[index]])
    kecamatan = country.kecamatan_codes[country.kecamatan[index]]
    if form != "dprd-kab":
        return contest(country.seed, form, place, place.kecamatan[0].code)
    return contest(country.seed, form, place, _kecamatan(theirs[kecamatan[:4]], place, kecamatan))


def _kecamatan(theirs: list[str], place: Regency, code: str) -> str:
    """The kecamatan of our districts that stands for one of the country's: itself, or the same in order.

    An imported roll has kecamatan of its own, which may be more, fewer or called by other codes.
    """
    ours = [one.code for one in place.kecamatan]
    if set(theirs) <= set(ours):
        return code
    return ours[theirs.index(code) * len(ours) // len(theirs)]


@cache
def _jakarta_two() -> Regency:
    return next(
        place
        for place in regencies("31")
        if dapil("dpr", place, place.kecamatan[0].code).code == DISTRICT_OF_ABROAD
    )
