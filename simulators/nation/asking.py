"""One call, in two halves: from the phone to the server's door, and what becomes of it there. Compiled.

`leave` settles at once what nobody else can change (no link, too slow a link, a closed door) and otherwise
says when the request arrives. `meet` is the event: the server takes the request in, its meaning is decided,
and the answer that is still to come is settled too (virtual time).
"""

from math import frexp, inf
from typing import Any

from fakeforms.compiled import inlined, kernel
from simulators.draws import normal_at
from simulators.nation import acting as act
from simulators.nation import buckets
from simulators.nation import encode as e
from simulators.nation import moments as m
from simulators.nation import pages as p
from simulators.nation import records as r
from simulators.nation.habits import SIGNAL_POINT
from simulators.server import arrivals

SMALL_BYTES = 600.0
"""A request that carries no photograph, and every answer."""

SETTLED, OVER = -1.0, -2.0
KIND_AT, POOL_AT = range(2)
_normal_at: Any = kernel(normal_at)


@inlined
def leave(world: Any, actor: Any, station: Any, kind: int) -> float:  # noqa: PLR0912
    """When the request arrives; SETTLED if it never does (`actor.last` says why), OVER after the horizon."""
    h, asked = world.h, actor.now
    minute = world.minutes[int(asked / 60.0)]
    minute.asked[kind] += 1
    if actor.tries == 0 and actor.rests == 0 and not actor.failing:
        minute.fresh[kind] += 1
    if actor.role >= r.PANEL:
        arrive, limit, gap, half = asked, asked + h.timeout_s, inf, 0.0
    else:
        station.asked += 1
        link = SIGNAL_POINT if actor.at_signal else station.link
        half = h.rtt_s[link] / 2
        if kind == e.SUBMIT_PAGE or kind == e.PRACTICE:  # noqa: PLR1714
            page = actor.page if kind == e.SUBMIT_PAGE else 0
            arrive = (asked + half) + m.photo_bytes(h, world.seed, actor.key, page) * h.up_s[link]
            limit = asked + h.upload_timeout_s
        else:
            arrive = (asked + half) + SMALL_BYTES * h.up_s[link]
            limit = asked + h.timeout_s
        gap = inf
        if station.signal == 2:
            if m.online_from(h, world.seed, station.key, asked) > asked:
                return settle(world, actor, kind, r.LINK_LOST, asked)
            gap = m.next_gap(h, world.seed, station.key, asked)
    if gap < arrive and gap <= limit:
        return settle(world, actor, kind, r.LINK_LOST, gap)
    if arrive > limit:
        return settle(world, actor, kind, r.TIMEOUT, limit)
    door = door_at(world.doors, arrive)
    if door == 0:
        if arrive > h.until_s:
            actor.now = arrive
            world.cursor[buckets.UNHEARD] += 1
            return OVER
        return float(arrive)
    answer, outcome = arrive + half, r.CLOSED
    if door == arrivals.SILENT:
        answer = inf
    if gap < answer and gap <= limit:
        answer, outcome = gap, r.LINK_LOST
    elif answer > limit:
        answer, outcome = limit, r.TIMEOUT
    return settle(world, actor, kind, outcome, answer)


@inlined
def settle(world: Any, actor: Any, kind: int, outcome: int, at_s: float) -> float:
    """The phone knows what became of it, or that it will not know."""
    actor.last = outcome
    actor.now = at_s
    if at_s > world.h.until_s:
        world.cursor[buckets.UNHEARD] += 1
    else:
        world.minutes[int(at_s / 60.0)].outcome[kind, outcome] += 1
    return SETTLED


@inlined
def door_at(doors: Any, moment_s: float) -> int:
    """0: open; otherwise CLOSED or SILENT. Rows of `simulators.server.windows.doors`."""
    for index in range(len(doors)):
        if moment_s < doors[index, 1]:
            return int(doors[index, 2]) if doors[index, 0] <= moment_s else 0
    return 0


@inlined
def meet(  # noqa: PLR0912
    world: Any, actor: Any, station: Any, out: Any, kind: int, arrive: float
) -> bool:
    """The request arrives: is it heard, in time, that it went well?"""
    h, asked, who = world.h, actor.now, actor.role
    half, down, sent, gap, limit = 0.0, 0.0, SMALL_BYTES, inf, asked + h.timeout_s
    knows = True
    if who < r.PANEL:
        knows = asked < actor.logged_until
        link = SIGNAL_POINT if actor.at_signal else station.link
        half, down = h.rtt_s[link] / 2, h.down_s[link]
        if kind == e.SUBMIT_PAGE or kind == e.PRACTICE:  # noqa: PLR1714
            page = actor.page if kind == e.SUBMIT_PAGE else 0
            sent = m.photo_bytes(h, world.seed, actor.key, page)
            limit = asked + h.upload_timeout_s
        if station.signal == 2:
            gap = m.next_gap(h, world.seed, station.key, asked)
    held, page0, page1 = False, 0, 0
    if kind == e.SUBMIT_PAGE:
        page0, page1 = p.only(actor.page)
        held = ((station.stored0 & page0) | (station.stored1 & page1)) != 0
    z = _normal_at(act.drawn(world, actor))
    begin, end, what = arrivals.arrive(
        world.whole, world.figures, world.serves[kind, KIND_AT], arrive, sent, z, held
    )
    outcome, answer, good = r.REFUSED, end + half, False
    if what == arrivals.SERVED:
        good = knows if kind >= e.TPS else True
        if kind == e.LOGIN:
            good = actor.active
        if good:
            _means(actor, station, out, kind, page0, page1, held, arrive, end)
        outcome = r.OK if good else r.DENIED
        answer += SMALL_BYTES * down
    elif what == arrivals.LOST:
        outcome, answer = r.RESET, end
    elif what == arrivals.CLOSED:
        outcome = r.CLOSED
    if gap < answer and gap <= limit:
        outcome, answer = r.LINK_LOST, gap
    elif answer > limit:
        outcome, answer = r.TIMEOUT, limit
    _count(world, kind, arrive, sent, begin, end, what, outcome)
    settle(world, actor, kind, outcome, answer)
    if who == r.PUBLIC:
        actor.now = asked
    if outcome != r.OK:
        return False
    _latency(world, kind, asked, answer)
    _heard(world, actor, station, kind, page0, page1, arrive)
    return True


@inlined
def _means(
    actor: Any,
    station: Any,
    out: Any,
    kind: int,
    page0: int,
    page1: int,
    held: bool,
    arrive: float,
    end: float,
) -> None:
    """What the server knows from now on."""
    if kind == e.SUBMIT_PAGE:
        if not held:
            _stores(actor, station, out, page0, page1, end)
    elif kind == e.ACTIVATE:
        if not actor.active:
            actor.active = True
            out.active_s[actor.role] = end
    elif kind == e.CONFIRM:
        station.confirmed |= 1 << actor.form
    elif kind == e.RECAP and not out.recap_s > 0.0:
        out.recap_s = end
        all0, all1 = p.below(station.page[r.MOST_FORMS])
        whole = ((all0 & ~station.stored0) | (all1 & ~station.stored1)) == 0
        out.saved = out.messenger_s <= arrive and not whole


@inlined
def _stores(actor: Any, station: Any, out: Any, page0: int, page1: int, end: float) -> None:
    if station.stored0 == 0 and station.stored1 == 0:
        out.first_s = end
    station.stored0 |= page0
    station.stored1 |= page1
    if actor.page < 3:
        out.page_s[actor.page] = end
    form = 0
    while station.page[form + 1] <= actor.page:
        form += 1
    all0, all1 = p.of_form(station, form)
    if ((all0 & ~station.stored0) | (all1 & ~station.stored1)) == 0:
        out.whole[form] = end


@inlined
def _heard(world: Any, actor: Any, station: Any, kind: int, page0: int, page1: int, arrive: float) -> None:
    """What the phone knows from an answer that went well."""
    act.forget_failures(actor)
    if kind == e.SUBMIT_PAGE:
        actor.failing = False
        actor.acked0 |= page0
        actor.acked1 |= page1
    elif kind == e.LOGIN:
        actor.logged_until = actor.now + world.h.session_s
    elif kind == e.CONFIRM:
        actor.confirmed |= 1 << actor.form
    elif kind == e.STATUS:
        wanted0, wanted1 = 0, 0
        for form in range(r.MOST_FORMS):
            if station.counted[form] <= arrive:
                form0, form1 = p.of_form(station, form)
                wanted0, wanted1 = wanted0 | form0, wanted1 | form1
        actor.wanted0, actor.wanted1 = wanted0 & ~station.stored0, wanted1 & ~station.stored1
        actor.form = -1


@inlined
def _count(
    world: Any, kind: int, arrive: float, sent: float, begin: float, end: float, what: int, outcome: int
) -> None:
    minute = world.minutes[int(arrive / 60.0)]
    minute.bytes += sent
    if what != arrivals.SERVED:
        return
    pool = world.serves[kind, POOL_AT]
    wait_s = begin - arrive
    minute.taken[kind] += 1
    minute.wait_s[pool] += wait_s
    minute.longest_s[pool] = max(minute.longest_s[pool], wait_s)
    served = world.minutes[min(int(begin / 60.0), len(world.minutes) - 1)]
    base = arrivals.KIND_FIGURES + world.serves[kind, KIND_AT] * arrivals.KIND_WIDTH + arrivals.BASE
    busy_s = end - world.figures[base] - begin
    served.busy_s[pool] += busy_s
    if outcome == r.TIMEOUT or outcome == r.LINK_LOST:  # noqa: PLR1714
        served.wasted_s[pool] += busy_s


@inlined
def _latency(world: Any, kind: int, asked: float, answer: float) -> None:
    mantissa, octave = frexp((answer - asked) / r.SHORTEST_S)
    place = (octave - 1) * r.BINS_AN_OCTAVE + int((mantissa - 0.5) * 2.0 * r.BINS_AN_OCTAVE)
    place = max(0, min(place, r.OCTAVES * r.BINS_AN_OCTAVE - 1))
    world.latency[int(asked / 3600.0), kind, place] += 1
