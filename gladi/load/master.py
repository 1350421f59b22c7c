"""The Locust master of a run: gathers the workers, gives the start, passes on how far they are.

    python -m gladi.load.master LOAD_ORDER.json

Speaks with the conductor in JSON lines: on standard input `{"go": <epoch seconds>}` and `{"stop": true}`; on
standard output `ready`, `beat`, `done` and, at the end, Locust's own totals.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
from gevent.fileobject import FileObject  # noqa: E402
from locust.env import Environment  # noqa: E402

from gladi.load.order import LoadOrder  # noqa: E402
from gladi.load.progress import added  # noqa: E402
from gladi.load.shard import BEAT, DONE, READY, START, STOP, Shard  # noqa: E402

_PATIENCE_S = 60.0


class Conversation:
    """State of one run as the master sees it."""

    def __init__(self, order: LoadOrder, runner: Any) -> None:
        self._order = order
        self._runner = runner
        self._ready: list[str] = []
        self._beats: dict[str, dict[str, Any]] = {}
        self._done: dict[str, dict[str, Any]] = {}
        self.finished = gevent.event.Event()

    def on_ready(self, environment: Any, msg: Any, **_: Any) -> None:
        """A worker has rebuilt its shard."""
        if msg.node_id not in self._ready:
            self._ready.append(msg.node_id)
        if len(self._ready) == self._order.workers:
            self._runner.start(self._order.workers, spawn_rate=self._order.workers)
            say(event="ready", workers=len(self._ready))

    def on_beat(self, environment: Any, msg: Any, **_: Any) -> None:
        """Add up how far the workers are."""
        self._beats[msg.node_id] = msg.data
        say(event="beat", **added(self._beats.values()))

    def on_done(self, environment: Any, msg: Any, **_: Any) -> None:
        """A worker has drained."""
        self._done[msg.node_id] = msg.data
        if msg.data["why"]:
            say(event="worker_lost", worker=msg.data["index"], why=msg.data["why"])
        if len(self._done) == len(self._ready):
            self.finished.set()

    def listen(self) -> None:
        """Do as the conductor says; its silence (end of input) stops the run."""
        for line in FileObject(sys.stdin.buffer, "rb"):
            told = json.loads(line)
            if "go" in told:
                for index, node in enumerate(sorted(self._ready)):
                    data = {"zero_epoch_s": told["go"], "index": index, "of": len(self._ready)}
                    self._runner.send_message(START, data, client_id=node)
            elif told.get("stop"):
                self._runner.send_message(STOP)
        self._runner.send_message(STOP)
        self.finished.set()

    def watch(self) -> None:
        """Notice workers that die: Locust marks them missing; the run ends without their remaining TPS."""
        while True:
            gevent.sleep(1.0)
            missing = {client.id for client in self._runner.clients.missing} & set(self._ready) - set(
                self._done
            )
            for node in missing:
                self._done[node] = {"lost": True}
                say(event="worker_lost", worker=sorted(self._ready).index(node), why="it died")
            if self._ready and len(self._done) == self._order.workers:
                self.finished.set()

    def report(self) -> None:
        """Locust's own totals, to hold against the record."""
        total = self._runner.stats.total
        say(
            event="done",
            workers=list(self._done.values()),
            locust={"requests": total.num_requests, "failures": total.num_failures},
        )


def say(**content: Any) -> None:
    """One JSON line to the conductor."""
    print(json.dumps(content), flush=True)


def main() -> None:
    """Serve one run."""
    order = LoadOrder.read(Path(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    environment = Environment(user_classes=[Shard])
    runner = environment.create_master_runner("127.0.0.1", order.master_port)
    talk = Conversation(order, runner)
    runner.register_message(READY, talk.on_ready)
    runner.register_message(BEAT, talk.on_beat)
    runner.register_message(DONE, talk.on_done)
    gevent.spawn(talk.listen)
    gevent.spawn(talk.watch)
    talk.finished.wait(timeout=_PATIENCE_S + order.duration_s + order.drain_s + 30.0)
    runner.quit()  # the workers answer with their last statistics
    talk.report()


if __name__ == "__main__":
    main()
