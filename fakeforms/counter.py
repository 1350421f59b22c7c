"""Randomness inside compiled kernels: a function of a key and a counter, with no state (splitmix64).

A kernel may ask for any draw in any order and gets the same answer, so nothing depends on which pixel or
stroke was visited first. Compiled into every kernel that uses it: after changing this file, delete
numba's caches, which do not see across files.
"""

import numpy as np

from fakeforms.compiled import kernel


@kernel
def bits(key: int, counter: int) -> int:
    """62 even bits."""
    z = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(counter) * np.uint64(0xD1B54A32D192ED03)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return int((z ^ (z >> np.uint64(31))) >> np.uint64(2))


@kernel
def noise(key: int, counter: int) -> float:
    """Even in [-1, 1)."""
    return float(bits(key, counter) >> 9) * (2.0 / 9007199254740992.0) - 1.0
