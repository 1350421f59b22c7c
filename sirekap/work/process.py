"""One worker process: its parts, its loops, and its end."""

import asyncio
import json
import os
import secrets
import signal

from sirekap.database.access import connect
from sirekap.photos.opening import open_photos
from sirekap.photos.partial import PartialPhotos
from sirekap.planting import announce, plant
from sirekap.recall.opening import open_recall
from sirekap.repositories.contests import Contests
from sirekap.repositories.queue import ReadingQueue
from sirekap.repositories.readings import Readings
from sirekap.settings import Settings
from sirekap.stack.layout import Layout
from sirekap.stack.ready_line import say_ready
from sirekap.work.chores import chores
from sirekap.work.housekeeping import Housekeeping
from sirekap.work.loops import Loop, for_ever, keep_all
from sirekap.work.publisher import keep_publishing
from sirekap.work.reader import PhotoReader
from sirekap.work.reading_loop import ReadingLoop, Stores, recovery


async def work(layout: Layout, settings: Settings, name: str, ready_fd: int) -> None:
    """Run all loops until SIGTERM or SIGINT."""
    announce(settings.defects)
    stopping = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stopping.set)
    keys = json.loads(layout.secrets.read_text())
    database = await connect(settings, keys["postgres_password"])
    recall = open_recall(settings, keys.get("redis_password", ""))
    photos = open_photos(layout.photos, settings, keys, name)
    partial = PartialPhotos(layout.partial_photos, threads=1)
    contests = Contests(database, settings.contests_trusted_s)
    worker = f"{name}.{os.getpid()}.{secrets.token_hex(4)}"
    queue = ReadingQueue(database, worker, settings.reading_lease_s)
    stores = Stores(queue, Readings(database), contests, photos, recall)
    reader = PhotoReader(contests, settings.reading_wait_s)
    tidying = Housekeeping(
        database, chores(database, photos, partial, recall, settings), settings.housekeeping_s
    )
    reading_loop = plant(ReadingLoop, settings.defects)
    loops = (
        Loop("recovery", lambda stopping: recovery(queue, name, stopping)),
        *(
            Loop(f"reading-{number}", reading_loop(stores, reader, worker, settings).run)
            for number in range(1, settings.reading_loops + 1)
        ),
        Loop("publisher", for_ever(lambda: keep_publishing(database, settings))),
        Loop("housekeeping", tidying.run),
    )
    say_ready(ready_fd)
    await keep_all(loops, stopping, settings.shutdown_grace_s)
    await reader.close()
    photos.close()
    partial.close()
    await recall.close()
    await database.close()
