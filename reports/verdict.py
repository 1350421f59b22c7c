"""The verdict: checkers, expectations and thresholds of a run, put together. A pure function of the folder.

False anywhere is `failed`; else unknown anywhere is `unknown`; only when all hold is it `passed`.
"""

import json
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from reports import pleno, reported
from reports.checkers import compose, registered
from reports.completeness import completeness_of
from reports.delays import delays_of
from reports.expectations import Expectation, expectations_of
from reports.fates import fates_of
from reports.finding import Finding, Valid, merge, unknown
from reports.generator import generator_of
from reports.officials import logins_of
from reports.rundir import RunDirectory
from reports.schema import WRITES
from reports.sheets import sheets_of
from reports.survivability import survivability_of
from reports.thresholds import Judged, thresholds_of
from reports.words import Text
from reports.written import write_whole

Word = Literal["passed", "failed", "unknown"]

EXIT_CODE: dict[Word, int] = {"passed": 0, "failed": 1, "unknown": 4}
"""Exit code of a command that ends with this verdict."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`verdict` in one word, what it rests on, and `table`, the whole of verdict.json as plain values."""

    verdict: Word
    checkers: Mapping[str, Finding]
    expectations: Mapping[str, Expectation]
    thresholds: Sequence[Judged]
    table: Mapping[str, Any]
    run: RunDirectory
    """What was judged, with the columns already read."""

    @property
    def exit_code(self) -> int:
        """0 passed, 1 failed, 4 unknown."""
        return EXIT_CODE[self.verdict]


def judge(run: RunDirectory, only: Collection[str] = ()) -> Verdict:
    """Judge a run, or `only` some of its properties. Writes nothing.

    Raises RunDirectoryError for a run that cannot be read, ValueError for a name that no checker has.
    """
    known = {
        name: one for name, one in registered().items() if not one.of_a_system or run.info.mode != "simulate"
    }
    if strange := sorted(set(only) - set(known)):
        raise ValueError(f'no checker is called "{strange[0]}"; there are: {", ".join(known)}')
    safety = compose({name: one for name, one in known.items() if not only or name in only})(run)
    checkers = {
        name: replace(part, again=() if part.valid is True else _again(run, name))
        for name, part in (
            (name, _as_tried(run, name, _as_meant(run, one))) for name, one in safety.parts.items()
        )
    }
    expectations = {} if only else expectations_of(run)
    thresholds = () if only else thresholds_of(run)
    valid: Valid = merge(
        [
            *(one.valid for one in checkers.values()),
            *(one.valid for one in expectations.values()),
            *(one.valid for one in thresholds),
        ]
    )
    word: Word = "passed" if valid is True else "failed" if valid is False else "unknown"
    info = run.info
    table = {
        "verdict": word,
        "mode": info.mode,
        "scenario": info.scenario,
        "title": info.title,
        "region": {"code": info.region_code, "name": info.region_name},
        "seed": info.seed,
        "scale": info.scale,
        "compression": info.compression,
        "national_equivalent": info.national_equivalent,
        "target": {"kind": info.target_kind, "url": info.target_url},
        "ended": info.ended,
        "defects": list(info.defects),
        "faults_available": dict(info.faults_available),
        "gladi_version": info.gladi_version,
        "operations": _operations(run),
        "checkers": {name: finding.as_json() for name, finding in checkers.items()},
        "expectations": {name: one.as_json() for name, one in expectations.items()},
        "thresholds": [one.as_json() for one in thresholds],
        "completeness": completeness_of(run).as_json(run) | {"fates": fates_of(run).as_json()},
        "survivability": survivability_of(run).as_json(),
        "not_offered": [dict(one) for one in info.not_offered],
        "reported": reported.as_json(run),
        "officials": logins.as_json(run) if (logins := logins_of(run)) else None,
        **pleno.as_json(run),
        "generator": generator_of(run).as_json() | delays_of(run).as_json(),
    }
    return Verdict(word, checkers, expectations, thresholds, table, run)


def _as_meant(run: RunDirectory, finding: Finding) -> Finding:
    """Nothing to look at is no doubt where nothing was to be sent: in a load test people only log in."""
    if finding.valid != "unknown" or finding.checked or run.info.ended != "complete":
        return finding
    if sheets_of(run).asked.any() or run.history.is_in("kind", *WRITES).any():
        return finding
    nothing = Text("dalam skenario ini tidak ada C.Hasil yang dikirim", "no C.Hasil is sent in this scenario")
    return replace(finding, valid=True, why=nothing)


def _as_tried(run: RunDirectory, name: str, finding: Finding) -> Finding:
    """In doubt where a planned fault that puts this property to the test was never struck."""
    struck = {one.id for one in run.faults if one.event == "struck"}
    missed = {one.name for one in run.faults if one.id not in struck}
    missing = sorted(fault for fault in missed if name in run.info.faults_tried.get(fault, ()))
    if not missing or finding.valid is not True:
        return finding
    listed = ", ".join(missing)
    return unknown(
        finding,
        Text(
            f"{finding.why.id}, tetapi gangguan yang mengujinya tidak dijalankan: {listed}",
            f"{finding.why.en}, but faults that put it to the test were not played: {listed}",
        ),
    )


def _again(run: RunDirectory, name: str) -> tuple[str, ...]:
    """The command that shows a finding again, and the one that plays its run again; from beside the run."""
    info, folder = run.info, run.path.resolve().name
    scenario = f"{folder}/scenario.toml" if (run.path / "scenario.toml").is_file() else info.scenario
    plan = f"{folder}/plan.jsonl"
    play = ["gladi", info.mode, scenario, "--seed", str(info.seed), "--scale", str(info.scale)]
    if info.mode == "rehearse" and (run.path / "plan.jsonl").is_file():
        play += ["--plan", plan]
    for defect in info.defects:
        play += ["--defect", defect]
    return shlex.join(["gladi", "check", folder, "--only", name]), shlex.join(play)


def _operations(run: RunDirectory) -> dict[str, int]:
    counts = {"all": len(run.history)}
    for outcome in ("ok", "fail", "unknown"):
        counts[outcome] = int(run.history.is_in("outcome", outcome).sum())
    return counts


def write(verdict: Verdict, folder: Path) -> Path:
    """Write verdict.json; raises RunDirectoryError when the disk will not take it."""
    text = json.dumps(verdict.table, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    return write_whole(folder / "verdict.json", text.encode())
