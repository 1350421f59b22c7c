"""Which seconds of a playing count for what: steady ones, those of a fault, those that count for nobody.

A second in which a generator itself was late says nothing about the system and is left out. The time of a
fault lasts from its strike until `RECOVERY_S` after it was healed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.claims.evidence import Run
from scenarios.claims import RECOVERY_S, Claim

LATE_MOST = 0.10
"""A second in which more than this share of a generator's requests began too late is left out."""
LEFT_OUT_MOST = 0.10
"""With more of the hold left out than this, nothing is decided."""

_LATE_LEAST_S = 0.010
_LATE_OF_LIMIT = 0.05


@dataclass(frozen=True, slots=True)
class Windows:
    """Of one playing: for each attempt whether it is steady or a fault's; seconds left out, as (from, to).

    `faults` are (from, to) in seconds of the trial, `troubles` what went otherwise than planned with them.
    """

    steady: NDArray[np.bool_]
    hurt: NDArray[np.bool_]
    left_out: list[int]
    faults: list[tuple[float, float]]
    troubles: list[str]

    @property
    def hurt_s(self) -> float:
        """Seconds of faults, each counted once."""
        total, end = 0.0, -np.inf
        for begin, until in sorted(self.faults):
            total += max(0.0, until - max(begin, end))
            end = max(end, until)
        return float(total)


def allowed_lateness_s(claim: Claim) -> float:
    """A twentieth of the shortest limit of the claim, at least 10 ms; 50 ms where it has none."""
    limits = [one.value for one in claim.require if one.metric == "percentile"]
    return max(_LATE_LEAST_S, _LATE_OF_LIMIT * min(limits)) if limits else 0.05


def windows(claim: Claim, run: Run, lines: Sequence[dict[str, Any]]) -> Windows:
    """`lines` are those of faults.jsonl that belong to this trial."""
    second = np.floor(run.due_s).astype(int)
    late = run.began_s - run.due_s > allowed_lateness_s(claim)
    judged = (run.due_s >= run.warm_s) & (run.due_s <= run.seconds)
    out = late_seconds(run.due_s, late, run.generator)
    left_out = [int(one) for one in np.unique(second[judged & out])]
    faults, troubles = _faults(claim, lines)
    within = np.zeros(len(run.due_s), dtype=bool)
    for begin, until in faults:
        within |= (run.due_s >= begin) & (run.due_s < until)
    heard = judged & ~np.isin(second, left_out)
    return Windows(heard & ~within, heard & within, left_out, faults, troubles)


def late_seconds(
    due_s: NDArray[np.float64], late: NDArray[np.bool_], generator: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which requests are due in a second in which one generator at least was late, each judged by its own."""
    if not len(due_s):
        return np.zeros(0, dtype=bool)
    second = np.floor(due_s).astype(np.int64)
    out = np.zeros(int(second.max()) + 1, dtype=bool)
    for one in np.unique(generator):
        mine = generator == one
        asked = np.bincount(second[mine], minlength=len(out))
        out |= np.bincount(second[mine & late], minlength=len(out)) > LATE_MOST * asked
    return np.asarray(out[second])


def _faults(claim: Claim, lines: Iterable[dict[str, Any]]) -> tuple[list[tuple[float, float]], list[str]]:
    events: dict[str, dict[str, dict[str, Any]]] = {}
    for line in lines:
        events.setdefault(line["id"], {})[line["event"]] = line
    spans, troubles = [], []
    for number, spec in enumerate(claim.during, start=1):
        seen = events.get(fault_id(claim, number), {})
        for event in ("skipped", "failed", "unfelt"):
            if event in seen:
                why = seen[event]["detail"].get("why", "")
                troubles.append(f"{spec.fault} was {event}" + (f": {why}" if why else ""))
        if "struck" in seen:
            begin = float(seen["struck"]["at_s"])
            healed = float(seen["healed"]["at_s"]) if "healed" in seen else begin + spec.length_s
            spans.append((begin, healed + RECOVERY_S))
        elif not any(event in seen for event in ("skipped", "failed")):
            troubles.append(f"{spec.fault} was not struck")
        if "struck" in seen and "healed" not in seen:
            troubles.append(f"{spec.fault} is not known to have been healed")
    return spans, troubles


def fault_id(claim: Claim, number: int) -> str:
    """How the fault that stands at this place (from 1) of a claim's `during` is called in faults.jsonl."""
    return f"{claim.id}-{number}"
