"""Detached processes: start one in its own session, know it again, end it within a bound.

A process is known by pid *and* creation time: a pid alone may belong to somebody else by now.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

HANDED_ON = "COMPONENT_ENVIRONMENT"  # a JSON object; only `start` is given one


@dataclass(frozen=True)
class RunAs:
    """The user to run as; None ids mean the present one."""

    uid: int | None = None
    gid: int | None = None


def spawn(
    argv: Sequence[str],
    *,
    log: Path,
    niceness: int,
    cpus: Sequence[str] = (),
    environ: Mapping[str, str],
    run_as: RunAs | None = None,
    cwd: Path | None = None,
    pass_fds: Sequence[int] = (),
) -> psutil.Process:
    """Start `argv` in its own session with its output appended to `log`; it outlives this command.

    `cpus` are the only cores it may use; none named: all. What is handed on comes on top of `environ`.
    """
    run_as = run_as or RunAs()
    cores = {int(cpu) for cpu in cpus}
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        child = subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**environ, **handed_on()},
            cwd=cwd,
            pass_fds=tuple(pass_fds),
            user=run_as.uid,
            group=run_as.gid,
            extra_groups=[] if run_as.gid is not None else None,
            # Set before the program starts, so that no thread or child of it ever runs elsewhere.
            preexec_fn=(lambda: os.sched_setaffinity(0, cores)) if cores else None,  # noqa: PLW1509
        )
    process = psutil.Process(child.pid)
    with contextlib.suppress(psutil.Error):
        process.nice(max(process.nice(), niceness))
    return process


def plain_environment() -> dict[str, str]:
    """For a program that reads nothing of ours: English and UTC."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def handed_on() -> dict[str, str]:
    """What the component is to find in its environment, although the command that starts it must not.

    A rehearsal lets a clock jump so: a component starts with another clock (LD_PRELOAD, FAKETIME_...).
    """
    given = json.loads(os.environ.get(HANDED_ON, "{}"))
    return {str(name): str(value) for name, value in given.items()}


CREATE_TIME_TOLERANCE_S = 2.0  # the kernel rounds the boot time that creation times are counted from


def find(pid: int, create_time: float) -> psutil.Process | None:
    """The process, if it is still the same one and not a zombie."""
    try:
        process = psutil.Process(pid)
        if (
            abs(process.create_time() - create_time) > CREATE_TIME_TOLERANCE_S
            or process.status() == psutil.STATUS_ZOMBIE
        ):
            return None
    except psutil.NoSuchProcess:
        return None
    return process


def ask_to_end(process: psutil.Process, gentle: signal.Signals) -> None:
    """Send `gentle`, and do not wait."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(gentle)


def end_session(leader: int, create_time: float) -> None:
    """Kill what a dead component left running, such as the workers of a killed nginx.

    Every component leads a session of its own, and as long as anybody is in it the kernel gives the leader's
    number to no other process; so if that number is alive, it is somebody else's and so is the session.
    `create_time` (epoch seconds) is the component's: nobody in its session is older.
    """
    with contextlib.suppress(psutil.NoSuchProcess):
        if psutil.Process(leader).status() != psutil.STATUS_ZOMBIE:
            return
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if (
                os.getsid(process.pid) == leader
                and process.create_time() >= create_time - CREATE_TIME_TOLERANCE_S
            ):
                process.kill()
                gone_within(process, 5.0)


def end(process: psutil.Process, *, gentle: signal.Signals, wait_s: float) -> None:
    """Ask it to end, wake it if it was stopped, and kill it when `wait_s` has passed."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(gentle)
        process.send_signal(signal.SIGCONT)
        if not gone_within(process, wait_s):
            process.kill()
            gone_within(process, 10.0)


def gone_within(process: psutil.Process, wait_s: float) -> bool:
    """Whether the process ended within `wait_s` seconds; reaps it when it is our own child."""
    deadline = time.monotonic() + wait_s
    while True:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process.pid, os.WNOHANG)
        try:
            if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log, for an error message."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(no log)"
