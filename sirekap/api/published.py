"""Results as files in KPU's layout: /pemilu/hhcw/<kind>/<prov>/<kab>/<kec>/<kel>/<tps>.json and the lists of
regions beside them. What the fields are is said in `portal.published`."""

from collections.abc import Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from sirekap.api.answered import answered
from sirekap.api.endpoints import EVERYBODY, Endpoint, Work
from sirekap.api.parts import parts_of
from sirekap.api.refusals import RefusalError
from sirekap.portal.answers import Content
from sirekap.portal.kinds import KINDS
from sirekap.portal.published import region_file, region_list, station_file
from sirekap.portal.shown import Ballot, Shown
from sirekap.repositories.public_results import LENGTHS, PublicResults
from sirekap.security.roles import TPS_DIGITS

JSON = "application/json"


async def results_file(request: Request) -> Response:
    """GET /pemilu/hhcw/<kind>[/...].json: votes of a region or a TPS."""

    def write(shown: Shown, ballot: Ballot, station: bool) -> Any:
        return station_file(shown, ballot) if station else region_file(shown, ballot)

    return await _file(request, "hhcw", write)


async def region_file_list(request: Request) -> Response:
    """GET /wilayah/pemilu/<kind>/[...]<code>.json: what lies below a region, `0` for the nation."""

    def write(shown: Shown, ballot: Ballot, station: bool) -> Any:
        return region_list(shown)

    return await _file(request, "wilayah", write)


async def _file(request: Request, what: str, write: Callable[[Shown, Ballot, bool], Any]) -> Response:
    form, digits = _place(request.path_params["name"])
    results = parts_of(request).results
    answer = await answered(request, f"{what} {form} {digits}", lambda: _made(results, form, digits, write))
    if answer is None:
        raise RefusalError(404, "region_unknown", "no such region or TPS is registered")
    return answer


async def _made(
    results: PublicResults, form: str, digits: str, write: Callable[[Shown, Ballot, bool], Any]
) -> Content | None:
    found = await results.place(form, digits)
    if found is None:
        return None
    shown, ballot = found
    written = write(shown, ballot, len(digits) == TPS_DIGITS)
    return Content(orjson.dumps(written), JSON, shown.as_of, shown.age_s)


def _place(name: str) -> tuple[str, str]:
    """The form and the digits of the region or TPS that `<kind>[/<code>...].json` names.

    Raises:
        RefusalError: no such kind, or codes that do not lie in one another.
    """
    kind, *codes = name.removesuffix(".json").split("/")
    form = KINDS.get(kind)
    if form is None or not name.endswith(".json"):
        raise RefusalError(404, "form_unknown", f"a file is named <kind>/...json, of {', '.join(KINDS)}")
    digits = codes[-1] if codes else "0"
    above = [digits[:length] for length in (*LENGTHS, TPS_DIGITS) if 1 < length <= len(digits)]
    if digits != "0" and codes != above:
        raise RefusalError(404, "region_unknown", "codes must be provinsi/kab_kota/kecamatan/kel_desa/tps")
    return form, digits


ENDPOINTS = tuple(
    Endpoint("GET", path, handle, EVERYBODY, Work.PORTAL, summary)
    for path, handle, summary in (
        ("/pemilu/hhcw/{name:path}", results_file, "Votes in KPU's layout"),
        ("/pilkada/hhcw/{name:path}", results_file, "Votes in KPU's layout, Pilkada"),
        ("/wilayah/pemilu/{name:path}", region_file_list, "Regions in KPU's layout"),
        ("/wilayah/pilkada/{name:path}", region_file_list, "Regions in KPU's layout, Pilkada"),
    )
)
