"""Lists that a system gives in parts: by a cursor, a link to the next part, a number of parts, an offset."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from gladi.http import Reply
from gladi.targets.bodies import at
from gladi.targets.protocol import TargetError

_MOST_PARTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Parts:
    """How the parts follow one another.

    by      cursor  `tells` holds what the parameter `asks` is given next, null at the end
            link    `tells` holds path or URL of the next part
            number  `asks` counts parts from `first`; an empty one is behind the last, or `tells` says how
                    many there are
            offset  `asks` counts rows from 0; an empty part is behind the last
    """

    by: Literal["cursor", "link", "number", "offset"]
    asks: str = ""
    tells: tuple[str, ...] = ()
    first: int = 1


def listed(
    ask: Callable[[str], Reply],
    path: str,
    rows: Sequence[str],
    parts: Parts | None = None,
    here: Callable[[str], str] = str,
) -> Iterator[Mapping[str, Any]]:
    """Every row of a list; `rows` are the names that lead to it in an answer, `ask` answers a path.

    Raises TargetError for a list that goes round in circles, or is none.
    """
    seen, place, count = set(), path, 0
    if parts is not None and parts.by == "number":
        place = _with(path, parts, parts.first)
    for number in range(_MOST_PARTS):
        reply = ask(place)
        found = at(reply, *rows)
        if isinstance(found, Mapping):
            found = [{"key": key, **one} for key, one in found.items() if isinstance(one, Mapping)]
        if not isinstance(found, list):
            if found is None and number:
                return
            raise TargetError(f"{path}: its answer holds no list under {'.'.join(rows) or 'its top'}")
        yield from (one for one in found if isinstance(one, Mapping))
        count += len(found)
        following = _next(reply, path, parts, number, len(found), count, here)
        if not following:
            return
        seen.add(place)
        if following in seen:
            raise TargetError(f"{path}: the list goes round in circles, {following} follows itself")
        place = following
    raise TargetError(f"{path}: the list has no end")


def _next(
    reply: Reply,
    path: str,
    parts: Parts | None,
    number: int,
    got: int,
    count: int,
    here: Callable[[str], str],
) -> str:
    if parts is None:
        return ""
    told = at(reply, *parts.tells) if parts.tells else None
    if parts.by == "cursor":
        return "" if told in (None, "", False) else _with(path, parts, told)
    if parts.by == "link":
        return here(str(told)) if told else ""
    if not got:
        return ""
    if parts.by == "offset":
        return _with(path, parts, count)
    following = parts.first + number + 1
    last = parts.first + int(told) - 1 if isinstance(told, int) else following
    return _with(path, parts, following) if following <= last else ""


def _with(path: str, parts: Parts, value: Any) -> str:
    return f"{path}{'&' if '?' in path else '?'}{parts.asks}={quote(str(value), safe='')}"
