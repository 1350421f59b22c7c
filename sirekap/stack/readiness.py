"""Waiting for a process to serve: ask until it answers, and tell what it said when it does not."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from sirekap.failures import CouldNotRunError
from sirekap.stack.processes import gone_within, tail

ASK_AGAIN_S = 0.02


def await_answer(
    process: psutil.Process, answers: Callable[[], bool], wait_s: float, name: str, log: Path
) -> None:
    """Return once `answers()` is true.

    Raises:
        CouldNotRunError: the process ended or did not answer within `wait_s`; it is then killed.
    """
    deadline_s = time.monotonic() + wait_s
    while not answers():
        dead = gone_within(process, 0.0)
        if dead or time.monotonic() > deadline_s:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
            what = "ended at once" if dead else f"did not answer in {wait_s:.0f} s"
            raise CouldNotRunError(f"{name} {what}; the end of {log}:\n{tail(log)}")
        time.sleep(ASK_AGAIN_S)
