"""toxiproxy, reached through toxiproxy-python, with what that library lacks.

The library checks the API's answers and parses them; kept from it are its errors and its records. Added here:
connections that are kept, a timeout on every call, the address per client instead of one for the whole
process, changing a toxic, errors for a port that is taken or a server that is not there, and names of
attributes that are checked (toxiproxy takes a misspelt "latancy" for a latency of 0, "rate" of 0 is a black
hole). Starting and ending the server itself is `chaos.toxiproxy_server`.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import requests
import toxiproxy
from toxiproxy.api import validate_response
from toxiproxy.exceptions import InvalidToxic, NotFound, ProxyExists

PINNED_VERSION = "2.12.0"
"""The toxiproxy-server that was measured; older ones lack toxics or behave differently."""

ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "latency": ("latency", "jitter"),  # ms
    "bandwidth": ("rate",),  # KB/s, a KB being 1000 bytes
    "slow_close": ("delay",),  # ms
    "timeout": ("timeout",),  # ms; 0 swallows data for ever
    "reset_peer": ("timeout",),  # ms
    "slicer": ("average_size", "size_variation", "delay"),  # bytes, bytes, us
    "limit_data": ("bytes",),
}
"""Toxics of toxiproxy 2.12 and their attributes, all whole numbers."""


class ToxiproxyError(RuntimeError):
    """toxiproxy refused, is not there, or did not answer in time; the message says which and where."""


class ToxiproxyGoneError(ToxiproxyError):
    """Nothing listens at its address: it was not started, or has ended, and its proxies with it."""


class ToxiproxyTimeoutError(ToxiproxyError):
    """No answer in time; the server may still be doing what was asked."""


@dataclass(frozen=True, slots=True)
class Toxic:
    """One disturbance of one direction of a proxy; raises ToxiproxyError on a wrong kind or attribute."""

    type: str
    stream: Literal["upstream", "downstream"]
    attributes: Mapping[str, int]
    name: str = ""
    toxicity: float = 1.0

    def __post_init__(self) -> None:
        """Checks what toxiproxy would silently take for 0."""
        known = ATTRIBUTES.get(self.type)
        if known is None:
            raise ToxiproxyError(f'no toxic is called "{self.type}"; there are: {", ".join(ATTRIBUTES)}')
        check_attributes(self.type, self.attributes)
        missing = [one for one in known if one not in self.attributes]
        if missing:
            raise ToxiproxyError(f"toxic {self.type} needs {', '.join(missing)} (left out, it would be 0)")
        if not self.name:
            object.__setattr__(self, "name", f"{self.type}_{self.stream}")


def check_attributes(kind: str, attributes: Mapping[str, int]) -> None:
    """Raises ToxiproxyError on an attribute that the toxic does not have, or that is no whole number >= 0."""
    known = ATTRIBUTES[kind]
    for name, value in attributes.items():
        if name not in known:
            raise ToxiproxyError(f'toxic {kind} has no attribute "{name}"; it has: {", ".join(known)}')
        if type(value) is not int or value < 0:
            raise ToxiproxyError(f"toxic {kind}: {name} = {value!r} must be a whole number, 0 or more")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy as the server holds it; addresses are "host:port"."""

    name: str
    listen: str
    upstream: str
    enabled: bool
    toxics: tuple[Toxic, ...]


class Toxiproxy:
    """A toxiproxy-server's API at `url`, such as "http://127.0.0.1:8474"; every call ends in `timeout_s`.

    Every method raises ToxiproxyError. Instances are independent and may be used from several threads.
    """

    def __init__(self, url: str, timeout_s: float = 2.0) -> None:
        place = urlsplit(url)
        if place.hostname is None or place.port is None:
            raise ToxiproxyError(
                f'"{url}" is no address of a toxiproxy API; one looks like http://127.0.0.1:8474'
            )
        self.url = url.rstrip("/")
        self._timeout_s = timeout_s
        self._of_thread = threading.local()

    def version(self) -> str:
        """What the server says it is; "git" when it was built without a version."""
        return str(self._call("get", "/version").get("version", ""))

    def proxies(self) -> dict[str, Proxy]:
        """Every proxy, by name."""
        return {name: _proxy(table) for name, table in sorted(self._call("get", "/proxies").items())}

    def create(self, name: str, upstream: str, listen: str = "127.0.0.1:0", enabled: bool = True) -> Proxy:
        """A new proxy that accepts at once, unless told otherwise; port 0 takes a free one."""
        table = {"name": name, "upstream": upstream, "listen": listen, "enabled": enabled}
        return _proxy(self._call("post", "/proxies", json=table))

    def enable(self, name: str, enabled: bool, timeout_s: float | None = None) -> None:
        """Makes a proxy accept connections, or cut those it has and refuse new ones."""
        self._call("post", f"/proxies/{name}", timeout_s, json={"enabled": enabled})

    def remove(self, name: str) -> None:
        """Ends a proxy. Do not use on one whose upstream hangs: the whole API would wait for it."""
        self._call("delete", f"/proxies/{name}")

    def add_toxic(self, proxy: str, toxic: Toxic) -> None:
        """Disturbs one direction of a proxy, connections under way included."""
        table = {
            "name": toxic.name,
            "type": toxic.type,
            "stream": toxic.stream,
            "toxicity": toxic.toxicity,
            "attributes": dict(toxic.attributes),
        }
        self._call("post", f"/proxies/{proxy}/toxics", json=table)

    def update_toxic(self, proxy: str, toxic: Toxic) -> None:
        """Gives the toxic of that name these attributes."""
        table = {"toxicity": toxic.toxicity, "attributes": dict(toxic.attributes)}
        self._call("post", f"/proxies/{proxy}/toxics/{toxic.name}", json=table)

    def remove_toxic(self, proxy: str, name: str) -> None:
        """Ends a disturbance."""
        self._call("delete", f"/proxies/{proxy}/toxics/{name}")

    def _session(self) -> requests.Session:
        """One a thread, with its connection kept: a line that changes takes a dozen calls."""
        session = getattr(self._of_thread, "session", None)
        if session is None:
            session = self._of_thread.session = requests.Session()
            session.trust_env = False  # a web proxy of the environment has no business on the loopback
        return session

    def _call(self, verb: str, path: str, timeout_s: float | None = None, **sent: Any) -> dict[str, Any]:
        limit_s = timeout_s or self._timeout_s
        try:
            response = validate_response(
                self._session().request(verb, f"{self.url}{path}", timeout=limit_s, **sent)
            )
        except (InvalidToxic, NotFound, ProxyExists) as error:
            raise ToxiproxyError(f"toxiproxy refused {verb} {path}: {_said(error.args[0])}") from error
        except requests.Timeout as error:
            raise ToxiproxyTimeoutError(
                f"toxiproxy at {self.url} did not answer {verb} {path} in {limit_s} s"
            ) from error
        except requests.ConnectionError as error:
            gone = "Connection refused" in str(error)
            raise (ToxiproxyGoneError if gone else ToxiproxyError)(
                f"no toxiproxy-server answers at {self.url}: it was not started, or has ended"
            ) from error
        if response.status_code >= 400:
            raise ToxiproxyError(f"toxiproxy refused {verb} {path}: {_refusal(response, sent)}")
        if not response.content:
            return {}
        try:
            table: dict[str, Any] = response.json()
        except ValueError as error:
            raise ToxiproxyError(
                f"what answers at {self.url} is no toxiproxy: {response.content[:80]!r}"
            ) from error
        return table


def _proxy(table: dict[str, Any]) -> Proxy:
    record = toxiproxy.Proxy(**table)
    toxics = tuple(
        Toxic(one["type"], one["stream"], one["attributes"], one["name"], one["toxicity"])
        for one in table.get("toxics") or ()
    )
    return Proxy(record.name, record.listen, record.upstream, record.enabled, toxics)


def _said(content: object) -> str:
    text = content.decode(errors="replace") if isinstance(content, bytes) else str(content)
    try:
        return str(json.loads(text)["error"])
    except (ValueError, KeyError, TypeError):
        return text.strip()


def _refusal(response: Any, sent: dict[str, Any]) -> str:
    said = _said(response.content)
    if "address already in use" in said:
        return f"port taken: {sent.get('json', {}).get('listen', '')} is already used by another program"
    return f"{response.status_code} {said}"


def older_than_pinned(version: str) -> bool:
    """Whether a version is older than the one tried, or cannot be told ("git")."""
    parts = version.removeprefix("v").split("-")[0].split(".")
    if not all(part.isdigit() for part in parts):
        return True
    return [int(part) for part in parts] < [int(part) for part in PINNED_VERSION.split(".")]
