"""What whoever runs the stack relies on: metrics of all processes, logs without secrets, a graceful end."""

import hashlib
import json
import os
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import requests

from tests.sirekap.kpps_phone import (
    NUMBERS,
    PASSWORD,
    WAIT_S,
    Stack,
    activate,
    bearer,
    login,
    photo,
    ready_phone,
    register,
    running_stack,
    tps_code,
)  # fmt: skip


def metrics(stack: Stack) -> dict[str, float]:
    """Every sample by its name and labels."""
    answer = requests.get(f"{stack.url}/metrics", headers=bearer(stack.audit_token), timeout=WAIT_S)
    assert answer.status_code == 200, answer.text
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_metrics_add_up_all_processes_whoever_answers(stack: Stack) -> None:
    phone = ready_phone(stack, 1)
    name = 'sirekap_requests_total{endpoint="/v1/tps/{tps}/status",method="GET",status="200"}'
    before = metrics(stack).get(name, 0.0)
    for _ in range(10):  # each on a connection of its own, so both processes serve some
        requests.get(f"{stack.url}/v1/tps/{phone.tps}/status", headers=bearer(phone.token), timeout=WAIT_S)
    scraped = [metrics(stack)[name] for _ in range(4)]
    assert scraped == [before + 10] * 4
    for component in ("api-1", "api-2", "postgres"):
        assert metrics(stack)[f'sirekap_component_alive{{component="{component}"}}'] == 1.0


def test_metrics_name_no_tps_account_or_token_and_are_not_for_everybody(stack: Stack) -> None:
    phone = ready_phone(stack, 2)
    phone.submit(1, "kunci-metrik")
    requests.get(f"{stack.url}/no/such/{phone.tps}", timeout=WAIT_S)
    answer = requests.get(f"{stack.url}/metrics", headers=bearer(stack.audit_token), timeout=WAIT_S)
    assert not re.search(r"\d{10}", re.sub(r" [0-9.e+-]+$", "", answer.text, flags=re.M)), (
        "no label holds a TPS"
    )
    assert phone.token not in answer.text
    assert requests.get(f"{stack.url}/metrics", timeout=WAIT_S).status_code == 401
    assert (
        requests.get(f"{stack.url}/metrics", headers=bearer(phone.token), timeout=WAIT_S).status_code == 403
    )


def test_a_killed_process_has_nothing_in_flight(stack: Stack) -> None:
    os.kill(stack.pid("api-2"), signal.SIGKILL)
    try:
        wait_until(lambda: not psutil.pid_exists(stack.pid("api-2")) or zombie(stack.pid("api-2")))
        for _ in range(20):  # a connection may still meet the socket of the dead
            try:
                found = metrics(stack)
                break
            except requests.ConnectionError:
                time.sleep(0.05)
        assert found["sirekap_requests_in_flight"] == 1.0, "the scrape itself"
        assert found['sirekap_component_alive{component="api-2"}'] == 0.0
    finally:
        stack.start("api-2")
    assert metrics(stack)['sirekap_component_alive{component="api-2"}'] == 1.0


def zombie(pid: int) -> bool:
    """Whether the process is dead and not yet reaped."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def wait_until(true: Callable[[], bool], wait_s: float = WAIT_S) -> None:
    """Until `true()` is; at most `wait_s`."""
    deadline_s = time.monotonic() + wait_s
    while not true():
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


def test_readiness_names_its_parts(stack: Stack) -> None:
    told = requests.get(f"{stack.url}/readyz", timeout=WAIT_S).json()
    assert told["status"] in ("ready", "degraded")
    assert {"process", "database", "disk", "reading"} <= told["parts"].keys()


@pytest.mark.parametrize(
    ("given", "kept"), [("dari-hp.17_A", True), ("x" * 65, False), ('"}, "level', False), ("", False)]
)
def test_a_request_keeps_its_id_if_it_is_a_sane_one(stack: Stack, given: str, kept: bool) -> None:
    head = f"GET /healthz HTTP/1.1\r\nHost: s\r\nX-Request-Id: {given}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port_of(stack)), timeout=WAIT_S) as connection:
        connection.sendall(head.encode())
        answer = connection.recv(4096).decode()
    found = re.search(r"x-request-id: (\S+)", answer)
    assert found is not None
    assert (found[1] == given) is kept
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", found[1])


def test_no_secret_is_in_any_log(stack: Stack) -> None:
    phone = ready_phone(stack, 3)
    account = f"{phone.tps}-1"
    wrong = "salah-sekali-42"
    login(stack, account, wrong)
    activate(stack, f"{tps_code(4)}-1", activation_code="kode-tebakan-42", password="kata-sandi-lain")
    requests.post(f"{stack.url}/v1/login", data=f'{{"account": "{PASSWORD}', timeout=WAIT_S)
    requests.post(f"{stack.url}/v1/login", json={"account": account, "password": [PASSWORD]}, timeout=WAIT_S)
    foreign = bearer("x" + phone.token)
    requests.get(f"{stack.url}/v1/tps/{phone.tps}?token={phone.token}", headers=foreign, timeout=WAIT_S)
    requests.post(
        f"{stack.url}/v1/admin/register", data="{", headers=bearer(stack.admin_token), timeout=WAIT_S
    )
    phone.submit(1, "kunci-rahasia", numbers={"dpt_l": -1})
    keys = json.loads((stack.dir / "secrets.json").read_text())
    secrets = {*keys.values(), PASSWORD, wrong, phone.token, f"kode-{account}"}
    secrets |= {"kode-tebakan-42", "kata-sandi-lain"}
    logs = {file.name: file.read_text(errors="replace") for file in (stack.dir / "logs").iterdir()}
    assert {"api-1.log", "api-2.log", "postgres.log"} <= logs.keys()
    assert any(phone.tps in text for text in logs.values()), "the requests above are in the logs"
    assert [(name, s) for name, text in logs.items() for s in secrets if s in text] == []


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of one API process, whose log may have 1 MB and tells of every request."""
    directory = tmp_path_factory.mktemp("small")
    bounds = {"SIREKAP_LOG_MAX_MB": "1", "SIREKAP_LOG_LINES_PER_S": "100000"}
    with running_stack(directory, "--api-workers", "1", environ=bounds) as running:
        register(running, 1)
        yield running


def test_a_long_run_cannot_fill_the_disk(small: Stack) -> None:
    request = f"GET /tidak/ada/{'x' * 180} HTTP/1.1\r\nHost: s\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", port_of(small)), timeout=WAIT_S) as connection:
        for _ in range(40):  # a hundred at a time, without waiting for answers in between
            connection.sendall(request * 100)
            answered = 0
            while answered < 100:
                answered += connection.recv(65_536).count(b"HTTP/1.1 404")
    files = sorted((small.dir / "logs").glob("api-1.log*"))
    assert [file.name for file in files] == ["api-1.log", "api-1.log.1"]
    assert sum(file.stat().st_size for file in files) <= 1_000_000
    for line in files[0].read_text().splitlines():
        json.loads(line)
    stderr = Path(f"/proc/{small.pid('api-1')}/fd/2")
    assert stderr.resolve() == files[0].resolve(), "what is written past the logging goes to the present file"


def test_an_upload_in_flight_is_finished_when_the_stack_is_asked_to_end(small: Stack) -> None:
    phone = ready_phone(small, 1)
    head, body = upload(phone.tps, phone.token)
    late = socket.create_connection(("127.0.0.1", port_of(small)), timeout=WAIT_S)
    waiting = socket.create_connection(("127.0.0.1", port_of(small)), timeout=WAIT_S)
    with late, waiting:
        late.sendall(head + body[:20_000])
        waiting.sendall(b"GET /healthz HTTP/1.1\r\nHost: s\r\n\r\n")
        assert " 200 " in answer_of(waiting)  # so the one before it was let in, too
        os.kill(small.pid("api-1"), signal.SIGTERM)
        deadline_s = time.monotonic() + WAIT_S
        answer = ""
        while "/problems/stopping" not in answer:  # as soon as the process has heard of it
            assert time.monotonic() < deadline_s
            waiting.sendall(f"GET /v1/tps/{phone.tps} HTTP/1.1\r\nHost: s\r\n\r\n".encode())
            answer = answer_of(waiting)
        assert "connection: close" in answer.lower()
        time.sleep(0.5)
        late.sendall(body[20_000:])
        assert " 201 " in answer_of(late).splitlines()[0]
    wait_until(lambda: zombie(small.pid("api-1")))
    small.start("api-1")
    assert [row["page"] for row in small.audit()] == [1]


def answer_of(connection: socket.socket) -> str:
    """One answer, whole."""
    received = b""
    while True:
        received += connection.recv(65_536)
        head, found, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.I)
        if found and length and len(body) >= int(length[1]):
            return received.decode()


def port_of(stack: Stack) -> int:
    """Where it listens."""
    return int(stack.url.rpartition(":")[2])


def upload(tps: str, token: str) -> tuple[bytes, bytes]:
    """Head and body of the upload of page 1."""
    jpeg = photo("perlahan")
    body = (
        b'--b\r\nContent-Disposition: form-data; name="numbers"\r\n\r\n'
        + json.dumps(NUMBERS[1]).encode()
        + b'\r\n--b\r\nContent-Disposition: form-data; name="photo"; filename="p.jpg"\r\n\r\n'
        + jpeg
        + b"\r\n--b--\r\n"
    )
    head = (
        f"POST /v1/tps/{tps}/forms/ppwp/pages/1 HTTP/1.1\r\nHost: s\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {len(body)}\r\n"
        f"Idempotency-Key: kunci-perlahan\r\nX-Photo-SHA256: {hashlib.sha256(jpeg).hexdigest()}\r\n\r\n"
    )
    return head.encode(), body
