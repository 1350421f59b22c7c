"""What the public reads over HTTP: how old it may be, in KPU's layout, and as a page."""

import asyncio
import random
import re
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from sirekap.repositories.tallies import LOCK
from tests.sirekap.kpps_phone import (
    NUMBERS,
    WAIT_S,
    Phone,
    Stack,
    activate,
    initialise,
    login,
    photo,
    running_stack,
)
from tests.sirekap.public_country import Sent, country, database, insert, numbers, pages_of, register

PLACES = country(provinces=2, below=2, stations=2)
FIRST = PLACES[0].tps[0]
VILLAGE = PLACES[0].village
ACCOUNT = f"{FIRST}-1"
ADDRESS = f"{VILLAGE[:2]}/{VILLAGE[:4]}/{VILLAGE[:6]}/{VILLAGE}"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack with a country; every second TPS has its results in, the first one none."""
    directory = tmp_path_factory.mktemp("portal")
    with running_stack(directory, environ={"SIREKAP_ARGON2_MEMORY_KIB": "64"}) as stack:
        register(stack, PLACES)
        asyncio.run(_results(stack))
        yield stack


async def _results(stack: Stack) -> None:
    draw = random.Random(5)
    async with database(stack.dir) as pool:
        for form in ("ppwp", "dpr", "dpd"):
            sent = [
                Sent(place.tps[1], form, page, 1, found)
                for place in PLACES
                for page, found in pages_of(form, numbers(form, draw)).items()
            ]
            await insert(pool, sent, ACCOUNT)
    counted(stack, datetime.now(UTC))


@pytest.fixture(scope="module")
def phone(portal: Stack) -> Phone:
    assert activate(portal, ACCOUNT).status_code == 200
    token = login(portal, ACCOUNT).json()["token"]
    assert initialise(portal, token).status_code == 200
    return Phone(portal, FIRST, token)


def read(stack: Stack, path: str, **headers: str) -> requests.Response:
    return requests.get(stack.url + path, headers=headers, timeout=WAIT_S)


def counted(stack: Stack, moment: datetime) -> dict[str, Any]:
    """The nation, once everything up to `moment` is counted."""
    until_s = time.monotonic() + WAIT_S
    while time.monotonic() < until_s:
        answer = read(stack, "/public/v1/national")
        if answer.status_code == 200 and datetime.fromisoformat(answer.json()["as_of"]) > moment:
            return dict(answer.json())
        time.sleep(0.05)
    raise AssertionError(f"not counted within {WAIT_S} s")


def test_what_is_acknowledged_is_public_within_the_stated_age(portal: Stack, phone: Phone) -> None:
    before = counted(portal, datetime.now(UTC))  # another worker may still hand out the answer before that
    ages_s = []
    for page in (1, 2, 3):
        assert phone.submit(page, f"kunci-{page}").status_code == 201
        acknowledged = datetime.now(UTC)
        for _ in range(200):
            answer = read(portal, "/public/v1/national")
            body, as_of = answer.json(), datetime.fromisoformat(answer.json()["as_of"])
            ages_s.append((datetime.now(UTC) - as_of).total_seconds())
            if ages_s[-1] > float(answer.headers["x-max-staleness-s"]):  # on a machine this busy: it says so
                assert answer.headers["cache-control"] == "no-cache"
            assert answer.headers["x-as-of"] == body["as_of"]
            if body["pages_in"] == before["pages_in"] + page:
                break
            assert as_of <= acknowledged, "as_of claims what is not counted"
            time.sleep(0.02)
        else:
            raise AssertionError(f"page {page} was never counted")
    assert statistics.median(ages_s) < float(answer.headers["x-max-staleness-s"])
    after = counted(portal, acknowledged)
    assert after["tps_in"] == before["tps_in"] + 1
    assert after["votes"]["2"] == before["votes"]["2"] + NUMBERS[2]["suara_2"]


def test_a_publisher_that_is_behind_says_so(portal: Stack) -> None:
    async def story() -> None:
        async with database(portal.dir) as pool, pool.transaction(30.0) as held:
            await held.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
            stopped = datetime.now(UTC)
            await asyncio.sleep(3.6)
            answer = read(portal, "/public/v1/national")
            as_of = datetime.fromisoformat(answer.json()["as_of"])
            assert as_of <= stopped and answer.headers["cache-control"] == "no-cache"
            assert "Penghitungan sedang tertinggal" in read(portal, "/").text
        counted(portal, datetime.now(UTC))
        await asyncio.sleep(0.6)  # the other API worker may keep its answer for so long
        assert "Penghitungan sedang tertinggal" not in read(portal, "/").text

    asyncio.run(story())


def test_a_reader_who_has_it_pays_nothing(portal: Stack) -> None:
    path = f"/pemilu/hhcw/ppwp/{ADDRESS}/{PLACES[0].tps[1]}.json"
    first = read(portal, path)
    again = read(portal, path, **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    time.sleep(1.2)
    assert read(portal, path, **{"If-None-Match": first.headers["etag"]}).status_code == 304, (
        "nothing changed"
    )


def test_a_tps_in_kpus_layout(portal: Stack, phone: Phone) -> None:
    for page in (1, 2, 3):
        assert phone.submit(page, f"kunci-{page}").status_code in (200, 201)
    counted(portal, datetime.now(UTC))
    found = read(portal, f"/pemilu/hhcw/ppwp/{ADDRESS}/{FIRST}.json").json()
    assert found["chart"] == {"100025": 50, "100026": 120, "100027": 30}
    assert found["administrasi"]["pemilih_dpt_j"] == 201
    assert found["administrasi"]["pengguna_non_dpt_l"] == NUMBERS[1]["pengguna_dpk_l"]
    assert (found["administrasi"]["suara_sah"], found["administrasi"]["suara_total"]) == (200, 201)
    assert (found["status_suara"], found["status_adm"], found["psu"]) == (True, True, None)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", found["ts"])
    assert len(found["images"]) == 3
    for page, address in enumerate(found["images"], start=1):
        pairs = "/".join(FIRST[k : k + 2] for k in range(0, 10, 2))
        assert re.fullmatch(
            rf"/foto/[0-9a-f]{{4}}/pemilu/ppwp/{pairs}/{FIRST}-\d{{8}}-\d{{6}}--[0-9a-f-]{{36}}\.jpg", address
        )
        assert read(portal, address).content == photo(f"{FIRST} {page}")


def test_a_tps_with_nothing_has_empty_slots(portal: Stack) -> None:
    tps = PLACES[1].tps[0]
    village = PLACES[1].village
    found = read(
        portal, f"/pemilu/hhcw/ppwp/{village[:2]}/{village[:4]}/{village[:6]}/{village}/{tps}.json"
    ).json()
    assert found["images"] == [None, None, None]
    assert (found["chart"], found["administrasi"], found["ts"]) == (None, None, None)
    assert (found["status_suara"], found["status_adm"]) == (False, False)


def test_levels_above_agree_with_what_lies_below(portal: Stack) -> None:
    counted(portal, datetime.now(UTC))
    for kind in ("ppwp", "pdpr"):
        nation = read(portal, f"/pemilu/hhcw/{kind}.json").json()
        provinces = read(portal, f"/wilayah/pemilu/{kind}/0.json").json()
        assert [(one["kode"], one["tingkat"]) for one in provinces] == [("11", 1), ("12", 1)]
        assert nation["table"].keys() == {"11", "12"}
        below = [read(portal, f"/pemilu/hhcw/{kind}/{one['kode']}.json").json() for one in provinces]
        for key in ("total", "progres"):
            assert nation["progres"][key] == sum(one["progres"][key] for one in below)
        total = lambda value: value["jml_suara_total"] if isinstance(value, dict) else value  # noqa: E731
        for contestant, votes in nation["chart"].items():
            if contestant != "persen":
                assert total(votes) == sum(total(one["chart"][contestant]) for one in below) > 0
    villages = read(portal, f"/wilayah/pemilu/ppwp/{ADDRESS}.json").json()
    assert [(one["kode"], one["nama"], one["tingkat"]) for one in villages] == [
        (tps, f"TPS {number:03d}", 5) for number, tps in enumerate(PLACES[0].tps, start=1)
    ]


def test_candidates_of_other_contests_are_not_added(portal: Stack) -> None:
    nation = read(portal, "/public/v1/national?form=dpd").json()
    assert (nation["votes"], nation["contest"]) == ({}, None)
    assert nation["tps_in"] == len(PLACES)
    one = read(portal, "/public/v1/region/12?form=dpd").json()
    assert one["contest"] == "dpd-12" and sum(one["votes"].values()) > 0
    party = read(portal, "/pemilu/hhcw/pdpr/12.json").json()["chart"]["24"]
    assert party["jml_suara_total"] > party["jml_suara_partai"] > 0


@pytest.mark.parametrize(
    "path",
    [
        "/public/v1/national?form=presiden",
        "/public/v1/region/1101",
        "/public/v1/region/1.1.0.1",
        "/public/v1/region/0",
        "/public/v1/tps/1101012001",
        "/pemilu/hhcw/ppwp/11/1201.json",
        "/pemilu/hhcw/ppwp/0",
        "/pemilu/hhcw/presiden.json",
        "/pemilu/hhcw/ppwp/../../v1.json",
        "/wilayah/pemilu/ppwp/99.json",
        "/public/v1/photos/zz/web.jpg",
        "/foto/0000/pemilu/ppwp/11/01/01/20/01/1101012001001-20240214-190500--"
        + "0" * 8
        + "-0000-0000-0000-"
        + "0" * 12
        + ".jpg",
        "/hasil/presiden",
        "/hasil/ppwp/0",
        "/hasil/ppwp/1101/01",
        "/hasil/ppwp/9901012001001",
    ],
)
def test_what_is_not_there_is_a_404(portal: Stack, path: str) -> None:
    assert read(portal, path).status_code == 404


def test_every_place_has_a_page_that_needs_nothing_else(portal: Stack) -> None:
    paths = [
        "/",
        "/hasil/dpr",
        "/hasil/dpr/12",
        "/hasil/dpd/11",
        f"/hasil/ppwp/{VILLAGE}",
        f"/hasil/dpr/{PLACES[0].tps[1]}",
    ]
    for path in paths:
        page = read(portal, path)
        assert page.status_code == 200, path
        assert "SIMULASI" in page.text and "<script" not in page.text.lower()
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert len(page.content) < 60_000
        linked = re.findall(r'(?:href|src)="([^"]+)"', page.text)
        assert all(one.startswith(("/", "#", "data:,")) for one in linked)
        images = re.findall("<img[^>]+>", page.text)
        assert all('loading="lazy"' in one and 'alt="Foto' in one for one in images)
        assert page.text.count("<h1") == 1 and page.text.count("<table") == page.text.count("<caption")
        assert not re.search(r"<th(?![^>]*scope)[ >]", page.text), "every head says what it is the head of"
        assert "Desa <Sumber" not in page.text, "names are shown, not believed"
        for one in {one for one in linked if one.startswith("/hasil/")}:
            assert read(portal, one).status_code == 200, one
