"""Loads that no fit has seen: predicted, written down, and only then offered.

The predictions are on disk (fsync) before the first of these requests is sent; what was seen is added after.
"""

import json
import math
import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gladi.offering.ground import Ground
from gladi.offering.settling import settle
from gladi.show import Advance
from simulators.calibration.loads import Load, Outcome, Spread, arrivals, outcome
from simulators.calibration.predict import at_times_capacity, predict
from simulators.server import ServerModel

MIX = {"submit_page": 3.0, "status": 2.0, "login": 1.0, "read": 2.0}
"""Of the evening: a login for three pages, with looks at the status and readers of the portal (assumed)."""

PATIENCE_S = 15.0


@dataclass(frozen=True, slots=True)
class Held:
    """One load with one seed: what was predicted and, when it has been offered, what was seen.

    `invalid` says why it was not or why it says nothing.
    """

    load: Load
    seed: int
    predicted: dict[str, Spread]
    seen: Outcome | None = None
    invalid: str = ""


def cases(model: ServerModel, seconds: float, can_freeze: bool) -> list[Load]:
    """The protocol of the validation: 50, 90, 120, 200 % of capacity, an outage, impatient clients."""
    evening = Load("", MIX, 1.0, seconds, PATIENCE_S)
    found = [
        replace(at_times_capacity(model, evening, times), name=f"{times:.0%} of capacity")
        for times in (0.5, 0.9, 1.2, 2.0)
    ]
    if can_freeze:
        frozen = (seconds * 0.3, seconds * 0.3 + min(3.0, seconds * 0.3))
        steady = at_times_capacity(model, evening, 0.7)
        found.append(replace(steady, name="outage at 70 %", outage=frozen, tries=3))
    patience_s = max(0.2, min(1.0, 0.5 * longest_wait_s(model)))
    pressed = at_times_capacity(model, replace(evening, patience_s=patience_s, tries=4), 1.5)
    return [*found, replace(pressed, name=f"patience {patience_s:.1f} s at 150 %")]


def longest_wait_s(model: ServerModel) -> float:
    """The longest wait that the model lets anybody have; infinite where it refuses nobody."""
    waits = []
    for kind in MIX:
        pool = model.pool(model.service(kind).pool)
        waits.append(min(pool.refuse_after_s, pool.queue / model.capacity(kind)))
    return max(waits)


def pages_needed(loads: Sequence[Load], capacity_of: Callable[[Load], float], seeds: int) -> int:
    """Pages that will be taken in at most, with a fifth to spare."""
    whole = sum(MIX.values())
    total = sum(
        min(load.rate_per_s, 1.3 * capacity_of(load)) * load.seconds * load.mix.get("submit_page", 0) / whole
        for load in loads
    )
    return math.ceil(total * seeds * 1.2)


def commit(model: ServerModel, loads: Sequence[Load], seeds: Sequence[int], path: Path) -> list[Held]:
    """Predict every load with every seed and write it all to `path` before anything is offered."""
    held = [
        Held(load, seed, predict(model, load, seed)) for seed in seeds for load in loads
    ]  # each round of loads once a seed, so that a slow hour hits all alike
    with path.open("w", encoding="utf-8") as file:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        for one in held:
            line = {"predicted_at": now, "model": model.name, **_described(one)}
            file.write(json.dumps(line, allow_nan=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return held


def offer(
    ground: Ground, held: Sequence[Held], path: Path, advance: Advance, allowed: Callable[[], None]
) -> list[Held]:
    """Offer what was predicted, and add what was seen to `path`."""
    found = []
    for number, one in enumerate(held):
        allowed()
        advance(number, len(held), f"{one.load.name}, benih {one.seed}")
        settle(ground.generator, lambda: ground.crowd.ask("status"), 60.0)
        seen = _offered(ground, one)
        found.append(seen)
        with path.open("a", encoding="utf-8") as file:
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            line = {"offered_at": now, **_described(seen)}
            file.write(json.dumps(line, allow_nan=True) + "\n")
    return found


def _offered(ground: Ground, held: Held) -> Held:
    load = held.load
    freezer = threading.Thread(target=_freeze, args=(ground, load)) if load.outage else nullcontext()
    if isinstance(freezer, threading.Thread):
        freezer.start()
    step = ground.generator.open(load, arrivals(load, held.seed), ground.crowd.ask)
    if isinstance(freezer, threading.Thread):
        freezer.join()
    invalid = "the pages ran out" if step.ran_out else _late(step.late_s, held)
    return replace(held, seen=outcome(load, step.attempts), invalid=invalid)


def _late(late_s: float, held: Held) -> str:
    allowed_s = max(0.010, 0.2 * held.predicted["p50_s"].middle)
    return f"the generator was {late_s * 1000:.0f} ms late" if late_s > allowed_s else ""


def _freeze(ground: Ground, load: Load) -> None:
    if load.outage is None:
        return
    begin_s, end_s = load.outage
    time.sleep(begin_s)
    with ground.frozen():
        time.sleep(end_s - begin_s)


def _described(held: Held) -> dict[str, Any]:
    return {
        "load": asdict(held.load),
        "seed": held.seed,
        "predicted": {name: asdict(one) for name, one in held.predicted.items()},
        **({"seen": asdict(held.seen)} if held.seen else {}),
        **({"invalid": held.invalid} if held.invalid else {}),
    }
