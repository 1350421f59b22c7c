"""The practice site as a Starlette application: pages, API, and what holds for every request."""

import hashlib
import ipaddress
import mimetypes
from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gladi.bimtek.serving import entrance, learner, trainer
from gladi.bimtek.serving.requests import Refusal
from gladi.bimtek.serving.room import Room, address_of, room_of
from gladi.bimtek.serving.standing import has

_PAGE = files("gladi.bimtek.serving") / "page"
_SCRIPTS = {
    "latihan.js": ("perangkat", "sidik", "foto", "antrean", "bicara", "bagian", "latihan"),
    "pelatih.js": ("perangkat", "bicara", "pelatih"),
}
"""A page's script and the files it is made of, in order: one request instead of seven."""
_KINDS = {
    ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}  # fmt: skip
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' blob: data:; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=()",
}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def application(room: Room) -> Starlette:
    """The site of a room."""
    pages = {
        "/": _asset("latihan.html"),
        "/activate": _asset("latihan.html"),
        "/pelatih": _asset("pelatih.html"),
        "/latihan.css": _asset("latihan.css"),
        "/pelatih.css": _asset("pelatih.css"),
        "/luring.js": _asset("luring.js"),
        **{f"/{name}": _script(parts) for name, parts in _SCRIPTS.items()},
    }
    site = Starlette(
        routes=[
            *(Route(path, _served(*asset), methods=["GET"]) for path, asset in pages.items()),
            Route("/sehat", _healthy, methods=["GET"]),
            Route("/api/aktivasi", entrance.activate, methods=["POST"]),
            Route("/api/masuk", entrance.login, methods=["POST"]),
            Route("/api/keluar", entrance.logout, methods=["POST"]),
            Route("/api/saya", learner.me, methods=["GET"]),
            Route("/api/latihan/{number:int}/mulai", learner.begin, methods=["POST"]),
            Route("/api/latihan/{number:int}/jawaban", learner.answer, methods=["POST"]),
            Route("/api/kerja/{work}", learner.look, methods=["GET"]),
            Route("/api/kerja/{work}/halaman/{page:int}", learner.send, methods=["POST"]),
            Route("/api/kerja/{work}/konfirmasi", learner.confirm, methods=["POST"]),
            Route("/api/kerja/{work}/perbaikan/{page:int}", learner.correct, methods=["POST"]),
            Route("/api/kerja/{work}/selesai", learner.finish, methods=["POST"]),
            Route("/api/lembar/{name:path}", _picture, methods=["GET"]),
            Route("/api/pelatih/masuk", trainer.enter, methods=["POST"]),
            Route("/api/pelatih/papan", trainer.board, methods=["GET"]),
            Route("/api/pelatih/hasil.csv", trainer.marks, methods=["GET"]),
            Route("/api/pelatih/kartu", trainer.cards, methods=["GET"]),
            Route("/api/pelatih/peserta/{id}/bebaskan", trainer.free, methods=["POST"]),
        ],
        exception_handlers={Refusal: _refused, HTTPException: _http_refused, Exception: _failed},
    )
    site.state.room = room
    site.add_middleware(_Door)
    return site


class _Door:
    """Before and after everything: who may ask, how often, and the headers of every answer."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        refusal = _unwelcome(request)
        cache = "no-store" if request.url.path.startswith("/api/") else "no-cache"

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                more = {**HEADERS, "Cache-Control": cache}
                message["headers"] = [
                    *message["headers"],
                    *(
                        (n.lower().encode(), v.encode())
                        for n, v in more.items()
                        if n.lower().encode() not in own
                    ),
                ]
            await send(message)

        await (refusal or self._app)(scope, receive, with_headers)


def _unwelcome(request: Request) -> Response | None:
    """Asked under a name that is no address (a page elsewhere could have one resolve to us), or too often."""
    host = request.url.hostname or ""
    if host not in _LOOPBACK and not _is_address(host):
        return JSONResponse({"code": "other_name", "says": "Buka lewat alamat yang tertulis di papan."}, 421)
    wait_s = room_of(request).requests.wait_s(address_of(request))
    if wait_s:
        told = {"code": "too_many", "says": "Terlalu banyak permintaan. Tunggu sebentar."}
        return JSONResponse(told, 429, {"Retry-After": str(wait_s)})
    return None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


async def _healthy(request: Request) -> Response:
    ready = await run_in_threadpool(room_of(request).telephone.ready)
    return JSONResponse({"ready": ready}, 200 if ready else 503)


async def _picture(request: Request) -> Response:
    """A sheet of the trainee's own folder of the pack; only what the pack lists is there."""
    room = room_of(request)
    trainee = room.lesson.trainee(await room.trainee_of(request))
    name = request.path_params["name"]
    asked = {*(s for e in trainee.exercises for s in e.sheets)} | {
        s for e in trainee.exercises for q in e.questions for s in q.sheets
    }
    if name not in asked or not has(room.lesson, name):
        raise Refusal(404, "no_sheet", "Lembar ini tidak ada.")
    try:
        content = await run_in_threadpool((room.lesson.folder / name).read_bytes)
    except OSError:
        raise Refusal(404, "no_sheet", "Lembar ini tidak ada.") from None
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(content, 200, {"Cache-Control": "private, max-age=3600"}, kind)


def _asset(name: str) -> tuple[bytes, str]:
    return (_PAGE / name).read_bytes(), _KINDS[name[name.rindex(".") :]]


def _script(parts: tuple[str, ...]) -> tuple[bytes, str]:
    return b"\n".join((_PAGE / f"{part}.js").read_bytes() for part in parts), _KINDS[".js"]


def _served(content: bytes, kind: str) -> Callable[[Request], Awaitable[Response]]:
    tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'

    async def serve(request: Request) -> Response:
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        return Response(content, 200, {"ETag": tag}, kind)

    return serve


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return error.response()


async def _http_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"code": "no_such_thing", "says": "Tidak ada di sini."}, error.status_code)


async def _failed(request: Request, error: Exception) -> Response:
    return JSONResponse({"code": "internal", "says": "Ada kesalahan di server latihan. Sudah dicatat."}, 500)
