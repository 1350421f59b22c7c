"""The photo store: what was kept is read back whole, however it arrived; what was not leaves nothing."""

import asyncio
import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sirekap.photos.completeness import UnfitPhotoError, check_whole
from sirekap.photos.direct import Abilities
from sirekap.photos.disk import DiskPhotos
from sirekap.photos.store import Received, StoreUnableError

WAYS = [Abilities(direct, unnamed) for direct in (True, False) for unnamed in (True, False)]
"""What filesystems can do; this one can do it all."""


def store(folder: Path, owner: str = "api-1", abilities: Abilities | None = None) -> DiskPhotos:
    photos = DiskPhotos(folder, owner, threads=2, buffer_bytes=64)
    if abilities:
        photos.abilities = abilities
    return photos


async def keep(photos: DiskPhotos, chunks: list[bytes]) -> Received:
    incoming = photos.begin()
    for chunk in chunks:
        await incoming.add(chunk)
    received = await photos.keep(incoming, lambda received: None)
    await photos.discard(incoming)
    return received


@settings(max_examples=40, deadline=None)
@given(abilities=st.sampled_from(WAYS), chunks=st.lists(st.binary(max_size=9000), max_size=8))
def test_any_split_into_chunks_gives_the_same_photo(
    tmp_path_factory: pytest.TempPathFactory, abilities: Abilities, chunks: list[bytes]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "photos"
    whole = b"".join(chunks)

    async def story() -> None:
        photos = store(folder, abilities=abilities)
        received = await keep(photos, chunks)
        assert received == Received(hashlib.sha256(whole).hexdigest(), len(whole), whole, whole[-4:])
        assert await photos.read(received.sha256) == whole
        assert not list((folder / "tmp").iterdir())
        photos.close()

    asyncio.run(story())


def test_discarded_photos_and_those_of_a_dead_worker_leave_nothing(tmp_path: Path) -> None:
    named = Abilities(direct=True, unnamed=False)

    async def story() -> None:
        photos = store(tmp_path, abilities=named)
        for _ in range(2):
            incoming = photos.begin()
            await incoming.add(b"x" * 1000)
        await photos.discard(incoming)
        other = store(tmp_path, "api-2", named).begin()
        await other.add(b"y" * 1000)
        assert len(list((tmp_path / "tmp").iterdir())) == 2
        store(tmp_path)  # api-1 again, after a kill
        assert [path.name.split(".")[0] for path in (tmp_path / "tmp").iterdir()] == ["api-2"]
        nameless = store(tmp_path, "api-3").begin()
        await nameless.add(b"z" * 1000)
        assert len(list((tmp_path / "tmp").iterdir())) == 1, "what has no name cannot be left behind"

    asyncio.run(story())


def test_a_full_disk_is_said_and_not_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    async def story() -> None:
        photos = store(tmp_path)
        monkeypatch.setattr("sirekap.photos.disk.os.fsync", full)
        with pytest.raises(StoreUnableError, match="No space left"):
            await keep(photos, [b"x" * 1000])
        assert await photos.read(hashlib.sha256(b"x" * 1000).hexdigest()) is None

    asyncio.run(story())


@pytest.mark.parametrize(
    ("head", "tail", "sha256", "code"),
    [
        (b"\xff\xd8\xff\xe0", b"00\xff\xd9", "a", None),
        (b"\x89PNG", b"00\xff\xd9", "a", "photo_not_jpeg"),
        (b"\xff\xd8\xff\xe0", b"0000", "a", "photo_incomplete"),
        (b"\xff\xd8\xff\xe0", b"00\xff\xd9", "b", "digest_differs"),
    ],
)
def test_completeness(head: bytes, tail: bytes, sha256: str, code: str | None) -> None:
    received = Received("a", 8, head, tail)
    if code is None:
        check_whole(received, sha256)
        return
    with pytest.raises(UnfitPhotoError) as refused:
        check_whole(received, sha256)
    assert refused.value.code == code
