"""What the trainer's page asks for: board, marks as CSV, cards with QR codes, freeing an account."""

import hmac
import io
from urllib.parse import urlencode

import segno
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gladi.bimtek.serving.board import as_csv, of_class
from gladi.bimtek.serving.entrance import told_kindly
from gladi.bimtek.serving.requests import Refusal, object_of, text
from gladi.bimtek.serving.room import Room, refuse_many, room_of


async def enter(request: Request) -> Response:
    """POST /api/pelatih/masuk: the code from the trainer's terminal."""
    room, told = room_of(request), await object_of(request)
    refuse_many(room.trainer_tries, "all", "Terlalu banyak percobaan. Tunggu satu menit.")
    given = text(told, "kode", 40).strip().upper().replace(" ", "")
    if not hmac.compare_digest(given.encode(), room.secrets.trainer_code.encode()):
        raise Refusal(
            401, "wrong_code", "Kode pelatih salah. Kode tertulis di terminal yang menjalankan gladi."
        )
    room.trainer_tries.forget("all")
    return JSONResponse({"token": room.secrets.trainer_token})


async def board(request: Request) -> Response:
    """GET /api/pelatih/papan."""
    room = room_of(request)
    room.refuse_strangers(request)
    told = await run_in_threadpool(of_class, room.lesson, room.journal)
    return JSONResponse({**told, "url": room.url})


async def marks(request: Request) -> Response:
    """GET /api/pelatih/hasil.csv."""
    room = room_of(request)
    room.refuse_strangers(request)
    told = await run_in_threadpool(as_csv, room.lesson, room.journal)
    headers = {"Content-Disposition": 'attachment; filename="hasil-latihan.csv"'}
    return Response(told.encode(), 200, headers, "text/csv; charset=utf-8")


async def cards(request: Request) -> Response:
    """GET /api/pelatih/kartu: account, code and QR code of every trainee; address of the site."""
    room = room_of(request)
    room.refuse_strangers(request)
    return JSONResponse(await run_in_threadpool(_cards, room))


def _cards(room: Room) -> dict[str, object]:
    people = room.journal.people()
    told = []
    for one in room.lesson.pack.trainees:
        known = people.get(one.id, {})
        code = known.get("code") or one.activation_code
        told.append(
            {"id": one.id, "seat": one.seat, "class": one.class_number, "account": one.account, "code": code,
             "active": bool(known.get("activated_at")), "qr": qr_svg(link(room.url, one.account, code))}
        )  # fmt: skip
    return {"url": room.url, "qr": qr_svg(room.url), "cards": told}


async def free(request: Request) -> Response:
    """POST /api/pelatih/peserta/{id}/bebaskan: a new code, for another phone or a forgotten password."""
    room = room_of(request)
    room.refuse_strangers(request)
    try:
        trainee = room.lesson.trainee(request.path_params["id"])
    except KeyError:
        raise Refusal(404, "no_trainee", "Peserta ini tidak ada.") from None
    said = await run_in_threadpool(
        room.telephone.reset, trainee.account, "Bimtek: pelatih mengatur ulang akun peserta"
    )
    if not said.good:
        raise told_kindly(said)
    code = str(said.content["activation_code"])
    await run_in_threadpool(room.journal.freed, trainee.id, code)
    return JSONResponse(
        {"account": trainee.account, "code": code, "qr": qr_svg(link(room.url, trainee.account, code))}
    )


def link(url: str, account: str, code: str) -> str:
    """What a card's QR code says; account and code follow `#`, so they are in no log of any server."""
    return f"{url}/#{urlencode({'akun': account, 'kode': code})}"


def qr_svg(text: str) -> str:
    """A QR code as SVG."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", scale=4, border=3, xmldecl=False, svgclass=None, lineclass=None, light="#fff"
    )
    return out.getvalue().decode()
