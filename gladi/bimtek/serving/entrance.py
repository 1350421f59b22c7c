"""How a trainee comes in: activation, login, logout. Passwords pass through to the stack and stay nowhere."""

import secrets

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gladi.bimtek.model import Trainee
from gladi.bimtek.serving.requests import Refusal, object_of, text
from gladi.bimtek.serving.room import Room, address_of, bearer, refuse_many, room_of
from gladi.bimtek.serving.telephone import Said

_WAIT = "Terlalu banyak percobaan. Tunggu sebentar, lalu coba lagi."
_KINDER = {
    "wrong_activation_code": "Kode aktivasi tidak cocok dengan nama akun. Periksa kartu Anda.",
    "already_activated": "Akun ini sudah aktif. Masuk dengan kata sandi Anda, atau minta pelatih mengatur "
    "ulang.",
    "not_activated": "Akun ini belum diaktifkan. Pindai kode QR pada kartu Anda.",
    "device_differs": "Akun ini sudah terikat pada ponsel lain. Di hari-H Anda harus menghubungi PPK; di "
    "sini, "
    "minta pelatih mengatur ulang akun Anda.",
    "wrong_password": "Nama akun atau kata sandi salah.",
    "weak_password": "Kata sandi terlalu pendek: paling sedikit 8 huruf atau angka.",
}


async def activate(request: Request) -> Response:
    """POST /api/aktivasi: the code of the card becomes a password; the phone is in at once."""
    room, told = room_of(request), await object_of(request)
    trainee = _who(room, request, text(told, "akun"))
    code, password, device = text(told, "kode"), text(told, "sandi", 128), text(told, "perangkat")
    said = await run_in_threadpool(room.telephone.activate, trainee.account, code, password, device)
    if not said.good:
        raise told_kindly(said)
    return await _login(room, trainee, password, device)


async def login(request: Request) -> Response:
    """POST /api/masuk."""
    room, told = room_of(request), await object_of(request)
    trainee = _who(room, request, text(told, "akun"))
    return await _login(room, trainee, text(told, "sandi", 128), text(told, "perangkat"))


async def logout(request: Request) -> Response:
    """POST /api/keluar; what the phone has not sent yet stays in the phone."""
    room = room_of(request)
    whose = await run_in_threadpool(room.journal.whose, bearer(request))
    if whose is not None:
        await run_in_threadpool(room.telephone.logout, whose[1])
        await run_in_threadpool(room.journal.end_session, bearer(request))
    return JSONResponse({"ended": True})


def _who(room: Room, request: Request, account: str) -> Trainee:
    """The trainee of an account; tries are counted before anything is told."""
    refuse_many(room.logins_of_address, address_of(request), _WAIT)
    refuse_many(room.logins_of_account, account, _WAIT)
    trainee = room.lesson.by_account(account.strip())
    if trainee is None:
        raise Refusal(401, "wrong_password", "Nama akun tidak dikenal di kelas ini. Periksa kartu Anda.")
    return trainee


async def _login(room: Room, trainee: Trainee, password: str, device: str) -> Response:
    said = await run_in_threadpool(room.telephone.login, trainee.account, password, device)
    if not said.good:
        raise told_kindly(said)
    stack_token = str(said.content["token"])
    await run_in_threadpool(room.telephone.initialise, stack_token)
    token = secrets.token_urlsafe(24)
    await run_in_threadpool(room.journal.open_session, trainee.id, token, stack_token, device)
    room.logins_of_account.forget(trainee.account)
    return JSONResponse({"token": token, "peserta": trainee.id})


def told_kindly(said: Said) -> Refusal:
    """A refusal of the stack as the page shows it; whatever may not have happened is to be tried again."""
    if said.status >= 500:
        return Refusal(
            503, "server_away", said.title or "Server sibuk. Akan dicoba lagi.", said.retry_after_s or 3
        )
    words = _KINDER.get(said.code) or said.title or "Ditolak server."
    return Refusal(said.status, said.code or "refused", words, said.retry_after_s)
