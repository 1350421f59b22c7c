"""Marks, told from the record of an attempt: sheets, photos, numbers, sums, confirmations, corrections."""

import time
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from gladi.bimtek.model import Kind, Trainee
from gladi.bimtek.serving.bare import write_bare
from gladi.bimtek.serving.journal import Answered, Journal, Sent, Work
from gladi.bimtek.serving.lesson import Lesson, open_lesson
from gladi.bimtek.serving.marking import quiz
from gladi.bimtek.serving.marking.faults import faults
from gladi.bimtek.serving.marking.parts import Part, marked
from gladi.bimtek.serving.marking.work import Record, mark
from gladi.bimtek.wishes import Wishes

UPRIGHT = {"shows": ["ppwp", 1], "turned": 0, "screen": False, "light": 180, "sharp": 0.01}


@cache
def lesson() -> Lesson:
    with TemporaryDirectory() as place:
        write_bare(Wishes(out=Path(place), trainees=3))
        return open_lesson(Path(place))


def trainee(number: int = 0) -> Trainee:
    return lesson().pack.trainees[number]


def page_sent(page: int, changes: Mapping[str, int] | None = None, **more: Any) -> Sent:
    numbers = {**lesson().own_numbers(trainee().id, page), **(changes or {})}
    content = {"numbers": numbers, "sha256": f"{page}", "bytes": 1, "offline": more.pop("offline", False)}
    return Sent("page", page, f"k{page}", more.pop("status", 201), more.pop("code", ""), content, float(page))


def said(agree: bool, at: float = 10.0) -> Sent:
    return Sent("confirm", 0, f"s{at}", 200, "", {"sesuai": agree}, at)


def corrected(
    page: int, numbers: Mapping[str, int], reason: str = "angka 1 terbaca 7", at: float = 11.0
) -> Sent:
    return Sent("correct", page, f"c{at}", 200, "", {"numbers": dict(numbers), "reason": reason}, at)


def read(page: int, flags: tuple[str, ...] = (), whose: int = 0) -> dict[str, Any]:
    numbers = lesson().own_numbers(trainee(whose).id, page)
    return {
        "state": "done", "trouble": None, "flags": list(flags), "numbers": dict(numbers), "unread": {},
        "confidence": dict.fromkeys(numbers, 0.9), "sha256": f"{page}",
    }  # fmt: skip


def attempt(
    *sent: Sent,
    kind: Kind = "foto",
    pages: Mapping[int, Mapping[str, Any]] | None = None,
    looks: Mapping[int, Mapping[str, Any] | None] | None = None,
    given: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The mark out of 20, parts by id."""
    work = Work("w", trainee().id, 3, 1, "1708039000001", "t", given or {}, 0.0, 20.0, None)
    readings = {str(page): {**read(page), **((pages or {}).get(page) or {})} for page in (1, 2, 3)}
    looked = {page: {**UPRIGHT, "shows": ["ppwp", page]} for page in (1, 2, 3)} | dict(looks or {})
    found = mark(Record(lesson(), trainee(), kind, work, sent, {"pages": readings}, looked), 20)
    return {**found, "parts": {one["id"]: one for one in found["parts"]}}


ALL = (page_sent(1), page_sent(2), page_sent(3))


def test_everything_right_is_all_points_and_nothing_to_do_better() -> None:
    found = attempt(*ALL, said(True))
    assert (found["points"], found["better"], found["names"]) == (20, [], [])
    assert all(part["share"] == 1 for part in found["parts"].values())


def test_anything_wrong_is_never_all_points() -> None:
    almost = [Part("a", "A", 1000, 1.0, ("baik",)), Part("b", "B", 1, 0.9, ("hampir",))]
    assert marked(almost, 20)["points"] == 19


def test_a_wrong_page_is_named_with_the_page_that_was_photographed() -> None:
    looks = {3: {**UPRIGHT, "shows": ["ppwp", 1]}}
    found = attempt(*ALL, said(True), pages={3: {"flags": ["wrong_page"], "numbers": {}}}, looks=looks)
    assert found["parts"]["sheet"]["says"] == ("Yang diminta halaman 3, yang terpotret halaman 1.",)
    assert found["names"] == ["wrong_page"]
    assert found["parts"]["photo"]["share"] == pytest.approx(2 / 3), (
        "a photo of another page is no photo of this"
    )


def test_a_neighbours_sheet_is_told_from_ones_own_by_its_numbers() -> None:
    found = attempt(*ALL, said(True), pages={1: read(1, whose=1)})
    assert "other_sheet" in found["names"]
    assert trainee(1).id in found["parts"]["sheet"]["says"][0]


@pytest.mark.parametrize(
    ("flags", "looks", "name"),
    [
        (("blurred",), {}, "blurred"),
        (("dark",), {}, "dark"),
        (("corner_missing",), {}, "cut_off"),
        ((), {"turned": 180}, "turned"),
        ((), {"screen": True}, "screen"),
        (("no_tag",), {"shows": None, "turned": None}, "tag_unseen"),
        (("no_tag",), {"shows": None, "turned": None, "light": 30}, "dark"),
        (("no_tag",), {"shows": None, "turned": None, "sharp": 0.001}, "blurred"),
        (("wrong_form",), {"shows": ["dpd", 1]}, "wrong_form"),
    ],
)  # fmt: skip
def test_each_fault_of_a_photo_has_one_name_and_a_way_to_do_better(
    flags: tuple[str, ...], looks: Mapping[str, Any], name: str
) -> None:
    found = faults("ppwp", 1, read(1, flags), {**UPRIGHT, **looks})
    assert [one.name for one in found] == [name]
    assert found[0].better and found[0].says.endswith(".")


def test_a_photo_that_cannot_be_opened_is_broken() -> None:
    assert [one.name for one in faults("ppwp", 1, {"state": "failed"}, None)] == ["broken"]


def test_typing_and_writing_are_told_apart_by_what_the_stack_read() -> None:
    right = lesson().own_numbers(trainee().id, 2)["suara_1"]
    wrong = {"suara_1": right + 1}
    typed = attempt(page_sent(1), page_sent(2, wrong), page_sent(3), said(True))
    assert {"typing", "rule_R7", "agreed_wrongly"} <= set(typed["names"])
    assert f"di lembar {right}, Anda mengirim {right + 1}" in typed["parts"]["numbers"]["says"][0]
    sheet = {2: {"numbers": {**read(2)["numbers"], **wrong}}}
    written = attempt(page_sent(1), page_sent(2, wrong), page_sent(3), said(False), pages=sheet)
    assert "written" in written["names"] and "typing" not in written["names"]
    assert written["parts"]["confirmed"]["share"] == 1, "he said that something differs, and it does"


def test_a_correction_before_the_end_counts() -> None:
    right = lesson().own_numbers(trainee().id, 2)["suara_1"]
    found = attempt(
        page_sent(1), page_sent(2, {"suara_1": right + 1}), page_sent(3), said(False),
        corrected(2, {"suara_1": right}),
    )  # fmt: skip
    assert found["points"] == 20


def test_sending_a_page_twice_costs_and_sending_it_again_with_its_key_does_not() -> None:
    again = attempt(*ALL, page_sent(1, status=409, code="page_exists"), said(True))
    assert again["names"] == ["twice"]
    tapped = attempt(
        *ALL, page_sent(1, status=200), page_sent(2, status=422, code="photo_incomplete"), said(True)
    )
    assert tapped["points"] == 20


def test_pages_that_are_missing_are_told() -> None:
    found = attempt(page_sent(1), pages={2: {"state": "missing"}, 3: {"state": "missing"}})
    assert {"page_missing", "not_confirmed"} <= set(found["names"])
    assert 0 < found["points"] < 10


def test_what_the_stack_has_not_read_costs_nothing() -> None:
    waiting = {page: {"state": "waiting"} for page in (1, 2, 3)}
    assert attempt(*ALL, said(True), pages=waiting)["points"] == 20


def test_offline_is_marked_by_what_the_phone_says() -> None:
    offline = [page_sent(page, offline=True) for page in (1, 2, 3)]
    assert attempt(*offline, said(True), kind="luring")["points"] == 20
    assert attempt(*ALL, said(True), kind="luring")["names"] == ["not_offline"]


def given() -> dict[str, Any]:
    """As the exercise in correcting begins."""
    held = {str(page): lesson().own_numbers(trainee().id, page) for page in (1, 2, 3)}
    right = held["2"]["suara_1"]
    held["2"]["suara_1"] = right + 6
    return {"page": 2, "field": "suara_1", "right": right, "wrong": right + 6, "numbers": held}


def test_a_correction_that_is_found_disagreed_and_reasoned_is_all_points() -> None:
    start = given()
    found = attempt(said(False), corrected(2, {"suara_1": start["right"]}), kind="perbaiki", given=start)
    assert found["points"] == 20


@pytest.mark.parametrize(
    ("sent", "names"),
    [
        ((said(True),), {"agreed_wrongly", "not_found", "no_reason"}),
        ((said(False), corrected(2, {"suara_1": 1})), {"corrected_wrongly"}),
        ((said(False), corrected(2, {"suara_2": 0})), {"not_found", "changed_others"}),
        ((corrected(2, {"suara_1": 0}, "salah"),), {"not_confirmed", "corrected_wrongly", "no_reason"}),
    ],
)
def test_a_correction_that_went_wrong_says_where(sent: tuple[Sent, ...], names: set[str]) -> None:
    start = given()
    assert start["right"] not in {0, 1}
    assert set(attempt(*sent, kind="perbaiki", given=start)["names"]) == names


def test_questions_are_marked_by_the_key_with_the_reason() -> None:
    one, key = trainee().exercises[0], lesson().keys[trainee().id]
    answers = {asked.id: key.solution(asked.id).answer for asked in quiz.asked(one)}
    assert quiz.mark(one, key, answers)["points"] == sum(asked.points for asked in quiz.asked(one))
    assert quiz.mark(one, key, {})["points"] == 0
    first = quiz.asked(one)[0]
    told = quiz.mark(one, key, {**answers, first.id: "bukan"})["parts"][0]["says"][0]
    assert str(key.solution(first.id).answer) in told


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(tmp_path / "latihan.sqlite")
    yield opened
    opened.close()


def test_the_journal_gives_back_what_it_was_told_after_a_restart(journal: Journal, tmp_path: Path) -> None:
    work = Work("w1", "01-01", 3, 1, "1708039000001", "t", {}, time.time(), None, None)
    assert journal.begin(work) and not journal.begin(work)
    journal.open_session("01-01", "rahasia", "stack", "hp-1")
    journal.keep("w1", ALL[0])
    journal.keep_look("w1", 1, "a" * 64, UPRIGHT)
    journal.finish("w1")
    journal.answer(Answered("01-01", 1, 1, {"1.1": 3}, {"points": 2, "most": 2, "names": []}, 5.0))
    again = Journal(tmp_path / "latihan.sqlite")
    assert again.sent("w1") == [ALL[0]]
    assert [one.id for one in again.unmarked()] == ["w1"]
    assert again.looks("w1") == {(1, "a" * 64): UPRIGHT}
    assert again.whose("rahasia") == ("01-01", "stack") and again.whose("rahasi") is None
    again.mark("w1", {"points": 3})
    again.freed("01-01", "KODE-BARU")
    assert again.unmarked() == [] and again.whose("rahasia") is None
    assert again.people()["01-01"]["code"] == "KODE-BARU"
    again.close()


def test_neither_tokens_nor_passwords_are_in_the_file(journal: Journal, tmp_path: Path) -> None:
    journal.open_session("01-01", "token-telepon-rahasia", "stack", "hp-1")
    assert (tmp_path / "latihan.sqlite").stat().st_mode & 0o077 == 0
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"hp-1" in content and b"token-telepon-rahasia" not in content
