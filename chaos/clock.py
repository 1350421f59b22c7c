"""The wall clock of one component: how it is made to jump, and how the component is asked what time it is.

The clock of the machine is never touched. A program that was started with libfaketime preloaded adds to the
true time what a small file says, and goes on with the true time when the file is gone; so the file *is* the
jump. Waits and timeouts (the monotonic clock) and the times of files stay true.
"""

import hashlib
import http.client
import json
import subprocess
import sys
import tempfile
import time
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from chaos.database import ask, read_database
from chaos.fault import FaultError
from chaos.process import ProcessId
from chaos.site import Site
from chaos.stack import Component, StackError, connection_to, read_stack

_LIBRARY = "faketime/libfaketimeMT.so.1"
_PLACES = ("/usr/lib", "/usr/lib64", "/usr/local/lib")
_READ_AGAIN_S = 1
_ASK_WAIT_S = 0.5
_ASKED_AT_MOST = 16
"""Workers that share a port are told apart by asking again; of two, one is missed once in 65,536 times."""


def faketime_library() -> Path | None:
    """libfaketime for programs with threads, where Debian or a build of one's own puts it."""
    for place in map(Path, _PLACES):
        found = sorted([*place.glob(_LIBRARY), *place.glob(f"*/{_LIBRARY}")])
        if found:
            return found[0]
    return None


def waits_survive(library: Path) -> bool:
    """Whether a program under this library can wait until a moment of the monotonic clock.

    0.9.10, which Debian 12 has, lets clock_nanosleep(TIMER_ABSTIME) fail; no part of the reference stack that
    tells the time waits so.
    """
    waited = subprocess.run(
        [sys.executable, "-I", "-S", "-c", "import time; time.sleep(0.001)"],
        env=borrowed_clock(library, Path("/nowhere")),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=5.0,
        check=False,
    )
    return waited.returncode == 0


def jump_file(site: Site, component: str) -> Path:
    """The file that is the jump of this component, the same for every caller, where any user may read it."""
    stack = hashlib.blake2b(str(site.stack_json).encode(), digest_size=4).hexdigest()
    return Path(tempfile.gettempdir()) / f"gladi-clock-{stack}-{component}"


def borrowed_clock(library: Path, file: Path) -> dict[str, str]:
    """The environment in which a program takes its clock from the file (libfaketime's README names these)."""
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_CACHE_DURATION": str(_READ_AGAIN_S),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DISABLE_SHM": "1",
        "NO_FAKE_STAT": "1",
    }


def has_borrowed_clock(process: ProcessId) -> bool:
    """Whether the process was started so that its clock can be moved.

    Seen in what it has mapped: nginx writes its title over its environment.
    """
    try:
        return any("libfaketime" in one.path for one in psutil.Process(process.pid).memory_maps())
    except psutil.Error:
        return False


def tells_time(site: Site, component: Component) -> bool:
    """Whether there is a way to ask it: it is the database, or it answers HTTP on a port of its own."""
    try:
        return bool(clock_offsets_s(site, component))
    except (StackError, FaultError):
        return False


def clock_offsets_s(site: Site, component: Component) -> list[float]:
    """How far its answers are ahead of our clock, each within a second or so; empty when it gives none."""
    if component.name == "postgres":
        return _of_database(site)
    place = urlsplit(read_stack(site).url)
    offsets: list[float] = []
    for port in _listening(component.process):
        secure = place.scheme == "https" and port == place.port
        for _ in range(_ASKED_AT_MOST):
            offset, speaker = _of_http(port, secure)
            if offset is not None and speaker in (component.name, None):
                return [offset]
            if offset is not None:
                offsets.append(offset)
    return [] if component.name.startswith("api") else offsets[:1]


def _of_database(site: Site) -> list[float]:
    async def read(connection: Any) -> float:
        return float(await connection.fetchval("SELECT extract(epoch FROM clock_timestamp())::float8"))

    import asyncpg

    try:
        return [ask(read_database(site), read) - time.time()]
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return []


def _listening(process: ProcessId) -> list[int]:
    try:
        connections = psutil.Process(process.pid).net_connections("tcp4")
    except psutil.Error:
        return []
    return sorted({one.laddr.port for one in connections if one.status == psutil.CONN_LISTEN})


def _of_http(port: int, secure: bool) -> tuple[float | None, str | None]:
    """What the Date of an answer is ahead of our clock, and the worker that the answer names, if any."""
    scheme = "https" if secure else "http"
    connection = connection_to(f"{scheme}://127.0.0.1:{port}", _ASK_WAIT_S)
    try:
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        body, date = response.read(), response.headers.get("Date")
        offset = parsedate_to_datetime(date).timestamp() - time.time() if date else None
        return offset, _speaker(body)
    except (OSError, http.client.HTTPException, ValueError):
        return None, None
    finally:
        connection.close()


def _speaker(body: bytes) -> str | None:
    try:
        told = json.loads(body)
    except ValueError:
        return None
    return str(told["worker"]) if isinstance(told, dict) and "worker" in told else None
