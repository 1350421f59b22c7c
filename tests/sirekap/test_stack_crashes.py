"""Kill -9 in the middle of uploads: every receipt that was given is there afterwards, whole."""

import contextlib
import hashlib
import os
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import psutil
import requests

from tests.sirekap.kpps_phone import WAIT_S, Phone, Stack, photo, ready_phone

SIZE_BYTES = 120_000


@dataclass
class Uploads:
    """What phones were told while things were killed."""

    receipts: dict[tuple[str, int], str] = field(default_factory=dict)
    refused: int = 0
    broken: int = 0
    slowest_s: float = 0.0


def upload_until_done(phones: list[Phone], uploads: Uploads, stop: threading.Event) -> None:
    """Each phone sends its three pages, again and again until it has a receipt, as people do."""

    def one(phone: Phone) -> None:
        for page in (1, 2, 3):
            while not stop.is_set():
                began_s = time.monotonic()
                answer = None
                with contextlib.suppress(requests.RequestException):
                    answer = phone.submit(
                        page, f"{phone.tps}-{page}", jpeg=photo(f"{phone.tps}{page}", SIZE_BYTES)
                    )
                uploads.slowest_s = max(uploads.slowest_s, time.monotonic() - began_s)
                if answer is not None and answer.status_code in (200, 201):
                    uploads.receipts[phone.tps, page] = answer.json()["receipt"]
                    time.sleep(0.05)
                    break
                uploads.broken += answer is None
                if answer is not None:
                    assert answer.status_code == 503, answer.text
                    assert int(answer.headers["Retry-After"]) >= 1
                    uploads.refused += 1
                time.sleep(0.1)

    with ThreadPoolExecutor(len(phones)) as threads:
        list(threads.map(one, phones))


def assert_everything_promised_is_there(stack: Stack, uploads: Uploads) -> None:
    rows = {(row["tps"], row["page"]): row for row in stack.audit()}
    for (tps, page), receipt in uploads.receipts.items():
        row = rows[tps, page]
        assert row["receipt"] == receipt
        assert row["revision"] == 1
        expected = hashlib.sha256(photo(f"{tps}{page}", SIZE_BYTES)).hexdigest()
        shown = requests.get(f"{stack.url}/public/v1/photos/{expected}.jpg", timeout=WAIT_S)
        assert row["sha256"] == hashlib.sha256(shown.content).hexdigest() == expected


def strike(stack: Stack, phones: list[Phone], component: str, away_s: float) -> Uploads:
    """Kill `component` while phones upload, leave it away, start it again, and let the phones finish."""
    uploads, stop = Uploads(), threading.Event()
    guard = threading.Timer(40.0, stop.set)
    guard.start()
    worker = threading.Thread(target=upload_until_done, args=(phones, uploads, stop))
    worker.start()
    try:
        while not uploads.receipts and not stop.is_set():
            time.sleep(0.005)
        os.kill(stack.pid(component), signal.SIGKILL)
        time.sleep(away_s)
        stack.start(component)
        worker.join(timeout=40.0)
    finally:
        stop.set()
        guard.cancel()
        worker.join(timeout=WAIT_S)
    assert len(uploads.receipts) == 3 * len(phones), "every phone got through in the end"
    return uploads


def test_kill_of_an_api_worker_loses_no_receipt(stack: Stack) -> None:
    phones = [ready_phone(stack, number) for number in range(31, 37)]
    before = stack.pid("api-1")
    uploads = strike(stack, phones, "api-1", away_s=0.3)
    assert stack.pid("api-1") != before
    assert_everything_promised_is_there(stack, uploads)
    assert phones[0].get(f"/v1/tps/{phones[0].tps}").status_code == 200, "sessions survive"


def test_kill_of_postgres_is_survived(stack: Stack) -> None:
    phones = [ready_phone(stack, number) for number in range(41, 47)]
    uploads = strike(stack, phones, "postgres", away_s=1.0)
    assert uploads.refused, "while the database is away phones are told 503"
    assert uploads.slowest_s < 9.0, "nobody is left hanging"
    assert_everything_promised_is_there(stack, uploads)
    assert requests.get(f"{stack.url}/readyz", timeout=WAIT_S).status_code == 200


def test_kills_at_random_moments_lose_no_receipt(stack: Stack) -> None:
    """Again and again somebody dies at a moment that nobody chose; the seed says which."""
    seed = random.randrange(10_000)
    rolls = random.Random(seed)
    phones = [ready_phone(stack, number) for number in range(51, 59)]
    uploads, stop = Uploads(), threading.Event()
    guard = threading.Timer(40.0, stop.set)
    guard.start()
    sending = threading.Thread(target=upload_until_done, args=(phones, uploads, stop))
    sending.start()
    killed = []
    try:
        while sending.is_alive() and len(killed) < 6:
            time.sleep(rolls.uniform(0.02, 0.25))
            killed.append(rolls.choice(("api-1", "api-2", "postgres")))
            os.kill(stack.pid(killed[-1]), signal.SIGKILL)
            stack.start(killed[-1])
        sending.join(timeout=40.0)
    finally:
        stop.set()
        guard.cancel()
        sending.join(timeout=WAIT_S)
    assert len(uploads.receipts) == 3 * len(phones), f"seed {seed}: killed {killed}"
    assert_everything_promised_is_there(stack, uploads)
    assert not list((stack.dir / "photos" / "tmp").iterdir()), f"seed {seed}: a dead worker's files are left"


def test_while_postgres_is_away_nothing_is_acknowledged_and_answers_come_soon(stack: Stack) -> None:
    phone = ready_phone(stack, 48)
    os.kill(stack.pid("postgres"), signal.SIGKILL)
    try:
        time.sleep(1.2)  # readiness may be a second old
        began_s = time.monotonic()
        answers = [phone.submit(2, "kunci-48"), phone.get(f"/v1/tps/{phone.tps}/status")]
        answers += [
            requests.get(f"{stack.url}{path}", timeout=WAIT_S) for path in ("/readyz", "/public/v1/national")
        ]
        assert [answer.status_code for answer in answers] == [503] * 4
        assert all(answer.headers["Retry-After"] for answer in answers)
        assert time.monotonic() - began_s < 8.0
        assert requests.get(f"{stack.url}/healthz", timeout=WAIT_S).status_code == 200
    finally:
        stack.start("postgres")
    assert phone.submit(2, "kunci-48").status_code == 201


def test_a_frozen_postgres_is_not_waited_for_forever(stack: Stack) -> None:
    phone = ready_phone(stack, 49)
    frozen = [psutil.Process(stack.pid("postgres"))]
    frozen += frozen[0].children(recursive=True)
    for process in frozen:
        process.send_signal(signal.SIGSTOP)
    try:
        began_s = time.monotonic()
        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(lambda n: ready_to_wait(phone, n), range(4)))
        assert {answer.status_code for answer in answers} == {503}
        assert time.monotonic() - began_s < 12.0
    finally:
        for process in frozen:
            process.send_signal(signal.SIGCONT)
    for page in (1, 2, 3):
        assert phone.submit(page, f"kunci-49-{page}").status_code in (200, 201)


def ready_to_wait(phone: Phone, number: int) -> requests.Response:
    """The status, on a connection of its own."""
    return Phone(phone.stack, phone.tps, phone.token).get(f"/v1/tps/{phone.tps}/status")


def test_postgres_starts_over_frozen_remains_of_a_killed_one(stack: Stack) -> None:
    phone = ready_phone(stack, 50)
    postmaster = psutil.Process(stack.pid("postgres"))
    remains = postmaster.children(recursive=True)
    for process in remains:
        process.send_signal(signal.SIGSTOP)
    postmaster.kill()
    stack.start("postgres")
    assert all(not process.is_running() or process.status() == "zombie" for process in remains)
    assert phone.submit(2, "kunci-50").status_code in (201, 503)
    assert phone.submit(2, "kunci-50").status_code in (200, 201)
