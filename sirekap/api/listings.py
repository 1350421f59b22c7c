"""Long listings a piece at a time: ?after= and ?limit= in, rows and where to go on out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.parts import parts_of
from sirekap.api.refusals import RefusalError

Row = Mapping[str, Any]


def cursor(request: Request) -> tuple[int, int]:
    """The number of the row after which a listing goes on (`after`), and how many it may give (`limit`).

    Raises:
        RefusalError: 422 for what is no whole number, or too large.
    """
    most = parts_of(request).settings.audit_page_rows
    after = _number(request, "after", 0, 2**62)
    limit = _number(request, "limit", most, most)
    if limit < 1:
        raise RefusalError(422, "wrong_parameter", "limit must be at least 1")
    return after, limit


def listing(found: Sequence[Row], limit: int, shown: Callable[[Row], Row]) -> Response:
    """The rows as they are shown; `next` is the cursor to go on with, or null at the end."""
    following = str(found[-1]["id"]) if len(found) == limit else None
    return JSONResponse({"rows": [shown(row) for row in found], "next": following})


def _number(request: Request, name: str, default: int, most: int) -> int:
    given = request.query_params.get(name) or str(default)
    if not (given.isascii() and given.isdigit()) or len(given) > 19 or int(given) > most:
        raise RefusalError(422, "wrong_parameter", f"{name} must be a whole number from 0 to {most}")
    return int(given)
