"""GET /v1/audit/pages: every revision of every page, for auditors."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.endpoints import Endpoint, Work
from sirekap.api.parts import parts_of
from sirekap.api.refusals import RefusalError
from sirekap.security.roles import Role


async def pages(request: Request) -> Response:
    """Rows after the cursor `after`, at most `limit`.

    `next` is the cursor to go on with, or null at the end.
    """
    parts = parts_of(request)
    after, limit = cursor(request)
    found = await parts.audit.pages(after, limit)
    rows = []
    for row in found:
        captured_at = row["captured_at"].isoformat() if row["captured_at"] else None
        shown = {**row, "captured_at": captured_at, "stored_at": row["stored_at"].isoformat()}
        del shown["id"]
        rows.append(shown)
    following = str(found[-1]["id"]) if len(found) == limit else None
    return JSONResponse({"rows": rows, "next": following})


def cursor(request: Request) -> tuple[int, int]:
    """Where a listing goes on (`after`) and how many rows it may give (`limit`)."""
    most = parts_of(request).settings.audit_page_rows
    after = _number(request, "after", 0, 2**62)
    limit = _number(request, "limit", most, most)
    if limit < 1:
        raise RefusalError(422, "wrong_parameter", "limit must be at least 1")
    return after, limit


def _number(request: Request, name: str, default: int, most: int) -> int:
    given = request.query_params.get(name) or str(default)
    if not (given.isascii() and given.isdigit()) or len(given) > 19 or int(given) > most:
        raise RefusalError(422, "wrong_parameter", f"{name} must be a whole number from 0 to {most}")
    return int(given)


ENDPOINTS = (
    Endpoint(
        "GET", "/v1/audit/pages", pages, frozenset({Role.AUDIT}), Work.OFFICE,
        "Every revision of every page, in the order of storing",
    ),
)  # fmt: skip
