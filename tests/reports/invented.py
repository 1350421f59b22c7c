"""Run directories made up for tests: a tiny honest store, operators who use it, and the files they leave.

`Rehearsal` plays operations against `Store` and records them as the live driver would; `save` writes the
directory. A test then bends the store or the history and looks who notices.
"""

import json
import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from reports.schema import (
    HEALTH,
    HISTORY,
    PAGE_FIELDS,
    POPULATION,
    PORTAL,
    PROBE_CORRUPTED,
    PROBE_ENDED_SESSION,
    PROBE_FOREIGN,
    PROBE_NO_SESSION,
    PROBE_TRUNCATED,
    PROBE_WRONG_PASSWORD,
    READBACK,
    RESOURCES,
    RUN_VERSION,
)
from tests.reports.invented_store import Row, Store, digest, numbers_of, numbers_text, tps_code

__all__ = ["Rehearsal", "Row", "Store", "digest", "numbers_of", "numbers_text", "run_json", "tps_code"]


@dataclass
class Rehearsal:
    """A run in the making. `n_tps` TPS in four kecamatan, one phase of 60 s at compression 600.

    `portal` and `health` are what a witness saw; without them neither file is written.
    """

    n_tps: int = 8
    store: Store = field(default_factory=Store)
    history: list[Row] = field(default_factory=list)
    faults: list[Row] = field(default_factory=list)
    resources: list[Row] = field(default_factory=list)
    portal: list[Row] = field(default_factory=list)
    health: list[Row] = field(default_factory=list)
    run: Row = field(default_factory=dict)
    clock_s: float = 1.0

    def tps(self, index: int) -> str:
        return tps_code(index % self.n_tps)

    @property
    def everybody(self) -> list[str]:
        """Codes of all TPS."""
        return [tps_code(index) for index in range(self.n_tps)]

    def session(self, tps: str, operator: int = 1) -> str:
        """Fingerprint of the newest open session of an account; '' where it never logged in."""
        return (self.store.sessions.get((tps, operator)) or [""])[-1]

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
            "session": self.session(given.get("account_tps", tps), given.get("operator", 1)),
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

    def login(self, tps: str, operator: int = 1, **given: Any) -> Row:
        """Log in; later operations of the account use the session this gives."""
        return self.note("login", tps, operator=operator, session=self.store.login(tps, operator), **given)

    def logout(self, tps: str, operator: int = 1, **given: Any) -> Row:
        """End the session the account uses."""
        return self.note("logout", tps, operator=operator, session=self.store.logout(tps, operator), **given)

    def status(self, tps: str, **given: Any) -> Row:
        """Ask which pages the system holds, as a phone does before it sends again."""
        return self.note("status", tps, stored_pages=self.store.stored_pages(tps), **given)

    def play(self) -> "Rehearsal":
        """A small honest day, the public and the system itself watched.

        Everyone activates, logs in and sends three pages. Then a retry, the second operator with a page that
        is there, a correction, a correction of it, a late retry of the page as it first was, a logout, and
        every probe, each refused.
        """
        self.watch()
        for index in range(self.n_tps):
            for operator in (1, 2):
                self.note("activate", self.tps(index), operator=operator)
                self.login(self.tps(index), operator)
        for page in (1, 2, 3):
            for index in range(self.n_tps):
                self.submit(self.tps(index), page)
            self.clock_s += 0.5
            self.watch()
        first, second, third, last = (self.tps(index) for index in (0, 1, 2, 7))
        self.submit(first, 1, attempt=2)
        self.submit(second, 1, operator=2)
        self.status(last)
        for again in (self._correction, self._second_thought, self._late_retry):
            self.clock_s += 0.5
            again(third, 2)
        self.probe_truncated(first, 2)
        self.probe_corrupted(last, 3)
        self.probe_foreign(first, second)
        self.probe_no_session(last, 1)
        self.probe_wrong_password(last)
        gone = self.logout(last, operator=2)["session"]
        self.clock_s += 0.5
        self.probe_ended_session(last, gone)
        self.watch()
        return self

    def _correction(self, tps: str, page: int) -> Row:
        return self.write("correct", tps, page, version=1)

    def _second_thought(self, tps: str, page: int) -> Row:
        """A correction of the correction."""
        return self.write("correct", tps, page, version=2)

    def _late_retry(self, tps: str, page: int) -> Row:
        """An old attempt, with the key it had, that arrives after its corrections."""
        return self.submit(tps, page, attempt=3)

    def probe_truncated(self, tps: str, page: int, **given: Any) -> Row:
        """A page whose photo was cut off on the phone."""
        return self._probe(PROBE_TRUNCATED, tps, page, "cut", **given)

    def probe_corrupted(self, tps: str, page: int, **given: Any) -> Row:
        """A page whose photo was damaged on the way, its digest told rightly."""
        return self._probe(PROBE_CORRUPTED, tps, page, "damaged", **given)

    def probe_foreign(self, own: str, other: str, **given: Any) -> Row:
        """A page of `own`, sent with its session, for the TPS `other`."""
        given.setdefault("content_sha256", digest("photo", own, 3))
        given.setdefault("key", digest("foreign", own, other)[:32])
        return self._probe(PROBE_FOREIGN, other, 3, "foreign", account_tps=own, **given)

    def probe_no_session(self, tps: str, page: int, **given: Any) -> Row:
        """A page without any session."""
        return self._probe(PROBE_NO_SESSION, tps, page, "nobody", session="", **given)

    def probe_ended_session(self, tps: str, session: str, **given: Any) -> Row:
        """A page with a session that was logged out."""
        return self._probe(PROBE_ENDED_SESSION, tps, 1, "ended", session=session, operator=2, **given)

    def probe_wrong_password(self, tps: str, **given: Any) -> Row:
        """A login with a guess at the password."""
        answer = {"outcome": "fail", "status": 401, "expect": "reject", "reason": PROBE_WRONG_PASSWORD}
        return self.note("login", tps, session="", **(answer | given))

    def _probe(self, reason: str, tps: str, page: int, what: str, **given: Any) -> Row:
        given.setdefault("key", digest(what, tps, page)[:32])
        return self.submit(tps, page, expect="reject", reason=reason, **given)

    def watch(self, *, settled: bool = False, at_s: float | None = None) -> None:
        """The witness asks every place and the system itself, and is answered honestly."""
        asked_s = self.clock_s if at_s is None else at_s
        when = {"asked_s": asked_s, "answered_s": asked_s + 0.01, "settled": settled}
        self.portal += [
            {**when, "form": "ppwp", "as_of_s": asked_s if shown["status"] == 200 else math.nan, **shown}
            for shown in self.store.shown(self.everybody)
        ]
        for name, value, bound in (
            ("ready", 1.0, math.nan),
            ("alive", 1.0, math.nan),
            ("reading_queue", float(len(self.store.rows) % 5), 1000.0),
            ("reading_tries", 1.0, 5.0),
            ("sessions", float(sum(map(len, self.store.sessions.values()))), math.nan),
        ):
            self.health.append({**when, "name": name, "value": value, "bound": bound})
        self.clock_s += 0.02

    def settle(self) -> "Rehearsal":
        """All is healed and the promised time has passed: the witness asks once more.

        `save` does it where it was not done, of what the store then holds; call it to bend what was shown.
        """
        if self.portal and not any(row["settled"] for row in self.portal):
            last_s = max((row["ended_s"] for row in self.history), default=0.0)
            self.watch(settled=True, at_s=max(self.run.get("duration_s", 60.0), last_s) + 6.0)
        return self

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
        self.settle()
        for number, row in enumerate(sorted(self.history, key=lambda row: row["ended_s"])):
            row["op_id"] = number  # as a worker's record is written: when an operation has ended
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
        for name, rows, schema in (
            ("resources", self.resources, RESOURCES),
            ("portal", self.portal, PORTAL),
            ("health", self.health, HEALTH),
        ):
            if rows:
                pq.write_table(pa.Table.from_pylist(rows, schema), path / f"{name}.parquet")
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
        "workers": 1,
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
        "slo": {
            "activate_s": 5.0,
            "login_s": 5.0,
            "submit_page_s": 60.0,
            "read_s": 2.0,
            "shown_s": 5.0,
            "availability": 0.9,
        },
        "expect": {"completeness": 0.97, "activated": 0.95, "recover_within": 15.0},
        "digests": {"population": "p", "timetable": "t", "photos": "f"},
        "faults_available": {"process_kill": "available"},
        "defects": [],
    }
