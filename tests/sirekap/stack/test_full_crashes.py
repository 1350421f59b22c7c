"""Kill -9 of every component of the full profile: what was promised is there, and the stack comes back."""

import hashlib
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
import requests

from tests.sirekap.kpps_phone import WAIT_S, Phone, Stack, login, photo, ready_phone, tps_code

pytestmark = pytest.mark.full

COMPONENTS = ("postgres", "redis", "objects", "api-1", "nginx")


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_killed_component_comes_back_and_loses_nothing(full: Stack, component: str) -> None:
    number = 1 + COMPONENTS.index(component)
    phone, jpeg = ready_phone(full, number), photo(component)
    receipt = phone.submit(1, f"kunci-{component}-1", jpeg=jpeg).json()["receipt"]
    killed = full.pid(component)
    family = psutil.Process(killed).children(recursive=True)
    os.kill(killed, signal.SIGKILL)
    time.sleep(0.3)
    full.start(component)
    assert full.pid(component) != killed
    assert not [child for child in family if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]

    assert phone.submit(1, f"kunci-{component}-1", jpeg=jpeg).json()["receipt"] == receipt
    assert phone.submit(2, f"kunci-{component}-2").status_code == 201
    digest = hashlib.sha256(jpeg).hexdigest()
    shown = requests.get(f"{full.url}/public/v1/photos/{digest}.jpg", timeout=WAIT_S)
    assert shown.content == jpeg
    assert requests.get(f"{full.url}/readyz", timeout=WAIT_S).status_code == 200


def test_losing_redis_costs_nothing(full: Stack) -> None:
    phone = ready_phone(full, 11)
    os.kill(full.pid("redis"), signal.SIGKILL)
    try:
        for page in (1, 2, 3):
            began_s = time.monotonic()
            assert phone.submit(page, f"kunci-redis-habis-{page}").status_code == 201
            assert time.monotonic() - began_s < 2.0
        assert phone.get(f"/v1/tps/{phone.tps}/status").status_code == 200
        assert login(full, f"{tps_code(11)}-1").status_code == 200
        assert requests.get(f"{full.url}/public/v1/tps/{phone.tps}", timeout=WAIT_S).status_code == 200
        assert requests.get(f"{full.url}/readyz", timeout=WAIT_S).status_code == 200
    finally:
        full.start("redis")


@pytest.mark.parametrize("stroke", [signal.SIGKILL, signal.SIGSTOP], ids=["dead", "frozen"])
def test_while_the_object_store_is_away_no_photo_is_acknowledged(full: Stack, stroke: signal.Signals) -> None:
    phone = ready_phone(full, 12 if stroke is signal.SIGKILL else 13)
    store, key = full.pid("objects"), f"kunci-toko-{stroke.name}"
    os.kill(store, stroke)
    try:
        began_s = time.monotonic()
        answer = phone.submit(2, key)
        assert answer.status_code == 503, answer.text
        assert int(answer.headers["Retry-After"]) >= 1
        assert time.monotonic() - began_s < 8.0
        assert requests.get(f"{full.url}/public/v1/national", timeout=WAIT_S).status_code == 200
    finally:
        if stroke is signal.SIGKILL:
            full.start("objects")
        else:
            os.kill(store, signal.SIGCONT)
    assert phone.submit(2, key).status_code == 201


def test_uploads_go_on_while_api_workers_are_replaced_one_by_one(full: Stack) -> None:
    """Each is asked to end and started again; the worst that a phone hears is to send the same again."""
    phones = [ready_phone(full, number) for number in (21, 22, 23, 24)]
    replaced, answers = threading.Event(), list[int]()

    def send(phone: Phone) -> None:
        """Three pages, each until it is taken in, the last again and again until the workers are new."""
        for page in (1, 2, 3):
            jpeg, key = photo(f"{phone.tps} {page}", 400_000), f"kunci-{phone.tps}-{page}"
            while True:
                status = phone.submit(page, key, jpeg=jpeg).status_code
                answers.append(status)
                if status == 503:
                    time.sleep(0.1)
                elif page < 3 or replaced.is_set():
                    break

    with ThreadPoolExecutor(len(phones)) as threads:
        sending = [threads.submit(send, phone) for phone in phones]
        try:
            for name in ("api-1", "api-2"):
                worker = psutil.Process(full.pid(name))
                worker.terminate()
                psutil.wait_procs([worker], timeout=12)
                full.start(name)
        finally:
            replaced.set()
        for one in sending:
            one.result(timeout=60)
    assert answers.count(201) == 3 * len(phones)
    assert set(answers) <= {200, 201, 503}
