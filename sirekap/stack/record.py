"""stack.json: what runs where.

Written after every change, atomically, so that a reader never sees half of it.
"""

import contextlib
import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from sirekap.failures import CouldNotRunError, WrongInputError
from sirekap.stack.durable import replace_file
from sirekap.stack.layout import Layout


@dataclass(frozen=True)
class Component:
    """One process; `create_time` (epoch seconds) tells it from a later one with the same pid.

    `stop_signal` is the name of the signal that ends it after the work in hand.
    """

    pid: int
    create_time: float
    start: tuple[str, ...]
    stop_signal: str = "SIGTERM"


@dataclass(frozen=True)
class StackRecord:
    """The content of stack.json. `outside` is the folder made outside the directory, if one was needed.

    The last three are for whoever looks at a stack from outside, or hurts it: how to reach the database (its
    password is in the file named, by the key named), the shared cache of what the public reads with addresses
    that it serves, and the certificate of the public door with its key and the component that shows it.
    """

    url: str
    dir: str
    profile: str
    port: int
    postgres_port: int
    pgdata: str
    postgres_bin: str
    outside: str | None
    defects: tuple[str, ...]
    components: dict[str, Component] = field(default_factory=dict)
    start_all: tuple[str, ...] = ()
    down: tuple[str, ...] = ()
    database: dict[str, str | int] = field(default_factory=dict)
    portal_cache: dict[str, Any] | None = None
    certificate: dict[str, str] | None = None

    def with_component(self, name: str, component: Component) -> "StackRecord":
        """The same record with one component replaced."""
        return replace(self, components={**self.components, name: component})


def command(*words: str) -> tuple[str, ...]:
    """An argument list that runs this package with the same Python."""
    return (sys.executable, "-m", "sirekap", *words)


def write_record(layout: Layout, record: StackRecord) -> None:
    """Replace stack.json."""
    replace_file(layout.record, json.dumps(asdict(record), indent=1) + "\n")


def read_record(layout: Layout) -> StackRecord:
    """stack.json as a record.

    Raises:
        WrongInputError: no stack was started in this directory, or the file is damaged.
    """
    try:
        raw: dict[str, Any] = json.loads(layout.record.read_text())
        components = {
            name: Component(
                int(c["pid"]), float(c["create_time"]), tuple(c["start"]), c.get("stop_signal", "SIGTERM")
            )
            for name, c in raw.pop("components").items()
        }
        for name in ("defects", "start_all", "down"):
            raw[name] = tuple(raw.get(name, ()))
        return StackRecord(components=components, **raw)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise WrongInputError(
            f"no stack in {layout.dir}: there is no stack.json (start one with `up`)"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise WrongInputError(f"{layout.record} is damaged: {error!r}") from error


@contextlib.contextmanager
def locked(layout: Layout, wait_s: float = 60.0) -> Iterator[None]:
    """Hold the directory's lock, so that two commands never change one stack at once."""
    fd = os.open(layout.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + wait_s
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise CouldNotRunError(
                        f"another command has been changing the stack in {layout.dir} for {wait_s:.0f} s"
                    ) from None
                time.sleep(0.05)
        yield
    finally:
        os.close(fd)


def package_parent() -> Path:
    """The folder that holds the package, so that children find it however this command was started."""
    return Path(__file__).resolve().parents[2]
