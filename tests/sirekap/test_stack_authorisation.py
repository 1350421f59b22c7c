"""Who may do what: every endpoint against every kind of caller.

Each endpoint says itself for whom it is and where. The same is written down here by hand, in `RULES`: the two
must agree, so a wrong role is seen, and an endpoint that nobody wrote down here fails.
"""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Literal
from urllib.parse import quote

import pytest
import requests

from sirekap.api.app import ENDPOINTS
from sirekap.api.endpoints import Endpoint
from sirekap.security.roles import Role
from tests.sirekap.kpps_phone import WAIT_S, Phone, Stack, bearer, running_stack
from tests.sirekap.offices import (
    CHEAP_HASH,
    NEIGHBOUR_TPS,
    OWN_TPS,
    STAFF,
    account_of,
    call,
    in_database,
    register_country,
    session,
)

OFFICE, EVERY_STAFF = {"admin", "audit"}, "pps ppk kpu_kab kpu_prov kpu_ri"


@dataclass(frozen=True)
class Rule:
    """For whom an endpoint is, which part of its path is confined, and where the caller must stand to it."""

    roles: str
    place: str | None = None
    where: Literal["anywhere inside", "own", "directly above"] = "anywhere inside"


HOLDERS = "ppk kpu_kab kpu_prov kpu_ri"
PUBLIC = Rule("nobody")
RULES = {
    "GET /": PUBLIC,
    "GET /activate": PUBLIC,
    "GET /healthz": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /openapi.json": PUBLIC,
    "GET /problems/{code}": PUBLIC,
    "GET /.well-known/gladi-consent": PUBLIC,
    "GET /metrics": Rule("audit"),
    "GET /foto/{name:path}": PUBLIC,
    "GET /hasil/{name:path}": PUBLIC,
    "GET /pemilu/hhcw/{name:path}": PUBLIC,
    "GET /pilkada/hhcw/{name:path}": PUBLIC,
    "GET /wilayah/pemilu/{name:path}": PUBLIC,
    "GET /wilayah/pilkada/{name:path}": PUBLIC,
    "GET /public/v1/national": PUBLIC,
    "GET /public/v1/region/{code}": PUBLIC,
    "GET /public/v1/tps/{tps}": PUBLIC,
    "GET /public/v1/photos/{name}": PUBLIC,
    "GET /public/v1/photos/{sha256}/web.jpg": PUBLIC,
    "POST /v1/activate": PUBLIC,
    "POST /v1/login": PUBLIC,
    "POST /v1/logout": Rule(f"kpps {EVERY_STAFF}"),
    "POST /v1/initialise": Rule("kpps"),
    "GET /v1/tps/{tps}": Rule(f"kpps {EVERY_STAFF}", "tps"),
    "GET /v1/tps/{tps}/status": Rule(f"kpps {EVERY_STAFF}", "tps"),
    "GET /v1/tps/{tps}/copies/{form}.pdf": Rule(f"kpps {EVERY_STAFF}", "tps"),
    "GET /v1/tps/{tps}/forms/{form}/history": Rule(f"kpps {EVERY_STAFF}", "tps"),
    "GET /v1/tps/{tps}/forms/{form}/reading": Rule(f"kpps {EVERY_STAFF}", "tps"),
    "GET /v1/regions/{code}/flags": Rule(EVERY_STAFF, "code"),
    "POST /v1/tps/{tps}/taken": Rule("kpps", "tps"),
    "POST /v1/tps/{tps}/forms/{form}/pages/{page}": Rule("kpps", "tps"),
    "OPTIONS /v1/tps/{tps}/forms/{form}/pages/{page}/uploads": PUBLIC,
    "POST /v1/tps/{tps}/forms/{form}/pages/{page}/uploads": Rule("kpps", "tps"),
    "OPTIONS /v1/uploads/{upload}": PUBLIC,
    "HEAD /v1/uploads/{upload}": Rule("kpps"),
    "PATCH /v1/uploads/{upload}": Rule("kpps"),
    "DELETE /v1/uploads/{upload}": Rule("kpps"),
    "POST /v1/tps/{tps}/forms/{form}/pages/{page}/correct": Rule("kpps", "tps"),
    "POST /v1/tps/{tps}/forms/{form}/pages/{page}/backup": Rule("pps ppk kpu_kab", "tps"),
    "POST /v1/tps/{tps}/forms/{form}/pages/{page}/photo": Rule("pps ppk kpu_kab", "tps"),
    "POST /v1/tps/{tps}/forms/{form}/confirm": Rule("kpps", "tps"),
    "POST /v1/helpdesk/accounts/{account}/reset": Rule("ppk kpu_kab kpu_prov kpu_ri admin"),
    "POST /v1/pleno/{code}/open": Rule(HOLDERS, "code", "own"),
    "GET /v1/pleno/{code}": Rule(f"{HOLDERS} audit", "code"),
    "GET /v1/pleno/{code}/tps/{tps}": Rule(f"{HOLDERS} audit", "code"),
    "POST /v1/pleno/{code}/tps/{tps}/forms/{form}": Rule("ppk", "code", "own"),
    "POST /v1/pleno/{code}/forms/{form}/finalise": Rule(HOLDERS, "code", "own"),
    "POST /v1/pleno/{code}/forms/{form}/reopen": Rule("kpu_kab kpu_prov kpu_ri", "code", "directly above"),
    "GET /v1/pleno/{code}/forms/{form}/d-hasil": Rule(f"{HOLDERS} audit", "code"),
    "GET /v1/pleno/{code}/forms/{form}/d-hasil.pdf": Rule(f"{HOLDERS} audit", "code"),
    "POST /v1/admin/register": Rule("admin"),
    "GET /v1/audit/pages": Rule("audit"),
    "GET /v1/audit/pleno": Rule("audit"),
    "GET /v1/audit/pleno/{code}/forms/{form}/recompute": Rule("audit"),
    "GET /v1/audit/resets": Rule("audit"),
}

# caller: role, the region it is confined to
CALLERS: dict[str, tuple[str, str]] = {
    "nobody": ("", ""),
    "wrong": ("", ""),
    "expired": ("", ""),
    "kpps": ("kpps", OWN_TPS),
    "second kpps": ("kpps", OWN_TPS),
    "other kpps": ("kpps", NEIGHBOUR_TPS),
    **STAFF,
    "admin": ("admin", ""),
    "audit": ("audit", ""),
}

# what stands for a part of a path; places are tried at every level
PARTS = {
    "form": "ppwp",
    "page": "2",
    "name": "x",
    "sha256": "0" * 64,
    "account": "tidak-ada",
    "id": "0" * 32,
    "upload": "tidak-ada",
    "digest": "0" * 64,
}
PLACES = {"tps": (OWN_TPS,), "code": ("170804", "17.08", "17", "0")}
AUTHORITY = {
    "not_authenticated", "session_unknown", "token_refused", "not_your_role", "not_your_tps",
    "not_your_region", "not_your_level", "device_differs", "not_initialised",
}  # fmt: skip
"""Codes of refusals of who calls, whatever is asked."""


def rule_name(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack with a small country and cheap hashes."""
    directory = tmp_path_factory.mktemp("offices")
    with running_stack(directory, environ=CHEAP_HASH) as running:
        register_country(running)
        yield running


@pytest.fixture(scope="module")
def tokens(offices: Stack) -> dict[str, str]:
    """A token for each caller."""
    expired = session(offices, f"{OWN_TPS}-2")
    in_database(offices, lambda c: c.execute("UPDATE session SET expires_at = now()"))
    return {
        "nobody": "",
        "wrong": "A" * 43,
        "expired": expired,
        "kpps": session(offices, f"{OWN_TPS}-1"),
        "second kpps": session(offices, f"{OWN_TPS}-2"),
        "other kpps": session(offices, f"{NEIGHBOUR_TPS}-1"),
        **{who: session(offices, account_of(who)) for who in STAFF},
        "admin": offices.admin_token,
        "audit": offices.audit_token,
    }


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=rule_name)
def test_an_endpoint_says_of_itself_what_is_written_down_here(endpoint: Endpoint) -> None:
    assert rule_name(endpoint) in RULES, "write down in RULES for whom this endpoint is, and where"
    rule = RULES[rule_name(endpoint)]
    assert endpoint.roles == {Role(role) for role in rule.roles.split()}
    assert endpoint.place == rule.place


def test_nothing_is_written_down_that_is_not_there() -> None:
    assert RULES.keys() == {rule_name(endpoint) for endpoint in ENDPOINTS}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=rule_name)
def test_who_names_a_place_in_its_path_is_confined_to_it(endpoint: Endpoint) -> None:
    """Nobody with a region gets to a path with a place in it unless the place is checked.

    Of a region and a TPS the region is; that the TPS lies in it is up to the endpoint.
    """
    named = [name for name in ("code", "tps") if f"{{{name}}}" in endpoint.path]
    if named and endpoint.roles & {Role(role) for role in ("kpps", *EVERY_STAFF.split())}:
        assert endpoint.place == named[0]


def test_a_tps_is_not_seen_through_the_pleno_of_another_kecamatan(
    offices: Stack, tokens: dict[str, str]
) -> None:
    for who in ("ppk", "kab", "audit"):
        answer = call(offices, "GET", "/v1/pleno/170804/tps/1708052001001", tokens[who])
        assert (answer.status_code, code_of(answer)) == (404, "tps_unknown")


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=rule_name)
def test_the_matrix(offices: Stack, tokens: dict[str, str], endpoint: Endpoint) -> None:
    """Every caller, at a place of every level: let in or refused, as the rules say."""
    with closing(requests.Session()) as connection:
        for path, place in paths(endpoint):
            for who, (role, _) in CALLERS.items():
                token = tokens[who]
                if endpoint.path == "/v1/logout" and role and who not in OFFICE:
                    token = session(offices, account_for(who))  # the others are needed on
                answer = connection.request(
                    endpoint.method,
                    offices.url + path,
                    headers=bearer(token) if token else {},
                    timeout=WAIT_S,
                    allow_redirects=False,
                )
                expected = verdict(endpoint, who, place)
                refused = code_of(answer) in AUTHORITY
                assert refused == (expected != 200), (
                    who,
                    path,
                    expected,
                    answer.status_code,
                    answer.text[:300],
                )
                if refused:
                    assert answer.status_code == expected, (who, path, answer.text)


def paths(endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    """The path with a place of each level that it may name (and the place); other parts filled in."""
    names = re.findall(r"{(\w+)(?::\w+)?}", endpoint.path)
    place_name = endpoint.place or ""
    for place in PLACES.get(place_name, ("",)):
        path = endpoint.path
        for name in names:
            value = place if name == place_name else PARTS.get(name, OWN_TPS if name == "tps" else "17.08")
            path = re.sub(rf"{{{name}(?::\w+)?}}", value, path)
        yield path, place


def verdict(endpoint: Endpoint, who: str, place: str) -> int:
    """200 for let in, else the status of the refusal; by the rules of this file, not by the stack's code."""
    rule = RULES[rule_name(endpoint)]
    role, region = CALLERS[who]
    allowed = set(rule.roles.split())
    if "nobody" in allowed:
        return 200
    if not role:
        return 403 if allowed <= OFFICE and who != "nobody" else 401
    if role not in allowed:
        return 403
    if rule.place is None or role in OFFICE:
        return 200
    above = chain(place)
    stands = {
        "anywhere inside": region in above,
        "own": region == place,
        "directly above": len(above) > 1 and region == above[-2],
    }
    return 200 if stands[rule.where] else 403


def chain(place: str) -> list[str]:
    """The nation, and everything that a place lies in, down to itself."""
    digits = place.replace(".", "")
    levels = [digits[:2], f"{digits[:2]}.{digits[2:4]}", digits[:6], digits[:10], digits]
    return ["0"] if place == "0" else ["0", *levels[: levels.index(place) + 1]]


def code_of(answer: requests.Response) -> str:
    """The code of a problem, or nothing; an answer to HEAD has no body to hold one."""
    problem = answer.headers.get("content-type", "").startswith("application/problem+json")
    if problem and answer.request.method == "HEAD":
        return {401: "not_authenticated", 403: "not_your_role"}.get(answer.status_code, "")
    return str(answer.json()["code"]) if problem else ""


def account_for(who: str) -> str:
    return {"kpps": f"{OWN_TPS}-1", "second kpps": f"{OWN_TPS}-2", "other kpps": f"{NEIGHBOUR_TPS}-1"}.get(
        who, account_of(who)
    )


@pytest.mark.parametrize("who", ["other kpps", "other pps", "pps", "ppk", "kab", "prov", "kpu ri", "expired"])
def test_nobody_writes_for_another_tps(offices: Stack, tokens: dict[str, str], who: str) -> None:
    """Also with everything else right; staff write nothing for a TPS at all, they correct in the pleno."""
    stranger = Phone(offices, OWN_TPS, tokens[who])
    answers = [
        stranger.submit(2, f"kunci-asing-{who}-1"),
        stranger.post(
            "forms/ppwp/pages/2/correct",
            f"kunci-asing-{who}-2",
            {"numbers": {"suara_1": 1}, "reason": "bukan milik saya"},
        ),
        stranger.post("forms/ppwp/confirm", f"kunci-asing-{who}-3", {"sesuai": True}),
    ]
    assert {code_of(answer) for answer in answers} <= AUTHORITY, [answer.text for answer in answers]
    assert not offices.audit()


def test_both_operators_of_a_tps_may_write(offices: Stack) -> None:
    tps = "1708042002001"
    for operator in (1, 2):
        token = session(offices, f"{tps}-{operator}")
        assert Phone(offices, tps, token).submit(operator, f"kunci-{operator}").status_code == 201
    assert {row["page"]: row["operator"] for row in offices.audit() if row["tps"] == tps} == {1: 1, 2: 2}


FULL_WIDTH = "".join(chr(0xFF10 + int(digit)) for digit in NEIGHBOUR_TPS)
ARABIC = "".join(chr(0x0660 + int(digit)) for digit in NEIGHBOUR_TPS)
TRICKS = [
    NEIGHBOUR_TPS,
    "".join(f"%{ord(digit):02x}" for digit in NEIGHBOUR_TPS),
    f"{OWN_TPS}%2f..%2f{NEIGHBOUR_TPS}",
    f"{OWN_TPS}/../{NEIGHBOUR_TPS}",
    f"{OWN_TPS}/%2e%2e/{NEIGHBOUR_TPS}",
    f"..%2ftps%2f{NEIGHBOUR_TPS}",
    f"{OWN_TPS}%5c..%5c{NEIGHBOUR_TPS}",
    f"{OWN_TPS}%00",
    f"{OWN_TPS}%00{NEIGHBOUR_TPS}",
    f"{OWN_TPS}%0a",
    f"{OWN_TPS}%0d%0aX-Device:%20x",
    f"%20{OWN_TPS}",
    f"{OWN_TPS}%20",
    f"{OWN_TPS};{NEIGHBOUR_TPS}",
    f"{OWN_TPS},{NEIGHBOUR_TPS}",
    f"{OWN_TPS}%25",
    f"{OWN_TPS[:2]}.{OWN_TPS[2:]}",
    ".".join(OWN_TPS),
    OWN_TPS + "1",
    OWN_TPS[:-1],
    OWN_TPS * 500,
    quote(FULL_WIDTH),
    quote(ARABIC),
    "%c0%b1%c0%b7",
    "%ff%fe",
    "%ed%a0%80",
    "-1",
    "000",
    "1e3",
    "0x1708",
    "*",
    "%25",
    "'%20OR%20'1'='1",
    "{tps}",
]


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.place == "tps"], ids=rule_name)
def test_no_spelling_of_a_place_gets_an_operator_elsewhere(
    offices: Stack, tokens: dict[str, str], endpoint: Endpoint
) -> None:
    host = offices.url.removeprefix("http://")
    path = next(paths(endpoint))[0]
    with closing(HTTPConnection(host, timeout=WAIT_S)) as connection:
        for trick in TRICKS:
            # http.client sends the path as it is
            connection.request(endpoint.method, path.replace(OWN_TPS, trick), headers=bearer(tokens["kpps"]))
            answer = connection.getresponse()
            answer.read()
            assert answer.status in (400, 403, 404), (trick, answer.status)


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.place], ids=rule_name)
def test_what_is_no_place_is_in_nobodys_region(
    offices: Stack, tokens: dict[str, str], endpoint: Endpoint
) -> None:
    host = offices.url.removeprefix("http://")
    path, place = next(paths(endpoint))
    with closing(HTTPConnection(host, timeout=WAIT_S)) as connection:
        for who in ("ppk", "kab", "kpu ri"):
            for trick in (one for one in TRICKS if one not in TRICKS[:2]):
                connection.request(endpoint.method, path.replace(place, trick), headers=bearer(tokens[who]))
                answer = connection.getresponse()
                answer.read()
                assert answer.status in (400, 403, 404), (who, trick, answer.status)
