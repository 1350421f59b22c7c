"""The publisher: keeps what the public sees up to date, a round every `publish_period_s`.

Every worker process has one and whoever is first counts; one that dies, or stands still, is missed by
nobody. A round counts what was committed since the last and notes how far it came, in one transaction.
Nothing is kept in between but what can be read again.
"""

import asyncio
import logging
import time
from collections import defaultdict
from dataclasses import dataclass

import asyncpg

from sirekap.database.access import Database, DatabaseAwayError
from sirekap.planting import plant
from sirekap.portal.counting import Change
from sirekap.repositories.tallies import Key, Round, Tallies
from sirekap.settings import Settings
from sirekap.work.counting import counted

MOST_REVISIONS = 5000  # in one round: about a second's work; whoever is further behind takes several
RECOUNT_WAIT_S = 3600.0  # a statement of a recount: the whole nation with all forms

_log = logging.getLogger("sirekap.publisher")


@dataclass(frozen=True)
class Published:
    """What a round did: how many revisions it counted, how long it took, whether there is more."""

    revisions: int
    took_s: float
    whole: bool
    recounted: bool


async def publish(tallies: Tallies, most: int = MOST_REVISIONS, fresh_s: float = 0.0) -> Published | None:
    """One round; None when another publisher has one, or when what is public is younger than `fresh_s`.

    Raises:
        DatabaseAwayError: the database is away; nothing has happened.
    """
    began_s = time.monotonic()
    try:
        async with tallies.round(RECOUNT_WAIT_S) as work:
            if work is None or 0 <= work.mark.age_s < fresh_s:
                return None
            recounted = await _must_begin_anew(work)
            revisions, whole = (await _from_scratch(work), True) if recounted else await _further(work, most)
    except asyncpg.SerializationError:
        return None  # two began at once and the other was faster
    return Published(revisions, time.monotonic() - began_s, whole, recounted)


async def recount(tallies: Tallies) -> int | None:
    """Count everything from scratch; how many pages, or None when another publisher has a round."""
    try:
        async with tallies.round(RECOUNT_WAIT_S) as work:
            return None if work is None else await _from_scratch(work)
    except asyncpg.SerializationError:
        return None


async def keep_publishing(database: Database, settings: Settings) -> None:
    """Publish every `publish_period_s`, for ever; a database that is away is asked again."""
    tallies = Tallies(database, plant(Round, settings.defects))
    period_s = settings.publish_period_s
    while True:
        began_s = time.monotonic()
        behind = False
        try:
            done = await publish(tallies, fresh_s=period_s / 2)
        except DatabaseAwayError as error:
            _log.warning("the database is away, nothing is published: %s", error)
        except Exception:
            _log.exception("a round of publishing failed; the next one starts where the last good one ended")
        else:
            behind = done is not None and not done.whole
            if done and (done.revisions or done.recounted):
                _note(done)
        if not behind:
            await asyncio.sleep(max(0.0, period_s - (time.monotonic() - began_s)))


async def _must_begin_anew(work: Round) -> bool:
    """Whether what was counted is of no use: there is none, or it counts otherwise than it did."""
    if work.mark.seen is None or work.mark.moved:
        return True
    return work.mark.registered and not await work.lay_out()


async def _further(work: Round, most: int) -> tuple[int, bool]:
    """Count what was not counted yet."""
    batch = await work.unseen(most)
    if batch.revisions:
        found = await counted(work, batch.revisions)
        await work.keep(found.stations)
        await work.add(found.changes)
    # while there is more, only what was true before is
    as_of = work.mark.began_at if batch.whole else work.mark.as_of
    await work.note(batch.seen, as_of, len(batch.revisions))
    return len(batch.revisions), batch.whole


async def _from_scratch(work: Round) -> int:
    """Forget all and count every page there is.

    TPS come in order of their codes, and codes nest, so a region's sums are written once: when the pages of
    its last TPS have come.
    """
    await work.forget()
    await work.lay_out()
    pages = 0
    pending: dict[Key, Change] = defaultdict(Change)
    async for revisions in work.every_page():
        pages += len(revisions)
        found = await counted(work, revisions)
        await work.keep(found.stations)
        for key, change in found.changes.items():
            pending[key].include(change)
        last = set(found.stations[-1].regions)
        await work.add({key: pending.pop(key) for key in [key for key in pending if key[1] not in last]})
    await work.add(pending)
    await work.note(work.mark.snapshot, work.mark.began_at, 0, recounts=1)
    return pages


def _note(done: Published) -> None:
    fields = {
        "revisions": done.revisions,
        "ms": round(done.took_s * 1000, 1),
        "recounted": done.recounted,
    }
    _log.info("published", extra={"fields": fields})
