"""Photos in pieces: whatever breaks, the phone goes on from what is here, and the receipt is the same."""

import base64
import hashlib
import http.client
import json
import os
import signal
import time
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.sirekap.kpps_phone import NUMBERS, WAIT_S, Phone, Stack, bearer, photo, ready_phone

PIECES = {"Content-Type": "application/offset+octet-stream", "Tus-Resumable": "1.0.0"}


@dataclass
class Tus:
    """A phone that speaks tus."""

    phone: Phone

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> requests.Response:
        """One request; header names have underscores here."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.phone.http.request(
            method,
            self.phone.stack.url + path,
            data=body,
            headers={**bearer(self.phone.token), "Tus-Resumable": "1.0.0", **named},
            timeout=WAIT_S,
        )

    def create(self, jpeg: bytes, key: str, page: int = 2, **changes: Any) -> requests.Response:
        """Announce a photo; `changes` replace metadata or headers."""
        told = {
            "sha256": hashlib.sha256(jpeg).hexdigest(),
            "numbers": json.dumps(NUMBERS[page]),
            "captured_at": "2024-02-14T19:05:00+07:00",
        }
        told |= {name: changes.pop(name) for name in tuple(changes) if name in told}
        headers = {
            "Idempotency_Key": key,
            "Upload_Length": str(len(jpeg)),
            "Upload_Metadata": ",".join(
                f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items()
            ),
            **changes,
        }
        return self.ask("POST", f"/v1/tps/{self.phone.tps}/forms/ppwp/pages/{page}/uploads", **headers)

    def patch(self, place: str, offset: int, piece: bytes, **headers: str) -> requests.Response:
        """Send a piece."""
        named = {"Content_Type": PIECES["Content-Type"], "Upload_Offset": str(offset), **headers}
        return self.ask("PATCH", place, piece, **named)

    def offset(self, place: str) -> int:
        """How much is there."""
        answer = self.ask("HEAD", place)
        assert answer.status_code == 200, answer.status_code
        return int(answer.headers["Upload-Offset"])


def tus(stack: Stack, number: int) -> Tus:
    return Tus(ready_phone(stack, number))


def left_behind(stack: Stack) -> list[str]:
    """Files of photos that are on their way."""
    folders = (stack.dir / "photos" / "tmp", stack.dir / "photos" / "partial")
    return [path.name for folder in folders for path in folder.iterdir()]


def test_a_photo_in_pieces_gets_the_receipt_of_a_direct_upload(stack: Stack) -> None:
    phone, jpeg = tus(stack, 51), photo("bagian", 100_000)
    begun = phone.create(jpeg, "kunci-51")
    assert (begun.status_code, begun.headers["Upload-Offset"]) == (201, "0"), begun.text
    place = begun.headers["Location"]
    for at in range(0, 90_000, 30_000):
        answer = phone.patch(place, at, jpeg[at : at + 30_000])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(at + 30_000))
        assert "X-Receipt" not in answer.headers
    assert phone.create(jpeg, "kunci-51").headers["Location"] == place, "the key finds it again"
    last = phone.patch(place, 90_000, jpeg[90_000:])
    assert last.status_code == 204
    receipt = last.headers["X-Receipt"]
    direct = phone.phone.submit(2, "kunci-51", jpeg=jpeg)
    assert (direct.status_code, direct.json()["receipt"]) == (200, receipt)
    again = phone.create(jpeg, "kunci-51")
    assert (again.status_code, again.json()["receipt"], again.json()["replay"]) == (200, receipt, True)
    look = phone.ask("HEAD", place)
    assert (look.headers["Upload-Offset"], look.headers["X-Receipt"]) == ("100000", receipt)
    assert phone.patch(place, 100_000, b"").headers["X-Receipt"] == receipt, "an answer that was lost"
    shown = requests.get(f"{stack.url}/public/v1/photos/{direct.json()['sha256']}.jpg", timeout=WAIT_S)
    assert shown.content == jpeg
    assert phone.ask("DELETE", place).status_code == 204
    assert [row["receipt"] for row in stack.audit() if row["tps"] == phone.phone.tps] == [receipt]
    assert not left_behind(stack)


def test_pieces_that_do_not_fit_are_refused_and_change_nothing(stack: Stack) -> None:
    phone, jpeg = tus(stack, 52), photo("tidak pas", 50_000)
    place = phone.create(jpeg, "kunci-52").headers["Location"]
    assert phone.patch(place, 0, jpeg[:20_000]).status_code == 204
    behind = phone.patch(place, 10_000, jpeg[10_000:20_000])
    assert (behind.status_code, behind.json()["code"], behind.json()["offset"]) == (
        409,
        "offset_differs",
        20_000,
    )
    wrong = base64.b64encode(hashlib.sha256(b"lain").digest()).decode()
    assert phone.patch(place, 20_000, jpeg[20_000:], Upload_Checksum=f"sha256 {wrong}").status_code == 460
    assert phone.patch(place, 20_000, b"x" * 40_000).status_code == 413
    assert phone.patch(place, 20_000, b"x", Content_Type="image/jpeg").status_code == 415
    assert phone.patch(place, 20_000, b"x", Upload_Checksum="md5 AAAA").status_code == 400
    assert phone.patch(place, 20_000, b"x", Tus_Resumable="0.2.2").status_code == 412
    assert phone.offset(place) == 20_000
    right = base64.b64encode(hashlib.sha256(jpeg[20_000:]).digest()).decode()
    last = phone.patch(place, 20_000, jpeg[20_000:], Upload_Checksum=f"sha256 {right}")
    assert (last.status_code, "X-Receipt" in last.headers) == (204, True)


def test_another_tps_sees_nothing_of_it(stack: Stack) -> None:
    mine, other, jpeg = tus(stack, 53), tus(stack, 54), photo("milik", 50_000)
    place = mine.create(jpeg, "kunci-53").headers["Location"]
    for method in ("HEAD", "DELETE"):
        assert other.ask(method, place).status_code == 404
    assert other.patch(place, 0, jpeg).status_code == 404
    assert other.create(jpeg, "kunci-53").status_code == 422, "a key belongs to one upload"
    assert mine.ask("DELETE", place).status_code == 204
    assert mine.ask("HEAD", place).status_code == 404


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"Upload_Length": "0"}, 422, "wrong_length"),
        ({"Upload_Length": "-5"}, 422, "wrong_length"),
        ({"Upload_Length": "9000000"}, 413, "too_large"),
        ({"sha256": "abc"}, 422, "wrong_digest"),
        ({"numbers": '{"suara_1": -1}'}, 422, "wrong_numbers"),
        ({"captured_at": "kemarin"}, 422, "wrong_time"),
        ({"Upload_Metadata": "sha256 ???"}, 422, "wrong_metadata"),
        ({"Idempotency_Key": ""}, 422, "wrong_key"),
    ],
)
def test_an_announcement_that_makes_no_sense_is_refused(
    stack: Stack, changes: dict[str, str], status: int, code: str
) -> None:
    answer = tus(stack, 55).create(photo("pengumuman"), "kunci-55", **changes)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def test_a_photo_that_turns_out_unfit_is_forgotten_whole(stack: Stack) -> None:
    phone, jpeg = tus(stack, 56), b"GIF89a" + photo("bukan", 30_000)
    place = phone.create(jpeg, "kunci-56").headers["Location"]
    answer = phone.patch(place, 0, jpeg)
    assert (answer.status_code, answer.json()["code"]) == (422, "photo_not_jpeg")
    assert phone.ask("HEAD", place).status_code == 404
    assert phone.create(photo("ini"), "kunci-56").status_code == 201, "the key is free for the right photo"
    assert not [row for row in stack.audit() if row["tps"] == phone.phone.tps]


def test_what_came_before_a_link_broke_and_a_worker_died_is_still_there(stack: Stack) -> None:
    phone, jpeg = tus(stack, 57), photo("putus", 200_000)
    place = phone.create(jpeg, "kunci-57").headers["Location"]
    host = stack.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=WAIT_S)
    connection.putrequest("PATCH", place)
    for name, value in {
        **bearer(phone.phone.token),
        **PIECES,
        "Upload-Offset": "0",
        "Content-Length": "200000",
    }.items():
        connection.putheader(name, value)
    connection.endheaders(jpeg[:70_000])
    time.sleep(0.2)
    connection.close()
    deadline_s = time.monotonic() + WAIT_S
    while phone.offset(place) == 0 and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert phone.offset(place) == 70_000
    for component in ("api-1", "api-2"):
        os.kill(stack.pid(component), signal.SIGKILL)
        stack.start(component)
    phone = Tus(Phone(stack, phone.phone.tps, phone.phone.token))
    assert phone.offset(place) == 70_000
    assert "X-Receipt" in phone.patch(place, 70_000, jpeg[70_000:]).headers
    assert not left_behind(stack)


def test_the_receipt_of_another_page_under_its_key_is_not_its_own(stack: Stack) -> None:
    phone, neighbour, jpeg = tus(stack, 41), ready_phone(stack, 42), photo("kunci bersama")
    place = phone.create(jpeg, "kunci-41").headers["Location"]
    assert neighbour.submit(2, "kunci-41").status_code == 201
    seen = phone.ask("HEAD", place)
    assert (seen.headers["Upload-Offset"], seen.headers.get("X-Receipt")) == ("0", None)
    answer = phone.patch(place, 0, jpeg)
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert [row["page"] for row in stack.audit() if row["tps"] == phone.phone.tps] == []
    assert left_behind(stack) == [], "what will never be a page is not kept"


def test_discovery(stack: Stack) -> None:
    answer = requests.options(f"{stack.url}/v1/uploads/x", timeout=WAIT_S)
    assert answer.status_code == 204
    assert answer.headers["Tus-Extension"].split(",") == ["creation", "checksum", "expiration", "termination"]
