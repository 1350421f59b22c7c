"""gladi asks first: loopback, or a system that itself consents."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from gladi.address import Address
from gladi.consent import Consent, Watch, authorise, fetch, within_rate
from gladi.failures import UsageError
from tests.gladi.runs import SPRINT, gladi
from tests.gladi.targeting.odd_servers import Answer, Authority, served


def document(**changes: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "scenario": "sprint",
        "from": (now - timedelta(hours=1)).isoformat(),
        "until": (now + timedelta(hours=1)).isoformat(),
        "max_rate_per_s": 50,
        "contact": "ops@example.invalid",
        **changes,
    }


class Vendor:
    """A system that serves (or stops serving) a consent; counts every other request it gets."""

    def __init__(self) -> None:
        self.consent: dict[str, Any] | None = None
        self.redirect = ""
        self.touched: list[str] = []
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                vendor.touched.append(self.path)
                if vendor.redirect and self.path.startswith("/.well-known"):
                    self.send_response(302)
                    self.send_header("Location", vendor.redirect)
                    self.end_headers()
                elif self.path.endswith("gladi-consent") and vendor.consent is not None:
                    body = json.dumps(vendor.consent).encode()
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                else:
                    self.send_error(404)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://vendor.example:{self.server.server_port}"

    def fetch(self, url: str) -> bytes:
        """What a resolver would do: vendor.example is this server."""
        return fetch(url.replace("vendor.example", "127.0.0.1"))


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    one = Vendor()
    yield one
    one.server.shutdown()
    one.server.server_close()


def elsewhere(host: str, port: int) -> list[str]:
    """A resolver for which every host is somebody else's (an address of the documentation range)."""
    return ["192.0.2.10"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.9.9.9"])
def test_loopback_needs_no_consent(host: str) -> None:
    assert authorise(Address(f"http://{host}:1"), "sprint") is None


def test_another_host_without_consent_is_refused(vendor: Vendor) -> None:
    with pytest.raises(UsageError, match="serves no consent"):
        authorise(Address(vendor.url), "sprint", elsewhere, vendor.fetch)
    assert vendor.touched == ["/.well-known/gladi-consent"], "nothing else may be asked of it"


def test_another_host_with_consent_is_allowed(vendor: Vendor) -> None:
    vendor.consent = document()
    consent = authorise(Address(vendor.url), "sprint", elsewhere, vendor.fetch)
    assert consent is not None
    assert consent.max_rate_per_s == 50


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"scenario": "another"}, "not to"),
        ({"until": "2020-01-01T00:00:00+07:00"}, "consents from"),
        ({"from": "2999-01-01T00:00:00+07:00"}, "consents from"),
        ({"from": "2020-01-01T00:00:00"}, "offset is missing"),
        ({"max_rate_per_s": "many"}, "needs scenario"),
    ],
)
def test_a_consent_that_does_not_fit_is_none(vendor: Vendor, changes: dict[str, Any], complaint: str) -> None:
    vendor.consent = document(**changes)
    with pytest.raises(UsageError, match=complaint):
        authorise(Address(vendor.url), "sprint", elsewhere, vendor.fetch)


def test_a_consent_served_from_elsewhere_is_none(vendor: Vendor) -> None:
    other = Vendor()
    other.consent = document()
    vendor.redirect = other.url.replace("vendor.example", "127.0.0.1") + "/.well-known/gladi-consent"
    with pytest.raises(UsageError, match="serves no consent"):
        authorise(Address(vendor.url), "sprint", elsewhere, vendor.fetch)
    assert other.touched == []
    other.server.shutdown()
    other.server.server_close()


def test_a_host_that_is_only_partly_this_machine_needs_consent(vendor: Vendor) -> None:
    with pytest.raises(UsageError, match="serves no consent"):
        authorise(Address(vendor.url), "sprint", lambda *_: ["127.0.0.1", "192.0.2.10"], vendor.fetch)


def test_a_consent_over_https_is_believed_by_its_authority_alone(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    text = json.dumps(document()).encode()
    with served(lambda *_: (200, {}, text), authority.certificate("vendor")) as url:
        consent = authorise(Address(url, str(authority.pem)), "sprint", elsewhere)
        assert consent is not None
        with pytest.raises(UsageError, match=r"serves no consent .*certificate verify failed"):
            authorise(Address(url), "sprint", elsewhere)


def test_plain_http_to_a_port_of_tls_is_told(tmp_path: Path) -> None:
    def refuse(url: str) -> bytes:
        raise HTTPError(url, 400, "Bad Request", Message(), None)

    with (
        served(lambda *_: (200, {}, b""), Authority(tmp_path).certificate("vendor")) as url,
        pytest.raises(UsageError, match=r"speaks TLS: write https://"),
    ):
        authorise(Address(url.replace("https", "http")), "sprint", elsewhere, refuse)
    with (
        served(lambda *_: (200, {}, b"")) as url,
        pytest.raises(UsageError, match=r"serves no consent .*400"),
    ):
        authorise(Address(url), "sprint", elsewhere, refuse)


def test_a_key_is_shown_only_to_who_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUNCI_UJI", "rahasia")
    heard: list[str] = []
    text = json.dumps(document()).encode()

    def locked(method: str, path: str, headers: Mapping[str, str]) -> Answer:
        heard.append(headers.get("X-Api-Key", ""))
        return (200, {}, text) if heard[-1] == "rahasia" else (401, {}, b"")

    with served(locked) as url:
        assert authorise(Address(url, "", (("X-Api-Key", "KUNCI_UJI"),)), "sprint", elsewhere) is not None
        assert heard == ["", "rahasia"]
        with pytest.raises(UsageError, match="401"):
            authorise(Address(url), "sprint", elsewhere)


def test_withdrawn_consent_is_noticed(vendor: Vendor) -> None:
    vendor.consent = document()
    watch = Watch(lambda: authorise(Address(vendor.url), "sprint", elsewhere, vendor.fetch), every_s=0.05)
    watch.start()
    time.sleep(0.3)
    assert not watch.withdrawn.is_set()
    vendor.consent = None
    assert watch.withdrawn.wait(3.0)
    assert "serves no consent" in watch.why


def test_more_than_was_allowed_is_refused() -> None:
    now = datetime.now(UTC)
    consent = Consent("sprint", now, now, 10.0, "x")
    within_rate(consent, 10.0)
    with pytest.raises(UsageError, match="smaller --scale"):
        within_rate(consent, 10.1)


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("http://127.0.0.1", "port is missing"),
        ("127.0.0.1:80", "must look like"),
        ("ftp://127.0.0.1:80", "must look like"),
        ("http://127.0.0.1:99999", "port is missing"),
    ],
)
def test_a_target_that_is_no_address_is_refused(url: str, complaint: str, tmp_path: Any) -> None:
    done = gladi("rehearse", SPRINT, "--target", url, "--scale", 2, "--out", tmp_path / "out")
    assert done.code == 2
    assert complaint in done.err
    assert not (tmp_path / "out").exists()
