"""The plano: the large sheet of the TPS that everybody in the pleno reads, and that decides.

It says what was counted. A small share of it says other votes than the KPPS sent, for a phone that misread
and an operator who did not see it: votes of one contestant that were taken for those of the next. Which, is
drawn; the sum of the page stays what it was, as it does when two rows are mixed up.
"""

import re
from collections.abc import Mapping

from scenarios import Scenario
from simulators.officials.office import Plano, draw

_MOST_VOTES = 20
"""No difference is larger (assumed)."""
_OF_ONE = re.compile(r"suara_(?:calon_)?\d+|suara_(?:partai_|calon_)(?P<party>\d+)(?:_\d+)?")
"""Votes of one: a pair, a candidate for the DPD, a party by itself, a candidate of a party."""


def differing(scenario: Scenario, seed: int, plano: Plano) -> Plano:
    """The planos of a run, those among them that say other votes than was sent."""
    assert scenario.pleno is not None
    share = scenario.pleno.differs

    def read(tps: str, form: str) -> Mapping[int, Mapping[str, int]]:
        pages = plano(tps, form)
        if draw(seed, f"plano {form}", int(tps)) >= share:
            return pages
        return _mixed_up(pages, draw(seed, f"plano {form}", int(tps), 1))

    return read


def _mixed_up(pages: Mapping[int, Mapping[str, int]], lot: float) -> Mapping[int, Mapping[str, int]]:
    """The same with a few votes of one contestant given to another on the page, of a party within it."""
    for page, numbers in pages.items():
        rows: dict[str, list[str]] = {}
        for field in numbers:
            if (found := _OF_ONE.fullmatch(field)) is not None:
                rows.setdefault(found["party"] or "", []).append(field)
        for votes in (of_party for of_party in rows.values() if len(of_party) > 1):
            most = max(votes, key=lambda field: numbers[field])
            if numbers[most]:
                other = votes[(votes.index(most) + 1) % len(votes)]
                moved = 1 + int(lot * min(_MOST_VOTES, numbers[most] - 1))
                return {
                    **pages,
                    page: {**numbers, most: numbers[most] - moved, other: numbers[other] + moved},
                }
    return pages
