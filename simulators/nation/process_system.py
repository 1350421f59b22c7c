"""The system as the processes meet it: queues of a server in virtual time, and what each request means.

Requests are taken in in order of arrival; who comes at the same moment, in the order of the actors. SimPy's
clock cannot vouch for that order alone, for `now + (at - now)` need not be `at` to the last bit. So who is on
the way stands in `_coming` by its exact moment, and whoever arrives first hands in all that are due by then.
"""

from dataclasses import dataclass
from heapq import heappop, heappush
from math import isnan

from simulators.nation.process_counts import Counts
from simulators.nation.process_people import Actor, Operator, Panel, World
from simulators.server import Queues
from simulators.server.arrivals import CLOSED, LOST, REFUSED, SERVED, SILENT

AT_SERVER = {"practice": "submit_page"}
"""Kinds the server knows by another name."""


@dataclass(slots=True)
class Request:
    """What is on its way to the server, and, once `taken`, what became of it there.

    `meant`: the outcome the answer will tell if it is heard; `end_s`: when the server answers; `wanted`: the
    pages a status reports as missing.
    """

    kind: str
    actor: Actor
    arrive_s: float
    sent_bytes: float
    z: float
    logged_in: bool
    page: int = 0
    taken: bool = False
    served: bool = False
    begin_s: float = 0.0
    end_s: float = 0.0
    meant: str = ""
    wanted: int = 0


class System:
    """Takes in requests; keeps what it holds in the `Place` of each TPS."""

    def __init__(self, world: World, queues: Queues, counts: Counts) -> None:
        self._world, self._queues, self._counts = world, queues, counts
        self._coming: list[tuple[float, int, Request]] = []

    def expect(self, request: Request) -> None:
        """It is on its way; to be told before the clock has reached its arrival."""
        heappush(self._coming, (request.arrive_s, request.actor.number, request))

    def hand_in(self, request: Request) -> None:
        """It has arrived: take in all that came before it and it."""
        while not request.taken:
            self.take_in(heappop(self._coming)[2])

    def take_in(self, request: Request) -> None:
        """It is the next; also of several that an actor makes at one moment, the first of which came so."""
        operator = request.actor if isinstance(request.actor, Operator) else None
        held = operator is not None and request.page & operator.place.stored != 0
        kind = AT_SERVER.get(request.kind, request.kind)
        begin, end, what = self._queues.arrive(kind, request.arrive_s, request.sent_bytes, request.z, held)
        request.taken, request.begin_s, request.end_s = True, begin, end
        self._counts.taken_in(request.kind, kind, request.arrive_s, begin, end, what, request.sent_bytes)
        request.served = what == SERVED
        if request.served:
            request.meant = MEANINGS[request.kind](self._world, request)
        else:
            request.meant = {REFUSED: "refused", CLOSED: "closed", SILENT: "timeout", LOST: "reset"}[what]


def _activate(_: World, request: Request) -> str:
    actor = request.actor
    assert isinstance(actor, Operator)
    actor.active = True
    if isnan(actor.active_s):
        actor.active_s = request.end_s
    return "ok"


def _login(_: World, request: Request) -> str:
    return "ok" if request.actor.active else "denied"


def _read(_: World, request: Request) -> str:
    return "ok" if request.logged_in else "denied"


def _status(world: World, request: Request) -> str:
    """Which pages of forms counted by now are not there."""
    actor = request.actor
    assert isinstance(actor, Operator)
    place = actor.place
    counted = sum(place.masks[form] for form in place.forms if place.counted_s[form] <= request.arrive_s)
    request.wanted = counted & ~place.stored
    return _read(world, request)


def _submit_page(_: World, request: Request) -> str:
    if not request.logged_in:
        return "denied"
    assert isinstance(request.actor, Operator)
    request.actor.place.store(request.page, request.end_s)
    return "ok"


def _confirm(_: World, request: Request) -> str:
    if not request.logged_in:
        return "denied"
    assert isinstance(request.actor, Operator)
    request.actor.place.confirmed |= 1 << request.actor.form
    return "ok"


def _recap(_: World, request: Request) -> str:
    """The PPK enters a TPS; if its photographs came by messenger, this is how its numbers get there."""
    assert isinstance(request.actor, Panel)
    place = request.actor.places[request.actor.at]
    if isnan(place.recap_s):
        place.recap_s = request.end_s
        place.saved_by_backup = place.backup_s <= request.arrive_s and place.stored != place.pages
    return "ok"


MEANINGS = {
    "activate": _activate,
    "login": _login,
    "tps": _read,
    "practice": _read,
    "submit_page": _submit_page,
    "confirm": _confirm,
    "status": _status,
    "recap": _recap,
    "read": _read,
}
