"""One claim is played: its load with its faults, as often as it takes or as there is time for."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from chaos import FaultEvent, FaultRunner
from gladi.calibrate.holding import MIX
from gladi.claims.course import Course
from gladi.failures import CannotRunError
from gladi.interruption import uninterrupted
from gladi.offering.ground import Ground
from gladi.offering.played import Played
from gladi.offering.record import Record
from gladi.offering.settling import settle
from gladi.offering.several import Offering
from gladi.show import Advance
from reports.claims.evidence import playing
from scenarios.claims import Claim
from simulators.calibration.loads import Load, arrivals

WARM_S = 3.0
"""Before the hold, with the same load; counts for nothing."""
TRY_S = 2.0
"""How long the generator is tried before."""
_PATIENCE_S = 15.0
OWN_CORE = 0.92
"""A generator that has used so much of its core was what the trial measured."""
_CALM_S = 60.0


@dataclass(slots=True)
class Notes:
    """What is kept of all playings, for the evidence."""

    record: Record = field(default_factory=Record)
    sent: list[pa.Table] = field(default_factory=list)
    faults: list[tuple[int, Path]] = field(default_factory=list)


def mix_of(claim: Claim) -> dict[str, float]:
    """Shares of kinds in the claim's operations."""
    return dict(MIX) if claim.operation == "mixed" else {claim.operation: 1.0}


def pages_share(claim: Claim) -> float:
    """The part of the operations that use up a page."""
    mix = mix_of(claim)
    return mix.get("submit_page", 0.0) / sum(mix.values())


def load_of(claim: Claim, seconds: float) -> Load:
    """The claimed rate; nobody waits for anybody, nobody tries again."""
    longest_s = max([one.value for one in claim.require if one.metric == "percentile"], default=0.0)
    patience_s = max(_PATIENCE_S, longest_s + 5.0)
    return Load(claim.id, mix_of(claim), claim.rate, seconds, patience_s)


def tried(claim: Claim, offered: Offering, seed: int, notes: Notes) -> Played:
    """The generators offer the claimed rate for a moment, to see whether they can at all."""
    step = offered.open(load_of(claim, TRY_S), seed + 7919)
    notes.sent.append(step.sent)
    notes.record.add(
        claim.operation, step, rate_per_s=claim.rate, warm_s=TRY_S, seed=seed,
        purpose=f"generator for claim {claim.id}",
    )  # fmt: skip
    return step


def played(
    claim: Claim,
    events: Sequence[FaultEvent],
    ground: Ground,
    offered: Offering,
    seed: int,
    folder: Path,
    notes: Notes,
    allowed: Callable[[], None],
    advance: Advance,
) -> Course:
    """One playing; its record is in `notes`, whatever happened. CannotRunError where it could not begin."""
    load = load_of(claim, WARM_S + claim.hold)
    settle(ground.generator, lambda: ground.crowd.ask("status"), _CALM_S)
    course = Course(
        claim, arrivals(load, seed), load.patience_s, allowed,
        lambda at_s: advance(at_s, load.seconds, f"{claim.id}, benih {seed}"), WARM_S,
    )  # fmt: skip
    trial = len(notes.record)
    runner = _faults(events, ground, course, folder / f"faults-{trial}.jsonl")
    if runner is not None:
        notes.faults.append((trial, folder / f"faults-{trial}.jsonl"))
    try:
        step = offered.open(load, seed, course)
        if runner is not None and not course.ended and not step.why:
            runner.wait(max(one.deadline_s for one in events) + 5.0)
    finally:
        if runner is not None:
            with uninterrupted():
                runner.heal_all()
    notes.sent.append(step.sent)
    notes.record.add(
        claim.operation,
        step,
        rate_per_s=claim.rate,
        warm_s=WARM_S,
        seed=seed,
        why=why_invalid(step, course),
        purpose=playing(claim),
    )
    if runner is not None and runner.in_force:
        raise CannotRunError(f"faults that could not be healed: {', '.join(runner.in_force)}")
    return course


def why_invalid(step: Played, course: Course) -> str:
    """Why a playing says nothing about the system, beyond what the step says itself; "" if it does."""
    said = []
    if step.by and step.worst.own_share > OWN_CORE:
        who = step.worst
        said.append(f"generator {who.name} used {who.own_share:.0%} of its core")
    if course.ended and not course.decided:
        said.append(course.ended)
    return "; ".join(said)


def _faults(events: Sequence[FaultEvent], ground: Ground, course: Course, record: Path) -> FaultRunner | None:
    if not events:
        return None
    if ground.site is None or ground.ledger is None:
        raise CannotRunError("a fault needs a stack that gladi has started itself")
    runner = FaultRunner(events, ground.site, ground.ledger, course.now_s, record)
    runner.start()
    return runner


def calm_down(ground: Ground, seconds: float) -> None:
    """Give a system time to finish what it has in hand, before it is read back."""
    time.sleep(seconds)
    settle(ground.generator, lambda: ground.crowd.ask("status"), _CALM_S)
