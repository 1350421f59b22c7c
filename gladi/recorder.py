"""The record of a run while it happens: one fixed struct an operation, appended to a file.

Writing Parquet during a run would block the load driver; a packed struct costs less than a microsecond.
`history` turns the workers' files into one Arrow table afterwards.
"""

import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa

from reports.schema import HISTORY, KINDS, STAFF, UNREADABLE
from scenarios.forms import FORMS as ALL_FORMS
from simulators.operations import Answer, Operation

OUTCOMES = ("ok", "fail", "unknown")
LINKS = ("4g", "3g", "edge", "vsat")
ACTORS = ("kpps", "publik", "iseng", *STAFF)
FORMS = ("", *ALL_FORMS)
_WIDTH_OF = {"pps": 10, "ppk": 6, "kpu": 4}
"""Digits of the region of an actor's account."""

_RECORD = struct.Struct("<Q BBBBBBBB HHH QQI ddd III 32s 32s 32s 64s 48s 16s")
RECORD = np.dtype(
    [
        ("op_id", "<u8"),
        ("kind", "u1"), ("actor", "u1"), ("operator", "u1"), ("form", "u1"),
        ("page", "u1"), ("link", "u1"), ("outcome", "u1"), ("reject", "u1"),
        ("attempt", "<u2"), ("status", "<u2"), ("worker", "<u2"),
        ("tps", "<u8"), ("account_tps", "<u8"), ("area", "<u4"),
        ("intended_s", "<f8"), ("started_s", "<f8"), ("ended_s", "<f8"),
        ("bytes_sent", "<u4"), ("bytes_received", "<u4"), ("stored_pages", "<u4"),
        ("content", "S32"), ("numbers", "S32"), ("key", "S32"), ("receipt", "S64"), ("reason", "S48"),
        ("session", "S16"),
    ]
)  # fmt: skip
"""A row of a worker's record."""
assert _RECORD.size == RECORD.itemsize

_FLUSH_BYTES = 1 << 16


def _numbered(names: Sequence[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}


_KIND, _ACTOR, _FORM = _numbered(KINDS), _numbered(ACTORS), _numbered(FORMS)
_LINK, _OUTCOME = _numbered(LINKS), _numbered(OUTCOMES)


class Recorder:
    """Appends records of one worker to `path`; call `close` at the end (or lose at most the last few)."""

    def __init__(self, path: Path, worker: int) -> None:
        self._file: IO[bytes] = path.open("wb")
        self._buffer = bytearray()
        self._worker = worker
        self.written = 0

    def write(
        self,
        operation: Operation,
        answer: Answer,
        started_s: float,
        ended_s: float,
        content: str = "",
        numbers: str = "",
    ) -> None:
        """Note one operation; times on the run clock.

        `content` and `numbers` are the digests of what was sent, where the answer does not have them itself.
        """
        rejected = operation.expect == "reject"
        reason = f"probe:{operation.variant}" if rejected else answer.reason or _said(operation, answer)
        attempt = operation.attempt
        self._buffer += _RECORD.pack(
            (self._worker << 40) | self.written,
            _KIND[operation.kind],
            _ACTOR[operation.actor],
            operation.operator,
            _FORM[operation.form],
            operation.page,
            _LINK[operation.link],
            _OUTCOME[answer.outcome],
            rejected,
            attempt if attempt < 65_535 else 65_535,
            answer.status,
            self._worker,
            int(operation.tps or 0),
            int(operation.account_tps.replace(".", "") or 0),
            int(operation.area or 0),
            operation.intended_s,
            started_s,
            ended_s,
            answer.bytes_sent,
            answer.bytes_received,
            answer.stored_pages,
            bytes.fromhex(content or answer.content_sha256),
            bytes.fromhex(numbers or answer.numbers_sha256),
            operation.key.encode(),
            answer.receipt.encode()[:64],
            reason.encode()[:48],
            answer.session.encode(),
        )
        self.written += 1
        if len(self._buffer) >= _FLUSH_BYTES:
            self.flush()

    def flush(self) -> None:
        """Hand what is buffered to the operating system."""
        self._file.write(self._buffer)
        self._file.flush()
        self._buffer.clear()

    def close(self) -> None:
        """Flush and close."""
        self.flush()
        self._file.close()


def history(paths: Iterable[Path]) -> pa.Table:
    """All records of a run as one table in the `HISTORY` schema, ordered by intended moment.

    A record cut off at the end of a file (a worker that died) is left out.
    """
    parts = []
    for path in paths:
        data = path.read_bytes()
        parts.append(np.frombuffer(data[: len(data) - len(data) % RECORD.itemsize], dtype=RECORD))
    rows = np.concatenate(parts) if parts else np.empty(0, dtype=RECORD)
    rows = rows[np.lexsort((rows["op_id"], rows["intended_s"]))]
    columns = {
        "op_id": rows["op_id"],
        "kind": _words(KINDS, rows["kind"]),
        "actor": _words(ACTORS, rows["actor"]),
        "tps": _digits(rows["tps"], 13),
        "account_tps": _accounts(rows["account_tps"], rows["actor"]),
        "operator": rows["operator"],
        "form": _words(FORMS, rows["form"]),
        "page": rows["page"],
        "attempt": rows["attempt"],
        "area": _digits(rows["area"], 6),
        "link": _words(LINKS, rows["link"]),
        "intended_s": rows["intended_s"],
        "started_s": rows["started_s"],
        "ended_s": rows["ended_s"],
        "outcome": _words(OUTCOMES, rows["outcome"]),
        "status": rows["status"],
        "reason": _text(rows["reason"]),
        "bytes_sent": rows["bytes_sent"],
        "bytes_received": rows["bytes_received"],
        "content_sha256": _hex(rows["content"]),
        "numbers_sha256": _hex(rows["numbers"]),
        "key": _text(rows["key"]),
        "receipt": _text(rows["receipt"]),
        "session": _text(rows["session"]),
        "stored_pages": rows["stored_pages"],
        "expect": _words(("accept", "reject"), rows["reject"]),
        "worker": rows["worker"],
    }
    return pa.table(
        {field.name: pa.array(columns[field.name], field.type) for field in HISTORY}, schema=HISTORY
    )


def _words(names: tuple[str, ...], codes: np.ndarray) -> list[str]:
    return [names[code] for code in codes]


def _digits(numbers: np.ndarray, width: int) -> list[str]:
    return [f"{number:0{width}d}" if number else "" for number in numbers.tolist()]


def _said(operation: Operation, answer: Answer) -> str:
    """What is noted beside an acknowledgement: the word of a decision, or that the photo cannot be read."""
    if answer.outcome != "ok":
        return ""
    if operation.decided is not None:
        return operation.decided.word
    return UNREADABLE if operation.unreadable else ""


def _accounts(numbers: np.ndarray, actors: np.ndarray) -> list[str]:
    """A TPS with its 13 digits; of staff the region: a desa's ten, a kecamatan's six, a regency's "17.08"."""
    width = [_WIDTH_OF.get(ACTORS[actor], 13) for actor in actors.tolist()]
    codes = (
        f"{number:0{one}d}" if number else "" for number, one in zip(numbers.tolist(), width, strict=True)
    )
    return [f"{code[:2]}.{code[2:]}" if len(code) == 4 else code for code in codes]


def _text(values: np.ndarray) -> list[str]:
    return [value.decode() for value in values.tolist()]


def _hex(values: np.ndarray) -> list[str]:
    # numpy strips trailing zero bytes of an S column; a digest has 32 of them, an absent one none.
    return [value.ljust(32, b"\0").hex() if value else "" for value in values.tolist()]
