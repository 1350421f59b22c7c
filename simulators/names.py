"""Invented people: KPPS members, witnesses and candidate pairs, from the name lists of Faker's `id_ID`.

Names are gathered by index from the provider's own lists: a function of (seed, TPS), and faster than asking
Faker name by name. Names of those who stood in 2024 are left out of the lists, so that no sheet carries one.
"""

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
    return _people(subseed(seed, "kpps-names"), int(tps), KPPS_MEMBERS)


def saksi(seed: int, tps: str) -> tuple[str, ...]:
    """One witness for each pair; all different."""
    return _people(subseed(seed, "saksi-names"), int(tps), PAIRS)


def paslon(seed: int) -> tuple[tuple[str, str], ...]:
    """The candidate pairs (presiden, wakil presiden), the same for every TPS of a seed; all invented."""
    people = _people(subseed(seed, "paslon-names"), 0, 2 * PAIRS)
    return tuple((people[2 * pair], people[2 * pair + 1]) for pair in range(PAIRS))


def _people(seed: int, agent: int, count: int) -> tuple[str, ...]:
    people: list[str] = []
    k = 0
    while len(people) < count:
        first, last = WOMEN if uniform(seed, agent, k) < 0.45 else MEN
        name = f"{_pick(first, seed, agent, k + 1)} {_pick(last, seed, agent, k + 2)}"
        k += 3
        if name not in people:
            people.append(name)
    return tuple(people)


def _pick(names: tuple[str, ...], seed: int, agent: int, k: int) -> str:
    return names[int(uniform(seed, agent, k) * len(names))]
