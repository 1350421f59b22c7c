"""The live target: operations run as greenlets against a real system, and are recorded as they end."""

import time
from collections.abc import Callable, Iterator, Mapping
from math import inf
from typing import Any

import gevent
import simpy
from gevent import getcurrent
from greenlet import greenlet  # type: ignore[import-untyped]

from gladi.address import Address
from gladi.http import InDoubtError, NotSentError, Wire
from gladi.materials import Materials, Page
from gladi.recorder import Recorder
from gladi.targets import Phone, System
from gladi.wire.lines import Lines
from scenarios.links import LINKS
from simulators.operations import STAFF, Answer, Operation
from simulators.wall_clock import WallEnvironment

Listener = Callable[[Operation, Answer, float, float], None]
"""Called with each operation, its answer, and its start and end on the run clock."""

Keeps = Callable[[float], float]
"""How long a phone keeps an idle connection, in real seconds, by the moment of the run clock."""

_NOTHING = Page(b"", "", "", "")
_WITH_MATERIAL = frozenset({"submit_page", "correct", "backup_page", "replace_photo"})
_SENDERS = STAFF | {"kpps"}
_TOGETHER = 64
"""Operations that ended and are noted in one go: one by one, between two requests, their noting would find
nothing of itself in the processor's caches and take twice as long."""
_SPARE = 1024
"""Greenlets that wait for another operation; what a burst needs above that is made anew."""


class LiveTarget:
    """Performs operations against `system` through the links in `routes`.

    `routes` maps (area, link class) to (host, port); what is not listed goes straight to the system.
    `max_rate_per_s` is this worker's part of what the system consents to; 0 means no limit. `keeps` is how
    long a phone keeps its own connection; without it no phone has one, and all share what is open.
    """

    def __init__(
        self,
        env: WallEnvironment,
        system: System,
        address: Address,
        routes: Mapping[tuple[str, str], tuple[str, int]],
        materials: Materials,
        recorder: Recorder,
        listener: Listener,
        max_rate_per_s: float = 0.0,
        keeps: Keeps | None = None,
    ) -> None:
        self._env = env
        self._system = system
        self._materials = materials
        self._recorder = recorder
        self._listener = listener
        self._gap_s = 1.0 / max_rate_per_s if max_rate_per_s else 0.0
        self._next_s = 0.0
        self._host = address.netloc
        self._keeps = keeps
        self.lines = Lines()
        self._straight = Wire(address, lines=self.lines, soon=env.soon)
        # A proxy delays what is sent but not the handshake, which costs a phone one round trip of its link.
        self._wires = {
            place: Wire(
                address, via, handshake_s=LINKS[place[1]].rtt_ms / 1000.0, lines=self.lines, soon=env.soon
            )
            for place, via in routes.items()
        }
        self._in_hand: dict[int, tuple[Operation, Page, float]] = {}
        self._unsent: set[int] = set()
        """Of those in hand, the ones that wait for a photo or for their turn."""
        self._ended: list[tuple[Operation, Answer, float, float, str, str]] = []
        self._number = 0
        self._hub = gevent.get_hub()
        self._spare: list[Any] = []

    def perform(self, operation: Operation) -> simpy.Event:
        """An event that succeeds with the Answer when the request has ended, one way or the other."""
        event = simpy.Event(self._env)
        hand = self._spare.pop() if self._spare else greenlet(self._serve, self._hub)
        if getcurrent() is self._hub:
            hand.switch(operation, event)  # back here as soon as it waits for anything
        else:
            self._hub.loop.run_callback(hand.switch, operation, event)
        return event

    @property
    def in_flight(self) -> int:
        """Operations under way."""
        return len(self._in_hand)

    def under_way(self) -> Iterator[tuple[int, Operation, Page, float]]:
        """Those that were begun: number, operation, what it sends, start on the run clock."""
        for number, (operation, page, started_s) in self._in_hand.items():
            if number not in self._unsent:
                yield number, operation, page, started_s

    def close(self) -> None:
        """The run is over: what is still in hand may or may not have happened, and is recorded as such."""
        now = self._env.wall_s()
        while self._in_hand:
            _, (operation, page, started_s) = self._in_hand.popitem()
            answer = Answer(
                "unknown",
                reason="not_ended",
                content_sha256=page.photo_sha256,
                numbers_sha256=page.numbers_sha256,
            )
            self._ended.append((operation, answer, started_s, now, "", ""))
        self.note()
        self.lines.close()

    def note(self) -> None:
        """Record whatever has ended by now, and tell the listener."""
        ended, self._ended = self._ended, []
        write, listener = self._recorder.write, self._listener
        for operation, answer, started_s, ended_s, photo, numbers in ended:
            write(operation, answer, started_s, ended_s, photo, numbers)
            listener(operation, answer, started_s, ended_s)

    def _serve(self, operation: Operation, event: simpy.Event) -> None:
        """One operation after another, in the same greenlet."""
        switch = self._hub.switch
        while True:
            self._run(operation, event)
            if len(self._spare) >= _SPARE:
                return
            self._spare.append(getcurrent())
            del operation, event
            operation, event = switch()

    def _run(self, operation: Operation, event: simpy.Event) -> None:
        env = self._env
        page = _NOTHING
        self._number = mine = self._number + 1
        # The photo is read from disk before the clock of the attempt starts: on a phone it is at hand.
        if operation.decided is not None:
            page = Page(b"", "", "", operation.decided.digest)
        elif operation.kind in _WITH_MATERIAL and operation.actor in _SENDERS:
            if self._materials.at_hand(operation):
                page = self._materials.page(operation)
            else:
                # In a thread: a slow disk holds up this operation, not what else is due.
                self._in_hand[mine] = (operation, page, env.wall_s())
                self._unsent.add(mine)
                self._materials.wait_for(operation)
                page = self._hub.threadpool.apply(self._materials.page, (operation,))
                if mine not in self._in_hand:
                    return  # the run is over, and this was recorded as unknown, never sent
        if self._gap_s:
            self._in_hand[mine] = (operation, page, env.wall_s())
            self._unsent.add(mine)
            self._keep_to_consent()
            if mine not in self._in_hand:
                return
        started_s = env.wall_s()
        self._in_hand[mine] = (operation, page, started_s)
        if self._unsent:
            self._unsent.discard(mine)
        answer = self._attempt(operation, page, started_s)
        ended_s = env.wall_s()
        if self._in_hand.pop(mine, None) is None:
            return  # the run is over, and this was recorded as unknown
        env.post(event, answer, ended_s)
        self._ended.append((operation, answer, started_s, ended_s, page.photo_sha256, page.numbers_sha256))
        if len(self._ended) >= _TOGETHER:
            self.note()

    def _keep_to_consent(self) -> None:
        """Never faster than the system consents to; what has to wait counts as our own lateness."""
        turn_s = max(self._next_s, self._env.wall_s())
        self._next_s = turn_s + self._gap_s
        gevent.sleep(max(0.0, turn_s - self._env.wall_s()))

    def _attempt(self, operation: Operation, page: Page, started_s: float) -> Answer:
        patience_s, cut_s, cut = operation.timeout_s, inf, False
        if operation.cut_s is not None:
            left_s = operation.cut_s - started_s
            cut_s = time.monotonic() + left_s
            if left_s < patience_s:
                cut, patience_s = True, max(0.0, left_s)
        wire = self._wires.get((operation.area, operation.link), self._straight)
        phone = Phone(wire, self._host, patience_s)
        if self._keeps is not None and operation.actor in _SENDERS and operation.variant != "wrong_password":
            # Who guesses at a password has another phone.
            phone.line = f"{operation.account}{operation.device}"
            # Another process of the app: nothing is left of the last one's connection or TLS session.
            if operation.install or operation.boots:
                phone.line += f"/{operation.install}.{operation.boots}"
            phone.keep_s, phone.cut_s = self._keeps(started_s), cut_s
        try:
            return self._system.perform(phone, operation, page)
        except NotSentError as error:
            return Answer("fail", reason=str(error), session=phone.session)
        except InDoubtError as error:
            reason = "link_lost" if cut and str(error) == "timeout" else str(error)
            return Answer("unknown", reason=reason, bytes_sent=phone.sent, session=phone.session)
        except Exception as error:  # a target that breaks its promise must not take the run with it
            return Answer("unknown", reason=f"target:{type(error).__name__}", bytes_sent=phone.sent)
