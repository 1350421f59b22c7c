"""One worker's visit to one run: joins as a Locust worker runner, plays its shares and leaves.

Everything it needs comes by message (see `shard`): it rebuilds population and timetable from the scenario,
and begins when the master names the start on this machine's clock. One that is not the conductor's own trusts
nobody: it asks the system for its consent itself, and sends to no network but that of the master it has
joined.
"""

import os
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import gevent
from gevent.event import Event

from gladi.consent import Watch
from gladi.failures import CannotRunError, UsageError
from gladi.load import shard
from gladi.load.built import built
from gladi.load.fence import BEAT_S, FENCE_S, Fence
from gladi.load.host_port import place
from gladi.load.meeting import meet
from gladi.load.order import Destination, LoadOrder
from gladi.load.playing import Part, Playing
from gladi.load.preparing import Preparation, Who
from gladi.load.shares import Share
from gladi.targets import TargetError

_LAST_S = 30.0
"""Longest wait for the master's leave after the run."""


class Visit:
    """`clock` is this machine's wall clock, in seconds; `folder` is the worker's own."""

    def __init__(self, who: Who, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._who = who
        self._folder = folder
        self._clock = clock
        self._over = Event()
        self._why = ""
        self._done: dict[str, Any] | None = None
        self._preparation: Preparation | None = None
        self._part: Part | None = None
        self._playing: Playing | None = None
        self._sent_at: dict[int, float] = {}
        self._runner: Any = None

    def stay(self) -> str:
        """Join, play, leave; empty, or why it did not play to the end."""
        where = place(self._who.host, self._who.port)
        try:
            self._who, self._runner = meet(self._who, self._say)
        except (UsageError, CannotRunError) as error:
            return str(error)
        for message, heed in (
            (shard.PING, self._on_ping),
            (shard.ORDER, self._on_order),
            (shard.PLACE, self._on_place),
            (shard.START, self._on_start),
            (shard.HEARD, self._on_heard),
            (shard.TAKEOVER, self._on_takeover),
            (shard.AGAIN, self._on_again),
            (shard.STOP, self._on_stop),
            (shard.REFUSED, self._on_refused),
        ):
            self._runner.register_message(message, _content(heed))
        self._send(shard.HELLO, {
            **asdict(built()), "host": socket.gethostname(), "pid": os.getpid(), "index": self._who.index,
        })  # fmt: skip
        self._say(f"terhubung ke {where}, menunggu perintah")
        gevent.spawn(self._runner.greenlet.join).link(lambda _: self._over.set())
        self._over.wait()
        gevent.sleep(0.2)  # what was said last is on its way
        return self._why or ("" if self._done is not None else "the master left before the run was over")

    # before the start

    def _on_ping(self, data: dict[str, Any]) -> None:
        self._send(shard.PONG, {**data, "there_s": self._clock()})

    def _on_order(self, data: dict[str, Any]) -> None:
        if "purpose" in data["order"]:  # capacity or claims: see gladi.offering.order
            self._aside(lambda: self._lend(data))
            return
        self._aside(lambda: self._prepare(int(data["index"]), LoadOrder.of(data["order"])))

    def _lend(self, data: dict[str, Any]) -> None:
        from gladi.offering.lent import Lent

        self._done = {}  # a master that lets everybody go has had what it wanted; silence is told by `stay`
        lent = Lent(self._who, self._folder, self._runner, self._clock, self._say)
        self._why = lent.stay(data)
        self._over.set()

    def _prepare(self, index: int, order: LoadOrder) -> None:
        self._say(f"pekerja {index} dari {order.workers}: menyusun bagiannya")
        preparation = Preparation(
            self._who, index, order, self._folder,
            lambda done, total: self._send(shard.PREPARING, {"done": done, "total": total}),
        )  # fmt: skip
        self._preparation = preparation
        self._send(shard.READY, preparation.ready())

    def _on_place(self, data: dict[str, Any]) -> None:
        self._aside(lambda: self._take_place(Destination.of(data)))

    def _take_place(self, destination: Destination) -> None:
        assert self._preparation is not None
        self._part = self._preparation.part(destination)
        self._say(f"siap; sasaran {self._part.destination.address.url}")
        self._send(shard.PLACED, {})

    # the run

    def _on_start(self, data: dict[str, Any]) -> None:
        self._aside(lambda: self._play(float(data["zero_s"])))

    def _play(self, zero_s: float) -> None:
        assert self._part is not None and self._preparation is not None
        fence, watch = self._preparation.fence, self._preparation.watch
        # `zero_s` is told on the clock that answered the pings; the run keeps to the one nobody sets
        zero_epoch_s = zero_s - self._clock() + time.time()
        playing = self._playing = Playing(
            self._part, zero_epoch_s, self._beat, self._runner.environment.stats
        )
        if self._why:
            playing.stop(self._why)
        if fence is not None:
            fence.heard(time.monotonic() + max(0.0, zero_epoch_s - time.time()))
            gevent.spawn(self._look_at_fence, fence, playing)
        if watch is not None:
            watch.start()
            gevent.spawn(self._look_at_consent, watch, playing)
        self._done = playing.run(Share(self._part.index, self._part.order.workers))
        if watch is not None:
            watch.stop()
        self._say(f"selesai: {self._done['operations']:,} operasi")
        self._runner._send_stats()  # Locust's counts: its master waits half a second for them at the end
        self._send(shard.DONE, self._done)
        gevent.sleep(_LAST_S)
        self._over.set()

    def _beat(self, beat: dict[str, Any]) -> None:
        number = len(self._sent_at)
        self._sent_at[number] = time.monotonic()
        self._send(shard.BEAT, {**beat, "n": number})

    def _on_heard(self, data: dict[str, Any]) -> None:
        if self._preparation is not None and self._preparation.fence is not None:
            self._preparation.fence.heard(self._sent_at[int(data["n"])])

    def _on_takeover(self, data: dict[str, Any]) -> None:
        share = Share(**data)
        if self._playing is not None and self._done is None:
            self._playing.add(share)
            if self._who.elsewhere:
                self._aside(lambda: self._render_more(share))

    def _render_more(self, share: Share) -> None:
        assert self._preparation is not None
        if why := self._preparation.render_more(share):
            self._say(f"{why}; setiap foto dibuat saat dibutuhkan")

    def _on_again(self, data: dict[str, Any]) -> None:
        if self._playing is not None and self._playing.record is not None:
            self._playing.record.again(int(data["at"]))
            self._playing.beat()

    def _on_stop(self, data: dict[str, Any] | None) -> None:
        if self._playing is not None:
            self._playing.stop((data or {}).get("why", ""))

    def _look_at_fence(self, fence: Fence, playing: Playing) -> None:
        while self._done is None:
            if fence.closed:
                self._why = f"no word from the master for {FENCE_S:g} s"
                playing.stop(self._why)
                return
            gevent.sleep(BEAT_S)

    def _look_at_consent(self, watch: Watch, playing: Playing) -> None:
        while self._done is None:
            if watch.withdrawn.is_set():
                self._why = f"consent withdrawn: {watch.why}"
                playing.stop(self._why)
                return
            gevent.sleep(BEAT_S)

    # leaving

    def _on_refused(self, data: dict[str, Any]) -> None:
        self._leave(str(data["why"]))

    def _aside(self, work: Callable[[], object]) -> None:
        """In a greenlet of its own: messages go on being heeded; trouble is told and ends the visit."""

        def guarded() -> None:
            try:
                work()
            except (UsageError, CannotRunError, TargetError) as error:
                self._send(shard.REFUSED, {"why": str(error)})
                self._leave(str(error))
            except Exception as error:
                self._send(shard.REFUSED, {"why": f"{type(error).__name__}: {error}"})
                self._leave(f"{type(error).__name__}: {error}")
                raise

        gevent.spawn(guarded)

    def _leave(self, why: str) -> None:
        self._why = self._why or why
        gevent.sleep(0.2)  # the last message first
        self._over.set()

    def _send(self, message: str, data: dict[str, Any]) -> None:
        self._runner.send_message(message, data)

    def _say(self, words: str) -> None:
        print(f"gladi worker: {words}", file=sys.stderr, flush=True)


def _content(heed: Callable[[Any], None]) -> Callable[..., None]:
    """A listener as Locust calls it, from one that wants the content only."""

    def listen(environment: Any, msg: Any, **_: Any) -> None:
        heed(msg.data)

    return listen
