"""Evidence of claims that nobody played: tables of known content, written as a test would have left them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from reports.claims.evidence import (
    ABOUT_FILE,
    CLAIMS_FILE,
    FAULTS_FILE,
    READBACK_FILE,
    SENT,
    SENT_FILE,
)
from reports.offered.schema import (
    ATTEMPTS,
    ATTEMPTS_FILE,
    GENERATORS,
    GENERATORS_FILE,
    TRIALS,
    TRIALS_FILE,
)
from reports.schema import READBACK

CLAIM = """
[about]
who = "Vendor"
what = "Daya tampung"
system = "rujukan"
date = 2027-01-10
scenario = "kepahiang-2024"

[[claim]]
id = "kirim"
title = "Sepuluh halaman per detik"
operation = "submit_page"
rate = "10/s"
hold = "60s"
require = ["p95 < 2s", "success > 90%"]
lost = 0
"""

WITH_A_FAULT = CLAIM + 'during = [{ fault = "process_kill", target = ["api-1"], at = "50%", for = "5s" }]\n'
STRUCK = [
    {"event": "planned", "at_s": 0.0}, {"event": "struck", "at_s": 33.0}, {"event": "felt", "at_s": 33.1},
    {"event": "healing", "at_s": 38.0}, {"event": "healed", "at_s": 39.0},
]  # fmt: skip


def attempts(seconds: float = 63.0, waits_s: float = 0.1, seed: int = 1) -> list[dict[str, Any]]:
    """Ten a second, each answered after about `waits_s`."""
    luck = np.random.default_rng(seed)
    rows = []
    for number in range(int(seconds * 10)):
        due_s = number / 10
        wait_s = waits_s * luck.uniform(0.5, 1.5)
        rows.append({
            "trial": 0, "number": number, "kind": "submit_page", "due_s": due_s, "began_s": due_s + 0.001,
            "ended_s": due_s + wait_s, "became": "good", "status": 201, "key": f"k{number}",
            "receipt": f"r{number}",
        })  # fmt: skip
    return rows


def stored(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a sound system holds after these."""
    return [
        {
            "tps": f"{int(row['key'][1:]):013d}", "form": "ppwp", "page": 1, "revision": 1, "current": True,
            "receipt": row["receipt"], "key": row["key"], "account_tps": f"{int(row['key'][1:]):013d}",
            "operator": 1, "content_sha256_claimed": f"photo {row['key']}",
            "content_sha256_fetched": f"photo {row['key']}", "content_bytes": 9, "content_whole": True,
            "votes": [1], "numbers_sha256": f"numbers {row['key']}", "numbers": "{}", "stored_at": "",
        }
        for row in rows if row["became"] == "good"
    ]  # fmt: skip


def write(
    folder: Path,
    rows: list[dict[str, Any]],
    held: list[dict[str, Any]] | None,
    text: str = CLAIM,
    faults: list[dict[str, Any]] | None = None,
    seconds: float = 63.0,
    invalid: str = "",
    trials: int = 1,
) -> Path:
    """All files of evidence; `held` None leaves the readback away, `invalid` says why the first trial is."""
    folder.mkdir(exist_ok=True)
    (folder / CLAIMS_FILE).write_text(text, encoding="utf-8")
    about = {
        "claim_version": 1, "gladi_version": "0", "gladi_code_sha256": "0",
        "scenario": "kepahiang-2024", "seed": 1,
        "target": {"kind": "sirekap", "url": "http://127.0.0.1:1", "version": ""},
        "machine": {"processor": "x", "cores": 2, "memory_bytes": 1, "system": "Linux"},
        "started_at": "2027-01-10T00:00:00+00:00", "undecided": {},
    }  # fmt: skip
    (folder / ABOUT_FILE).write_text(json.dumps(about), encoding="utf-8")
    played = [{
        "trial": trial, "what": "submit_page", "rate_per_s": 10.0, "seconds": seconds, "warm_s": 3.0,
        "seed": 1, "began_epoch_s": 0.0, "late_p99_ms": 1.0, "own_share": 0.1,
        "valid": trial > 0 or not invalid, "why": "" if trial else invalid,
        "how": "open", "clients": 0, "purpose": "claim kirim",
    } for trial in range(trials)]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(played, schema=TRIALS), folder / TRIALS_FILE)
    pq.write_table(pa.Table.from_pylist(rows, schema=ATTEMPTS), folder / ATTEMPTS_FILE)
    offered = [
        {"trial": 0, "generator": part, "host": f"mesin-{part}", "pid": 1, "elsewhere": True, "part": part,
         "of": 2, "asked": len(rows) // 2, "late_p99_ms": 1.0, "own_share": 0.1, "offset_s": 0.02 * part,
         "uncertainty_s": 0.001, "died": ""}
        for part in range(2)
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(offered, schema=GENERATORS), folder / GENERATORS_FILE)
    sent = [
        {"key": row["key"], "tps": f"{int(row['key'][1:]):013d}", "form": "ppwp", "page": 1,
         "photo_sha256": f"photo {row['key']}", "numbers_sha256": f"numbers {row['key']}"}
        for row in rows
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(sent, schema=SENT), folder / SENT_FILE)
    if held is not None:
        pq.write_table(pa.Table.from_pylist(held, schema=READBACK), folder / READBACK_FILE)
    lines = [
        {"trial": 0, "id": "kirim-1", "name": "process_kill", "target": ["api-1"], "detail": {}, **one}
        for one in faults or []
    ]
    (folder / FAULTS_FILE).write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    return folder
