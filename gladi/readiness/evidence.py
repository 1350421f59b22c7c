"""Measurements, certificates and the last rehearsal: opened, held against their own records, and kept."""

from pathlib import Path
from typing import Any

from gladi.failures import UsageError
from reports.capacity import RunDirectoryError, as_json_of
from reports.capacity.rundir import Capacity
from reports.claims.certificate import differences, read
from reports.rundir import RunDirectory
from reports.verdict import Verdict, judge


def of_capacity(run: Path) -> dict[str, Any]:
    """What a capacity run found, worked out anew from its record; UsageError where it says something else."""
    if not (run / "capacity.json").is_file():
        raise UsageError(f"--capacity {run}: is no folder of gladi capacity (it has no capacity.json)")
    try:
        found = Capacity.open(run)
    except RunDirectoryError as error:
        raise UsageError(f"--capacity {error}") from error
    if not found.agrees:
        raise UsageError(
            f"--capacity {run}: capacity.json does not say what follows from the record; gladi capacity "
            f"--from {run} says what does"
        )
    table = as_json_of(found)
    for one in table["found"].values():
        for heavy in ("trials", "clients"):
            one.pop(heavy)
    return {"source": run.resolve().name, **table}


def of_claim(path: Path) -> dict[str, Any]:
    """A certificate that agrees with the evidence beside it; UsageError that says what differs."""
    try:
        folder, made = read(path)
        wrong = differences(folder, made)
    except RunDirectoryError as error:
        raise UsageError(f"--claim {error}") from error
    if wrong:
        raise UsageError(f"--claim {path}: the certificate does not agree with its evidence: {wrong[0]}")
    return {"source": folder.resolve().name, **made}


def opened(run: Path, option: str) -> RunDirectory:
    """A run directory; UsageError that names the option."""
    try:
        return RunDirectory.open(run)
    except RunDirectoryError as error:
        raise UsageError(f"{option} {error}") from error


def of_rehearsal(run: Path) -> dict[str, Any]:
    """The verdict of a run, judged anew, with what it found by name."""
    found = judge(opened(run, "--rehearsal"))
    about = found.run.info
    return {
        "source": run.resolve().name, "started_at": about.started_at, **_plain(found),
    }  # fmt: skip


def _plain(found: Verdict) -> dict[str, Any]:
    from reports.checkers import registered

    titles = {name: one.title for name, one in registered().items()}
    titles |= {name: one.title for name, one in found.expectations.items()}
    kept = ("verdict", "mode", "scenario", "title", "region", "seed", "scale", "target", "ended", "defects",
            "thresholds")  # fmt: skip
    table = {name: found.table[name] for name in kept}
    for part in ("checkers", "expectations"):
        table[part] = {
            name: {"valid": one["valid"], "why": one["why"], "why_id": one["why_id"],
                   "title": titles[name]("en"), "title_id": titles[name]("id")}
            for name, one in found.table[part].items()
        }  # fmt: skip
    faults = found.table["survivability"]["faults"]
    table["survivability"] = {
        "faults": [
            {key: one[key] for key in ("id", "name", "target", "struck_s", "recovery_s")} for one in faults
        ]
    }
    return table
