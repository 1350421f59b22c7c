"""Links by the hour: when they change on the run clock, and who changes them in a live run."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from chaos.link_hours import set_speed
from chaos.toxiproxy import Toxiproxy
from gladi.setting import Setting
from gladi.show import Show
from scenarios import Timeline
from scenarios.link_hours import LinkHours, edges, speed_at

Changes = tuple[tuple[float, float], ...]
"""(second of the run clock, how many times as fast as their class links are from then on), from 0 on."""


LEAST_S = 4.0
"""A stretch of fewer real seconds is not played live: changing the lines would cut more than it slows."""


def changes(hours: Sequence[LinkHours], timeline: Timeline, least_s: float = 0.0) -> Changes:
    """When the speed of links changes; empty without hours.

    What would last less than `least_s` is left out: there links are as their class has them.
    """
    if not hours:
        return ()
    moments: list[datetime] = []
    for phase in timeline.phases:
        moments.append(phase.start)
        day = datetime(phase.start.year, phase.start.month, phase.start.day)
        while day < phase.end:
            at = (day + timedelta(seconds=edge) for edge in edges(hours))
            moments += [moment for moment in at if phase.start < moment < phase.end]
            day += timedelta(days=1)
    found: list[tuple[float, float]] = []
    for moment in moments:
        factor = speed_at(hours, moment)
        if not found or found[-1][1] != factor:
            found.append((timeline.at_local(moment), factor))
    ends_s = [at_s for at_s, _ in found[1:]] + [timeline.duration_s]
    long_enough = [
        (at_s, factor if end_s - at_s >= least_s else 1.0)
        for (at_s, factor), end_s in zip(found, ends_s, strict=True)
    ]
    return tuple(one for n, one in enumerate(long_enough) if n == 0 or one[1] != long_enough[n - 1][1])


class HourlyLinks:
    """Changes the lines of a run when it is time, in a thread of its own, and warns of what it could not.

    `clock` is the run clock. What holds at the start is set at once.
    """

    def __init__(
        self, plan: Changes, toxiproxy: Toxiproxy, clock: Callable[[], float], warn: Callable[[str], None]
    ) -> None:
        self._plan = plan
        self._toxiproxy = toxiproxy
        self._clock = clock
        self._warn = warn
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="link-hours", daemon=True)

    @classmethod
    def of(cls, setting: Setting, url: str, clock: Callable[[], float], show: Show) -> "HourlyLinks":
        """Those of a run, whose toxiproxy answers at `url`; without hours there is nothing to do."""
        plan = changes(setting.scenario.links.hours, setting.timeline, LEAST_S)
        return cls(plan, Toxiproxy(url), clock, show.warn)

    def start(self) -> None:
        """Begin to follow the hours, where there are any."""
        if self._plan:
            self._thread.start()

    def stop(self) -> None:
        """No further change."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(timeout=15.0)

    def _follow(self) -> None:
        for at_s, factor in self._plan:
            if at_s > 0.0 and self._over.wait(max(0.0, at_s - self._clock())):
                return
            for problem in set_speed(self._toxiproxy, factor):
                self._warn(f"links did not change with the hour: {problem}")
