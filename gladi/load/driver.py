"""The load processes as the conductor sees them: started together, told when, heard, and ended."""

import contextlib
import json
import queue
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

_READY_S = 60.0
_END_S = 30.0


def free_port() -> int:
    """A port of loopback that was free a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Driver:
    """A Locust master and its workers, each a process of its own, driven through the master's pipes."""

    def __init__(self, order: Path, workers: int, logs: Path) -> None:
        self._order = order
        self._workers = workers
        self._logs = logs
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._said: queue.Queue[dict[str, Any]] = queue.Queue()
        self.beat: dict[str, Any] = {}
        self.lost_workers: dict[int, str] = {}
        self.totals: dict[str, Any] = {}

    def launch(self, started: Callable[[str, int], None]) -> None:
        """Start master and workers and return at once; `started` hears name and pid of each."""
        self._spawn("load-master", "gladi.load.master", started)
        for index in range(self._workers):
            self._spawn(f"load-worker-{index}", "gladi.load.worker", started)
        threading.Thread(target=self._listen, name="load-master", daemon=True).start()

    def wait_ready(self) -> None:
        """Return when every worker has rebuilt its shard; raises CannotRunError."""
        deadline = time.monotonic() + _READY_S
        while time.monotonic() < deadline:
            try:
                if self._said.get(timeout=0.2).get("event") == "ready":
                    return
            except queue.Empty:
                dead = [name for name, one in self._processes.items() if one.poll() is not None]
                if dead:
                    raise CannotRunError(
                        f"{dead[0]} ended before the start: {self._last_words(dead[0])}"
                    ) from None
        raise CannotRunError(f"the load workers were not ready within {_READY_S:g} s; see {self._logs}")

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
        while True:
            try:
                said = self._said.get_nowait()
            except queue.Empty:
                return self._processes["load-master"].poll() is not None
            if said["event"] == "beat":
                self.beat = said
            elif said["event"] == "worker_lost":
                self.lost_workers[int(said["worker"])] = str(said["why"])
            elif said["event"] == "done":
                self.totals = said
                return True

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
        """Process ids by component name."""
        return {name: one.pid for name, one in self._processes.items()}

    def _spawn(self, name: str, module: str, started: Callable[[str, int], None]) -> None:
        with (self._logs / f"{name}.log").open("wb") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", module, str(self._order)],
                stdin=subprocess.PIPE if name == "load-master" else subprocess.DEVNULL,
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
                self._said.put(json.loads(line))
            except ValueError:
                continue

    def _tell(self, content: dict[str, Any]) -> None:
        stream = self._processes["load-master"].stdin
        assert stream is not None
        try:
            stream.write(json.dumps(content).encode() + b"\n")
            stream.flush()
        except OSError as error:
            raise CannotRunError(f"the load master is gone: {self._last_words('load-master')}") from error

    def _last_words(self, name: str) -> str:
        lines = (self._logs / f"{name}.log").read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"
