"""What an operator holds when the work begins: a phone that the app accepts, an activation code, or not yet.

Pure functions of (seed, TPS, operator), as everything that is drawn before a run.
"""

from math import exp, inf

from scenarios import Scenario, Timeline
from simulators.draws import normal_at, uniform

_PHONE, _BORROWED, _CODE = 10, 11, 12
"""Counters of these draws; see `simulators.timetable` for those below."""


def lacks_phone(scenario: Scenario, seed: int, tps: str, operator: int) -> bool:
    """Whether the app accepts no phone this operator has."""
    devices = scenario.devices
    lacking = devices.no_android + devices.too_old
    return lacking > 0.0 and uniform(seed, _agent(tps, operator), _PHONE) < lacking


def borrowed_after_s(scenario: Scenario, seed: int, tps: str, operator: int) -> float:
    """Seconds of the calendar from the need of a phone until one is borrowed."""
    devices = scenario.devices
    luck = normal_at(uniform(seed, _agent(tps, operator), _BORROWED))
    return devices.borrow_median * exp(devices.borrow_sigma * luck)


def lent_until_s(scenario: Scenario, timeline: Timeline) -> float:
    """When a borrowed phone is given back, on the run clock; infinity if it is lent for good."""
    devices, voting = scenario.devices, scenario.voting
    if devices.lent_from is None or voting is None:
        return inf
    phase = timeline.phase(voting.phase)
    moment = timeline.at_local(phase.midnight_and(devices.lent_from + devices.lent_for))
    return moment if moment < timeline.duration_s else inf


def lacks_code(scenario: Scenario, seed: int, tps: str, operator: int) -> bool:
    """Whether the activation code never came; only a help desk can give another."""
    desk = scenario.help_desk
    return desk is not None and uniform(seed, _agent(tps, operator), _CODE) < desk.no_code


def _agent(tps: str, operator: int) -> int:
    return int(tps) * 8 + operator
