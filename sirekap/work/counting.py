"""Revisions of pages into tallies: what a batch of them changes in the stations and regions they are of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sirekap.portal.counting import (
    NOTHING,
    SEVERAL,
    Change,
    Count,
    adding_up,
    contestants_votes,
    count,
    vote_fields,
)
from sirekap.repositories.tallies import Key, Revision, Round, Station


@dataclass(frozen=True)
class Counted:
    """Stations as they are now, and what that adds to each (form, region)."""

    stations: Sequence[Station]
    changes: Mapping[Key, Change]


async def counted(work: Round, revisions: Sequence[Revision]) -> Counted:
    """Put `revisions` on top of what was counted before. One older than what was counted changes nothing."""
    newest = _newest(revisions)
    before = await work.stations(newest.keys())
    regions = await work.regions({tps for tps, _ in newest})
    contests = await work.contests_of({(form, region) for tps, form in newest for region in regions[tps]})
    ballots = await work.contests(set(contests.values()) - {SEVERAL})
    needed = {name: vote_fields(ballot) for name, ballot in ballots.items()}

    stations: list[Station] = []
    changes: dict[Key, Change] = defaultdict(Change)
    for (tps, form), given in newest.items():
        # a village lies within one contest whole; without one there is nothing it could count for
        contest = contests.get((form, regions[tps][0]), SEVERAL)
        old = before.get((tps, form))
        pages = _on_top(old.pages if old else {}, given)
        was = _count(needed.get(contest), old.pages) if old else NOTHING
        now = _count(needed.get(contest), pages)
        votes = contestants_votes(ballots[contest], now) if now.tps_in else {}
        stations.append(Station(tps, form, contest, regions[tps], bool(now.tps_in), votes, pages))
        for region in regions[tps]:
            change, adding = changes[form, region], adding_up(form, contests.get((form, region), SEVERAL))
            change.add(was, -1, adding)
            change.add(now, +1, adding)
    return Counted(stations, changes)


def _newest(revisions: Iterable[Revision]) -> dict[Key, dict[str, Revision]]:
    found: dict[Key, dict[str, Revision]] = {}
    for one in revisions:
        pages = found.setdefault((one.tps, one.form), {})
        if one.page not in pages or pages[one.page].revision < one.revision:
            pages[one.page] = one
    return found


def _on_top(
    pages: Mapping[str, Mapping[str, Any]], given: Mapping[str, Revision]
) -> dict[str, Mapping[str, Any]]:
    newer = {
        page: one.content
        for page, one in given.items()
        if page not in pages or pages[page]["revision"] < one.revision
    }
    return {**pages, **newer}


def _count(needed: frozenset[str] | None, pages: Mapping[str, Mapping[str, Any]]) -> Count:
    if needed is None:
        return NOTHING
    numbers: dict[str, int] = {}
    for page in pages.values():
        numbers.update(page["numbers"])
    return count(needed, len(pages), numbers)
