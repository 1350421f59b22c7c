"""Worker processes, of the API and of the work behind it: launch one, and wait for its word that it serves.

A worker writes one line into a pipe it inherits once its socket listens; the pipe closing without that line
means it died. So readiness of *this* worker is known although all workers share one port.
"""

import contextlib
import os
import select
import sys
import time
from dataclasses import dataclass

import psutil

from sirekap.failures import CouldNotRunError
from sirekap.settings import Settings
from sirekap.stack.layout import Layout
from sirekap.stack.processes import spawn, tail
from sirekap.stack.record import package_parent

READY_LINE = b"ready\n"
PROGRAMS = {"api": "sirekap.api.worker", "worker": "sirekap.work"}


@dataclass(frozen=True)
class Launched:
    """A worker that was started and has not yet said that it is ready."""

    name: str
    process: psutil.Process
    ready_fd: int


def launch(layout: Layout, settings: Settings, name: str) -> Launched:
    """Start worker `name`, for example "api-1" or "worker-1"."""
    kind = name.partition("-")[0]
    ready_fd, child_fd = os.pipe()
    try:
        process = spawn(
            [sys.executable, "-m", PROGRAMS[kind], str(layout.dir), name, str(child_fd)],
            log=layout.log(name),
            niceness=settings.worker_niceness if kind == "worker" else settings.niceness,
            cpus=settings.cpus,
            environ={**os.environ, "PYTHONPATH": _python_path(), "PYTHONUNBUFFERED": "1"},
            pass_fds=(child_fd,),
        )
    finally:
        os.close(child_fd)
    return Launched(name, process, ready_fd)


def await_ready(layout: Layout, settings: Settings, launched: Launched) -> None:
    """Return once the worker listens.

    Raises:
        CouldNotRunError: it ended or stayed silent for `settings.worker_start_wait_s`; it is then ended.
    """
    deadline = time.monotonic() + settings.worker_start_wait_s
    try:
        readable, _, _ = select.select([launched.ready_fd], [], [], max(0.0, deadline - time.monotonic()))
        if readable and os.read(launched.ready_fd, len(READY_LINE)) == READY_LINE:
            return
    finally:
        os.close(launched.ready_fd)
    with contextlib.suppress(psutil.NoSuchProcess):
        launched.process.kill()
    what = "ended" if readable else f"was not ready in {settings.worker_start_wait_s:.0f} s"
    log = layout.log(launched.name)
    raise CouldNotRunError(f"{launched.name} {what}; the end of {log}:\n{tail(log)}")


def _python_path() -> str:
    inherited = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join(part for part in (str(package_parent()), inherited) if part)
