"""May these runs be compared? What was asked of the system must be the same; the system itself may differ.

Scenario, scale, compression and mode make the question; a run of another one is a stranger. Expectations
and thresholds of a scenario judge and do not play, and its [stack] is what one often wants to compare. Runs
of one seed, with one fault plan, met the same demand at the same moment, and are compared pair by pair.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.rundir import RunDirectory, RunDirectoryError
from reports.words import Text

_DO_NOT_PLAY = ("expect", "thresholds", "stop", "slo")
"""Tables of a scenario that judge it (and `slo`, which is said, because goodput stands on it)."""

_SAID = ("stack", "load", "slo")
"""Tables whose differences are said, and do not make strangers."""


@dataclass(frozen=True, slots=True)
class Alike:
    """`strangers` are the reasons not to compare, `said` other differences; `paired`: same seed and plan."""

    strangers: tuple[Text, ...]
    said: tuple[Text, ...]
    paired: bool


def alike(before: Sequence[RunDirectory], after: Sequence[RunDirectory]) -> Alike:
    """Hold every run against the first; raises RunDirectoryError for a scenario.toml that cannot be read."""
    first, others = before[0], [*before[1:], *after]
    strangers: dict[str, Text] = {}
    said: dict[str, Text] = {}
    paired = True
    for other in others:
        for name, indonesian, english in _strange(first, other):
            strangers.setdefault(name, Text(indonesian, english))
        for name, indonesian, english in _different(first, other):
            said.setdefault(name, Text(indonesian, english))
        if first.info.seed != other.info.seed:
            paired = False
            said.setdefault("seed", Text(
                "benih berbeda: penduduk dan saatnya ditarik ulang, jadi dibandingkan tanpa pasangan",
                "other seeds: people and moments are drawn anew, so they are compared without pairs",
            ))  # fmt: skip
        elif first.info.digests.get("population") != other.info.digests.get("population"):
            strangers.setdefault("population", Text(
                "penduduk TPS berbeda walau benihnya sama: dibuat oleh gladi lain",
                "other TPS though the seed is the same: another gladi drew them",
            ))  # fmt: skip
        elif _plan(first) != _plan(other):
            paired = False
            strangers.setdefault("faults", Text(
                "rencana gangguan berbeda: mainkan yang satu dengan --plan milik yang lain",
                "other fault plans: play one with --plan of the other",
            ))  # fmt: skip
    for run in (first, *others):
        if run.info.ended != "complete":
            name = run.path.resolve().name
            said[f"ended {name}"] = Text(
                f"{name} tidak dimainkan sampai selesai ({run.info.ended})",
                f"{name} was not played to its end ({run.info.ended})",
            )
    return Alike(tuple(strangers.values()), tuple(said.values()), paired and not strangers)


def _strange(one: RunDirectory, other: RunDirectory) -> Iterator[tuple[str, str, str]]:
    a, b = one.info, other.info
    for name, nama, english, mine, theirs in (
        ("mode", "cara", "mode", a.mode, b.mode),
        ("scenario", "skenario", "scenario", a.scenario, b.scenario),
        ("region", "wilayah", "region", a.region_code, b.region_code),
        ("scale", "banyaknya TPS", "number of TPS", a.scale, b.scale),
        ("compression", "pemampatan", "compression", a.compression, b.compression),
    ):
        if mine != theirs:
            yield name, f"{nama}: {mine} dan {theirs}", f"{english}: {mine} and {theirs}"
    for key in _keys(one, other):
        if key.split(".")[0] not in (*_DO_NOT_PLAY, *_SAID, "scenario"):
            yield key, f"berkas skenario berbeda pada {key}", f"the scenario files differ in {key}"


def _different(one: RunDirectory, other: RunDirectory) -> Iterator[tuple[str, str, str]]:
    a, b = one.info, other.info
    for name, nama, english, mine, theirs in (
        ("target", "sasaran", "target", f"{a.target_kind} {a.target_url}", f"{b.target_kind} {b.target_url}"),
        ("workers", "proses beban", "load workers", a.workers, b.workers),
        ("cores", "inti prosesor", "processor cores", a.cores, b.cores),
        ("defects", "cacat yang ditanam", "planted defects", _list(a.defects), _list(b.defects)),
        ("version", "versi gladi", "gladi version", a.gladi_version, b.gladi_version),
    ):
        if mine != theirs:
            yield name, f"{nama}: {mine} dan {theirs}", f"{english}: {mine} and {theirs}"
    if dict(a.faults_available) != dict(b.faults_available):
        yield (
            "available",
            "gangguan yang dapat dijalankan tidak sama",
            "not the same faults could be played",
        )
    for key in _keys(one, other):
        if key.split(".")[0] in _SAID:
            yield key, f"berkas skenario berbeda pada {key}", f"the scenario files differ in {key}"


def _keys(one: RunDirectory, other: RunDirectory) -> list[str]:
    """Dotted keys in which two scenario files differ, tables that judge left out."""
    left, right = _flat(_scenario(one)), _flat(_scenario(other))
    return sorted(key for key in left.keys() | right.keys() if left.get(key) != right.get(key))


def _scenario(run: RunDirectory) -> Mapping[str, Any]:
    path = run.path / "scenario.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RunDirectoryError(f"{path}: cannot be read ({error})") from None


def _flat(table: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            out |= _flat(value, f"{before}{key}.")
        else:
            out[f"{before}{key}"] = value
    return out


def _plan(run: RunDirectory) -> list[tuple[str, str, str]]:
    path = Path(run.path / "plan.jsonl")
    if path.is_file():
        return [("", "", line) for line in path.read_text(encoding="utf-8").splitlines()]
    return sorted({(one.id, one.name, one.target) for one in run.faults})


def _list(names: Sequence[str]) -> str:
    return ", ".join(names) or "–"
