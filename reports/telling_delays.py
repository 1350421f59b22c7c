"""The generator's part and the system's part of every delay in words and table rows, for the page."""

from collections.abc import Mapping
from typing import Any

from reports.naming import KIND
from reports.seconds import LATE_MS
from reports.words import Lang, Text, number


def rows(table: Mapping[str, Any], lang: Lang) -> list[dict[str, Any]]:
    """One row a kind of operation; `bar` is the generator's share of its slowest hundredth, in percent."""
    out = []
    for kind, one in table["delay_ms"].items():
        out.append(
            {
                "title": KIND[kind](lang),
                "operations": one["operations"],
                "own": list(one["generator"].values()),
                "system": list(one["system"].values()),
                "over": one["over_limit"],
                "over_by_us": one["over_limit_by_generator"],
                "bar": round(100 * one["slowest_generator_share"], 1),
            }
        )
    return out


def workers(table: Mapping[str, Any], lang: Lang) -> str:
    """Which load workers were late while the others were not; "" for a run of one worker."""
    everyone = table["workers"]
    if len(everyone) < 2:
        return ""
    slow = [one for one in everyone if one["worker"] in table["slow_workers"]]
    if slow:
        listed = {
            which: ", ".join(
                f"{one['worker']} (p99 {number(one['p99_ms'], which, 1)}\u00a0ms)" for one in slow
            )
            for which in ("id", "en")
        }
        return Text(
            f"Terlambat hanya pekerja beban {listed['id']}; yang lain tepat waktu. Periksa mesinnya.",
            f"Only load worker {listed['en']} was late; the others were on time. Look at its machine.",
        )(lang)
    worst = max(one["p99_ms"] for one in everyone)
    within = worst <= LATE_MS
    return Text(
        f"{'Semua tepat waktu' if within else 'Semua terlambat'}: p99 keterlambatan {len(everyone)} pekerja "
        f"beban paling banyak {number(worst, 'id', 1)}\u00a0ms.",
        f"{'All were on time' if within else 'All were late'}: p99 lateness of the {len(everyone)} load "
        f"workers was at most {number(worst, 'en', 1)}\u00a0ms.",
    )(lang)
