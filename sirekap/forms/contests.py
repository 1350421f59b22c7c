"""A contest: who stands for what, where it is voted on, and the layout of its sheets.

    {"contest": "dpr-1701", "form": "dpr", "title": "DPR Bengkulu", "areas": ["17"], "layout": "<digest>",
     "contestants": [{"number": 1, "name": "Partai A", "candidates": ["Calon B", ...]}, ...]}

An area is a region's code of any level, "0" for the nation. A TPS votes, form by form, in the contest with
the longest area that contains it.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from sirekap.forms.fields import BY_PARTY, ELECTION, fields
from sirekap.forms.layout import Layout, builtin_json, digest
from sirekap.security.roles import NATION, level_of

MOST_AREAS = 10_000  # a contest of the whole nation may name every kecamatan there is
MOST_CONTESTANTS = 200
MOST_CANDIDATES = 50
LONGEST_NAME = 200
LARGEST_NUMBER = 999

_NAME = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class WrongContestError(ValueError):
    """What was given is not a contest; the message names the place and what would be right."""


@dataclass(frozen=True)
class Contestant:
    """A pair, a party with its candidates, or a single candidate."""

    number: int
    name: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contest:
    """One contest; `layout_digest` names the layout of its sheets."""

    contest: str
    form: str
    title: str
    areas: tuple[str, ...]
    layout_digest: str
    contestants: tuple[Contestant, ...]

    @cached_property
    def fields(self) -> frozenset[str]:
        """Every number that the sheets of this contest must carry."""
        return fields(self.form, ((one.number, len(one.candidates)) for one in self.contestants))

    @cached_property
    def stamp(self) -> str:
        """Changes whenever anything of the contest does."""
        return hashlib.sha256(json.dumps(as_json(self), sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=1)
def builtin_contest() -> Contest:
    """PPWP with three pairs, for the whole nation: what is voted on before anything is registered."""
    return Contest(
        contest="ppwp",
        form="ppwp",
        title="Presiden dan Wakil Presiden",
        areas=(NATION,),
        layout_digest=digest(builtin_json("ppwp")),
        contestants=tuple(Contestant(number, f"Pasangan Calon {number}") for number in (1, 2, 3)),
    )


def prefix(area: str) -> str:
    """What the codes of all TPS of an area begin with."""
    return "" if area == NATION else area.replace(".", "")


def load(value: Any) -> Contest:
    """The Contest of a JSON object. Raises WrongContestError."""
    if not isinstance(value, Mapping):
        raise WrongContestError(f"must be an object, not {type(value).__name__}")
    form = value.get("form")
    if not isinstance(form, str) or form not in ELECTION:
        raise WrongContestError(f"form is {form!r:.40}, must be one of {', '.join(ELECTION)}")
    return Contest(
        contest=_matching(value, "contest", _NAME, "small letters and digits, joined by - _ or ."),
        form=form,
        title=_text(value.get("title"), "title"),
        areas=_areas(value),
        layout_digest=_matching(value, "layout", _DIGEST, "the layout's sha256 as 64 hexadecimal digits"),
        contestants=_contestants(value, form),
    )


def as_json(contest: Contest) -> dict[str, Any]:
    """The JSON object that `load` reads."""
    return {
        "contest": contest.contest,
        "form": contest.form,
        "title": contest.title,
        "areas": list(contest.areas),
        "layout": contest.layout_digest,
        "contestants": contestants_json(contest),
    }


def contestants_json(contest: Contest) -> list[dict[str, Any]]:
    """The contestants as JSON."""
    return [
        {"number": one.number, "name": one.name, "candidates": list(one.candidates)}
        for one in contest.contestants
    ]


def refuse_misfit(contest: Contest, layout: Layout) -> None:
    """Raise WrongContestError unless the layout's sheets carry exactly the numbers of this contest."""
    if (layout.form, layout.election) != (contest.form, ELECTION[contest.form]):
        raise WrongContestError(
            f"layout is of {layout.form} of {layout.election}, must be of {contest.form} of "
            f"{ELECTION[contest.form]}"
        )
    printed = {field.id for page in layout.pages for field in page.fields}
    for what, names in (
        ("lacks", contest.fields - printed),
        ("has, and nobody stands for it:", printed - contest.fields),
    ):
        if names:
            listed = ", ".join(sorted(names)[:5]) + (" ..." if len(names) > 5 else "")
            raise WrongContestError(f"layout {what} {listed}; it must fit the contestants")


def _areas(value: Mapping[str, Any]) -> tuple[str, ...]:
    areas = _listed(value, "areas", 1, MOST_AREAS)
    for k, area in enumerate(areas):
        level = level_of(area) if isinstance(area, str) else None
        if level is None or level == "tps":
            raise WrongContestError(
                f'areas[{k}] is {area!r:.40}, must be a region\'s code such as "17.08", or "0" for all'
            )
    return tuple(dict.fromkeys(areas))


def _contestants(value: Mapping[str, Any], form: str) -> tuple[Contestant, ...]:
    found: dict[int, Contestant] = {}
    for k, entry in enumerate(_listed(value, "contestants", 1, MOST_CONTESTANTS)):
        where = f"contestants[{k}]"
        if not isinstance(entry, Mapping):
            raise WrongContestError(f"{where} must be an object with number and name")
        number = entry.get("number")
        if type(number) is not int or not 1 <= number <= LARGEST_NUMBER:
            raise WrongContestError(f"{where}.number is {number!r:.40}, must be 1 to {LARGEST_NUMBER}")
        if number in found:
            raise WrongContestError(f"{where}.number {number} is there twice")
        candidates = _listed(entry, "candidates", 0, MOST_CANDIDATES, f"{where}.") if form in BY_PARTY else []
        if form not in BY_PARTY and entry.get("candidates"):
            raise WrongContestError(f"{where}.candidates must be empty: on {form} nobody stands for a party")
        names = tuple(_text(name, f"{where}.candidates[{n}]") for n, name in enumerate(candidates))
        found[number] = Contestant(number, _text(entry.get("name"), f"{where}.name"), names)
    return tuple(found[number] for number in sorted(found))


def _listed(value: Mapping[str, Any], key: str, least: int, most: int, where: str = "") -> list[Any]:
    found = value.get(key, [])
    if not isinstance(found, list) or not least <= len(found) <= most:
        raise WrongContestError(f"{where}{key} must be a list of {least} to {most} entries")
    return found


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= LONGEST_NAME or "\0" in value:
        raise WrongContestError(f"{where} is {value!r:.40}, must be text of 1 to {LONGEST_NAME} characters")
    return value


def _matching(value: Mapping[str, Any], key: str, pattern: re.Pattern[str], right: str) -> str:
    found = value.get(key)
    if not isinstance(found, str) or len(found) > 64 or not pattern.fullmatch(found):
        raise WrongContestError(f"{key} is {found!r:.70}, must be {right}")
    return found
