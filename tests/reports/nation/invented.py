"""A nation's run directory made up for tests: six TPS, with figures that can be counted by hand.

Run clock 0 is midnight of 6 February 2024 (WIB); election day begins at DAY_S. TPS 4 lacks page 2 of PPWP and
went to the PPS by messenger, TPS 5 has nothing; the others are whole.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isnan
from pathlib import Path
from shutil import copyfile
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from reports.nation.schema import LATENCY, MINUTES, NATION_VERSION, OUTCOMES, POOLS, tps_schema
from scenarios import builtin_nations

DAY_S = 8 * 86_400.0
HOUR_S = 3_600.0
NEVER = float("nan")
FORMS = ("ppwp", "dpr")
EDGES_S = [0.0, 1.0, 2.0, 4.0, 8.0, 64.0]
SERVER = {
    "name": "invented",
    "source": "made up",
    "pools": [
        {"name": "core", "hands": 2, "hands_of": ""},
        {"name": "hash", "hands": 2, "hands_of": "core"},
    ],
    "services": [
        {"kind": kind, "pool": "hash" if kind in {"activate", "login"} else "core"}
        for kind in ("activate", "login", "tps", "submit_page", "confirm", "status", "recap", "read")
    ],
    "pipe_mbit_s": None,
    "servers": 3,
}

PAGES_S = [
    [DAY_S + 20 * HOUR_S, DAY_S + 20 * HOUR_S + 5, DAY_S + 20 * HOUR_S + 100],
    [DAY_S + 22 * HOUR_S, DAY_S + 22 * HOUR_S + 8, DAY_S + 22 * HOUR_S + 9],
    [DAY_S + 30 * HOUR_S + 60, DAY_S + 30 * HOUR_S + 30, DAY_S + 30 * HOUR_S],
    [DAY_S + 50 * HOUR_S, DAY_S + 52 * HOUR_S, DAY_S + 51 * HOUR_S],
    [DAY_S + 21 * HOUR_S, NEVER, DAY_S + 21 * HOUR_S + 70],
    [NEVER, NEVER, NEVER],
]


def tps_rows() -> list[dict[str, Any]]:
    """The six."""
    rows = []
    for number, pages in enumerate(PAGES_S):
        whole = NEVER if any(map(isnan, pages)) else max(pages)
        abroad = number == 3
        rows.append(
            {
                "tps": 1_101_012_001_001 + number if not abroad else 9_901_012_001_001,
                "province": "11" if number < 3 else "99" if abroad else "94",
                "regency": "11.01" if number < 3 else "99.01" if abroad else "94.01",
                "kecamatan": "110101" if number < 3 else "990101" if abroad else "940101",
                "link": "4g" if number != 4 else "edge",
                "signal": "steady" if number != 5 else "none",
                "utc_offset_h": 7.0 if number < 3 else 1.0 if abroad else 9.0,
                "special": number == 2,
                "abroad": abroad,
                "dpt": 200,
                "pages.ppwp": 3,
                "pages.dpr": 0 if abroad else 18,
                "page1_s": pages[0],
                "page2_s": pages[1],
                "page3_s": pages[2],
                "whole_s.ppwp": whole,
                "whole_s.dpr": whole + HOUR_S if number < 2 else NEVER,
                "shown_s": whole + 4 * HOUR_S if number < 2 else NEVER,
                "stored_pages": sum(not isnan(one) for one in pages),
                "ended_1": "sent" if not isnan(whole) else "backup" if number == 4 else "gave_up",
                "ended_2": "idle",
                "backup": number == 4,
                "recap_s": DAY_S + 100 * HOUR_S if number != 5 else NEVER,
                "requests": 10,
                "active_1_s": 0.0,
                "active_2_s": 0.0 if number < 3 else 1.5 * 86_400.0 if number < 5 else NEVER,
            }
        )
    rows[3], rows[4], rows[5] = rows[4], rows[5], rows[3]  # in order of code
    return rows


def minute_row(minute: int, kind: str, **counts: int) -> dict[str, Any]:
    """Requests of one minute; what is not said is 0."""
    return {"minute": minute, "kind": kind, "asked": 0, "fresh": 0, "taken": 0,
            **dict.fromkeys(OUTCOMES, 0), **counts}  # fmt: skip


def pool_row(minute: int, pool: str, busy_s: float, **more: float) -> dict[str, Any]:
    """Work of one minute."""
    return {"minute": minute, "pool": pool, "busy_s": busy_s, "wasted_s": 0.0, "wait_s": 0.0,
            "wait_max_s": 0.0, "bytes": 0.0, **more}  # fmt: skip


def latency_row(kind: str, place: int, count: int, hour: int = 212) -> dict[str, Any]:
    """Answers of one bin."""
    return {"hour": hour, "kind": kind, "bin": place, "count": count}


@dataclass
class InventedNation:
    """A run in the making; change a list before `save`."""

    tps: list[dict[str, Any]] = field(default_factory=tps_rows)
    minutes: list[dict[str, Any]] = field(default_factory=list)
    pools: list[dict[str, Any]] = field(default_factory=list)
    latency: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    changed: Sequence[str] = ()

    def save(self, folder: Path) -> Path:
        """Write the directory as `gladi simulate` would."""
        folder.mkdir(parents=True, exist_ok=True)
        copyfile(builtin_nations()["nation-2024"], folder / "scenario.toml")
        (folder / "server.json").write_text(json.dumps(SERVER))
        rows = {}
        for name, found, schema in (
            ("tps.parquet", self.tps, tps_schema(FORMS)),
            ("minutes.parquet", self.minutes, MINUTES),
            ("pools.parquet", self.pools, POOLS),
            ("latency.parquet", self.latency, LATENCY),
        ):
            pq.write_table(pa.Table.from_pylist(found, schema=schema), folder / name)
            rows[name] = len(found)
        facts = {
            "nation_version": NATION_VERSION, "kind": "nation", "gladi_version": "0", "mode": "simulate",
            "scenario": "nation-2024", "title": "Negeri buatan", "story": "Enam TPS.",
            "election": "pemilu-2024",
            "changed": list(self.changed), "seed": 7, "n_tps": len(self.tps), "forms": list(FORMS),
            "provinces": {"11": "Aceh", "94": "Papua", "99": "Luar negeri"},
            "regencies": {"11.01": "Aceh Selatan", "94.01": "Jayapura", "99.01": "Eropa"},
            "server_model": "invented", "server_source": "made up", "latency_edges_s": EDGES_S,
            "started_at": "2026-01-01T00:00:00+00:00", "ended": "complete", "evidence": None, "rows": rows,
            "digests": {}, "wall_s": None, "peak_memory_bytes": None,
        }  # fmt: skip
        (folder / "run.json").write_text(json.dumps(facts | self.facts))
        return folder


def busy() -> InventedNation:
    """A server that fills up: 120 minutes of uploads from 19:00 on election day, full from 19:30.

    Before, 600 a minute are asked and answered; from then 1,200 are asked, 600 answered, 500 refused, 100
    lost by the phone's own link. Hands: 2 x 3; full use is 360 hand-seconds a minute.
    """
    made = InventedNation()
    start = int((DAY_S + 19 * HOUR_S) // 60)
    for minute in range(start, start + 120):
        late = minute >= start + 30
        more = {"refused": 500, "link_lost": 100} if late else {}
        asked = 1_200 if late else 600
        made.minutes.append(
            minute_row(minute, "submit_page", asked=asked, fresh=600, taken=600, ok=600, **more)
        )
        made.pools.append(pool_row(minute, "core", 350.0 if late else 90.0, wasted_s=70.0 if late else 0.0))
        made.pools.append(pool_row(minute, "hash", 10.0 if late else 0.0))
        made.pools.append(pool_row(minute, "pipe", 6.0, bytes=6e8))
    made.latency = [latency_row("submit_page", 0, 36_000), latency_row("submit_page", 5, 36_000)]
    return made
