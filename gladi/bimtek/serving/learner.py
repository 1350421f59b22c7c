"""What a trainee's page asks for: who am I, begin, send, confirm, correct, finish, answer questions."""

import hashlib
import json
import time
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gladi.bimtek.serving import limits
from gladi.bimtek.serving.entrance import told_kindly
from gladi.bimtek.serving.journal import Answered, Sent, Work
from gladi.bimtek.serving.lesson import WORKED
from gladi.bimtek.serving.marking import quiz
from gladi.bimtek.serving.planting import plant
from gladi.bimtek.serving.requests import Refusal, key_of, numbers, object_of, photo_of, text
from gladi.bimtek.serving.room import Room, refuse_many, room_of
from gladi.bimtek.serving.standing import of_trainee, of_work
from gladi.bimtek.serving.telephone import Said


async def me(request: Request) -> Response:
    """GET /api/saya: the trainee, the TPS, every exercise and how far it has come."""
    room = room_of(request)
    trainee = await room.trainee_of(request)
    await run_in_threadpool(room.journal.seen, trainee)
    return JSONResponse(await run_in_threadpool(of_trainee, room.lesson, room.journal, trainee))


async def begin(request: Request) -> Response:
    """POST /api/latihan/{number}/mulai: the attempt that is open, or a new one."""
    room = room_of(request)
    trainee = await room.trainee_of(request)
    number = int(request.path_params["number"])
    return JSONResponse(await run_in_threadpool(_begun, room, trainee, number))


def _begun(room: Room, id: str, number: int) -> dict[str, Any]:
    try:
        exercise = room.lesson.exercise(id, number)
    except KeyError:
        raise Refusal(404, "no_exercise", "Latihan ini tidak ada.") from None
    if exercise.kind not in WORKED:
        raise Refusal(409, "only_questions", "Latihan ini hanya berisi soal.")
    mine = [one for one in room.journal.works(id) if one.exercise == number]
    still = next((one for one in mine if one.finished_at is None), None)
    if still is None:
        refuse_many(room.attempts, id, "Anda sudah sering mencoba. Istirahat sebentar.")
        opened = room.desk.open(room.lesson.trainee(id), number, len(mine) + 1)
        if isinstance(opened, Said):
            raise told_kindly(opened)
        if exercise.kind == "perbaiki":
            opened = plant(room, opened)
        if not room.journal.begin(opened):  # another tap was quicker
            return _begun(room, id, number)
        still = opened
    return of_work(room.lesson, room.journal, still)


async def look(request: Request) -> Response:
    """GET /api/kerja/{work}."""
    room, work = await _work(request, finished_too=True)
    return JSONResponse(await run_in_threadpool(of_work, room.lesson, room.journal, work))


async def send(request: Request) -> Response:
    """POST /api/kerja/{work}/halaman/{page}: photo and numbers; the same key again is harmless."""
    room, work = await _work(request)
    key, page = key_of(request), int(request.path_params["page"])
    if page not in room.lesson.pack.pages:
        raise Refusal(404, "page_unknown", "Formulir ini tidak memiliki halaman tersebut.")
    refuse_many(room.photos, work.trainee, "Terlalu banyak foto. Tunggu sebentar.")
    if room.uploads >= limits.UPLOADS_AT_ONCE:
        raise Refusal(503, "busy", "Banyak yang sedang mengirim. Akan dicoba lagi.", 3)
    room.uploads += 1
    try:
        told, photo = await photo_of(request)
        digest = request.headers.get("x-photo-sha256", "").lower()
        if hashlib.sha256(photo).hexdigest() != digest:
            raise Refusal(422, "digest_differs", "Foto berubah di perjalanan. Akan dikirim lagi.")
        content = {
            "numbers": told, "sha256": digest, "bytes": len(photo),
            "offline": request.headers.get("x-luring") == "1",
        }  # fmt: skip
        headers = {"Idempotency-Key": key, "X-Photo-SHA256": digest}
        captured = request.headers.get("x-captured-at", "")
        if captured and len(captured) <= 40 and captured.isascii() and captured.isprintable():
            headers["X-Captured-At"] = captured
        said = await run_in_threadpool(_send, room, work, page, headers, told, photo)
        return await run_in_threadpool(_kept, room, work, Sent("page", page, key, said.status, said.code,
                                                               content, time.time()), said)  # fmt: skip
    finally:
        room.uploads -= 1


def _send(
    room: Room, work: Work, page: int, headers: dict[str, str], told: dict[str, int], photo: bytes
) -> Said:
    path = f"{work.tps}/forms/{room.lesson.pack.form}/pages/{page}"
    return with_session(
        room, work, lambda token: room.telephone.send_page(token, path, headers, json.dumps(told), photo)
    )


async def confirm(request: Request) -> Response:
    """POST /api/kerja/{work}/konfirmasi: sesuai or tidak sesuai."""
    room, work = await _work(request)
    key, told = key_of(request), await object_of(request)
    agree = told.get("sesuai")
    if not isinstance(agree, bool):
        raise Refusal(422, "wrong_field", "Pilih sesuai atau tidak sesuai.")
    path = f"{work.tps}/forms/{room.lesson.pack.form}"
    said = await run_in_threadpool(
        with_session, room, work, lambda token: room.telephone.confirm(token, path, agree, key)
    )
    sent = Sent("confirm", 0, key, said.status, said.code, {"sesuai": agree}, time.time())
    return await run_in_threadpool(_kept, room, work, sent, said)


async def correct(request: Request) -> Response:
    """POST /api/kerja/{work}/perbaikan/{page}: changed numbers and the reason."""
    room, work = await _work(request)
    key, page, told = key_of(request), int(request.path_params["page"]), await object_of(request)
    changed, reason = numbers(told.get("numbers")), text(told, "alasan", 500)
    path = f"{work.tps}/forms/{room.lesson.pack.form}/pages/{page}"
    said = await run_in_threadpool(
        with_session, room, work, lambda token: room.telephone.correct(token, path, changed, reason, key)
    )
    content = {"numbers": changed, "reason": reason}
    sent = Sent("correct", page, key, said.status, said.code, content, time.time())
    return await run_in_threadpool(_kept, room, work, sent, said)


async def finish(request: Request) -> Response:
    """POST /api/kerja/{work}/selesai: no more changes; the mark follows."""
    room, work = await _work(request, finished_too=True)
    await run_in_threadpool(room.journal.finish, work.id)
    room.marker.wake()
    found = await run_in_threadpool(room.journal.work, work.id)
    assert found is not None
    return JSONResponse(await run_in_threadpool(of_work, room.lesson, room.journal, found))


async def answer(request: Request) -> Response:
    """POST /api/latihan/{number}/jawaban: the answers to all questions of an exercise, and their mark."""
    room = room_of(request)
    trainee = await room.trainee_of(request)
    number, told = int(request.path_params["number"]), await object_of(request)
    try:
        exercise = room.lesson.exercise(trainee, number)
    except KeyError:
        raise Refusal(404, "no_exercise", "Latihan ini tidak ada.") from None
    given = told.get("jawaban")
    if not isinstance(given, dict) or len(given) > 100 or not all(map(_is_answer, given.values())):
        raise Refusal(422, "wrong_field", "Jawaban belum benar bentuknya.")
    mark = quiz.mark(exercise, room.lesson.keys[trainee], given)

    def kept() -> None:
        before = [one for one in room.journal.answered(trainee) if one.exercise == number]
        room.journal.answer(Answered(trainee, number, len(before) + 1, given, mark, time.time()))

    await run_in_threadpool(kept)
    return JSONResponse(mark)


def _is_answer(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= 50 and all(isinstance(one, str) and len(one) <= 100 for one in value)
    return value is None or (type(value) is int and abs(value) < 10**9) or (
        isinstance(value, str) and len(value) <= 200
    )  # fmt: skip


async def _work(request: Request, *, finished_too: bool = False) -> tuple[Room, Work]:
    """The attempt that the path names, if it is the caller's own."""
    room = room_of(request)
    trainee = await room.trainee_of(request)
    work = await run_in_threadpool(room.journal.work, request.path_params["work"])
    if work is None or work.trainee != trainee:
        raise Refusal(404, "no_such_work", "Percobaan ini tidak ada.")
    if work.finished_at is not None and not finished_too:
        raise Refusal(409, "finished", "Percobaan ini sudah selesai dan dinilai. Mulai percobaan baru.")
    return room, work


def with_session(room: Room, work: Work, ask: Any) -> Said:
    """Ask with the session of the place of work; with a new one where it has ended."""
    said: Said = ask(work.token)
    if said.status != 401:
        return said
    token = room.desk.token(work.tps)
    if isinstance(token, Said):
        return token
    room.journal.new_token(work.id, token)
    again: Said = ask(token)
    return again


def _kept(room: Room, work: Work, sent: Sent, said: Said) -> Response:
    """Keep what was answered; what the stack may or may not have done is asked again by the phone."""
    if said.status >= 500 or said.status == 429:
        raise told_kindly(said)
    room.journal.keep(work.id, sent)
    if not said.good:
        raise told_kindly(said)
    return JSONResponse({"receipt": said.content.get("receipt"), "replay": said.content.get("replay", False)})
