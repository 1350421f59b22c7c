"""Photos of filled sheets through a real stack: taken in, read by the worker, checked, shown and copied."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pypdfium2
import pytest
import requests

from gladi.layouts import layout
from sirekap.database.access import connect
from sirekap.forms.fields import ELECTION
from sirekap.forms.layout import digest
from sirekap.repositories.queue import queue_health
from sirekap.settings import load_effective
from sirekap.work.housekeeping import Chore, Housekeeping
from tests.sirekap.filled_sheets import (
    FilledPage,
    again,
    contest,
    filled,
    register_contests,
    send,
    sheet_layout,
)
from tests.sirekap.kpps_phone import (
    WAIT_S,
    Phone,
    Stack,
    bearer,
    photo,
    ready_phone,
    register,
    running_stack,
    tps_code,
)
from tests.sirekap.offices import in_database, postgres_password, register_body, session

READ_WAIT_S = 60.0
STAFF = (("ppk-kepahiang", "ppk", "170804"), ("ppk-tebat-karai", "ppk", "170805"))

WHOLE, ANOTHER_PAGE, CORRECTED, KILLED, CHILD_KILLED, LEFT, OF_2024, COPIED = range(1, 9)
"""TPS by what is tried with it."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack with one worker; all seven forms are voted on."""
    directory: Path = tmp_path_factory.mktemp("stack")
    with running_stack(directory, "--workers", "1") as running:
        register(running, COPIED)
        register_contests(running)
        assert register_body(running, committees()).status_code == 200
        yield running


def committees() -> dict[str, Any]:
    """The staff of two kecamatan, of which only the first has TPS."""
    neighbour = {"code": "170805", "level": "kecamatan", "name": "Tebat Karai", "parent": "17.08"}
    staff = [
        {"account": account, "role": role, "region": region, "activation_code": f"kode-{account}"}
        for account, role, region in STAFF
    ]
    return {"regions": [neighbour], "staff": staff}


@pytest.fixture(scope="module")
def presidential() -> list[FilledPage]:
    """The three sheets of the presidential election, once."""
    return filled("ppwp", WHOLE)


def reading(phone: Phone, form: str, pages: int) -> dict[str, Any]:
    """What was read of a form once so many pages of it are read."""
    deadline_s = time.monotonic() + READ_WAIT_S
    while True:
        answer = phone.get(f"/v1/tps/{phone.tps}/forms/{form}/reading")
        assert answer.status_code == 200, answer.text
        found = dict(answer.json())
        states = [page["state"] for page in found["pages"].values()]
        if sum(state in ("done", "failed") for state in states) >= pages and "waiting" not in states:
            return found
        assert time.monotonic() < deadline_s, states
        time.sleep(0.1)


def flagged(stack: Stack, account: str, region: str) -> list[dict[str, Any]]:
    """Forms that a member of the staff is shown."""
    answer = requests.get(
        f"{stack.url}/v1/regions/{region}/flags", headers=bearer(session(stack, account)), timeout=WAIT_S
    )
    assert answer.status_code == 200, answer.text
    return list(answer.json()["flags"])


def test_all_seven_forms_are_taken_in_and_read_as_they_were_written(stack: Stack) -> None:
    phone = ready_phone(stack, WHOLE)
    sheets = {form: filled(form, WHOLE) for form in ELECTION}
    for pages in sheets.values():
        assert [send(phone, page).status_code for page in pages] == [201] * len(pages)
    read, right = 0, 0
    for form, pages in sheets.items():
        found = reading(phone, form, len(pages))
        assert (found["complete"], found["violations"]) == (True, [])
        for page in pages:
            said = found["pages"][str(page.page)]
            assert said["trouble"] is None and said["web"]["bytes"] < 250_000
            values = {field: value for field, value in said["numbers"].items() if value is not None}
            values |= {field: 0 for field, why in said["unread"].items() if why == "empty"}
            read += len(values)
            right += sum(page.numbers[field] == value for field, value in values.items())
            assert {one["field"] for one in said["disagreements"]} == {
                field for field, value in values.items() if value != page.numbers[field]
            }
    written = sum(len(page.numbers) for pages in sheets.values() for page in pages)
    assert read > 0.5 * written, "most of what careful hands wrote can be read"
    assert right > 0.9 * read, "and what the reader is sure of is nearly always so"


def test_status_says_what_waits_on_phones_what_came_and_what_was_verified(
    stack: Stack, presidential: list[FilledPage]
) -> None:
    phone = ready_phone(stack, COPIED)
    announced = [
        {"form": page.form, "page": page.page, "captured_at": "2024-02-14T19:05:00+07:00"}
        for page in presidential
    ]

    def states() -> list[str]:
        pages = phone.get(f"/v1/tps/{phone.tps}/status").json()["forms"]["ppwp"]["pages"]
        return [page["state"] for page in pages.values()]

    assert states() == ["missing"] * 3
    assert phone.post("taken", "-", {"pages": announced}).json() == {"taken": 3}
    assert states() == ["taken"] * 3
    for count, page in enumerate(presidential, 1):
        assert phone.post("forms/ppwp/confirm", "sesuai", {"sesuai": True}).status_code == 409
        assert phone.get(f"/v1/tps/{phone.tps}/copies/ppwp.pdf").status_code == 409
        assert send(phone, page).status_code == 201
        assert states() == ["uploaded"] * count + ["taken"] * (3 - count)
    assert phone.post("forms/ppwp/confirm", "sesuai", {"sesuai": True}).status_code == 200
    assert states() == ["verified"] * 3


@pytest.mark.parametrize(
    ("announced", "status"),
    [
        ({"form": "ppwp", "page": 4, "captured_at": "2024-02-14T19:05:00+07:00"}, 404),
        ({"form": "pilpres", "page": 1, "captured_at": "2024-02-14T19:05:00+07:00"}, 404),
        ({"form": "ppwp", "page": 1, "captured_at": "2024-02-14T19:05:00"}, 422),
        ({"form": "ppwp", "page": -1, "captured_at": "2024-02-14T19:05:00+07:00"}, 422),
        ("ppwp 1", 422),
    ],
)
def test_announcing_what_cannot_be_is_refused(stack: Stack, announced: Any, status: int) -> None:
    phone = ready_phone(stack, COPIED)
    assert phone.post("taken", "-", {"pages": [announced]}).status_code == status


def test_a_contest_of_which_pages_are_stored_keeps_its_sheets_but_not_its_names(stack: Stack) -> None:
    four = contest("kwk-bupati")
    four["contestants"].append({"number": 4, "name": "CALON 4A - CALON 4B", "candidates": []})
    sheets = layout("kwk-bupati", ((1, 0), (2, 0), (3, 0), (4, 0)))
    refused = register_body(stack, {"layouts": [sheets], "contests": [{**four, "layout": digest(sheets)}]})
    assert (refused.status_code, refused.json()["code"]) == (422, "not_consistent")
    renamed = {**contest("kwk-bupati"), "title": "Pemilihan Bupati"}
    assert register_body(stack, {"contests": [renamed]}).status_code == 200


def test_a_form_that_a_tps_does_not_vote_with_is_unknown(
    stack: Stack, presidential: list[FilledPage]
) -> None:
    phone = ready_phone(stack, ANOTHER_PAGE)
    unknown = FilledPage("dpa", 1, presidential[0].jpeg, {"suara_1": 1})
    assert send(phone, unknown).json()["code"] == "form_unknown"
    beyond = FilledPage("ppwp", 4, presidential[0].jpeg, {"suara_1": 1})
    assert send(phone, beyond).json()["code"] == "page_unknown"


def test_another_page_and_what_is_no_photo_are_taken_in_and_flagged_for_the_staff(
    stack: Stack, presidential: list[FilledPage]
) -> None:
    phone = ready_phone(stack, ANOTHER_PAGE)
    first, second, third = presidential
    assert send(phone, FilledPage("ppwp", 1, second.jpeg, first.numbers)).status_code == 201
    assert send(phone, FilledPage("ppwp", 2, photo("no picture"), second.numbers)).status_code == 201
    assert send(phone, FilledPage("dpd", 3, third.jpeg, numbers("dpd", 3))).status_code == 201
    assert send(phone, third).status_code == 201
    found = reading(phone, "ppwp", 3)
    assert found["pages"]["1"]["flags"] == ["wrong_page"]
    assert found["pages"]["2"]["trouble"].startswith("photo_")
    assert found["flagged_pages"][:2] == [1, 2]
    assert reading(phone, "dpd", 1)["pages"]["3"]["flags"] == ["wrong_form"]
    answer = requests.get(
        f"{stack.url}/v1/tps/1708042001999/forms/ppwp/reading",
        headers=bearer(session(stack, "ppk-kepahiang")),
        timeout=WAIT_S,
    )
    assert answer.json()["code"] == "tps_unknown"
    mine = [one["form"] for one in flagged(stack, "ppk-kepahiang", "170804") if one["tps"] == phone.tps]
    assert mine == ["dpd", "ppwp"]
    assert flagged(stack, "ppk-tebat-karai", "170805") == []


def numbers(form: str, page: int) -> dict[str, int]:
    """Numbers that a page may carry."""
    printed = next(one for one in sheet_layout(form)["pages"] if one["page"] == page)
    return {field["id"]: 0 for field in printed["fields"]}


def test_a_number_that_is_not_the_one_on_the_sheet_is_found_until_it_is_corrected(
    stack: Stack, presidential: list[FilledPage]
) -> None:
    phone = ready_phone(stack, CORRECTED)
    first, second, third = presidential
    for page in (first, third):
        assert send(phone, page).status_code == 201
    assert send(phone, second, {**second.numbers, "suara_2": 841}).status_code == 201
    found = reading(phone, "ppwp", 3)
    differing = found["pages"]["2"]["disagreements"]
    assert [(one["field"], one["sent"], one["read"]) for one in differing] == [("suara_2", 841, 141)]
    assert {one["rule"] for one in found["violations"]} == {"R7", "R11"}
    assert 2 in found["flagged_pages"]

    correction = {"numbers": {"suara_2": 141}, "reason": "Terbaca 841, pada lembar 141"}
    assert phone.post("forms/ppwp/pages/2/correct", "koreksi", correction).status_code == 201
    deadline_s = time.monotonic() + READ_WAIT_S
    while (found := reading(phone, "ppwp", 3))["violations"] and time.monotonic() < deadline_s:
        time.sleep(0.1)
    assert (found["violations"], found["pages"]["2"]["disagreements"]) == ([], [])

    history = phone.get(f"/v1/tps/{phone.tps}/forms/ppwp/history").json()
    last = history["revisions"][-1]
    assert last["changes"] == [{"field": "suara_2", "before": 841, "after": 141}]
    assert (last["who"]["role"], last["reason"]) == ("kpps", correction["reason"])


def test_a_worker_that_is_killed_loses_nothing_and_does_nothing_twice(
    stack: Stack, presidential: list[FilledPage]
) -> None:
    phone = ready_phone(stack, KILLED)
    sheets = [again(page, f"killed-{page.form}") for page in (*presidential, *filled("dpr", WHOLE))]
    assert [send(phone, page).status_code for page in sheets] == [201] * len(sheets)
    for _ in range(2):
        os.kill(stack.pid("worker-1"), signal.SIGKILL)
        stack.start("worker-1")
    for form, pages in (("ppwp", 3), ("dpr", 4)):
        found = reading(phone, form, pages)
        assert [page["state"] for page in found["pages"].values()] == ["done"] * pages
        assert found["complete"]

    async def counted(connection: Any) -> tuple[int, int, int]:
        row = await connection.fetchrow(
            "SELECT count(*), count(r.revision_id), count(DISTINCT r.revision_id) FROM page_revision p"
            " LEFT JOIN reading r ON r.revision_id = p.id WHERE p.tps = $1",
            phone.tps,
        )
        return tuple(row)

    assert in_database(stack, counted) == (len(sheets),) * 3


def test_a_reader_that_dies_over_a_photo_takes_nothing_with_it(
    stack: Stack, presidential: list[FilledPage]
) -> None:
    phone = ready_phone(stack, CHILD_KILLED)
    worker = psutil.Process(stack.pid("worker-1"))
    for page in presidential:
        assert send(phone, again(page, "child")).status_code == 201
        for child in worker.children():
            child.kill()
    assert [page["state"] for page in reading(phone, "ppwp", 3)["pages"].values()] == ["done"] * 3
    assert psutil.Process(stack.pid("worker-1")) == worker


def test_a_job_of_a_dead_worker_is_taken_again_and_one_tried_too_often_ends_as_failed(
    stack: Stack, presidential: list[FilledPage]
) -> None:
    phone = ready_phone(stack, LEFT)
    worker = psutil.Process(stack.pid("worker-1"))
    worker.suspend()
    try:
        for page in presidential:
            assert send(phone, again(page, "left")).status_code == 201

        async def leave(connection: Any) -> None:
            of_page = "revision_id = (SELECT id FROM page_revision WHERE tps = $1 AND page = $2)"
            await connection.execute(
                "UPDATE reading_job SET state = 'taken', tries = 1, taken_by = 'worker-9.1.dead',"
                f" taken_until = now() - interval '1 second' WHERE {of_page}",
                phone.tps,
                1,
            )
            await connection.execute(f"UPDATE reading_job SET tries = 4 WHERE {of_page}", phone.tps, 2)

        in_database(stack, leave)
        health = in_database(stack, queue_health)
        assert (health.waiting, health.taken) == (2, 1) and health.oldest_waiting_s > 0
    finally:
        worker.resume()
    found = reading(phone, "ppwp", 3)
    assert [page["state"] for page in found["pages"].values()] == ["done", "failed", "done"]
    assert found["pages"]["2"]["trouble"] == "reader_failed"
    assert 2 in found["flagged_pages"]
    assert in_database(stack, queue_health).failed == 1


def test_only_one_worker_tidies_up_at_a_time_and_a_chore_that_fails_does_not_keep_the_rest(
    stack: Stack,
) -> None:
    async def both() -> tuple[int, int]:
        database = await connect(
            load_effective(stack.dir / "effective-settings.json"), postgres_password(stack)
        )
        at_once, most, done = 0, 0, 0

        async def failing() -> int:
            raise ZeroDivisionError

        async def chore() -> int:
            nonlocal at_once, most, done
            at_once, done = at_once + 1, done + 1
            most = max(most, at_once)
            await asyncio.sleep(0.2)
            at_once -= 1
            return 1

        chores = (Chore("failing", failing), Chore("counting", chore))
        keepers = [Housekeeping(database, chores, 1.0) for _ in range(2)]
        await asyncio.gather(*(keeper.round(asyncio.Event()) for keeper in keepers))
        await database.close()
        return most, done

    assert asyncio.run(both()) == (1, 1)


def test_the_copy_for_witnesses_says_all_that_is_stored_and_that_it_is_a_simulation(
    stack: Stack, presidential: list[FilledPage]
) -> None:
    phone = ready_phone(stack, CORRECTED)
    reading(phone, "ppwp", 3)
    path = f"/v1/tps/{phone.tps}/copies/ppwp.pdf"
    answer = phone.get(path)
    assert answer.headers["content-type"] == "application/pdf"
    assert phone.get(path).content == answer.content
    unchanged = phone.http.get(
        stack.url + path,
        headers={**bearer(phone.token), "If-None-Match": answer.headers["etag"]},
        timeout=WAIT_S,
    )
    assert unchanged.status_code == 304
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(answer.content)]
    assert all("SIMULASI" in page for page in pages)
    whole = " ".join(" ".join(pages).split())
    receipts = [
        page["receipt"]
        for page in phone.get(f"/v1/tps/{phone.tps}/status").json()["forms"]["ppwp"]["pages"].values()
    ]
    for words in (*receipts, "CALON 2A - CALON 2B", "Pasangan 2: 841 menjadi 141", "pada lembar 141"):
        assert words in whole
    assert phone.get(f"/v1/tps/{tps_code(WHOLE)}/copies/ppwp.pdf").status_code == 403
    assert "foto lembar" in whole and "belum dibuat" not in whole


@pytest.mark.slow
def test_the_reader_of_2024_takes_a_crossed_out_box_for_a_digit(
    stack: Stack, presidential: list[FilledPage]
) -> None:
    """Runs last: the worker stays a reader of 2024."""
    effective = stack.dir / "effective-settings.json"
    effective.write_text(effective.read_text().replace('"reader_mode": "sound"', '"reader_mode": "2024"'))
    os.kill(stack.pid("worker-1"), signal.SIGTERM)
    psutil.wait_procs([psutil.Process(stack.pid("worker-1"))], timeout=WAIT_S)
    stack.start("worker-1")
    phone = ready_phone(stack, OF_2024)
    for page in presidential:
        assert send(phone, page).status_code == 201
    found = reading(phone, "ppwp", 3)
    read = {one["field"]: one["read"] for one in found["pages"]["2"]["disagreements"]}
    assert found["pages"]["2"]["mode"] == "2024"
    assert read["suara_1"] > 100 and read["suara_1"] % 100 == 52, "52 votes, the box before crossed out"
    assert 2 in found["flagged_pages"]
