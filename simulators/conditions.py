"""Signal at a TPS: who is online when. A pure function of (seed, TPS), in seconds of the run clock.

An intermittent TPS alternates stretches with and without signal (exponential, human time). A TPS without
signal is never online where it stands: its operator travels to the signal point.
"""

from bisect import bisect_right
from math import inf, log

from scenarios import Scenario, Timeline
from simulators.draws import uniform

_LINK_STREAM = 7
"""Keeps these draws apart from the operator's own: agents are numbered tps * 8 + n, operators use 1 and 2."""


class Signal:
    """Switching times of one intermittent TPS over the whole run.

    The toggles are drawn once, at the first question, so that a question about any moment, in any order, has
    one answer; and a TPS that nobody asks about (it is another worker's) costs nothing.
    """

    __slots__ = ("_drawn", "_of")

    def __init__(self, scenario: Scenario, timeline: Timeline, seed: int, tps: str) -> None:
        self._of = (scenario, timeline, seed, tps)
        self._drawn: tuple[bool, list[float]] | None = None

    def _draw(self) -> tuple[bool, list[float]]:
        """Whether the TPS has signal at first, and when that changes."""
        if self._drawn is not None:
            return self._drawn
        scenario, timeline, seed, tps = self._of
        agent = int(tps) * 8 + _LINK_STREAM
        links = scenario.links
        at_first = online = uniform(seed, agent, 0) < links.up_mean / (links.up_mean + links.down_mean)
        toggles: list[float] = []
        moment, k = 0.0, 1
        while moment < timeline.duration_s:
            mean_s = links.up_mean if online else links.down_mean
            moment = timeline.after(moment, -log(1.0 - uniform(seed, agent, k)) * mean_s)
            toggles.append(moment)
            online, k = not online, k + 1
        self._drawn = at_first, toggles
        return self._drawn

    def online(self, run_s: float) -> bool:
        """Whether there is signal at `run_s`."""
        at_first, toggles = self._draw()
        return at_first ^ (bisect_right(toggles, run_s) % 2 == 1)

    def changes_after(self, run_s: float) -> float:
        """The next moment the signal comes or goes; infinity after the last."""
        _, toggles = self._draw()
        index = bisect_right(toggles, run_s)
        return toggles[index] if index < len(toggles) else inf
