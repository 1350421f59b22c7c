"""GET /v1/audit/pages: every revision of every page, for auditors."""

from starlette.requests import Request
from starlette.responses import Response

from sirekap.api.endpoints import Endpoint, Work
from sirekap.api.listings import Row, cursor, listing
from sirekap.api.parts import parts_of
from sirekap.security.roles import Role


async def pages(request: Request) -> Response:
    """Rows after the cursor `after`, at most `limit`."""
    after, limit = cursor(request)
    return listing(await parts_of(request).audit.pages(after, limit), limit, _shown)


def _shown(row: Row) -> Row:
    captured_at = row["captured_at"].isoformat() if row["captured_at"] else None
    shown = {**row, "captured_at": captured_at, "stored_at": row["stored_at"].isoformat()}
    del shown["id"]
    return shown


ENDPOINTS = (
    Endpoint(
        "GET", "/v1/audit/pages", pages, frozenset({Role.AUDIT}), Work.OFFICE,
        "Every revision of every page, in the order of storing",
    ),
)  # fmt: skip
