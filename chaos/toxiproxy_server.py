"""The toxiproxy-server program: finding it, checking its version, starting and ending it."""

import os
import shutil
import socket
import subprocess
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

from chaos.process import ProcessId, end
from chaos.toxiproxy import PINNED_VERSION, Toxiproxy, ToxiproxyError, older_than_pinned

PROJECT = Path(__file__).parents[1]
_START_S = 5.0
_HOW_TO_GET = (
    f"get version {PINNED_VERSION} with `make tools`, or with `go install "
    f"github.com/Shopify/toxiproxy/v2/cmd/server@v{PINNED_VERSION}` and put the program `server` on the PATH "
    "under the name `toxiproxy-server`"
)


@dataclass(frozen=True, slots=True)
class ServerProgram:
    """A toxiproxy-server on this machine; `version` is "git" when it was built without one."""

    path: Path
    version: str


def find_server() -> ServerProgram:
    """The program on the PATH, else `.tools/bin/` here or at the project; raises ToxiproxyError.

    A version older than the pinned one is refused; one that cannot be told only warns.
    """
    on_path = shutil.which("toxiproxy-server")
    here = [folder / ".tools" / "bin" / "toxiproxy-server" for folder in (Path.cwd(), PROJECT)]
    candidates = [Path(on_path)] if on_path else [path for path in here if os.access(path, os.X_OK)]
    if not candidates:
        raise ToxiproxyError(f"toxiproxy-server is neither on the PATH nor in .tools/bin: {_HOW_TO_GET}")
    path = candidates[0].resolve()
    try:
        said = subprocess.run(
            [path, "-version"], capture_output=True, text=True, timeout=5.0, check=True
        ).stdout.split()
    except (OSError, subprocess.SubprocessError) as error:
        raise ToxiproxyError(f"{path} does not run ({error}): {_HOW_TO_GET}") from error
    version = said[-1] if said else ""
    if version == "git":
        warnings.warn(f"{path} does not tell its version; tried is {PINNED_VERSION}", stacklevel=2)
    elif older_than_pinned(version):
        raise ToxiproxyError(f'{path} has version "{version}", needed is {PINNED_VERSION}: {_HOW_TO_GET}')
    return ServerProgram(path, version)


class ToxiproxyServer:
    """A running toxiproxy-server that we started: in a session of its own, so that Ctrl-C does not end it."""

    def __init__(self, child: subprocess.Popen[bytes], url: str, process: ProcessId) -> None:
        self._child = child
        self.url = url
        self.process = process

    @classmethod
    def start(cls, log_path: Path, port: int = 0) -> "ToxiproxyServer":
        """Starts it on the loopback and waits until it answers; port 0 takes a free one.

        Raises ToxiproxyError: not installed, port taken, or no answer within five seconds.
        """
        program = find_server()
        chosen = _free_port(port)
        url = f"http://127.0.0.1:{chosen}"
        with log_path.open("ab") as log:
            child = subprocess.Popen(
                [program.path, "-host", "127.0.0.1", "-port", str(chosen)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        server = cls(child, url, ProcessId.of(child.pid))
        client = Toxiproxy(url, timeout_s=0.5)
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            if child.poll() is not None:
                last = log_path.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
                raise ToxiproxyError(
                    f"toxiproxy-server ended at once ({child.returncode}), port {chosen}: {' '.join(last)}"
                )
            try:
                client.version()
            except ToxiproxyError:
                time.sleep(0.01)
                continue
            return server
        server.stop()
        raise ToxiproxyError(f"toxiproxy-server did not answer at {url} within {_START_S} s; see {log_path}")

    @property
    def running(self) -> bool:
        """Whether the program still runs."""
        return self._child.poll() is None

    def stop(self) -> None:
        """Ends it and its proxies, within three seconds; may be called again."""
        if self.running:
            end([self.process], patience_s=2.0)
        self._child.wait(timeout=2.0)


def _free_port(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ToxiproxyError(
                f"port taken: 127.0.0.1:{port} is already used by another program ({error.strerror}); "
                "choose another, or 0 for any free one"
            ) from error
        return int(probe.getsockname()[1])
