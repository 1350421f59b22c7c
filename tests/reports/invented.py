"""Run directories made up for tests: a tiny honest store, operators who use it, and the files they leave.

`Rehearsal` plays operations against `Store` and records them as the live driver would; `save` writes the
directory. A test then bends the store or the history and looks who notices.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from reports.schema import HISTORY, PAGE_FIELDS, POPULATION, READBACK, RESOURCES, RUN_VERSION

Row = dict[str, Any]


def digest(*parts: object) -> str:
    """A digest that stands for the content named by `parts`."""
    return sha256(":".join(map(str, parts)).encode()).hexdigest()


def tps_code(index: int) -> str:
    """The `index`-th TPS of the made-up regency: 4 kecamatan, TPS numbers from 1."""
    return f"1708{index % 4 + 1:02d}2001{index // 4 + 1:03d}"


def numbers_of(tps: str, page: int, version: int = 0) -> dict[str, int]:
    """The numbers a TPS sends for a page; `version` tells corrections apart."""
    return {name: (int(tps[-3:]) + 7 * place + version) % 300 for place, name in enumerate(PAGE_FIELDS[page])}


def numbers_text(numbers: dict[str, int]) -> str:
    return json.dumps(numbers, sort_keys=True, separators=(",", ":"))


@dataclass
class Store:
    """What a sound system does: one row a key, one first submission a page, corrections append."""

    rows: list[Row] = field(default_factory=list)

    def write(self, request: Row, numbers: dict[str, int]) -> tuple[str, int, str]:
        """(outcome, status, receipt) of one request."""
        if request["expect"] == "reject":
            return ("fail", 422 if "truncated" in request["reason"] else 403, "")
        for row in self.rows:
            if row["key"] == request["key"]:
                return "ok", 200, row["receipt"]
        page = [
            row
            for row in self.rows
            if (row["tps"], row["form"], row["page"]) == (request["tps"], request["form"], request["page"])
        ]
        if request["kind"] == "submit_page" and page:
            return "fail", 409, page[0]["receipt"]
        if request["kind"] == "correct" and not page:
            return "fail", 409, ""
        for row in page:
            row["current"] = False
        photo = page[0]["content_sha256_fetched"] if page else request["content_sha256"]
        text = numbers_text(numbers)
        self.rows.append(
            {
                "tps": request["tps"],
                "form": request["form"],
                "page": request["page"],
                "revision": len(page) + 1,
                "current": True,
                "receipt": "R" + digest(request["key"], len(self.rows))[:20],
                "key": request["key"],
                "account_tps": request["account_tps"],
                "operator": request["operator"],
                "content_sha256_claimed": photo,
                "content_sha256_fetched": photo,
                "content_bytes": 800_000,
                "content_whole": True,
                "votes": [numbers[name] for name in PAGE_FIELDS[2]] if request["page"] == 2 else [],
                "numbers_sha256": sha256(text.encode()).hexdigest(),
                "numbers": text,
                "stored_at": "2024-02-14T12:00:00Z",
            }
        )
        return "ok", 201, self.rows[-1]["receipt"]


@dataclass
class Rehearsal:
    """A run in the making. `n_tps` TPS in four kecamatan, one phase of 60 s at compression 600."""

    n_tps: int = 8
    store: Store = field(default_factory=Store)
    history: list[Row] = field(default_factory=list)
    faults: list[Row] = field(default_factory=list)
    resources: list[Row] = field(default_factory=list)
    run: Row = field(default_factory=dict)
    clock_s: float = 1.0

    def tps(self, index: int) -> str:
        return tps_code(index % self.n_tps)

    def note(self, kind: str, tps: str, **given: Any) -> Row:
        """Record an operation as it is, without asking the store."""
        at_s = given.pop("at_s", self.clock_s)
        took_s = given.pop("took_s", 0.05)
        row: Row = {
            "op_id": len(self.history),
            "kind": kind,
            "actor": "kpps",
            "tps": tps,
            "account_tps": tps,
            "operator": 1,
            "form": "ppwp" if kind in {"submit_page", "confirm", "correct"} else "",
            "page": 0,
            "attempt": 1,
            "area": tps[:6],
            "link": "4g",
            "intended_s": at_s,
            "started_s": at_s + 0.001,
            "ended_s": at_s + took_s,
            "outcome": "ok",
            "status": 200,
            "reason": "",
            "bytes_sent": 1000,
            "bytes_received": 300,
            "content_sha256": "",
            "numbers_sha256": "",
            "key": "",
            "receipt": "",
            "session": "",
            "stored_pages": 0,
            "expect": "accept",
            "worker": 0,
        }
        row.update(given)
        self.history.append(row)
        self.clock_s += 0.01
        return row

    def write(self, kind: str, tps: str, page: int, *, happened: str = "answered", **given: Any) -> Row:
        """Send a page or a correction; `happened`: answered, unknown-done or unknown-not (no answer came)."""
        version = int(given.pop("version", 0))
        numbers = numbers_of(tps, page, version)
        operator = given.get("operator", 1)
        given.setdefault("key", digest("key", kind, tps, page, operator, version)[:32])
        if kind == "submit_page":
            given.setdefault("content_sha256", digest("photo", tps, page))
        row = self.note(
            kind,
            tps,
            page=page,
            numbers_sha256=sha256(numbers_text(numbers).encode()).hexdigest(),
            **given,
        )
        if happened != "unknown-not":
            row["outcome"], row["status"], row["receipt"] = self.store.write(row, numbers)
        if happened != "answered":
            row["outcome"], row["status"], row["receipt"] = "unknown", 0, ""
        return row

    def submit(self, tps: str, page: int, **given: Any) -> Row:
        return self.write("submit_page", tps, page, **given)

    def play(self) -> "Rehearsal":
        """A small honest day: everyone activates and sends three pages; a retry, a correction, two probes."""
        for index in range(self.n_tps):
            for operator in (1, 2):
                self.note("activate", self.tps(index), operator=operator)
        for index in range(self.n_tps):
            for page in (1, 2, 3):
                self.submit(self.tps(index), page)
        first, second, third = self.tps(0), self.tps(1), self.tps(2)
        self.submit(first, 1, attempt=2)
        self.submit(second, 1, operator=2)
        self.write("correct", third, 2, version=1)
        self.probe_truncated(first, 2)
        self.probe_foreign(first, second)
        return self

    def probe_truncated(self, tps: str, page: int, **given: Any) -> Row:
        return self.submit(
            tps,
            page,
            key=digest("cut", tps, page)[:32],
            expect="reject",
            reason="probe:truncated_photo",
            **given,
        )

    def probe_foreign(self, own: str, other: str, **given: Any) -> Row:
        return self.submit(
            other,
            3,
            account_tps=own,
            key=digest("foreign", own, other)[:32],
            content_sha256=digest("photo", own, 3),
            expect="reject",
            reason="probe:foreign_write",
            **given,
        )

    def fault(self, name: str, target: str, struck_s: float, healed_s: float | None) -> None:
        moments = [("planned", struck_s), ("struck", struck_s), ("felt", struck_s)]
        moments += [] if healed_s is None else [("healing", healed_s), ("healed", healed_s)]
        number = len({one["id"] for one in self.faults}) + 1
        self.faults += [
            {"id": f"f{number}", "name": name, "target": target, "event": event, "at_s": at_s, "detail": {}}
            for event, at_s in moments
        ]

    def save(self, path: Path, readback: bool = True) -> Path:
        """Write the run directory."""
        path.mkdir(parents=True, exist_ok=True)
        (path / "run.json").write_text(json.dumps(run_json(self.n_tps) | self.run), encoding="utf-8")
        people = [
            {
                "tps": tps_code(index),
                "number": index // 4 + 1,
                "kecamatan": tps_code(index)[:6],
                "kecamatan_name": ("Ujan Mas", "Tebat Karai", "Merigi", "Kabawetan")[index % 4],
                "desa": tps_code(index)[:10],
                "desa_name": "Desa Rekaan",
                "link": ("4g", "4g", "3g", "vsat")[index % 4],
                "intermittent": index % 5 == 4,
                **{
                    key: value
                    for page in PAGE_FIELDS
                    for key, value in numbers_of(tps_code(index), page).items()
                },
            }
            for index in range(self.n_tps)
        ]
        pq.write_table(pa.Table.from_pylist(people, POPULATION), path / "population.parquet")
        pq.write_table(pa.Table.from_pylist(self.history, HISTORY), path / "history.parquet")
        if readback:
            pq.write_table(pa.Table.from_pylist(self.store.rows, READBACK), path / "readback.parquet")
        if self.resources:
            pq.write_table(pa.Table.from_pylist(self.resources, RESOURCES), path / "resources.parquet")
        lines = "".join(json.dumps(event) + "\n" for event in self.faults)
        (path / "faults.jsonl").write_text(lines, encoding="utf-8")
        return path


def run_json(n_tps: int, duration_s: float = 60.0, compression: float = 600.0) -> Row:
    """A run.json of one phase that starts at 13:00."""
    start = datetime(2024, 2, 14, 13)
    return {
        "run_version": RUN_VERSION,
        "gladi_version": "0.1.0",
        "mode": "rehearse",
        "scenario": "rekaan",
        "title": "Kabupaten Rekaan, hari pemungutan",
        "region": {"code": "17.08", "name": "Kabupaten Rekaan"},
        "seed": 7,
        "scale": n_tps,
        "compression": compression,
        "national_equivalent": n_tps * compression,
        "workers": 2,
        "cores": 2,
        "started_at": "2024-01-05T08:00:00+07:00",
        "t0_epoch_s": 1_704_416_400.0,
        "duration_s": duration_s,
        "utc_offset_s": 25_200,
        "phases": [
            {
                "id": "hari-h",
                "title": "Penghitungan dan pengiriman",
                "start_local": start.isoformat(),
                "end_local": (start + timedelta(seconds=duration_s * compression)).isoformat(),
                "run_start_s": 0.0,
                "run_end_s": duration_s,
                "compression": compression,
            }
        ],
        "target": {"kind": "sirekap", "url": "http://127.0.0.1:8000"},
        "ended": "complete",
        "slo": {"activate_s": 5.0, "login_s": 5.0, "submit_page_s": 60.0, "read_s": 2.0, "availability": 0.9},
        "expect": {"completeness": 0.97, "activated": 0.95, "recover_within": 15.0},
        "digests": {"population": "p", "timetable": "t", "photos": "f"},
        "faults_available": {"process_kill": "available"},
        "defects": [],
    }
