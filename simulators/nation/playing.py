"""The kernel: takes the earliest arrival, lets the server take it in, and plays its actor to the next one.

Actors touch nobody but the server, so all that an actor does between an answer and its next arrival is done
at once, without an event: one event a request, and none for doors that are closed.
"""

from typing import Any

import numpy as np
from numba import carray

from fakeforms.compiled import inlined, kernel
from simulators.nation import acting as act
from simulators.nation import asking, buckets
from simulators.nation import encode as e
from simulators.nation import moments as m
from simulators.nation import pages as p
from simulators.nation import records as r

FINE = -1
MOST_ROWS = 2000
"""So many rows without time passing are a loop in the table."""


@kernel
def advance(h: Any, seed: int, retry_after_s: float, at: Any, until_s: float) -> int:
    """Play every arrival before this moment. FINE, or the actor that goes round without time passing.

    `at` says where the world's arrays lie (`records.addresses`): so nobody counts references to them.
    Counting is atomic, happened for each array at each request, and took three quarters of a run.
    """
    world = r.World(
        h,
        seed,
        retry_after_s,
        carray(r.pointer(at[0]), (at[1], 3), np.int16),
        carray(r.pointer(at[2]), (at[3], 2), np.int64),
        carray(r.pointer(at[4]), (at[5], 3), np.float64),
        carray(r.pointer(at[6]), at[7], r.ACTOR),
        carray(r.pointer(at[8]), at[9], r.STATION),
        carray(r.pointer(at[10]), at[11], r.OUT),
        carray(r.pointer(at[12]), at[13], r.MINUTE),
        carray(r.pointer(at[14]), (at[15], r.KINDS, r.BINS), np.int32),
        carray(r.pointer(at[16]), at[17], np.int64),
        carray(r.pointer(at[18]), at[19], np.float64),
        carray(r.pointer(at[20]), at[21], np.int32),
        carray(r.pointer(at[22]), at[23], np.float64),
        carray(r.pointer(at[24]), at[25], np.int64),
    )
    cursor, links, times = world.cursor, world.links, world.times
    cursor[buckets.ACTORS_AT], cursor[buckets.STATIONS_AT] = at[6], at[8]
    cursor[buckets.OPERATORS] = 2 * len(world.stations)
    stopped = FINE
    while stopped == FINE:
        if cursor[buckets.STARTED] < len(world.actors):
            number = cursor[buckets.STARTED]
            cursor[buckets.STARTED] += 1
            actor = world.actors[number]
        elif buckets.ready(cursor, links, times, until_s):
            number = buckets.take(cursor, links, times)
            cursor[buckets.EVENTS] += 1
            actor = world.actors[number]
            kind = world.rows[actor.row, e.CODE] - e.CALL
            arrive = times[number]
            if actor.role == r.PUBLIC:
                good = _bundle(world, actor, arrive)
            else:
                station, out = world.stations[actor.place], world.out[actor.place]
                good = asking.meet(world, actor, station, out, kind, arrive)
            actor.row = world.rows[actor.row, e.THEN if good else e.OTHERWISE]
        else:
            break
        arrive = _play(world, actor)
        if arrive >= 0.0:
            buckets.insert(cursor, links, times, number, arrive)
        elif arrive == asking.SETTLED:
            stopped = number
    return int(stopped)


@inlined
def _bundle(world: Any, actor: Any, arrive: float) -> bool:
    """The public's views of one beat: requests that arrive together."""
    good = True
    for _ in range(actor.first):
        heard = asking.meet(world, actor, world.stations[0], world.out[0], e.READ, arrive)
        good = good and heard
    return good


@inlined
def _play(world: Any, actor: Any) -> float:  # noqa: PLR0912  # a table of cases
    """Go through the actor's rows; its next arrival, OVER when it has ended, SETTLED if it goes round."""
    rows, until_s = world.rows, world.h.until_s
    station = world.stations[actor.place]
    idle, before = 0, actor.now
    while True:
        code = rows[actor.row, e.CODE]
        good = True
        if code >= e.TEST and code < e.CALL:
            good = _test(world, actor, station, code)
        elif code >= e.CALL and code < e.SIGNAL:
            kind = code - e.CALL
            if kind == e.READ:
                arrive = _views(world, actor, station)
            else:
                arrive = asking.leave(world, actor, station, kind)
            if arrive >= 0.0:
                return float(arrive)
            good = kind == e.READ
        elif code == e.SHOOT:
            act.shoot(world, actor, station)
        elif code == e.SIGNAL:
            act.signal(world, actor, station)
        elif code < e.TEST:
            good = act.until(world, actor, station, code)
        elif code == e.BACKOFF:
            good = act.backoff(world, actor)
        elif code == e.SKIP:
            good = act.skip(world, actor, station)
        elif code == e.END:
            actor.how = rows[actor.row, e.THEN]
            return asking.OVER
        elif code >= e.PAUSE:
            good = act.pause(world, actor, station, code)
        else:
            good = act.rest(world, actor, code)
        if actor.now > until_s:
            actor.how = e.HORIZON
            return asking.OVER
        if code == e.IS_TPS_LEFT:
            station = world.stations[actor.place]
        idle = idle + 1 if actor.now == before else 0
        before = actor.now
        if idle > MOST_ROWS:
            return asking.SETTLED
        actor.row = rows[actor.row, e.THEN if good else e.OTHERWISE]


@inlined
def _views(world: Any, actor: Any, station: Any) -> float:
    """A beat of the portal: how many look, and when they arrive; SETTLED if nobody looks or gets in."""
    views = int(m.views(world.h, act.drawn(world, actor), actor.now))
    actor.first = views
    arrive = asking.SETTLED
    now = actor.now
    for _ in range(views):
        arrive = asking.leave(world, actor, station, e.READ)
        actor.now = now
    return arrive


@inlined
def _test(world: Any, actor: Any, station: Any, code: int) -> bool:
    """An actor's own state."""
    if code == e.IS_QUEUE_EMPTY:
        waiting0, waiting1 = act.queue(actor, station)
        if waiting0 == 0 and waiting1 == 0:
            return True
        left0, left1 = act.unskipped(actor, waiting0, waiting1)
        actor.page = p.lowest(waiting0, waiting1) if left0 == 0 and left1 == 0 else p.lowest(left0, left1)
        return False
    if code == e.IS_FORM_SHOT:
        left0, left1 = act.to_shoot(actor, station)
        return bool(left0 == 0 and left1 == 0)
    if code == e.IS_LOGGED_IN:
        return bool(actor.now < actor.logged_until)
    if code == e.IS_PLANO_HERE:
        return bool(actor.now < station.plano_leaves)
    if code == e.IS_ALL_AT_ONCE:
        return bool(actor.batch or station.signal == 1 or actor.failing)
    return _test_rarely(world, actor, station, code)


@inlined
def _test_rarely(world: Any, actor: Any, station: Any, code: int) -> bool:
    h, seed = world.h, world.seed
    if code == e.IS_FORM_WHOLE:
        if actor.form < 0 or actor.confirmed & (1 << actor.form) != 0:
            return False
        form0, form1 = p.of_form(station, actor.form)
        return bool(form0 & ~actor.acked0 == 0 and form1 & ~actor.acked1 == 0)
    if code == e.IS_NEXT_COUNTED:
        form = act.next_form(station, actor.form)
        return bool(form >= 0 and station.counted[form] <= actor.now)
    if code == e.IS_ACTIVATED:
        return bool(actor.active)
    if code == e.IS_WAITING_FOR_ALL:
        if station.signal != 1 or m.draw(seed, actor.key, m.EACH_FORM) < h.each_form_share:
            return False
        later = False
        for form in range(actor.form + 1, r.MOST_FORMS):
            counted = station.page[form + 1] > station.page[form]
            later = later or (counted and station.counted[form] > actor.now)
        return bool(later and actor.now < act.bedtime(world, actor, station))
    if code == e.IS_ANYTHING_WANTED:
        first = actor.role == r.FIRST_OPERATOR
        wanted0, wanted1 = (actor.shot0, actor.shot1) if first else (actor.wanted0, actor.wanted1)
        return bool(wanted0 & ~actor.acked0 != 0 or wanted1 & ~actor.acked1 != 0)
    if code == e.IS_ANYTHING_MISSING:
        all0, all1 = p.below(station.page[r.MOST_FORMS])
        return bool(all0 & ~actor.acked0 != 0 or all1 & ~actor.acked1 != 0)
    if code == e.IS_WRITING_BACKUP:
        if m.draw(seed, actor.key, m.BACKUP) >= h.backup_share:
            return False
        world.out[actor.place].messenger_s = actor.now
        return True
    if actor.first >= actor.upto:  # tps_left
        return False
    actor.place = actor.first
    actor.first += actor.step
    return True
