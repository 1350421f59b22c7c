"""What an app on a phone says to the reference stack, over its public API; and the two offices that it needs.

Blocking; the site calls it in threads. A connection a request: the stack is on this machine.
"""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_WAIT_S = 20.0
_BOUNDARY = "gladi-bimtek-4c1f0a72"
AWAY = 599
"""Status of a request that the stack did not answer."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer of the stack; `content` is its JSON object, {} where it is none."""

    status: int
    content: Mapping[str, Any]
    body: bytes = b""
    retry_after_s: int = 0

    @property
    def good(self) -> bool:
        """Whether it was answered with 2xx."""
        return 200 <= self.status < 300

    @property
    def code(self) -> str:
        """The stack's word for a refusal, "" for none."""
        return str(self.content.get("code", "")) if not self.good else ""

    @property
    def title(self) -> str:
        """What a phone shows for it."""
        return str(self.content.get("title", "")) if not self.good else ""


_NOBODY = Said(
    AWAY, {"code": "database_away", "title": "Server latihan tidak menjawab. Kiriman akan diulang."}, b"", 3
)


class Telephone:
    """Requests to the stack at `url`; `admin_token` is for registration and the help desk."""

    def __init__(self, url: str, admin_token: str) -> None:
        self._host = urlsplit(url).hostname or "127.0.0.1"
        self._port = urlsplit(url).port or 80
        self._admin_token = admin_token

    # offices

    def register(self, body: Mapping[str, Any]) -> Said:
        """What KPU registers: regions, contests, TPS, accounts."""
        return self._json("POST", "/v1/admin/register", body, self._admin_token)

    def reset(self, account: str, reason: str) -> Said:
        """The help desk frees an account from its phone; the answer has a new `activation_code`."""
        return self._json("POST", f"/v1/helpdesk/accounts/{account}/reset", {"reason": reason},
                          self._admin_token)  # fmt: skip

    # the phone

    def activate(self, account: str, code: str, password: str, device: str) -> Said:
        """Set the password of an account and bind it to the device."""
        told = {"account": account, "activation_code": code, "password": password, "device": device}
        return self._json("POST", "/v1/activate", told)

    def login(self, account: str, password: str, device: str) -> Said:
        """Open a session; the answer has its `token`."""
        return self._json("POST", "/v1/login", {"account": account, "password": password, "device": device})

    def logout(self, token: str) -> Said:
        """End a session."""
        return self._json("POST", "/v1/logout", {}, token)

    def initialise(self, token: str) -> Said:
        """What a phone must know before its first write."""
        return self._json("POST", "/v1/initialise", {}, token)

    def send_page(
        self, token: str, path: str, headers: Mapping[str, str], numbers: str, photo: bytes
    ) -> Said:
        """One page; `path` is "<tps>/forms/<form>/pages/<page>"."""
        body = b"".join(
            (
                f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="numbers"\r\n'
                f"Content-Type: application/json\r\n\r\n{numbers}\r\n--{_BOUNDARY}\r\n"
                'Content-Disposition: form-data; name="photo"; filename="page.jpg"\r\n'
                "Content-Type: image/jpeg\r\n\r\n".encode(),
                photo,
                f"\r\n--{_BOUNDARY}--\r\n".encode(),
            )
        )
        kind = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
        return self._ask("POST", f"/v1/tps/{path}", body, {**_bearer(token), **headers, **kind})

    def confirm(self, token: str, path: str, agree: bool, key: str) -> Said:
        """Say sesuai or tidak sesuai; `path` is "<tps>/forms/<form>"."""
        return self._json("POST", f"/v1/tps/{path}/confirm", {"sesuai": agree}, token, key)

    def correct(self, token: str, path: str, numbers: Mapping[str, int], reason: str, key: str) -> Said:
        """Correct numbers of a page; `path` as for `send_page`."""
        told = {"numbers": dict(numbers), "reason": reason}
        return self._json("POST", f"/v1/tps/{path}/correct", told, token, key)

    def reading(self, token: str, path: str) -> Said:
        """What the stack read of a form, against what was sent; `path` is "<tps>/forms/<form>"."""
        return self._ask("GET", f"/v1/tps/{path}/reading", b"", _bearer(token))

    def history(self, token: str, path: str) -> Said:
        """Every revision of a form and every confirmation."""
        return self._ask("GET", f"/v1/tps/{path}/history", b"", _bearer(token))

    def photo(self, sha256: str) -> bytes:
        """A stored photo; b"" where there is none."""
        found = self._ask("GET", f"/public/v1/photos/{sha256}.jpg", b"", {})
        return found.body if found.good else b""

    def ready(self) -> bool:
        """Whether the stack can store."""
        return self._ask("GET", "/readyz", b"", {}).good

    def _json(self, method: str, path: str, told: Mapping[str, Any], token: str = "", key: str = "") -> Said:
        headers = {"Content-Type": "application/json", **(_bearer(token) if token else {})}
        if key:
            headers["Idempotency-Key"] = key
        return self._ask(method, path, json.dumps(told).encode(), headers)

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Said:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=_WAIT_S)
        try:
            connection.request(method, path, body or None, dict(headers))
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            return _NOBODY
        finally:
            connection.close()
        later = answer.headers.get("Retry-After", "")
        told: Any = {}
        if "json" in answer.headers.get("Content-Type", ""):
            try:
                told = json.loads(content)
            except ValueError:
                told = {}
        return Said(
            answer.status,
            told if isinstance(told, dict) else {},
            content,
            int(later) if later.isdigit() else 0,
        )


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
