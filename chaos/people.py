"""What the faults that happen to people share: phones, operators and crowds, not processes or links.

Nothing outside gladi is touched. The load workers know the plan, so a mishap begins and ends by their own run
clock (`simulators.mishaps`); that is why such a fault has planned moments and cannot wait for a condition.
A strike only puts on record that it has begun, healing that it is over: no further phone dies, no crowd
comes. What has begun takes its course; who lost a phone still needs the help desk.

Felt is what a worker saw: the first time that a mishap meets an operator (an upload broken off, a login of
the storm, a retry without its pause), or that its crowd arrives, it writes a line to `logs/mishaps-N.jsonl`
in the run directory. `felt` looks for such a line for as long as the fault is in force. A mishap that met
nobody, because nobody in its target had work left, was not felt and proves nothing.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from math import inf
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from chaos.fault import Availability, Fault, Ground, Item, Proof, Settings
from chaos.site import Site

MET = "mishaps-*.jsonl"
"""Files in the logs of a run in which its load workers note whom a mishap has met."""

_EARLIER_S = 1.0
"""By so much a worker may be ahead of the runner's thread with the same planned moment."""


class PeopleSettings(Settings):
    """Whom of the target it happens to, drawn from the seed: `count` TPS, or a `share` of them; or all."""

    count: Annotated[int, Field(ge=0)] = 0
    share: Annotated[float, Field(gt=0.0, le=1.0)] = 1.0

    @model_validator(mode="after")
    def _one_way(self) -> "PeopleSettings":
        if self.count and self.share < 1.0:
            raise ValueError("give count or share, not both")
        return self


class PeopleFault(Fault):
    """A fault whose effect is played by the load workers."""

    settings: ClassVar[type[Settings]] = PeopleSettings
    deadline_s = 5.0
    felt_within_s = inf
    by_the_clock = True

    def targets(self, ground: Ground) -> Mapping[str, tuple[str, ...]]:
        """ "all", a kecamatan by code or name, or a TPS by its 13 digits; kecamatan where no TPS is known."""
        places = ground.tps or tuple(ground.areas)
        found = {"all": places}
        for code, name in ground.areas.items():
            inside = tuple(one for one in places if one.startswith(code))
            if inside:
                found |= {code: inside, name: inside}
        return found | {one: (one,) for one in ground.tps}

    def draw(self, target: tuple[str, ...], settings: Any, rank: Callable[[str], int]) -> tuple[str, ...]:
        """The TPS that the seed ranks first, as many as the settings want; at least one."""
        if isinstance(settings, PeopleSettings):
            wanted = settings.count or max(1, round(settings.share * len(target)))
            return tuple(sorted(sorted(target, key=rank)[:wanted]))
        return target

    def availability(self, site: Site) -> Availability:
        """Wherever operators are played."""
        return Availability("available")

    def aim(self, site: Site, target: tuple[str, ...], settings: Any) -> list[Item]:
        """One item: whom it may meet, and since when; the workers' clocks may strike a little earlier."""
        since_s = time.time() - _EARLIER_S
        return [{"key": f"people:{self.name}", "tps": list(target), "since_epoch_s": since_s}]

    def strike(self, site: Site, items: list[Item]) -> dict[str, Any]:
        """Nothing to do: the workers' own clocks strike."""
        return {"tps": len(items[0]["tps"])}

    def felt(self, site: Site, items: list[Item]) -> Proof:
        """A worker has noted since that such a mishap met somebody of the target, or brought its crowd."""
        meant = tuple(items[0]["tps"])
        for met in _met_since(site, items[0]["since_epoch_s"]):
            if met["fault"] == self.name and (not met["tps"] or met["tps"].startswith(meant)):
                who = f"TPS {met['tps']}, operator {met['operator']}" if met["tps"] else "a crowd"
                return Proof(True, f"{who}, at {met['at_s']:.2f} s")
        return Proof(False, f"met nobody of {len(meant)} TPS: they had nothing to do that it touches")

    def heal(self, site: Site, items: list[Item], budget_s: float) -> None:
        """Nothing to undo: the workers' own clocks end it, or their own end does."""

    def healed(self, site: Site, items: list[Item]) -> Proof:
        """Nothing outside the workers was ever changed."""
        return Proof(True)

    def moot(self, site: Site, stack_goes_down: bool) -> str | None:
        """It lives and ends with the load workers."""
        return "the load workers end with the run"


def _met_since(site: Site, epoch_s: float) -> Iterator[dict[str, Any]]:
    """What the workers have noted since; a line that is still being written is left for the next look."""
    for path in sorted((Path(site.run_dir) / "logs").glob(MET)):
        whole, _, _ = path.read_bytes().rpartition(b"\n")
        for line in whole.splitlines():
            met = json.loads(line)
            if met["epoch_s"] >= epoch_s:
                yield met
