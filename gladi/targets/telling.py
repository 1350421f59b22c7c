"""What the public is told, in the ways in which systems tell it: sums, moments, photos."""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from gladi.http import InDoubtError, NotSentError
from gladi.targets.bodies import content
from gladi.targets.protocol import Phone, Said
from simulators.sheets import votes

DIGEST = re.compile(r"[0-9a-f]{64}")
_MILLISECONDS = 1e11
"""A number beyond this is no second of this millennium."""


def moment(told: Any) -> float:
    """Seconds since 1970 of an ISO time with its offset, or of a number; NaN of anything else."""
    if isinstance(told, int | float) and not isinstance(told, bool):
        return told / 1000.0 if told > _MILLISECONDS else float(told)
    try:
        found = datetime.fromisoformat(str(told))
    except ValueError:
        return math.nan
    return found.timestamp() if found.tzinfo else math.nan


def tally(told: Any, number: str = "", count: str = "") -> tuple[int, ...]:
    """Votes in the order of the contestants: of a list of counts, of {number: count}, or of rows in which
    `number` and `count` are named. Raises ValueError, TypeError or KeyError for anything else.
    """
    if isinstance(told, Mapping):
        return tuple(int(one) for _, one in sorted((_digits(name), one) for name, one in told.items()))
    if not isinstance(told, list):
        raise TypeError(f"no votes: {told!r}")
    if count:
        rows = sorted((int(one[number]), int(one[count])) for one in told)
        return tuple(one for _, one in rows)
    return tuple(int(one) for one in told)


def cast(pages: Iterable[Any]) -> tuple[int, ...]:
    """Votes of each contestant out of the numbers of the pages of a TPS, as sent; () without any."""
    numbers: dict[str, int] = {}
    for told in pages:
        page = json.loads(told) if isinstance(told, str) and told else told
        if isinstance(page, Mapping):
            numbers.update({str(name): int(one) for name, one in page.items() if one is not None})
    return tuple(votes(numbers))


def _digits(name: Any) -> int:
    found = re.search(r"\d+$", str(name))
    if found is None:
        raise ValueError(f"no number of a contestant: {name!r}")
    return int(found[0])


def rows_of(told: Any) -> list[Mapping[str, Any]]:
    """The rows of a list, or of an object by key; raises TypeError for anything else."""
    if told is None:
        return []
    found = told.values() if isinstance(told, Mapping) else told
    if not isinstance(found, Iterable) or isinstance(found, str):
        raise TypeError(f"no rows: {told!r}")
    return [one for one in found if isinstance(one, Mapping)]


def probed(phone: Phone, name: str, path: str) -> Said:
    """Whether a probe answers 2xx; NaN where it does not answer."""
    try:
        return Said(name, float(200 <= phone.request("GET", path, {}).status < 300))
    except (NotSentError, InDoubtError):
        return Said(name, math.nan)


def measured(phone: Phone, path: str, bounds: Mapping[str, str]) -> Iterator[Said]:
    """Numbers at the top of an answer by name, each with the one that is its bound, "" for none."""
    told = content(phone.request("GET", path, {}))
    if not isinstance(told, Mapping):
        return
    for name, bound in bounds.items():
        if isinstance(told.get(name), int | float):
            most = told.get(bound)
            yield Said(name, float(told[name]), float(most) if isinstance(most, int | float) else math.nan)
