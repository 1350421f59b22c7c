"""The public page: `/`, and a place of its own for every form, region and TPS below `/hasil/`.

A page is drawn in a thread, and what draws it is loaded when the first one is wanted: a worker that is
restarted under load must not wait for templates, and neither must its event loop.
"""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from sirekap.api.answered import answered
from sirekap.api.endpoints import EVERYBODY, Endpoint, Work
from sirekap.api.parts import parts_of
from sirekap.forms.fields import ELECTION
from sirekap.portal.answers import Content
from sirekap.portal.shown import Ballot, Shown
from sirekap.repositories.public_results import PublicResults
from sirekap.security.roles import TPS_DIGITS

HTML = "text/html; charset=utf-8"
FIRST_FORM = "ppwp"


async def first(request: Request) -> Response:
    """GET /: the nation."""
    return await _page(request, FIRST_FORM, "0")


async def place(request: Request) -> Response:
    """GET /hasil/<form>[/<digits>]: a region or a TPS."""
    form, _, digits = request.path_params["name"].partition("/")
    if form not in ELECTION or digits == "0":
        return await _missing()
    return await _page(request, form, digits or "0")


async def _page(request: Request, form: str, digits: str) -> Response:
    parts = parts_of(request)
    staleness_s = parts.settings.public_staleness_s
    answer = await answered(
        request, f"page {form} {digits}", lambda: _made(parts.results, form, digits, staleness_s)
    )
    return answer or await _missing()


async def _made(results: PublicResults, form: str, digits: str, staleness_s: float) -> Content | None:
    found = await results.place(form, digits)
    return await asyncio.to_thread(_drawn, *found, staleness_s, len(digits) == TPS_DIGITS) if found else None


def _drawn(shown: Shown, ballot: Ballot, staleness_s: float, is_station: bool) -> Content:
    from sirekap.portal.page import SECURITY, region_page, station_page

    body = (station_page if is_station else region_page)(shown, ballot, staleness_s)
    return Content(body, HTML, shown.as_of, shown.age_s, SECURITY)


async def _missing() -> Response:
    return await asyncio.to_thread(_drawn_missing)


def _drawn_missing() -> Response:
    from sirekap.portal.page import SECURITY, missing_page

    return Response(missing_page(), status_code=404, media_type=HTML, headers=SECURITY)


ENDPOINTS = (
    Endpoint("GET", "/", first, EVERYBODY, Work.PORTAL, "The public page: the nation"),
    Endpoint(
        "GET", "/hasil/{name:path}", place, EVERYBODY, Work.PORTAL, "The public page of a region or TPS"
    ),
)
