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

    The toggles are drawn once, so that a question about any moment, in any order, has one answer.
    """

    __slots__ = ("_starts_online", "_toggles")

    def __init__(self, scenario: Scenario, timeline: Timeline, seed: int, tps: str) -> None:
        agent = int(tps) * 8 + _LINK_STREAM
        links = scenario.links
        self._starts_online = uniform(seed, agent, 0) < links.up_mean / (links.up_mean + links.down_mean)
        online = self._starts_online
        toggles: list[float] = []
        moment, k = 0.0, 1
        while moment < timeline.duration_s:
            mean_s = links.up_mean if online else links.down_mean
            moment = timeline.after(moment, -log(1.0 - uniform(seed, agent, k)) * mean_s)
            toggles.append(moment)
            online, k = not online, k + 1
        self._toggles = toggles

    def online(self, run_s: float) -> bool:
        """Whether there is signal at `run_s`."""
        return self._starts_online ^ (bisect_right(self._toggles, run_s) % 2 == 1)

    def changes_after(self, run_s: float) -> float:
        """The next moment the signal comes or goes; infinity after the last."""
        index = bisect_right(self._toggles, run_s)
        return self._toggles[index] if index < len(self._toggles) else inf
