"""Which object store may give a receipt: cut the power right after the answers, and count what is there.

`-fsync=false` is Versity's gateway as it comes; with it acknowledged photos are lost, so the trial can
tell. Measured: see deploy/README.md.
"""

import asyncio
import hashlib
import random
from pathlib import Path

import pytest

from sirekap.photos.objects import ObjectPhotos
from tests.sirekap.stack import power_cut
from tests.sirekap.stack.object_store import running_store

pytestmark = [
    pytest.mark.full,
    pytest.mark.slow,
    pytest.mark.skipif(not power_cut.available(), reason="a power cut needs root and a loop device"),
]
PHOTOS = 100
PHOTO_BYTES = 300_000


async def put(photos: ObjectPhotos, rolls: random.Random) -> set[str]:
    """Keep photos, eight at a time; the digests of those that were acknowledged."""
    turns = asyncio.Semaphore(8)

    async def one() -> str:
        async with turns:
            incoming = photos.begin()
            await incoming.add(rolls.randbytes(PHOTO_BYTES))
            return (await photos.keep(incoming, lambda received: None)).sha256

    return set(await asyncio.gather(*(one() for _ in range(PHOTOS))))


def whole(folder: Path) -> set[str]:
    """The digests of the photos that are there with all their bytes."""
    return {
        file.stem
        for file in folder.glob("*/*.jpg")
        if hashlib.sha256(file.read_bytes()).hexdigest() == file.stem
    }


@pytest.mark.parametrize("fsync", [True, False], ids=["ours", "as Versity comes"])
def test_acknowledged_photos_survive_a_power_cut(tmp_path: Path, fsync: bool) -> None:
    with power_cut.disk(tmp_path) as disk:
        # names that were made before the cut are not at stake, only photos
        objects = disk.folder / "objects"
        with running_store(objects, f"-fsync={str(fsync).lower()}") as store:
            photos = ObjectPhotos(store.bucket, tmp_path, wait_s=10.0, buffer_bytes=1_000_000)
            acknowledged = asyncio.run(put(photos, random.Random(20240214)))
            disk.cut()
        disk.restart()
        there = whole(objects / "photos")
        names = {file.stem for file in (objects / "photos").glob("*/*.jpg")}
    lost = len(acknowledged - there)
    print(
        f"{len(acknowledged)} acknowledged, {lost} lost, {len(names - there)} names without all their bytes"
    )
    assert len(acknowledged) == PHOTOS
    if fsync:
        assert lost == 0
        assert names == there, "a name never leads to half a photo"
    else:
        assert lost > 0, "otherwise this trial could not tell"
