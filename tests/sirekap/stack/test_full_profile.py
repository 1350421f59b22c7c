"""The full profile by its public door: what runs, where a photo goes, what nginx adds and what it says."""

import hashlib
import json
import os
import signal
import time
from urllib.parse import urlsplit

import psutil
import pytest
import requests

from tests.sirekap.kpps_phone import WAIT_S, Stack, login, photo, ready_phone, sirekap, tps_code

pytestmark = pytest.mark.full

STORES = {"postgres", "redis", "objects"}
SERVING = {"api-1", "api-2", "worker-1"}


def lines_of_requests(stack: Stack) -> list[dict[str, object]]:
    """nginx's own account of what it was asked."""
    time.sleep(1.2)  # it writes once a second
    return [json.loads(line) for line in (stack.dir / "logs" / "nginx-requests.log").read_text().splitlines()]


def test_every_component_runs_by_itself_on_the_loopback(full: Stack) -> None:
    shown = sirekap("status", "--dir", str(full.dir), "--json")
    assert shown.returncode == 0
    components = json.loads(shown.stdout)["components"]
    assert STORES | {"api-1", "api-2", "nginx"} <= set(components) <= STORES | SERVING | {"nginx"}
    assert full.record()["profile"] == "full"
    for name, component in components.items():
        process = psutil.Process(component["pid"])
        assert os.getsid(process.pid) == process.pid, f"{name} has a session of its own"
        for family in (process, *process.children(recursive=True)):
            listening = [c for c in family.net_connections("inet") if c.status == psutil.CONN_LISTEN]
            assert {connection.laddr.ip for connection in listening} <= {"127.0.0.1"}, name


def test_secrets_are_in_no_command_line(full: Stack) -> None:
    secrets = json.loads((full.dir / "secrets.json").read_text()).values()
    for component in full.record()["components"].values():
        words = " ".join(psutil.Process(component["pid"]).cmdline())
        assert not any(secret in words for secret in secrets)
    assert (full.dir / "redis" / "redis.conf").stat().st_mode & 0o077 == 0


def test_a_photo_goes_to_the_object_store_and_from_there_to_the_public(full: Stack) -> None:
    phone, jpeg = ready_phone(full, 1), photo("full", 700_000)
    answer = phone.submit(2, "kunci-full-1", jpeg=jpeg)
    assert answer.status_code == 201, answer.text
    digest = hashlib.sha256(jpeg).hexdigest()
    kept = full.dir / "objects" / "photos" / digest[:2] / f"{digest}.jpg"
    assert kept.read_bytes() == jpeg
    assert not list((full.dir / "photos").rglob("*.jpg")), "nothing stays in the API's own folder"
    assert not [one for one in (full.dir / "nginx" / "tmp").rglob("*") if one.is_file()], "nginx streams it"
    shown = requests.get(f"{full.url}/public/v1/photos/{digest}.jpg", timeout=WAIT_S)
    assert shown.content == jpeg


def test_a_photo_that_is_gone_from_the_store_is_not_shown_from_a_cache(full: Stack) -> None:
    """A rehearsal reads photos back through this door: it must see the store."""
    phone, jpeg = ready_phone(full, 2), photo("hilang")
    phone.submit(2, "kunci-full-2", jpeg=jpeg)
    digest = hashlib.sha256(jpeg).hexdigest()
    url = f"{full.url}/public/v1/photos/{digest}.jpg"
    assert requests.get(url, timeout=WAIT_S).status_code == 200
    (full.dir / "objects" / "photos" / digest[:2] / f"{digest}.jpg").unlink()
    assert requests.get(url, timeout=WAIT_S).status_code == 404


def test_portal_reads_come_from_the_cache_and_are_as_fresh_as_stated(full: Stack) -> None:
    """Whatever follows a question mark, but the form; and packed for who can unpack."""
    phone = ready_phone(full, 3)
    url = f"{full.url}/public/v1/region/1708042001"
    stated_s: list[float] = []

    def pages_in(**headers: str) -> int:
        shown = requests.get(url, params={"acak": time.time_ns()}, headers=headers, timeout=WAIT_S)
        assert shown.status_code == 200, shown.text
        stated_s.append(float(shown.headers["X-Max-Staleness-S"]))
        return int(shown.json()["pages_in"])

    before = {pages_in() for _ in range(30)}
    assert phone.submit(2, "kunci-full-3").status_code == 201
    stored_s = time.monotonic()
    while pages_in() <= max(before):
        assert time.monotonic() - stored_s < stated_s[-1], "older than stated"
        time.sleep(0.02)
    asked = [line for line in lines_of_requests(full) if line["path"] == urlsplit(url).path]
    hits = sum(line["cache"] == "HIT" for line in asked)
    assert hits > len(asked) / 2

    plain = requests.get(f"{full.url}/", headers={"Accept-Encoding": "identity"}, timeout=WAIT_S)
    packed = requests.get(f"{full.url}/", headers={"Accept-Encoding": "br, GZIP"}, timeout=WAIT_S)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    again = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    assert requests.get(f"{full.url}/", headers=again, timeout=WAIT_S).status_code in (200, 304)

    other = requests.get(url, params={"form": "dpd"}, timeout=WAIT_S)
    assert other.json().get("form") == "dpd" or other.status_code == 404, "another form, another answer"
    health = [requests.get(f"{full.url}/healthz", timeout=WAIT_S) for _ in range(20)]
    assert len({answer.json()["worker"] for answer in health}) == 2, "health is asked afresh, of every worker"


def test_the_access_log_has_no_query_string_and_no_header(full: Stack) -> None:
    requests.get(
        f"{full.url}/public/v1/national?rahasia=kata-sandi",
        headers={"Authorization": "Bearer rahasia-sekali", "User-Agent": "rahasia-agen"},
        timeout=WAIT_S,
    )
    lines = lines_of_requests(full)
    assert {"at", "method", "path", "status", "s", "bytes"} <= set(lines[-1])
    assert "rahasia" not in (full.dir / "logs" / "nginx-requests.log").read_text()


def test_what_is_too_large_is_refused_with_a_problem_a_phone_can_show(full: Stack) -> None:
    phone = ready_phone(full, 4)
    answer = phone.submit(2, "kunci-full-4", jpeg=photo("besar", 9_000_000))
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "too_large"
    assert answer.json()["title"] == "Kiriman terlalu besar."


def test_registration_may_be_larger_than_a_photo(full: Stack) -> None:
    body = json.dumps({"regions": [], "tps": [], "accounts": [], "isi": "x" * 9_000_000})
    headers = {"Authorization": f"Bearer {full.admin_token}", "Content-Type": "application/json"}
    answer = requests.post(f"{full.url}/v1/admin/register", data=body, headers=headers, timeout=WAIT_S)
    assert answer.status_code != 413


def test_while_no_api_worker_lives_nginx_says_so_at_once(full: Stack) -> None:
    phone = ready_phone(full, 5)
    for name in ("api-1", "api-2"):
        os.kill(full.pid(name), signal.SIGKILL)
    try:
        began_s = time.monotonic()
        answer = phone.submit(2, "kunci-full-5")
        assert time.monotonic() - began_s < 3.0
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.json()["status"] == 503
    finally:
        for name in ("api-1", "api-2"):
            full.start(name)
    assert phone.submit(2, "kunci-full-5").status_code == 201, "sessions survive a restart of every worker"
    assert login(full, f"{tps_code(5)}-1").status_code == 200
