"""Invented people: KPPS members, witnesses and candidates, from the name lists of Faker's `id_ID`.

Names are gathered by index from the provider's own lists: a function of (seed, purpose, TPS or district), and
faster than asking Faker name by name. Names of those who stood in 2024 are left out of the lists, so that no
sheet carries one.
"""

import numpy as np
from faker.providers.person.id_ID import Provider

from simulators.draws import subseed, uniform

KPPS_MEMBERS = 7
PAIRS = 3

REAL_NAMES = frozenset(
    (
        *("Anies", "Rasyid", "Baswedan", "Muhaimin", "Iskandar"),
        *("Prabowo", "Subianto", "Djojohadikusumo", "Gibran", "Rakabuming", "Raka"),
        *("Ganjar", "Ganjaran", "Pranowo", "Mahfud", "MD"),
        *("Joko", "Widodo", "Megawati", "Jusuf", "Kalla", "Maruf", "Amin"),
    )
)
"""Names of the candidates of 2024 and of those who held the office before; none of them is ever drawn."""


def _kept(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(names) - REAL_NAMES))


MEN = (_kept(tuple(Provider.first_names_male)), _kept(tuple(Provider.last_names_male)))
WOMEN = (_kept(tuple(Provider.first_names_female)), _kept(tuple(Provider.last_names_female)))


def kpps(seed: int, tps: str) -> tuple[str, ...]:
    """The seven KPPS members of a TPS, chair first; all different."""
    return people(seed, "kpps-names", int(tps), KPPS_MEMBERS)


def saksi(seed: int, tps: str) -> tuple[str, ...]:
    """One witness for each pair; all different."""
    return people(seed, "saksi-names", int(tps), PAIRS)


def paslon(seed: int) -> tuple[tuple[str, str], ...]:
    """The candidate pairs (presiden, wakil presiden), the same for every TPS of a seed; all invented."""
    return pairs(seed, "paslon-names", 0, PAIRS)


def pairs(seed: int, purpose: str, agent: int, count: int) -> tuple[tuple[str, str], ...]:
    """`count` candidate pairs of one contest, all people different."""
    named = people(seed, purpose, agent, 2 * count)
    return tuple((named[2 * pair], named[2 * pair + 1]) for pair in range(count))


def people(seed: int, purpose: str, agent: int, count: int) -> tuple[str, ...]:
    """`count` people for one purpose, all different; `agent` is the TPS code, or the place they stand in.

    Who is asked for first stays the same however many are asked for.
    """
    lots = subseed(seed, purpose)
    named: dict[str, None] = {}
    k = 0
    while len(named) < count:
        few = 3 * (count - len(named))
        drawn = uniform(lots, agent, np.arange(k, k + few, dtype=np.uint64)).tolist()
        for sex, first, last in zip(drawn[0::3], drawn[1::3], drawn[2::3], strict=True):
            names = WOMEN if sex < 0.45 else MEN
            named[f"{_pick(names[0], first)} {_pick(names[1], last)}"] = None
        k += few
    return tuple(named)


def _pick(names: tuple[str, ...], u: float) -> str:
    return names[int(u * len(names))]
