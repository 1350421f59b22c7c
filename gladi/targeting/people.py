"""The one TPS of a check: synthetic as all are, with accounts nobody had before."""

import time

from scenarios import Scenario
from simulators.population import Population, population


def one_tps(scenario: Scenario, seed: int | None) -> Population:
    """One TPS of the scenario's region; without a seed that of this second: a check can be repeated."""
    chosen = int(time.time()) if seed is None else seed
    return population(scenario, chosen, 1.0 / sum(place.tps for place in scenario.places()))
