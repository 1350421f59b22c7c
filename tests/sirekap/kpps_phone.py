"""A phone of a KPPS operator, and the offices around it, as small as the tests need them."""

import hashlib
import json
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 15.0
PASSWORD = "rahasia-sekali"

NUMBERS: dict[int, dict[str, int]] = {
    1: {
        f"{row}_{column}": value
        for row in ("dpt", "pengguna_dpt", "pengguna_dptb", "pengguna_dpk", "pengguna_total", "disabilitas")
        for column, value in (("l", 100), ("p", 101), ("j", 201))
    }
    | {"ss_diterima": 206, "ss_digunakan": 201, "ss_dikembalikan": 0, "ss_tidak_digunakan": 5},
    2: {"suara_1": 50, "suara_2": 120, "suara_3": 30},
    3: {"suara_sah": 200, "suara_tidak_sah": 1, "suara_total": 201},
}


def sirekap(*words: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``python -m sirekap`` with these words."""
    return subprocess.run(
        [sys.executable, "-m", "sirekap", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **(environ or {})},
    )


@dataclass
class Stack:
    """A running stack, its keys, and what its start said on stderr."""

    dir: Path
    url: str
    admin_token: str
    audit_token: str
    warned: str

    def record(self) -> dict[str, Any]:
        """stack.json as it is now."""
        return dict(json.loads((self.dir / "stack.json").read_text()))

    def pid(self, component: str) -> int:
        """The pid of a component as it is now."""
        return int(self.record()["components"][component]["pid"])

    def start(self, component: str) -> None:
        """Start a dead component again, as stack.json says."""
        argv = self.record()["components"][component]["start"]
        subprocess.run(argv, cwd=ROOT, check=True, timeout=60, capture_output=True)

    def audit(self) -> list[dict[str, Any]]:
        """Every stored revision, read page by page."""
        rows: list[dict[str, Any]] = []
        cursor: str | None = "0"
        while cursor is not None:
            answer = requests.get(
                f"{self.url}/v1/audit/pages",
                params={"after": cursor, "limit": "50"},
                headers=bearer(self.audit_token),
                timeout=WAIT_S,
            )
            answer.raise_for_status()
            rows += answer.json()["rows"]
            cursor = answer.json()["next"]
        return rows


def up(directory: Path, *words: str, environ: dict[str, str] | None = None) -> Stack:
    """Start a stack or fail with what it said."""
    done = sirekap("up", "--dir", str(directory), "--json", *words, environ=environ)
    assert done.returncode == 0, done.stderr
    keys = json.loads((directory / "secrets.json").read_text())
    return Stack(
        directory, json.loads(done.stdout)["url"], keys["admin_token"], keys["audit_token"], done.stderr
    )


@contextmanager
def running_stack(directory: Path, *words: str, environ: dict[str, str] | None = None) -> Iterator[Stack]:
    """A stack for the block; it is ended whatever happens, and must end well."""
    try:
        yield up(directory, *words, environ=environ)
    finally:
        assert sirekap("down", "--dir", str(directory)).returncode == 0


def bearer(token: str) -> dict[str, str]:
    """An Authorization header."""
    return {"Authorization": f"Bearer {token}"}


def tps_code(number: int) -> str:
    """TPS 1, 2, ... of one village of Kepahiang."""
    return f"1708042001{number:03d}"


def registration(count: int) -> dict[str, Any]:
    """What KPU registers for the first `count` TPS."""
    codes = [tps_code(number) for number in range(1, count + 1)]
    return {
        "regions": [
            {"code": "17", "level": "provinsi", "name": "Bengkulu", "parent": None},
            {"code": "17.08", "level": "kab_kota", "name": "Kepahiang", "parent": "17"},
            {"code": "170804", "level": "kecamatan", "name": "Kepahiang", "parent": "17.08"},
            {"code": "1708042001", "level": "kel_desa", "name": "Contoh", "parent": "170804"},
        ],
        "tps": [
            {
                "code": code,
                "number": number,
                "kecamatan": "170804",
                "kel_desa": "1708042001",
                "dpt_l": 100,
                "dpt_p": 101,
            }
            for number, code in enumerate(codes, start=1)
        ],
        "accounts": [
            {"account": f"{code}-{n}", "tps": code, "operator": n, "activation_code": f"kode-{code}-{n}"}
            for code in codes
            for n in (1, 2)
        ],
    }


def register(stack: Stack, count: int) -> None:
    """Register the first `count` TPS."""
    answer = requests.post(
        f"{stack.url}/v1/admin/register",
        json=registration(count),
        headers=bearer(stack.admin_token),
        timeout=WAIT_S,
    )
    assert answer.json() == {"tps": count, "accounts": 2 * count}, answer.text


def photo(seed: str, size_bytes: int = 40_000) -> bytes:
    """Bytes that begin as a JPEG of 3 megapixels does, and end as one; in between there is no picture."""
    filling = hashlib.shake_256(seed.encode()).digest(size_bytes - len(JPEG_HEAD) - 2)
    return JPEG_HEAD + filling + b"\xff\xd9"


def jpeg_head(width: int, height: int) -> bytes:
    """The markers before the coded picture: start, JFIF, frame, scan."""
    jfif = b"\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0"
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\1\1\x11\0"
    return b"\xff\xd8" + jfif + frame + b"\xff\xda\x00\x08\1\1\0\0\x3f\0"


JPEG_HEAD = jpeg_head(1500, 2000)


@dataclass
class Phone:
    """One operator's phone, activated and logged in."""

    stack: Stack
    tps: str
    token: str
    http: requests.Session = field(default_factory=requests.Session)

    def submit(
        self,
        page: int,
        key: str,
        *,
        jpeg: bytes | None = None,
        tps: str | None = None,
        numbers: Any = None,
        headers: dict[str, str] | None = None,
    ) -> requests.Response:
        """Send one page."""
        body = photo(f"{tps or self.tps} {page}") if jpeg is None else jpeg
        given = NUMBERS[page] if numbers is None else numbers
        return self.http.post(
            f"{self.stack.url}/v1/tps/{tps or self.tps}/forms/ppwp/pages/{page}",
            headers={
                **bearer(self.token),
                "Idempotency-Key": key,
                "X-Photo-SHA256": hashlib.sha256(body).hexdigest(),
                "X-Captured-At": "2024-02-14T19:05:00+07:00",
                **(headers or {}),
            },
            files={
                "numbers": (None, json.dumps(given), "application/json"),
                "photo": ("page.jpg", body, "image/jpeg"),
            },
            timeout=WAIT_S,
        )

    def post(self, path: str, key: str, body: dict[str, Any], *, tps: str | None = None) -> requests.Response:
        """Send JSON to a path below the TPS."""
        return self.http.post(
            f"{self.stack.url}/v1/tps/{tps or self.tps}/{path}",
            json=body,
            headers={**bearer(self.token), "Idempotency-Key": key},
            timeout=WAIT_S,
        )

    def get(self, path: str) -> requests.Response:
        """Read with the session."""
        return self.http.get(f"{self.stack.url}{path}", headers=bearer(self.token), timeout=WAIT_S)


def activate(stack: Stack, account: str, **changes: str) -> requests.Response:
    """Activate an account; `changes` replace fields."""
    body = {
        "account": account,
        "activation_code": f"kode-{account}",
        "password": PASSWORD,
        "device": "uji-1",
        **changes,
    }
    return requests.post(f"{stack.url}/v1/activate", json=body, timeout=WAIT_S)


def login(stack: Stack, account: str, password: str = PASSWORD, device: str = "uji-1") -> requests.Response:
    """Log in."""
    body = {"account": account, "password": password, "device": device}
    return requests.post(f"{stack.url}/v1/login", json=body, timeout=WAIT_S)


def initialise(stack: Stack, token: str, **told: str) -> requests.Response:
    """Fetch what the phone must know before its first write."""
    return requests.post(f"{stack.url}/v1/initialise", json=told, headers=bearer(token), timeout=WAIT_S)


def ready_phone(stack: Stack, number: int, operator: int = 1) -> Phone:
    """The phone of an operator of TPS `number`, activated, logged in and initialised."""
    account = f"{tps_code(number)}-{operator}"
    assert activate(stack, account).status_code == 200
    answer = login(stack, account)
    assert answer.status_code == 200, answer.text
    token = answer.json()["token"]
    assert initialise(stack, token).status_code == 200
    return Phone(stack, tps_code(number), token)
