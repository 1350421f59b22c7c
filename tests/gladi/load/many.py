"""Many workers that play nothing: they join a master, prepare nothing, and beat as real ones do.

    python -m tests.gladi.load.many HOST:PORT LOAD_ORDER.json COUNT BEATS_PER_S

A program of its own, for it speaks through gevent as Locust's workers do. It prints a JSON line for what
befalls each: `refused`, `started`, `stopped`. Lines on standard input end single ones: `close N` as the end
of its process would, `hush N` as a dead machine would.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any, get_args  # noqa: E402

import gevent  # noqa: E402
from gevent.fileobject import FileObject  # noqa: E402
from locust import __version__  # noqa: E402
from locust.rpc.protocol import Message  # noqa: E402

from gladi.load import shard  # noqa: E402
from gladi.load.host_port import parted  # noqa: E402
from gladi.load.key import key  # noqa: E402
from gladi.load.order import LoadOrder  # noqa: E402
from gladi.load.progress import Progress  # noqa: E402
from gladi.load.sockets import WorkerSocket  # noqa: E402
from simulators.operations import Answer, Kind, Operation  # noqa: E402


class Extra:
    """One worker that only talks."""

    def __init__(self, number: int, host: str, port: int, order: LoadOrder, every_s: float) -> None:
        self._name = f"extra-{number}"
        self._number = number
        self._order = order
        self._every_s = every_s
        self._socket = WorkerSocket(key(), lambda: None, host, port, self._name)
        self._progress = Progress().counts()
        for kind in get_args(Kind):
            tps = "1708010001001"
            done = Operation(kind, tps, tps, 1, tps[:6], "4g", 0.0, 10.0)
            progress = Progress()
            progress.note(done, Answer("ok", status=200), 0.1 + number / 1000.0)
            self._progress["kinds"] |= progress.counts()["kinds"]
        gevent.spawn(self._hear)
        self._send("client_ready", __version__)
        built = order.built
        self._send(shard.HELLO, {
            "version": built.version, "code": built.code, "python": built.python, "host": self._name,
            "pid": number, "index": -1,
        })  # fmt: skip
        self.hushed = False

    def _send(self, message: str, data: Any) -> None:
        self._socket.send(Message(message, data, self._name))

    def _hear(self) -> None:
        while True:
            said = self._socket.recv()
            match said.type:
                case shard.PING:
                    self._send(shard.PONG, {**said.data, "there_s": time.time()})
                case shard.ORDER:
                    digests = {"population": self._order.population, "timetable": self._order.timetable}
                    self._send(shard.READY, {**digests, "photos": []})
                case shard.PLACE:
                    self._send(shard.PLACED, {})
                case shard.START:
                    gevent.spawn(self._beat, float(said.data["zero_s"]))
                    self.tell("started")
                case shard.REFUSED | shard.STOP | shard.TAKEOVER:
                    self.tell(said.type, **said.data)

    def _beat(self, zero_s: float) -> None:
        number = 0
        gevent.sleep(max(0.0, zero_s - time.time()) + self._every_s * (self._number % 97) / 97)
        while not self.hushed:
            nothing = {"record": None, "met": None, "calls": None}
            here = {"operations": number, "in_flight": 3, **self._progress}
            self._send(
                shard.BEAT,
                {"at_s": time.time() - zero_s, "progress": here, "over": [], "n": number, **nothing},
            )
            number += 1
            gevent.sleep(self._every_s)

    def close(self) -> None:
        """As the kernel does when a process ends."""
        self.hushed = True
        self._socket.close(linger=0)

    def tell(self, what: str, **more: Any) -> None:
        """A line on standard output."""
        print(json.dumps({"worker": self._number, "what": what, **more}), flush=True)


def main() -> None:
    """Join and beat until the end of standard input."""
    where = parted(sys.argv[1])
    assert where is not None
    order = LoadOrder.read(Path(sys.argv[2]))
    extras = [Extra(number, *where, order, 1.0 / float(sys.argv[4])) for number in range(int(sys.argv[3]))]
    for line in FileObject(sys.stdin.buffer, "rb"):
        word, number = line.decode().split()
        if word == "close":
            extras[int(number)].close()
        else:
            extras[int(number)].hushed = True


if __name__ == "__main__":
    main()
