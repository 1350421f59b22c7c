"""Small real servers of vendors with ways of their own: cookies, OAuth2, two steps, pieces, GraphQL.

Each answers what `descriptions/` says of it and keeps what it gets in memory; `Kept` is what all share.
"""

import base64
import hashlib
import json
import re
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlsplit

Headers = Mapping[str, str]
Reply = tuple[int, dict[str, str], bytes]


def told(content: Any, status: int = 200, **headers: str) -> Reply:
    return status, {"Content-Type": "application/json", **headers}, json.dumps(content).encode()


class RefusedError(Exception):
    """Answered with its status and word."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(word)
        self.status, self.word = status, word


class Kept:
    """What is registered and stored. `at` is the server's URL; subclasses answer requests."""

    KEY = "kunci-kantor"
    PART = 2
    """Rows in a part of a list."""

    def __init__(self) -> None:
        self.at = ""
        self.tps: dict[str, Any] = {}
        self.codes: dict[str, tuple[str, str]] = {}
        self.passwords: dict[str, str] = {}
        self.sessions: dict[str, str] = {}
        self.rows: list[dict[str, Any]] = []
        self.photos: dict[str, bytes] = {}
        self.asked: list[tuple[str, str]] = []

    def answer(self, method: str, path: str, headers: Headers, body: bytes) -> Reply:
        raise NotImplementedError

    def activate(self, account: str, code: str, password: str) -> None:
        if self.codes.get(account, ("", ""))[1] != code:
            raise RefusedError(403, "kode_salah")
        self.passwords[account] = password

    def open(self, account: str, password: str) -> str:
        if not password or self.passwords.get(account) != password:
            raise RefusedError(401, "sandi_salah")
        token = secrets.token_hex(8)
        self.sessions[token] = account
        return token

    def who(self, token: str) -> str:
        if token not in self.sessions:
            raise RefusedError(401, "belum_masuk")
        return self.sessions[token]

    def bearer(self, headers: Headers) -> str:
        return self.who(headers.get("Authorization", "").removeprefix("Bearer "))

    def office(self, headers: Headers) -> None:
        if headers.get("X-Kantor") != self.KEY:
            raise RefusedError(401, "bukan_kantor")

    def register(self, tps: list[Any], accounts: list[Any]) -> None:
        self.tps |= {str(one["kode"]): one for one in tps}
        self.codes |= {one["akun"]: (one["tps"], one["kode"]) for one in accounts}

    def store(
        self, account: str, tps: str, page: int, key: str, photo: bytes, digest: str, numbers: Any
    ) -> str:
        if self.codes[account][0] != tps:
            raise RefusedError(403, "tps_lain")
        if hashlib.sha256(photo).hexdigest() != digest:
            raise RefusedError(422, "foto_rusak")
        before = next((row for row in self.rows if row["kunci"] == key), None)
        if before is None:
            self.photos[digest] = photo
            before = {
                "tps": tps, "halaman": page, "revisi": 1, "berlaku": True, "resi": secrets.token_hex(8),
                "kunci": key, "akun": account, "sha256": digest, "foto_url": f"/media/{digest}.jpg",
                "angka": numbers, "disimpan": "2024-02-14T15:00:00+07:00",
            }  # fmt: skip
            self.rows.append(before)
        return str(before["resi"])

    def photo(self, digest: str) -> Reply:
        if digest not in self.photos:
            raise RefusedError(404, "tidak_ada")
        return 200, {"Content-Type": "image/jpeg"}, self.photos[digest]


def form(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode()))


class Cookies(Kept):
    """Session and CSRF token in cookies; every refusal of a phone is 200 with "sukses": false."""

    def answer(self, method: str, path: str, headers: Headers, body: bytes) -> Reply:
        try:
            return self._answer(method, path, headers, body)
        except RefusedError as error:
            return told({"sukses": False, "pesan": error.word})

    def _answer(self, method: str, path: str, headers: Headers, body: bytes) -> Reply:
        asked = {name: one[0] for name, one in parse_qs(urlsplit(path).query).items()}
        jar = dict(one.partition("=")[::2] for one in headers.get("Cookie", "").split("; "))
        path = urlsplit(path).path
        if path == "/sanctum/csrf-cookie":
            return 204, {"Set-Cookie": "XSRF-TOKEN=" + quote("awal==", safe="")}, b""
        if path == "/publik/hasil":
            rows = [row for row in self.rows if asked.get("tps") in {None, row["tps"]}]
            start = (int(asked.get("page", 1)) - 1) * self.PART
            return told({"data": rows[start : start + self.PART], "total_pages": -(-len(rows) // self.PART)})
        if path.startswith("/media/"):
            return self.photo(path[7:-4])
        if path.startswith("/kantor/"):
            return self._office(path, headers, body, int(asked.get("offset", 0)))
        if path == "/aktivasi":
            sent = form(body)
            self.activate(sent["username"], sent["kode_aktivasi"], sent["password"])
            return told({"sukses": True})
        if method == "POST" and headers.get("X-XSRF-TOKEN") != unquote(jar.get("XSRF-TOKEN", "-")):
            raise RefusedError(419, "csrf")
        if path == "/masuk":
            sent = form(body)
            token = self.open(sent["username"], sent["password"])
            csrf = quote(f"{token}==", safe="")
            return told(
                {"sukses": True},
                **{"Set-Cookie": f"sid={token}; Path=/; HttpOnly\nXSRF-TOKEN={csrf}; Path=/"},
            )
        account = self.who(jar.get("sid", ""))
        if path == "/keluar":
            del self.sessions[jar["sid"]]
            return told({"sukses": True})
        if path.startswith("/status/"):
            there = {row["halaman"] for row in self.rows if row["tps"] == path[8:]}
            return told({"halaman": [{"halaman": page, "tersimpan": page in there} for page in (1, 2, 3)]})
        parts = multipart(headers["Content-Type"], body)
        sent = {name: one.decode() for name, one in parts.items() if name != "foto"}
        receipt = self.store(
            account, sent["tps"], int(sent["halaman"]), sent["kunci"], parts["foto"], sent["sha256"],
            json.loads(sent["angka"]),
        )  # fmt: skip
        return told({"sukses": True, "resi": receipt})

    def _office(self, path: str, headers: Headers, body: bytes, offset: int) -> Reply:
        if headers.get("Authorization") != "Basic " + base64.b64encode(self.KEY.encode()).decode():
            raise RefusedError(401, "bukan_kantor")
        if path == "/kantor/ekspor":
            return told(self.rows[offset : offset + self.PART])
        content = json.loads(body)
        if path == "/kantor/tps":
            self.register(content, [])
        else:
            content = {**content, "akun": content["username"], "kode": content["kode_aktivasi"]}
            self.register([], [content])
        return told({"sukses": True})


def multipart(kind: str, body: bytes) -> dict[str, bytes]:
    """The parts of a form by name."""
    boundary = kind.partition("boundary=")[2].encode()
    found = {}
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, content = part[2:-2].partition(b"\r\n\r\n")
        named = re.search(rb'name="([^"]*)"', head)
        assert named is not None
        found[named[1].decode()] = content
    return found


class OAuth2(Kept):
    """Tokens by the password flow, photos in base64, the portal with votes of invented contestants."""

    PREFIX = "/api"

    def __init__(self) -> None:
        super().__init__()
        self.regions: dict[str, Any] = {}
        self.people: list[Any] = []

    def answer(self, method: str, path: str, headers: Headers, body: bytes) -> Reply:
        try:
            if path == "/oauth/token":
                sent = form(body)
                assert sent["grant_type"] == "password"
                token = self.open(sent["username"], sent["password"])
                return told({"access_token": token, "token_type": "bearer"})
            assert path.startswith("/api/"), path
            return self._answer(method, path[4:], headers, body)
        except RefusedError as error:
            return told({"kesalahan": error.word}, error.status)

    def _answer(self, method: str, path: str, headers: Headers, body: bytes) -> Reply:
        asked = {name: one[0] for name, one in parse_qs(urlsplit(path).query).items()}
        path = urlsplit(path).path
        parts = path.strip("/").split("/")
        if path == "/aktivasi":
            sent = form(body)
            self.activate(sent["akun"], sent["kode_aktivasi"], sent["sandi"])
            return told({})
        if path == "/sehat":
            return told({"antrean": 0, "antrean_terbanyak": 10})
        if parts[0] == "kantor":
            self.office(headers)
            return self._office(parts[1], json.loads(body or b"{}"), int(asked.get("halaman", 0)))
        if parts[0] == "publik":
            return self._public(parts[1], parts[2])
        account = self.bearer(headers)
        if parts[2] == "tersimpan":
            return told({"halaman": [row["halaman"] for row in self.rows if row["tps"] == parts[1]]})
        sent = json.loads(body)
        assert sent["sumber"] == "aplikasi"
        photo = base64.b64decode(sent["foto"].removeprefix("data:image/jpeg;base64,"))
        receipt = self.store(
            account, parts[1], int(parts[3]), sent["kunci"], photo, sent["sidik"], sent["angka"]
        )
        return told({"resi": receipt}, 201)

    def _office(self, what: str, content: Any, part: int) -> Reply:
        if what == "wilayah":
            self.regions |= {one["kode"]: one for one in content["wilayah"]}
        elif what == "paslon":
            self.people.append(content)
        elif what == "pendaftaran":
            self.register(content["tps"], content["akun"])
        else:
            return told({"data": self.rows[part * self.PART : (part + 1) * self.PART]})
        return told({})

    def _public(self, what: str, code: str) -> Reply:
        if what == "foto":
            return self.photo(code)
        rows = [row for row in self.rows if row["tps"].startswith(code)]
        if what == "tps":
            pages = {str(row["halaman"]): row for row in rows}
            return told({"per": int(time.time() * 1000), "halaman": pages})
        if code not in self.regions:
            raise RefusedError(404, "tidak_ada")
        voted = [row["angka"] for row in rows if row["halaman"] == 2]
        sums = [
            {"nomor": number, "suara": sum(one[f"suara_{number}"] for one in voted)} for number in (3, 1, 2)
        ]
        counts = {"tps_masuk": len(voted), "jumlah_tps": len(self.tps)}
        return told({"per": int(time.time()), **counts, "perolehan": sums})


class TwoSteps(Kept):
    """A photo goes where the answer says; `store_at` is another authority in the place of this one."""

    def __init__(self, store_at: str = "") -> None:
        super().__init__()
        self.store_at = store_at
        self.begun: dict[str, dict[str, Any]] = {}
        self.tokens: set[str] = set()

    def answer(self, method: str, path: str, headers: Headers, body: bytes) -> Reply:
        try:
            return self._answer(method, path, headers, body)
        except RefusedError as error:
            return told({"kesalahan": error.word}, error.status)

    def _answer(self, method: str, path: str, headers: Headers, body: bytes) -> Reply:
        asked = {name: one[0] for name, one in parse_qs(urlsplit(path).query).items()}
        parts = urlsplit(path).path.strip("/").split("/")
        if parts[0] == "wadah":
            one = self.begun[parts[1]]
            if (
                asked.get("tanda") != one["tanda"]
                or headers.get("X-Wadah") != "ya"
                or "Authorization" in headers
            ):
                raise RefusedError(403, "tanda_salah")
            one["foto"] = body
            return 200, {}, b""
        if headers.get("X-Api-Key") != "kunci-pemasok":
            raise RefusedError(401, "bukan_pemasok")
        if parts == ["csrf"]:
            self.tokens.add(token := secrets.token_hex(4))
            return told({"csrfToken": token}, **{"Set-Cookie": f"awal={token}"})
        if parts[0] == "foto":
            return self.photo(parts[1])
        if parts == ["kantor", "ekspor"]:
            self.office(headers)
            start = int(asked.get("mulai", 0))
            further = f"{self.at}/kantor/ekspor?mulai={start + self.PART}"
            last = start + self.PART >= len(self.rows)
            rows = self.rows[start : start + self.PART]
            return told({"data": rows, "links": {"next": None if last else further}})
        content = json.loads(body or b"{}")
        if parts == ["sesi"]:
            if headers.get("X-CSRF-Token") not in self.tokens or "awal=" not in headers.get("Cookie", ""):
                raise RefusedError(403, "csrf")
            return told({"data": {"token": self.open(content["akun"], content["sandi"])}})
        if parts == ["aktivasi"]:
            self.activate(content["akun"], content["otp"], content["sandi"])
            return told({})
        if parts == ["kantor", "pendaftaran"]:
            self.office(headers)
            self.register(content["tps"], content["akun"])
            return told({})
        account = self.bearer(headers)
        if parts[-1] == "selesai":
            one = self.begun[parts[1]]
            if len(one.get("foto", b"")) != one["ukuran"]:
                raise RefusedError(422, "ukuran_lain")
            receipt = self.store(
                account, one["tps"], one["halaman"], one["kunci"], one["foto"], one["sidik"], content["angka"]
            )
            return told({"resi": receipt})
        assert content["tipe_konten"] == "image/jpeg"
        name, mark = secrets.token_hex(4), secrets.token_hex(4)
        self.begun[name] = {**content, "tps": parts[1], "halaman": int(parts[3]), "tanda": mark}
        place = f"{self.store_at or self.at}/wadah/{name}?tanda={mark}"
        return told({"id": name, "upload_url": place, "headers": {"X-Wadah": "ya"}}, 201)


class InPieces(Kept):
    """tus 1.0; `breaks` is after how many pieces the first upload fails, 0 for never."""

    def __init__(self, breaks: int = 0) -> None:
        super().__init__()
        self.breaks = breaks
        self.begun: dict[str, dict[str, Any]] = {}
        self.heads = 0

    def answer(self, method: str, path: str, headers: Headers, body: bytes) -> Reply:
        try:
            return self._answer(method, path, headers, body)
        except RefusedError as error:
            return told({"kesalahan": error.word}, error.status)

    def _answer(self, method: str, path: str, headers: Headers, body: bytes) -> Reply:
        parts = urlsplit(path).path.strip("/").split("/")
        if parts[0] == "foto":
            return self.photo(parts[1])
        if parts == ["kantor", "ekspor"]:
            self.office(headers)
            start = int(parse_qs(urlsplit(path).query).get("cursor", ["0"])[0])
            following = str(start + self.PART) if start + self.PART < len(self.rows) else None
            return told({"data": self.rows[start : start + self.PART], "next_cursor": following})
        if parts[0] == "unggahan":
            return self._piece(method, parts[1], headers, body)
        if parts[-1] == "unggahan":
            account = self.bearer(headers)
            told_of = dict(one.split(" ") for one in headers["Upload-Metadata"].split(","))
            name = secrets.token_hex(4)
            self.begun[name] = {
                "akun": account, "tps": parts[1], "halaman": int(parts[3]), "foto": b"",
                "kunci": headers["Idempotency-Key"], "panjang": int(headers["Upload-Length"]),
                **{key: base64.b64decode(value).decode() for key, value in told_of.items()},
            }  # fmt: skip
            return 201, {"Location": f"/unggahan/{name}"}, b""
        content = json.loads(body or b"{}")
        if parts == ["masuk"]:
            return told({"token": self.open(content["akun"], content["sandi"])})
        if parts == ["aktivasi"]:
            self.activate(content["akun"], content["otp"], content["sandi"])
            return told({})
        self.office(headers)
        self.register(content["tps"], content["akun"])
        return told({})

    def _piece(self, method: str, name: str, headers: Headers, body: bytes) -> Reply:
        self.bearer(headers)
        one = self.begun[name]
        if method == "HEAD":
            self.heads += 1
            return 200, {"Upload-Offset": str(len(one["foto"]))}, b""
        if int(headers["Upload-Offset"]) != len(one["foto"]):
            raise RefusedError(409, "tempat_lain")
        self.breaks -= 1
        if self.breaks == 0:
            one["foto"] += body[: len(body) // 2]
            raise RefusedError(503, "putus")
        one["foto"] += body
        offset = {"Upload-Offset": str(len(one["foto"]))}
        if len(one["foto"]) < one["panjang"]:
            return 204, offset, b""
        receipt = self.store(
            one["akun"], one["tps"], one["halaman"], one["kunci"], one["foto"], one["sha256"],
            json.loads(one["angka"]),
        )  # fmt: skip
        return told({"resi": receipt}, **offset)


class GraphQL(Kept):
    """One path for everything; what goes wrong is in `errors`, with 200."""

    def answer(self, method: str, path: str, headers: Headers, body: bytes) -> Reply:
        if path.startswith("/foto/"):
            return self.photo(path[6:])
        asked = json.loads(body)
        found = re.search(r"\{\s*(\w+)", asked["query"])
        assert found is not None
        try:
            return told({"data": {found[1]: self._resolve(found[1], asked["variables"], headers)}})
        except RefusedError as error:
            return told({"data": None, "errors": [{"message": error.word}]})

    def _resolve(self, name: str, given: dict[str, Any], headers: Headers) -> Any:
        if name == "daftar":
            self.office(headers)
            self.register(given["tps"], given["akun"])
            return True
        if name == "semua":
            self.office(headers)
            return self.rows[given["mulai"] : given["mulai"] + self.PART]
        if name == "aktivasi":
            self.activate(given["akun"], given["kode"], given["sandi"])
            return True
        if name == "masuk":
            return {"token": self.open(given["akun"], given["sandi"])}
        photo = base64.b64decode(given["foto"])
        return {"resi": self.store(
            self.bearer(headers), given["tps"], given["halaman"], given["kunci"], photo, given["sidik"],
            json.loads(given["angka"]),
        )}  # fmt: skip


@contextmanager
def running(kept: Kept) -> Iterator[str]:
    """The URL at which a vendor's server answers."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kept.asked.append((self.command, self.path))
            status, headers, content = kept.answer(self.command, self.path, dict(self.headers.items()), body)
            self.send_response(status)
            for name, value in headers.items():
                for line in value.split("\n"):
                    self.send_header(name, line)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_HEAD = _answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    kept.at = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield kept.at
    finally:
        server.shutdown()
        server.server_close()
