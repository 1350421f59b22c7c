"""Photos that nobody was promised go when they are old; every other stays, whatever happens in between."""

import asyncio
import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sirekap.photos.disk import FAN_OUT, DiskPhotos
from sirekap.photos.partial import PartialPhotos
from sirekap.photos.sweeping import OrphanSweep, sweep_partial

DAY = timedelta(days=1)


def photos_in(folder: Path) -> DiskPhotos:
    return DiskPhotos(folder, "api-1", threads=2, buffer_bytes=1000)


async def kept(photos: DiskPhotos, content: bytes) -> str:
    incoming = photos.begin()
    await incoming.add(content)
    return (await photos.keep(incoming, lambda received: None)).sha256


def aged(folder: Path, sha256: str) -> None:
    two_days_ago = time.time() - 2 * DAY.total_seconds()
    os.utime(folder / sha256[:2] / f"{sha256}.jpg", (two_days_ago, two_days_ago))


def test_only_old_photos_that_nothing_refers_to_go(tmp_path: Path) -> None:
    async def story() -> None:
        photos = photos_in(tmp_path)
        orphan, young, wanted = [await kept(photos, name) for name in (b"yatim", b"muda", b"dipakai")]
        for sha256 in (orphan, wanted):
            aged(tmp_path, sha256)
        asked: list[str] = []

        async def referenced(digests: Sequence[str]) -> set[str]:
            asked.extend(digests)
            return {wanted} & set(digests)

        assert await OrphanSweep(photos, referenced, DAY).further(FAN_OUT) == 1
        assert sorted(asked) == sorted([orphan, wanted]), "of a young photo nobody is asked"
        assert [await photos.read(one) is not None for one in (orphan, young, wanted)] == [False, True, True]

    asyncio.run(story())


def test_a_photo_that_is_kept_again_while_it_is_swept_stays(tmp_path: Path) -> None:
    async def story() -> None:
        photos = photos_in(tmp_path)
        sha256 = await kept(photos, b"kembali")
        aged(tmp_path, sha256)

        async def meanwhile(digests: Sequence[str]) -> set[str]:
            assert await kept(photos, b"kembali") in digests
            return set()

        assert await OrphanSweep(photos, meanwhile, DAY).further(FAN_OUT) == 0
        assert await photos.read(sha256) == b"kembali"

    asyncio.run(story())


def test_a_sweeper_that_dies_with_a_photo_in_hand_loses_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        photos = photos_in(tmp_path)
        sha256 = await kept(photos, b"di tangan")
        (tmp_path / sha256[:2] / f"{sha256}.jpg").rename(tmp_path / "aside" / f"{sha256}.jpg")
        async for _ in photos.kept_before(datetime.now(UTC) - DAY):
            pass
        assert await photos.read(sha256) == b"di tangan"
        assert not list((tmp_path / "aside").iterdir())

    asyncio.run(story())


def test_bytes_of_uploads_that_are_over_go(tmp_path: Path) -> None:
    async def story() -> None:
        partial = PartialPhotos(tmp_path / "partial", threads=1)
        for name in ("lewat", "lupa", "hidup"):
            await partial.append(name, 0, [b"x"])
            os.utime(tmp_path / "partial" / name, (0, 0))
        await partial.append("baru", 0, [b"x"])

        async def expired(most: int) -> list[str]:
            return ["lewat"]

        async def known(names: Sequence[str]) -> set[str]:
            assert "baru" not in names
            return {"hidup"}

        assert await sweep_partial(partial, expired, known, 60.0) == 2
        assert sorted(path.name for path in (tmp_path / "partial").iterdir()) == ["baru", "hidup"]

    asyncio.run(story())
