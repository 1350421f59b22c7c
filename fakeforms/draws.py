"""Random draws that depend on nothing but their key.

Every decision about a sheet (hand, slip of the pen, camera) comes from a stream keyed by
(seed, TPS code, purpose), so a photo is the same in any order, on any shard and in any process.
Only uniform draws are taken from numpy, which are exact on every machine; what has a shape is
built from them by plain arithmetic, so no vectorised `exp` or `sin` can differ between CPUs.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

import numpy as np

T = TypeVar("T")
_CHUNK = 128


class Draws:
    """A stream of random draws for one purpose, e.g. `Draws(7, "1708042001003", "camera-1")`."""

    __slots__ = ("_generator", "_next", "_uniforms")

    def __init__(self, seed: int, code: str, purpose: str) -> None:
        digest = blake2b(f"{seed}|{code}|{purpose}".encode(), digest_size=16).digest()
        key = np.frombuffer(digest, dtype="<u8").astype(np.uint64)
        self._generator = np.random.Generator(np.random.Philox(key=key))
        self._uniforms: list[float] = []
        self._next = 0

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """One draw, evenly from [low, high)."""
        if self._next == len(self._uniforms):
            self._uniforms = self._generator.random(_CHUNK).tolist()
            self._next = 0
        value = self._uniforms[self._next]
        self._next += 1
        return low + (high - low) * value

    def bell(self, mean: float, spread: float) -> float:
        """One draw around `mean` with standard deviation `spread`, never beyond 3.5 of them.

        The sum of four uniforms: close enough to a normal for human variation, and exact anywhere.
        """
        total = self.uniform() + self.uniform() + self.uniform() + self.uniform()
        return mean + spread * 1.7320508 * (total - 2.0)

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self.uniform() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number, evenly from low..high, both included."""
        return low + int(self.uniform() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, each as likely."""
        return options[int(self.uniform() * len(options))]

    def key(self) -> int:
        """A 62-bit key for the counter-based jitter inside the compiled kernels."""
        return (int(self.uniform() * (1 << 31)) << 31) | int(self.uniform() * (1 << 31))
