"""GET /openapi.json: this API described; GET /problems/{code}: what a problem's `type` leads to."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.endpoints import EVERYBODY, Endpoint, Work
from sirekap.api.refusals import RefusalError
from sirekap.titles import TITLES


async def openapi(request: Request) -> Response:
    """The OpenAPI document, made once."""
    return Response(request.app.state.openapi, media_type="application/json")


async def known_problem(request: Request) -> Response:
    """What a phone shows for this code."""
    code = request.path_params["code"]
    if code not in TITLES:
        raise RefusalError(404, "no_such_endpoint", "no problem has this code")
    return JSONResponse({"code": code, "title": TITLES[code]}, headers={"Content-Language": "id"})


ENDPOINTS = (
    Endpoint("GET", "/openapi.json", openapi, EVERYBODY, Work.PORTAL, "This document"),
    Endpoint("GET", "/problems/{code}", known_problem, EVERYBODY, Work.PORTAL, "A problem by its code"),
)
