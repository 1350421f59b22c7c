"""Worker processes, of the API and of the work behind it: launch, and wait until it says that it serves."""

import contextlib
import os
import select
import signal
import sys
import time

import psutil

from sirekap.failures import CouldNotRunError
from sirekap.stack.part import Site
from sirekap.stack.processes import spawn, tail
from sirekap.stack.ready_line import READY_LINE
from sirekap.stack.record import package_parent

PROGRAMS = {"api": "sirekap.api.worker", "worker": "sirekap.work"}
STOP_MARGIN_S = 2.0  # beyond the time that requests in flight are given


class WorkerPart:
    """One worker process; `kind` is "api" or "worker", `number` counts from 1."""

    stop_signal = signal.SIGTERM

    def __init__(self, site: Site, kind: str, number: int) -> None:
        self.name = f"{kind}-{number}"
        self.stop_wait_s = site.settings.shutdown_grace_s + STOP_MARGIN_S
        self._site = site
        self._program = PROGRAMS[kind]
        self._niceness = site.settings.worker_niceness if kind == "worker" else site.settings.niceness
        self._ready_fd = -1

    def prepare(self) -> None:
        """Nothing is needed beforehand."""

    def launch(self) -> psutil.Process:
        """Start the process with a pipe to announce itself."""
        self._ready_fd, child_fd = os.pipe()
        try:
            return spawn(
                [sys.executable, "-m", self._program, str(self._site.layout.dir), self.name, str(child_fd)],
                log=self._site.layout.log(self.name),
                niceness=self._niceness,
                cpus=self._site.settings.cpus,
                environ={**os.environ, "PYTHONPATH": _python_path(), "PYTHONUNBUFFERED": "1"},
                pass_fds=(child_fd,),
            )
        finally:
            os.close(child_fd)

    def await_ready(self, process: psutil.Process) -> None:
        """Return once the worker serves."""
        wait_s = self._site.settings.worker_start_wait_s
        deadline_s = time.monotonic() + wait_s
        try:
            readable, _, _ = select.select(
                [self._ready_fd], [], [], max(0.0, deadline_s - time.monotonic())
            )  # fmt: skip
            if readable and os.read(self._ready_fd, len(READY_LINE)) == READY_LINE:
                return
        finally:
            os.close(self._ready_fd)
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
        what = "ended" if readable else f"was not ready in {wait_s:.0f} s"
        log = self._site.layout.log(self.name)
        raise CouldNotRunError(f"{self.name} {what}; the end of {log}:\n{tail(log)}")

    def complete(self) -> None:
        """Nothing is left to do."""

    def clear(self) -> None:
        """It leaves nothing."""


def _python_path() -> str:
    inherited = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join(part for part in (str(package_parent()), inherited) if part)
