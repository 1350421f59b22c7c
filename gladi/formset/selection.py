"""Which TPS, forms and pages a set has, and which part of it a shard makes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fakeforms.templates.template import known_forms
from gladi.failures import UsageError
from scenarios import Scenario
from simulators.population import Population
from simulators.sheets import forms_of


@dataclass(frozen=True, slots=True)
class Selection:
    """Indices of TPS, ascending, forms as asked for, and pages (none: every page of each form)."""

    indices: tuple[int, ...]
    forms: tuple[str, ...]
    pages: tuple[int, ...] = ()

    def shard(self, number: int, of: int) -> "Selection":
        """Part `number` of `of`: every of-th TPS. Parts share nothing and add up to the whole."""
        return Selection(self.indices[number - 1 :: of], self.forms, self.pages)


def tps_of(people: Population, codes: Sequence[str], limit: int | None) -> tuple[int, ...]:
    """Indices of the TPS with these codes, or of all; at most `limit`, in order of code."""
    index_of = {str(code): index for index, code in enumerate(people.tps)}
    chosen = (
        sorted(_index(index_of, code, people) for code in set(codes)) if codes else list(index_of.values())
    )
    return tuple(chosen[:limit])


def _index(index_of: dict[str, int], code: str, people: Population) -> int:
    if code not in index_of:
        raise UsageError(
            f"--tps {code}: {people.region_name} has no TPS of this code in the scenario; its "
            f"{len(people):,} codes run from {people.tps[0]} to {people.tps[-1]}"
        )
    return index_of[code]


def forms_among(people: Population, scenario: Scenario, asked: str | None) -> tuple[str, ...]:
    """Forms named in `asked` ("ppwp,dpr" or "all"); without it, those of the scenario."""
    there = [form for form in forms_of(people, scenario) if form in known_forms()]
    if asked is None:
        return tuple(scenario.scenario.forms)
    if asked == "all":
        return tuple(there)
    forms = tuple(dict.fromkeys(part.strip() for part in asked.split(",")))
    for form in forms:
        if form not in there:
            raise UsageError(
                f"--forms {form}: {people.region_name} has no such form; known: all, {', '.join(there)}"
            )
    return forms


def page_numbers(asked: str | None) -> tuple[int, ...]:
    """Page numbers of "1,3" or "2-5", ascending; none where nothing is asked."""
    numbers: set[int] = set()
    for part in asked.split(",") if asked is not None else ():
        found = re.fullmatch(r"(\d{1,3})(?:-(\d{1,3}))?", part.strip(), re.ASCII)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if not 1 <= first <= last:
            raise UsageError(f"--pages {asked}: {part!r} is no page; expected e.g. 1,3 or 2-5")
        numbers.update(range(first, last + 1))
    return tuple(sorted(numbers))


def shard_of(asked: str | None) -> tuple[int, int]:
    """(K, N) of "K/N"; (1, 1) where nothing is asked."""
    if asked is None:
        return 1, 1
    found = re.fullmatch(r"(\d{1,9})/(\d{1,9})", asked, re.ASCII)
    number, of = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= number <= of:
        raise UsageError(f"--shard {asked}: expected K/N with K from 1 to N, e.g. 1/4")
    return number, of
