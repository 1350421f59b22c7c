"""What goes over the wire, endpoint by endpoint: query, headers, body and answers, for the OpenAPI document.

Paths, methods, roles and summaries come from the endpoints themselves; what an endpoint says of its own body
or answers counts more than what stands here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sirekap.operations.shapes import (
    ANYTHING,
    COUNT,
    FLAG,
    FORM,
    HTML,
    JPEG,
    MOMENT,
    NUMBERS,
    PDF,
    RECEIPT,
    REGION,
    SHA256,
    TEXT,
    TPS,
    WHOLE,
    Schema,
    listed,
    maybe,
    record,
    word,
)


@dataclass(frozen=True)
class Description:
    """One endpoint; `headers` are required, query parameters never are."""

    answers: Mapping[int, Schema]
    body: Schema | None = None
    query: Mapping[str, Schema] = field(default_factory=dict)
    headers: Mapping[str, Schema] = field(default_factory=dict)
    optional_headers: Mapping[str, Schema] = field(default_factory=dict)


KEY = {"Idempotency-Key": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"}}
STORED = record(
    {
        "receipt": RECEIPT,
        "tps": TPS,
        "form": FORM,
        "page": COUNT,
        "revision": {"type": "integer", "minimum": 1},
        "sha256": SHA256,
        "stored_at": MOMENT,
        "after_final": FLAG,
        "replay": FLAG,
    }
)
STATION = record({"tps": TPS, "dpt_l": COUNT, "dpt_p": COUNT, "dpt_j": COUNT})
SESSION = record(
    {
        "token": TEXT,
        "role": TEXT,
        "region": TEXT,
        "tps": maybe(TPS),
        "initialised": FLAG,
        "expires_at": MOMENT,
    }
)
LISTING = record({"rows": listed(ANYTHING), "next": maybe(TEXT)})
LISTED = {
    "after": {"type": "integer", "minimum": 0, "maximum": 2**62},
    "limit": {"type": "integer", "minimum": 1, "maximum": 1000},
}
TOTAL = record(
    {
        "code": TEXT,
        "name": TEXT,
        "form": FORM,
        "contest": maybe(TEXT),
        "tps_total": COUNT,
        "tps_in": COUNT,
        "pages_in": COUNT,
        "votes": {"type": "object", "additionalProperties": COUNT},
        "as_of": MOMENT,
    }
)
PLENO = record({"region": REGION, "forms": {}})
D_HASIL = record({"region": REGION, "form": FORM})
OF_FORM = {"form": FORM}
PUBLISHED = Description({200: {"description": "as in KPU's files"}, 304: {}})
PAGE = "/v1/tps/{tps}/forms/{form}/pages/{page}"
D_HASIL_VERSION = {"version": {"type": "integer", "minimum": 1, "maximum": 9999}}

PHOTO: Mapping[str, Schema] = {**KEY, "X-Photo-SHA256": {"type": "string", "pattern": "^[0-9a-fA-F]{64}$"}}
TAKEN = {"X-Captured-At": MOMENT}


def _brought(*required: str) -> Schema:
    """The body of a photo that staff bring in."""
    return {
        "contentMediaType": "multipart/form-data",
        "type": "object",
        "required": [*required, "photo", "reason"],
        "properties": {
            "numbers": NUMBERS,
            "photo": {"type": "string", "contentMediaType": "image/jpeg", "format": "binary"},
            "reason": word(most=1000),
        },
    }


TUS = {"Tus-Resumable": {"const": "1.0.0"}}

DESCRIPTIONS: Mapping[str, Description] = {
    f"POST {PAGE}": Description(
        {200: STORED, 201: STORED},
        body={
            "contentMediaType": "multipart/form-data",
            "type": "object",
            "required": ["numbers", "photo"],
            "properties": {
                "numbers": NUMBERS,
                "photo": {"type": "string", "contentMediaType": "image/jpeg", "format": "binary"},
            },
        },
        headers=PHOTO,
        optional_headers=TAKEN,
    ),
    f"POST {PAGE}/backup": Description(
        {200: STORED, 201: STORED}, body=_brought("numbers"), headers=PHOTO, optional_headers=TAKEN
    ),
    f"POST {PAGE}/photo": Description(
        {200: STORED, 201: STORED}, body=_brought(), headers=PHOTO, optional_headers=TAKEN
    ),
    f"POST {PAGE}/correct": Description(
        {200: STORED, 201: STORED},
        body=record({"numbers": NUMBERS, "reason": word(most=1000)}),
        headers=KEY,
    ),
    "POST /v1/tps/{tps}/forms/{form}/confirm": Description(
        {200: record({"receipt": RECEIPT, "sesuai": FLAG, "replay": FLAG})},
        body=record({"sesuai": FLAG}),
        headers=KEY,
    ),
    "POST /v1/tps/{tps}/taken": Description(
        {200: record({"taken": COUNT})},
        body=record(
            {
                "pages": listed(
                    record(
                        {
                            "form": word(most=40),
                            "page": {"type": "integer", "minimum": 0, "maximum": 200},
                            "captured_at": MOMENT,
                        }
                    ),
                    1,
                    200,
                )
            }
        ),
    ),
    "GET /v1/tps/{tps}/status": Description({200: record({"tps": TPS, "forms": ANYTHING})}),
    "GET /v1/tps/{tps}/forms/{form}/reading": Description(
        {200: record({"tps": TPS, "form": FORM, "pages": ANYTHING, "complete": FLAG})}
    ),
    "GET /v1/tps/{tps}/forms/{form}/history": Description(
        {
            200: record(
                {
                    "tps": TPS,
                    "form": FORM,
                    "revisions": listed(ANYTHING),
                    "confirmations": listed(ANYTHING),
                }
            )
        }
    ),
    "GET /v1/regions/{code}/flags": Description(
        {200: record({"region": REGION, "flags": listed(ANYTHING), "next": maybe(TEXT)})},
        query={"after": {"type": "string", "pattern": "^([0-9]{13}:[a-z-]*)?$"}},
    ),
    "GET /v1/tps/{tps}/copies/{form}.pdf": Description({200: PDF, 304: {}}),
    "POST /v1/activate": Description(
        {200: record({"account": TEXT, "activated_at": MOMENT})},
        body=record(
            {"account": word(), "activation_code": word(), "device": word(), "password": word(8, 128)}
        ),
    ),
    "GET /activate": Description({200: HTML}),
    "POST /v1/login": Description(
        {200: SESSION}, body=record({"account": word(), "device": word(), "password": word(most=128)})
    ),
    "POST /v1/logout": Description({200: record({"ended": FLAG})}),
    "POST /v1/initialise": Description(
        {200: {"allOf": [STATION, record({"forms": listed(ANYTHING), "server_time": MOMENT})]}},
        body=record({}, {"phone_time": MOMENT}),
    ),
    "GET /v1/tps/{tps}": Description({200: STATION}),
    "POST /v1/helpdesk/accounts/{account}/reset": Description(
        {200: record({"account": TEXT, "activation_code": TEXT, "reset_at": MOMENT})},
        body=record({"reason": {**word(most=1000), "pattern": r"^[^\u0000]*[^\s\u0000][^\u0000]*$"}}),
    ),
    "GET /v1/audit/resets": Description({200: LISTING}, query=LISTED),
    "POST /v1/admin/register": Description(
        {200: ANYTHING},
        body=record(
            {},
            {
                name: listed(ANYTHING)
                for name in ("regions", "tps", "accounts", "layouts", "contests", "staff")
            },
        ),
    ),
    "POST /v1/pleno/{code}/open": Description({200: ANYTHING, 201: ANYTHING}),
    "GET /v1/pleno/{code}": Description({200: PLENO}, query=OF_FORM),
    "GET /v1/pleno/{code}/tps/{tps}": Description(
        {200: record({"region": REGION, "tps": TPS, "forms": ANYTHING})}
    ),
    "POST /v1/pleno/{code}/tps/{tps}/forms/{form}": Description({200: ANYTHING, 201: ANYTHING}, headers=KEY),
    "POST /v1/pleno/{code}/forms/{form}/finalise": Description({200: ANYTHING, 201: ANYTHING}),
    "POST /v1/pleno/{code}/forms/{form}/reopen": Description({200: ANYTHING}, headers=KEY),
    "GET /v1/pleno/{code}/forms/{form}/d-hasil": Description({200: D_HASIL}, query=D_HASIL_VERSION),
    "GET /v1/pleno/{code}/forms/{form}/d-hasil.pdf": Description({200: PDF}, query=D_HASIL_VERSION),
    "GET /v1/audit/pages": Description({200: LISTING}, query=LISTED),
    "GET /v1/audit/pleno": Description({200: LISTING}, query=LISTED),
    "GET /v1/audit/pleno/{code}/forms/{form}/recompute": Description(
        {200: record({"region": REGION, "form": FORM, "version": WHOLE, "equal": FLAG})},
        query=D_HASIL_VERSION,
    ),
    "GET /public/v1/national": Description({200: TOTAL, 304: {}}, query=OF_FORM),
    "GET /public/v1/region/{code}": Description({200: TOTAL, 304: {}}, query=OF_FORM),
    "GET /public/v1/tps/{tps}": Description(
        {
            200: record({"form": FORM, "as_of": MOMENT, "confirmed": FLAG, "pages": ANYTHING}),
            304: {},
        },
        query=OF_FORM,
    ),
    "GET /public/v1/photos/{name}": Description({200: JPEG}),
    "GET /public/v1/photos/{sha256}/web.jpg": Description({200: JPEG}),
    "GET /foto/{name:path}": Description({200: JPEG}),
    "GET /pemilu/hhcw/{name:path}": PUBLISHED,
    "GET /pilkada/hhcw/{name:path}": PUBLISHED,
    "GET /wilayah/pemilu/{name:path}": PUBLISHED,
    "GET /wilayah/pilkada/{name:path}": PUBLISHED,
    "GET /": Description({200: HTML, 304: {}}),
    "GET /hasil/{name:path}": Description({200: HTML, 304: {}, 404: HTML}),
    "OPTIONS " + PAGE + "/uploads": Description({204: {}}),
    "OPTIONS /v1/uploads/{upload}": Description({204: {}}),
    "POST " + PAGE + "/uploads": Description(
        {200: STORED, 201: {}},
        headers={**KEY, **TUS, "Upload-Length": COUNT, "Upload-Metadata": TEXT},
    ),
    "HEAD /v1/uploads/{upload}": Description({200: {}}, headers=TUS),
    "PATCH /v1/uploads/{upload}": Description(
        {200: STORED, 201: STORED, 204: {}},
        body={"contentMediaType": "application/offset+octet-stream", "type": "string", "format": "binary"},
        headers={**TUS, "Upload-Offset": COUNT},
        optional_headers={"Upload-Checksum": TEXT},
    ),
    "DELETE /v1/uploads/{upload}": Description({204: {}}, headers=TUS),
    "GET /openapi.json": Description({200: ANYTHING}),
    "GET /problems/{code}": Description({200: record({"code": TEXT, "title": TEXT})}),
}
