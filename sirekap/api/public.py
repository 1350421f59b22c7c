"""What the public may read without an account: totals, single TPS and photos.

Totals are at most `public_staleness_s` old and say as of when; a TPS is read as it is stored.
"""

import re

import orjson
from starlette.requests import Request
from starlette.responses import Response

from sirekap.api.answered import answered, form_of
from sirekap.api.endpoints import EVERYBODY, Endpoint, Work
from sirekap.api.parts import parts_of
from sirekap.api.refusals import RefusalError
from sirekap.portal.answers import Content
from sirekap.portal.kinds import KINDS
from sirekap.portal.totals import totals
from sirekap.repositories.public_results import PublicResults, code_of

PHOTO_NAME = re.compile(r"([0-9a-f]{64})\.jpg")
PUBLISHED_PHOTO = re.compile(
    r"[0-9a-f]{4}/pemilu/([a-z]{4,6})(?:/[0-9]{2}){5}/([0-9]{13})-[0-9]{8}-[0-9]{6}--"
    r"([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\.jpg"
)
DIGEST = re.compile(r"[0-9a-f]{64}")
JSON = "application/json"
FOR_GOOD = "public, max-age=31536000, immutable"


async def national(request: Request) -> Response:
    """GET /public/v1/national."""
    return await _total(request, "0")


async def region(request: Request) -> Response:
    """GET /public/v1/region/{code}: provinsi, kab_kota, kecamatan or kel_desa."""
    code = request.path_params["code"]
    digits = code.replace(".", "")
    if digits == "0" or code_of(digits) != code:
        raise RefusalError(404, "region_unknown", "no such region is registered")
    return await _total(request, digits)


async def station(request: Request) -> Response:
    """GET /public/v1/tps/{tps}: identity, current numbers and photos of one TPS."""
    parts, tps, form = parts_of(request), request.path_params["tps"], form_of(request)

    async def make() -> Content | None:
        found = await parts.results.current_pages(tps, form)
        if found is None:
            return None
        body = {
            **found.identity,
            "as_of": found.as_of.isoformat(),
            "form": form,
            "confirmed": found.confirmed,
            "pages": found.pages,
        }
        return Content(orjson.dumps(body), JSON, found.as_of, 0.0)

    answer = await answered(request, f"station {form} {tps}", make) if len(tps) == 13 else None
    if answer is None:
        raise RefusalError(404, "tps_unknown", "no such TPS is registered")
    return answer


async def photo(request: Request) -> Response:
    """GET /public/v1/photos/{sha256}.jpg: a photo that belongs to a stored page."""
    name = PHOTO_NAME.fullmatch(request.path_params["name"])
    if name is None:
        raise RefusalError(
            404, "photo_unknown", "a photo is named by the 64 hexadecimal digits of its sha256 and .jpg"
        )
    return await _photo(request, name[1], web=False)


async def web_photo(request: Request) -> Response:
    """GET /public/v1/photos/{sha256}/web.jpg: its web-size copy; the photo itself until there is one."""
    sha256 = request.path_params["sha256"]
    if not DIGEST.fullmatch(sha256):
        raise RefusalError(
            404, "photo_unknown", "a photo is named by the 64 hexadecimal digits of its sha256"
        )
    return await _photo(request, sha256, web=True)


async def published_photo(request: Request) -> Response:
    """GET /foto/...: a photo by its name in KPU's pattern, web-size."""
    parts = parts_of(request)
    name = PUBLISHED_PHOTO.fullmatch(request.path_params["name"])
    form = KINDS.get(name[1]) if name else None
    found = await parts.results.photo_of(name[2], form, "".join(name.groups()[2:])) if name and form else None
    if found is None:
        raise RefusalError(404, "photo_unknown", "no stored page has this photo")
    return await _photo(request, found, web=True)


async def _total(request: Request, digits: str) -> Response:
    form, results = form_of(request), parts_of(request).results
    answer = await answered(request, f"total {form} {digits}", lambda: _total_of(results, form, digits))
    if answer is None:
        raise RefusalError(404, "region_unknown", "no such region is registered")
    return answer


async def _total_of(results: PublicResults, form: str, digits: str) -> Content | None:
    shown = await results.region(form, digits)
    if shown is None:
        return None
    region = shown.region
    ballot = await results.contestants(form, region)
    votes = totals(form, ballot, region.contest, region.sums)
    body = {
        "code": region.code,
        "name": region.name,
        "form": form,
        "contest": region.contest or None,
        "tps_total": region.tps_total,
        "tps_in": region.tps_in,
        "pages_in": region.pages_in,
        "votes": {str(number): count for number, count in votes.items()},
        "as_of": shown.as_of.isoformat(),
    }
    return Content(orjson.dumps(body), JSON, shown.as_of, shown.age_s)


async def _photo(request: Request, sha256: str, *, web: bool) -> Response:
    """The photo `sha256` of a stored page, or its web-size copy."""
    parts = parts_of(request)
    found = await parts.results.photo(sha256)
    async with parts.reads.admit():
        data = await parts.photos.read((found.web if web else None) or sha256) if found else None
    if found is None or data is None:
        raise RefusalError(404, "photo_unknown", "no stored page has this photo")
    # a name is the content's digest and never changes, but a copy may still take the place of the original
    final = not web or found.web is not None
    headers = {
        "Cache-Control": FOR_GOOD if final else "public, max-age=60",
        "ETag": f'"{found.web if web and found.web else sha256}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, media_type="image/jpeg", headers=headers)


ENDPOINTS = (
    Endpoint("GET", "/public/v1/national", national, EVERYBODY, Work.PORTAL, "Totals of the nation"),
    Endpoint("GET", "/public/v1/region/{code}", region, EVERYBODY, Work.PORTAL, "Totals of a region"),
    Endpoint("GET", "/public/v1/tps/{tps}", station, EVERYBODY, Work.PORTAL, "One TPS with its photos"),
    Endpoint("GET", "/public/v1/photos/{name}", photo, EVERYBODY, Work.PORTAL, "A photo, by its digest"),
    Endpoint(
        "GET", "/public/v1/photos/{sha256}/web.jpg", web_photo, EVERYBODY, Work.PORTAL, "A photo, web-size"
    ),
    Endpoint(
        "GET", "/foto/{name:path}", published_photo, EVERYBODY, Work.PORTAL, "A photo, by KPU's pattern"
    ),
)
