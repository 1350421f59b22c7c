"""When something was broken on purpose: each fault from when it may have begun to hurt until it was healed.

Checkers of promises that hold only in calm ask `disturbed`; examples name what was broken at their moment.
The record says "struck" when the blow was done, so a fault counts from the planned moment where that is
earlier, and a little before. One that was never proved healed lasts to the end of the record.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reports.fingerprints import Codes, of_text
from reports.rundir import FaultEvent, RunDirectory

BEFORE_S = 0.5
"""A blow may be felt this long before it is on record."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One fault in force, seconds of the run clock; `felt_s` is when it was proved to hurt, None if never.

    `from_s` is cautious (the planned moment), `struck_s` is when the blow was on record, or was tried.
    """

    id: str
    name: str
    target: str
    from_s: float
    struck_s: float
    to_s: float
    felt_s: float | None
    healing_s: float
    """When its undoing began; infinite where it never did."""


@lru_cache(maxsize=2)
def troubles_of(run: RunDirectory) -> tuple[Trouble, ...]:
    """Every fault that was struck, or tried, in order of its beginning."""
    together: dict[str, list[FaultEvent]] = {}
    for event in run.faults:
        together.setdefault(event.id, []).append(event)
    found = [one for events in together.values() if (one := _trouble(events)) is not None]
    return tuple(sorted(found, key=lambda one: (one.from_s, one.id)))


def struck_spans(run: RunDirectory) -> tuple[tuple[str, float, float], ...]:
    """(id, struck, healed) of every fault whose blow is on record, by the blow; infinite if never healed."""
    struck: dict[str, float] = {}
    healed: dict[str, float] = {}
    for event in run.faults:
        if event.event == "struck":
            struck.setdefault(event.id, event.at_s)
        elif event.event == "healed":
            healed[event.id] = event.at_s
    spans = ((name, start, healed.get(name, np.inf)) for name, start in struck.items())
    return tuple(sorted(spans, key=lambda span: span[1]))


def in_force_at(run: RunDirectory, at_s: float | None) -> str:
    """Id and name of what was broken at a moment of the run clock ("f3 process_kill"), "" for nothing."""
    if at_s is None:
        return ""
    return ", ".join(
        called(one.id, one.name) for one in troubles_of(run) if one.struck_s - BEFORE_S <= at_s <= one.to_s
    )


def called(id_: str, name: str) -> str:
    """A fault by its id and the kind it is of; an id that says the kind already stands alone."""
    return id_ if name in id_ else f"{id_} {name}"


def disturbed(
    run: RunDirectory,
    from_s: NDArray[np.float64],
    to_s: NDArray[np.float64],
    among: Callable[[Trouble], bool] = lambda trouble: True,
) -> NDArray[np.bool_]:
    """Mask of the stretches [from_s, to_s] in which a fault (of those `among`) was in force at any moment."""
    starts, ends = _merged([(one.from_s, one.to_s) for one in troubles_of(run) if among(one)])
    if not len(starts):
        return np.zeros(len(from_s), bool)
    latest = np.searchsorted(starts, to_s, side="right") - 1
    hit: NDArray[np.bool_] = (latest >= 0) & (ends[np.maximum(latest, 0)] >= from_s)
    return hit


def swapped_phone(run: RunDirectory, rows: Codes) -> NDArray[np.bool_]:
    """Of rows of the history whether their TPS was named by a swap of phones that had begun by then.

    Who has another phone waits for the help desk, however long the swap itself was in force.
    """
    history = run.history
    hit = np.zeros(len(rows), bool)
    for one in troubles_of(run):
        if "swap" in one.name:
            named = [of_text(target) for target in one.target.split(", ")]
            theirs = np.isin(history.codes("account_tps")[rows], named)
            theirs |= np.isin(history.codes("area")[rows], named) | (one.target == "all")
            hit |= theirs & (history.numpy("ended_s")[rows] >= one.from_s)
    return hit


def clock_was_set(
    run: RunDirectory, from_s: NDArray[np.float64], to_s: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Mask of the stretches in or shortly after which a fault made a clock of the system wrong."""
    return disturbed(run, from_s - calm_after_s(run), to_s, lambda trouble: "clock" in trouble.name)


def calm_after_s(run: RunDirectory) -> float:
    """How long after a healing promises of calm are not held against the system: what the run expects."""
    return max(run.info.slo["shown_s"], run.info.expect.get("recover_within", 15.0))


def _trouble(events: list[FaultEvent]) -> Trouble | None:
    tried = [
        one for one in events if one.event in ("struck", "felt", "unfelt", "failed", "healing", "healed")
    ]
    if not tried:
        return None

    def moments(name: str) -> list[float]:
        return [one.at_s for one in events if one.event == name]

    planned = [
        float(one.detail["strike_s"])
        for one in events
        if one.event == "planned" and isinstance(one.detail.get("strike_s"), int | float)
    ]
    first = events[0]
    return Trouble(
        id=first.id,
        name=first.name,
        target=first.target,
        from_s=min([*planned, *(one.at_s for one in tried)]) - BEFORE_S,
        struck_s=min(one.at_s for one in tried),
        to_s=max(moments("healed"), default=np.inf),
        felt_s=min(moments("felt"), default=None),
        healing_s=min(moments("healing") + moments("healed"), default=np.inf),
    )


def _merged(spans: list[tuple[float, float]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Disjoint stretches in order, from stretches that may overlap."""
    out: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    table = np.array(out, np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]
