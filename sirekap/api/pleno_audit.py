"""For auditors: everything the pleno wrote, and D.Hasil computed again from their sources."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.d_hasil import found
from sirekap.api.endpoints import Endpoint, Work
from sirekap.api.listings import cursor, listing
from sirekap.api.parts import parts_of
from sirekap.security.roles import Role


async def log(request: Request) -> Response:
    """GET /v1/audit/pleno: acts, decisions and results after the cursor `after`, at most `limit`."""
    after, limit = cursor(request)
    return listing(await parts_of(request).recap.plenos.log(after, limit), limit, lambda row: row)


async def recompute(request: Request) -> Response:
    """GET /v1/audit/pleno/{code}/forms/{form}/recompute: whether a D.Hasil comes out the same again."""
    result, state = await found(request)
    again = await parts_of(request).recap.recompute(result)
    return JSONResponse(
        {
            "region": result.region,
            "form": result.form,
            "version": result.version,
            "state": state,
            "sha256": result.sha256,
            "recomputed_sha256": again.sha256 or None,
            "equal": again.equal,
            "missing": list(again.missing),
        }
    )


AUDITORS = frozenset({Role.AUDIT})
ENDPOINTS = (
    Endpoint("GET", "/v1/audit/pleno", log, AUDITORS, Work.OFFICE, "Everything the pleno wrote, in order"),
    Endpoint(
        "GET", "/v1/audit/pleno/{code}/forms/{form}/recompute", recompute, AUDITORS, Work.OFFICE,
        "A D.Hasil computed again from its sources",
    ),
)  # fmt: skip
