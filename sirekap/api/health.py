"""GET /healthz: this worker answers. GET /readyz: and what it needs answers too."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.endpoints import EVERYBODY, Endpoint, Work
from sirekap.api.parts import parts_of


async def healthz(request: Request) -> Response:
    """The process lives and its event loop turns."""
    return JSONResponse({"status": "ok", "worker": request.app.state.worker})


async def readyz(request: Request) -> Response:
    """The database answers; 503 otherwise (through the handler of `DatabaseAwayError`)."""
    await parts_of(request).database.fetchrow("SELECT 1 FROM page_revision LIMIT 1")
    return JSONResponse({"status": "ready", "worker": request.app.state.worker})


ENDPOINTS = (
    Endpoint("GET", "/healthz", healthz, EVERYBODY, Work.PROBE, "This worker answers"),
    Endpoint("GET", "/readyz", readyz, EVERYBODY, Work.PROBE, "This worker and its database answer"),
)
