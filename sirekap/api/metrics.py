"""GET /metrics: all metrics of the stack, for Prometheus, who shows the audit token.

Not for everybody: behind nginx a request from loopback may be anybody's, and how far behind the count is, or
how many are refused, is not told to whoever tries to make it worse.
"""

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sirekap.api.endpoints import Endpoint, Work
from sirekap.api.parts import parts_of
from sirekap.operations.exposition import exposition
from sirekap.security.roles import Role


async def metrics(request: Request) -> Response:
    """The text format of Prometheus."""
    state, settings = request.app.state, parts_of(request).settings
    standing = await state.standing.get()
    content = await run_in_threadpool(exposition, state.layout, standing, settings.reading_tries)
    return Response(content, headers={"Content-Type": CONTENT_TYPE_LATEST})


ENDPOINTS = (
    Endpoint(
        "GET", "/metrics", metrics, frozenset({Role.AUDIT}), Work.PROBE, "Metrics, for Prometheus",
        answers={200: {"contentMediaType": "text/plain"}},
    ),
)  # fmt: skip
