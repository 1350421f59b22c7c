"""GET /healthz: this process turns. GET /readyz: it can do what it is for, part by part.

Both are looked at by machines every second or so: /healthz touches nothing, /readyz answers from at most a
second ago.
"""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.endpoints import EVERYBODY, Endpoint, Work
from sirekap.api.problems import problem
from sirekap.operations.readiness import Readiness, State

PARTS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "properties": {"state": {"enum": list(State)}, "detail": {"type": "string"}},
        "required": ["state", "detail"],
    },
}
HEALTHY = {
    "type": "object",
    "properties": {"status": {"const": "ok"}, "worker": {"type": "string"}},
    "required": ["status", "worker"],
}
READY = {
    "type": "object",
    "properties": {
        "status": {"enum": [State.OK, State.DEGRADED]},
        "worker": {"type": "string"},
        "parts": PARTS,
    },
    "required": ["status", "worker", "parts"],
}


async def healthz(request: Request) -> Response:
    """The process lives and its event loop turns."""
    return JSONResponse({"status": "ok", "worker": request.app.state.worker})


async def readyz(request: Request) -> Response:
    """200 when ready or degraded, a problem document with 503 when unready; each part with its reason."""
    readiness: Readiness = await request.app.state.readiness.get()
    worker = request.app.state.worker
    told = {name: asdict(part) for name, part in readiness.parts.items()}
    if readiness.state is not State.UNREADY:
        return JSONResponse({"status": readiness.state, "worker": worker, "parts": told})
    lacking = [name for name, part in readiness.parts.items() if part.state is State.UNREADY]
    return problem(503, "not_ready", f"not ready: {', '.join(lacking)}", {"worker": worker, "parts": told}, 1)


ENDPOINTS = (
    Endpoint("GET", "/healthz", healthz, EVERYBODY, Work.PROBE, "This process turns", answers={200: HEALTHY}),
    Endpoint("GET", "/readyz", readyz, EVERYBODY, Work.PROBE, "It can do its work", answers={200: READY}),
)
