"""What every endpoint answers, to good and to bad requests."""

import hashlib
import http.client
import json
import socket
import stat
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import requests

from tests.sirekap.kpps_phone import (
    NUMBERS,
    PASSWORD,
    WAIT_S,
    Phone,
    Stack,
    activate,
    bearer,
    jpeg_head,
    login,
    photo,
    ready_phone,
    register,
    registration,
    running_stack,
    tps_code,
)

PART = photo("bagian", 3_000)


def code_of(answer: requests.Response) -> str:
    """The error code of a refusal, which always has a message too."""
    error = answer.json()
    assert error["title"] and error["detail"] and answer.headers["content-type"] == "application/problem+json"
    return str(error["code"])


def public(stack: Stack, path: str) -> requests.Response:
    return requests.get(f"{stack.url}/public/v1/{path}", timeout=WAIT_S)


def test_registering_the_same_again_changes_nothing(stack: Stack) -> None:
    phone = ready_phone(stack, 1)
    answer = requests.post(
        f"{stack.url}/v1/admin/register",
        json=registration(60),
        headers=bearer(stack.admin_token),
        timeout=WAIT_S,
    )
    assert answer.json() == {"tps": 60, "accounts": 120}
    assert login(stack, f"{phone.tps}-1").status_code == 200


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("tps", {"code": "17"}),
        ("tps", {"kecamatan": "999999"}),
        ("tps", {"dpt_l": -1}),
        ("tps", {"dpt_l": "100"}),
        ("accounts", {"tps": "1708042001999"}),
        ("accounts", {"operator": 0}),
        ("regions", {"level": "negara"}),
    ],
)
def test_registration_that_makes_no_sense_is_refused_whole(
    stack: Stack, part: str, change: dict[str, object]
) -> None:
    body = registration(60)
    body[part][-1].update(change)
    answer = requests.post(
        f"{stack.url}/v1/admin/register", json=body, headers=bearer(stack.admin_token), timeout=WAIT_S
    )
    assert answer.status_code == 422, answer.text


def test_activation(stack: Stack) -> None:
    account = f"{tps_code(2)}-1"
    assert login(stack, account).status_code == 403
    assert activate(stack, account, activation_code="salah").status_code == 403
    assert activate(stack, "tidak-ada").status_code == 403, "told as a wrong code is"
    assert activate(stack, account, password="pendek").status_code == 422
    first = activate(stack, account)
    assert first.status_code == 200
    again = activate(stack, account)
    assert (again.status_code, again.json()) == (200, first.json())
    assert activate(stack, account, password="kata-sandi-lain").status_code == 409


def test_login(stack: Stack) -> None:
    phone = ready_phone(stack, 3)
    assert login(stack, f"{phone.tps}-1", "salah-sekali").status_code == 401
    assert login(stack, "tidak-ada").status_code == 401
    body = login(stack, f"{phone.tps}-1", PASSWORD).json()
    assert body["tps"] == phone.tps
    assert {"token", "expires_at"} <= body.keys()


@pytest.mark.parametrize("body", ["", "{", "[]", '{"account": 1}', '{"account": "a\\u0000b"}', "[" * 30_000])
def test_a_body_that_is_not_what_it_should_be_is_a_422(stack: Stack, body: str) -> None:
    answer = requests.post(f"{stack.url}/v1/login", data=body, timeout=WAIT_S)
    assert answer.status_code == 422
    assert code_of(answer)


def test_tps_identity(stack: Stack) -> None:
    phone = ready_phone(stack, 4)
    body = phone.get(f"/v1/tps/{phone.tps}").json()
    assert (body["tps"], body["number"], body["dpt_l"], body["dpt_p"]) == (phone.tps, 4, 100, 101)
    assert (body["kab_kota"], body["provinsi"]) == ("17.08", "17")


def test_the_story_of_one_tps(stack: Stack) -> None:
    phone = ready_phone(stack, 5)
    assert phone.post("forms/ppwp/confirm", "confirm-5-a", {"sesuai": True}).status_code == 409
    before = public(stack, "region/17.08").json()
    receipts = {}
    for page in (2, 1, 3):
        answer = phone.submit(page, f"kunci-5-{page}")
        assert answer.status_code == 201, answer.text
        body = answer.json()
        expected = {
            "tps": phone.tps,
            "form": "ppwp",
            "page": page,
            "revision": 1,
            "sha256": hashlib.sha256(photo(f"{phone.tps} {page}")).hexdigest(),
            "replay": False,
        }
        assert {name: body[name] for name in expected} == expected
        receipts[page] = body["receipt"]
    status = phone.get(f"/v1/tps/{phone.tps}/status").json()["forms"]["ppwp"]
    assert {p: s["receipt"] for p, s in status["pages"].items()} == {str(p): r for p, r in receipts.items()}
    assert not status["confirmed"]

    correction = {"numbers": {"suara_1": 51}, "reason": "angka 50 salah baca"}
    corrected = phone.post("forms/ppwp/pages/2/correct", "koreksi-5", correction)
    assert (corrected.status_code, corrected.json()["revision"]) == (201, 2)
    again = phone.post("forms/ppwp/pages/2/correct", "koreksi-5", correction)
    assert (again.status_code, again.json()["receipt"]) == (200, corrected.json()["receipt"])

    confirmed = phone.post("forms/ppwp/confirm", "confirm-5-b", {"sesuai": True})
    assert confirmed.status_code == 200
    repeated = phone.post("forms/ppwp/confirm", "confirm-5-b", {"sesuai": True})
    assert repeated.json()["receipt"] == confirmed.json()["receipt"]
    assert phone.get(f"/v1/tps/{phone.tps}/status").json()["forms"]["ppwp"]["confirmed"]

    time.sleep(3.0)  # the stated staleness
    after = public(stack, "region/17.08").json()
    assert after["tps_in"] - before["tps_in"] == 1
    assert after["pages_in"] - before["pages_in"] == 3
    assert after["votes"]["1"] - before["votes"]["1"] == 51, "each TPS counts once, by its current revision"
    assert after["as_of"] > before["as_of"]
    assert public(stack, "national").json()["votes"] == after["votes"]
    page = public(stack, f"tps/{phone.tps}").json()
    assert page["pages"]["2"]["numbers"] == {**NUMBERS[2], "suara_1": 51}
    assert page["confirmed"]
    shown = requests.get(stack.url + page["pages"]["1"]["photo"], timeout=WAIT_S)
    assert shown.headers["content-type"] == "image/jpeg"
    assert hashlib.sha256(shown.content).hexdigest() == page["pages"]["1"]["sha256"]

    rows = [row for row in stack.audit() if row["tps"] == phone.tps]
    assert [(row["page"], row["revision"], row["current"]) for row in rows] == [
        (2, 1, False),
        (1, 1, True),
        (3, 1, True),
        (2, 2, True),
    ]
    assert rows[0]["numbers"] == NUMBERS[2], "a correction leaves what was there before as it was"
    assert rows[3]["photo_bytes"] == 40_000
    assert {row["account"] for row in rows} == {f"{phone.tps}-1"}


@pytest.mark.parametrize(
    ("page", "numbers"),
    [
        (2, {"suara_1": 1, "suara_2": 2}),
        (2, {**NUMBERS[2], "suara_4": 1}),
        (2, {**NUMBERS[2], "suara_1": -1}),
        (2, {**NUMBERS[2], "suara_1": 10_000}),
        (2, {**NUMBERS[2], "suara_1": "50"}),
        (2, {**NUMBERS[2], "suara_1": True}),
        (2, {**NUMBERS[2], "suara_1": 5.5}),
        (2, [1, 2, 3]),
        (3, NUMBERS[2]),
    ],
)
def test_wrong_numbers_are_refused_and_nothing_is_stored(stack: Stack, page: int, numbers: object) -> None:
    phone = shared_phone(stack)
    answer = phone.submit(page, "kunci-angka-salah", numbers=numbers)
    assert (answer.status_code, code_of(answer)) == (422, "wrong_numbers")
    assert (
        phone.get(f"/v1/tps/{phone.tps}/status").json()["forms"]["ppwp"]["pages"]["2"]["state"] == "missing"
    )


@pytest.mark.parametrize(
    ("jpeg", "code"),
    [
        (photo("utuh")[:-2000], "photo_incomplete"),
        (b"", "photo_not_jpeg"),
        (b"\x89PNG\r\n" + b"0" * 5000, "photo_not_jpeg"),
        (b"\xff\xd8\xff\xe0" + b"0" * 5000 + b"\xff\xd9", "photo_not_jpeg"),
        (jpeg_head(65_535, 65_535) + b"0" * 500 + b"\xff\xd9", "photo_too_large"),
        (photo("utuh", 700_000)[:-2000], "photo_incomplete"),
    ],
)
def test_a_photo_that_is_not_whole_is_refused(stack: Stack, jpeg: bytes, code: str) -> None:
    answer = shared_phone(stack).submit(2, "kunci-foto-salah", jpeg=jpeg)
    assert (answer.status_code, code_of(answer)) == (422, code)
    assert not list((stack.dir / "photos" / "tmp").iterdir()), "a refused photo leaves nothing behind"
    digest = hashlib.sha256(jpeg).hexdigest()
    assert not (stack.dir / "photos" / digest[:2] / f"{digest}.jpg").exists()
    assert not [row for row in stack.audit() if row["key"] == "kunci-foto-salah"]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"X-Photo-SHA256": "0" * 64}, 422, "digest_differs"),
        ({"X-Photo-SHA256": "abc"}, 422, "wrong_digest"),
        ({"Idempotency-Key": ""}, 422, "wrong_key"),
        ({"X-Captured-At": "kemarin"}, 422, "wrong_time"),
        ({"X-Captured-At": "2024-02-14T19:05:00"}, 422, "wrong_time"),
        ({"X-Captured-At": "0001-01-01T00:00:00+14:00"}, 422, "wrong_time"),
        ({"X-Captured-At": "9999-12-31T23:59:59-11:00"}, 422, "wrong_time"),
        ({"Content-Type": "image/jpeg"}, 422, "wrong_multipart"),
        ({"Content-Type": "multipart/form-data; boundary=lain"}, 422, "wrong_multipart"),
    ],
)
def test_wrong_headers_of_an_upload(stack: Stack, headers: dict[str, str], status: int, code: str) -> None:
    answer = shared_phone(stack).submit(2, "kunci-kepala-salah", headers=headers)
    assert (answer.status_code, code_of(answer)) == (status, code)


@pytest.mark.parametrize(
    "fields",
    [
        [("photo", PART), ("photo", PART)],
        [("numbers", b"{}")],
        [("numbers", b"{}"), ("numbers", b"{}"), ("photo", PART)],
        [("numbers", b"{}"), ("lain", b"x"), ("photo", PART)],
        [],
    ],
)
def test_fields_missing_or_twice_are_refused(stack: Stack, fields: list[tuple[str, bytes]]) -> None:
    phone = shared_phone(stack)
    body = b"".join(
        f'--batas\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + content + b"\r\n"
        for name, content in fields
    )
    answer = phone.http.post(
        f"{stack.url}/v1/tps/{phone.tps}/forms/ppwp/pages/2",
        data=body + b"--batas--\r\n",
        headers={
            **bearer(phone.token),
            "Idempotency-Key": "kunci-bidang",
            "X-Photo-SHA256": hashlib.sha256(PART).hexdigest(),
            "Content-Type": "multipart/form-data; boundary=batas",
        },
        timeout=WAIT_S,
    )
    assert (answer.status_code, code_of(answer)) == (422, "wrong_multipart")


def test_a_body_that_does_not_say_how_large_it_is_streams(stack: Stack) -> None:
    phone, jpeg = ready_phone(stack, 9), photo("mengalir", 600_000)
    fields = {"numbers": (None, json.dumps(NUMBERS[2])), "photo": ("p.jpg", jpeg)}
    url = f"{stack.url}/v1/tps/{phone.tps}/forms/ppwp/pages/2"
    whole = requests.Request("POST", url, files=fields).prepare()
    assert isinstance(whole.body, bytes)
    headers = {
        **bearer(phone.token),
        "Idempotency-Key": "kunci-mengalir",
        "X-Photo-SHA256": hashlib.sha256(jpeg).hexdigest(),
        "Content-Type": whole.headers["Content-Type"],
    }
    pieces = (whole.body[at : at + 7_000] for at in range(0, len(whole.body), 7_000))
    answer = phone.http.post(url, data=pieces, headers=headers, timeout=WAIT_S)
    assert answer.status_code == 201, answer.text
    assert public(stack, f"photos/{answer.json()['sha256']}.jpg").content == jpeg


def test_a_phone_with_a_wrong_clock_loses_nothing(stack: Stack) -> None:
    phone = ready_phone(stack, 10)
    told = {
        1: {"X-Captured-At": "2099-01-01T00:00:00+07:00"},
        2: {"X-Captured-At": "1970-01-01T00:00:07+07:00", "X-Phone-Time": "1970-01-01T00:01:07+07:00"},
        3: {"X-Captured-At": (datetime.now(UTC) - timedelta(hours=5)).isoformat()},
    }
    for page, headers in told.items():
        assert phone.submit(page, f"kunci-10-{page}", headers=headers).status_code == 201
    correction = {"numbers": {"suara_1": 51}, "reason": "salah baca"}
    assert phone.post("forms/ppwp/pages/2/correct", "koreksi-10", correction).status_code == 201
    rows = [row for row in stack.audit() if row["tps"] == phone.tps]
    assert [(row["page"], row["clock_suspect"], row["delayed"]) for row in rows] == [
        (1, True, False),
        (2, True, False),
        (3, False, True),
        (2, True, False),
    ]
    assert rows[1]["skew_ms"] == rows[3]["skew_ms"] < 0
    assert rows[0]["skew_ms"] is None


def test_a_photo_that_is_too_large_is_a_413(stack: Stack) -> None:
    for size_bytes in (8_100_000, 8_000_001):
        answer = shared_phone(stack).submit(2, "kunci-besar", jpeg=photo("besar", size_bytes))
        assert (answer.status_code, code_of(answer)) == (413, "too_large")
    assert not list((stack.dir / "photos" / "tmp").iterdir())


def test_a_head_without_end_is_refused(stack: Stack) -> None:
    host, port = stack.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=WAIT_S) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Panjang: " + b"a" * 60_000)
        time.sleep(0.1)
        connection.sendall(b"a" * 60_000)
        answer = connection.recv(4096)
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "too_large"


def test_nobody_is_sent_to_a_host_that_the_request_names(stack: Stack) -> None:
    answer = requests.get(
        f"{stack.url}/activate/", headers={"Host": "lain.example"}, timeout=WAIT_S, allow_redirects=False
    )
    assert (answer.status_code, code_of(answer)) == (404, "no_such_endpoint")


def test_unknown_places(stack: Stack) -> None:
    phone = shared_phone(stack)
    base = f"{stack.url}/v1/tps/{phone.tps}/forms"
    for path in ("ppwp/pages/4", "ppwp/pages/0", "ppwp/pages/x", "pdpr/pages/1"):
        assert (
            phone.http.post(f"{base}/{path}", headers=bearer(phone.token), timeout=WAIT_S).status_code == 404
        )
    photos = ("0" * 64 + ".jpg", "..%2f..%2fsecrets.json", "x.jpg")
    for path in (
        "region/99",
        "region/'; DROP TABLE tps; --",
        "tps/1708042001999",
        *(f"photos/{n}" for n in photos),
    ):
        answer = public(stack, path)
        assert answer.status_code == 404, path
        assert code_of(answer)
    assert requests.get(f"{stack.url}/.well-known/gladi-consent", timeout=WAIT_S).status_code == 404


def test_characters_that_cannot_be_stored_are_refused(stack: Stack) -> None:
    for path in ("region/%00", "tps/%00", "region/%ff%fe"):
        assert public(stack, path).status_code in (404, 422), path
    half_a_pair = (
        '{"account": "\\ud800", "password": "rahasia-1", "device": "d", "activation_code": "\\ud800"}'
    )
    for path in ("login", "activate"):
        answer = requests.post(f"{stack.url}/v1/{path}", data=half_a_pair, timeout=WAIT_S)
        assert (answer.status_code, code_of(answer)) == (422, "impossible_value"), answer.text


def test_a_connection_that_breaks_off_in_the_photo_stores_nothing(stack: Stack) -> None:
    phone = ready_phone(stack, 7)
    whole = photo("putus")
    host = stack.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=WAIT_S)
    connection.putrequest("POST", f"/v1/tps/{phone.tps}/forms/ppwp/pages/2")
    for name, value in {
        **bearer(phone.token),
        "Idempotency-Key": "kunci-putus",
        "X-Photo-SHA256": hashlib.sha256(whole).hexdigest(),
        "Content-Type": "multipart/form-data; boundary=batas",
        "Content-Length": str(len(whole) + 500),
    }.items():
        connection.putheader(name, value)
    connection.endheaders()
    connection.send(
        b'--batas\r\nContent-Disposition: form-data; name="numbers"\r\n\r\n'
        + json.dumps(NUMBERS[2]).encode()
        + b'\r\n--batas\r\nContent-Disposition: form-data; name="photo"; filename="p.jpg"\r\n\r\n'
        + whole[:20_000]
    )
    time.sleep(0.1)
    assert connection.sock is not None
    connection.sock.shutdown(socket.SHUT_RDWR)
    connection.close()
    assert phone.submit(2, "kunci-putus", jpeg=whole).status_code == 201
    assert not list((stack.dir / "photos" / "tmp").iterdir())


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of one worker that waits for little."""
    directory = tmp_path_factory.mktemp("impatient")
    environ = {"SIREKAP_UPLOAD_STALL_S": "0.3", "SIREKAP_HASH_WAIT_LIMIT_S": "0.2"}
    with running_stack(directory, "--api-workers", "1", environ=environ) as running:
        register(running, 1)
        yield running


def test_a_body_that_stalls_is_ended(impatient: Stack) -> None:
    phone = ready_phone(impatient, 1)
    connection = http.client.HTTPConnection(impatient.url.removeprefix("http://"), timeout=WAIT_S)
    connection.putrequest("POST", f"/v1/tps/{phone.tps}/forms/ppwp/pages/2")
    for name, value in {
        **bearer(phone.token),
        "Idempotency-Key": "kunci-macet",
        "X-Photo-SHA256": "0" * 64,
        "Content-Type": "multipart/form-data; boundary=batas",
        "Content-Length": "100000",
    }.items():
        connection.putheader(name, value)
    connection.endheaders(b"--batas\r\n")
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["code"]) == (408, "too_slow")
    connection.close()


def test_a_login_storm_is_shed_with_503_and_jitter(impatient: Stack) -> None:
    ready_phone(impatient, 1)
    with ThreadPoolExecutor(40) as threads:
        answers = list(threads.map(lambda _: login(impatient, f"{tps_code(1)}-1"), range(120)))
    shed = [answer for answer in answers if answer.status_code == 503]
    assert {answer.status_code for answer in answers} == {200, 503}
    assert {code_of(answer) for answer in shed} == {"overloaded"}
    assert len({answer.headers["Retry-After"] for answer in shed}) > 1, "they must not all return at once"
    admitted = [answer.elapsed.total_seconds() for answer in answers if answer.status_code == 200]
    assert statistics.median(admitted) < 2.0


def test_audit_pages_through_everything_and_refuses_nonsense(stack: Stack) -> None:
    for query in ("after=x", "limit=0", "limit=5000", "after=-1"):
        answer = requests.get(
            f"{stack.url}/v1/audit/pages?{query}", headers=bearer(stack.audit_token), timeout=WAIT_S
        )
        assert answer.status_code == 422, query


def test_health(stack: Stack) -> None:
    assert requests.get(f"{stack.url}/healthz", timeout=WAIT_S).json()["status"] == "ok"
    assert requests.get(f"{stack.url}/readyz", timeout=WAIT_S).json()["status"] == "ready"


def test_logs_are_json_lines_without_secrets(stack: Stack) -> None:
    phone = ready_phone(stack, 8)
    lines = []
    for log in (stack.dir / "logs").glob("api-*.log"):
        text = log.read_text()
        lines += [json.loads(line) for line in text.splitlines()]
        for secret in (PASSWORD, phone.token, "kode-", stack.admin_token, stack.audit_token):
            assert secret not in text
    assert {"at", "level", "worker", "log", "message"} <= lines[0].keys()
    assert any(line.get("path") == "/v1/login" for line in lines)


def test_secrets_are_for_the_owner_only(stack: Stack) -> None:
    assert stat.S_IMODE((stack.dir / "secrets.json").stat().st_mode) == 0o600


PHONES: dict[str, Phone] = {}


def shared_phone(stack: Stack) -> Phone:
    """A phone for requests that are all refused."""
    if stack.url not in PHONES:
        PHONES[stack.url] = ready_phone(stack, 6)
    return PHONES[stack.url]
