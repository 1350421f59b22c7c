"""One exchange with a server, straight or through a line, and what became of it: how a fault is seen.

What is sent is as harmless as a request can be: GET /readyz, made as large as wanted by a header that every
server skips, and pipelined when it must be larger than what servers accept as one header.
"""

import socket
import time
from dataclasses import dataclass
from typing import Literal

Ending = Literal["answered", "silent", "closed", "reset", "refused"]

_LARGEST_REQUEST_BYTES = 12_000
"""Below what servers take as the header of one request (HAProxy 15 KB, nginx 32 KB, http.server 64 KB)."""
_LINE_BYTES = 4_000
_ANSWER = b"HTTP/1."


@dataclass(frozen=True, slots=True)
class Exchange:
    """How it ended; `answered_s` is when the last answer began, `closed_s` when the connection was closed.

    "silent": no (further) answer in time; "closed", "reset": ended before the last answer. `passed_bytes` is
    the size of the requests that were answered.
    """

    ending: Ending
    answered_s: float = 0.0
    closed_s: float | None = None
    passed_bytes: int = 0

    @property
    def answered(self) -> bool:
        """Whether every request was."""
        return self.ending == "answered"


def ask(address: tuple[str, int], size_bytes: int, within_s: float, to_the_close: bool = False) -> Exchange:
    """Sends `size_bytes` in requests (one has 60 or more) and waits for all answers, at most `within_s`.

    With `to_the_close` it stays until the server has closed the connection, as it was asked to.
    """
    count = max(1, -(-size_bytes // _LARGEST_REQUEST_BYTES))
    each_bytes = size_bytes // count
    began = time.monotonic()
    requests = [_request(address[0], each_bytes, last=number == count) for number in range(1, count + 1)]
    answered_s, answers = 0.0, 0
    try:
        with socket.create_connection(address, timeout=within_s) as connection:
            connection.settimeout(max(0.001, began + within_s - time.monotonic()))
            connection.sendall(b"".join(requests))
            heard = b""
            while answers < count or to_the_close:
                connection.settimeout(max(0.001, began + within_s - time.monotonic()))
                data = connection.recv(65_536)
                now_s = time.monotonic() - began
                if not data:
                    ending: Ending = "answered" if answers == count else "closed"
                    return Exchange(ending, answered_s, now_s, answers * each_bytes)
                heard += data
                if heard.count(_ANSWER) > answers:
                    answers, answered_s = heard.count(_ANSWER), now_s
    except ConnectionRefusedError:
        return Exchange("refused")
    except (ConnectionResetError, BrokenPipeError):
        return Exchange("reset", answered_s, time.monotonic() - began, answers * each_bytes)
    except OSError:
        ending = "answered" if answers == count else "silent"
        return Exchange(ending, answered_s, None, answers * each_bytes)
    return Exchange("answered", answered_s, None, count * each_bytes)


def _request(host: str, size_bytes: int, last: bool) -> bytes:
    lines = ["GET /readyz HTTP/1.1", f"Host: {host}"]
    if last:
        lines.append("Connection: close")
    left = size_bytes - len("\r\n".join([*lines, "", ""]))
    while left > len("X-Pad: \r\n"):
        pad = min(left, _LINE_BYTES) - len("X-Pad: \r\n")
        lines.append(f"X-Pad: {'x' * pad}")
        left -= pad + len("X-Pad: \r\n")
    return "\r\n".join([*lines, "", ""]).encode()
