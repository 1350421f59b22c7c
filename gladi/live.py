"""The live target: operations run as greenlets against a real system, and are recorded as they end."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count

import gevent
import simpy

from gladi.address import Address
from gladi.http import InDoubtError, NotSentError, Wire
from gladi.materials import Materials, Page
from gladi.recorder import Recorder
from gladi.targets import Phone, System
from simulators.operations import Answer, Operation
from simulators.wall_clock import WallEnvironment

Listener = Callable[[Operation, Answer, float, float], None]
"""Called with each operation, its answer, and its start and end on the run clock."""

_NOTHING = Page(b"", "", "", "")
_WITH_MATERIAL = frozenset({"submit_page", "correct"})


class LiveTarget:
    """Performs operations against `system` through the links in `routes`.

    `routes` maps (area, link class) to (host, port); what is not listed goes straight to the system.
    `max_rate_per_s` is this worker's part of what the system consents to; 0 means no limit.
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
    ) -> None:
        self._env = env
        self._system = system
        self._materials = materials
        self._recorder = recorder
        self._listener = listener
        self._gap_s = 1.0 / max_rate_per_s if max_rate_per_s else 0.0
        self._next_s = 0.0
        self._host = address.netloc
        self._straight = Wire(address)
        self._wires = {place: Wire(address, via) for place, via in routes.items()}
        self._in_hand: dict[int, tuple[Operation, Page, float]] = {}
        self._numbers = count()

    def perform(self, operation: Operation) -> simpy.Event:
        """An event that succeeds with the Answer when the request has ended, one way or the other."""
        event = self._env.event()
        gevent.spawn(self._run, operation, event)
        return event

    @property
    def in_flight(self) -> int:
        """Operations under way."""
        return len(self._in_hand)

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
            self._recorder.write(operation, answer, started_s, now)
            self._listener(operation, answer, started_s, now)

    def _run(self, operation: Operation, event: simpy.Event) -> None:
        page = _NOTHING
        mine = next(self._numbers)
        self._in_hand[mine] = (operation, page, self._env.wall_s())
        # The photo is read from disk before the clock of the attempt starts: on a phone it is at hand.
        if operation.kind in _WITH_MATERIAL and operation.actor == "kpps":
            page = self._materials.page(operation)
        self._keep_to_consent()
        started_s = self._env.wall_s()
        self._in_hand[mine] = (operation, page, started_s)
        answer = replace(
            self._attempt(operation, page, started_s),
            content_sha256=page.photo_sha256,
            numbers_sha256=page.numbers_sha256,
        )
        ended_s = self._env.wall_s()
        if self._in_hand.pop(mine, None) is None:
            return  # the run is over, and this was recorded as unknown
        self._recorder.write(operation, answer, started_s, ended_s)
        self._env.post(event, answer)
        self._listener(operation, answer, started_s, ended_s)

    def _keep_to_consent(self) -> None:
        """Never faster than the system consents to; what has to wait counts as our own lateness."""
        if self._gap_s:
            turn_s = max(self._next_s, self._env.wall_s())
            self._next_s = turn_s + self._gap_s
            gevent.sleep(max(0.0, turn_s - self._env.wall_s()))

    def _attempt(self, operation: Operation, page: Page, started_s: float) -> Answer:
        patience_s = operation.timeout_s
        cut = operation.cut_s is not None and operation.cut_s - started_s < patience_s
        if cut and operation.cut_s is not None:
            patience_s = max(0.0, operation.cut_s - started_s)
        wire = self._wires.get((operation.area, operation.link), self._straight)
        phone = Phone(wire, self._host, patience_s)
        try:
            return self._system.perform(phone, operation, page)
        except NotSentError as error:
            return Answer("fail", reason=str(error), session=phone.session)
        except InDoubtError as error:
            reason = "link_lost" if cut and str(error) == "timeout" else str(error)
            return Answer("unknown", reason=reason, bytes_sent=phone.sent, session=phone.session)
        except Exception as error:  # a target that breaks its promise must not take the run with it
            return Answer("unknown", reason=f"target:{type(error).__name__}", bytes_sent=phone.sent)
