"""Each planted defect shows itself where it is planted, says so aloud, and shows nowhere else."""

import asyncio
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from sirekap.photos.disk import Disk, DiskPhotos
from sirekap.photos.store import StoreUnableError
from sirekap.planting import NAMES, plant, schema_changes
from sirekap.repositories.pages import DatabasePageRows
from tests.sirekap import shown_defects
from tests.sirekap.kpps_phone import photo, register, running_stack, sirekap
from tests.sirekap.shown_defects import Bench

TPS_COUNT = 60

# what does not get in each other's way is planted in one stack; the first is tried in every `make test`
TOGETHER = (
    (
        "late_retry_wins", "count_wraps", "corrupted_photo_accepted", "foreign_write_accepted",
        "no_session_needed", "session_outlives_logout", "password_unchecked",
    ),
    (
        "neighbours_mixed", "status_lies", "photo_recompressed", "lockout_by_strangers",
        "total_counts_revisions", "pool_never_reconnects", "database_fsync_off",
    ),
    (
        "receipt_of_another", "workers_disagree", "level_left_out", "truncated_photo_accepted",
        "commit_not_synchronous", "recap_of_first_figures", "recap_misadds", "replacement_dropped",
    ),
    (
        "photos_kept_in_memory", "cache_never_invalidated", "ack_before_commit", "sessions_in_memory",
    ),
    (
        "retry_not_idempotent", "page_never_published", "retries_without_end",
        "failure_answered_200", "health_lies",
    ),
)  # fmt: skip
ON_DISK = ("photo_not_fsynced", "photo_folder_not_fsynced", "disk_full_swallowed")


@contextmanager
def bench_with(directory: Path, *defects: str) -> Iterator[Bench]:
    """A stack with these defects, which says so."""
    words = [word for name in defects for word in ("--defect", name)]
    with running_stack(directory, "--api-workers", "1", *words) as running:
        for name in defects:
            assert f"WARNING: PLANTED DEFECT {name}" in running.warned
            for log in ("api-1", "worker-1"):
                assert f"PLANTED DEFECT {name}" in (directory / "logs" / f"{log}.log").read_text()
        register(running, TPS_COUNT)
        yield Bench(running)


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A stack without any."""
    with bench_with(tmp_path_factory.mktemp("honest")) as bench:
        yield bench


@pytest.fixture(scope="module")
def defective(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A stack with those that are planted together."""
    with bench_with(tmp_path_factory.mktemp("defective"), *request.param) as bench:
        yield bench


@pytest.mark.parametrize(
    ("defective", "name"),
    [
        pytest.param(names, name, id=name, marks=() if names is TOGETHER[0] else pytest.mark.slow)
        for names in TOGETHER
        for name in names
    ],
    indirect=["defective"],
    scope="module",
)
def test_a_defect_shows_where_it_is_planted_and_nowhere_else(
    defective: Bench, honest: Bench, name: str
) -> None:
    shows: shown_defects.Shows = getattr(shown_defects, name)
    assert shows(defective)
    assert not shows(honest)


def test_every_defect_is_tried() -> None:
    assert sorted([*(name for names in TOGETHER for name in names), *ON_DISK]) == list(NAMES)


@pytest.mark.parametrize(
    ("defects", "asked"),
    [((), ["file", "folder"]), (("photo_not_fsynced",), []), (("photo_folder_not_fsynced",), ["file"])],
)
def test_what_a_photo_asks_of_the_disk(tmp_path: Path, defects: tuple[str, ...], asked: list[str]) -> None:
    """What is lost without it only a power cut shows (tests/sirekap/stack, tests/chaos)."""
    found: list[str] = []

    def noting(sync: Callable[[int], None], fd: int) -> None:
        found.append("folder" if Path(f"/proc/self/fd/{fd}").resolve().is_dir() else "file")
        sync(fd)

    photos = store(tmp_path, *defects)
    really = os.fsync
    with patch("os.fsync", lambda fd: noting(really, fd)):
        keep(photos, photo("satu"))
    assert found == asked


@pytest.mark.skipif(os.geteuid() != 0, reason="a filesystem that is full is mounted by root")
@pytest.mark.parametrize("name", ["", "disk_full_swallowed"])
def test_a_photo_that_finds_the_disk_full(tmp_path: Path, name: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "gladi-uji", str(tmp_path)], check=True)
    try:
        photos = store(tmp_path, *([name] if name else []))
        sha256 = keep(photos, photo("muat"))
        assert asyncio.run(photos.read(sha256)) == photo("muat")
        if not name:
            with pytest.raises(StoreUnableError):
                keep(photos, photo("tidak muat"))
        else:
            assert asyncio.run(photos.read(keep(photos, photo("tidak muat")))) != photo("tidak muat")
        photos.close()
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def store(folder: Path, *defects: str) -> DiskPhotos:
    """The photo store of an API worker with these defects."""
    disk = plant(Disk, defects)()
    return plant(DiskPhotos, defects)(folder, "api-1", threads=1, buffer_bytes=500_000, disk=disk)


def keep(photos: DiskPhotos, jpeg: bytes) -> str:
    """Keep a photo; the digest that its row would state."""

    async def kept() -> str:
        incoming = photos.begin()
        await incoming.add(jpeg)
        try:
            return (await photos.keep(incoming, lambda received: None)).sha256
        finally:
            await photos.discard(incoming)

    return asyncio.run(kept())


def test_an_unknown_defect_is_refused(tmp_path: Path) -> None:
    """A misspelt defect would otherwise pass for a sound stack."""
    named = sirekap("up", "--dir", str(tmp_path), "--defect", "tidak-ada")
    assert named.returncode == 2
    assert all(name in named.stderr for name in NAMES)
    done = sirekap("up", "--dir", str(tmp_path), environ={"SIREKAP_DEFECTS": "tidak_ada"})
    assert done.returncode == 2
    assert "ack_before_commit" in done.stderr
    elsewhere = sirekap("up", "--dir", str(tmp_path), "--profile", "full", "--defect", "photo_not_fsynced")
    assert (elsewhere.returncode, "profile embedded" in elsewhere.stderr) == (2, True)
    assert not (tmp_path / "stack.json").exists()


def test_help_names_them_all() -> None:
    said = sirekap("up", "--help").stdout
    assert all(name in said for name in NAMES)


def test_without_defects_nothing_is_in_front_of_an_honest_part() -> None:
    assert plant(DatabasePageRows, ()) is DatabasePageRows
    assert plant(DatabasePageRows, ("level_left_out",)) is DatabasePageRows
    assert schema_changes(()) == []
    assert issubclass(plant(DatabasePageRows, ("count_wraps", "late_retry_wins")), DatabasePageRows)


def test_doubled_data_do_not_pass_for_a_sound_stacks(tmp_path: Path) -> None:
    with running_stack(tmp_path, "--api-workers", "1", "--defect", "retry_not_idempotent"):
        pass
    sound = sirekap("up", "--dir", str(tmp_path))
    assert sound.returncode == 2
    assert "retry_not_idempotent" in sound.stderr
    assert not (tmp_path / "stack.json").exists()
