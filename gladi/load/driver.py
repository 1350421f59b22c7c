"""The load processes as the conductor sees them: started or awaited, told when, heard, and ended."""

import contextlib
import json
import queue
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chaos import Reading
from gladi.failures import CannotRunError
from gladi.load.host_port import place
from gladi.load.order import Destination

_READY_S = 60.0
"""Longest silence while workers rebuild their shards; those elsewhere also render photos, and say so."""
_COME_S = 120.0
"""Longest wait for workers from elsewhere."""
_PLACE_S = 30.0
_END_S = 30.0

_PORTS = range(10_000, 20_000)
"""Below what the kernel gives to outgoing connections, and apart from the ports of reference stacks."""

Tell = Callable[[str], None]


def free_port() -> int:
    """A port of loopback that nobody uses, drawn so that two who ask at the same time hardly get the same."""
    for port in random.sample(_PORTS, 200):
        with socket.socket() as one, contextlib.suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port
    raise CannotRunError(f"no free port on 127.0.0.1 between {_PORTS[0]} and {_PORTS[-1]}")


class Driver:
    """A Locust master and its workers, driven through the master's pipes.

    `local` workers are started here, each a process of its own; the others come from elsewhere.
    """

    MASTER = "gladi.load.master"

    def __init__(self, order: Path, workers: int, local: int, logs: Path) -> None:
        self._order = order
        self._workers = workers
        self._local = local
        self._logs = logs
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._said: queue.Queue[dict[str, Any]] = queue.Queue()
        self._told_dead: set[int] = set()
        self._over = False
        self._preparing: dict[str, Any] = {}
        self.beat: dict[str, Any] = {}
        self.came: list[dict[str, Any]] = []
        self.warnings: list[str] = []
        self.deaths: list[dict[str, Any]] = []
        """What the master said of each worker that died during the run."""
        self.photos: list[tuple[str, str]] = []
        """Name and digest of the photos that workers elsewhere rendered."""
        self.totals: dict[str, Any] = {}

    def launch(self, started: Callable[[str, int], None]) -> None:
        """Start master and local workers and return at once; `started` hears name and pid of each."""
        self._spawn("load-master", [self.MASTER, str(self._order), str(self._logs)], started)
        for index in range(self._local):
            name = f"load-worker-{index}"
            self._spawn(name, ["gladi.load.worker", "-", "--index", str(index)], started)
        threading.Thread(target=self._listen, name="load-master", daemon=True).start()

    def wait_for_all(self, tell: Tell) -> None:
        """Return when the workers from elsewhere have come, each the same gladi with a good clock.

        `tell` hears who has. Raises CannotRunError.
        """

        def told() -> None:
            words = f"{len(self.came)} dari {self._workers}" + (f": {self._who()}" if self.came else "")
            tell("; ".join((words, *self.warnings)))

        told()
        deadline = time.monotonic() + _COME_S
        while len(self.came) < self._workers:
            if time.monotonic() > deadline:
                here = f"; there are: {self._who()}" if self.came else ""
                said = "; ".join(("", *self.warnings))
                raise CannotRunError(
                    f"{len(self.came)} of {self._workers} load workers came within {_COME_S:g} s{here}{said}"
                )
            if self._hear(0.2) in ("came", "warned"):
                told()

    def wait_ready(self, tell: Tell = lambda words: None) -> None:
        """Return when every worker has rebuilt its shard; raises CannotRunError."""
        self._wait("ready", _READY_S, "rebuild their shards", tell)

    def place(self, destination: Destination) -> None:
        """Tell the workers where the system is, and hear that each may send there; raises CannotRunError."""
        self._tell({"place": destination.as_json()})
        self._wait("placed", _PLACE_S, "look at the system", lambda words: None)

    def go(self, zero_epoch_s: float) -> None:
        """Name the wall-clock moment of run clock 0."""
        self._tell({"go": zero_epoch_s})

    def stop(self, patience_s: float) -> None:
        """Ask the workers to begin nothing more, and give them time to record what they have in hand."""
        with contextlib.suppress(CannotRunError):
            self._tell({"stop": True})
        deadline = time.monotonic() + patience_s
        while not self.poll() and time.monotonic() < deadline:
            time.sleep(0.05)

    def poll(self) -> bool:
        """Take in what the master said; True when the load is over."""
        while self._hear(0.0):
            pass
        for name, one in self._processes.items():
            index = int(name.rpartition("-")[2]) if name != "load-master" else -1
            if index >= 0 and index not in self._told_dead and one.poll() is not None and not self._over:
                self._told_dead.add(index)
                with contextlib.suppress(CannotRunError):
                    self._tell({"died": index, "why": _ended(one.returncode)})
        return self._over or self._processes["load-master"].poll() is not None

    def reading(self, tps: int) -> Reading | None:
        """How far the load is, of so many TPS, as it was last told; None before the start."""
        beat = self.beat
        if "complete_tps" not in beat:
            return None
        return Reading(beat["complete_tps"] / tps, beat["acknowledged_pages"])

    def end(self) -> None:
        """Let the processes leave, then end those that stay; only processes started here."""
        master = self._processes.get("load-master")
        if master is not None and master.stdin is not None and not master.stdin.closed:
            with contextlib.suppress(OSError):
                master.stdin.close()
        deadline = time.monotonic() + (5.0 if self.totals else 1.0)
        for one in self._processes.values():
            try:
                one.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                one.terminate()
        for one in self._processes.values():
            try:
                one.wait(3.0)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait(_END_S)

    @property
    def pids(self) -> dict[str, int]:
        """Process ids by component name, of those that run here."""
        return {name: one.pid for name, one in self._processes.items()}

    def _hear(self, patience_s: float) -> str:
        """Take in one thing the master said; its name, or "". Raises CannotRunError if it refuses."""
        try:
            said = self._said.get(timeout=patience_s) if patience_s else self._said.get_nowait()
        except queue.Empty:
            return ""
        match event := str(said["event"]):
            case "beat":
                self.beat = said
            case "came":
                self.came.append(said)
            case "warned":
                self.warnings.append(str(said["why"]))
            case "ready":
                self.photos = [(name, digest) for name, digest in said["photos"]]
            case "refused":
                raise CannotRunError(str(said["why"]))
            case "died":
                self.deaths.append(said)
            case "done":
                self.totals = {name: value for name, value in said.items() if name != "event"}
                self._over = True
            case "preparing":
                self._preparing = said
        return event

    def _wait(self, event: str, patience_s: float, what: str, tell: Tell) -> None:
        deadline = time.monotonic() + patience_s
        while (heard := self._hear(0.2)) != event:
            if heard == "preparing":
                deadline = time.monotonic() + patience_s
                one = self._preparing
                tell(f"{one['host']}: {one['done']:,}/{one['total']:,} foto")
            dead = [name for name, one in self._processes.items() if one.poll() is not None]
            if dead and not heard:
                raise CannotRunError(f"{dead[0]} ended before the start: {self._last_words(dead[0])}")
            if time.monotonic() > deadline:
                raise CannotRunError(
                    f"the load workers did not {what} within {patience_s:g} s; see {self._logs}"
                )

    def _who(self) -> str:
        return ", ".join(f"{one['host']} (pid {one['pid']})" for one in self.came)

    def _spawn(self, name: str, module: list[str], started: Callable[[str, int], None]) -> None:
        with (self._logs / f"{name}.log").open("wb") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", *module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if name == "load-master" else log,
                stderr=log,
                start_new_session=True,
            )
        started(name, self._processes[name].pid)

    def _listen(self) -> None:
        stream = self._processes["load-master"].stdout
        assert stream is not None
        for line in stream:
            try:
                said = json.loads(line)
            except ValueError:
                continue
            if said["event"] == "listening":
                self._invite(place(said["host"], said["port"]))
            else:
                self._said.put(said)

    def _invite(self, master: str) -> None:
        """Tell the local workers, which have loaded meanwhile, where the master listens."""
        for name, one in self._processes.items():
            if name != "load-master" and one.stdin is not None:
                with contextlib.suppress(OSError):
                    one.stdin.write(f"{master}\n".encode())
                    one.stdin.close()

    def _tell(self, content: dict[str, Any]) -> None:
        stream = self._processes["load-master"].stdin
        assert stream is not None
        try:
            stream.write(json.dumps(content).encode() + b"\n")
            stream.flush()
        except (OSError, ValueError) as error:
            raise CannotRunError(f"the load master is gone: {self._last_words('load-master')}") from error

    def _last_words(self, name: str) -> str:
        lines = (self._logs / f"{name}.log").read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


def _ended(code: int) -> str:
    return f"its process was killed by signal {-code}" if code < 0 else f"its process ended with code {code}"
