"""A master as the conductor drives it, with many workers that play nothing (see `many`)."""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gladi.load.built import built
from gladi.load.driver import Driver, free_port
from gladi.load.host_port import place
from gladi.load.order import Destination, LoadOrder

PATIENCE_S = 60.0


class Company:
    """`driver` has a master without local workers; `extras` are those that `many` plays."""

    def __init__(self, folder: Path, count: int, beats_per_s: float, host: str = "127.0.0.1") -> None:
        self.count = count
        self.file = folder / "load.json"
        order = LoadOrder("", "", 1, 1.0, 1.0, count, 60.0, 1.0, "p", "t", built(), 0.0, host, free_port())
        order.write(self.file)
        self.where = place(host, order.port)
        self.driver = Driver(self.file, count, 0, folder)
        self.driver.launch(lambda name, pid: None)
        self._beats_per_s = beats_per_s
        self.said: queue.Queue[dict[str, Any]] = queue.Queue()

    def join(self, environment: Mapping[str, str] = os.environ) -> "subprocess.Popen[str]":
        """Let the workers come; what befalls them is heard in `said`."""
        command = [sys.executable, "-m", "tests.gladi.load.many", self.where, str(self.file)]
        extras = subprocess.Popen(
            [*command, str(self.count), str(self._beats_per_s)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(environment),
        )  # fmt: skip

        def listen() -> None:
            assert extras.stdout is not None
            for line in extras.stdout:
                self.said.put(json.loads(line))

        threading.Thread(target=listen, daemon=True).start()
        return extras

    def start(self) -> None:
        """Until run clock 0."""
        self.driver.wait_for_all(lambda words: None)
        self.driver.wait_ready()
        self.driver.place(Destination("sirekap"))
        zero_s = time.time() + 0.5
        self.driver.go(zero_s)
        time.sleep(max(0.0, zero_s - time.time()))

    def until_died(self, number: int) -> dict[str, Any]:
        """What the master says of the first death, the second, and so on."""
        deadline = time.monotonic() + PATIENCE_S
        while len(self.driver.deaths) < number:
            assert not self.driver.poll()
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return self.driver.deaths[number - 1]


@contextmanager
def company(folder: Path, count: int, beats_per_s: float = 2.0, host: str = "127.0.0.1") -> Iterator[Company]:
    """A master; it and the workers are ended with the block."""
    made = Company(folder, count, beats_per_s, host)
    try:
        yield made
    finally:
        made.driver.end()


@contextmanager
def joined(made: Company, environment: Mapping[str, str] = os.environ) -> "Iterator[subprocess.Popen[str]]":
    """Its workers, ended with the block."""
    extras = made.join(environment)
    try:
        yield extras
    finally:
        extras.kill()
        extras.wait()
