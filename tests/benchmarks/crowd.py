"""The crowd that is offered to a stack: operators who are logged in and have pages to send, and requests as
bytes that need no further work when their moment comes.
"""

import hashlib
import itertools
import json
import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import requests

from tests.benchmarks.offered import Ask, Generator
from tests.sirekap.kpps_phone import JPEG_HEAD, NUMBERS, PASSWORD, Stack, bearer

VILLAGE_TPS = 500
PHOTO_BYTES = 300_000
DEVICE = "bench"


@dataclass(frozen=True)
class Page:
    """A page that can be sent once."""

    tps: str
    token: str
    page: int


@dataclass
class Crowd:
    """Requests of every kind; a page whose sending was refused may be sent later."""

    stack: Stack
    tokens: dict[str, str]
    pages: deque[Page]
    logins: Iterator[str]
    _turn: Iterator[int] = field(default_factory=itertools.count)
    _filling: bytes = field(default_factory=lambda: os.urandom(PHOTO_BYTES - len(JPEG_HEAD) - 60))

    def __post_init__(self) -> None:
        self._hashed = hashlib.sha256(JPEG_HEAD + self._filling)
        self._status = itertools.cycle(list(self.tokens.items()))
        self._portal = itertools.cycle(
            [
                _get(path)
                for path in ("/public/v1/national", "/public/v1/region/17", "/public/v1/region/17.08")
            ]
        )

    def login(self) -> Ask:
        """An operator logs in."""
        body = {"account": next(self.logins), "password": PASSWORD, "device": DEVICE}
        return Ask("login", [_post("/v1/login", json.dumps(body).encode())])

    def status(self) -> Ask:
        """A phone asks how its pages stand."""
        tps, token = next(self._status)
        return Ask("status", [_get(f"/v1/tps/{tps}/status", token)])

    def portal(self) -> Ask:
        """The public reads totals."""
        return Ask("portal", [next(self._portal)])

    def upload(self) -> Ask | None:
        """A phone sends a page of 300 KB, each another photo; None when there is none left."""
        if not self.pages:
            return None
        page = self.pages.popleft()
        ending = f"{page.tps}{page.page:03d}".encode().ljust(58) + b"\xff\xd9"
        digest = self._hashed.copy()
        digest.update(ending)
        before = (
            b'--batas\r\nContent-Disposition: form-data; name="numbers"\r\n\r\n'
            + json.dumps(NUMBERS[page.page]).encode()
            + b'\r\n--batas\r\nContent-Disposition: form-data; name="photo"; filename="p.jpg"\r\n'
            + b"Content-Type: image/jpeg\r\n\r\n"
            + JPEG_HEAD
        )
        after = ending + b"\r\n--batas--\r\n"
        size_bytes = len(before) + len(self._filling) + len(after)
        head = (
            f"POST /v1/tps/{page.tps}/forms/ppwp/pages/{page.page} HTTP/1.1\r\nHost: s\r\n"
            f"Authorization: Bearer {page.token}\r\nContent-Length: {size_bytes}\r\n"
            "Content-Type: multipart/form-data; boundary=batas\r\n"
            f"Idempotency-Key: bench-{page.tps}-{page.page}\r\nX-Photo-SHA256: {digest.hexdigest()}\r\n\r\n"
        )

        def ended(status: int, answer: bytes) -> None:
            if status == 503:
                self.pages.append(page)

        return Ask("upload", [head.encode() + before, self._filling, after], ended)


def entered(stack: Stack, tps: int, *, village: int = 1, seconds: float = 120.0) -> dict[str, str]:
    """Register so many TPS and let an operator of each activate, log in, initialise: TPS -> token."""
    codes = _registered(stack, tps, village)
    tokens: dict[str, str] = {}
    steps: deque[Ask] = deque()
    generator = Generator(_port(stack), patience_s=30.0, slo_s=30.0)

    def enter(code: str) -> None:
        account = {"account": f"{code}-1", "password": PASSWORD, "device": DEVICE}
        activation = json.dumps({**account, "activation_code": f"kode-{code}-1"}).encode()

        def step(kind: str, request: bytes, then: Callable[[bytes], object]) -> None:
            def ended(status: int, answer: bytes) -> None:
                if status == 503:
                    steps.append(Ask(kind, [request], ended))
                elif status == 200:
                    then(answer)
                else:
                    raise RuntimeError(f"{kind} of {code} answered {status}: {answer[-300:]!r}")

            steps.append(Ask(kind, [request], ended))

        def activated(answer: bytes) -> None:
            step("login", _post("/v1/login", json.dumps(account).encode()), logged_in)

        def logged_in(answer: bytes) -> None:
            token = json.loads(answer.partition(b"\r\n\r\n")[2])["token"]
            step("initialise", _post("/v1/initialise", b"{}", token), lambda _: tokens.update({code: token}))

        step("activate", _post("/v1/activate", activation), activated)

    for code in codes:
        enter(code)
    rounds = 0
    while len(tokens) < len(codes) and rounds < seconds:
        generator.saturate(8, 1.0, lambda: steps.popleft() if steps else None)
        rounds += 1
    generator.close()
    if len(tokens) < len(codes):
        raise RuntimeError(f"only {len(tokens)} of {len(codes)} operators could enter in {seconds:g} s")
    return tokens


def crowd(stack: Stack, tokens: dict[str, str], logins: int) -> Crowd:
    """The crowd of `tokens`; the first `logins` operators are those who log in again and again."""
    pages = deque(Page(tps, token, page) for page in (1, 2, 3) for tps, token in tokens.items())
    return Crowd(stack, tokens, pages, itertools.cycle([f"{tps}-1" for tps in list(tokens)[:logins]]))


def _registered(stack: Stack, count: int, first: int) -> list[str]:
    villages = -(-count // VILLAGE_TPS)
    codes = [
        f"170804{2000 + first + village}{number:03d}"
        for village in range(villages)
        for number in range(1, VILLAGE_TPS + 1)
    ][:count]
    content = {
        "regions": [
            {"code": "17", "level": "provinsi", "name": "Bengkulu", "parent": None},
            {"code": "17.08", "level": "kab_kota", "name": "Kepahiang", "parent": "17"},
            {"code": "170804", "level": "kecamatan", "name": "Kepahiang", "parent": "17.08"},
        ]
        + [
            {
                "code": f"170804{2000 + first + n}",
                "level": "kel_desa",
                "name": f"Desa {n}",
                "parent": "170804",
            }
            for n in range(villages)
        ],
        "tps": [
            {
                "code": c,
                "number": int(c[-3:]),
                "kecamatan": "170804",
                "kel_desa": c[:10],
                "dpt_l": 100,
                "dpt_p": 101,
            }
            for c in codes
        ],
        "accounts": [
            {"account": f"{c}-1", "tps": c, "operator": 1, "activation_code": f"kode-{c}-1"} for c in codes
        ],
    }
    answer = requests.post(
        f"{stack.url}/v1/admin/register", json=content, headers=bearer(stack.admin_token), timeout=60
    )
    answer.raise_for_status()
    return codes


def _port(stack: Stack) -> int:
    return int(stack.url.rpartition(":")[2])


def _get(path: str, token: str = "") -> bytes:
    asking = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nHost: s\r\n{asking}\r\n".encode()


def _post(path: str, body: bytes, token: str = "") -> bytes:
    asking = f"Authorization: Bearer {token}\r\n" if token else ""
    head = f"POST {path} HTTP/1.1\r\nHost: s\r\n{asking}Content-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
