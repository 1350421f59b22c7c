"""POST /v1/admin/register: KPU registers regions, TPS, accounts, contests and the layouts of their sheets.

Refused whole or taken whole. A refusal names the entry, the key and what would be right.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import asyncpg
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sirekap.api.bodies import read_object, text, whole
from sirekap.api.endpoints import Endpoint, Work
from sirekap.api.parts import Parts, parts_of
from sirekap.api.refusals import RefusalError
from sirekap.forms import contests, layout
from sirekap.forms.contests import Contest, WrongContestError
from sirekap.forms.fields import ELECTION
from sirekap.forms.layout import Layout, WrongLayoutError
from sirekap.repositories.registration import (
    LEVELS,
    CountedContestError,
    Operator,
    Region,
    RegisteredLayout,
    Registry,
    StaffMember,
    Station,
)
from sirekap.security.nesting import (
    NotNestingError,
    refuse_misplaced_region,
    refuse_misplaced_staff,
    refuse_misplaced_station,
)
from sirekap.security.roles import LEVEL_OF, Role
from sirekap.security.tokens import activation_hmac

ACCOUNT = re.compile(r"[0-9A-Za-z]+(?:[._@-]+[0-9A-Za-z]+)*")
ACTIVATION_CODE_MIN_CHARS = 8

Registered = TypeVar("Registered")


@dataclass(frozen=True)
class _GivenLayout:
    """A layout of this body, as it was given and as it reads."""

    digest: str
    content: Mapping[str, Any]
    layout: Layout


async def register(request: Request) -> Response:
    """Upsert all that the body lists; the same body again changes nothing."""
    parts = parts_of(request)
    body = await read_object(request, parts.settings.register_max_bytes)
    pepper = parts.secrets.activation_pepper
    regions = _each(body, "regions", _region)
    stations = _each(body, "tps", _station)
    operators = _each(body, "accounts", lambda entry: _operator(entry, pepper))
    staff = _each(body, "staff", lambda entry: _staff_member(entry, pepper))
    layouts = {one.digest: one for one in _each(body, "layouts", _layout)}
    standing = _each(body, "contests", contests.load)
    await _refuse_misfits(parts, standing, layouts)
    registry = Registry(
        regions=list({r.code: r for r in regions}.values()),
        stations=list({t.code: t for t in stations}.values()),
        operators=list({a.account: a for a in operators}.values()),
        staff=list({a.account: a for a in staff}.values()),
        layouts=[RegisteredLayout(one.digest, one.layout.form, one.content) for one in layouts.values()],
        contests=list({c.contest: c for c in standing}.values()),
    )
    try:
        await parts.registration.register(registry)
    except (NotNestingError, CountedContestError) as error:
        raise RefusalError(422, "not_consistent", str(error)) from error
    except asyncpg.UniqueViolationError as error:
        raise RefusalError(
            422, "not_consistent", f"an area has one contest a form, this one two: {error}"
        ) from error
    except asyncpg.IntegrityConstraintViolationError as error:
        raise RefusalError(
            422, "not_consistent", f"register regions before their TPS and TPS before their accounts: {error}"
        ) from error
    parts.contests.forget()
    return JSONResponse({"tps": len(stations), "accounts": len(operators), **_counted(body)})


def _counted(body: Mapping[str, Any]) -> dict[str, int]:
    """How many entries of the rarer kinds were given."""
    return {kind: len(body[kind]) for kind in ("staff", "layouts", "contests") if kind in body}


def _each(
    body: Mapping[str, Any], kind: str, read: Callable[[dict[str, Any]], Registered]
) -> list[Registered]:
    """Read every entry of a list; what is wrong with one is said with its place."""
    entries = body.get(kind, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise RefusalError(422, "wrong_field", f"field {kind!r} must be a list of objects")
    found = []
    for number, entry in enumerate(entries):
        try:
            found.append(read(entry))
        except (RefusalError, NotNestingError, WrongContestError, WrongLayoutError) as error:
            raise RefusalError(422, "wrong_field", f"{kind}[{number}]: {error}") from error
    return found


def _region(entry: Mapping[str, Any]) -> Region:
    level, code = text(entry, "level"), text(entry, "code")
    if level not in LEVELS:
        raise RefusalError(422, "wrong_field", f"region level {level!r} must be one of {', '.join(LEVELS)}")
    parent = text(entry, "parent") if entry.get("parent") else None
    refuse_misplaced_region(code, level, parent)
    return Region(code, level, text(entry, "name"), parent)


def _station(entry: Mapping[str, Any]) -> Station:
    code, kecamatan, kel_desa = text(entry, "code"), text(entry, "kecamatan"), text(entry, "kel_desa")
    if len(code) != 13 or not (code.isascii() and code.isdigit()):
        raise RefusalError(422, "wrong_field", f"TPS code {code!r} must have 13 digits (PPKKCCDDDDNNN)")
    refuse_misplaced_station(code, kecamatan, kel_desa)
    return Station(
        code, whole(entry, "number"), kecamatan, kel_desa, whole(entry, "dpt_l"), whole(entry, "dpt_p")
    )


def _operator(entry: Mapping[str, Any], pepper: str) -> Operator:
    account, number = _account(entry), whole(entry, "operator", most=9)
    if number < 1:
        raise RefusalError(422, "wrong_field", f"account {account}: operator must be 1 or 2")
    return Operator(account, text(entry, "tps"), number, _code_hmac(entry, account, pepper))


def _staff_member(entry: Mapping[str, Any], pepper: str) -> StaffMember:
    account, role, region = _account(entry), text(entry, "role"), text(entry, "region")
    refuse_misplaced_staff(account, role, region)
    return StaffMember(account, role, region, _code_hmac(entry, account, pepper))


def _account(entry: Mapping[str, Any]) -> str:
    account = text(entry, "account", most_chars=100)
    if not ACCOUNT.fullmatch(account):
        raise RefusalError(
            422, "wrong_field", f"account {account!r} must be letters and digits, with . _ @ - between them"
        )
    return account


def _code_hmac(entry: Mapping[str, Any], account: str, pepper: str) -> bytes:
    code = text(entry, "activation_code")
    if len(code) < ACTIVATION_CODE_MIN_CHARS:
        raise RefusalError(
            422, "wrong_field", f"account {account}: an activation code must have at least "
            f"{ACTIVATION_CODE_MIN_CHARS} characters, so that nobody guesses it",
        )  # fmt: skip
    return activation_hmac(pepper, account, code)


def _layout(entry: dict[str, Any]) -> _GivenLayout:
    return _GivenLayout(layout.digest(entry), entry, layout.load(entry))


async def _refuse_misfits(parts: Parts, standing: list[Contest], given: Mapping[str, _GivenLayout]) -> None:
    """Every contest must name a layout that is here or registered, and whose boxes are for who stands."""
    for number, contest in enumerate(standing):
        where, digest = f"contests[{number}]", contest.layout_digest
        own = given.get(digest)
        sheets = own.layout if own else await parts.contests.layout(digest)
        if sheets is None:
            raise RefusalError(
                422, "wrong_field", f"{where}: layout {digest} is neither registered nor among 'layouts'; "
                "a layout is named by the sha256 of its JSON with sorted keys and no spaces, 600.0 as 600",
            )  # fmt: skip
        try:
            contests.refuse_misfit(contest, sheets)
        except WrongContestError as error:
            raise RefusalError(422, "wrong_field", f"{where}: {error}") from error


TEXT = {"type": "string", "minLength": 1, "maxLength": 200}
COUNT = {"type": "integer", "minimum": 0, "maximum": 1_000_000}


def _listed(required: Mapping[str, Any], **optional: Any) -> dict[str, Any]:
    """A list of objects."""
    properties = {**required, **optional}
    return {
        "type": "array",
        "items": {"type": "object", "required": list(required), "properties": properties},
    }


REGISTRY = {
    "type": "object",
    "properties": {
        "regions": _listed({"code": TEXT, "level": {"enum": list(LEVELS)}, "name": TEXT}, parent=TEXT),
        "tps": _listed(
            {"code": {"type": "string", "pattern": "^[0-9]{13}$"}, "number": COUNT, "kecamatan": TEXT,
             "kel_desa": TEXT, "dpt_l": COUNT, "dpt_p": COUNT}
        ),
        "accounts": _listed(
            {"account": TEXT, "tps": TEXT, "operator": {"enum": [1, 2]}, "activation_code": TEXT}
        ),
        "staff": _listed(
            {"account": TEXT, "role": {"enum": list(LEVEL_OF)}, "region": TEXT, "activation_code": TEXT}
        ),
        "layouts": _listed(
            {"layout": {"const": layout.VERSION}, "form": TEXT, "election": TEXT, "model": TEXT,
             "certainty": {"enum": list(layout.CERTAINTIES)}, "width_mm": {"type": "number"},
             "height_mm": {"type": "number"}, "pages": {"type": "array", "minItems": 1}}
        ),
        "contests": _listed(
            {"contest": TEXT, "form": {"enum": list(ELECTION)}, "title": TEXT,
             "areas": {"type": "array", "minItems": 1, "items": TEXT},
             "layout": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
             "contestants": _listed({"number": {"type": "integer", "minimum": 1}, "name": TEXT},
                                    candidates={"type": "array", "items": TEXT})}
        ),
    },
}  # fmt: skip
ENDPOINTS = (
    Endpoint(
        "POST", "/v1/admin/register", register, frozenset({Role.ADMIN}), Work.OFFICE,
        "Register regions, TPS, accounts, contests and layouts", body=REGISTRY,
    ),
)  # fmt: skip
