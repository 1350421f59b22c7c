"""The nation's actors as ordinary SimPy processes: the table, read row by row.

Two engines play `simulators.nation.table`. The compiled kernel plays all 823,236 TPS; this one is what it
is held to, moment by moment (`tests/simulators/nation/test_engines.py`), and where to read what people do:

    process             the life of an actor, and how processes are spawned when they are due
    process_place       a TPS: circumstances, and what the system holds of it
    process_people      what an operator, a panel, the public know
    process_moments     `until`: what they wait for
    process_questions   `test`: what they ask themselves
    process_deeds       `signal`, `shoot`, `backoff`, `skip`, `rest`, `pause`
    process_asking      `call`: over the link, and back
    process_system      the server's queues in virtual time, and what each request means
    process_counts      what is counted

An actor's clock is its own float and never a sum of SimPy's delays. It plays ahead from one answer to its
next request without an event, and yields once, until that request reaches the server.
"""

from collections.abc import Callable, Generator, Sequence
from math import nan
from operator import attrgetter
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from scenarios.nation import Nation
from simulators.country.model import Country
from simulators.nation import process_deeds as deeds
from simulators.nation.habits import habits
from simulators.nation.process_asking import Line
from simulators.nation.process_counts import Counts
from simulators.nation.process_moments import until
from simulators.nation.process_people import ROWS, Actor, Operator, World, actors
from simulators.nation.process_place import Place, place
from simulators.nation.process_questions import test
from simulators.nation.process_system import System
from simulators.server import Queues, ServerModel, Window

DEEDS: dict[str, Callable[[World, Any, str], bool]] = {
    "until": until,
    "test": test,
    "signal": deeds.signal,
    "shoot": deeds.shoot,
    "backoff": deeds.backoff,
    "skip": deeds.skip,
    "rest": deeds.rest,
    "pause": deeds.pause,
}
"""Operations that touch nobody; `call` is the one that does."""

_EARLY_S = 1.0
"""A process is spawned this much before its first moment, so that the order of arrivals is certain."""

SHOWN_PAGES = 3
"""So many first pages of a TPS have their moment in the results."""


class Processes:
    """A nation under a plain SimPy environment: `run`, then `results` and `counts`."""

    def __init__(
        self, country: Country, nation: Nation, model: ServerModel, seed: int, windows: Sequence[Window] = ()
    ) -> None:
        self.env = simpy.Environment()
        self.world = World(habits(nation, country.forms), seed, country)
        self.counts = Counts(self.world.h.until_s, model)
        self.places = [place(self.world.h, country, seed, number) for number in range(len(country))]
        self.actors = actors(self.world, self.places)
        system = System(self.world, Queues.of(model, windows), self.counts)
        self._line = Line(self.env, self.world, system, self.counts, windows, model.retry_after_s)

    def run(self) -> None:
        """Until nothing happens any more."""
        for actor in self.actors:
            self._prelude(actor)
        self.env.process(self._spawn(sorted(self.actors, key=attrgetter("now"))))
        self.env.run()

    def _prelude(self, actor: Actor) -> None:
        """Play up to the first moment that does come: nobody needs a process to wait for it."""
        waits = actor.row.op == "until"
        while waits:
            came = until(self.world, actor, actor.row.arg)
            actor.row = _next(actor, came)
            waits = not came and actor.row.op == "until"

    def _spawn(self, due: list[Actor]) -> Generator[Any, Any, None]:
        for actor in due:
            if actor.now - _EARLY_S > self.env.now:
                yield self.env.timeout(actor.now - _EARLY_S - self.env.now)
            self.env.process(self._live(actor))

    def _live(self, actor: Actor) -> Generator[Any, Any, None]:
        """Follow the table to an end."""
        world, call = self.world, self._line.call
        while actor.row.op != "end":
            if actor.row.op == "call":
                good = yield from call(actor, actor.row.arg)
            else:
                good = DEEDS[actor.row.op](world, actor, actor.row.arg)
            if actor.now > world.h.until_s:
                actor.ended = "horizon"
                return
            actor.row = _next(actor, good)
        actor.ended = actor.row.arg

    def results(self) -> dict[str, NDArray[Any]]:
        """Of every TPS (first axis); moments are seconds of the run clock, NaN where they never came.

        page_s      (n, 3)      when the system got each of the first three pages
        whole_s     (n, forms)  when each form was whole there
        stored      (n)         pages it has
        confirmed   (n)         forms, a bit each
        active_s    (n, 2)      when each account was activated; 0: before the story begins
        how         (n, 2)      how each operator ended
        backup_s, saved, recap_s, requests
        """
        forms = range(len(self.world.country.forms))
        n = len(self.places)
        both = [actor for actor in self.actors if isinstance(actor, Operator)]
        return {
            "page_s": np.array([[_page_s(one, page) for page in range(SHOWN_PAGES)] for one in self.places]),
            "whole_s": np.array([[one.whole_s.get(form, nan) for form in forms] for one in self.places]),
            "stored": np.array([one.stored.bit_count() for one in self.places]),
            "confirmed": np.array([one.confirmed for one in self.places]),
            "active_s": np.array([one.active_s for one in both]).reshape(n, 2),
            "how": np.array([one.ended for one in both]).reshape(n, 2),
            "backup_s": np.array([one.backup_s for one in self.places]),
            "saved": np.array([one.saved_by_backup for one in self.places]),
            "recap_s": np.array([one.recap_s for one in self.places]),
            "requests": np.array([one.requests for one in self.places]),
        }


def _next(actor: Actor, good: bool) -> Any:
    row = actor.row
    return ROWS[actor.kind][row.then if good or not row.otherwise else row.otherwise]


def _page_s(place: Place, page: int) -> float:
    return place.stored_s.get(1 << page, nan)
