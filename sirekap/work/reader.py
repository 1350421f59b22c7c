"""Reading a photo in a process of its own (see reader_child): bounded in time, started again when it dies."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sirekap.repositories.contests import Contests
from sirekap.work.frames import LENGTHS, frame

LAYOUTS = 100  # as many as the child remembers; beyond that it begins anew
END_WAIT_S = 2.0
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # one worker, one core


class ReaderFailedError(Exception):
    """The child died or took too long over this photo; another will be started."""


@dataclass(frozen=True)
class Sheet:
    """What a photo is said to show; `known` are layouts of the TPS's other forms, by digest."""

    page: int
    layout: str
    known: Sequence[str]
    mode: str


@dataclass(frozen=True)
class Answer:
    """What the child found; `content` is None when `trouble` says why, and then there is no `web` copy."""

    content: dict[str, Any] | None
    trouble: str | None
    flags: tuple[str, ...]
    web: bytes


class PhotoReader:
    """One child process, one photo at a time."""

    def __init__(self, contests: Contests, wait_s: float) -> None:
        self._contests = contests
        self._wait_s = wait_s
        self._turn = asyncio.Lock()
        self._child: asyncio.subprocess.Process | None = None
        self._told: set[str] = set()

    async def read(self, jpeg: bytes, sheet: Sheet) -> Answer:
        """Read one photo.

        Raises:
            ReaderFailedError: the child died or did not answer in time.
        """
        async with self._turn:
            try:
                async with asyncio.timeout(self._wait_s):
                    return await self._ask(jpeg, sheet)
            except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
                code = await self._end_child()
                raise ReaderFailedError(f"{type(error).__name__}, the reader ended with {code}") from error
            except asyncio.CancelledError:
                await self._end_child()  # its answer would be taken for that of the next photo
                raise

    async def close(self) -> None:
        """End the child."""
        await self._end_child()

    async def _ask(self, jpeg: bytes, sheet: Sheet) -> Answer:
        child = self._child if self._child and self._child.returncode is None else await self._start()
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(frame(await self._task(sheet), jpeg))
        await child.stdin.drain()
        head_bytes, body_bytes = LENGTHS.unpack(await child.stdout.readexactly(LENGTHS.size))
        head = json.loads(await child.stdout.readexactly(head_bytes))
        web = await child.stdout.readexactly(body_bytes)
        return Answer(head["content"], head["trouble"], tuple(head["flags"]), web)

    async def _task(self, sheet: Sheet) -> dict[str, Any]:
        needed = {sheet.layout, *sheet.known}
        anew = len(self._told | needed) > LAYOUTS
        missing = needed if anew else needed - self._told
        layouts = {digest: await self._contests.layout_json(digest) for digest in missing}
        self._told = needed if anew else self._told | needed
        return {
            "mode": sheet.mode,
            "page": sheet.page,
            "layout": sheet.layout,
            "known": list(sheet.known),
            "layouts": layouts,
            "anew": anew,
        }

    async def _start(self) -> asyncio.subprocess.Process:
        self._told = set()
        self._child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "sirekap.work.reader_child",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **ONE_THREAD},
        )
        return self._child

    async def _end_child(self) -> int | None:
        child, self._child = self._child, None
        if child is None:
            return None
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        async with asyncio.timeout(END_WAIT_S):
            return await child.wait()
