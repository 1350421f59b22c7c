"""Crowds that a mishap brings: everyone logs in, everyone looks at the results, somebody floods with junk.

Each is a stream of its own with draws of its own, dealt out to the shards; none outlasts its mishap.
"""

from collections.abc import Callable, Generator
from dataclasses import replace
from hashlib import sha256
from math import inf, log
from typing import Any

import simpy

from scenarios import Scenario
from simulators.draws import subseed, uniform
from simulators.mishaps import Met, Mishap, Tell
from simulators.operations import Kind, Operation, Target
from simulators.operator import Operator
from simulators.public import Places, view

_JUNK: tuple[Kind, ...] = ("submit_page", "login", "status", "region")
"""What junk pretends to be: a write and a login that hold garbage, reads of places that do not exist."""
_NOBODY = "9999999999999"
"""A TPS that no region has."""


def logging_in(operator: Operator, mishap: Mishap) -> Generator[Any, Any, None]:
    """One account of a login storm: logs in again, and tries until it is in or the storm is over."""
    env, lot = operator.env, operator.lot
    delay_s = float(mishap.settings.get("spread_s", 1.0)) * lot.draw(mishap)
    yield env.timeout(max(0.0, mishap.start_s + delay_s - env.now))
    app = operator.world.scenario.app
    tries = 0
    while operator.phone.activated and operator.awake and env.now < mishap.end_s:
        lot.meets(mishap, env.now)
        answer = yield operator.perform("login")
        if answer.outcome == "ok":
            operator.phone.logged_in = True
            return
        pause_s = app.backoff_s(tries)
        yield env.timeout(max(pause_s * (0.5 + 0.5 * lot.draw(mishap)), answer.retry_after_s))
        tries += 1


def looking(
    env: simpy.Environment,
    target: Target,
    scenario: Scenario,
    seed: int,
    places: Places,
    mishap: Mishap,
    shard: tuple[int, int],
    tell: Tell,
    from_s: float = -inf,
) -> Generator[Any, Any, None]:
    """Readers on top of the ordinary ones, `views_per_s` in real time."""
    own = subseed(seed, mishap.id)

    def asked(number: int, moment_s: float) -> Operation:
        return view(scenario, own, places, number, moment_s)

    return _asking(env, target, own, mishap, "views_per_s", shard, tell, asked, from_s)


def flooding(
    env: simpy.Environment,
    target: Target,
    scenario: Scenario,
    seed: int,
    areas: tuple[str, ...],
    mishap: Mishap,
    shard: tuple[int, int],
    tell: Tell,
    from_s: float = -inf,
) -> Generator[Any, Any, None]:
    """Requests of garbage, `requests_per_s` in real time; nothing is expected of their answers."""
    own = subseed(seed, mishap.id)

    def asked(number: int, moment_s: float) -> Operation:
        return _junk(scenario, own, areas, number, moment_s)

    return _asking(env, target, own, mishap, "requests_per_s", shard, tell, asked, from_s)


def _junk(scenario: Scenario, seed: int, areas: tuple[str, ...], number: int, moment_s: float) -> Operation:
    kind = _JUNK[int(uniform(seed, 1, 4 * number) * len(_JUNK))]
    plain = Operation(
        kind=kind,
        tps=_NOBODY,
        account_tps="",
        operator=0,
        area=areas[int(uniform(seed, 1, 4 * number + 1) * len(areas))],
        link="4g",
        intended_s=moment_s,
        timeout_s=scenario.app.timeout_s,
        key=sha256(f"{seed}:junk:{number}".encode()).hexdigest()[:32],
        actor="iseng",
    )
    return replace(plain, form=scenario.scenario.forms[0], page=1) if kind == "submit_page" else plain


def _asking(
    env: simpy.Environment,
    target: Target,
    seed: int,
    mishap: Mishap,
    rate: str,
    shard: tuple[int, int],
    tell: Tell,
    asked: Callable[[int, float], Operation],
    from_s: float,
) -> Generator[Any, Any, None]:
    """Performs what each arrival asks, at its moment; nobody waits for an answer."""
    for number, moment_s in _arrivals(seed, mishap, rate, shard):
        if moment_s < from_s:
            continue
        yield env.timeout(max(0.0, moment_s - env.now))
        _tell_once(tell, mishap, number, shard, moment_s)
        target.perform(asked(number, moment_s))


def _arrivals(
    seed: int, mishap: Mishap, rate: str, shard: tuple[int, int]
) -> Generator[tuple[int, float], None, None]:
    """Number and moment of this shard's arrivals: a Poisson stream while the mishap is in force."""
    index, of = shard
    number, moment_s = 0, mishap.start_s
    while True:
        moment_s += -log(1.0 - uniform(seed, 1, 4 * number + 2)) / float(mishap.settings[rate])
        if moment_s >= mishap.end_s:
            return
        if number % of == index:
            yield number, moment_s
        number += 1


def _tell_once(tell: Tell, mishap: Mishap, number: int, shard: tuple[int, int], at_s: float) -> None:
    if number < shard[1]:
        tell(Met(mishap.id, mishap.fault, "", 0, at_s))
