"""A class from beginning to end: pack, stack, site; whatever was started is ended, whoever dies first.

OUT/ has paket/ (if none was given), stack/, latihan.sqlite (sessions, attempts, marks), rahasia.json,
situs.log, and after the end hasil.csv and hasil.jsonl. The same OUT again goes on where it was.
"""

import json
import secrets
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from chaos import Ledger, LedgerError, ProcessId, ReaperError, ReaperProcess, Site
from gladi import stack
from gladi.bimtek.serving.address import Door, open_door
from gladi.bimtek.serving.board import as_csv, summary
from gladi.bimtek.serving.choosing import Asked, pack_of
from gladi.bimtek.serving.journal import FILE, Journal
from gladi.bimtek.serving.lesson import open_lesson
from gladi.bimtek.serving.room import new_code
from gladi.failures import CannotRunError, UsageError
from gladi.runfolder import whole_file

_READY_S = 90.0
_END_S = 12.0
_SETTINGS: dict[str, str | int | float | bool] = {"upload_max_bytes": 4_000_000}


@dataclass(frozen=True)
class Opened:
    """A class that runs. `again`: it goes on from an earlier time."""

    url: str
    trainer_code: str
    trainees: int
    classes: int
    again: bool
    door: Door
    site: "subprocess.Popen[bytes]"
    out: Path
    pack: Path


@contextmanager
def open_class(asked: Asked) -> Iterator[Opened]:
    """Everything that a class needs, until the block ends. Raises UsageError or CannotRunError."""
    _check_certificate(asked)
    with ExitStack() as held:
        door = open_door(asked.host, asked.port, asked.cert is not None)
        held.callback(door.close)
        out = _folder(asked.out)
        pack = pack_of(asked, out)
        lesson = open_lesson(pack)
        again = (out / FILE).is_file()
        code = _secrets(out)
        home = out / "stack"
        ledger, reaper = _watched(out)
        held.callback(lambda: (ledger.closed("gladi"), reaper.release()))
        ledger.down("stack", stack.down_command(home), timeout_s=12.0, is_stack=True)
        held.callback(stack.down, home)
        stack.up(home, 0, 2, (), settings=_SETTINGS)
        told = {
            "stack": str(home), "pack": str(pack), "url": door.url,
            "cert": str(asked.cert.resolve()) if asked.cert else "",
            "key": str(asked.key.resolve()) if asked.key else "",
        }  # fmt: skip
        _write(out / "situs.json", json.dumps(told, indent=1))
        site = _site(out, door)
        held.callback(_end, site, ledger, ProcessId.of(site.pid))
        ledger.process("situs", ProcessId.of(site.pid))
        _wait_until_ready(site, out)
        yield Opened(
            door.url, code, len(lesson.pack.trainees), len(lesson.pack.classes), again, door, site, out, pack
        )


def results(out: Path, pack: Path) -> list[str]:
    """Write hasil.csv and hasil.jsonl from the journal; the summary for the terminal."""
    lesson, journal = open_lesson(pack), Journal(out / FILE)
    try:
        _write(out / "hasil.csv", as_csv(lesson, journal))
        lines = [
            json.dumps(
                {"peserta": one.trainee, "latihan": one.exercise, "percobaan": one.attempt,
                 "mulai": one.opened_at, "selesai": one.finished_at, "nilai": one.mark},
                ensure_ascii=False,
            )
            for one in journal.works()
        ] + [
            json.dumps(
                {"peserta": one.trainee, "latihan": one.exercise, "soal": one.round, "pada": one.at,
                 "jawaban": one.answers, "nilai": one.mark},
                ensure_ascii=False,
            )
            for one in journal.answered()
        ]  # fmt: skip
        _write(out / "hasil.jsonl", "".join(f"{line}\n" for line in lines))
        return summary(lesson, journal)
    finally:
        journal.close()


def _folder(out: Path) -> Path:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--out {out}: cannot be made: {error.strerror}") from error
    strangers = [one.name for one in out.iterdir() if one.name not in _OURS]
    if strangers and not (out / "rahasia.json").is_file():
        raise UsageError(
            f"--out {out}: has files that are not of a class ({strangers[0]}); choose a new folder, or "
            "that of a "
            "class which is to go on"
        )
    return out.resolve()


_OURS = {
    "paket", "stack", FILE, f"{FILE}-wal", f"{FILE}-shm", "rahasia.json", "situs.json", "situs.log",
    "hasil.csv", "hasil.jsonl", "jaga.jsonl", "reaper.log", "logs",
}  # fmt: skip


def _secrets(out: Path) -> str:
    path = out / "rahasia.json"
    if not path.is_file():
        path.touch(mode=0o600)
        told = {"trainer_code": new_code(), "seed": secrets.token_hex(24)}
        path.write_text(json.dumps(told))
    code: str = json.loads(path.read_text())["trainer_code"]
    return code


def _watched(out: Path) -> tuple[Ledger, ReaperProcess]:
    """A ledger of what is started, and the process that ends it if this one dies."""
    path = out / "jaga.jsonl"
    path.unlink(missing_ok=True)
    try:
        ledger = Ledger.create(path, Site(str(out), str(out / "stack" / "stack.json")))
        return ledger, ReaperProcess(path)
    except (LedgerError, ReaperError) as error:
        raise CannotRunError(str(error)) from error


def _site(out: Path, door: Door) -> "subprocess.Popen[bytes]":
    numbers = [one.fileno() for one in door.sockets]
    with (out / "situs.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "gladi.bimtek.serving", str(out), ",".join(map(str, numbers))],
            pass_fds=numbers,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for the command; it ends the site in its turn
        )


def _wait_until_ready(site: "subprocess.Popen[bytes]", out: Path) -> None:
    said = site.stdout
    assert said is not None
    deadline_s = time.monotonic() + _READY_S
    while time.monotonic() < deadline_s:
        if select.select([said], [], [], 0.5)[0]:
            if said.readline().strip() == b"ready":
                return
            break
    last = (out / "situs.log").read_text(errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
    raise CannotRunError(f"the practice site did not start: {last[0]} (see {out / 'situs.log'})")


def _end(site: "subprocess.Popen[bytes]", ledger: Ledger, process: ProcessId) -> None:
    if site.poll() is None:
        site.send_signal(signal.SIGTERM)
        try:
            site.wait(_END_S)
        except subprocess.TimeoutExpired:
            site.kill()
            site.wait()
    ledger.ended(process)
    if site.stdout:
        site.stdout.close()


def _check_certificate(asked: Asked) -> None:
    if (asked.cert is None) != (asked.key is None):
        raise UsageError("--cert and --key: go together")
    for option, path in (("--cert", asked.cert), ("--key", asked.key)):
        if path is not None and not path.is_file():
            raise UsageError(f"{option} {path}: no such file; expected PEM")


def _write(path: Path, content: str) -> None:
    with whole_file(path) as unfinished:
        unfinished.write_text(content, encoding="utf-8")
