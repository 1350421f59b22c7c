"""What was planned and not offered to the system, because load workers died: said, counted, written down.

When a worker dies the others take over its operators whose first moment is still to come. Those that had
begun, and had not ended, are cut off: their phones' state died with the worker, and nobody plays them on.
What it had in hand at its last beat is on record as `unknown` (`gladi.load.in_hand`); what it began after it
is in no record unless the worker lives to tell it, so what it wrote in that time cannot be known; the
checkers answer unknown where that matters (`reports.not_offered`). `a_beat` is how many operations it had
begun between its last two beats: about as many may be missing.
"""

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

import pyarrow as pa

from gladi.mishaps import mishaps
from gladi.setting import Setting
from reports.schema import NOT_OFFERED
from simulators.cast import dealt, posts


def not_offered(
    setting: Setting, deaths: Sequence[Mapping[str, Any]], in_hand: Mapping[int, int]
) -> tuple[list[dict[str, Any]], pa.Table]:
    """For run.json an entry a dead worker, and a row an operator that was cut off.

    `deaths` are what the master said of each (event `died`), `in_hand` the operations of each that are on
    record as unknown because of it.
    """
    facts, rows = [], []
    everyone = posts(
        setting.scenario, setting.timeline, setting.seed, setting.population, setting.timetable,
        mishaps(setting.plan),
    ) if deaths else []  # fmt: skip
    for death in deaths:
        from_s = inf if death["from_s"] is None else float(death["from_s"])
        over = set(death["over"])
        taken, cut = set(), set()
        for index, of, since_s in death["shares"]:
            for post in dealt(everyone, (index, of), by_area=setting.scenario.backup is not None):
                first_s = min(post.moments.values())
                if first_s < since_s or int(post.tps) * 10 + post.operator in over:
                    continue
                if first_s >= from_s:
                    taken.add(post.tps)
                    continue
                cut.add(post.tps)
                rows.append(
                    {"tps": post.tps, "operator": post.operator, "from_s": death["last_beat_s"] or 0.0,
                     "worker": death["worker"]}
                )  # fmt: skip
        facts.append(
            {
                "worker": death["worker"],
                "host": death["host"],
                "pid": death["pid"],
                "why": death["why"],
                "died_s": death["died_s"],
                "last_beat_s": death["last_beat_s"],
                "taken_over_from_s": death["from_s"],
                "in_hand": in_hand.get(int(death["worker"]), 0),
                "a_beat": death["a_beat"],
                "tps_taken_over": len(taken),
                "tps_cut_off": len(cut),
                "operators_cut_off": sum(1 for row in rows if row["worker"] == death["worker"]),
            }
        )
    return facts, pa.Table.from_pylist(rows, NOT_OFFERED)
