"""gladi is dangerous, so it asks first: loopback, or a system that itself consents.

A system consents by serving `/.well-known/gladi-consent`:

    {"scenario": "kepahiang-2024", "from": "2027-01-10T08:00:00+07:00", "until": "2027-01-10T12:00:00+07:00",
     "max_rate_per_s": 500, "contact": "ops@example.id"}

It is fetched before the first request and read again during the run; when it is withdrawn, has run out or
names another scenario, the run stops. There is no switch to turn this off.
"""

import ipaddress
import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from gladi.address import Address
from gladi.failures import CannotRunError, UsageError
from gladi.wire import trust

WELL_KNOWN = "/.well-known/gladi-consent"
_TIMEOUT_S = 5.0
_ASKS_WHO = frozenset({401, 403})
_BAD_REQUEST = 400
"""What servers answer to plain HTTP on a port of TLS."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What a system allows, and until when."""

    scenario: str
    start: datetime
    until: datetime
    max_rate_per_s: float
    contact: str


Resolve = Callable[[str, int], list[str]]
Fetch = Callable[[str], bytes]


def resolve(host: str, port: int) -> list[str]:
    """Every address of a host; raises UsageError if it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise UsageError(f"--target: the host {host!r} cannot be found: {error}") from error
    return sorted({str(entry[4][0]) for entry in found})


def fetch(url: str, ca: str = "", headers: Mapping[str, str] | None = None) -> bytes:
    """The consent document; follows no redirect, uses no proxy, reads at most 64 KiB.

    `ca` is a PEM file that vouches for an https system. `headers` are secrets: they are sent only when the
    document is refused without them (401, 403).
    """
    secured = urllib.request.HTTPSHandler(context=trust.context(ca))
    opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}), secured)
    try:
        return _read_with(opener, urllib.request.Request(url))
    except urllib.error.HTTPError as error:
        if error.code not in _ASKS_WHO or not headers:
            raise
    return _read_with(opener, urllib.request.Request(url, headers=dict(headers)))


def _read_with(opener: urllib.request.OpenerDirector, request: urllib.request.Request) -> bytes:
    with opener.open(request, timeout=_TIMEOUT_S) as reply:
        return bytes(reply.read(65_536))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A consent served from elsewhere is none."""

    def redirect_request(self, *_: object) -> None:
        return None


def authorise(
    address: Address, scenario: str, resolve_host: Resolve = resolve, fetch_document: Fetch | None = None
) -> Consent | None:
    """None for a loopback target; the consent of any other. Raises UsageError where there is none."""
    addresses = resolve_host(address.host, address.port)
    if addresses and all(ipaddress.ip_address(one.split("%")[0]).is_loopback for one in addresses):
        return None
    document = f"{address.url}{WELL_KNOWN}"
    ask = fetch_document or partial(fetch, ca=address.ca, headers=address.secrets())
    try:
        content = json.loads(ask(document))
    except (OSError, ValueError, urllib.error.URLError) as error:
        bad_request = isinstance(error, urllib.error.HTTPError) and error.code == _BAD_REQUEST
        if bad_request and not address.secure and _speaks_tls(address):
            raise UsageError(f"--target {address.url}: speaks TLS: write https://{address.netloc}") from error
        raise UsageError(
            f"--target {address.url}: is not this machine (it is {', '.join(addresses)}) and serves no "
            f"consent at {document} ({error}); without it gladi sends nothing"
        ) from error
    return _read(content, document, scenario)


def _speaks_tls(address: Address) -> bool:
    from gladi.targeting.reach import speaks_tls  # its room brings the HTTP client with it

    return speaks_tls(address)


def _read(content: object, document: str, scenario: str) -> Consent:
    if not isinstance(content, dict):
        raise UsageError(f"{document}: must be a JSON object")
    try:
        consent = Consent(
            str(content["scenario"]),
            _moment(content["from"]),
            _moment(content["until"]),
            float(content["max_rate_per_s"]),
            str(content["contact"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"{document}: {error}; it needs scenario, from and until (ISO times with offset), "
            "max_rate_per_s and contact"
        ) from error
    now = datetime.now(UTC)
    if consent.scenario != scenario:
        raise UsageError(f'{document}: consents to scenario "{consent.scenario}", not to "{scenario}"')
    if not consent.start <= now < consent.until:
        raise UsageError(f"{document}: consents from {consent.start} until {consent.until}; it is {now}")
    return consent


def _moment(text: object) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError(f"{text}: the offset is missing, such as +07:00")
    return moment


class Watch:
    """Reads the consent again every few seconds; `withdrawn` is set, with `why`, when it is gone."""

    def __init__(self, ask: Callable[[], Consent | None], every_s: float = 5.0) -> None:
        self._ask = ask
        self._every_s = every_s
        self._over = threading.Event()
        self.withdrawn = threading.Event()
        self.why = ""
        self._thread = threading.Thread(target=self._watch, name="consent", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End the watch."""
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(self._every_s):
            try:
                self._ask()
            except (UsageError, CannotRunError) as error:
                self.why = str(error)
                self.withdrawn.set()
                return


def within_rate(consent: Consent, intended_peak_per_s: float) -> None:
    """Raise UsageError if the run's own timetable asks for more than was allowed."""
    if intended_peak_per_s > consent.max_rate_per_s:
        raise UsageError(
            f"the scenario intends up to {intended_peak_per_s:.0f} operations a second; the system consents "
            f"to {consent.max_rate_per_s:g}: use a smaller --scale or --compression"
        )
