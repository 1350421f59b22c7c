"""What chance decides in a plan. Every draw is a function of (seed, purpose, name) alone.

So no draw shifts another: a fault added to a scenario leaves the targets of the others as they were.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Luck:
    """The draws of one purpose, such as one fault of the plan."""

    seed: int
    purpose: str

    def rank(self, name: str) -> int:
        """A number of 64 bits for a name."""
        digest = hashlib.blake2b(f"{self.seed}/{self.purpose}/{name}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big")

    def between(self, low: float, high: float, name: str) -> float:
        """A number from low to high, to the millisecond if it is seconds; `low` when there is no room."""
        share = (self.rank(name) >> 11) * 2.0**-53
        return max(low, min(high, round(low + (high - low) * share, 3)))

    def pick(self, options: Sequence[T], name: str) -> T:
        """One of the options."""
        return options[self.rank(name) % len(options)]

    def shuffled(self, names: Iterable[str], purpose: str) -> list[str]:
        """The names in a drawn order."""
        return sorted(names, key=lambda name: (self.rank(f"{purpose}/{name}"), name))

    def of(self, purpose: str) -> "Luck":
        """The draws of a purpose within this one."""
        return Luck(self.seed, f"{self.purpose}/{purpose}")
