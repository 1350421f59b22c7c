"""POST /v1/admin/register: KPU registers regions, TPS and accounts."""

from collections.abc import Mapping
from typing import Any

import asyncpg
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.bodies import read_object, text, whole
from sirekap.api.endpoints import Endpoint, Work
from sirekap.api.parts import parts_of
from sirekap.api.refusals import RefusalError
from sirekap.repositories.registration import LEVELS, Operator, Region, Station
from sirekap.security.roles import Role
from sirekap.security.tokens import activation_hmac


async def register(request: Request) -> Response:
    """Upsert all that the body lists; the same body again changes nothing."""
    parts = parts_of(request)
    body = await read_object(request, parts.settings.register_max_bytes)
    regions = [_region(entry) for entry in _entries(body, "regions")]
    stations = [_station(entry) for entry in _entries(body, "tps")]
    operators = [_operator(entry, parts.secrets.activation_pepper) for entry in _entries(body, "accounts")]
    try:
        await parts.registration.register(
            list({r.code: r for r in regions}.values()),
            list({t.code: t for t in stations}.values()),
            list({a.account: a for a in operators}.values()),
        )
    except asyncpg.IntegrityConstraintViolationError as error:
        raise RefusalError(
            422, "not_consistent", f"register regions before their TPS and TPS before their accounts: {error}"
        ) from error
    return JSONResponse({"tps": len(stations), "accounts": len(operators)})


def _entries(body: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    entries = body.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise RefusalError(422, "wrong_field", f"field {name!r} must be a list of objects")
    return entries


def _region(entry: Mapping[str, Any]) -> Region:
    level = text(entry, "level")
    if level not in LEVELS:
        raise RefusalError(422, "wrong_field", f"region level {level!r} must be one of {', '.join(LEVELS)}")
    parent = text(entry, "parent") if entry.get("parent") else None
    return Region(text(entry, "code"), level, text(entry, "name"), parent)


def _station(entry: Mapping[str, Any]) -> Station:
    code = text(entry, "code")
    if len(code) != 13 or not (code.isascii() and code.isdigit()):
        raise RefusalError(422, "wrong_field", f"TPS code {code!r} must have 13 digits (PPKKCCDDDDNNN)")
    return Station(
        code,
        whole(entry, "number"),
        text(entry, "kecamatan"),
        text(entry, "kel_desa"),
        whole(entry, "dpt_l"),
        whole(entry, "dpt_p"),
    )


def _operator(entry: Mapping[str, Any], pepper: str) -> Operator:
    account, number = text(entry, "account"), whole(entry, "operator", most=9)
    if number < 1:
        raise RefusalError(422, "wrong_field", f"account {account}: operator must be 1 or 2")
    code_hmac = activation_hmac(pepper, account, text(entry, "activation_code"))
    return Operator(account, text(entry, "tps"), number, code_hmac)


ENDPOINTS = (
    Endpoint(
        "POST", "/v1/admin/register", register, frozenset({Role.ADMIN}), Work.OFFICE,
        "Register regions, TPS and accounts",
    ),
)  # fmt: skip
