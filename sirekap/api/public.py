"""What the public may read without an account.

Totals are at most `public_staleness_s` old and say as of when.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.endpoints import EVERYBODY, Endpoint, Work
from sirekap.api.parts import parts_of
from sirekap.api.refusals import RefusalError
from sirekap.repositories.public_results import Total

PHOTO_NAME = re.compile(r"([0-9a-f]{64})\.jpg")
CACHE_ENTRIES = 20_000


class Recent:
    """Answers of the last moments.

    While one is being computed, others wait for it instead of computing it too.
    """

    def __init__(self, staleness_s: float) -> None:
        self._staleness_s = staleness_s
        self._known: dict[str, tuple[float, asyncio.Future[Any]]] = {}

    async def get(self, name: str, compute: Callable[[], Awaitable[Any]]) -> Any:
        """The answer called `name`; its query began at most `staleness_s` ago."""
        now_s = time.monotonic()
        known = self._known.get(name)
        if known and now_s - known[0] < self._staleness_s:
            return await asyncio.shield(known[1])
        if len(self._known) >= CACHE_ENTRIES:
            self._known.clear()
        future = asyncio.ensure_future(compute())
        self._known[name] = (now_s, future)
        try:
            return await asyncio.shield(future)
        except BaseException:
            if self._known.get(name) == (now_s, future):
                del self._known[name]
            raise


async def national(request: Request) -> Response:
    """GET /public/v1/national."""
    total = await _recent(request).get("national", parts_of(request).results.national)
    return _total(request, total)


async def region(request: Request) -> Response:
    """GET /public/v1/region/{code}: provinsi, kab_kota, kecamatan or kel_desa."""
    code = request.path_params["code"]
    total = await _recent(request).get(f"region {code}", lambda: parts_of(request).results.region(code))
    if total is None:
        raise RefusalError(404, "region_unknown", "no such region is registered")
    return _total(request, total)


async def station(request: Request) -> Response:
    """GET /public/v1/tps/{tps}: identity, current numbers and photos of one TPS."""
    code = request.path_params["tps"]
    found = await _recent(request).get(f"tps {code}", lambda: parts_of(request).results.tps(code))
    if found is None:
        raise RefusalError(404, "tps_unknown", "no such TPS is registered")
    return JSONResponse({**found, "as_of": found["as_of"].isoformat()}, headers=_for_a_moment(request))


async def photo(request: Request) -> Response:
    """GET /public/v1/photos/{sha256}.jpg: a photo that belongs to a stored page."""
    parts = parts_of(request)
    name = PHOTO_NAME.fullmatch(request.path_params["name"])
    if name is None:
        raise RefusalError(
            404, "photo_unknown", "a photo is named by the 64 hexadecimal digits of its sha256 and .jpg"
        )
    sha256 = name[1]
    async with parts.reads.admit():
        data = await parts.photos.read(sha256) if await parts.results.is_published(sha256) else None
    if data is None:
        raise RefusalError(404, "photo_unknown", "no stored page has this photo")
    # the name is the content's digest, so it can never change
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": f'"{sha256}"'}
    return Response(data, media_type="image/jpeg", headers=headers)


def _recent(request: Request) -> Recent:
    recent: Recent = request.app.state.recent
    return recent


def _total(request: Request, total: Total) -> Response:
    content = {**asdict(total), "as_of": total.as_of.isoformat()}
    return JSONResponse(content, headers=_for_a_moment(request))


def _for_a_moment(request: Request) -> dict[str, str]:
    """No cache between us and the reader may add to the staleness we state."""
    return {
        "Cache-Control": "no-cache",
        "X-Max-Staleness-S": f"{parts_of(request).settings.public_staleness_s:g}",
    }


ENDPOINTS = (
    Endpoint("GET", "/public/v1/national", national, EVERYBODY, Work.PORTAL, "Totals of the nation"),
    Endpoint("GET", "/public/v1/region/{code}", region, EVERYBODY, Work.PORTAL, "Totals of a region"),
    Endpoint("GET", "/public/v1/tps/{tps}", station, EVERYBODY, Work.PORTAL, "One TPS with its photos"),
    Endpoint("GET", "/public/v1/photos/{name}", photo, EVERYBODY, Work.PORTAL, "A photo, by its digest"),
)
