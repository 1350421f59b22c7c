"""The record of a soak summed up: what every defect was caught by, and who cried wolf."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from gladi.soak.expected import SEEN_BY
from gladi.soak.trial import Result

CAUGHT_SHARE = 0.95
"""A defect counts as caught when the right checker sees it in this share of its trials (19 of 20)."""


@dataclass(frozen=True, slots=True)
class Caught:
    """How often one planted defect was seen by the checker that must see it.

    `first_s` is the median run-clock second of the first violation told, `took_s` the median real time from
    nothing to the verdict. `others` are checkers that accused as well, with how often; those that must see a
    defect planted beside it are not among them.
    """

    defect: str
    by: tuple[str, ...]
    trials: int
    caught: int
    first_s: float | None
    took_s: float
    others: dict[str, int]
    missed_seeds: tuple[int, ...]

    @property
    def enough(self) -> bool:
        """Whether it was caught as often as it must be."""
        return self.trials > 0 and self.caught >= CAUGHT_SHARE * self.trials


@dataclass(frozen=True, slots=True)
class Clean:
    """Trials of the sound stack: how many raised an alarm, and how many could not tell."""

    trials: int
    passed: int
    failed: int
    unknown: int
    not_run: int
    alarms: dict[str, tuple[int, ...]]
    """Checkers that accused a sound stack, with the seeds."""
    missed: dict[str, tuple[int, ...]]
    """Expectations that did not hold, with the seeds: no alarm of a checker, but no pass either."""


def caught(results: Iterable[Result]) -> list[Caught]:
    """One entry a defect, in order of name; trials that could not be played are left out."""
    by_defect: dict[str, list[Result]] = {}
    for one in results:
        if one.word != "none":
            for defect in filter(None, one.defect.split("+")):
                by_defect.setdefault(defect, []).append(one)
    return [_caught(defect, found) for defect, found in sorted(by_defect.items())]


def _caught(defect: str, found: Sequence[Result]) -> Caught:
    right = SEEN_BY[defect]
    seen = [one for one in found if any(_accuses(one, name) for name in right)]
    moments = [_first(one, right) for one in seen]
    others: dict[str, int] = {}
    for one in found:
        expected = {name for planted in one.defect.split("+") for name in SEEN_BY[planted]}
        for name in one.checkers:
            if name not in expected and _accuses(one, name):
                others[name] = others.get(name, 0) + 1
    known = [moment for moment in moments if moment is not None]
    return Caught(
        defect,
        right,
        len(found),
        len(seen),
        round(median(known), 1) if known else None,
        round(median(one.took_s for one in found), 1),
        dict(sorted(others.items())),
        tuple(sorted(one.seed for one in found if one not in seen)),
    )


def clean(results: Iterable[Result]) -> Clean:
    """The trials without a defect."""
    mine = [one for one in results if not one.defect]
    alarms: dict[str, list[int]] = {}
    missed: dict[str, list[int]] = {}
    for one in mine:
        for name in one.checkers:
            if _accuses(one, name):
                alarms.setdefault(name, []).append(one.seed)
        for name in one.why:
            if name not in one.checkers:
                missed.setdefault(name, []).append(one.seed)
    words = [one.word for one in mine]
    return Clean(
        len(mine),
        words.count("passed"),
        words.count("failed"),
        words.count("unknown"),
        words.count("none"),
        {name: tuple(seeds) for name, seeds in sorted(alarms.items())},
        {name: tuple(seeds) for name, seeds in sorted(missed.items())},
    )


def as_json(results: Sequence[Result]) -> dict[str, Any]:
    """Everything for machines."""
    return {
        "clean": asdict(clean(results)),
        "defects": [asdict(one) | {"enough": one.enough} for one in caught(results)],
    }


def as_markdown(results: Sequence[Result]) -> str:
    """The table of BENCHMARKS.md."""
    lines = [
        "| planted defect | checker | caught | first seen at s | verdict after s | also accused by |",
        "|---|---|---|---|---|---|",
    ]
    for one in caught(results):
        first = "" if one.first_s is None else f"{one.first_s:g}"
        others = ", ".join(f"{name} {count}" for name, count in one.others.items())
        lines.append(
            f"| `{one.defect}` | {' or '.join(one.by)} | {one.caught} of {one.trials} | {first} | "
            f"{one.took_s:g} | {others} |"
        )
    sound = clean(results)
    if sound.trials:
        accused = ", ".join(f"{name} {len(seeds)}" for name, seeds in sound.alarms.items()) or "none"
        lines += [
            "",
            f"Sound stack, faults on: {sound.trials} runs, false alarms: {accused}; passed {sound.passed}, "
            f"failed {sound.failed}, unknown {sound.unknown}, not run {sound.not_run}.",
        ]
    return "\n".join(lines) + "\n"


def _accuses(one: Result, name: str) -> bool:
    return name in one.checkers and one.checkers[name][0] is False


def _first(one: Result, names: Iterable[str]) -> float | None:
    moments = [one.checkers[name][2] for name in names if _accuses(one, name)]
    known = [moment for moment in moments if moment is not None]
    return min(known) if known else None
