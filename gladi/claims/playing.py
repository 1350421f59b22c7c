"""One claim is played: its load with its faults, as often as it takes or as there is time for."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chaos import FaultEvent, FaultRunner
from gladi.calibrate.holding import MIX
from gladi.claims.course import Course
from gladi.failures import CannotRunError
from gladi.interruption import uninterrupted
from gladi.offering.generator import Step
from gladi.offering.ground import Ground
from gladi.offering.record import Record
from gladi.offering.settling import settle
from gladi.show import Advance
from reports.claims.evidence import playing
from scenarios.claims import Claim
from simulators.calibration.loads import Load, arrivals

WARM_S = 3.0
"""Before the hold, with the same load; counts for nothing."""
TRY_S = 2.0
"""How long the generator is tried before."""
_PATIENCE_S = 15.0
_OWN_CORE = 0.92
_CALM_S = 60.0


@dataclass(slots=True)
class Notes:
    """What is kept of all playings, for the evidence."""

    record: Record = field(default_factory=Record)
    sent: list[dict[str, Any]] = field(default_factory=list)
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


def tried(claim: Claim, ground: Ground, seed: int, notes: Notes) -> Step:
    """The generator offers the claimed rate for a moment, to see whether it can at all."""
    load = load_of(claim, TRY_S)
    course = Course(
        claim,
        arrivals(load, seed + 7919),
        load.patience_s,
        ground.crowd.ask,
        lambda: None,
        lambda _: None,
        TRY_S,
    )
    step = ground.generator.open(load, course.coming, course.ask, course.begins())
    notes.sent += course.sent
    notes.record.add(
        claim.operation, step, rate_per_s=claim.rate, warm_s=TRY_S, seed=seed, why="",
        purpose=f"generator for claim {claim.id}",
    )  # fmt: skip
    return step


def played(
    claim: Claim,
    events: Sequence[FaultEvent],
    ground: Ground,
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
        claim, arrivals(load, seed), load.patience_s, ground.crowd.ask, allowed,
        lambda at_s: advance(at_s, load.seconds, f"{claim.id}, benih {seed}"), WARM_S,
    )  # fmt: skip
    trial = len(notes.record)
    runner = _faults(events, ground, course, folder / f"faults-{trial}.jsonl")
    if runner is not None:
        notes.faults.append((trial, folder / f"faults-{trial}.jsonl"))
    try:
        step = ground.generator.open(load, course.coming, course.ask, course.begins())
        if runner is not None and not course.ended:
            runner.wait(max(one.deadline_s for one in events) + 5.0)
    finally:
        if runner is not None:
            with uninterrupted():
                runner.heal_all()
    notes.sent += course.sent
    if course.ended:
        step.seconds = max(course.ended_s, 1e-3)
    why = f"the generator used {step.own_share:.0%} of its core" if step.own_share > _OWN_CORE else ""
    if course.ended and not course.decided:
        why = "; ".join(part for part in (why, course.ended) if part)
    notes.record.add(
        claim.operation,
        step,
        rate_per_s=claim.rate,
        warm_s=WARM_S,
        seed=seed,
        why=why,
        purpose=playing(claim),
    )
    if runner is not None and runner.in_force:
        raise CannotRunError(f"faults that could not be healed: {', '.join(runner.in_force)}")
    return course


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
