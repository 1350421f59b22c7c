"""The smallest stack of real processes: a store that forks a child, and two API workers on one port.

It writes the same stack.json as the reference stack, so that faults can be shown on it within milliseconds.
The store's child answers "pong" on a socket; a worker's /readyz is 200 if the store answers it.

    python dummy_stack.py up DIR | start COMPONENT DIR | down DIR | serve COMPONENT DIR
"""

import fcntl
import http.client
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

COMPONENTS = ("api-1", "api-2", "postgres")  # not in the order in which they must be started


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _read(folder: Path) -> dict[str, Any]:
    table: dict[str, Any] = json.loads((folder / "stack.json").read_text())
    return table


def store_answers(folder: Path) -> bool:
    """Whether the store says pong within 0.3 s."""
    try:
        with socket.create_connection(("127.0.0.1", _read(folder)["store_port"]), timeout=0.3) as connection:
            connection.sendall(b"ping")
            return connection.recv(4) == b"pong"
    except OSError:
        return False


def _serve_store(folder: Path) -> None:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", _read(folder)["store_port"]))
    listener.listen(16)
    if os.fork() == 0:  # as a backend of PostgreSQL: in a session of its own, out of the parent's group
        os.setsid()
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4)
                connection.sendall(b"pong")
    os.wait()


class _Worker(http.server.BaseHTTPRequestHandler):
    folder: Path

    def do_GET(self) -> None:
        body = str(os.getpid()).encode()
        self.send_response(200 if self.path != "/readyz" or store_answers(self.folder) else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        return


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that a fault has cut is nothing to print."""


def _serve_worker(folder: Path) -> None:
    _Worker.folder = folder
    server = _Server(("127.0.0.1", 0), _Worker, bind_and_activate=False)
    server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    server.server_address = ("127.0.0.1", _read(folder)["port"])
    server.server_bind()
    server.server_activate()
    server.serve_forever()


def start(name: str, folder: Path) -> int:
    """Starts one component and waits until it serves; 3 when it does not."""
    import psutil  # not above: what only serves starts three times faster without site-packages

    argv = [sys.executable, "-I", "-S", __file__, "serve", name, str(folder)]
    child = subprocess.Popen(argv, start_new_session=True, stdin=subprocess.DEVNULL)
    born = psutil.Process(child.pid).create_time()
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        table = _read(folder)
        table["components"][name] |= {"pid": child.pid, "create_time": born}
        draft = folder / f"draft-{name}"
        draft.write_text(json.dumps(table))
        draft.replace(folder / "stack.json")
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        if store_answers(folder) if name == "postgres" else _worker_answers(child.pid, table["url"]):
            return 0
        time.sleep(0.01)
    print(f"{name} does not serve", file=sys.stderr)
    return 3


def _worker_answers(pid: int, url: str) -> bool:
    try:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=0.5)
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        return int(response.read()) == pid and response.status == 200
    except OSError:
        return False


def up(folder: Path) -> None:
    """Starts everything."""
    port = _free_port()
    script = [sys.executable, __file__]
    components = {
        name: {"pid": 0, "create_time": 0.0, "start": [*script, "start", name, str(folder)]}
        for name in COMPONENTS
    }
    table = {
        "url": f"http://127.0.0.1:{port}",
        "port": port,
        "store_port": _free_port(),
        "components": components,
        "down": [*script, "down", str(folder)],
    }
    (folder / "stack.json").write_text(json.dumps(table))
    if start("postgres", folder):
        raise SystemExit(3)
    workers = [subprocess.Popen([*script, "start", name, str(folder)]) for name in ("api-1", "api-2")]
    codes = [worker.wait() for worker in workers]
    if any(codes):
        raise SystemExit(3)


def down(folder: Path) -> None:
    """Ends everything; only what is ours by birth."""
    import psutil

    for one in _read(folder)["components"].values():
        try:
            root = psutil.Process(one["pid"])
            if root.create_time() != one["create_time"]:
                continue
            for process in [*root.children(recursive=True), root]:
                process.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue


if __name__ == "__main__":
    verb, *rest = sys.argv[1:]
    place = Path(rest[-1])
    if verb == "up":
        up(place)
    elif verb == "down":
        down(place)
    elif verb == "start":
        sys.exit(start(rest[0], place))
    elif rest[0] == "postgres":
        _serve_store(place)
    else:
        _serve_worker(place)
