"""Plans for blank spots and power cuts (CSV): for which TPS or kecamatan, what, and which role answers for
it.

Roles, not names: a file with names of people in it should not travel with a printed page.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import nan
from pathlib import Path

from gladi.readiness.tables import Row, read_table
from reports.readiness.places import NO_SIGNAL, POWER, UNSTEADY
from scenarios import Regency

NAMES = {
    "code": ("kode", "kode_wilayah", "tps", "kecamatan"),
    "condition": ("kondisi", "masalah"),
    "tps": ("jumlah_tps", "banyak_tps"),
    "minutes": ("menit", "menit_perjalanan", "travel_minutes"),
    "plan": ("rencana",),
    "role": ("penanggung_jawab", "peran"),
}
CONDITIONS = {
    "tanpa-sinyal": NO_SIGNAL, "blank-spot": NO_SIGNAL, "no-signal": NO_SIGNAL, "no_signal": NO_SIGNAL,
    "putus-putus": UNSTEADY, "unsteady": UNSTEADY, "intermittent": UNSTEADY,
    "listrik": POWER, "padam": POWER, "power": POWER,
}  # fmt: skip
_ROLES = re.compile(
    r"\b(kpps|pps|ppk|kpu|bawaslu|panwas\w*|linmas|satlinmas|sekretari\w*|operator|petugas|teknisi|relawan|"
    r"koordinator|ketua|anggota|kasubag|divisi|tim|camat|lurah|kades|kepala|perangkat|rt|rw|babinsa|koramil|"
    r"polsek|polres|polri|tni|bpbd|basarnas|pln|kominfo|diskominfo|telkom\w*|bakti|penyedia|vendor|"
    r"help ?desk|pusdatin|officer|team|chief|head|provider|technician|volunteer|coordinator|secretariat)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Told:
    """`plans` (code, condition, plan, role); `needs` (area, TPS or "", condition, count, journey in
    seconds) of the conditions that the file itself counts, in place of the population's."""

    plans: tuple[tuple[str, str, str, str], ...]
    needs: tuple[tuple[str, str, str, float, float], ...]
    example: bool

    @property
    def counted(self) -> frozenset[str]:
        """Conditions whose TPS the file counts."""
        return frozenset(one[2] for one in self.needs)


def read_plans(path: Path, places: Iterable[Regency]) -> Told:
    """Read and check; UsageError names file, line and column."""
    table = read_table(path, NAMES, ("code", "condition", "plan", "role"))
    known = {one.code for place in places for one in place.kecamatan}
    plans, needs, seen = [], [], dict[tuple[str, str], int]()
    for row in table.rows:
        code = row.code("code", (6, 13))
        if code[:6] not in known:
            raise row.wrong(
                "code", f"is not in this scenario; its kecamatan are {', '.join(sorted(known)[:8])}"
            )
        condition = _condition(row)
        if (code, condition) in seen:
            raise row.wrong("code", f"stands with this condition in line {seen[code, condition]} already")
        seen[code, condition] = row.line
        plan, role = row.get("plan"), row.get("role")
        if plan and not _ROLES.search(role):
            raise row.wrong(
                "role", 'must be a role, such as "PPK" or "Operator Sirekap KPU", and no name of a person'
            )
        plans.append((code, condition, plan, role))
        if len(code) == 13 or row.get("tps"):
            count = 1 if len(code) == 13 else row.whole("tps")
            journey_s = 60.0 * row.whole("minutes") if row.get("minutes") else nan
            needs.append((code[:6], code if len(code) == 13 else "", condition, float(count), journey_s))
    return Told(tuple(plans), tuple(needs), table.example)


def _condition(row: Row) -> str:
    text = row.get("condition").lower().replace(" ", "-")
    if text not in CONDITIONS:
        raise row.wrong("condition", "must be tanpa-sinyal, putus-putus or listrik")
    return CONDITIONS[text]
