"""Photos as objects in an S3 store, named by their sha256: ab/ab12....jpg.

A receipt needs a store that has the object on its disk before it answers PUT; ours does (deploy/objects),
and so do the large ones. PUT overwrites: the name is the content's digest, so that changes nothing, while
"only if it is not there" would answer for another's object that may still be on its way to the disk. The
request is signed over the body's sha256, so the store refuses what was damaged on the way.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import Any, TypeVar

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from sirekap.photos.store import HEAD_BYTES, TAIL_BYTES, Check, Incoming, Piece, Received, StoreUnableError

Result = TypeVar("Result")
NO_SUCH_OBJECT = "NoSuchKey"
CONNECT_WAIT_S = 1.0
REGION = "us-east-1"  # stores of one's own have no regions, but the signature names one


@dataclass(frozen=True)
class Bucket:
    """Where the photos go: `url` such as http://127.0.0.1:7070, without the bucket."""

    url: str
    name: str
    access_key: str
    secret_key: str


class IncomingObject:
    """A photo on its way in; what is more than `buffer_bytes` waits in a nameless file in `folder`."""

    def __init__(self, folder: Path, buffer_bytes: int) -> None:
        self._body: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(  # noqa: SIM115
            max_size=buffer_bytes, dir=str(folder)
        )
        self._buffer_bytes = buffer_bytes
        self._hash = hashlib.sha256()
        self._size_bytes = 0
        self._head = b""
        self._tail = b""

    async def add(self, data: Piece) -> None:
        """Take the next bytes."""
        view = memoryview(data)
        self._hash.update(view)
        self._size_bytes += view.nbytes
        if len(self._head) < HEAD_BYTES:
            self._head += bytes(view[: HEAD_BYTES - len(self._head)])
        self._tail = (self._tail + bytes(view[-TAIL_BYTES:]))[-TAIL_BYTES:]
        if self._size_bytes <= self._buffer_bytes:
            self._body.write(data)
        else:
            await _from_disk(self._body.write, data)

    def received(self) -> Received:
        """What came."""
        return Received(self._hash.hexdigest(), self._size_bytes, self._head, self._tail)

    async def whole(self) -> bytes:
        """All of it, once more."""

        def read() -> bytes:
            self._body.seek(0)
            return self._body.read()

        return read() if self._size_bytes <= self._buffer_bytes else await _from_disk(read)

    def close(self) -> None:
        """Forget the bytes; harmless when done before."""
        self._body.close()


class ObjectPhotos:
    """A photo store over S3; every call ends within `wait_s`, in `StoreUnableError` if need be."""

    def __init__(self, bucket: Bucket, folder: Path, *, wait_s: float, buffer_bytes: int) -> None:
        self._folder = folder
        self._buffer_bytes = buffer_bytes
        self._wait_s = wait_s
        self._store = S3Store(
            bucket.name,
            endpoint=bucket.url,
            region=REGION,
            access_key_id=bucket.access_key,
            secret_access_key=bucket.secret_key,
            virtual_hosted_style_request=False,
            client_options={
                "allow_http": bucket.url.startswith("http://"),
                "connect_timeout": timedelta(seconds=min(CONNECT_WAIT_S, wait_s)),
                "timeout": timedelta(seconds=wait_s),
            },
            # the phone asks again with the same key; retries here would only make it wait longer
            retry_config={"max_retries": 0, "retry_timeout": timedelta(seconds=wait_s)},
        )

    def begin(self) -> IncomingObject:
        """Open a place for a photo that is about to arrive."""
        return IncomingObject(self._folder, self._buffer_bytes)

    async def keep(self, incoming: Incoming, check: Check) -> Received:
        """Check it and put it into the store; the store answers when it is durable."""
        photo = _as_object(incoming)
        received = photo.received()
        check(received)
        name, body = _name(received.sha256), await photo.whole()
        attributes = {"Content-Type": "image/jpeg"}
        await self._bounded(
            obstore.put_async(self._store, name, body, attributes=attributes, use_multipart=False)
        )
        photo.close()
        return received

    async def discard(self, incoming: Incoming) -> None:
        """Forget the bytes."""
        _as_object(incoming).close()

    async def read(self, sha256: str) -> bytes | None:
        """The bytes of a kept photo, or None."""

        async def fetch() -> bytes | None:
            try:
                found = await obstore.get_async(self._store, _name(sha256))
            except FileNotFoundError as error:
                if NO_SUCH_OBJECT in str(error):
                    return None
                raise  # no such bucket: that is the store's fault, not the photo's
            return bytes(await found.bytes_async())

        return await self._bounded(fetch())

    async def kept_before(self, moment: datetime) -> AsyncIterator[Sequence[str]]:
        """Digests of photos last kept before `moment`, a page of the listing at a time."""
        listing = obstore.list(self._store, chunk_size=1000)
        while page := await self._bounded(_next(listing)):
            yield [PurePosixPath(one["path"]).stem for one in page if one["last_modified"] < moment]

    async def remove(self, sha256: str, kept_before: datetime) -> bool:
        """Remove a photo unless it was kept again since; whether it was removed.

        The store cannot look and delete in one step: a photo kept between the two would be lost. So a moment
        lies hours back, when whoever sent the photo has long been told or given up.
        """
        name = _name(sha256)
        try:
            found = await self._bounded(obstore.head_async(self._store, name))
        except StoreUnableError:
            return False
        if found["last_modified"] >= kept_before:
            return False
        await self._bounded(obstore.delete_async(self._store, name))
        return True

    def close(self) -> None:
        """Connections end with the process."""

    async def _bounded(self, call: Awaitable[Result]) -> Result:
        try:
            async with asyncio.timeout(self._wait_s):
                return await call
        except (BaseError, OSError, TimeoutError) as error:
            # the message may quote the request; its kind is enough
            raise StoreUnableError(f"the object store cannot take it now: {type(error).__name__}") from error


async def _next(listing: Any) -> Sequence[Any]:
    """The next page of a listing; none after the last."""
    try:
        page: Sequence[Any] = await anext(listing)
    except StopAsyncIteration:
        return []
    return page


def _name(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}.jpg"


def _as_object(incoming: Incoming) -> IncomingObject:
    if not isinstance(incoming, IncomingObject):
        raise TypeError("this photo was not begun by this store")
    return incoming


async def _from_disk(work: Callable[..., Result], *values: object) -> Result:
    """Run blocking disk work in a thread; what the disk refuses becomes `StoreUnableError`."""
    try:
        return await asyncio.to_thread(work, *values)
    except OSError as error:
        raise StoreUnableError(f"the photo cannot be taken in now: {error.strerror or error}") from error
