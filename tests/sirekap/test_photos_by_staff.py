"""Photos that staff bring in: pages that no KPPS could send, and photos in place of unreadable ones."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.sirekap.kpps_phone import NUMBERS, WAIT_S, Phone, Stack, bearer, photo, running_stack
from tests.sirekap.offices import CHEAP_HASH, NEIGHBOUR_TPS, OWN_TPS, register_country, session

WHY = "foto buram, diganti dari foto cadangan KPPS"


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("photos"), environ=CHEAP_HASH) as running:
        register_country(running)
        yield running


def bring(
    stack: Stack,
    who: str,
    what: str,
    key: str,
    *,
    tps: str = OWN_TPS,
    page: int = 2,
    jpeg: bytes = b"",
    numbers: Any = None,
    reason: str | None = WHY,
) -> requests.Response:
    """One photo, as `backup` or in place of another (`photo`)."""
    body = jpeg or photo(f"{tps} {key}")
    fields: dict[str, Any] = {"photo": ("page.jpg", body, "image/jpeg")}
    if numbers is not None:
        fields["numbers"] = (None, json.dumps(numbers), "application/json")
    if reason is not None:
        fields["reason"] = (None, reason)
    return requests.post(
        f"{stack.url}/v1/tps/{tps}/forms/ppwp/pages/{page}/{what}",
        headers={
            **bearer(session(stack, who)),
            "Idempotency-Key": key,
            "X-Photo-SHA256": hashlib.sha256(body).hexdigest(),
        },
        files=fields,
        timeout=WAIT_S,
    )


def stored(stack: Stack, tps: str, page: int) -> list[dict[str, Any]]:
    return [row for row in stack.audit() if (row["tps"], row["page"]) == (tps, page)]


def test_a_plain_photo_goes_up_the_ladder_once(offices: Stack) -> None:
    first = bring(offices, "pps", "backup", "tangga-1", numbers=NUMBERS[2])
    assert first.status_code == 201 and first.json()["revision"] == 1, first.text
    again = bring(offices, "pps", "backup", "tangga-1", numbers=NUMBERS[2])
    assert (again.status_code, again.json()["receipt"]) == (200, first.json()["receipt"])
    later = bring(offices, "ppk", "backup", "tangga-2", numbers=NUMBERS[2])
    assert (later.status_code, later.json()["code"]) == (409, "page_exists")
    kpps = Phone(offices, OWN_TPS, session(offices, f"{OWN_TPS}-1"))
    assert kpps.submit(2, "tangga-3").json()["code"] == "page_exists"
    (row,) = stored(offices, OWN_TPS, 2)
    assert (row["account"], row["operator"], row["numbers"]) == ("pps", 0, NUMBERS[2])


def test_a_photo_is_replaced_on_top_and_its_numbers_stay(offices: Stack) -> None:
    kpps = Phone(offices, OWN_TPS, session(offices, f"{OWN_TPS}-1"))
    assert kpps.submit(3, "ganti-0").status_code == 201
    clear = photo("terbaca")
    first = bring(offices, "kab", "photo", "ganti-1", page=3, jpeg=clear)
    assert first.status_code == 201 and first.json()["revision"] == 2, first.text
    again = bring(offices, "kab", "photo", "ganti-1", page=3, jpeg=clear)
    assert (again.status_code, again.json()["receipt"]) == (200, first.json()["receipt"])
    another = bring(offices, "kab", "photo", "ganti-1", page=3, jpeg=photo("lain"))
    assert (another.status_code, another.json()["code"]) == (422, "key_reused")
    changed = bring(offices, "ppk", "photo", "ganti-2", page=3, jpeg=clear, numbers={"suara_tidak_sah": 2})
    assert changed.status_code == 201, changed.text
    before, replaced, corrected = stored(offices, OWN_TPS, 3)
    assert replaced["sha256"] == hashlib.sha256(clear).hexdigest() != before["sha256"]
    assert (before["numbers"], replaced["numbers"]) == (NUMBERS[3], NUMBERS[3])
    assert corrected["numbers"] == {**NUMBERS[3], "suara_tidak_sah": 2}
    seen = requests.get(f"{offices.url}/public/v1/photos/{replaced['sha256']}.jpg", timeout=WAIT_S)
    assert seen.content == clear
    told = kpps.get(f"/v1/tps/{OWN_TPS}/forms/ppwp/history").json()["revisions"]
    assert [one["reason"] for one in told if one["page"] == 3] == [None, WHY, WHY]


def test_what_is_brought_in_wrongly_leaves_nothing(offices: Stack) -> None:
    tps, before = NEIGHBOUR_TPS, len(offices.audit())
    whole = photo("utuh")
    wrong = {
        "page_missing": bring(offices, "pps", "photo", "salah-1", tps=tps),
        "wrong_field": bring(offices, "pps", "backup", "salah-2", tps=tps, numbers=NUMBERS[2], reason="  "),
        "wrong_multipart": bring(offices, "pps", "backup", "salah-3", tps=tps, reason=None),
        "wrong_numbers": bring(offices, "pps", "backup", "salah-4", tps=tps, numbers={"suara_1": 1}),
        "photo_incomplete": bring(
            offices, "pps", "backup", "salah-5", tps=tps, numbers=NUMBERS[2], jpeg=whole[:-900]
        ),
        "not_your_region": bring(offices, "other-pps", "backup", "salah-6", tps=tps, numbers=NUMBERS[2]),
    }
    assert {code: answer.json()["code"] for code, answer in wrong.items()} == {code: code for code in wrong}
    assert len(offices.audit()) == before
