"""The verdict of a nation's simulation: what was expected of it, and everything it showed. Pure.

False anywhere is `failed`; else unknown anywhere is `unknown`; only when all hold is it `passed`.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from reports.expectations import Expectation
from reports.finding import merge
from reports.nation import completeness, survivability
from reports.nation.activation import activation_of
from reports.nation.comparison import compared
from reports.nation.completeness import completeness_of
from reports.nation.expectations import expectations_of
from reports.nation.rundir import NationRun
from reports.nation.schema import METASTABLE
from reports.nation.survivability import survivability_of
from reports.verdict import EXIT_CODE, Word
from reports.written import write_whole


@dataclass(frozen=True, slots=True, eq=False)
class NationVerdict:
    """`verdict` in one word, what it rests on, and `table`, the whole of verdict.json as plain values."""

    verdict: Word
    expectations: Mapping[str, Expectation]
    table: Mapping[str, Any]
    run: NationRun

    @property
    def exit_code(self) -> int:
        """0 passed, 1 failed, 4 unknown."""
        return EXIT_CODE[self.verdict]


def judge(run: NationRun) -> NationVerdict:
    """Judge a run. Writes nothing."""
    expectations = expectations_of(run)
    valid = merge(one.valid for one in expectations.values())
    word: Word = "passed" if valid is True else "failed" if valid is False else "unknown"
    facts = run.facts
    table = {
        "verdict": word,
        **{
            key: facts.get(key)
            for key in ("kind", "mode", "scenario", "title", "election", "seed", "n_tps", "changed", "ended",
                        "evidence", "gladi_version", "wall_s", "peak_memory_bytes")
        },
        "metastable": facts.get("ended") == METASTABLE,
        "problems": {name: one.en for name, one in run.problems.items()},
        "expectations": {name: one.as_json() for name, one in expectations.items()},
        "headline": headline(run),
        "completeness": completeness.as_json(run),
        "activation": None if (days := activation_of(run)) is None else [asdict(day) for day in days],
        "survivability": survivability.as_json(run),
        "reality": compared(run).as_json(),
    }  # fmt: skip
    plain: dict[str, Any] = _plain(table)
    return NationVerdict(word, expectations, plain, run)


def headline(run: NationRun) -> dict[str, Any]:
    """The few figures by which runs of a sweep are compared."""
    out: dict[str, Any] = {"ended": run.facts["ended"]}
    if (found := completeness_of(run)) is not None:
        days = activation_of(run) or ()
        out |= {
            "complete_by": found.whole.by(run.nation.run_s(run.nation.expect.by)),
            "complete_end": found.whole.share,
            "all_forms_end": found.all_forms.share,
            "shown_end": found.shown.share,
            "t50_s": found.whole.reached_s(0.5),
            "t90_s": found.whole.reached_s(0.9),
            "activated": next((day.share for day in days if day.run_s == run.nation.day_s), None),
        }
    if (bore := survivability_of(run)) is not None:
        first = bore.first_to_break
        out |= {
            "requests": int(bore.asked.sum()),
            "availability": bore.availability,
            "first_to_break": None if first is None else first.name,
            "first_break_s": None if first is None else first.first_break_s,
            "goodput_peak_per_s": bore.peak_good_per_s,
        }
    return out


def write(verdict: NationVerdict, folder: Path) -> Path:
    """Write verdict.json; raises RunDirectoryError when the disk will not take it."""
    text = json.dumps(verdict.table, ensure_ascii=False, indent=None, allow_nan=False) + "\n"
    return write_whole(folder / "verdict.json", text.encode())


def _plain(value: Any) -> Any:
    """Numbers that JSON has no word for become null."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not isfinite(value) else value
