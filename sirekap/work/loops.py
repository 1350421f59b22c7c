"""Loops of a worker: each is kept going by itself, whatever happens to the others."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sirekap.database.access import DatabaseAwayError
from sirekap.photos.store import StoreUnableError

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0

_log = logging.getLogger("sirekap.work")


@dataclass(frozen=True)
class Loop:
    """Work that goes on until `stopping` is set; what is in hand then is finished."""

    name: str
    run: Callable[[asyncio.Event], Awaitable[None]]


async def keep_all(loops: Sequence[Loop], stopping: asyncio.Event, grace_s: float) -> None:
    """Run all until `stopping`; whatever is not done `grace_s` later is cut short."""
    tasks = [asyncio.create_task(keep(loop, stopping), name=loop.name) for loop in loops]
    await stopping.wait()
    _, late = await asyncio.wait(tasks, timeout=grace_s)
    for task in late:
        _log.warning("%s did not end in time and is cut short", task.get_name())
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)


async def keep(loop: Loop, stopping: asyncio.Event) -> None:
    """Run a loop again when it fails, after a pause that doubles as long as it keeps failing at once."""
    pause_s = FIRST_PAUSE_S
    clock = asyncio.get_running_loop().time
    while not stopping.is_set():
        began_s = clock()
        try:
            await loop.run(stopping)
        except (DatabaseAwayError, StoreUnableError) as error:
            _log.warning("%s waits: %s", loop.name, error)
        except Exception:
            _log.exception("%s failed and goes on", loop.name)
        if clock() - began_s > LONGEST_PAUSE_S:
            pause_s = FIRST_PAUSE_S
        await woken(stopping.wait(), pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


async def woken(hint: Awaitable[object], at_most_s: float) -> bool:
    """Wait for `hint`, but not longer than `at_most_s`; whether it came."""
    try:
        async with asyncio.timeout(at_most_s):
            await hint
    except TimeoutError:
        return False
    return True


def for_ever(run: Callable[[], Awaitable[None]]) -> Callable[[asyncio.Event], Awaitable[None]]:
    """Work that never ends by itself and may be cut short at any point, as that of a `Loop`."""

    async def until(stopping: asyncio.Event) -> None:
        working = asyncio.ensure_future(run())
        stop = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait((working, stop), return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                await working
        finally:
            for task in (working, stop):
                task.cancel()
            await asyncio.gather(working, stop, return_exceptions=True)

    return until
