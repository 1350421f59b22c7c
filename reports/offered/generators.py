"""Who offered a load: each generator with the worst that it said of itself, over all trials."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from reports.offered.schema import GENERATORS, GENERATORS_FILE
from reports.opened import table_of
from reports.words import Lang, Text, number, percent


def rows_of(folder: Path) -> list[dict[str, Any]]:
    """Rows of GENERATORS; none of a run from before they were written. Raises RunDirectoryError."""
    path = folder / GENERATORS_FILE
    return list(table_of(path, GENERATORS).to_pylist()) if path.is_file() else []


def summed(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """By generator: requests begun, worst lateness, core and clock, and why it died if it did."""
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        one = found.setdefault(row["generator"], {
            "generator": row["generator"], "host": row["host"], "elsewhere": row["elsewhere"], "asked": 0,
            "late_p99_ms": 0.0, "own_share": 0.0, "offset_s": 0.0, "uncertainty_s": 0.0, "died": "",
        })  # fmt: skip
        one["asked"] += row["asked"]
        one["died"] = one["died"] or row["died"]
        one["offset_s"] = max(one["offset_s"], row["offset_s"], key=abs)
        for name in ("late_p99_ms", "own_share", "uncertainty_s"):
            one[name] = max(one[name], row[name])
    return [found[name] for name in sorted(found)]


def sentence(one: Mapping[str, Any], lang: Lang) -> str:
    """One generator in words."""
    asked, late = number(one["asked"], lang), number(one["late_p99_ms"], lang, 1)
    core = percent(one["own_share"], lang, 0)
    text = Text(
        f"{one['generator']} ({one['host']}): {asked} permintaan, terlambat paling banyak {late} ms (p99), "
        f"inti terpakai paling banyak {core}",
        f"{one['generator']} ({one['host']}): {asked} requests, at most {late} ms late (p99), at most {core} "
        "of its core",
    )(lang)
    if one["elsewhere"]:
        ahead_ms = round(1000 * one["offset_s"], 1) + 0.0  # no minus before a zero
        off = f"{number(ahead_ms, lang, 1)} ± {number(1000 * one['uncertainty_s'], lang, 1)} ms"
        text += Text(f", jam {off}", f", clock {off}")(lang)
    if one["died"]:
        text += Text(f"; MATI: {one['died']}", f"; DIED: {one['died']}")(lang)
    return text
