"""Where a request got no whole answer: what came instead, looked at byte by byte.

One GET is sent again over a connection of its own and its answer is taken as it comes, for a few seconds and
no further than `_ENOUGH_BYTES`. So a system that drips, never ends, ends too early or announces a gigabyte is
called that, and not "timeout".
"""

import contextlib
import re
import socket
import ssl
import time

from gladi.address import Address
from gladi.targets.bodies import excerpt
from gladi.wire import trust

LOOK_S = 3.0
_ENOUGH_BYTES = 1_000_000
_LARGEST_BYTES = 64 * 1024 * 1024
"""As in gladi.wire.reading."""
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*chunked", re.IGNORECASE)


def looked_at(address: Address, path: str, look_s: float = LOOK_S) -> str:
    """What `path` answers, in words that follow "its answer"; "" where there is nothing to be said."""
    try:
        came, closed = _taken(address, path, look_s)
    except (OSError, ssl.SSLError):
        return ""
    if not came:
        return "closed the connection without a word" if closed else f"sent not a byte within {look_s:g} s"
    if not came.startswith(b"HTTP/"[: len(came)]):
        return f"answers what is no HTTP: {excerpt(came, 40)}"
    head, end, body = came.partition(b"\r\n\r\n")
    if not end:
        return _broken_off("the head of its answer", len(came), closed, look_s)
    if _CHUNKED.search(head):
        if body.endswith(b"0\r\n\r\n"):
            return ""
        if closed:
            return f"answers in chunks, and closed the connection after {len(body):,} bytes, before the last"
        return f"answers in chunks without an end: {len(body):,} bytes came in {look_s:g} s"
    length = _LENGTH.search(head)
    if length is None:
        return "" if closed else f"sends without an end: {len(body):,} bytes came in {look_s:g} s"
    announced = int(length[1])
    if announced > _LARGEST_BYTES:
        return (
            f"announces an answer of {announced / 1e6:,.0f} MB; gladi reads none beyond "
            f"{_LARGEST_BYTES // 1_048_576} MB"
        )
    if len(body) >= min(announced, _ENOUGH_BYTES):
        return ""
    return _broken_off(f"its answer of {announced:,} bytes", len(body), closed, look_s)


def _broken_off(what: str, got: int, closed: bool, look_s: float) -> str:
    if closed:
        return f"closed the connection in the middle of {what}, after {got:,} bytes"
    return f"drips: of {what} {got:,} bytes came within {look_s:g} s"


def _taken(address: Address, path: str, look_s: float) -> tuple[bytes, bool]:
    """The first bytes of an answer, and whether the other side then closed."""
    headers = {"Host": address.netloc, "User-Agent": "gladi", **address.secrets()}
    told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    deadline = time.monotonic() + look_s
    with contextlib.ExitStack() as open_until:
        link: socket.socket = open_until.enter_context(
            socket.create_connection((address.host, address.port), look_s)
        )
        if address.secure:
            trusting = trust.context(address.ca)
            link = open_until.enter_context(trusting.wrap_socket(link, server_hostname=address.host))
        link.sendall(f"GET {path} HTTP/1.1\r\n{told}Connection: close\r\n\r\n".encode("latin-1"))
        came = b""
        while len(came) < _ENOUGH_BYTES and (left_s := deadline - time.monotonic()) > 0.0:
            link.settimeout(left_s)
            try:
                piece = link.recv(65_536)
            except TimeoutError:
                break
            except ConnectionResetError:
                return came, True
            if not piece:
                return came, True
            came += piece
            announced = _LENGTH.search(came.partition(b"\r\n\r\n")[0]) if b"\r\n\r\n" in came else None
            if announced is not None and int(announced[1]) > _LARGEST_BYTES:
                break
        return came, False
