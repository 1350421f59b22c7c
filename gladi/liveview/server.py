"""Serves the live page on the loopback: page, its style and scripts, events, state.json and metrics.

A bounded number of threads beside the run; a listener that stops reading is let go. Who asks under another
name than the loopback's is refused: a page from elsewhere in the same browser may not look on.
"""

import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from gladi.failures import CannotRunError

MOST_LISTENERS = 24
"""Connections at a time; who comes later is told to come back."""

_SLOW_S = 15.0
"""Longest a listener may take to take in what it is sent, or to ask for something."""
_SIGN_OF_LIFE_S = 5.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_HERE = files("gladi.liveview") / "page"
_ASSETS = {
    "/live.css": "text/css; charset=utf-8",
    **{
        f"/{name}.js": "text/javascript; charset=utf-8"
        for name in ("live", "words", "chart", "tiles", "tables")
    },
}
_JSON = "application/json; charset=utf-8"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class LiveServer:
    """One page and its events; `page(lang)`, `state()` and `metrics()` make what is sent.

    Raises CannotRunError when the port is taken.
    """

    def __init__(
        self,
        port: int,
        page: Callable[[str], bytes],
        state: Callable[[], bytes],
        metrics: Callable[[], bytes | None],
    ) -> None:
        self._page = page
        self._state = state
        self._metrics = metrics
        self._news = threading.Condition()
        self._number = 0
        self._body = b""
        self._over = False
        self._places = threading.BoundedSemaphore(MOST_LISTENERS)
        handler = type("Handler", (_Handler,), {"live": self})
        try:
            self._server = _Server(("127.0.0.1", port), handler)
        except OSError as error:
            raise CannotRunError(
                f"--live {port}: 127.0.0.1:{port} cannot be listened on ({error.strerror or error}); "
                "--live 0 takes a free port"
            ) from error
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="live", daemon=True
        )

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        """Serve, in a thread of its own."""
        self._thread.start()

    def tell(self, over: bool = False) -> None:
        """Send the state as it is now to everybody who listens; `over`: it is the last."""
        body = self._state()
        with self._news:
            self._number += 1
            self._body = body
            self._over = over
            self._news.notify_all()

    def stop(self) -> None:
        """Tell the last state and leave; listeners have a moment to take it in."""
        self.tell(over=True)
        self._server.shutdown()
        self._thread.join(5.0)
        for _ in range(MOST_LISTENERS):  # all places free: everybody has been told
            if not self._places.acquire(timeout=0.5):
                break
        self._server.server_close()

    # --- for the handler

    def enter(self) -> bool:
        """Take a place, if there is one."""
        return self._places.acquire(blocking=False)

    def leave(self) -> None:
        """Give the place back."""
        self._places.release()

    def now(self) -> tuple[int, bytes, bool]:
        """Number of the last state that was told, the state as it is, and whether it is the last of all."""
        with self._news:
            number, over = self._number, self._over
        return number, self._state(), over

    def wait(self, after: int) -> tuple[int, bytes, bool]:
        """Number and text of a state later than `after`, or of the same in time; whether it is the last."""
        with self._news:
            self._news.wait_for(lambda: self._number > after or self._over, timeout=_SIGN_OF_LIFE_S)
            return self._number, self._body, self._over

    def answer(self, path: str, query: str) -> tuple[str, bytes] | None:
        """Type and body of what stands under `path`; None for nothing."""
        if path == "/":
            asked = parse_qs(query).get("lang", ["id"])[-1]
            return "text/html; charset=utf-8", self._page("en" if asked == "en" else "id")
        if path == "/state.json":
            return _JSON, self._state()
        if path == "/metrics":
            text = self._metrics()
            return None if text is None else ("text/plain; version=0.0.4; charset=utf-8", text)
        if path in _ASSETS:
            return _ASSETS[path], (_HERE / path[1:]).read_bytes()
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = MOST_LISTENERS

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A listener that went away is no error of the run."""


class _Handler(BaseHTTPRequestHandler):
    live: ClassVar[LiveServer]
    timeout = _SLOW_S
    server_version, sys_version = "gladi", ""

    def handle(self) -> None:
        """One request a connection: nobody holds a place without asking."""
        self.welcome = self.live.enter()
        if not self.welcome:
            self.connection.settimeout(1.0)
        try:
            self.handle_one_request()
        finally:
            if self.welcome:
                self.live.leave()

    def do_GET(self) -> None:
        """Page, assets, state, metrics, or the stream of events."""
        if not self.welcome:
            said = b"too many look on already; try again\n"
            self._send(HTTPStatus.SERVICE_UNAVAILABLE, "text/plain; charset=utf-8", said, retry_after="5")
            return
        host = self.headers.get("Host", "").rsplit(":", 1)[0] or self.headers.get("Host", "")
        if host not in _LOOPBACK:
            said = b"asked under another name than this machine's own: 127.0.0.1 or localhost\n"
            self._send(HTTPStatus.MISDIRECTED_REQUEST, "text/plain; charset=utf-8", said)
            return
        where = urlsplit(self.path)
        if where.path == "/events" and self.command == "GET":
            self._events()
            return
        found = self.live.answer(where.path, where.query)
        if found is None:
            said = (
                b"nothing here: /, /state.json, /events, /metrics (needs: pip install 'gladi[telemetry]')\n"
            )
            self._send(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", said)
        else:
            self._send(HTTPStatus.OK, *found)

    do_HEAD = do_GET  # noqa: N815

    def _send(self, status: HTTPStatus, kind: str, body: bytes, retry_after: str = "") -> None:
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _events(self) -> None:
        self.send_response(HTTPStatus.OK)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"retry: 2000\n\n")
        seen, body, over = self.live.now()
        self.wfile.write(b"id: %d\ndata: %s\n\n" % (seen, body))
        while not over:
            number, body, over = self.live.wait(seen)
            if number > seen:
                self.wfile.write(b"id: %d\ndata: %s\n\n" % (number, body))
                seen = number
            else:
                self.wfile.write(b": still here\n\n")
        self.wfile.write(b"event: over\ndata: {}\n\n")

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the terminal belongs to the run."""
