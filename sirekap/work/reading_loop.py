"""Photos out of the queue, what they say into the database: one job after the other, until told to stop.

  take -> read, keep the web copy -> compare with what the phone sent -> check the form -> end the job

A job that cannot be done now because a part is away goes back and does not count as tried. One that fails by
itself is tried a few times and then ends as failed, with its reason, and is flagged like any other photo
that could not be read.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sirekap.photos.store import PhotoStore, StoreUnableError
from sirekap.recall.recall import Recall
from sirekap.repositories.contests import Contests
from sirekap.repositories.queue import TOPIC, Job, ReadingQueue
from sirekap.repositories.readings import FAILED, CurrentPage, FormCheck, Read, Readings, WebCopy
from sirekap.settings import Settings
from sirekap.work.judging import finding, form_check
from sirekap.work.reader import PhotoReader, ReaderFailedError, Sheet

PART_AWAY_S = 5.0  # a job whose photo could not be read or kept now is tried again after this
FAILED_AGAIN_S = 2.0  # times the tries so far

_log = logging.getLogger("sirekap.work.reading")


@dataclass(frozen=True)
class Stores:
    """Where jobs, photos and results are."""

    queue: ReadingQueue
    readings: Readings
    contests: Contests
    photos: PhotoStore
    recall: Recall


class ReadingLoop:
    """Does jobs under the name `worker`, with a reader that it may share with other loops of the process."""

    def __init__(self, stores: Stores, reader: PhotoReader, worker: str, settings: Settings) -> None:
        self._stores = stores
        self._reader = reader
        self._worker = worker
        self._settings = settings

    async def run(self, stopping: asyncio.Event) -> None:
        """Until `stopping`; the job in hand is finished."""
        while not stopping.is_set():
            job = await self._stores.queue.take()
            if job is not None:
                await self._do(job)
            else:
                await self._rest(stopping)

    async def _rest(self, stopping: asyncio.Event) -> None:
        """Nothing to do: wait for a hint, but look again every few moments."""
        hint = asyncio.ensure_future(self._stores.recall.wait(TOPIC, self._settings.work_poll_s))
        stop = asyncio.create_task(stopping.wait())
        await asyncio.wait((hint, stop), return_when=asyncio.FIRST_COMPLETED)
        for task in (hint, stop):
            task.cancel()

    async def _do(self, job: Job) -> None:
        began_s = time.monotonic()
        try:
            read = await self._read(job)
        except StoreUnableError as error:
            _log.warning("photo of revision %d: %s", job.revision_id, error)
            await self._stores.queue.give_back(job, PART_AWAY_S, counts=False)
            return
        except ReaderFailedError as error:
            _log.warning("revision %d, try %d: %s", job.revision_id, job.tries, error)
            await self._stores.queue.give_back(job, FAILED_AGAIN_S * job.tries, counts=True)
            return
        took_ms = (time.monotonic() - began_s) * 1000
        check = await self._check(job)
        found = finding(job, read, took_ms)
        if not await self._stores.readings.finish(job, self._worker, found, check):
            _log.warning("revision %d was somebody else's by the time it was read", job.revision_id)

    async def _read(self, job: Job) -> Read:
        mode = self._settings.reader_mode
        if job.tries > self._settings.reading_tries:
            _log.error("revision %d was tried %d times and is given up", job.revision_id, job.tries - 1)
            return _unread(mode, FAILED)
        known = await self._stores.readings.of_photo(job.sha256, job.form, job.page, mode)
        if known is not None:
            return known  # a correction leaves the photo as it is
        contest = await self._stores.contests.for_tps(job.tps, job.form)
        if contest is None:
            return _unread(mode, "form_unknown")
        photo = await self._stores.photos.read(job.sha256)
        if photo is None:
            _log.error("the photo %s of revision %d is not there", job.sha256, job.revision_id)
            return _unread(mode, "photo_missing")
        others = [
            one.layout_digest
            for form in await self._stores.contests.forms_of(job.tps)
            if form != job.form and (one := await self._stores.contests.for_tps(job.tps, form))
        ]
        answer = await self._reader.read(photo, Sheet(job.page, contest.layout_digest, others, mode))
        web = await self._kept(answer.web) if answer.web else None
        return Read(mode, answer.content, answer.trouble, answer.flags, web)

    async def _kept(self, web: bytes) -> WebCopy:
        """Put the web copy into the photo store, under its own digest."""
        photos = self._stores.photos
        incoming = photos.begin()
        try:
            await incoming.add(web)
            received = await photos.keep(incoming, lambda received: None)
        finally:
            await photos.discard(incoming)
        return WebCopy(received.sha256, received.size_bytes)

    async def _check(self, job: Job) -> Callable[[list[CurrentPage]], FormCheck]:
        """What checks the form of this job over its pages."""
        contest = await self._stores.contests.for_tps(job.tps, job.form)
        layout = await self._stores.contests.layout(contest.layout_digest) if contest else None
        fields = contest.fields if contest else frozenset()
        sheets = {page.number for page in layout.pages} if layout else set()
        return partial(form_check, job.form, fields, sheets)


async def recovery(queue: ReadingQueue, name: str, stopping: asyncio.Event) -> None:
    """Once, when a worker called `name` begins: let go what an earlier one had in hand when it died."""
    freed = await queue.free_those_of(name)
    if freed:
        _log.info("an earlier %s had %d photos in hand; they are read now", name, freed)
    await stopping.wait()


def _unread(mode: str, trouble: str) -> Read:
    return Read(mode, None, trouble, (trouble,), None)
