"""A calibration from top to bottom: measure, fit, predict what was held out, offer it, tell the errors."""

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from gladi.address import Address
from gladi.calibrate.holding import MIX, PATIENCE_S, Held, cases, commit, offer, pages_needed
from gladi.calibrate.measuring import QUICK, THOROUGH, machine, measure
from gladi.failures import CannotRunError
from gladi.offering.stage import stage
from gladi.show import Show
from scenarios import Scenario
from simulators.calibration.errors import Error, errors
from simulators.calibration.fit import fit
from simulators.calibration.loads import Load
from simulators.calibration.predict import at_times_capacity
from simulators.server import ServerModel

CONSENT = "calibrate"
"""What a system must name as its scenario in order to consent."""

_TPS, _TPS_QUICK, _TPS_THEIRS, _TPS_MOST = 3_000, 900, 300, 9_000
_HELD_OUT = (0.4, 0.8, 1.3)
"""Times capacity of the mix at which a fresh model is held to loads that it has not seen."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line decides. `address` None starts a stack of ours; `tps` 0 takes what is needed."""

    scenario: Scenario
    address: Address | None
    kind: str
    secrets: Path | None
    seed: int
    tps: int = 0
    quick: bool = False

    @property
    def joining(self) -> None:
        """A server's times are measured from where it stands: nobody from elsewhere takes part."""


@dataclass(frozen=True, slots=True)
class Told:
    """The model, what it was held to, and how far off it was."""

    model: ServerModel
    held: list[Held]
    errors: list[Error]
    discarded: list[str]


def calibrate(choices: Choices, predictions: Path, show: Show) -> Told:
    """Measure and fit, then hold the model to loads predicted beforehand; CannotRunError or UsageError."""
    tps = choices.tps or (_TPS_THEIRS if choices.address else _TPS_QUICK if choices.quick else _TPS)
    with stage(choices, tps, CONSENT, show) as here:
        ground, cores, allowed = here.ground, here.cores, here.allowed
        effort = QUICK if choices.quick else THOROUGH
        about: dict[str, object] = {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine({"load_cores": cores.load, "stack_cores": cores.stack}),
            "photo_bytes": round(ground.photo_bytes),
            "seed": choices.seed,
        }
        began_s = time.monotonic()
        with show.stage("Pengukuran") as advance:
            measured, discarded = measure(ground, effort, advance, allowed)
        try:
            where = choices.address.url if choices.address else "reference stack"
            source = f"gladi calibrate, {where}, {about['date']}"
            model = fit(measured, choices.kind, source, about)
        except ValueError as error:
            raise CannotRunError(f"cannot fit: {error}; discarded: {'; '.join(discarded)}") from error
        loads = _held_out(model, 3.0 if choices.quick else 8.0)
        held = commit(model, loads, (choices.seed,), predictions)
        with show.stage("Beban yang disisihkan") as advance:
            held = offer(ground, held, predictions, advance, allowed)
        told = _errors(held)
        evidence = {
            "discarded": discarded,
            "held_out": [{"load": one.load, **_error(one)} for one in told],
            "measured_s": round(time.monotonic() - began_s, 1),
        }
    return Told(replace(model, measured={**model.measured, **evidence}), held, told, discarded)


def validate(
    model: ServerModel, choices: Choices, seeds: int, seconds: float, predictions: Path, show: Show
) -> Told:
    """Hold a model to the whole protocol: six loads, so many seeds, predicted and written down first."""
    loads = cases(model, seconds, can_freeze=choices.address is None)
    pages = pages_needed(loads, lambda load: at_times_capacity(model, load, 1.0).rate_per_s, seeds)
    tps = choices.tps or min(_TPS_MOST, max(100, -(-pages // 3) + 20))
    held = commit(model, loads, [choices.seed + number for number in range(seeds)], predictions)
    show.say(f"  {len(held)} ramalan tertulis di {predictions}")
    with stage(choices, tps, CONSENT, show) as here, show.stage("Beban yang diramalkan") as advance:
        held = offer(here.ground, held, predictions, advance, here.allowed)
    discarded = [f"{one.load.name}, seed {one.seed}: {one.invalid}" for one in held if one.invalid]
    return Told(model, held, _errors(held), discarded)


def _held_out(model: ServerModel, seconds: float) -> list[Load]:
    evening = Load("", MIX, 1.0, seconds, PATIENCE_S)
    mixed = [
        replace(at_times_capacity(model, evening, times), name=f"mix at {times:.0%}") for times in _HELD_OUT
    ]
    pages = replace(evening, mix={"submit_page": 1.0})
    return [*mixed, replace(at_times_capacity(model, pages, 0.7), name="pages at 70%")]


def _errors(held: list[Held]) -> list[Error]:
    return errors(
        (one.load.name, one.predicted, one.seen) for one in held if one.seen is not None and not one.invalid
    )


def _error(one: Error) -> dict[str, object]:
    return {"metric": one.metric, "predicted": one.predicted, "seen": one.seen, "error": one.error}
