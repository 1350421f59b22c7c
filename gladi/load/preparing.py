"""What a worker has to do before the start: its share rebuilt, its photos rendered, the system asked."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

import gevent

from gladi.consent import Watch, authorise, within_rate
from gladi.failures import CannotRunError
from gladi.load.agreed import Agreed
from gladi.load.fence import FENCE_S, Fence
from gladi.load.order import Destination, LoadOrder
from gladi.load.playing import Part
from gladi.load.shares import Share
from gladi.load.sheets import sheets
from gladi.mishaps import mishaps
from gladi.setting import arrange
from gladi.targets import connect
from simulators.cast import dealt, posts

_TELL_S = 2.0
"""From one word about the photos to the next."""


@dataclass(frozen=True, slots=True)
class Who:
    """Which worker this is: `index` of one that the conductor started, else -1; `ca` is of this machine."""

    host: str
    port: int
    index: int = -1
    ca: str = ""

    @property
    def elsewhere(self) -> bool:
        """Whether this is not one of the conductor's own."""
        return self.index < 0


class Preparation:
    """One worker's share of an order; `folder` is its own. `reached` hears photos done and photos in all.

    `fence` and `watch` are there once the system is known, for a worker elsewhere only.
    """

    def __init__(
        self, who: Who, index: int, order: LoadOrder, folder: Path, reached: Callable[[int, int], None]
    ) -> None:
        self._who = who
        self._index = index
        self._order = order
        self._folder = folder
        self._reached = reached
        self._renderers = 0
        scenario, plan = folder / "scenario.toml", folder / "plan.jsonl"
        scenario.write_text(order.scenario)
        plan.write_text(order.plan)
        self.setting = arrange(
            scenario, order.seed, order.scale, order.compression, plan if order.plan else None
        )
        self.fence: Fence | None = None
        self.watch: Watch | None = None

    def ready(self) -> dict[str, Any]:
        """Digests of what was rebuilt; a worker elsewhere renders the photos of its share first."""
        photos: list[tuple[str, str]] = []
        if self._who.elsewhere:
            photos = self._render(Share(self._index, self._order.workers), urgent=True)
        return {
            "population": self.setting.population.digest(),
            "timetable": self.setting.timetable.digest(),
            "photos": photos,
        }

    def _render(self, share: Share, *, urgent: bool) -> list[tuple[str, str]]:
        """Photos of a share into this machine's own folder; name and digest of each."""
        setting, order = self.setting, self._order
        everyone = posts(
            setting.scenario, setting.timeline, setting.seed, setting.population, setting.timetable,
            mishaps(setting.plan),
        )  # fmt: skip
        own = dealt(everyone, (share.index, share.of), by_area=setting.scenario.backup is not None)
        wanted = {one.tps for one in own if min(one.moments.values()) >= share.from_s}

        reached = [0, sum(len(one.sheets) for one in own if one.operator == 1 and one.tps in wanted)]

        def progress(done: int, total: int) -> None:
            reached[:] = done, total

        telling = gevent.spawn(self._keep_telling, reached)
        try:
            return sheets(
                self._folder / "scenario.toml", order.seed, order.scale, wanted, self._folder / "photos",
                progress, urgent=urgent,
            )  # fmt: skip
        finally:
            telling.kill()

    def _keep_telling(self, reached: list[int]) -> None:
        """How far the photos are; a first one can take minutes where nothing is compiled yet."""
        while True:
            self._reached(reached[0], reached[1])
            gevent.sleep(_TELL_S)

    def render_more(self, share: Share) -> str:
        """Photos of what was taken over; empty, or why there are none.

        Who needs one before it is rendered waits, and that is our own lateness.
        """
        self._renderers += 1
        try:
            self._render(share, urgent=False)
        except CannotRunError as error:
            return str(error)
        finally:
            self._renderers -= 1
        return ""

    def part(self, destination: Destination) -> Part:
        """The system as seen from here: who it is, and whether it agrees. Raises UsageError, TargetError."""
        order, setting = self._order, self.setting
        rate_per_s = order.max_rate_per_s
        if self._who.elsewhere:
            destination = destination.seen_from(self._who.host, self._who.ca)
            address = destination.address
            agreed = Agreed(lambda: authorise(address, setting.scenario.id))
            if agreed.consent is not None:
                within_rate(agreed.consent, setting.intended_peak_per_s)
                rate_per_s = min(rate_per_s or inf, agreed.consent.max_rate_per_s)
            self.watch = Watch(agreed)
            self.fence = Fence(FENCE_S)
        destination.address.secrets()
        secrets = os.environ.get("GLADI_SECRETS", "") if self._who.elsewhere else destination.secrets
        system = connect(destination.kind, destination.address, setting.seed, secrets)
        if self._who.elsewhere:
            out, photos = self._folder, self._folder / "photos"
        else:
            out, photos = Path(destination.out), Path(destination.photos)
        return Part(
            self._index, setting, order, destination, system, out, photos,
            rate_per_s / order.workers, self.fence, sends_record=self._who.elsewhere,
            rendering=lambda: self._renderers > 0,
        )  # fmt: skip
