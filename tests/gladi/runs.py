"""Starting gladi as a person does: a process, its exit code, what it printed, what it left running."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from click.testing import CliRunner

from gladi.cli import main

SPRINT = Path(__file__).parent / "sprint.toml"
TWO_POOLS = Path(__file__).parent / "two-pools.json"
"""A server model that no calibration changes: two hands, 160 pages or 39 logins a second."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a call of gladi ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def gladi(*arguments: object, timeout_s: float = 120.0, **environment: str) -> Done:
    done = subprocess.run(
        [sys.executable, "-m", "gladi.cli", *map(str, arguments)],
        capture_output=True, text=True, timeout=timeout_s, stdin=subprocess.DEVNULL,
        env={**os.environ, **environment}, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return Done(done.returncode, done.stdout, done.stderr)


def called(*arguments: object) -> Done:
    """The same in this process, for what ends before anything starts: a second less than `gladi`."""
    done = CliRunner().invoke(main, [str(one) for one in arguments], prog_name="gladi")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Done(done.exit_code, done.stdout, done.stderr)


def begin(*arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "gladi.cli", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip


def left_running(folder: Path) -> list[str]:
    """Command lines of processes that still name `folder`."""
    lines = []
    for one in psutil.process_iter(["cmdline"]):
        line = " ".join(one.info["cmdline"] or [])
        if str(folder) in line and one.pid != os.getpid():
            lines.append(line)
    return lines
