"""``python -m tests.benchmarks.portal``: what the public reads, through the nginx of the full profile, beside
the same nginx program serving a file of the same size.

wrk (`apt-get install wrk`) reads each in turns, a few seconds at a time, with as many connections: both share
the machine with wrk in the same way, and rounds even out what strangers do to it. The file is served by an
nginx of its own with as many processes, the same niceness and the same log. A round counts only when every
answer was a 200.
"""

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from sirekap.settings import Settings
from tests.sirekap.kpps_phone import Stack, ready_phone, register, sirekap, up

PATHS = {
    "national total": "/public/v1/national",
    "a village": "/public/v1/region/1708042001",
    "one TPS": "/public/v1/tps/1708042001001",
    "first page": "/",
}

STATIC = """
daemon off;
{user}
worker_processes {workers};
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 4096; }}
http {{
    log_format lines escape=json '{{"path":"$uri","status":$status,"s":$request_time}}';
    access_log {folder}/access.log lines buffer=32k flush=1s;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    sendfile on; tcp_nodelay on; keepalive_requests 100000; open_file_cache max=100;
    default_type application/json;
    server {{ listen 127.0.0.1:{port} reuseport; root {folder}/files; }}
}}
"""


@dataclass(frozen=True)
class Row:
    """Requests a second, the median of all rounds."""

    what: str
    bytes: int
    portal_per_s: float
    static_per_s: float

    @property
    def ratio(self) -> float:
        """Portal over static file."""
        return self.portal_per_s / self.static_per_s


def main() -> None:
    """Measure, then print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3.0, help="length of one measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    for program in ("wrk", "nginx", "redis-server"):
        if shutil.which(program, path="/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin") is None:
            raise SystemExit(f"{program} is missing: apt-get install wrk nginx redis-server")
    rows = measure(arguments.seconds, arguments.rounds, arguments.connections)
    print(json.dumps([asdict(row) for row in rows]) if arguments.json else table(rows))


def measure(seconds: float, rounds: int, connections: int) -> list[Row]:
    """All paths, each in rounds against a file of its own size."""
    with tempfile.TemporaryDirectory(prefix="gladi-portal-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        stack = up(folder / "stack", "--profile", "full")
        try:
            register(stack, 40)
            for number in (1, 2, 3):
                phone = ready_phone(stack, number)
                for page in (1, 2, 3):
                    assert phone.submit(page, f"portal-{number}-{page}").status_code == 201
            time.sleep(3.0)  # until everything is published
            return [
                one_path(stack, folder, what, path, seconds, rounds, connections)
                for what, path in PATHS.items()
            ]
        finally:
            sirekap("down", "--dir", str(stack.dir))


def one_path(
    stack: Stack, folder: Path, what: str, path: str, seconds: float, rounds: int, connections: int
) -> Row:
    """One path of the portal and a file as large as its answer, in turns."""
    with urllib.request.urlopen(stack.url + path, timeout=10) as answer:
        body = answer.read()
    with static_file(folder / f"static-{what.replace(' ', '-')}", body) as url:
        portal, static = [], []
        for _ in range(rounds):
            portal.append(read(stack.url + path, seconds, connections))
            static.append(read(url, seconds, connections))
    return Row(what, len(body), statistics.median(portal), statistics.median(static))


@contextmanager
def static_file(folder: Path, body: bytes) -> Iterator[str]:
    """An nginx that serves `body` as a file; yields its URL."""
    (folder / "files").mkdir(parents=True)
    (folder / "files" / "answer").write_bytes(body)
    port = free_port()
    conf = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    conf.write_text(STATIC.format(folder=folder, port=port, user=user, workers=2))
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin") or "nginx"
    server = subprocess.Popen(
        ["nice", "-n", str(Settings().niceness), nginx, "-c", str(conf), "-p", str(folder)],
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}/answer"
        for _ in range(100):
            try:
                with urllib.request.urlopen(url, timeout=1) as answer:
                    assert answer.read() == body
                break
            except OSError:
                time.sleep(0.05)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=10)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def read(url: str, seconds: float, connections: int) -> float:
    """Requests a second that wrk got answered with 200."""
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", url], capture_output=True, text=True, check=True
    )
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise SystemExit(f"{url}: not every answer was right:\n{done.stdout}")
    found = re.search(r"Requests/sec:\s+([0-9.]+)", done.stdout)
    assert found, done.stdout
    return float(found[1])


def table(rows: list[Row]) -> str:
    """The figures for a person."""
    lines = [f"{'':<18}{'bytes':>8}{'portal/s':>12}{'static/s':>12}{'ratio':>8}"]
    lines += [
        f"{row.what:<18}{row.bytes:>8}{row.portal_per_s:>12.0f}{row.static_per_s:>12.0f}{row.ratio:>8.2f}"
        for row in rows
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
