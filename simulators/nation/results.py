"""What came out: counts by minute, latencies by hour, and what is known of every TPS."""

import hashlib
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulators.nation import records as r
from simulators.nation.encode import HOWS
from simulators.nation.table import CALLS

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
Moments = NDArray[np.float32]

LATENCY_EDGES_S: Floats = r.SHORTEST_S * np.concatenate(
    [2.0**octave * (1.0 + np.arange(r.BINS_AN_OCTAVE) / r.BINS_AN_OCTAVE) for octave in range(r.OCTAVES)]
    + [np.array([2.0**r.OCTAVES])]
)
"""Edges of the latency bins (s), one more than bins; what is shorter or longer lies in the first or last."""


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """Arrays of a run up to `now_s`. Minutes are those of the run clock from 0; moments run seconds.

    By minute, axes (kind, minute) of `kinds`: `asked` and `fresh` (first attempts) in the minute of asking,
    `taken` in by the server; `outcome` (kind, outcome, minute) of `outcomes` in the minute of the answer.
    `bytes_` (minute) reached the server. (pool, minute) of `pools`: `wait_s` summed and `longest_s` of those
    that arrived, `busy_s` hand-seconds begun, of which `wasted_s` for clients that did not wait any more.
    `latency` (kind, hour of asking, bin of LATENCY_EDGES_S): asked to answer, of those that went well.

    One item a TPS: `page_s` (3, n) and `whole_s` (forms, n): when pages 0 to 2 and whole forms were stored,
    `first_s` the first page, `recap_s` the PPK's entry, `active_s` (2, n) the accounts (0: before the start),
    all NaN where it never came; `stored` pages, `confirmed` (a bit a form), `how` (2, n) the operators ended,
    of HOWS (0: not yet), `messenger_s` when plain photographs went to the PPS (infinite: never), `saved` TPS
    whose recap these made possible, `requests`.
    """

    kinds: tuple[str, ...]
    outcomes: tuple[str, ...]
    hows: tuple[str, ...]
    pools: tuple[str, ...]
    now_s: float
    events: int
    pending: int
    unheard: int
    asked: Counts
    fresh: Counts
    taken: Counts
    outcome: Counts
    bytes_: Floats
    busy_s: Floats
    wasted_s: Floats
    wait_s: Floats
    longest_s: Floats
    latency: NDArray[np.int32]
    page_s: Moments
    whole_s: Moments
    first_s: Moments
    recap_s: Moments
    active_s: Moments
    stored: NDArray[np.uint8]
    confirmed: NDArray[np.uint8]
    how: NDArray[np.uint8]
    messenger_s: Floats
    saved: NDArray[np.bool_]
    requests: NDArray[np.uint32]

    @property
    def requests_total(self) -> int:
        """Asked in all."""
        return int(self.asked.sum())

    def digest(self) -> str:
        """SHA-256 over every figure."""
        total = hashlib.sha256()
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                plain = np.ascontiguousarray(value)
                total.update(f"\0{field.name}\0{plain.shape}\0".encode() + plain.tobytes())
            else:
                total.update(f"\0{field.name}\0{value!r}".encode())
        return total.hexdigest()


def results(world: r.World, pools: tuple[str, ...], now_s: float, forms: int, pending: int) -> Results:
    """Of the kernel's memory as it is; columns are copies."""
    minutes, out, stations = world.minutes, world.out, world.stations
    n, used = len(stations), len(pools)

    def by_minute(name: str) -> Any:
        return np.ascontiguousarray(np.moveaxis(minutes[name], 0, -1))

    operators = world.actors["how"][: 2 * n].reshape(n, 2)
    return Results(
        kinds=CALLS,
        outcomes=r.OUTCOMES,
        hows=HOWS,
        pools=pools,
        now_s=now_s,
        events=int(world.cursor[7]),
        pending=pending,
        unheard=int(world.cursor[8]),
        asked=by_minute("asked").astype(np.int64),
        fresh=by_minute("fresh").astype(np.int64),
        taken=by_minute("taken").astype(np.int64),
        outcome=by_minute("outcome").astype(np.int64),
        bytes_=minutes["bytes"].copy(),
        busy_s=by_minute("busy_s")[:used],
        wasted_s=by_minute("wasted_s")[:used],
        wait_s=by_minute("wait_s")[:used],
        longest_s=by_minute("longest_s")[:used],
        latency=np.ascontiguousarray(np.moveaxis(world.latency, 0, 1)),
        page_s=np.ascontiguousarray(out["page_s"].T),
        whole_s=np.ascontiguousarray(out["whole"].T[:forms]),
        first_s=out["first_s"].copy(),
        recap_s=out["recap_s"].copy(),
        active_s=np.ascontiguousarray(out["active_s"].T),
        stored=(np.bitwise_count(stations["stored0"].view(np.uint64)) +
                np.bitwise_count(stations["stored1"].view(np.uint64))).astype(np.uint8),
        confirmed=stations["confirmed"].copy(),
        how=np.ascontiguousarray(operators.T),
        messenger_s=out["messenger_s"].copy(),
        saved=out["saved"].copy(),
        requests=stations["asked"].copy(),
    )  # fmt: skip
