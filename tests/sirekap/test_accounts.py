"""The life of an account: activation, device, initialisation, sessions, wrong passwords, the help desk."""

import asyncio
import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import asyncpg
import pytest
import requests

from sirekap.database.access import connect
from sirekap.recall.in_process import InProcessRecall
from sirekap.repositories.sessions import Sessions
from sirekap.settings import load_effective
from tests.sirekap.kpps_phone import (
    PASSWORD,
    WAIT_S,
    Phone,
    Stack,
    activate,
    bearer,
    initialise,
    login,
    running_stack,
)
from tests.sirekap.offices import (
    CHEAP_HASH,
    STAFF,
    account_of,
    call,
    country,
    in_database,
    postgres_password,
    register_body,
    register_country,
    session,
)

CACHE_S = 0.4
WINDOW_S = 10_000_000  # no turn of two windows in the middle of a test
PER_DEVICE, PER_ACCOUNT, SESSIONS = 4, 6, 3
TPS = "1708042001001"


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack with a small country, two workers, little patience and cheap hashes."""
    directory = tmp_path_factory.mktemp("offices")
    environ = {
        **CHEAP_HASH,
        "SIREKAP_SESSION_CACHE_S": str(CACHE_S),
        "SIREKAP_SESSIONS_PER_ACCOUNT": str(SESSIONS),
        "SIREKAP_TRIES_WINDOW_S": str(WINDOW_S),
        "SIREKAP_TRIES_PER_DEVICE": str(PER_DEVICE),
        "SIREKAP_TRIES_PER_ACCOUNT": str(PER_ACCOUNT),
    }
    with running_stack(directory, "--api-workers", "2", environ=environ) as running:
        register_country(running)
        yield running


def told(answer: requests.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, str(answer.json()["code"])


def reset(stack: Stack, token: str, account: str, reason: str = "ponsel rusak") -> requests.Response:
    return call(stack, "POST", f"/v1/helpdesk/accounts/{account}/reset", token, {"reason": reason})


def eventually_refused(stack: Stack, token: str, within_s: float) -> None:
    """Every worker refuses the session within this time, and from then on."""
    deadline_s = time.monotonic() + within_s
    while time.monotonic() < deadline_s:
        time.sleep(0.05)
    for _ in range(12):  # each on a connection of its own, so both workers are asked
        assert told(call(stack, "POST", "/v1/initialise", token, {})) == (401, "session_unknown")


# activation and device


def test_a_used_code_sets_no_other_password_and_binds_no_other_device(offices: Stack) -> None:
    account = f"{TPS}-1"
    first = activate(offices, account)
    assert first.status_code == 200
    assert activate(offices, account).json() == first.json(), "its answer may have been lost"
    assert told(activate(offices, account, password="milik-pencuri")) == (409, "already_activated")
    assert told(activate(offices, account, device="curian")) == (409, "already_activated")
    assert login(offices, account).status_code == 200


def test_two_who_activate_at_once_do_not_both_win(offices: Stack) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(
                lambda n: activate(offices, f"{TPS}-2", password=f"kata-sandi-{n}", device=f"ponsel-{n}"),
                range(8),
            )
        )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7


def test_login_is_for_the_bound_device_and_says_so_only_to_who_knows_the_password(offices: Stack) -> None:
    account = "1708042001002-1"
    session(offices, account)
    assert told(login(offices, account, device="lain")) == (403, "device_differs")
    assert told(login(offices, account, "salah-sekali", device="lain")) == (401, "wrong_password")
    assert told(login(offices, "tidak-ada", device="lain")) == (401, "wrong_password")


def test_a_token_on_a_phone_that_names_another_device_is_refused(offices: Stack) -> None:
    token = session(offices, "1708042001002-2")
    path = f"{offices.url}/v1/tps/1708042001002"
    for device, status in (("uji-1", 200), ("lain", 403)):
        answer = requests.get(path, headers={**bearer(token), "X-Device": device}, timeout=WAIT_S)
        assert answer.status_code == status
    assert told(answer) == (403, "device_differs")


def test_the_page_of_the_link_is_small_and_closed_to_everything_foreign(offices: Stack) -> None:
    answer = requests.get(f"{offices.url}/activate", timeout=WAIT_S)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert len(answer.content) < 5000
    assert not re.findall(r"(?:src|href)=", answer.text), "nothing is fetched from anywhere"


# initialisation


def test_nothing_is_written_before_initialisation_and_once_is_enough(offices: Stack) -> None:
    account, tps = "1708042002001-1", "1708042002001"
    assert activate(offices, account).status_code == 200
    opened = login(offices, account).json()
    assert opened["initialised"] is False
    phone = Phone(offices, tps, opened["token"])
    assert told(phone.submit(2, "kunci-belum")) == (403, "not_initialised")
    assert told(phone.post("forms/ppwp/confirm", "kunci-belum-2", {"sesuai": True})) == (
        403,
        "not_initialised",
    )
    assert phone.get(f"/v1/tps/{tps}").status_code == 200, "reading is free"
    body = initialise(offices, opened["token"]).json()
    assert (body["tps"], body["number"], body["dpt_j"], body["operator"]) == (tps, 1, 201, 1)
    assert [(one["form"], one["contest"], len(one["layout"])) for one in body["forms"]] == [
        ("ppwp", "ppwp", 64)
    ]
    again = [Phone(offices, tps, phone.token) for _ in range(6)]
    statuses = [one.submit(2, "kunci-sudah").status_code for one in again]
    assert statuses == [201] + [200] * 5, "both workers know at once"
    later = login(offices, account).json()
    assert later["initialised"] is True
    assert Phone(offices, tps, later["token"]).submit(1, "kunci-kemudian").status_code == 201


def test_initialisation_tells_how_wrong_the_clock_of_the_phone_is(offices: Stack) -> None:
    token = session(offices, "1708042002001-2")
    behind = initialise(offices, token, phone_time="2024-02-14T19:05:00+07:00").json()
    assert behind["clock_skew_s"] < -80_000_000
    assert initialise(offices, token).json()["clock_skew_s"] is None
    right = initialise(offices, token, phone_time=behind["server_time"]).json()
    assert -WAIT_S < right["clock_skew_s"] <= 0
    for wrong in ("kemarin", "2024-02-14T19:05:00", "9999-99-99T00:00:00Z"):
        assert told(initialise(offices, token, phone_time=wrong)) == (422, "wrong_time")


# sessions


def test_an_account_has_so_many_sessions_and_a_further_login_ends_the_oldest(offices: Stack) -> None:
    account = "1708052001001-1"
    session(offices, account)
    with ThreadPoolExecutor(8) as threads:
        tokens = list(threads.map(lambda _: login(offices, account).json()["token"], range(12)))
    tokens += [login(offices, account).json()["token"] for _ in range(SESSIONS)]
    time.sleep(CACHE_S)
    alive = [call(offices, "POST", "/v1/initialise", token, {}).status_code == 200 for token in tokens]
    assert alive == [False] * 12 + [True] * SESSIONS


def test_logout_ends_this_session_and_no_other(offices: Stack) -> None:
    account = "1708052001001-2"
    gone, stays = session(offices, account), session(offices, account)
    assert call(offices, "POST", "/v1/logout", gone).json() == {"ended": True}
    eventually_refused(offices, gone, CACHE_S)
    assert call(offices, "POST", "/v1/initialise", stays, {}).status_code == 200


def test_a_session_survives_its_worker_and_ends_at_its_time(offices: Stack) -> None:
    account = "1708052001002-1"
    token = session(offices, account)
    os.kill(offices.pid("api-1"), signal.SIGKILL)
    offices.start("api-1")
    assert call(offices, "POST", "/v1/initialise", token, {}).status_code == 200
    in_database(
        offices,
        lambda c: c.execute("UPDATE session SET expires_at = now() WHERE account = $1", account),
    )
    eventually_refused(offices, token, CACHE_S)


def test_expired_sessions_are_deleted_in_batches_and_living_ones_never(offices: Stack) -> None:
    alive = session(offices, "1708052001002-2")
    for number in range(3):
        session(offices, f"170901200100{number % 2 + 1}-1")
    in_database(
        offices,
        lambda c: c.execute("UPDATE session SET expires_at = now() WHERE account LIKE '1709012001%'"),
    )

    async def tidy() -> list[int]:
        settings = load_effective(offices.dir / "effective-settings.json")
        database = await connect(settings, postgres_password(offices))
        sessions = Sessions(database, InProcessRecall(10), settings)
        gone = [await sessions.delete_expired(2) for _ in range(9)]
        await database.close()
        return gone

    gone = asyncio.run(tidy())
    assert gone[0] == 2 and gone[-1] == 0 and max(gone) == 2 and sum(gone) >= 3
    assert call(offices, "POST", "/v1/initialise", alive, {}).status_code == 200
    assert (
        in_database(offices, lambda c: c.fetchval("SELECT count(*) FROM session WHERE expires_at <= now()"))
        == 0
    )


def test_workers_that_share_a_memory_forget_an_ended_session_at_once(offices: Stack) -> None:
    """As in the full profile, where the memory is Redis; here two workers' parts in one process."""
    token = session(offices, "1801012001002-1")

    async def story() -> None:
        settings = replace(load_effective(offices.dir / "effective-settings.json"), session_cache_s=600.0)
        database = await connect(settings, postgres_password(offices))
        memory = InProcessRecall(10)
        one, other = (Sessions(database, memory, settings) for _ in range(2))
        listening = asyncio.create_task(other.listen())
        assert await one.find(token) and await other.find(token)
        await one.end(token)
        await asyncio.sleep(0.05)
        assert await one.find(token) is None and await other.find(token) is None
        listening.cancel()
        await database.close()

    asyncio.run(story())


def test_of_tokens_codes_and_passwords_the_database_holds_only_images(offices: Stack) -> None:
    token = session(offices, "1709012001002-2")
    rows = in_database(offices, lambda c: c.fetch("SELECT * FROM session"))
    accounts = in_database(offices, lambda c: c.fetch("SELECT * FROM account"))
    text = repr([tuple(row) for row in (*rows, *accounts)])
    assert token not in text and PASSWORD not in text and "kode-" not in text


# wrong passwords; a kept connection stays with one worker, whose memory counts


def tried(stack: Stack, account: str, *tries: tuple[str, str]) -> list[requests.Response]:
    """Logins with these passwords and devices, all on one connection."""
    with requests.Session() as connection:
        return [
            connection.post(
                f"{stack.url}/v1/login",
                json={"account": account, "password": password, "device": device},
                timeout=WAIT_S,
            )
            for password, device in tries
        ]


WRONG, RIGHT = ("salah-sekali", "uji-1"), (PASSWORD, "uji-1")


def test_wrong_passwords_on_a_device_end_in_a_wait_even_for_the_right_one(offices: Stack) -> None:
    account = "1709012001002-1"
    session(offices, account)
    answers = tried(offices, account, *[WRONG] * (PER_DEVICE - 1), RIGHT, *[WRONG] * PER_DEVICE, RIGHT, WRONG)
    statuses = [answer.status_code for answer in answers]
    assert statuses == [401] * (PER_DEVICE - 1) + [200] + [401] * PER_DEVICE + [429, 429]
    assert told(answers[-1]) == (429, "too_many_tries")
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= WINDOW_S


def test_what_others_try_elsewhere_locks_nobody_out_of_the_bound_device(offices: Stack) -> None:
    account = "1801012001001-2"
    session(offices, account)
    elsewhere = [("salah-sekali", f"asing-{n}") for n in range(PER_ACCOUNT + 3)]
    answers = tried(offices, account, *elsewhere, RIGHT, (PASSWORD, "asing-lagi"))
    assert [answer.status_code for answer in answers] == [401] * PER_ACCOUNT + [429] * 3 + [200, 429]


def test_tries_at_an_unknown_account_are_told_the_same(offices: Stack) -> None:
    answers = tried(
        offices, "tidak-terdaftar", *[("salah-sekali", f"asing-{n}") for n in range(PER_ACCOUNT + 1)]
    )
    assert [told(answer) for answer in answers] == [(401, "wrong_password")] * PER_ACCOUNT + [
        (429, "too_many_tries")
    ]


def test_tries_at_once_get_no_further_than_one_by_one(offices: Stack) -> None:
    account = "1708042001002-1"
    session(offices, account)
    with ThreadPoolExecutor(24) as threads:
        answers = list(threads.map(lambda _: login(offices, account, "salah-sekali"), range(60)))
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= {401, 429, 503}
    slots = load_effective(offices.dir / "effective-settings.json").hash_threads + 1
    assert statuses.count(401) <= 2 * (PER_DEVICE + slots), "both workers, and what was being hashed"


# the help desk


def test_a_reset_frees_the_device_ends_the_sessions_and_voids_the_old_code(offices: Stack) -> None:
    account, ppk = "1708042002002-1", session(offices, "ppk")
    old = session(offices, account)
    answer = reset(offices, ppk, account, "ponsel hilang di jalan")
    assert answer.status_code == 200, answer.text
    code = answer.json()["activation_code"]
    assert answer.json()["activation_path"] == f"/activate#akun={account}&kode={code}"
    eventually_refused(offices, old, CACHE_S)
    assert told(login(offices, account)) == (403, "not_activated")
    assert told(activate(offices, account)) == (403, "wrong_activation_code")
    register_country(offices)  # the administration sends its list again: old codes stay void
    assert told(activate(offices, account)) == (403, "wrong_activation_code")
    assert activate(offices, account, activation_code=code, device="baru").status_code == 200
    assert told(login(offices, account)) == (403, "device_differs")
    opened = login(offices, account, device="baru").json()
    assert opened["initialised"] is False, "the new phone has fetched nothing yet"


def test_a_reset_code_is_void_once_there_is_a_newer_one(offices: Stack) -> None:
    account, ppk = "1708042002002-2", session(offices, "ppk")
    codes = [reset(offices, ppk, account).json()["activation_code"] for _ in range(2)]
    assert codes[0] != codes[1]
    assert told(activate(offices, account, activation_code=codes[0])) == (403, "wrong_activation_code")
    assert activate(offices, account, activation_code=codes[1]).status_code == 200


def test_each_tier_resets_who_stands_below_it_in_its_region_and_nobody_else(offices: Stack) -> None:
    may = {
        "ppk": {"1708042001001-1", "pps", "other-pps"},
        "other ppk": {"1708052001001-1"},
        "kab": {"1708042001001-1", "pps", "other-pps", "ppk", "other-ppk", "1708052001001-1"},
        "prov": {
            "1708042001001-1", "pps", "other-pps", "ppk", "other-ppk", "1708052001001-1", "kab", "other-kab",
        },
    }  # fmt: skip
    operators = ["1708042001001-1", "1708052001001-1", "1801012001001-1"]
    targets = [*operators, *(account_of(who) for who in STAFF)]
    for who, allowed in may.items():
        token = session(offices, account_of(who))
        for target in targets:
            if target in allowed:
                continue
            answer = reset(offices, token, target)
            assert told(answer) in {(403, "not_your_region"), (403, "not_below_you")}, (who, target)
        assert told(reset(offices, token, "tidak-ada")) == (404, "account_unknown")
    # from below, so that nobody loses the session that is still needed
    for who, target in (("kab", "pps"), ("prov", "kab"), ("kpu ri", "prov")):
        assert reset(offices, session(offices, account_of(who)), target).status_code == 200, (who, target)
    assert reset(offices, offices.admin_token, "kpu-ri").status_code == 200


def test_a_reset_wants_a_reason_and_is_recorded_for_good(offices: Stack) -> None:
    ppk = session(offices, "other-ppk")
    account = "1708052001002-1"
    for reason in ("", "   ", "x" * 1001, None):
        answer = call(offices, "POST", f"/v1/helpdesk/accounts/{account}/reset", ppk, {"reason": reason})
        assert told(answer) == (422, "wrong_field")
    at = reset(offices, ppk, account, "lupa kata sandi").json()["reset_at"]
    rows = resets(offices)
    assert {
        "account": account, "role": "kpps", "region": "1708052001002", "by_account": "other-ppk",
        "by_role": "ppk", "reason": "lupa kata sandi", "reset_at": at,
    } in rows  # fmt: skip
    assert not any(row["account"] == account and row["reason"] != "lupa kata sandi" for row in rows)
    for change in (
        "UPDATE account_reset SET reason = 'x'",
        "DELETE FROM account_reset",
        "TRUNCATE account_reset",
    ):
        with pytest.raises(asyncpg.RaiseError, match="only grows"):
            in_database(offices, partial(asyncpg.Connection.execute, query=change))


def test_a_login_during_a_reset_leaves_no_session_behind(offices: Stack) -> None:
    account, ppk = "1801012001001-1", offices.admin_token
    code = f"kode-{account}"
    for _ in range(5):
        assert activate(offices, account, activation_code=code).status_code == 200
        with ThreadPoolExecutor(9) as threads:
            logins = [threads.submit(login, offices, account) for _ in range(8)]
            code = threads.submit(reset, offices, ppk, account).result().json()["activation_code"]
        assert {one.result().status_code for one in logins} <= {200, 401, 403, 503}
        held = in_database(
            offices, lambda c: c.fetchval("SELECT count(*) FROM session WHERE account = $1", account)
        )
        assert held == 0


def resets(stack: Stack) -> list[dict[str, Any]]:
    """Every reset, read page by page."""
    rows: list[dict[str, Any]] = []
    cursor: str | None = "0"
    while cursor is not None:
        body = call(stack, "GET", f"/v1/audit/resets?after={cursor}&limit=2", stack.audit_token).json()
        rows += body["rows"]
        cursor = body["next"]
    return rows


# registration


@pytest.mark.parametrize(
    ("kind", "entry", "right"),
    [
        ("regions", {"code": "1708", "level": "kab_kota", "parent": "17"}, "17.08"),
        ("regions", {"code": "17.08", "level": "kab_kota", "parent": "18"}, "must be 17 "),
        ("regions", {"code": "170804", "level": "kecamatan", "parent": "17.09"}, "must be 17.08"),
        ("regions", {"code": "170804", "level": "kecamatan", "parent": "17"}, "must be 17.08"),
        ("regions", {"code": "170804", "level": "kecamatan", "parent": None}, "must be 17.08"),
        ("regions", {"code": "1708042001", "level": "kel_desa", "parent": "170805"}, "must be 170804"),
        ("regions", {"code": "170", "level": "provinsi", "parent": None}, "2 digits"),
        ("regions", {"code": "17", "level": "provinsi", "parent": "0"}, "no parent"),
        ("tps", {"code": "1708042001003", "kecamatan": "170805", "kel_desa": "1708042001"}, "be 170804"),
        ("tps", {"code": "1708042001003", "kecamatan": "170804", "kel_desa": "1708042002"}, "be 1708042001"),
        ("tps", {"code": "17080420010031", "kecamatan": "170804", "kel_desa": "1708042001"}, "13 digits"),
        ("staff", {"account": "baru", "role": "ppk", "region": "17.08"}, "170804"),
        ("staff", {"account": "baru", "role": "kpu_kab", "region": "1708"}, "17.08"),
        ("staff", {"account": "baru", "role": "kpu_ri", "region": "17"}, '"0"'),
        ("staff", {"account": "baru", "role": "kpps", "region": "1708042001001"}, "one of pps"),
        ("staff", {"account": "baru", "role": "admin", "region": "0"}, "one of pps"),
        ("staff", {"account": "baru", "role": "ppk", "region": "170899"}, "register region 170899"),
        (
            "staff",
            {"account": "baru", "role": "ppk", "region": "170804", "activation_code": "1234567"},
            "8 char",
        ),
        ("staff", {"account": "a/../b", "role": "ppk", "region": "170804"}, "letters and digits"),
    ],
)
def test_registration_names_the_entry_that_does_not_nest_and_what_would_be_right(
    offices: Stack, kind: str, entry: dict[str, Any], right: str
) -> None:
    filled = {
        "name": "Contoh",
        "number": 3,
        "dpt_l": 1,
        "dpt_p": 1,
        "activation_code": "kode-panjang",
        **entry,
    }
    answer = register_body(offices, {kind: [filled]})
    assert answer.status_code == 422, answer.text
    assert right in answer.json()["detail"] and str(entry.get("code", entry.get("account"))) in answer.text


def test_registering_again_changes_no_password_and_corrects_a_code_nobody_has_used(offices: Stack) -> None:
    account = "1801012001002-1"
    token = session(offices, account)
    body = country()
    for entry in body["accounts"]:
        entry["activation_code"] = f"lain-{entry['account']}"
    assert register_body(offices, body).status_code == 200
    assert call(offices, "POST", "/v1/initialise", token, {}).status_code == 200
    assert told(activate(offices, account, activation_code=f"lain-{account}")) == (
        403,
        "wrong_activation_code",
    )
    fresh = "1801012001002-2"
    assert told(activate(offices, fresh)) == (403, "wrong_activation_code")
    assert activate(offices, fresh, activation_code=f"lain-{fresh}").status_code == 200
