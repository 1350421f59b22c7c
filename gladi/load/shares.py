"""Who plays which share of the TPS, and who takes over when a worker dies. Pure: no clock, no message.

A share (index, of) are the TPS whose number leaves `index` when divided by `of`. The k-th of m survivors
takes the share (index + of * k, of * m) of a dead worker's share (index, of): together they are that share
exactly, and nobody's twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, slots=True)
class Share:
    """TPS number n is in it if n % of == index; only what first happens at or after `from_s`, run clock."""

    index: int
    of: int
    from_s: float = -inf

    def split(self, among: int, from_s: float) -> list["Share"]:
        """The same TPS among so many, from a moment on."""
        start_s = max(self.from_s, from_s)
        return [Share(self.index + self.of * part, self.of * among, start_s) for part in range(among)]


class Shares:
    """The shares of every worker by its index; those of the dead pass to the living."""

    def __init__(self, workers: int) -> None:
        self._held: dict[int, list[Share]] = {index: [Share(index, workers)] for index in range(workers)}

    def of(self, worker: int) -> Sequence[Share]:
        """What a worker plays, or played until it died."""
        return self._held[worker]

    def die(self, worker: int, survivors: Sequence[int], from_s: float) -> dict[int, list[Share]]:
        """Deal a dead worker's shares to the survivors; what each of them gets."""
        given: dict[int, list[Share]] = {survivor: [] for survivor in survivors}
        for share in self._held[worker]:
            for survivor, part in zip(survivors, share.split(len(survivors), from_s), strict=True):
                given[survivor].append(part)
                self._held[survivor].append(part)
        return given
