"""`call`: how a request goes to the system over a link that may fail, and how its answer comes back.

All that is certain when a phone asks is settled at once: no link, a gap on the way, a door that is closed.
Only what reaches the server costs an event: the process yields until it arrives, and knows its answer then.
"""

from bisect import bisect_right
from collections.abc import Generator, Sequence
from math import inf
from typing import Any

import simpy

from fakeforms.compiled import kernel
from simulators.draws import normal_at
from simulators.nation import moments
from simulators.nation.habits import SIGNAL_POINT
from simulators.nation.process_counts import Counts
from simulators.nation.process_people import Actor, Operator, Public, World
from simulators.nation.process_plain import plain
from simulators.nation.process_system import AT_SERVER, Request, System
from simulators.server import Window
from simulators.server.arrivals import CLOSED
from simulators.server.windows import doors

SMALL_BYTES = 600.0
"""Of any request without a photograph, and of any answer."""

photo_bytes = plain(moments.photo_bytes)
online_from = plain(moments.online_from)
next_gap = plain(moments.next_gap)
views = plain(moments.views)
_normal = kernel(normal_at)


class Line:
    """Between the actors and the system; `retry_after_s` is what a refusal tells them to wait."""

    def __init__(
        self, env: simpy.Environment, world: World, system: System, counts: Counts,
        windows: Sequence[Window], retry_after_s: float,
    ) -> None:  # fmt: skip
        self._env, self._world, self._system, self._counts = env, world, system, counts
        self._retry_after_s = retry_after_s
        self._doors = [tuple(row) for row in doors(windows).tolist()]
        self._door_begins = [begin for begin, _, _ in self._doors]

    def call(self, actor: Actor, kind: str) -> Generator[Any, Any, bool]:
        """Ask; whether it went well. The actor's clock stands at the answer then, or where it gave up."""
        if isinstance(actor, Public):
            return (yield from self._look(actor))
        h, asked = self._world.h, actor.now
        page = actor.page if isinstance(actor, Operator) and kind == "submit_page" else 0
        size = self._size(actor, kind, page)
        limit = asked + (h.upload_timeout_s if kind in ("submit_page", "practice") else h.timeout_s)
        half_rtt, up_s, down_s = self._link(actor)
        gap = self._gap(actor)
        arrive = (asked + half_rtt) + size * up_s
        self._count_asked(actor, kind)
        if gap <= asked:
            return self._end(actor, kind, "link_lost", asked)
        if _interrupted(arrive, gap, limit):
            return self._answer(actor, kind, "", arrive, gap, limit)
        if arrive >= h.until_s:
            actor.now = inf
            return False
        if (door := self._door(arrive)) is not None:
            answer = arrive + half_rtt if door == CLOSED else inf
            return self._answer(actor, kind, "closed", answer, gap, limit)

        z = _normal(actor.draw(self._world.seed))
        request = Request(kind, actor, arrive, size, z, asked < actor.logged_until_s, page)
        self._system.expect(request)
        yield self._env.timeout(max(0.0, arrive - self._env.now))
        self._system.hand_in(request)
        answer = request.end_s
        if request.meant != "reset":
            answer += half_rtt
            if request.meant != "refused":
                answer += SMALL_BYTES * down_s
        if good := self._answer(actor, kind, request.meant, answer, gap, limit):
            heard(self._world, actor, request)
        self._served(request, actor.outcome)
        return good

    def _look(self, public: Public) -> Generator[Any, Any, bool]:
        """A beat's views, one behind the other; nobody waits for them before the next beat."""
        h, now = self._world.h, public.now
        count = int(views(h, public.draw(self._world.seed), now))
        if not count:
            return True
        self._counts.ask("read", now, count)
        if (door := self._door(now)) is not None:
            outcome, at_s = ("closed", now) if door == CLOSED else ("timeout", now + h.timeout_s)
            self._counts.end("read", outcome, at_s, count)
            return True
        if now >= h.until_s:
            public.now = inf
            return False
        view = self._view(public)
        self._system.expect(view)
        yield self._env.timeout(max(0.0, now - self._env.now))
        self._system.hand_in(view)
        self._viewed(view)
        for _ in range(count - 1):
            view = self._view(public)
            self._system.take_in(view)
            self._viewed(view)
        return True

    def _view(self, public: Public) -> Request:
        return Request("read", public, public.now, SMALL_BYTES, _normal(public.draw(self._world.seed)), True)

    def _viewed(self, view: Request) -> None:
        limit = view.arrive_s + self._world.h.timeout_s
        late = view.end_s > limit
        outcome = "timeout" if late else view.meant
        self._counts.end("read", outcome, limit if late else view.end_s)
        self._served(view, outcome)

    def _served(self, request: Request, outcome: str) -> None:
        if request.served:
            kind = AT_SERVER.get(request.kind, request.kind)
            self._counts.served(kind, request.begin_s, request.end_s, outcome)

    # what is certain before

    def _size(self, actor: Actor, kind: str, page: int) -> float:
        if kind not in ("submit_page", "practice"):
            return SMALL_BYTES
        number = max(0, page.bit_length() - 1)
        return float(photo_bytes(self._world.h, self._world.seed, actor.key, number))

    def _link(self, actor: Actor) -> tuple[float, float, float]:
        """Half a round trip, and seconds a byte up and down."""
        if actor.link < 0:
            return 0.0, 0.0, 0.0
        link = SIGNAL_POINT if isinstance(actor, Operator) and actor.at_signal else actor.link
        h = self._world.h
        return float(h.rtt_s[link]) * 0.5, float(h.up_s[link]), float(h.down_s[link])

    def _gap(self, actor: Actor) -> float:
        """When the link goes next; now if it is gone; never if it is steady."""
        if not isinstance(actor, Operator) or not actor.place.unsteady:
            return inf
        h, seed, key = self._world.h, self._world.seed, actor.place.key
        if online_from(h, seed, key, actor.now) > actor.now:
            return actor.now
        return float(next_gap(h, seed, key, actor.now))

    def _door(self, at_s: float) -> int | None:
        """How it is closed at a moment, None when it is open."""
        row = bisect_right(self._door_begins, at_s) - 1
        return int(self._doors[row][2]) if row >= 0 and at_s < self._doors[row][1] else None

    # how it ends

    def _answer(self, actor: Actor, kind: str, outcome: str, answer: float, gap: float, limit: float) -> bool:
        """What the phone hears, unless its link goes before, or its patience ends."""
        match _interrupted(answer, gap, limit):
            case "link_lost":
                return self._end(actor, kind, "link_lost", gap)
            case "timeout":
                return self._end(actor, kind, "timeout", limit)
        return self._end(actor, kind, outcome, answer)

    def _end(self, actor: Actor, kind: str, outcome: str, at_s: float) -> bool:
        self._counts.end(kind, outcome, at_s)
        actor.now = at_s
        actor.outcome = outcome
        actor.retry_after_s = self._retry_after_s if outcome == "refused" else 0.0
        return outcome == "ok"

    def _count_asked(self, actor: Actor, kind: str) -> None:
        self._counts.ask(kind, actor.now)
        if isinstance(actor, Operator):
            actor.place.requests += 1


def _interrupted(answer: float, gap: float, limit: float) -> str:
    """What comes before the answer does, if anything: the link goes, or patience with it."""
    if gap < answer and gap <= limit:
        return "link_lost"
    return "timeout" if answer > limit else ""


def heard(world: World, actor: Actor, request: Request) -> None:
    """The answer is ok, and the phone knows."""
    actor.afresh()
    if not isinstance(actor, Operator):
        return
    if request.kind == "login":
        actor.logged_until_s = actor.now + world.h.session_s
    elif request.kind == "submit_page":
        actor.acked |= request.page
        actor.failing = False
    elif request.kind == "confirm":
        actor.confirmed |= 1 << actor.form
    elif request.kind == "status":
        actor.wanted = request.wanted
        actor.form = -1
