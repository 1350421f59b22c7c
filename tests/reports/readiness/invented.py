"""An invented folder of a readiness check: two kecamatan, 100 TPS, three predicted days; ready unless told
else."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from reports.readiness import Gathered, schema
from scenarios.readiness import Readiness

AT = "2027-01-10T18:00:00+07:00"
EVENING = datetime(2027, 1, 11, 19, 0)
SEEDS = (1, 2, 3)
KINDS = ("activate", "login", "submit_page", "status")

CAPACITY = {
    "source": "kapasitas", "agrees": True, "about": {"date": "2027-01-09T08:00:00+00:00"},
    "asked": {
        "target": "http://sistem.invalid", "whats": ["login", "submit_page", "status", "read"],
        "mixes": {kind: {kind: 1.0} for kind in ("login", "submit_page", "status", "read")},
        "limits": {"login": ["p95 < 5s"]},
    },
    "found": {
        kind: {"outcome": "measured", "holds_per_s": 40.0, "knee": {"low_per_s": 38.0, "high_per_s": 44.0}}
        for kind in ("login", "submit_page", "status", "read")
    },
}  # fmt: skip
REHEARSAL = {
    "source": "gladi", "started_at": "2027-01-08T08:00:00+00:00", "verdict": "passed", "mode": "rehearse",
    "scenario": "rekaan", "title": "Kabupaten Rekaan", "region": {"code": "17.08", "name": "Rekaan"},
    "ended": "complete", "defects": [], "thresholds": [],
    "checkers": {"lost": {"valid": True, "why": "ok", "why_id": "ok", "title": "Lost", "title_id": "Hilang"}},
    "expectations": {}, "survivability": {"faults": []},
}  # fmt: skip
COUNTED = {
    "kind": "counted", "source": "aktivasi.csv", "at": "2027-01-10T10:00:00+07:00", "dated_by": "column",
    "example": False,
}  # fmt: skip


def folder(
    path: Path,
    *,
    activation: list[tuple[str, int, int]] | None = None,
    source: dict[str, Any] | None = None,
    a_minute: int = 60,
    calls: int = 10,
    needs: list[tuple[str, str, str, float, float]] | None = None,
    plans: list[tuple[str, str, str, str]] | None = None,
    capacity: list[dict[str, Any]] | None = None,
    claims: list[dict[str, Any]] | None = None,
    rehearsal: dict[str, Any] | None = REHEARSAL,
    risks: str | None = "risks = []\n",
    seeds: tuple[int, ...] = SEEDS,
    predicted: int = 100,
    **wanted: Any,
) -> Path:
    """Write it; `a_minute` requests of each kind at 19:00 (a few more or less by seed), `calls` in that
    hour."""
    path.mkdir()
    (path / schema.EVIDENCE).mkdir()
    rows = activation if activation is not None else [("170801", 120, 120), ("170802", 80, 80)]
    _write(
        path / schema.REGIONS_FILE,
        schema.REGIONS,
        [("170801", "Bermani", "17.08", "Kab. Rekaan", 60), ("170802", "Ujan", "17.08", "Kab. Rekaan", 40)],
    )
    seed = 0 if source is None or source["kind"] == "counted" else 1
    _write(path / schema.ACTIVATION_FILE, schema.ACTIVATION, [(seed, *row) for row in rows])
    _write(path / schema.ARRIVALS_FILE, schema.ARRIVALS, [
        (seed, kind, EVENING + timedelta(minutes=minute), a_minute + seed if minute == 5 else 6, 6)
        for seed in seeds for kind in KINDS for minute in range(30)
    ])  # fmt: skip
    _write(path / schema.CALLS_FILE, schema.CALLS, [(seed, EVENING, "send", calls) for seed in seeds])
    _write(path / schema.NEEDS_FILE, schema.NEEDS, needs or [])
    if plans is not None:
        _write(path / schema.PLANS_FILE, schema.PLANS, plans)
    for number, one in enumerate([CAPACITY] if capacity is None else capacity, start=1):
        (path / schema.EVIDENCE / f"capacity-{number}.json").write_text(json.dumps(one))
    for number, one in enumerate(claims or [], start=1):
        (path / schema.EVIDENCE / f"claim-{number}.json").write_text(json.dumps(one))
    if rehearsal is not None:
        (path / schema.EVIDENCE / "rehearsal.json").write_text(json.dumps(rehearsal))
    if risks is not None:
        (path / schema.EVIDENCE / "risks.toml").write_text(risks)
    limits = Readiness().model_dump() | {"staff": 20} | wanted
    asked = {
        "scenario": "rekaan", "title": "Kabupaten Rekaan, latihan", "voting_day": "2027-01-11",
        "region": {"code": "17.08", "name": "Kab. Rekaan", "regencies": 1},
        "forecast": {"seeds": list(seeds), "tps": predicted, "calls": "failures", "server": "reference"},
        "activation": source or COUNTED,
        "needs": dict.fromkeys(schema.CONDITIONS, "population") | {"example": False}, "wanted": limits,
    }  # fmt: skip
    about = {"at": AT, "gladi_version": "0", "files": {}}
    (path / schema.FILE).write_text(
        json.dumps({"readiness_version": schema.VERSION, "asked": asked, "about": about})
    )
    return path


def gathered(path: Path, **changes: Any) -> Gathered:
    """The same, opened."""
    return Gathered.open(folder(path, **changes))


def _write(path: Path, columns: pa.Schema, rows: list[tuple[Any, ...]]) -> None:
    table = pa.Table.from_pylist([dict(zip(columns.names, row, strict=True)) for row in rows], schema=columns)
    pq.write_table(table, path)
