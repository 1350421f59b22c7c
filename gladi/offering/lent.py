"""A worker lent as a generator: what `gladi worker` does when capacity is searched or claims are tested.

It rebuilds the crowd from scenario, seed and share, asks the system for its consent from where it stands,
lets its own operators in (their sessions never leave this machine), and then plays its part of every step
until it is let go. Like a rehearsal's worker it sends nothing more once the master has been silent for too
long.
"""

import os
import time
import zlib
from collections.abc import Callable
from functools import partial
from math import inf
from pathlib import Path
from typing import Any

import gevent
from gevent.queue import Queue

from gladi.consent import Watch, authorise
from gladi.failures import CannotRunError
from gladi.load import shard
from gladi.load.agreed import Agreed
from gladi.load.built import Built
from gladi.load.fence import BEAT_S, FENCE_S, Fence
from gladi.load.order import Destination
from gladi.load.preparing import Who
from gladi.offering.crowd import Crowd, Photos
from gladi.offering.generator import Generator
from gladi.offering.ground import enter, enter_slowly, people
from gladi.offering.hand import Hand, Progress, T, serve
from gladi.offering.machine import machine
from gladi.offering.order import MORE, PIECE, PIECE_BYTES, PLAY, TOLD, OfferOrder
from gladi.offering.played import oneself
from gladi.targets import connect
from scenarios import load

_WAIT_S = 30.0
"""Longest wait until the master asks for the next piece."""

Order = tuple[str, dict[str, Any]] | None


class Lent:
    """`say` writes to whoever sits at this machine; `clock` is its wall clock, in seconds."""

    def __init__(
        self, who: Who, folder: Path, runner: Any, clock: Callable[[], float], say: Callable[[str], None]
    ) -> None:
        self._who = who
        self._folder = folder
        self._runner = runner
        self._clock = clock
        self._say = say
        self._orders: Queue[Order] = Queue()
        self._places: Queue[Destination] = Queue()
        self._more: Queue[bool] = Queue()
        self._fence = Fence(inf)
        self._watch: Watch | None = None
        self._sent_at: list[float] = []
        self._halted = self._let_go = False
        self._why = ""
        self._generator: Generator | None = None

    def stay(self, data: dict[str, Any]) -> str:
        """Everything from the order until it is let go; empty, or why it went before that."""
        content = data["order"]
        order = OfferOrder(**{**content, "built": Built(**content["built"])})
        part = int(data["index"])
        self._runner.register_message(PLAY, partial(_heeded, self._on_play))
        self._runner.register_message(MORE, partial(_heeded, lambda _: self._more.put(True)))
        self._say(f"pembangkit {part} dari {order.workers}: menyusun bagiannya")
        crowd = self._crowd(order, part)
        address = self._take_place(order, self._places.get())
        self._say(f"siap; sasaran {address}")
        self._send(shard.PLACED, {})
        assert self._generator is not None
        try:
            serve(Hand(oneself(part), self._generator, crowd), _Post(self, crowd, order.share(part)))
        finally:
            self._generator.close()
            if self._watch is not None:
                self._watch.stop()
        self._send(shard.DONE, {"why": self._why})
        return self._why

    def _crowd(self, order: OfferOrder, part: int) -> Crowd:
        """The same people as the conductor's; of them its own share."""
        file = self._folder / "scenario.toml"
        file.write_text(order.scenario)
        telling = gevent.spawn(self._keep_telling)
        try:
            # Photos take seconds, minutes where nothing is compiled yet: aside, so that the telling goes on.
            scenario, crowded = people(load(file), order.seed, order.tps)
            photos = self.aside(lambda: Photos(scenario, order.seed, crowded))
        finally:
            telling.kill()
        crowd = Crowd(scenario, order.seed, crowded, photos)
        crowd.takes(order.share(part))
        digests = {"population": crowded.digest(), "timetable": order.timetable}
        self._send(shard.READY, {**digests, "photos": []})
        return crowd

    def _keep_telling(self) -> None:
        while True:
            self._send(shard.PREPARING, {"done": 0, "total": 1})
            gevent.sleep(2.0)

    def _take_place(self, order: OfferOrder, destination: Destination) -> str:
        """The system as seen from here; raises UsageError where it does not consent."""
        address = destination.seen_from(self._who.host, self._who.ca).address
        agreed = Agreed(lambda: authorise(address, order.purpose))
        rate_per_s = order.max_rate_per_s
        if agreed.consent is not None:
            rate_per_s = min(rate_per_s or inf, agreed.consent.max_rate_per_s)
        self._watch = Watch(agreed)
        secrets = os.environ.get("GLADI_SECRETS", "")
        system = connect(destination.kind, address, order.seed, secrets)
        self._generator = Generator(system, address, rate_per_s, self._may)
        self._generator.shares(order.workers)
        return address.url

    def moved(self, destination: Destination) -> None:
        """The system is elsewhere now: it was started again."""
        assert self._generator is not None
        self._generator.moves(destination.seen_from(self._who.host, self._who.ca).address)

    @property
    def generator(self) -> Generator:
        """Once the system is known."""
        assert self._generator is not None
        return self._generator

    # the run

    def _start(self) -> None:
        self._fence = Fence(FENCE_S)
        assert self._watch is not None
        self._watch.start()
        gevent.spawn(self._beat)

    def _beat(self) -> None:
        """A sign of life twice a second, and a look at whether one may go on."""
        assert self._watch is not None
        while not self._let_go:
            self._sent_at.append(time.monotonic())
            self._send(shard.BEAT, {"n": len(self._sent_at) - 1})
            gevent.sleep(BEAT_S)
            if self._fence.closed:
                self._leave(f"no word from the master for {FENCE_S:g} s")
            elif self._watch.withdrawn.is_set():
                why = f"consent withdrawn: {self._watch.why}"
                self._send(shard.REFUSED, {"why": why})
                self._leave(why)

    def _may(self) -> bool:
        """Whether to send anything; asked at every request, and not by a clock beside it."""
        gone = self._watch is not None and self._watch.withdrawn.is_set()
        return not (self._fence.closed or self._let_go or gone)

    def _on_play(self, data: dict[str, Any]) -> None:
        given = dict(data["given"])
        match verb := str(data["verb"]):
            case "place":
                self._places.put(Destination.of(given))
            case "start":
                self._start()
            case "heard":
                self._fence.heard(self._sent_at[int(given["n"])])
            case "halt":
                self._halted = True
            case "stop":
                self._leave(str(given["why"]))
            case _:
                self._halted = False
                self._orders.put((verb, given))

    def _leave(self, why: str) -> None:
        self._why = self._why or why
        self._let_go = True
        self._orders.put(None)

    def _send(self, message: str, data: dict[str, Any]) -> None:
        self._runner.send_message(message, data)

    # what its post needs

    def next(self) -> Order:
        """The next order; None once it is let go."""
        order: Order = self._orders.get()
        return order

    @property
    def halted(self) -> bool:
        """Whether the step that runs is to end."""
        return self._halted or not self._may()

    def at(self, zero_s: float) -> float:
        """A moment of this machine's wall clock, by time.perf_counter."""
        return time.perf_counter() + zero_s - self._clock()

    def aside(self, work: Callable[[], T]) -> T:
        """In a thread, so that beats go on."""
        found: T = gevent.get_hub().threadpool.apply(work)
        return found

    def tell(self, what: str, content: Any) -> None:
        """A word to the conductor; columns piece by piece. Nothing once it is let go."""
        if self._let_go:
            return
        if what != "played":
            plain = content.as_plain() if isinstance(content, Progress) else content
            self._send(TOLD, {"what": what, "content": plain})
            return
        whole = self.aside(lambda: zlib.compress(content, 1))
        for at in range(0, len(whole), PIECE_BYTES):
            last = at + PIECE_BYTES >= len(whole)
            self._send(PIECE, {"bytes": whole[at : at + PIECE_BYTES], "last": last})
            if not last:
                self._more.get(timeout=_WAIT_S)


class _Post:
    """The line of a generator that is lent: what comes before the first step is done here."""

    def __init__(self, lent: Lent, crowd: Crowd, mine: range) -> None:
        self._lent = lent
        self._crowd = crowd
        self._mine = mine

    def order(self) -> Order:
        """The next step."""
        while (order := self._lent.next()) is not None:
            verb, given = order
            if verb not in ("enter", "moves", "settle"):
                if verb == "open":
                    given["zero"] = self._lent.at(float(given["zero"]))
                return verb, given
            try:
                self._before(verb, given)
            except CannotRunError as error:
                self._lent.tell("failed", str(error))
        return None

    def _before(self, verb: str, given: dict[str, Any]) -> None:
        generator = self._lent.generator
        if verb == "moves":
            self._lent.moved(Destination.of(given))
        elif verb == "enter":
            enter(generator, self._crowd, self._mine, self._entering)
        else:
            enter_slowly(generator, self._crowd, self._mine)
        self._lent.tell(verb, {"left": self._crowd.left, "machine": machine()})

    def _entering(self, done: float, total: float, words: str = "") -> None:
        self._lent.tell("entering", {"done": done, "total": total})

    def halted(self) -> bool:
        """Whether the step that runs is to end."""
        return self._lent.halted

    def tell(self, what: str, content: Any) -> None:
        """A word, whole."""
        self._lent.tell(what, content)

    def aside(self, work: Callable[[], T]) -> T:
        """While it is worked out, the signs of life go on."""
        return self._lent.aside(work)


def _heeded(heed: Callable[[Any], None], environment: Any, msg: Any, **_: Any) -> None:
    """A listener as Locust calls it, from one that wants the content only."""
    heed(msg.data)
