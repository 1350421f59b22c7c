"""Puts the people of a run in place: every operator of a shard as a process that starts when it is due.

Who only waits is a row of the timetable; a SimPy process exists from an operator's first moment on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import inf
from sys import intern
from typing import Any

import simpy

from scenarios import Scenario, Timeline, Voting
from simulators.behaviour import check, main_operator, second_operator
from simulators.conditions import Signal
from simulators.crowds import flooding, looking
from simulators.desk import Ticket, desk_of
from simulators.draws import uniform
from simulators.holding import borrowed_after_s, lacks_code, lacks_phone, lent_until_s
from simulators.mishaps import Mishap, Tell, begin_at_once, both_begin
from simulators.officials.staff import Staff, areas, offices, planos
from simulators.officials.staff import dealt as dealt_offices
from simulators.operations import Target
from simulators.operator import Operator
from simulators.population import Population
from simulators.post import Post, world
from simulators.public import Places, readers
from simulators.sheetlist import Sheet, sheets_of
from simulators.timetable import Timetable, counted
from simulators.usher import Usher

_BATCH_SHARE = 0.28
"""Operators who photograph everything first and send it in one burst: 28 % of gaps between two photos of a
TPS were under ten seconds (Jakarta 2024, photo file names)."""


def posts(
    scenario: Scenario,
    timeline: Timeline,
    seed: int,
    population: Population,
    plan: Timetable,
    mishaps: Sequence[Mishap] = (),
) -> list[Post]:
    """Both operators of every TPS, in the order in which they first act."""
    moments = plan.moments()
    codes = [str(code) for code in population.tps]
    day = scenario.voting
    close_s = timeline.run_s(day.phase, day.close) if day is not None else inf
    out: list[Post] = []
    for index, tps in enumerate(codes):
        signal = Signal(scenario, timeline, seed, tps) if population.intermittent[index] else None
        cut_s = float(population.power_cut_s[index])
        blackout = (inf, inf)
        if cut_s > 0.0:
            start = timeline.after(close_s, float(population.power_cut_start_s[index]))
            blackout = (start, timeline.after(start, cut_s))
        fate = tuple(one for one in mishaps if one.befalls(tps))
        both = day is not None and _moved(day, timeline, moments[tps, 1], moments[tps, 2], fate)
        out += [
            Post(
                tps=tps,
                operator=operator,
                area=intern(str(population.kecamatan[index])),
                link=intern(str(population.link[index])),
                no_signal=bool(population.no_signal[index]),
                travel_s=float(population.travel_s[index]),
                signal=signal,
                moments=moments[tps, operator],
                neighbour=codes[(index + 1) % len(codes)],
                batch=bool(population.no_signal[index])
                or "together" in moments[tps, operator]
                or uniform(seed, int(tps) * 8 + operator, 8) < _BATCH_SHARE,
                blackout=blackout,
                mishaps=fate,
                sends_anyway=both and operator == 2,
                sheets=sheets_of(population, index, scenario) if day is not None else (),
                **_held(scenario, timeline, seed, tps, operator),
            )
            for operator in (1, 2)
            if (tps, operator) in moments
        ]
    out.sort(key=lambda post: (min(post.moments.values()), post.tps, post.operator))
    return out


def _held(scenario: Scenario, timeline: Timeline, seed: int, tps: str, operator: int) -> dict[str, Any]:
    """The fields of a post about phone and code of an operator; none for whoever has both."""
    out: dict[str, Any] = {"has_code": False} if lacks_code(scenario, seed, tps, operator) else {}
    if lacks_phone(scenario, seed, tps, operator):
        out |= {
            "has_phone": False,
            "borrowed_after_s": borrowed_after_s(scenario, seed, tps, operator),
            "lent_until_s": lent_until_s(scenario, timeline),
        }
    return out


def _moved(
    day: Voting,
    timeline: Timeline,
    first: dict[str, float],
    second: dict[str, float],
    fate: tuple[Mishap, ...],
) -> bool:
    """Move the moments of a TPS's two operators as mishaps do; whether the second sends unasked."""
    for moments in (first, second):
        for name in moments:
            if name == "capture" or name.startswith(counted("")):
                moments[name] = begin_at_once(fate, moments[name])
    both = both_begin(fate, timeline, first["capture"], day.page_median)
    if both is None:
        return False
    second["standby"], second["together"] = both
    if first["capture"] == both[0]:
        first["together"] = both[1]
    return True


def dealt(everyone: Sequence[Post], shard: tuple[int, int], *, by_area: bool = False) -> list[Post]:
    """The posts of a shard, (index, of how many): TPS are dealt out in order of first action.

    So every shard has its part of every storm. `by_area`: whole kecamatan, in the order of their codes, where
    KPPS hand something to the offices above them.
    """
    index, of = shard
    if by_area:
        number = areas([post.tps for post in everyone])
        return [post for post in everyone if number[post.area] % of == index]
    order = {tps: number for number, tps in enumerate(dict.fromkeys(post.tps for post in everyone))}
    return [post for post in everyone if order[post.tps] % of == index]


def _unsent(operator: Operator) -> list[Sheet]:
    """What an operator who gives up could not send: the first one of every form, the second what it had
    looked for and found missing."""
    phone, sheets = operator.phone, operator.post.sheets
    open_ones = phone.wanted if operator.post.operator == 2 else ~0
    return [sheet for sheet in sheets if open_ones & ~phone.sent & phone.bit(*sheet)]


def assemble(
    env: simpy.Environment,
    target: Target,
    scenario: Scenario,
    timeline: Timeline,
    seed: int,
    population: Population,
    plan: Timetable,
    shard: tuple[int, int] = (0, 1),
    ended: Callable[[Operator], None] = lambda operator: None,
    mishaps: Sequence[Mishap] = (),
    tell: Tell = lambda met: None,
    from_s: float = -inf,
    note: Callable[[Ticket], None] = lambda ticket: None,
) -> Mapping[str, Any]:
    """Start the shard's operators and its part of the public; returns counters that move as the run goes.

    `shard` is (index, of how many), see `dealt`. `tell` hears the first time that a mishap meets an operator
    or brings its crowd, `note` of every call of the help desk. Of operators and public only what first
    happens at or after `from_s` is started: that is how a shard passes to others in the middle of a run.
    """
    tables = (main_operator(), second_operator())
    for table in tables:
        check(table)
    shared = world(scenario, timeline, seed, tables, desk_of(scenario, timeline, seed, shard, note))
    everyone = posts(scenario, timeline, seed, population, plan, mishaps)
    mine = dealt(everyone, shard, by_area=scenario.backup is not None)
    own = [post for post in mine if min(post.moments.values()) >= from_s]
    staff = Staff(env, target, scenario, timeline, seed, planos(population))
    staff.attend(dealt_offices(offices(scenario, timeline, seed, population.tps.tolist()), shard), from_s)

    def over(operator: Operator) -> None:
        if operator.ended == "gave_up":
            staff.hand_over(operator.post.tps, _unsent(operator))
        ended(operator)

    usher = Usher(env, target, shared, tell, over)
    usher.counts["operators"] = len(own)
    env.process(usher.attend(own))
    places = Places(
        scenario.region.code,
        tuple(str(code) for code in population.tps),
        tuple(sorted({str(code) for code in population.kecamatan})),
        tuple(scenario.scenario.forms),
    )
    env.process(readers(env, target, scenario, timeline, seed, places, shard, from_s))
    for one in mishaps:
        areas = tuple(sorted({tps[:6] for tps in places.tps if one.befalls(tps)})) or places.areas
        if one.fault == "portal_crowd":
            crowd = replace(places, areas=areas)
            env.process(looking(env, target, scenario, seed, crowd, one, shard, tell, from_s))
        elif one.fault == "junk_flood":
            env.process(flooding(env, target, scenario, seed, areas, one, shard, tell, from_s))
    return usher.counts
