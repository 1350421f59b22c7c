"""A phone as a program: what a trainee's page asks of the site. For the self-test and for tests."""

import http.client
import json
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

_WAIT_S = 60.0
_BOUNDARY = "gladi-latihan"


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer: its status and its JSON, {} where it is none."""

    status: int
    content: Mapping[str, Any]
    body: bytes

    @property
    def good(self) -> bool:
        """2xx."""
        return 200 <= self.status < 300


class Visitor:
    """One phone, or the trainer's computer; `token` is that of its session."""

    def __init__(self, url: str, device: str = "hp-uji") -> None:
        self._to = urlsplit(url)
        self.device = device
        self.token = ""

    def activate(self, account: str, code: str, password: str) -> Heard:
        """With the card."""
        told = {"akun": account, "kode": code, "sandi": password, "perangkat": self.device}
        return self._in(self.post("/api/aktivasi", told))

    def login(self, account: str, password: str) -> Heard:
        """With the password."""
        told = {"akun": account, "sandi": password, "perangkat": self.device}
        return self._in(self.post("/api/masuk", told))

    def trainer(self, code: str) -> Heard:
        """With the code of the terminal."""
        return self._in(self.post("/api/pelatih/masuk", {"kode": code}))

    def send(
        self,
        work: str,
        page: int,
        photo: bytes,
        numbers: Mapping[str, int],
        key: str = "",
        *,
        offline: bool = False,
    ) -> Heard:
        """A photo with its numbers."""
        body = (
            (
                f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="numbers"\r\n\r\n'
                f"{json.dumps(dict(numbers))}"
                f'\r\n--{_BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="h.jpg"\r\n'
                "Content-Type: image/jpeg\r\n\r\n"
            ).encode()
            + photo
            + f"\r\n--{_BOUNDARY}--\r\n".encode()
        )
        headers = {
            "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}",
            "Idempotency-Key": key or secrets.token_hex(16),
            "X-Photo-SHA256": sha256(photo).hexdigest(),
            **({"X-Luring": "1"} if offline else {}),
        }
        return self.ask("POST", f"/api/kerja/{work}/halaman/{page}", body, headers)

    def confirm(self, work: str, agree: bool) -> Heard:
        """Sesuai, or not."""
        return self.post(f"/api/kerja/{work}/konfirmasi", {"sesuai": agree}, _key())

    def correct(self, work: str, page: int, numbers: Mapping[str, int], reason: str) -> Heard:
        """Changed numbers."""
        told = {"numbers": dict(numbers), "alasan": reason}
        return self.post(f"/api/kerja/{work}/perbaikan/{page}", told, _key())

    def get(self, path: str) -> Heard:
        """Read."""
        return self.ask("GET", path, b"", {})

    def post(self, path: str, told: Any = None, headers: Mapping[str, str] | None = None) -> Heard:
        """JSON."""
        body = json.dumps({} if told is None else told).encode()
        return self.ask("POST", path, body, {"Content-Type": "application/json", **(headers or {})})

    def ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Heard:
        """Anything."""
        host, port = self._to.hostname or "", self._to.port
        connection: http.client.HTTPConnection
        if self._to.scheme == "https":
            # It asks the site that this very process has started; nobody vouches for a class's certificate.
            trust = ssl._create_unverified_context()
            connection = http.client.HTTPSConnection(host, port, timeout=_WAIT_S, context=trust)
        else:
            connection = http.client.HTTPConnection(host, port, timeout=_WAIT_S)
        known = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            connection.request(method, path, body or None, {**known, **headers})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        try:
            told = json.loads(content)
        except ValueError:
            told = {}
        return Heard(answer.status, told if isinstance(told, dict) else {}, content)

    def _in(self, heard: Heard) -> Heard:
        if heard.good:
            self.token = str(heard.content["token"])
        return heard


def _key() -> dict[str, str]:
    return {"Idempotency-Key": secrets.token_hex(16)}
