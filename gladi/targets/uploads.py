"""Photos that are not sent in one request: to a place that the system names, or in pieces (tus 1.0).

A place is used only where it is the system itself. Another authority, such as a store of objects, has not
consented to anything: gladi sends nothing there and says so.
"""

from base64 import b64encode
from collections.abc import Mapping, MutableMapping
from urllib.parse import urljoin, urlsplit

from gladi.address import Address
from gladi.http import Body, InDoubtError, Reply
from gladi.targets.protocol import Phone

PIECE_BYTES = 256 * 1024
"""Of a photo in one request of a resumable upload (assumed)."""
_TUS = {"Tus-Resumable": "1.0.0"}
_GONE = frozenset({404, 410})


class ElsewhereError(Exception):
    """The system names a place on another authority; the message says which, without path or query."""


def here(address: Address, place: str, path: str = "/") -> str:
    """Path and query of a URL that the system named in its answer to `path`; raises ElsewhereError."""
    there = urlsplit(urljoin(f"{address.url}{path}", place))
    authority = (there.scheme, (there.hostname or "").lower(), there.port or _PORTS.get(there.scheme, 0))
    if not place or authority != ("https" if address.secure else "http", address.host.lower(), address.port):
        named = f"{there.scheme}://{there.netloc.rpartition('@')[2]}" if place else "nowhere"
        raise ElsewhereError(
            f"the system sends its phones to {named}, and not to {address.url}: nobody consented there, so "
            "gladi sends nothing; let the system take uploads itself, or through its own proxy"
        )
    return there._replace(scheme="", netloc="", fragment="").geturl() or "/"


_PORTS = {"http": 80, "https": 443}


def put(phone: Phone, place: str, photo: Body, headers: Mapping[str, str] | None = None) -> Reply:
    """The photo as it is, to a place that was named for it. The session is not sent along: the place is
    itself the permission.
    """
    return phone.request("PUT", place, {"Content-Type": "image/jpeg", **(headers or {})}, photo)


def in_pieces(
    phone: Phone,
    address: Address,
    path: str,
    headers: Mapping[str, str],
    photo: bytes,
    metadata: Mapping[str, str],
    begun: MutableMapping[str, str],
    key: str,
) -> Reply:
    """The answer to the last request; what `begun` knows under `key` is gone on with, as tus has it.

    `headers` go with every request; `metadata` is text, and packed here. Each piece has the whole patience
    of the app. `phone.sent` is what was sent in this attempt.
    """
    place, offset, sent = begun.get(key, ""), 0, 0
    if place:
        reply = phone.request("HEAD", place, {**headers, **_TUS})
        if reply.status in _GONE:
            del begun[key]
            place = ""
        elif reply.status >= 300 or not reply.headers.get("upload-offset", "").isdecimal():
            return reply
        else:
            offset = int(reply.headers["upload-offset"])
    if not place:
        told = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in metadata.items())
        opening = {**headers, **_TUS, "Upload-Length": str(len(photo)), "Upload-Metadata": told}
        reply = phone.request("POST", path, opening)
        if reply.status != 201:
            return reply
        place = begun[key] = here(address, reply.headers.get("location", ""), path)
    while offset < len(photo):
        piece = photo[offset : offset + PIECE_BYTES]
        going_on = {
            **headers, **_TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"
        }  # fmt: skip
        reply = phone.request("PATCH", place, going_on, piece)
        sent += len(piece)
        if not 200 <= reply.status < 300:
            break
        said = reply.headers.get("upload-offset", str(offset + len(piece)))
        if not said.isdecimal() or int(said) <= offset:
            raise InDoubtError("no_progress")
        offset = int(said)
    else:
        begun.pop(key, None)
    phone.sent = sent
    return reply
