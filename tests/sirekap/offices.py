"""Committees and offices above the TPS, in a small country that has two of every level."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import requests

from sirekap.database.names import DATABASE, ROLE
from sirekap.settings import load_effective
from tests.sirekap.kpps_phone import WAIT_S, Stack, activate, bearer, initialise, login

CHEAP_HASH = {"SIREKAP_ARGON2_MEMORY_KIB": "64", "SIREKAP_ARGON2_PASSES": "1"}

OWN_TPS, NEIGHBOUR_TPS = "1708042001001", "1708042001002"
VILLAGES = ("1708042001", "1708042002", "1708052001", "1709012001", "1801012001")
STAFF = {
    "pps": ("pps", "1708042001"),
    "other pps": ("pps", "1708042002"),
    "ppk": ("ppk", "170804"),
    "other ppk": ("ppk", "170805"),
    "kab": ("kpu_kab", "17.08"),
    "other kab": ("kpu_kab", "17.09"),
    "prov": ("kpu_prov", "17"),
    "other prov": ("kpu_prov", "18"),
    "kpu ri": ("kpu_ri", "0"),
}
"""Each member of the staff: role and region; the account is the name with a dash for its space."""


def country() -> dict[str, Any]:
    """Everything as KPU registers it: in every village two TPS with two operators each, and the staff."""
    regions: dict[str, dict[str, Any]] = {}
    for village in VILLAGES:
        provinsi, kab_kota = village[:2], f"{village[:2]}.{village[2:4]}"
        for code, level, parent in (
            (provinsi, "provinsi", None),
            (kab_kota, "kab_kota", provinsi),
            (village[:6], "kecamatan", kab_kota),
            (village, "kel_desa", village[:6]),
        ):
            regions[code] = {"code": code, "level": level, "name": f"Contoh {code}", "parent": parent}
    stations = [f"{village}{number:03d}" for village in VILLAGES for number in (1, 2)]
    return {
        "regions": list(regions.values()),
        "tps": [
            {
                "code": tps, "number": int(tps[-3:]), "kecamatan": tps[:6], "kel_desa": tps[:10],
                "dpt_l": 100, "dpt_p": 101,
            }
            for tps in stations
        ],
        "accounts": [
            {"account": name, "tps": tps, "operator": n, "activation_code": f"kode-{name}"}
            for tps in stations
            for n in (1, 2)
            if (name := f"{tps}-{n}")
        ],
        "staff": [
            {"account": name, "role": role, "region": region, "activation_code": f"kode-{name}"}
            for who, (role, region) in STAFF.items()
            if (name := account_of(who))
        ],
    }  # fmt: skip


def account_of(who: str) -> str:
    """The account of a member of the staff."""
    return who.replace(" ", "-")


def register_country(stack: Stack) -> None:
    """Register the whole country."""
    answer = register_body(stack, country())
    assert answer.status_code == 200, answer.text


def register_body(stack: Stack, body: dict[str, Any]) -> requests.Response:
    """Send one registration."""
    return requests.post(
        f"{stack.url}/v1/admin/register", json=body, headers=bearer(stack.admin_token), timeout=WAIT_S
    )


def session(stack: Stack, account: str) -> str:
    """The token of an account, activated where it is not and ready to write."""
    assert activate(stack, account).status_code == 200
    answer = login(stack, account)
    assert answer.status_code == 200, answer.text
    token = str(answer.json()["token"])
    if not answer.json()["initialised"]:
        assert initialise(stack, token).status_code == 200
    return token


def call(
    stack: Stack, method: str, path: str, token: str, body: dict[str, Any] | None = None
) -> requests.Response:
    """One request with a session or a token of an office."""
    return requests.request(
        method,
        stack.url + path,
        json=body,
        headers=bearer(token) if token else {},
        timeout=WAIT_S,
        allow_redirects=False,
    )


def postgres_password(stack: Stack) -> str:
    """The password of the stack's role."""
    return str(json.loads((stack.dir / "secrets.json").read_text())["postgres_password"])


def in_database(stack: Stack, work: Callable[[Any], Awaitable[Any]]) -> Any:
    """What `work` finds on a connection of its own."""

    async def ask() -> Any:
        port = load_effective(stack.dir / "effective-settings.json").postgres_port
        connection = await asyncpg.connect(
            host="127.0.0.1",
            port=port,
            user=ROLE,
            password=postgres_password(stack),
            database=DATABASE,
            ssl=False,
        )
        try:
            return await work(connection)
        finally:
            await connection.close()

    return asyncio.run(ask())
