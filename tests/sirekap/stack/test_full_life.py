"""Up and down of the full profile: TLS, limits, what is in flight at the end, and what is left behind."""

import hashlib
import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.sirekap.kpps_phone import (
    NUMBERS,
    WAIT_S,
    Phone,
    Stack,
    login,
    photo,
    ready_phone,
    register,
    sirekap,
    tps_code,
    up,
)
from tests.sirekap.stack.object_store import running_store
from tests.sirekap.test_stack_life import processes_in

pytestmark = pytest.mark.full


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """A directory whose stack, if any, is ended."""
    yield tmp_path
    sirekap("down", "--dir", str(tmp_path))


class SlowUpload:
    """A page whose second half waits to be sent."""

    def __init__(self, phone: Phone, jpeg: bytes) -> None:
        self._wire = socket.create_connection(self._place(phone.stack), timeout=WAIT_S)
        body = (
            b'--batas\r\nContent-Disposition: form-data; name="numbers"\r\n'
            b"Content-Type: application/json\r\n\r\n" + json.dumps(NUMBERS[2]).encode() + b"\r\n--batas\r\n"
            b'Content-Disposition: form-data; name="photo"; filename="2.jpg"\r\n'
            b"Content-Type: image/jpeg\r\n\r\n" + jpeg + b"\r\n--batas--\r\n"
        )
        head = (
            f"POST /v1/tps/{phone.tps}/forms/ppwp/pages/2 HTTP/1.1\r\nHost: uji\r\nConnection: close\r\n"
            f"Authorization: Bearer {phone.token}\r\nIdempotency-Key: kunci-pelan\r\n"
            f"X-Photo-SHA256: {hashlib.sha256(jpeg).hexdigest()}\r\n"
            f"Content-Type: multipart/form-data; boundary=batas\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._rest = body[len(body) // 2 :]
        self._wire.sendall(head.encode() + body[: len(body) // 2])

    @staticmethod
    def _place(stack: Stack) -> tuple[str, int]:
        place = urlsplit(stack.url)
        assert place.hostname
        assert place.port
        return place.hostname, place.port

    def finish(self) -> bytes:
        """Send the rest; the head of the answer."""
        self._wire.sendall(self._rest)
        with self._wire, self._wire.makefile("rb") as answer:
            return bytes(answer.readline())


def test_what_is_in_flight_at_the_end_is_finished_and_nothing_is_left(directory: Path) -> None:
    stack = up(directory, "--profile", "full")
    register(stack, 2)
    slow, jpeg = ready_phone(stack, 1), photo("pelan", 300_000)
    upload = SlowUpload(slow, jpeg)
    ended = threading.Thread(target=lambda: sirekap("down", "--dir", str(directory)))
    ended.start()
    time.sleep(1.0)
    assert upload.finish().split()[1] == b"201"
    ended.join(timeout=60)
    assert processes_in(directory) == []
    assert not (directory / "stack.json").exists()

    again = up(directory, "--profile", "full")
    digest = hashlib.sha256(jpeg).hexdigest()
    shown = requests.get(f"{again.url}/public/v1/photos/{digest}.jpg", timeout=WAIT_S)
    assert shown.content == jpeg, "data stay for the next up"
    assert slow.token
    kept = requests.get(
        f"{again.url}/v1/tps/{slow.tps}/status",
        headers={"Authorization": f"Bearer {slow.token}"},
        timeout=WAIT_S,
    )
    assert kept.status_code == 200, "and so do sessions"


def test_tls_and_a_limit_of_logins_for_an_address(directory: Path) -> None:
    chosen = {"tls": True, "login_per_address_per_s": 1.0, "portal_cache_s": 0}
    (directory / "settings.json").write_text(json.dumps(chosen))
    stack = up(directory, "--profile", "full", "--api-workers", "1")
    assert stack.url.startswith("https://")
    certificate = directory / "nginx" / "certificate.pem"
    assert (directory / "nginx" / "certificate-key.pem").stat().st_mode & 0o077 == 0
    os.environ["REQUESTS_CA_BUNDLE"] = str(certificate)
    try:
        register(stack, 1)
        ready_phone(stack, 1)
        answers = [login(stack, f"{tps_code(1)}-1", "salah") for _ in range(40)]
    finally:
        del os.environ["REQUESTS_CA_BUNDLE"]
    refused = [answer for answer in answers if answer.status_code == 429 and "code" in answer.json()]
    assert refused
    assert refused[-1].headers["Content-Type"] == "application/problem+json"
    assert refused[-1].headers["Retry-After"]
    with pytest.raises(ssl.SSLError), socket.create_connection(SlowUpload._place(stack)) as wire:
        ssl.create_default_context().wrap_socket(wire, server_hostname="127.0.0.1")


def test_a_store_of_ones_own_serves_the_embedded_profile_too(directory: Path) -> None:
    with running_store(directory / "elsewhere") as store:
        keys = {"objects_access_key": store.bucket.access_key, "objects_secret_key": store.bucket.secret_key}
        (directory / "secrets.json").write_text(json.dumps(keys))
        (directory / "settings.json").write_text(json.dumps({"objects_url": store.bucket.url}))
        stack = up(directory, "--api-workers", "1")
        assert "objects" not in stack.record()["components"]
        register(stack, 1)
        jpeg = photo("sendiri")
        assert ready_phone(stack, 1).submit(2, "kunci-sendiri", jpeg=jpeg).status_code == 201
        digest = hashlib.sha256(jpeg).hexdigest()
        assert (store.folder / "photos" / digest[:2] / f"{digest}.jpg").read_bytes() == jpeg


def test_a_port_that_is_taken_and_settings_that_cannot_be_leave_nothing(directory: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = sirekap("up", "--dir", str(directory), "--profile", "full", "--port", str(port))
        assert done.returncode == 2
        assert str(port) in done.stderr
        environ = {"SIREKAP_REDIS_PORT": str(port)}
        done = sirekap("up", "--dir", str(directory), "--profile", "full", environ=environ)
        assert done.returncode == 3
        assert "Redis" in done.stderr
    assert processes_in(directory) == []
