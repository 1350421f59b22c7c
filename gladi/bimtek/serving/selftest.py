"""`gladi bimtek serve --self-test`: a scripted trainee through everything, before class.

It plays in a folder of its own, which is removed again; the class's own folder is not touched.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fakeforms import Camera, photograph
from gladi.bimtek.model import Trainee
from gladi.bimtek.serving.board import told
from gladi.bimtek.serving.choosing import Asked
from gladi.bimtek.serving.lesson import Lesson, open_lesson
from gladi.bimtek.serving.running import Opened, open_class
from gladi.bimtek.serving.visitor import Visitor

_PASSWORD = "sandi-uji-1"
_MARKED_S = 90.0
_CARE = Camera(scene="siang")

Tell = Callable[[str, bool, str], None]
"""What was tried, whether it went as it should, and what was seen."""


def self_test(asked: Asked, tell: Tell) -> bool:
    """Whether everything went as it should. Raises UsageError or CannotRunError where nothing can begin."""
    right = True
    with TemporaryDirectory(prefix="gladi-bimtek-uji-", ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o755)  # PostgreSQL runs as nobody where we are root, and must reach its folder
        out = Path(place) / "kelas"
        trainees = None if asked.pack else asked.trainees or 2
        with open_class(replace(asked, out=out, trainees=trainees)) as opened:
            for what, went, seen in _course(opened):
                tell(what, went, seen)
                right = right and went
    return right


def _course(opened: Opened) -> Iterator[tuple[str, bool, str]]:
    lesson = open_lesson(opened.pack)
    trainee = lesson.pack.trainees[0]
    phone = Visitor(opened.url)
    yield "situs menjawab", phone.get("/sehat").good, opened.url
    heard = phone.activate(trainee.account, trainee.activation_code, _PASSWORD)
    yield "aktivasi dengan kartu", heard.good, _said(heard.content)
    other = Visitor(opened.url, "hp-lain").login(trainee.account, _PASSWORD)
    yield "ponsel kedua ditolak", other.content.get("code") == "device_differs", _said(other.content)
    exercises = {one.kind: one.number for one in trainee.exercises}
    if "foto" in exercises:
        yield from _photos(lesson, trainee, phone, exercises["foto"])
    if "luring" in exercises:
        mark = _played(lesson, trainee, phone, exercises["luring"], offline=True)
        yield "kirim setelah luring: nilai penuh", mark["points"] == mark["most"], _points(mark, lesson)
    if "perbaiki" in exercises:
        yield _correction(lesson, trainee, phone, exercises["perbaiki"])
    yield _questions(lesson, trainee, phone)
    yield from _trainer(opened, trainee, phone)


def _photos(lesson: Lesson, trainee: Trainee, phone: Visitor, number: int) -> Iterator[tuple[str, bool, str]]:
    mark = _played(lesson, trainee, phone, number)
    yield "foto baik, angka benar: nilai penuh", mark["points"] == mark["most"], _points(mark, lesson)
    first = lesson.pack.pages[0]
    mark = _played(lesson, trainee, phone, number, faults={first: "blurred"})
    yield "foto kabur dikenali", "blurred" in mark["names"], _points(mark, lesson)
    if len(lesson.pack.pages) > 1:
        mark = _played(lesson, trainee, phone, number, swapped=True)
        yield "halaman tertukar dikenali", "wrong_page" in mark["names"], _points(mark, lesson)
    mark = _played(lesson, trainee, phone, number, faults={first: "upside-down"}, wrong_number=True)
    named = {"turned", "typing"} <= set(mark["names"]) or {"turned", "number"} <= set(mark["names"])
    yield "foto terbalik dan angka salah dikenali", named, _points(mark, lesson)


def _played(
    lesson: Lesson,
    trainee: Trainee,
    phone: Visitor,
    number: int,
    *,
    faults: Mapping[int, str] | None = None,
    swapped: bool = False,
    wrong_number: bool = False,
    offline: bool = False,
) -> Mapping[str, Any]:
    """An attempt from its beginning to its mark."""
    work = str(phone.post(f"/api/latihan/{number}/mulai").content["id"])
    pages = lesson.pack.pages
    for at, page in enumerate(pages):
        fault = (faults or {}).get(page)
        shown = pages[(at + 1) % len(pages)] if swapped else page
        camera = Camera(scene="siang", faults={fault: 1.0}) if fault else _CARE
        jpeg = photograph(lesson.order(trainee), shown, camera).jpeg
        numbers = lesson.own_numbers(trainee.id, page)
        if wrong_number and at == 0:
            field = sorted(numbers)[0]
            numbers[field] += 1
        key = f"uji-{work}-{page}"
        phone.send(work, page, jpeg, numbers, key, offline=offline)
        phone.send(work, page, jpeg, numbers, key, offline=offline)  # tapped twice: harmless
    phone.confirm(work, not wrong_number)
    phone.post(f"/api/kerja/{work}/selesai")
    return _marked(phone, work)


def _correction(lesson: Lesson, trainee: Trainee, phone: Visitor, number: int) -> tuple[str, bool, str]:
    work = phone.post(f"/api/latihan/{number}/mulai").content
    shown = {int(page): one["numbers"] for page, one in (work.get("pages") or {}).items()}
    phone.confirm(str(work["id"]), False)
    for page, numbers in shown.items():
        right = lesson.own_numbers(trainee.id, page)
        changed = {field: right[field] for field in numbers if numbers[field] != right[field]}
        if changed:
            phone.correct(str(work["id"]), page, changed, "Angka salah terbaca, di plano berbeda")
    phone.post(f"/api/kerja/{work['id']}/selesai")
    mark = _marked(phone, str(work["id"]))
    return "salah baca diperbaiki: nilai penuh", mark["points"] == mark["most"], _points(mark, lesson)


def _questions(lesson: Lesson, trainee: Trainee, phone: Visitor) -> tuple[str, bool, str]:
    exercise, key = trainee.exercises[0], lesson.keys[trainee.id]
    answers = {one.id: key.solution(one.id).answer for one in exercise.questions if one.kind != "lembar"}
    mark = phone.post(f"/api/latihan/{exercise.number}/jawaban", {"jawaban": answers}).content
    return "soal dijawab menurut kunci: nilai penuh", mark["points"] == mark["most"], _points(mark, lesson)


def _trainer(opened: Opened, trainee: Trainee, phone: Visitor) -> Iterator[tuple[str, bool, str]]:
    board = Visitor(opened.url)
    yield "kode pelatih salah ditolak", board.trainer("AAAA-AAAA").status == 401, ""
    yield "kode pelatih benar", board.trainer(opened.trainer_code).good, ""
    rows = board.get("/api/pelatih/papan").content.get("rows", [])
    row: Mapping[str, Any] = next((one for one in rows if one["id"] == trainee.id), {})
    yield "papan kelas menampilkan nilainya", row.get("points", 0) > 0, f"{row.get('points')} poin"
    yield "nilai sebagai CSV", trainee.id.encode() in board.get("/api/pelatih/hasil.csv").body, ""
    freed = board.post(f"/api/pelatih/peserta/{trainee.id}/bebaskan").content
    yield "ponsel lama keluar setelah diatur ulang", phone.get("/api/saya").status == 401, ""
    again = Visitor(opened.url, "hp-baru").activate(trainee.account, str(freed.get("code")), _PASSWORD)
    yield "ponsel baru aktif dengan kode baru", again.good, _said(again.content)


def _marked(phone: Visitor, work: str) -> Mapping[str, Any]:
    deadline_s = time.monotonic() + _MARKED_S
    while time.monotonic() < deadline_s:
        mark: Mapping[str, Any] | None = phone.get(f"/api/kerja/{work}").content.get("mark")
        if mark:
            return mark
        time.sleep(0.2)
    return {"points": 0, "most": -1, "names": ["tidak dinilai dalam 90 detik"]}


def _points(mark: Mapping[str, Any], lesson: Lesson) -> str:
    notes = ", ".join(told(name, lesson) for name in mark.get("names") or ()) or "tanpa catatan"
    return f"{mark.get('points')} dari {mark.get('most')}; {notes}"


def _said(content: Mapping[str, Any]) -> str:
    return str(content.get("says", ""))
