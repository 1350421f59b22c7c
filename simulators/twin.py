"""The twin: a simulated Sirekap inside a plain SimPy environment.

It answers the operations the live stack answers, with the same meaning (`simulators.meaning`: idempotent
pages, sessions, refusals), after a time made of the phone's link and the queues of a `ServerModel`. Those
know on arrival when a request will be answered, so it costs two or three events; a phone that stops waiting
changes nothing for the server.

Simplifications: links are not shared between phones; a photo is a size and a digest, not bytes.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count
from math import inf
from typing import Any, Literal

import simpy

from scenarios import LINKS, LinkProfile
from simulators.draws import normal_at, uniform
from simulators.meaning import PagesOf, Payload, StoredPage, System
from simulators.operations import Answer, Operation
from simulators.recap import Recap
from simulators.server import Queues, ServerModel, Thinned, Window
from simulators.server.arrivals import CLOSED, LOST, REFUSED, SERVED, SILENT

_SERVER = 4
"""The server draws service times as one agent, by a hash of the key and attempt."""

_ANSWER_BYTES = 600

_SERVED_AS = {
    "pleno_open": "recap", "pleno_tps": "recap", "pleno_decide": "correct", "pleno_finalise": "correct",
    "backup_page": "submit_page", "replace_photo": "submit_page",
}  # fmt: skip
"""What the staff asks keeps the server's hands as long as this kind does (assumed; `recap` is measured)."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A stretch of the run clock in which something is wrong with the simulated system.

    `down`: connections are refused and requests in hand are lost; `paused`: nothing moves until the end;
    `dark`: the phones of `area` reach nothing; `slow`: everything takes 1/factor as long; `silent`: nobody
    gets an answer.
    """

    kind: Literal["down", "paused", "dark", "slow", "silent"]
    start_s: float
    end_s: float
    area: str = ""
    factor: float = 0.0


class Twin:
    """A `Target` under the simulated clock; `pages` is what it holds, for the readback.

    `record` is called with every operation, its answer, and its start and end on the run clock. `share` is
    the part of the server's users that is played here, see `simulators.server.thinned`; `speed` how many
    times as fast as their class links are at a moment of the run clock.
    """

    def __init__(
        self,
        env: simpy.Environment,
        model: ServerModel,
        seed: int,
        outages: Sequence[Outage],
        payload: Payload,
        record: Callable[[Operation, Answer, float, float], None],
        share: float = 1.0,
        speed: Callable[[float], float] = lambda run_s: 1.0,
        pages_of: PagesOf = lambda tps, form: 3,
    ) -> None:
        self.env = env
        self.model = model
        self._thin = Thinned.of(model, share)
        self._queues = Queues.of(self._thin.model, _windows(outages))
        self._speed = speed
        self._system = System(seed, payload, pages_of)
        self._seed = seed
        self._outages = outages
        self._payload = payload
        self._record = record
        self._in_hand: dict[int, tuple[Operation, float]] = {}
        self._numbers = count()

    @property
    def pages(self) -> list[StoredPage]:
        """Every revision of every page that the system holds."""
        return self._system.pages

    @property
    def recap(self) -> Recap:
        """The plenos that it holds."""
        return self._system.recap

    def perform(self, operation: Operation) -> simpy.Event:
        """A process that ends with the `Answer`."""
        return self.env.process(self._perform(operation))

    def close(self) -> None:
        """The run is over: what is still in hand may or may not have happened, and is recorded as such."""
        for operation, start in self._in_hand.values():
            content, _, numbers, _ = self._payload(operation)
            answer = Answer("unknown", reason="not_ended", content_sha256=content, numbers_sha256=numbers)
            self._record(operation, answer, start, self.env.now)
        self._in_hand.clear()

    def readback(self) -> Iterable[StoredPage]:
        """Every revision of every page."""
        return self.pages

    def _perform(self, operation: Operation) -> Generator[Any, Any, Answer]:
        start = self.env.now
        mine = next(self._numbers)
        self._in_hand[mine] = (operation, start)
        content, size, numbers, _ = self._payload(operation)
        answer = yield from self._exchange(operation, size)
        answer = replace(answer, content_sha256=content, numbers_sha256=numbers)
        del self._in_hand[mine]
        self._record(operation, answer, start, self.env.now)
        return answer

    def _exchange(self, operation: Operation, size: int) -> Generator[Any, Any, Answer]:
        env, link = self.env, LINKS[operation.link]
        sent = size + 700 if size else 400
        limit = env.now + operation.timeout_s
        if operation.cut_s is not None:
            limit = min(limit, operation.cut_s)

        if self._wrong("dark", env.now, operation.area) or self._wrong("down", env.now):
            yield env.timeout(min(link.rtt_ms / 1000, max(0.0, limit - env.now)))
            return Answer("fail", reason="refused")
        # A phone keeps its connection: half a round trip on the way there.
        way_s = link.rtt_ms / 2000 + link.upload_s(sent) / self._speed(env.now)
        yield env.timeout(min(way_s, max(0.0, limit - env.now)))
        if env.now >= limit:
            return self._given_up(operation, sent)
        if self._wrong("dark", env.now, operation.area):
            return Answer("unknown", reason="reset", bytes_sent=sent)
        heard_s, answer = self._served(operation, link, sent)
        if heard_s > limit:
            answer = self._given_up(operation, sent)
        yield env.timeout(max(0.0, min(heard_s, limit) - env.now))
        return answer

    def _served(self, operation: Operation, link: LinkProfile, sent: int) -> tuple[float, Answer]:
        """The moment at which the phone would hear of it (perhaps never), and what."""
        kind = _SERVED_AS.get(operation.kind, operation.kind)
        kind = kind if kind in self._queues.kinds else "read"
        begin, end, what = self._queues.arrive(
            kind, self.env.now, sent, self._normal(operation), self._system.holds(operation)
        )
        if what in (CLOSED, LOST):
            return end, Answer("unknown", reason="reset", bytes_sent=sent)
        if what == SILENT:
            return inf, Answer("unknown", reason="timeout", bytes_sent=sent)
        if what == SERVED:
            end = self._thin.answered_s(kind, self.env.now, begin, end)
        back = end + link.rtt_ms / 2000 + link.download_s(_ANSWER_BYTES) / self._speed(self.env.now)
        if what == REFUSED:
            return back, Answer(
                "fail", 503, "overloaded", retry_after_s=self.model.retry_after_s, bytes_sent=sent
            )
        session = self._system.session(operation)
        status, reason, receipt, stored = self._system.take(operation, end)
        if operation.kind == "login":
            session = self._system.session(operation) if status == 200 else ""
        seen = self._system.seen(operation) if operation.kind == "pleno_tps" and status == 200 else None
        undecided = self._system.undecided(operation) if reason == "not_decided" else ()
        if self._wrong("dark", back, operation.area):
            back = inf
        return back, Answer(
            "ok" if status < 400 else "fail", status, reason, receipt, stored_pages=stored, bytes_sent=sent,
            bytes_received=_ANSWER_BYTES, session=session, seen=seen, undecided=undecided,
        )  # fmt: skip

    @staticmethod
    def _given_up(operation: Operation, sent: int) -> Answer:
        lost = operation.cut_s is not None and operation.cut_s <= operation.intended_s + operation.timeout_s
        return Answer("unknown", reason="link_lost" if lost else "timeout", bytes_sent=sent)

    def _wrong(self, kind: str, at_s: float, area: str = "") -> bool:
        return any(
            one.kind == kind and one.start_s <= at_s < one.end_s and (kind != "dark" or one.area == area)
            for one in self._outages
        )

    def _normal(self, operation: Operation) -> float:
        mark = int.from_bytes(sha256(f"{operation.key}:{operation.intended_s}".encode()).digest()[:7], "big")
        return normal_at(uniform(self._seed, _SERVER, mark))


def _windows(outages: Iterable[Outage]) -> list[Window]:
    """What of the outages the server feels; areas without signal are the links' affair."""
    return [
        Window("refused", one.start_s, one.end_s, crash=True)
        if one.kind == "down"
        else Window("silent", one.start_s, one.end_s)
        if one.kind == "silent"
        else Window("slow", one.start_s, one.end_s, one.factor)
        for one in outages
        if one.kind != "dark" and one.start_s < one.end_s
    ]
