"""From the fault plan to the mishaps that operators play, and back: whom each has met, as evidence."""

import json
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import IO

from chaos import FaultEvent, registered
from chaos.people import MET, PeopleFault
from simulators.mishaps import Met, Mishap


def happens_to_people(event: FaultEvent) -> bool:
    """Whether it strikes people, and so is played by whoever plays them."""
    return isinstance(registered().get(event.fault), PeopleFault)


def mishaps(plan: Iterable[FaultEvent]) -> tuple[Mishap, ...]:
    """The faults of a plan that happen to people, as the operators meet them."""
    return tuple(
        Mishap(event.id, event.fault, event.target, event.strike_s, event.heal_s, event.settings)
        for event in plan
        if happens_to_people(event)
    )


def crowds_per_s(plan: Iterable[FaultEvent]) -> float:
    """Requests a second of real time that the crowds of a plan add, were all of them there at once."""
    rates = ("views_per_s", "requests_per_s")
    return sum(float(event.settings.get(rate, 0.0)) for event in plan for rate in rates)


class Encounters:
    """Notes whom a mishap has met, a line each; faults look there for proof that they are felt."""

    def __init__(self, logs: Path, worker: int) -> None:
        self.path = logs / MET.replace("*", str(worker))
        self._file: IO[str] = self.path.open("w", encoding="utf-8")

    def note(self, met: Met) -> None:
        """Write one encounter, at once."""
        self._file.write(json.dumps({**asdict(met), "epoch_s": time.time()}) + "\n")
        self._file.flush()

    def close(self) -> None:
        """No more of them."""
        self._file.close()
