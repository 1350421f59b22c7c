"""The embedded stack loses its power amid uploads: what was acknowledged is there, byte for byte."""

import contextlib
import hashlib
import os
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from tests.sirekap.kpps_phone import WAIT_S, Phone, Stack, photo, ready_phone, register, sirekap, up
from tests.sirekap.stack import power_cut

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not power_cut.available(), reason="a power cut needs root and a loop device"),
]
PHONES = 12
SIZE_BYTES = 120_000


@pytest.fixture
def disk() -> Iterator[power_cut.Disk]:
    """A disk of its own, below folders that the database's user may pass."""
    with tempfile.TemporaryDirectory(prefix="sirekap-power-", dir="/var/tmp") as name:
        home = Path(name)
        home.chmod(0o711)
        with power_cut.disk(home) as fresh:
            fresh.folder.chmod(0o711)
            yield fresh


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_acknowledged_pages_survive_a_power_cut(disk: power_cut.Disk, seed: int) -> None:
    directory = disk.folder / "stack"
    stack = up(directory)
    try:
        assert Path(stack.record()["pgdata"]).is_relative_to(disk.folder), "the rows are on that disk too"
        register(stack, PHONES)
        phones = [ready_phone(stack, number) for number in range(1, PHONES + 1)]
        control = disk.folder / "control"
        receipts = cut_while_they_send(disk, phones, control, random.Random(seed))
    finally:
        kill(stack)
    disk.restart()
    assert not control.exists() or control.read_bytes() != b"x" * 100_000, "the cut dropped what had no fsync"
    stack = up(directory)
    try:
        assert len(receipts) > PHONES, "they had begun in earnest"
        rows = {(row["tps"], row["page"]): row for row in stack.audit()}
        for (tps, page), receipt in receipts.items():
            row, jpeg = rows[tps, page], photo(f"{tps}{page}", SIZE_BYTES)
            assert (row["receipt"], row["revision"], row["photo_bytes"]) == (receipt, 1, SIZE_BYTES)
            assert row["sha256"] == hashlib.sha256(jpeg).hexdigest()
            shown = requests.get(f"{stack.url}/public/v1/photos/{row['sha256']}.jpg", timeout=WAIT_S)
            assert shown.content == jpeg
        for row in rows.values():  # also of rows that nobody was told of
            assert (
                directory / "photos" / row["sha256"][:2] / f"{row['sha256']}.jpg"
            ).stat().st_size == SIZE_BYTES
    finally:
        sirekap("down", "--dir", str(directory))


def cut_while_they_send(
    disk: power_cut.Disk, phones: list[Phone], control: Path, rolls: random.Random
) -> dict[tuple[str, int], str]:
    """Let all phones send their pages and cut the power at some moment; the receipts that were given."""
    receipts: dict[tuple[str, int], str] = {}
    enough = rolls.randrange(PHONES + 1, 3 * PHONES - 4)

    def send(phone: Phone) -> None:
        for page in (1, 2, 3):
            jpeg = photo(f"{phone.tps}{page}", SIZE_BYTES)
            with contextlib.suppress(requests.RequestException):
                answer = phone.submit(page, f"{phone.tps}-{page}", jpeg=jpeg)
                if answer.status_code != 201:
                    return
                receipts[phone.tps, page] = answer.json()["receipt"]

    threads = [threading.Thread(target=send, args=(phone,)) for phone in phones]
    for thread in threads:
        thread.start()
    deadline_s = time.monotonic() + 60.0
    while len(receipts) < enough and time.monotonic() < deadline_s:
        time.sleep(0.001)
    control.write_bytes(b"x" * 100_000)
    disk.cut()
    for thread in threads:
        thread.join(WAIT_S)
    return receipts


def kill(stack: Stack) -> None:
    """End every process of the stack at once, as the power does; their record is gone with the disk."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            cwd_is_ours = str(stack.dir) in process.cwd()
            if process.pid != os.getpid() and (cwd_is_ours or str(stack.dir) in " ".join(process.cmdline())):
                process.kill()
                process.wait(5.0)
