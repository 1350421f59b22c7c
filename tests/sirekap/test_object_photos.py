"""The S3 photo store against our object store: whole, bounded, and honest when the store is away."""

import asyncio
import hashlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from sirekap.photos.objects import Bucket, ObjectPhotos
from sirekap.photos.store import HEAD_BYTES, Received, StoreUnableError
from tests.sirekap.stack.object_store import ObjectStore, running_store

pytestmark = pytest.mark.full
BUFFER_BYTES = 64


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    """An object store of its own."""
    with running_store(tmp_path_factory.mktemp("objects")) as running:
        yield running


def photos_in(bucket: Bucket, folder: Path, wait_s: float = 5.0) -> ObjectPhotos:
    return ObjectPhotos(bucket, folder, wait_s=wait_s, buffer_bytes=BUFFER_BYTES)


async def keep(photos: ObjectPhotos, chunks: list[bytes]) -> Received:
    incoming = photos.begin()
    for chunk in chunks:
        await incoming.add(chunk)
    received = await photos.keep(incoming, lambda received: None)
    await photos.discard(incoming)
    return received


@pytest.mark.parametrize(
    "chunks",
    [
        [],
        [b"x"],
        [b"ab", b"", b"cde"],
        [b"x" * BUFFER_BYTES],
        [b"x" * 40, b"y" * 40],
        [os.urandom(700_000)] * 3,
    ],
    ids=["empty", "one byte", "small", "as the buffer", "over the buffer", "2.1 MB"],
)
def test_any_split_into_chunks_gives_the_same_photo(
    store: ObjectStore, tmp_path: Path, chunks: list[bytes]
) -> None:
    async def story() -> None:
        photos, whole = photos_in(store.bucket, tmp_path), b"".join(chunks)
        for _ in range(2):  # a retry overwrites with the same
            received = await keep(photos, chunks)
            assert received == Received(
                hashlib.sha256(whole).hexdigest(), len(whole), whole[:HEAD_BYTES], whole[-4:]
            )
            assert await photos.read(received.sha256) == whole
        file = store.folder / "photos" / received.sha256[:2] / f"{received.sha256}.jpg"
        assert file.read_bytes() == whole
        assert not list(tmp_path.iterdir()), "nothing waits in the stack's folder"

    asyncio.run(story())


def test_what_is_not_there_is_none_and_what_is_discarded_leaves_nothing(
    store: ObjectStore, tmp_path: Path
) -> None:
    async def story() -> None:
        photos = photos_in(store.bucket, tmp_path)
        assert await photos.read("0" * 64) is None
        incoming = photos.begin()
        await incoming.add(b"dibuang" * 100)
        await photos.discard(incoming)
        await photos.discard(incoming)
        assert await photos.read(hashlib.sha256(b"dibuang" * 100).hexdigest()) is None

    asyncio.run(story())


def test_a_store_that_is_dead_or_hangs_is_said_in_time(tmp_path: Path) -> None:
    async def unable(photos: ObjectPhotos) -> float:
        began_s = time.monotonic()
        with pytest.raises(StoreUnableError):
            await keep(photos, [b"foto" * 100])
        with pytest.raises(StoreUnableError):
            await photos.read("0" * 64)
        return time.monotonic() - began_s

    async def story() -> None:
        with running_store(tmp_path / "objects") as store:
            photos = photos_in(store.bucket, tmp_path, wait_s=1.0)
            await keep(photos, [b"sebelum"])
            os.kill(store.pid, signal.SIGSTOP)
            try:
                assert await unable(photos) < 4.0
            finally:
                os.kill(store.pid, signal.SIGCONT)
            await keep(photos, [b"sesudah"])
            psutil.Process(store.pid).kill()
            assert await unable(photos) < 4.0

    asyncio.run(story())


def test_wrong_keys_and_a_missing_bucket_store_nothing(store: ObjectStore, tmp_path: Path) -> None:
    async def story() -> None:
        for bucket in (
            Bucket(store.bucket.url, "photos", store.bucket.access_key, "salah"),
            Bucket(store.bucket.url, "tidak-ada", store.bucket.access_key, store.bucket.secret_key),
        ):
            photos = photos_in(bucket, tmp_path)
            with pytest.raises(StoreUnableError) as refused:
                await keep(photos, [b"x" * 500])
            assert "salah" not in str(refused.value)
            with pytest.raises(StoreUnableError):
                await photos.read("0" * 64)

    asyncio.run(story())
