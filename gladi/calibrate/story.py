"""A calibration from top to bottom: measure, fit, predict what was held out, offer it, tell the errors."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from gladi.address import Address
from gladi.calibrate.holding import MIX, PATIENCE_S, Held, cases, commit, offer, pages_needed
from gladi.calibrate.measuring import QUICK, THOROUGH, machine, measure
from gladi.consent import Watch, authorise
from gladi.cores import Cores, divide, on
from gladi.failures import CannotRunError
from gladi.interruption import interruptible
from gladi.offering.ground import Ground, own_stack, running_system
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
    with _stage(choices, tps, show) as (ground, cores, allowed):
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
    with _stage(choices, tps, show) as (ground, _, allowed), show.stage("Beban yang diramalkan") as advance:
        held = offer(ground, held, predictions, advance, allowed)
    discarded = [f"{one.load.name}, seed {one.seed}: {one.invalid}" for one in held if one.invalid]
    return Told(model, held, _errors(held), discarded)


def _held_out(model: ServerModel, seconds: float) -> list[Load]:
    evening = Load("", MIX, 1.0, seconds, PATIENCE_S)
    mixed = [
        replace(at_times_capacity(model, evening, times), name=f"mix at {times:.0%}") for times in _HELD_OUT
    ]
    pages = replace(evening, mix={"submit_page": 1.0})
    return [*mixed, replace(at_times_capacity(model, pages, 0.7), name="pages at 70%")]


@contextmanager
def _stage(choices: Choices, tps: int, show: Show) -> Iterator[tuple[Ground, Cores, Callable[[], None]]]:
    """The system, on cores of its own if it is ours, and who says whether we may go on."""
    consent = authorise(choices.address, CONSENT) if choices.address else None
    cores = divide(own_stack=choices.address is None)
    watch = Watch(lambda: authorise(choices.address, CONSENT) if choices.address else None)

    def allowed() -> None:
        if watch.withdrawn.is_set():
            raise CannotRunError(f"consent withdrawn: {watch.why}")

    with ExitStack() as held:
        held.enter_context(interruptible())
        held.enter_context(on(cores.load))
        if consent is not None:
            watch.start()
            held.callback(watch.stop)
        if choices.address is None:
            ground = held.enter_context(own_stack(choices.scenario, choices.seed, tps, cores, show))
        else:
            theirs = running_system(
                choices.scenario, choices.seed, tps, choices.address, choices.kind, choices.secrets,
                consent.max_rate_per_s if consent else 0.0, show,
            )  # fmt: skip
            ground = held.enter_context(theirs)
        yield ground, cores, allowed


def _errors(held: list[Held]) -> list[Error]:
    return errors(
        (one.load.name, one.predicted, one.seen) for one in held if one.seen is not None and not one.invalid
    )


def _error(one: Error) -> dict[str, object]:
    return {"metric": one.metric, "predicted": one.predicted, "seen": one.seen, "error": one.error}
