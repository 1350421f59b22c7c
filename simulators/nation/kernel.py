"""The nation's run: a country, a scenario and a server, played as far as one likes."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.nation import Nation
from simulators import draws
from simulators.nation import acting, asking, buckets, moments, pages, peopling, playing
from simulators.nation import encode as encoding
from simulators.nation import habits as habits_of
from simulators.nation import records as r
from simulators.nation.collapse import LOOK_BACK_S, Health, health
from simulators.nation.encode import encode
from simulators.nation.habits import habits
from simulators.nation.results import Results, results
from simulators.nation.table import CALLS
from simulators.server import Queues, ServerModel, Window, arrivals
from simulators.server.windows import doors


def server_of(nation: Nation, model: ServerModel) -> ServerModel:
    """The model with what the scenario says of it: machines, pipe, and the overrides of every pool."""
    said = nation.server
    pools = model.pools
    if said.queue is not None:
        # All machines together; every machine brings its part.
        pools = tuple(replace(pool, queue=-(-said.queue // said.servers)) for pool in pools)
    if said.refuse_after_s is not None:
        pools = tuple(replace(pool, refuse_after_s=said.refuse_after_s) for pool in pools)
    return replace(
        model, pools=pools, servers=said.servers,
        pipe_mbit_s=model.pipe_mbit_s if said.pipe_mbit_s is None else said.pipe_mbit_s,
    )  # fmt: skip


def windows_of(nation: Nation) -> list[Window]:
    """When the server is less than itself, on the run clock. A capacity above 1 counts as 1."""
    found = []
    for one in nation.server.windows:
        begin, end = nation.run_s(one.start), nation.run_s(one.end)
        if one.capacity == 0.0 and one.how != "slow":
            found.append(Window(one.how, begin, end))
        else:
            found.append(Window("slow", begin, end, min(1.0, one.capacity)))
    return found


def forget_stale_code() -> None:
    """Let go of cached machine code that is older than any source it was made from.

    numba looks only at the file of the function itself; the kernel is made of a dozen.
    """
    parts = (
        acting, arrivals, asking, buckets, draws, encoding, habits_of, moments, pages, peopling, playing, r,
    )  # fmt: skip
    newest = max(Path(str(part.__file__)).stat().st_mtime for part in parts)
    made: Any = playing.advance
    for index in Path(made.stats.cache_path).glob("*.nbi"):
        if index.stat().st_mtime < newest:
            index.unlink(missing_ok=True)


with suppress(OSError, AttributeError, TypeError):  # no cache, or not ours to change
    forget_stale_code()


class Kernel:
    """A nation at its beginning. `advance` plays on, `results` says what happened so far.

    `windows` stands for those of the scenario when it is given. Raises ValueError for a country that does not
    fit into the records, ModelError for a server that cannot be.
    """

    def __init__(
        self, country: Any, nation: Nation, model: ServerModel, seed: int,
        windows: Sequence[Window] | None = None,
    ) -> None:  # fmt: skip
        self.nation, self.model, self.seed = nation, server_of(nation, model), seed
        self.windows = windows_of(nation) if windows is None else list(windows)
        self.queues = Queues.of(self.model, self.windows)
        if len(self.queues.pools) > r.MOST_POOLS:
            raise ValueError(f"{len(self.queues.pools)} pools; the kernel counts at most {r.MOST_POOLS}")
        self.forms, self.now = len(country.forms), 0.0
        self._script = encode()
        told = habits(nation, tuple(country.forms))
        self.until_s = told.until_s
        self._world = self._filled(country, r.record(told))

    def _filled(self, country: Any, h: Any) -> r.World:
        model, seed = self.model, self.seed
        places = peopling.stations(country, h, seed)
        out = peopling.outs(len(places))
        people = peopling.actors(places, out, h, seed, self._script.starts)
        cursor, links, times = buckets.empty(len(people), self.until_s)
        kinds = ["submit_page" if kind == "practice" else kind for kind in CALLS]
        pools = [self.queues.pools.index(model.service(kind).pool) for kind in kinds]
        minutes, hours = int(self.until_s // 60.0) + 1, int(self.until_s // 3600.0) + 1
        return r.World(
            h=h,
            seed=seed,
            retry_after_s=model.retry_after_s,
            rows=self._script.rows,
            serves=np.array([[self.queues.kinds.index(kind) for kind in kinds], pools]).T.copy(),
            doors=np.ascontiguousarray(doors(self.windows)),
            actors=people,
            stations=places,
            out=out,
            minutes=np.zeros(minutes, r.MINUTE),
            latency=np.zeros((hours, r.KINDS, r.OCTAVES * r.BINS_AN_OCTAVE), np.int32),
            whole=self.queues.whole,
            figures=self.queues.figures,
            links=links,
            times=times,
            cursor=cursor,
        )

    def advance(self, until_s: float = inf) -> None:
        """Play all arrivals before this moment (run clock), at most to the scenario's end.

        Raises RuntimeError naming row and TPS if somebody's table goes round without time passing.
        """
        until_s = min(until_s, self.until_s)
        world = self._world
        lost = playing.advance(world.h, world.seed, world.retry_after_s, r.addresses(world), float(until_s))
        if lost != playing.FINE:
            actor = self._world.actors[lost]
            tps = int(self._world.stations["key"][actor["place"]]) // 8
            raise RuntimeError(
                f"row {self._script.names[actor['row']]!r} of TPS {tps}: {playing.MOST_ROWS} rows without "
                f"time passing at {actor['now']:.3f} s; the table goes round"
            )
        self.now = max(self.now, until_s)

    @property
    def pending(self) -> int:
        """Requests that are on their way to the server; the views of a beat are as many."""
        public = self._world.actors[-1]
        underway = int(self._world.cursor[buckets.PENDING])
        more = int(public["first"]) - 1 if self._started and public["how"] == 0 else 0
        return underway + more

    @property
    def _started(self) -> bool:
        return bool(self._world.cursor[buckets.STARTED] == len(self._world.actors))

    @property
    def done(self) -> bool:
        """Whether nothing is left to play."""
        return self.now >= self.until_s or (self._started and self.pending == 0)

    def health(self, look_back_s: float = LOOK_BACK_S) -> list[Health]:
        """Each pool of hands over the time just played, for `collapse.collapsed`; cheap."""
        return health(self._world.minutes, self.model, self.windows, self.now, look_back_s)

    def results(self) -> Results:
        """What happened so far."""
        return results(self._world, self.queues.pools, self.now, self.forms, self.pending)
