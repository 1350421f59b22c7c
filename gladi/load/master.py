"""The Locust master of a run: gathers the workers, gives the start, adds up, notices who dies.

    python -m gladi.load.master LOAD_ORDER.json OUT

Speaks with the conductor in JSON lines. On standard input: `{"place": <destination>}`, `{"go": <epoch
seconds>}`, `{"died": <worker>, "why": <text>}` of a process that the conductor started and saw end, `{"stop":
true}`. On standard output: `listening`, `came`, `preparing`, `ready`, `placed`, `beat`, `died`, `refused`,
`warned` and, at the end, `done` with what each worker said and Locust's own totals.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
from gevent.fileobject import FileObject  # noqa: E402
from locust.env import Environment  # noqa: E402

from gladi.failures import CannotRunError, UsageError  # noqa: E402
from gladi.load import shard  # noqa: E402
from gladi.load.admission import Admission  # noqa: E402
from gladi.load.beats import Beats  # noqa: E402
from gladi.load.company import Company, say  # noqa: E402
from gladi.load.deaths import Deaths  # noqa: E402
from gladi.load.key import VARIABLE, Key, key  # noqa: E402
from gladi.load.leave import Leave  # noqa: E402
from gladi.load.member import Member  # noqa: E402
from gladi.load.order import Destination, LoadOrder  # noqa: E402
from gladi.load.own_page import open_page  # noqa: E402
from gladi.load.sockets import put_in_place  # noqa: E402


class Conversation:
    """What is said during one run, by workers and conductor. `out` takes the records of workers elsewhere."""

    def __init__(self, order: LoadOrder, runner: Any, out: Path) -> None:
        self.company = Company(order, runner)
        self._deaths = Deaths(self.company)
        self._admission = Admission(self.company)
        self._beats = Beats(self.company, out)
        self._leave = Leave(self.company, self._deaths, self._admission.clock_of)

    def open(self) -> None:
        """Heed the workers, the conductor, and silence."""
        register = self.company.runner.register_message
        register(shard.HELLO, lambda environment, msg, **_: self._admission.on_hello(msg.node_id, msg.data))
        for message, heed in (
            (shard.PONG, self._admission.on_pong),
            (shard.PREPARING, self._admission.on_preparing),
            (shard.READY, self._admission.on_ready),
            (shard.PLACED, self._admission.on_placed),
            (shard.REFUSED, self._on_refused),
            (shard.BEAT, self._beats.on_beat),
            (shard.DONE, self._leave.on_done),
        ):
            register(message, self._of_members(heed))
        gevent.spawn(self._listen)
        gevent.spawn(self._deaths.watch)
        gevent.spawn(self._beats.publish)

    def close(self) -> None:
        """Tell the conductor how far it all came, and what each worker said."""
        self._beats.tell()
        self._leave.report()

    def _of_members(self, heed: Callable[[Member, dict[str, Any]], None]) -> Callable[..., None]:
        """A listener as Locust calls it; who is no member is not heeded."""

        def listen(environment: Any, msg: Any, **_: Any) -> None:
            member = self.company.of(msg.node_id)
            if member is not None:
                member.heard_s = max(member.heard_s, time.monotonic())
                heed(member, msg.data)

        return listen

    def _on_refused(self, member: Member, data: dict[str, Any]) -> None:
        """A worker cannot or will not."""
        if self.company.zero_s is None:
            say(event="refused", why=f"worker {member.name}: {data['why']}")
        else:
            self._deaths.die(member, str(data["why"]))

    def heed(self, told: dict[str, Any]) -> None:
        """Do as the conductor says."""
        company = self.company
        if "place" in told:
            place = Destination.of(told["place"])
            for one in company:
                seen = place.from_elsewhere() if one.elsewhere else place
                company.send(one.node, shard.PLACE, seen.as_json())
        elif "go" in told:
            company.zero_s = float(told["go"])
            for one in company:
                offset_s = one.clock.offset_s if one.clock and one.elsewhere else 0.0
                one.heard_s = time.monotonic() + max(0.0, company.zero_s - time.time())
                company.send(one.node, shard.START, {"zero_s": company.zero_s + offset_s})
        elif "died" in told:
            for one in company:
                if one.index == told["died"]:
                    self._deaths.die(one, str(told["why"]))
        elif told.get("stop"):
            company.stop()

    def _listen(self) -> None:
        """Hear the conductor; its silence (end of input) stops the run."""
        for line in FileObject(sys.stdin.buffer, "rb"):
            self.heed(json.loads(line))
        self.company.stop()
        self.company.finished.set()


def warn_once(own: Key | None) -> Callable[[], None]:
    """Says, once, that somebody was not let in who does not speak as this run does."""
    whys = [
        f"somebody without this run's {VARIABLE} tried to join and was not let in"
        if own
        else f"a worker that has a {VARIABLE} tried to join; this run has none"
    ]

    def warn() -> None:
        while whys:
            say(event="warned", why=whys.pop())

    return warn


def main() -> None:
    """Serve one run."""
    order, out = LoadOrder.read(Path(sys.argv[1])), Path(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        own = key()
    except (UsageError, CannotRunError) as error:
        say(event="refused", why=str(error))
        return
    put_in_place(own, warn_once(own))
    environment = Environment(user_classes=[shard.Shard])
    runner = environment.create_master_runner(order.host, order.port)
    talk = Conversation(order, runner, out)
    talk.open()
    if order.page_port:
        open_page(environment, order.page_port)
    say(event="listening", host=order.host, port=runner.server.port)
    talk.company.finished.wait()
    runner.quit()  # the workers answer with their last statistics
    talk.close()


if __name__ == "__main__":
    main()
