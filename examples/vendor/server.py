"""An example of somebody's own system: small, real, and nothing like the reference stack.

    VENDOR_ADMIN_KEY=rahasia python server.py --port 8090 --data vendor.sqlite

Photos come as raw PUT bodies and numbers in a second call, sessions travel in X-Sesi, the export has a
cursor. A receipt means stored: SQLite has committed, with fsync, before the answer is written. One thread, on
purpose: an example shall be read, not admired for its speed. Synthetic data only.
"""

import argparse
import contextlib
import hashlib
import hmac
import json
import os
import secrets
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

TABLES = """
CREATE TABLE IF NOT EXISTS lokasi (tps TEXT PRIMARY KEY, nomor INTEGER);
CREATE TABLE IF NOT EXISTS akun (
  akun TEXT PRIMARY KEY, tps TEXT, kode TEXT, sandi BLOB, garam BLOB, perangkat TEXT);
CREATE TABLE IF NOT EXISTS sesi (sidik TEXT PRIMARY KEY, akun TEXT);
CREATE TABLE IF NOT EXISTS foto (sidik TEXT PRIMARY KEY, isi BLOB);
CREATE TABLE IF NOT EXISTS lembar (
  nomor INTEGER PRIMARY KEY, tps TEXT, halaman INTEGER, revisi INTEGER, akun TEXT, foto TEXT, angka TEXT,
  kunci TEXT UNIQUE, tanda_terima TEXT, alasan TEXT, disimpan TEXT, UNIQUE (tps, halaman, revisi));
CREATE TABLE IF NOT EXISTS persetujuan (kunci TEXT PRIMARY KEY, tps TEXT, sesuai INTEGER);
"""
NEWEST = "NOT EXISTS (SELECT 1 FROM lembar n WHERE n.tps=l.tps AND n.halaman=l.halaman AND n.revisi>l.revisi)"
LARGEST_PHOTO_BYTES = 12_000_000
SESSIONS_OF_AN_ACCOUNT = 4
PAGES = (1, 2, 3)


class RefusedError(Exception):
    """Answered with `status` and a word for the app."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(word)
        self.status, self.word = status, word


def digest(text: str | bytes) -> str:
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def hashed(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**11, r=8, p=1)


def now() -> str:
    return datetime.now(UTC).isoformat()


async def sent(request: Request, *names: str) -> dict[str, Any]:
    """The JSON object that was sent, with at least these names."""
    try:
        content = json.loads(await request.body())
    except ValueError:
        content = None
    if not isinstance(content, dict) or not set(names) <= set(content):
        raise RefusedError(422, "tidak_lengkap")
    return content


def database(request: Request) -> sqlite3.Connection:
    return request.app.state.database  # type: ignore[no-any-return]


def who(request: Request) -> sqlite3.Row:
    """The account of the session; of another TPS than that of the path it is refused."""
    row = database(request).execute(
        "SELECT a.* FROM sesi s JOIN akun a USING (akun) WHERE s.sidik = ?",
        [digest(request.headers.get("x-sesi", ""))],
    ).fetchone()  # fmt: skip
    if row is None:
        raise RefusedError(401, "belum_masuk")
    if request.path_params.get("tps", row["tps"]) != row["tps"]:
        raise RefusedError(403, "tps_lain")
    return row  # type: ignore[no-any-return]


def office(request: Request) -> None:
    if not hmac.compare_digest(request.headers.get("x-kunci-admin", ""), os.environ["VENDOR_ADMIN_KEY"]):
        raise RefusedError(401, "bukan_admin")


async def register(request: Request) -> Response:
    office(request)
    content = await sent(request, "lokasi", "akun")
    with database(request) as db:
        db.executemany("INSERT OR IGNORE INTO lokasi VALUES (:tps, :nomor)", content["lokasi"])
        db.executemany("INSERT OR IGNORE INTO akun (akun, tps, kode) VALUES (:akun, :tps, :kode)",
                       content["akun"])  # fmt: skip
    return JSONResponse({"lokasi": len(content["lokasi"])})


async def activate(request: Request) -> Response:
    content = await sent(request, "kode", "sandi", "perangkat")
    with database(request) as db:
        row = db.execute("SELECT * FROM akun WHERE akun = ?", [request.path_params["akun"]]).fetchone()
        if row is None or not hmac.compare_digest(row["kode"], str(content["kode"])):
            raise RefusedError(403, "kode_salah")
        if row["perangkat"] not in {None, content["perangkat"]}:
            raise RefusedError(409, "perangkat_lain")
        salt = secrets.token_bytes(16)
        db.execute("UPDATE akun SET sandi=?, garam=?, perangkat=? WHERE akun=?",
                   [hashed(content["sandi"], salt), salt, content["perangkat"], row["akun"]])  # fmt: skip
    return JSONResponse({"aktif": True})


async def login(request: Request) -> Response:
    content = await sent(request, "akun", "sandi", "perangkat")
    with database(request) as db:
        row = db.execute("SELECT * FROM akun WHERE akun = ?", [str(content["akun"])]).fetchone()
        salt, stored = (row["garam"], row["sandi"]) if row and row["sandi"] else (b"0" * 16, b"")
        if not hmac.compare_digest(hashed(str(content["sandi"]), salt), stored):
            raise RefusedError(401, "akun_atau_sandi_salah")
        if row["perangkat"] != content["perangkat"]:
            raise RefusedError(403, "perangkat_lain")
        session = secrets.token_urlsafe(24)
        db.execute("INSERT INTO sesi VALUES (?, ?)", [digest(session), row["akun"]])
        db.execute(
            "DELETE FROM sesi WHERE akun = :akun AND rowid NOT IN"
            " (SELECT rowid FROM sesi WHERE akun = :akun ORDER BY rowid DESC LIMIT :most)",
            {"akun": row["akun"], "most": SESSIONS_OF_AN_ACCOUNT},
        )
    return JSONResponse({"kunci_sesi": session, "tps": row["tps"]}, 201)


async def logout(request: Request) -> Response:
    who(request)
    with database(request) as db:
        db.execute("DELETE FROM sesi WHERE sidik = ?", [digest(request.headers["x-sesi"])])
    return Response(status_code=204)


async def station(request: Request) -> Response:
    row = database(request).execute("SELECT * FROM lokasi WHERE tps = ?", [who(request)["tps"]]).fetchone()
    return JSONResponse({"tps": row["tps"], "nomor": row["nomor"], "halaman": PAGES})


def page_number(request: Request) -> int:
    page = int(request.path_params["halaman"])
    if page not in PAGES:
        raise RefusedError(404, "tidak_ada")
    return page


async def put_photo(request: Request) -> Response:
    who(request)
    page_number(request)
    if int(request.headers.get("content-length") or 0) > LARGEST_PHOTO_BYTES:
        raise RefusedError(413, "terlalu_besar")
    photo = await request.body()
    mark = digest(photo)
    if mark != request.headers.get("x-sidik") or photo[:2] != b"\xff\xd8" or photo[-2:] != b"\xff\xd9":
        raise RefusedError(422, "foto_rusak")
    with database(request) as db:
        db.execute("INSERT OR IGNORE INTO foto VALUES (?, ?)", [mark, photo])
    return JSONResponse({"foto": mark}, 201)


async def put_numbers(request: Request) -> Response:
    """The first revision of a page, or with PATCH a further one; the same key again is the same answer."""
    account, page, db = who(request), page_number(request), database(request)
    corrects = request.method == "PATCH"
    content = await sent(request, "kunci", "angka", "alasan" if corrects else "foto")
    key, numbers = str(content["kunci"]), json.dumps(content["angka"], sort_keys=True)
    with db:
        before = db.execute("SELECT * FROM lembar WHERE kunci = ?", [key]).fetchone()
        if before is not None:
            if (before["tps"], before["halaman"], before["angka"]) != (account["tps"], page, numbers):
                raise RefusedError(409, "kunci_terpakai")
            return JSONResponse({"tanda_terima": before["tanda_terima"], "ulang": True})
        last = db.execute(
            "SELECT * FROM lembar WHERE tps=? AND halaman=? ORDER BY revisi DESC", [account["tps"], page]
        ).fetchone()
        if corrects != (last is not None):
            raise RefusedError(409, "lembar_belum_ada" if corrects else "lembar_sudah_ada")
        photo = last["foto"] if corrects else str(content["foto"])
        if db.execute("SELECT 1 FROM foto WHERE sidik = ?", [photo]).fetchone() is None:
            raise RefusedError(409, "foto_belum_ada")
        receipt = "TT-" + secrets.token_hex(12)
        db.execute(
            "INSERT INTO lembar (tps, halaman, revisi, akun, foto, angka, kunci, tanda_terima, alasan,"
            " disimpan) VALUES (?,?,?,?,?,?,?,?,?,?)",
            [account["tps"], page, last["revisi"] + 1 if corrects else 1, account["akun"], photo, numbers,
             key, receipt, content.get("alasan"), now()],
        )  # fmt: skip
    return JSONResponse({"tanda_terima": receipt, "ulang": False}, 201)


async def agree(request: Request) -> Response:
    account, content = who(request), await sent(request, "kunci", "sesuai")
    with database(request) as db:
        there = db.execute("SELECT count(DISTINCT halaman) FROM lembar WHERE tps=?", [account["tps"]])
        if there.fetchone()[0] < len(PAGES):
            raise RefusedError(409, "lembar_belum_lengkap")
        db.execute("INSERT OR IGNORE INTO persetujuan VALUES (?, ?, ?)",
                   [content["kunci"], account["tps"], bool(content["sesuai"])])  # fmt: skip
    return JSONResponse({"dicatat": True})


async def pages(request: Request) -> Response:
    rows = database(request).execute(
        f"SELECT * FROM lembar l WHERE tps = ? AND {NEWEST} ORDER BY halaman", [who(request)["tps"]]
    )
    return JSONResponse({"lembar": [{"halaman": row["halaman"], "revisi": row["revisi"]} for row in rows]})


async def public_recap(request: Request) -> Response:
    """Sums of all TPS whose code begins so; "0" is the nation."""
    code = request.path_params["kode"].replace(".", "")
    db, like = database(request), ("" if code == "0" else code) + "%"
    expected = db.execute("SELECT count(*) FROM lokasi WHERE tps LIKE ?", [like]).fetchone()[0]
    if not expected:
        raise RefusedError(404, "tidak_ada")
    rows = db.execute(f"SELECT angka FROM lembar l WHERE halaman=2 AND tps LIKE ? AND {NEWEST}", [like])
    numbers = [json.loads(row["angka"]) for row in rows]
    sums = [sum(int(one[f"suara_{pair}"]) for one in numbers) for pair in (1, 2, 3)]
    return JSONResponse({"per": now(), "jumlah_tps": expected, "tps_masuk": len(numbers), "suara": sums})


async def public_station(request: Request) -> Response:
    db, tps = database(request), request.path_params["tps"]
    if db.execute("SELECT 1 FROM lokasi WHERE tps = ?", [tps]).fetchone() is None:
        raise RefusedError(404, "tidak_ada")
    rows = db.execute(f"SELECT * FROM lembar l WHERE tps = ? AND {NEWEST} ORDER BY halaman", [tps])
    shown = [
        {"halaman": row["halaman"], "angka": json.loads(row["angka"]), "foto": row["foto"]} for row in rows
    ]
    return JSONResponse({"per": now(), "tps": tps, "lembar": shown})


async def public_photo(request: Request) -> Response:
    row = database(request).execute(
        "SELECT isi FROM foto WHERE sidik = ?", [request.path_params["sidik"]]
    ).fetchone()  # fmt: skip
    if row is None:
        raise RefusedError(404, "tidak_ada")
    return Response(row["isi"], media_type="image/jpeg")


async def export(request: Request) -> Response:
    """Every revision in the order of storing, after a cursor; `berikut` is the next one, null at the end."""
    office(request)
    after, limit = int(request.query_params.get("sesudah", 0)), 200
    rows = database(request).execute(
        f"SELECT l.*, {NEWEST} AS berlaku FROM lembar l WHERE nomor > ? ORDER BY nomor LIMIT ?",
        [after, limit],
    ).fetchall()  # fmt: skip
    told = [{**dict(row), "angka": json.loads(row["angka"]), "berlaku": bool(row["berlaku"])} for row in rows]
    return JSONResponse({"baris": told, "berikut": rows[-1]["nomor"] if len(rows) == limit else None})


async def healthy(request: Request) -> Response:
    """Alive if the database answers; how many sessions are open, and how many there can be."""
    row = database(request).execute(
        "SELECT (SELECT count(*) FROM sesi) AS sesi, (SELECT count(*) FROM akun) AS akun"
    ).fetchone()  # fmt: skip
    return JSONResponse(
        {"sehat": True, "sesi": row["sesi"], "sesi_terbanyak": row["akun"] * SESSIONS_OF_AN_ACCOUNT}
    )


async def consent(request: Request) -> Response:
    path = request.app.state.consent
    if path is None or not path.is_file():
        raise RefusedError(404, "tidak_ada")
    return Response(path.read_bytes(), media_type="application/json")


async def refuse(_: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return JSONResponse({"kesalahan": error.word}, error.status)


class Gate:
    """With VENDOR_API_KEY set, nobody gets in without it in X-Api-Key; the consent is for everybody."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = os.environ.get("VENDOR_API_KEY", "")
        if scope["type"] == "http" and key and not scope["path"].startswith("/.well-known/"):
            given = dict(scope["headers"]).get(b"x-api-key", b"").decode("latin-1")
            if not hmac.compare_digest(given.encode(), key.encode()):
                await JSONResponse({"kesalahan": "kunci_api_salah"}, 401)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def opened(path: Path) -> sqlite3.Connection:
    found = sqlite3.connect(path, check_same_thread=False)
    found.row_factory = sqlite3.Row
    found.execute("PRAGMA journal_mode=WAL")
    found.execute("PRAGMA synchronous=FULL")  # a commit is an fsync
    found.executescript(TABLES)
    return found


def application(data: Path, consent_file: Path | None) -> Starlette:
    page = "/api/lokasi/{tps}/lembar/{halaman:int}"
    app = Starlette(
        routes=[
            Route("/api/pendaftaran", register, methods=["POST"]),
            Route("/api/akun/{akun}/aktivasi", activate, methods=["POST"]),
            Route("/api/sesi", login, methods=["POST"]),
            Route("/api/sesi", logout, methods=["DELETE"]),
            Route("/api/lokasi/{tps}", station),
            Route("/api/lokasi/{tps}/lembar", pages),
            Route(f"{page}/foto", put_photo, methods=["PUT"]),
            Route(f"{page}/angka", put_numbers, methods=["PUT", "PATCH"]),
            Route("/api/lokasi/{tps}/persetujuan", agree, methods=["POST"]),
            Route("/api/ekspor", export),
            Route("/publik/rekap/{kode}", public_recap),
            Route("/publik/lokasi/{tps}", public_station),
            Route("/publik/foto/{sidik}", public_photo),
            Route("/sehat", healthy),
            Route("/.well-known/gladi-consent", consent),
        ],
        exception_handlers={RefusedError: refuse},
        middleware=[Middleware(Gate)],
    )
    app.state.database, app.state.consent = opened(data), consent_file
    return app


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--data", type=Path, default=Path("vendor.sqlite"))
    parser.add_argument("--consent", type=Path, help="the gladi-consent document to serve")
    parser.add_argument("--cert", help="PEM of the certificate: speaks https")
    parser.add_argument("--key", help="PEM of its key")
    given = parser.parse_args()
    if not os.environ.get("VENDOR_ADMIN_KEY"):
        parser.error("VENDOR_ADMIN_KEY is not set: who may register and export has to know it")
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.run(
            application(given.data, given.consent), host="127.0.0.1", port=given.port, log_level="warning",
            ssl_certfile=given.cert, ssl_keyfile=given.key,
        )  # fmt: skip


if __name__ == "__main__":
    main()
