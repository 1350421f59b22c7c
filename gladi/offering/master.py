"""The Locust master of generators on other machines: lets them join, hands on what is ordered and told.

    python -m gladi.offering.master ORDER.json OUT

As `gladi.load.master` it speaks with the conductor in JSON lines, and who joins, which gladi it is and how
its clock stands are the same business (`Admission`). On standard input: `{"place": <destination>}`, `{"go":
<epoch seconds>}`, `{"play": {"worker", "verb", "given"}}`, `{"stop": true}`. On standard output:
`listening`, `came`, `preparing`, `ready`, `placed`, `clock`, `told`, `died`, `refused`, `warned`, `done`.
Columns go into files in OUT, of which `told` says the path.
"""

from gevent import monkey

monkey.patch_all()

import base64  # noqa: E402
import json  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
import zlib  # noqa: E402
from collections import defaultdict  # noqa: E402
from collections.abc import Callable  # noqa: E402
from dataclasses import asdict  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any, cast  # noqa: E402

import gevent  # noqa: E402
from gevent.fileobject import FileObject  # noqa: E402
from locust.env import Environment  # noqa: E402

from gladi.failures import CannotRunError, UsageError  # noqa: E402
from gladi.load import shard  # noqa: E402
from gladi.load.admission import Admission  # noqa: E402
from gladi.load.built import Built  # noqa: E402
from gladi.load.company import Company, say  # noqa: E402
from gladi.load.deaths import Deaths  # noqa: E402
from gladi.load.key import key  # noqa: E402
from gladi.load.master import warn_once  # noqa: E402
from gladi.load.member import Member  # noqa: E402
from gladi.load.order import Destination, LoadOrder  # noqa: E402
from gladi.load.sockets import put_in_place  # noqa: E402
from gladi.offering.order import MORE, PIECE, PLAY, TOLD, OfferOrder  # noqa: E402

_LOOK_S = 0.2


class _Lost(Deaths):
    """Generators that die: noticed as a rehearsal's workers are; nobody takes anything over in mid-step."""

    def die(self, member: Member, why: str) -> None:
        """Told, and let go should it only have been cut off."""
        company = self._company
        if not member.playing:
            return
        member.died = why
        if company.zero_s is None:
            say(event="refused", why=f"worker {member.name}: {why}")
            return
        _send(company, member, "stop", {"why": "taken for dead"})
        if not company.stopped:
            say(event="died", worker=member.index, host=member.host, pid=member.pid, why=why)
        company.look()


class Lending:
    """What is said while generators are lent. `out` takes their columns."""

    def __init__(self, order: OfferOrder, runner: Any, out: Path) -> None:
        # A company asks of an order only what both kinds have: workers, built, the digests.
        self.company = Company(cast(LoadOrder, order), runner)
        self._admission = Admission(self.company)
        self._lost = _Lost(self.company)
        self._out = out
        self._pieces: dict[int, list[bytes]] = defaultdict(list)
        self._files = 0

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
            (shard.BEAT, self._on_beat),
            (shard.DONE, self._on_done),
            (TOLD, self._on_told),
            (PIECE, self._on_piece),
        ):
            register(message, self._of_members(heed))
        gevent.spawn(self._listen)
        gevent.spawn(self._lost.watch)

    def _of_members(self, heed: Callable[[Member, dict[str, Any]], None]) -> Callable[..., None]:
        """A listener as Locust calls it; strangers and the dead are not heeded."""

        def listen(environment: Any, msg: Any, **_: Any) -> None:
            member = self.company.of(msg.node_id)
            if member is not None and not member.died:
                member.heard_s = max(member.heard_s, time.monotonic())
                heed(member, msg.data)

        return listen

    def _on_refused(self, member: Member, data: dict[str, Any]) -> None:
        """A worker cannot or will not."""
        self._lost.die(member, str(data["why"]))

    def _on_beat(self, member: Member, data: dict[str, Any]) -> None:
        _send(self.company, member, "heard", {"n": data["n"]})

    def _on_done(self, member: Member, data: dict[str, Any]) -> None:
        member.done = data
        self.company.look()

    def _on_told(self, member: Member, data: dict[str, Any]) -> None:
        """A word of a generator, on to the conductor; columns of numbers as text."""
        content = data["content"]
        if isinstance(content, dict):
            content = {
                name: base64.b64encode(one).decode() if isinstance(one, bytes) else one
                for name, one in content.items()
            }
        say(event="told", worker=member.index, what=data["what"], content=content)

    def _on_piece(self, member: Member, data: dict[str, Any]) -> None:
        """Columns come piece by piece; the whole goes into a file."""
        pieces = self._pieces[member.index]
        pieces.append(data["bytes"])
        if not data["last"]:
            self.company.send(member.node, MORE, {})
            return
        self._files += 1
        path = self._out / f"played-{self._files}"
        path.write_bytes(zlib.decompress(b"".join(pieces)))
        pieces.clear()
        say(event="told", worker=member.index, what="played", content=str(path))

    def heed(self, told: dict[str, Any]) -> None:
        """Do as the conductor says."""
        company = self.company
        if "place" in told:
            place = Destination.of(told["place"]).from_elsewhere()
            for one in company:
                _send(company, one, "place", place.as_json())
        elif "go" in told:
            company.zero_s = float(told["go"])
            for one in company:
                one.heard_s = time.monotonic()
                _send(company, one, "start", {})
        elif "play" in told:
            play = told["play"]
            for one in company.living:
                if one.index == play["worker"]:
                    gevent.spawn(self._play, one, str(play["verb"]), dict(play["given"]))
        elif told.get("stop"):
            self._stop()

    def _play(self, member: Member, verb: str, given: dict[str, Any]) -> None:
        """Hand an order on: before a step its clock is read anew, by which moment 0 is then told to it."""
        if verb == "prepare":
            found = self._admission.clock_of(member)
            if found is None:
                return  # silence is noticed by itself
            member.clock = found
            say(event="clock", worker=member.index, **asdict(found))
        elif verb == "open":
            offset_s = member.clock.offset_s if member.clock else 0.0
            given["zero"] = float(given["zero"]) - time.perf_counter() + time.time() + offset_s
        _send(self.company, member, verb, given)

    def _stop(self) -> None:
        """Let everybody go."""
        self.company.stopped = True
        for one in self.company.living:
            _send(self.company, one, "stop", {"why": ""})

    def _listen(self) -> None:
        """Hear the conductor; its silence (end of input) ends it all."""
        for line in FileObject(sys.stdin.buffer, "rb"):
            self.heed(json.loads(line))
        self._stop()
        gevent.sleep(_LOOK_S)
        self.company.finished.set()


def _send(company: Company, member: Member, verb: str, given: dict[str, Any]) -> None:
    company.send(member.node, PLAY, {"verb": verb, "given": given})


def _order(path: Path) -> OfferOrder:
    content = json.loads(path.read_text())
    return OfferOrder(**{**content, "built": Built(**content["built"])})


def main() -> None:
    """Serve one search or test of claims."""
    order, out = _order(Path(sys.argv[1])), Path(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        own = key()
    except (UsageError, CannotRunError) as error:
        say(event="refused", why=str(error))
        return
    put_in_place(own, warn_once(own))
    environment = Environment(user_classes=[shard.Shard])
    runner = environment.create_master_runner(order.host, order.port)
    lending = Lending(order, runner, out)
    lending.open()
    say(event="listening", host=order.host, port=runner.server.port)
    lending.company.finished.wait()
    runner.quit()
    say(event="done")


if __name__ == "__main__":
    main()
