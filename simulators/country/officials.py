"""Names of the KPPS members of many TPS, as numbers of entries in one list of all names there are.

The same names as `simulators.witnesses.kpps` gives TPS by TPS: gathered from Faker's own lists by index, in
numbers, so that text is written once.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fakeforms.compiled import kernel
from simulators.draws import subseed, uniform
from simulators.names import KPPS_MEMBERS, MEN, WOMEN

_uniform: Any = kernel(uniform)


@cache
def names() -> tuple[str, ...]:
    """Every name that can be drawn, once."""
    return tuple(
        dict.fromkeys(f"{first} {last}" for sex in (MEN, WOMEN) for first in sex[0] for last in sex[1])
    )


@cache
def _entry() -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The entry of each (first, last) of men and of women; a few names can be both."""
    number = {name: k for k, name in enumerate(names())}
    men, women = (
        np.array([[number[f"{first} {last}"] for last in sex[1]] for first in sex[0]], dtype=np.int32)
        for sex in (MEN, WOMEN)
    )
    return men, women


def kpps(election: str, seed: int, tps: NDArray[np.int64]) -> NDArray[np.int32]:
    """Entries in `names` of the seven KPPS members, chair first and all different; shape (TPS, 7)."""
    purpose = "kpps-names" if election == "pemilu-2024" else f"kpps-names-{election}"
    out = np.empty((len(tps), KPPS_MEMBERS), dtype=np.int32)
    _gather(np.uint64(subseed(seed, purpose)), tps, *_entry(), out)
    return out


@kernel
def _gather(
    seed: np.uint64,
    tps: NDArray[np.int64],
    men: NDArray[np.int32],
    women: NDArray[np.int32],
    out: NDArray[np.int32],
) -> None:
    for i in range(len(tps)):
        agent = np.uint64(tps[i])
        k = 0
        found = 0
        while found < out.shape[1]:
            table = women if _uniform(seed, agent, np.uint64(k)) < 0.45 else men
            first = int(_uniform(seed, agent, np.uint64(k + 1)) * table.shape[0])
            last = int(_uniform(seed, agent, np.uint64(k + 2)) * table.shape[1])
            k += 3
            known = False
            for j in range(found):
                known = known or out[i, j] == table[first, last]
            if not known:
                out[i, found] = table[first, last]
                found += 1
