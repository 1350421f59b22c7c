"""One worker process: its parts, its loops, and its end."""

import asyncio
import json
import logging
import os
import secrets
import signal
from datetime import timedelta

from sirekap.database.access import connect
from sirekap.defects import announce
from sirekap.photos.opening import open_photos
from sirekap.photos.partial import PartialPhotos
from sirekap.photos.sweeping import OrphanSweep, sweep_partial
from sirekap.recall.opening import open_recall
from sirekap.repositories.contests import Contests
from sirekap.repositories.photo_references import PhotoReferences
from sirekap.repositories.queue import ReadingQueue
from sirekap.repositories.readings import Readings
from sirekap.repositories.sessions import Sessions
from sirekap.repositories.uploads import Uploads
from sirekap.settings import Settings
from sirekap.stack.layout import Layout
from sirekap.stack.workers import READY_LINE
from sirekap.work.housekeeping import Chore, Housekeeping
from sirekap.work.loops import Loop, for_ever, keep_all
from sirekap.work.publisher import keep_publishing
from sirekap.work.reader import PhotoReader
from sirekap.work.reading_loop import ReadingLoop, Stores

SESSIONS_A_ROUND = 10_000

_log = logging.getLogger("sirekap.work")


async def work(layout: Layout, settings: Settings, name: str, ready_fd: int) -> None:
    """Run all loops until SIGTERM or SIGINT."""
    announce(settings.defects)
    stopping = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stopping.set)
    keys = json.loads(layout.secrets.read_text())
    database = await connect(settings, keys["postgres_password"])
    recall = open_recall(settings, keys.get("redis_password", ""))
    photos = open_photos(layout, settings, keys, name)
    contests = Contests(database, settings.contests_trusted_s)
    reader = PhotoReader(contests, settings.reading_wait_s)
    worker = f"{name}.{os.getpid()}.{secrets.token_hex(4)}"
    queue = ReadingQueue(database, worker, settings.reading_lease_s)
    stores = Stores(queue, Readings(database), contests, photos, recall)
    sessions = Sessions(database, recall, settings)
    uploads, partial = Uploads(database, settings), PartialPhotos(layout.partial_photos, threads=1)
    orphans = OrphanSweep(photos, PhotoReferences(database).of, timedelta(seconds=settings.orphan_age_s))
    chores = (
        Chore("ended sessions", lambda: sessions.delete_expired(SESSIONS_A_ROUND)),
        Chore(
            "uploads not finished",
            lambda: sweep_partial(
                partial, uploads.forget_expired, uploads.known, settings.resumable_lifetime_s
            ),
        ),
        Chore("photos without a page", orphans.further),
    )

    async def free_what_was_in_hand(stopping: asyncio.Event) -> None:
        freed = await queue.free_those_of(name)
        if freed:
            _log.info("an earlier %s had %d photos in hand; they are read now", name, freed)
        await stopping.wait()

    loops = (
        Loop("recovery", free_what_was_in_hand),
        *(
            Loop(f"reading-{number}", ReadingLoop(stores, reader, worker, settings).run)
            for number in range(1, settings.reading_loops + 1)
        ),
        Loop("publisher", for_ever(lambda: keep_publishing(database, settings))),
        Loop("housekeeping", Housekeeping(database, chores, settings.housekeeping_s).run),
    )
    os.write(ready_fd, READY_LINE)
    os.close(ready_fd)
    await keep_all(loops, stopping, settings.shutdown_grace_s)
    await reader.close()
    photos.close()
    partial.close()
    await recall.close()
    await database.close()
