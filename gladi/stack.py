"""The reference stack as a program: started, asked and stopped through its own command line."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gladi.failures import CannotRunError, UsageError

_TIMEOUT_S = 90.0


@dataclass(frozen=True, slots=True)
class RunningStack:
    """A stack that answers; `folder` holds stack.json, secrets.json, its photos and logs."""

    url: str
    folder: Path


def up(
    folder: Path,
    port: int,
    api_workers: int,
    defects: Sequence[str],
    cores: Sequence[int] = (),
    profile: str = "embedded",
    naive: bool = False,
    workers: int = 1,
    settings: Mapping[str, str | int | float | bool] | None = None,
) -> RunningStack:
    """Start a stack in `folder`; `port` 0 takes a free one, `cores` are the only ones it may use.

    `api_workers` serve, `workers` read photos and publish totals behind them.

    `profile` is "embedded" (Python and its wheels) or "full" (nginx, Redis, an object store); `naive` takes
    away all that keeps it from collapsing under too much load. `settings` are those that
    `python -m sirekap settings --example` lists; a wrong one is refused with its name.
    Raises UsageError or CannotRunError.
    """
    command = ["up", "--dir", str(folder), "--port", str(port), "--api-workers", str(api_workers), "--json"]
    command += ["--workers", str(workers), "--profile", profile, *(["--naive"] if naive else [])]
    for defect in defects:
        command += ["--defect", defect]
    if settings:
        folder.mkdir(parents=True, exist_ok=True)
        lines = [f"{name} = {json.dumps(value)}\n" for name, value in settings.items()]
        (folder / "settings.toml").write_text("".join(lines), encoding="utf-8")
    _sirekap(command, {"SIREKAP_CPUS": ",".join(map(str, cores))} if cores else {})
    described = json.loads((folder / "stack.json").read_text())
    return RunningStack(described["url"], folder)


def down_command(folder: Path) -> tuple[str, ...]:
    """The command that stops the stack of `folder`, for whoever must do so without us."""
    return (sys.executable, "-m", "sirekap", "down", "--dir", str(folder))


def down(folder: Path) -> None:
    """Stop the stack of `folder`; harmless when nothing runs."""
    _sirekap(["down", "--dir", str(folder)])


def start(folder: Path, component: str) -> str:
    """Start a dead component of the stack of `folder` again; what it says."""
    return _sirekap(["start", component, "--dir", str(folder)]).strip()


def status(folder: Path) -> dict[str, object]:
    """What runs in `folder`."""
    content: dict[str, object] = json.loads(_sirekap(["status", "--dir", str(folder), "--json"]))
    return content


def _sirekap(arguments: list[str], settings: Mapping[str, str] | None = None) -> str:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "sirekap", *arguments],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            stdin=subprocess.DEVNULL,
            check=False,
            env={**os.environ, **(settings or {})},
        )
    except subprocess.TimeoutExpired as error:
        raise CannotRunError(
            f"the reference stack did not answer `{arguments[0]}` in {_TIMEOUT_S:g} s"
        ) from error
    if done.returncode == 0:
        return done.stdout
    said = (done.stderr.strip() or done.stdout.strip()).removeprefix("sirekap: ")
    if done.returncode == 2:
        raise UsageError(said)
    raise CannotRunError(f"the reference stack: {said}")
