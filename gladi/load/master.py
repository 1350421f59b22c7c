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
from dataclasses import asdict  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
from gevent.event import Event  # noqa: E402
from gevent.fileobject import FileObject  # noqa: E402
from gevent.queue import Empty  # noqa: E402
from locust.env import Environment  # noqa: E402

from gladi.load import clocks, shard  # noqa: E402
from gladi.load.built import Built, refusal  # noqa: E402
from gladi.load.fence import DEAD_S, TAKEOVER_LEAD_S  # noqa: E402
from gladi.load.member import Member  # noqa: E402
from gladi.load.order import Destination, LoadOrder  # noqa: E402
from gladi.load.own_page import open_page  # noqa: E402
from gladi.load.progress import added  # noqa: E402
from gladi.load.shares import Shares  # noqa: E402

_PONG_S = 5.0
"""Longest wait for the answer to one ping."""
_LOOK_S = 0.2
"""From one look at who is still there to the next."""
_AGAIN = 10
"""Times that a missing piece of a record is asked for."""


class Conversation:
    """State of one run as the master sees it. `out` takes the records of workers elsewhere."""

    def __init__(self, order: LoadOrder, runner: Any, out: Path) -> None:
        self._order = order
        self._runner = runner
        self._out = out
        self._members: dict[str, Member] = {}
        self._shares = Shares(order.workers)
        self._zero_s: float | None = None
        self._stopped = False
        self.finished = Event()

    # before the start

    def on_hello(self, node: str, data: dict[str, Any]) -> None:
        """Somebody wants to join: refuse another gladi, else look at its clock and give it a share."""
        theirs = Built(str(data["version"]), str(data["code"]), str(data["python"]))
        elsewhere = int(data["index"]) < 0
        # one of the conductor's own was started from these very files
        ours = self._order.built if elsewhere else theirs
        why = refusal(ours, theirs, str(data["host"]))
        free = [
            n for n in range(self._order.workers) if n not in {one.index for one in self._members.values()}
        ]
        if not why and (not free or self._zero_s is not None):
            self._send(node, shard.REFUSED, {"why": f"the run has its {self._order.workers} workers already"})
            return
        if why:
            self._refuse(node, why)
            return
        index = free[0] if elsewhere else int(data["index"])
        member = Member(node, index, str(data["host"]), int(data["pid"]), elsewhere, time.monotonic())
        self._members[node] = member
        gevent.spawn(self._welcome, member)

    def _welcome(self, member: Member) -> None:
        found = self._clock_of(member)
        if found is None:
            self._refuse(member.node, f"the worker on {member.host} does not answer")
            return
        member.clock = found
        if why := clocks.refusal(member.host, found):
            self._refuse(member.node, why)
            return
        if warning := clocks.warning(member.host, found):
            say(event="warned", why=f"{warning}; its moments are translated")
        say(event="came", worker=member.index, host=member.host, pid=member.pid, **asdict(found))
        self._send(member.node, shard.ORDER, {"order": asdict(self._order), "index": member.index})

    def _clock_of(self, member: Member) -> clocks.Reading | None:
        """Exchange the time with a worker, a few times; None when it does not answer."""
        exchanges = []
        for number in range(clocks.EXCHANGES):
            self._send(member.node, shard.PING, {"n": number, "sent_s": time.time()})
            try:
                pong = member.pongs.get(timeout=_PONG_S)
            except Empty:
                break
            exchanges.append(clocks.Exchange(pong["sent_s"], pong["there_s"], pong["back_s"]))
        return clocks.reading(exchanges) if exchanges else None

    def on_pong(self, member: Member, data: dict[str, Any]) -> None:
        """A worker has read its clock."""
        member.pongs.put({**data, "back_s": time.time()})

    def on_preparing(self, member: Member, data: dict[str, Any]) -> None:
        """A worker renders its photos."""
        say(event="preparing", worker=member.index, host=member.host, **data)

    def on_ready(self, member: Member, data: dict[str, Any]) -> None:
        """A worker has rebuilt its shard; it must be the conductor's."""
        for what, ours in (("population", self._order.population), ("timetable", self._order.timetable)):
            if data[what] != ours:
                why = (
                    f"the worker on {member.host} draws another {what} from the same scenario and seed "
                    f"(digest {str(data[what])[:12]}, here {ours[:12]}): are its libraries the same?"
                )
                self._refuse(member.node, why)
                return
        member.ready, member.photos = True, [(name, digest) for name, digest in data["photos"]]
        if self._all(lambda one: one.ready):
            self._runner.start(self._order.workers, spawn_rate=self._order.workers)
            photos = sorted({one for each in self._members.values() for one in each.photos})
            say(event="ready", workers=len(self._members), photos=photos)

    def on_placed(self, member: Member, data: dict[str, Any]) -> None:
        """A worker knows the system, and that it consents."""
        member.placed = True
        if self._all(lambda one: one.placed):
            say(event="placed")

    def on_refused(self, member: Member, data: dict[str, Any]) -> None:
        """A worker cannot or will not."""
        if self._zero_s is None:
            say(event="refused", why=f"worker {member.name}: {data['why']}")
        else:
            self._die(member, str(data["why"]))

    # the run

    def on_beat(self, member: Member, data: dict[str, Any]) -> None:
        """Note how far a worker is, keep its record, and add up."""
        whole = member.take(data, self._out)
        self._send(member.node, shard.HEARD, {"n": data["n"]})
        if not whole and member.record is not None:
            self._send(member.node, shard.AGAIN, {"at": member.record.have})
        say(event="beat", **added(self._beat_of(one) for one in self._members.values() if one.beat))

    def _beat_of(self, member: Member) -> dict[str, Any]:
        """Its last beat; the dead have nothing in hand."""
        return {**member.beat, "in_flight": 0} if member.died else member.beat

    def on_done(self, member: Member, data: dict[str, Any]) -> None:
        """A worker has drained. One that was given up for dead has its record kept, and its TPS elsewhere."""
        gevent.spawn(self._take_leave, member, data)

    def _take_leave(self, member: Member, data: dict[str, Any]) -> None:
        missing = self._missing(member, data)
        member.clock_at_end = self._clock_of(member) if member.elsewhere else None
        if missing:
            say(event="warned", why=f"worker {member.name}: {missing} bytes of its record never came")
        if member.died:
            return
        if data["why"] and not self._stopped:
            self._die(member, str(data["why"]))
            member.done = data  # it has said all it knows: its record is whole
            return
        member.done = data
        self._look()

    def _missing(self, member: Member, data: dict[str, Any]) -> int:
        """Bytes of a worker's record that did not come, however often it was asked."""
        if not member.elsewhere:
            return 0
        for _ in range(_AGAIN):
            have = member.record.have if member.record else 0
            if have >= int(data["bytes"]):
                return 0
            self._send(member.node, shard.AGAIN, {"at": have})
            gevent.sleep(0.5)
        return int(data["bytes"]) - (member.record.have if member.record else 0)

    def _die(self, member: Member, why: str) -> None:
        """Give a dead worker's TPS, as far as nobody has begun them, to the others."""
        if not member.playing:
            return
        member.died = why
        if self._zero_s is None:
            say(event="refused", why=f"worker {member.name} left before the start: {why}")
            return
        now_s = time.time() - self._zero_s
        living = sorted((one for one in self._members.values() if one.playing), key=lambda one: one.index)
        from_s = now_s + TAKEOVER_LEAD_S
        shares = list(self._shares.of(member.index))
        given = self._shares.die(member.index, [one.index for one in living], from_s) if living else {}
        for one in living:
            for share in given[one.index]:
                self._send(one.node, shard.TAKEOVER, asdict(share))
        self._send(member.node, shard.STOP, {"why": "taken for dead"})  # should it only have been cut off
        say(
            event="died", worker=member.index, host=member.host, pid=member.pid, why=why, died_s=now_s,
            last_beat_s=member.beat_at_s if member.beat else None, from_s=from_s if living else None,
            shares=[[one.index, one.of, one.from_s] for one in shares], over=member.over,
            in_hand=int(member.beat.get("in_flight", 0)),
        )  # fmt: skip
        self._look()

    def heed(self, told: dict[str, Any]) -> None:
        """Do as the conductor says."""
        if "place" in told:
            place = Destination.of(told["place"])
            for one in self._members.values():
                seen = place.from_elsewhere() if one.elsewhere else place
                self._send(one.node, shard.PLACE, seen.as_json())
        elif "go" in told:
            self._zero_s = float(told["go"])
            for one in self._members.values():
                offset_s = one.clock.offset_s if one.clock and one.elsewhere else 0.0
                one.heard_s = time.monotonic() + max(0.0, self._zero_s - time.time())
                self._send(one.node, shard.START, {"zero_s": self._zero_s + offset_s})
        elif "died" in told:
            for one in self._members.values():
                if one.index == told["died"]:
                    self._die(one, str(told["why"]))
        elif told.get("stop"):
            self._stop()

    def listen(self) -> None:
        """Hear the conductor; its silence (end of input) stops the run."""
        for line in FileObject(sys.stdin.buffer, "rb"):
            self.heed(json.loads(line))
        self._stop()
        self.finished.set()

    def _stop(self) -> None:
        self._stopped = True
        self._runner.send_message(shard.STOP, {"why": ""})

    def watch(self) -> None:
        """Notice workers elsewhere of which nothing is heard any more."""
        while True:
            gevent.sleep(_LOOK_S)
            if self._zero_s is None:
                continue
            now_s = time.monotonic()
            for one in list(self._members.values()):
                if one.elsewhere and one.playing and now_s - one.heard_s > DEAD_S:
                    self._die(one, f"nothing was heard of it for {DEAD_S:g} s")

    def _look(self) -> None:
        if not any(one.playing for one in self._members.values()):
            self.finished.set()

    def report(self) -> None:
        """What each worker said, and Locust's own totals, to hold against the record."""
        total = self._runner.stats.total
        for one in self._members.values():
            if one.record is not None:
                one.record.close()
        say(
            event="done",
            workers=[one.facts() for one in sorted(self._members.values(), key=lambda one: one.index)],
            locust={"requests": total.num_requests, "failures": total.num_failures},
        )

    def of(self, heed: Callable[[Member, dict[str, Any]], None]) -> Callable[..., None]:
        """A listener as Locust calls it; who is no member is not heeded."""

        def listen(environment: Any, msg: Any, **_: Any) -> None:
            member = self._members.get(msg.node_id)
            if member is not None:
                member.heard_s = max(member.heard_s, time.monotonic())
                heed(member, msg.data)

        return listen

    def _all(self, holds: Callable[[Member], bool]) -> bool:
        return len(self._members) == self._order.workers and all(map(holds, self._members.values()))

    def _refuse(self, node: str, why: str) -> None:
        self._send(node, shard.REFUSED, {"why": why})
        say(event="refused", why=why)

    def _send(self, node: str, message: str, data: dict[str, Any]) -> None:
        self._runner.send_message(message, data, client_id=node)


def say(**content: Any) -> None:
    """One JSON line to the conductor."""
    print(json.dumps(content), flush=True)


def main() -> None:
    """Serve one run."""
    order, out = LoadOrder.read(Path(sys.argv[1])), Path(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    environment = Environment(user_classes=[shard.Shard])
    runner = environment.create_master_runner(order.host, order.port)
    talk = Conversation(order, runner, out)
    runner.register_message(shard.HELLO, lambda environment, msg, **_: talk.on_hello(msg.node_id, msg.data))
    for message, heed in (
        (shard.PONG, talk.on_pong),
        (shard.PREPARING, talk.on_preparing),
        (shard.READY, talk.on_ready),
        (shard.PLACED, talk.on_placed),
        (shard.REFUSED, talk.on_refused),
        (shard.BEAT, talk.on_beat),
        (shard.DONE, talk.on_done),
    ):
        runner.register_message(message, talk.of(heed))
    if order.page_port:
        open_page(environment, order.page_port)
    say(event="listening", host=order.host, port=runner.server.port)
    gevent.spawn(talk.listen)
    gevent.spawn(talk.watch)
    talk.finished.wait()
    runner.quit()  # the workers answer with their last statistics
    talk.report()


if __name__ == "__main__":
    main()
