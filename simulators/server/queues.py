"""The queues of a `ServerModel`, empty at first: the arrays that `simulators.server.arrivals` works on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf, log

import numpy as np
from numpy.typing import NDArray

from simulators.server import arrivals as a
from simulators.server.model import KINDS, ServerModel
from simulators.server.windows import Window, crashes, doors, rates

_BYTES_PER_MBIT = 125_000.0
_ENDLESS = 1 << 62


@dataclass(frozen=True, slots=True)
class Queues:
    """`whole` and `figures` for compiled kernels and `arrive` for Python, one and the same.

    `kinds` are the model's services, those of `KINDS` first and in that order: the index of a kind is its
    number in a kernel. `pools` are its pools by name.
    """

    whole: NDArray[np.int64]
    figures: NDArray[np.float64]
    kinds: tuple[str, ...]
    pools: tuple[str, ...]

    @classmethod
    def of(cls, model: ServerModel, windows: Sequence[Window] = ()) -> "Queues":
        """Of a server nobody has asked anything; raises ModelError."""
        model.check()
        return _build(model, windows)

    def arrive(
        self, kind: str, t: float, sent_bytes: float = 0.0, z: float = 0.0, held: bool = False
    ) -> tuple[float, float, int]:
        """`simulators.server.arrivals.arrive`, of a kind by name."""
        number = self.kinds.index(kind)
        return a.arrive(self.whole, self.figures, number, float(t), float(sent_bytes), float(z), held)

    def waiting(self, pool: str, t: float) -> int:
        """How many wait at `t`, not before the last arrival; no more than `LONGEST_COUNTED` are seen."""
        row = self._row(pool)
        ring = row[a.RING]
        starts = self.figures[ring : ring + min(row[a.WAITED], row[a.PLACES])]
        return self._later(starts, t)

    def busy(self, pool: str, t: float) -> int:
        """How many hands of the pool (or of the one it shares) work at `t`, not before the last arrival."""
        owner = self.whole[self._row(pool)[a.OWNER] :]
        return self._later(self.figures[owner[a.FIRST] : owner[a.FIRST] + owner[a.HANDS]], t)

    def _row(self, pool: str) -> NDArray[np.int64]:
        begin = self.whole[a.POOL_ROWS] + self.pools.index(pool) * a.POOL_WIDTH
        return self.whole[begin : begin + a.POOL_WIDTH]

    def _later(self, moments: NDArray[np.float64], t: float) -> int:
        """How many of these work-clock moments are after real moment `t`."""
        if self.figures[self.whole[a.CRASH]] <= t:
            return 0
        stretch = self.whole[a.RATE]
        while self.figures[stretch + 3] <= t:
            stretch += 3
        begin, work, factor = self.figures[stretch : stretch + 3]
        return int(np.count_nonzero(moments > work + (t - begin) * factor))


def _build(model: ServerModel, windows: Sequence[Window]) -> Queues:
    kinds = (*KINDS, *(one.kind for one in model.services if one.kind not in KINDS))
    services = [model.service(kind) for kind in kinds]
    names = [pool.name for pool in model.pools]
    stretches, closed, lost = rates(windows), doors(windows), crashes(windows)
    hands = [0 if pool.hands_of else pool.hands * model.servers for pool in model.pools]
    queues = [_queue(pool.queue * model.servers) for pool in model.pools]
    rings = [min(max(queue, 1), a.LONGEST_COUNTED) for queue in queues]

    limits = a.KIND_FIGURES + len(kinds) * a.KIND_WIDTH
    width = a.LIMITS_WIDTH * len(names)
    at = _places(limits, width, stretches.size, closed.size, lost.size, sum(hands), sum(rings))
    figures = np.zeros(at[-1])  # the kernel gives pages of memory only to places that are used
    figures[:limits] = (
        -inf, 1.0 / (model.pipe_mbit_s * _BYTES_PER_MBIT),
        *(figure for one in services for figure in (
            log(one.mean_s) - one.sigma**2 / 2, one.mean_s, one.sigma, one.repeat, one.base_s,
        )),
    )  # fmt: skip
    figures[limits : at[1]] = [
        figure
        for pool in model.pools
        for figure in (
            pool.refuse_after_s,
            pool.contention,
            pool.coherency,
            pool.refusal_s,
            pool.slowed,
            0.0,
        )
    ]
    figures[at[1] : at[4]] = np.concatenate([stretches.ravel(), closed.ravel(), lost.ravel()])
    figures[at[4] : at[5]] = -inf  # every hand has been free for ever

    pool_rows = a.KINDS + len(kinds)
    first, ring = _places(at[4], *hands), _places(at[5], *rings)
    whole = [at[1], at[2], at[3], at[1], at[4], at[5], pool_rows, len(names)]
    whole += [pool_rows + names.index(one.pool) * a.POOL_WIDTH for one in services]
    for number, pool in enumerate(model.pools):
        owner = pool_rows + names.index(pool.hands_of or pool.name) * a.POOL_WIDTH
        whole += [
            owner, hands[number], pool.hands, first[number], queues[number], ring[number], rings[number], 0,
            limits + a.LIMITS_WIDTH * number, first[names.index(pool.beside)] if pool.beside else 0,
        ]  # fmt: skip
    return Queues(np.array(whole, np.int64), figures, kinds, tuple(names))


def _queue(places: int) -> int:
    return places if places <= a.LONGEST_COUNTED else _ENDLESS


def _places(begin: int, *lengths: int) -> list[int]:
    """Where parts of these lengths begin when one follows the other, and where the last ends."""
    return _summed((begin, *lengths))


def _summed(values: Iterable[int]) -> list[int]:
    return [int(value) for value in np.cumsum(np.array(list(values), np.int64))]
