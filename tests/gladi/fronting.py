"""A real nginx in front of nothing or of a system, with TLS as a test wants it; its log says who resumed."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

needs_nginx = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")

_CONF = """\
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log notice;
events {{ worker_connections 4096; }}
http {{
  log_format tls '$ssl_session_reused $ssl_protocol $connection $connection_requests $status';
  access_log {folder}/access.log tls;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  client_max_body_size 0; keepalive_requests 100000;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {pem}; ssl_certificate_key {key};
    {settings}
    location / {{ {place} }}
  }}
}}
"""


class Front:
    """A running nginx; `requests` has a row of its log for every request."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._running: subprocess.Popen[bytes] | None = None
        self.port = port

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Of its master; 0 while it is stopped."""
        return self._running.pid if self._running else 0

    def handshakes(self) -> tuple[int, int]:
        """Whole handshakes and resumptions of the connections over which something was asked."""
        first = [row for row in self.requests(0) if row[3] == "1"]
        resumed = sum(row[0] == "r" for row in first)
        return len(first) - resumed, resumed

    def requests(self, many: int) -> list[list[str]]:
        """Reused ("r" or "."), protocol, connection, the how-manieth request on it, status.

        nginx writes a row when it has answered, so it is waited for until there are so `many`.
        """
        deadline = time.monotonic() + 5
        while True:
            rows = [line.split() for line in (self._folder / "access.log").read_text().splitlines()]
            if len(rows) >= many or time.monotonic() > deadline:
                return rows
            time.sleep(0.01)

    def start(self) -> None:
        """Start, and return when it listens."""
        self._running = subprocess.Popen(
            ["nginx", "-p", str(self._folder), "-c", str(self._folder / "nginx.conf")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert time.monotonic() < deadline, (self._folder / "error.log").read_text()
                time.sleep(0.02)

    def stop(self) -> None:
        """End it; the keys of its tickets are gone with it."""
        if self._running is not None:
            self._running.terminate()
            self._running.wait(10)
            self._running = None


@contextmanager
def front(
    folder: Path,
    certificate: tuple[Path, Path],
    settings: str = "",
    behind: str = "",
) -> Iterator[Front]:
    """nginx with `settings` in its server; it passes on to the URL `behind`, or says ok by itself."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = one.getsockname()[1]
    place = (
        f"proxy_pass {behind}; proxy_http_version 1.1; proxy_set_header Host $http_host;"
        if behind
        else "return 200 ok;"
    )
    (folder / "nginx.conf").write_text(
        _CONF.format(
            folder=folder, port=port, pem=certificate[0], key=certificate[1], settings=settings, place=place
        )
    )
    found = Front(folder, port)
    found.start()
    try:
        yield found
    finally:
        found.stop()
