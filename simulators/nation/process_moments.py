"""What an actor waits for: one function a moment of `table.MOMENTS`. Each says whether it comes at all.

A moment that is past is not waited for: `max` with the actor's own clock. Waiting costs no event: the process
that plays the actor yields once, when its next request reaches the server.
"""

from collections.abc import Callable
from math import ceil, floor, inf, isnan
from typing import Any

from simulators.nation import moments
from simulators.nation.process_people import Actor, Operator, Panel, Public, World
from simulators.nation.process_plain import plain

activation_at = plain(moments.activation_at)
training_at = plain(moments.training_at)
login_at = plain(moments.login_at)
morning_at = plain(moments.morning_at)
standby_at = plain(moments.standby_at)
bedtime_at = plain(moments.bedtime_at)
next_session = plain(moments.next_session)
session_at = plain(moments.session_at)
pleno_at = plain(moments.pleno_at)
at_work = plain(moments.at_work)


def until(world: World, actor: Actor, name: str) -> bool:
    """Wait for the moment of this name; False if it does not come."""
    if not MOMENTS[name](world, actor):
        return False
    actor.afresh()
    if isinstance(actor, Operator):
        actor.rests = 0
    return True


def _wait(actor: Actor, moment_s: float) -> bool:
    if isnan(moment_s):
        return False
    actor.now = max(actor.now, float(moment_s))
    return True


def _before_the_day(actor: Operator, moment_s: float) -> bool:
    if not _wait(actor, moment_s):
        return False
    actor.session_end_s = inf
    return True


def _activation(world: World, actor: Operator) -> bool:
    place = actor.place
    if actor.active:
        return False
    actor.visits = 0
    moment = activation_at(world.h, world.seed, actor.key, place.shift_s, place.borrows)
    return _before_the_day(actor, moment)


def _training(world: World, actor: Operator) -> bool:
    for index in range(actor.training, len(world.h.training_s)):
        moment = training_at(world.h, world.seed, actor.key, index, actor.place.shift_s)
        if moment > actor.now:  # not so if it never comes
            actor.training = index + 1
            return _before_the_day(actor, moment)
    actor.training = len(world.h.training_s)
    return False


def _login(world: World, actor: Operator) -> bool:
    return _before_the_day(actor, login_at(world.h, world.seed, actor.key, actor.place.shift_s))


def _morning(world: World, actor: Operator) -> bool:
    return _before_the_day(actor, morning_at(world.h, world.seed, actor.key, actor.place.shift_s))


def bedtime_s(world: World, actor: Operator) -> float:
    """When the operator's first night ends."""
    place = actor.place
    return float(bedtime_at(world.h, world.seed, actor.key, place.last_counted_s, place.shift_s))


def _until_bedtime(world: World, actor: Operator) -> None:
    bedtime = bedtime_s(world, actor)
    if actor.now <= bedtime:
        actor.session_end_s = bedtime


def _count(world: World, actor: Operator) -> bool:
    form = actor.next_form()
    if form < 0:
        return False
    actor.form = form
    _wait(actor, max(actor.place.counted_s[form], actor.place.may_send_s))
    _until_bedtime(world, actor)
    return True


def _standby(world: World, actor: Operator) -> bool:
    place = actor.place
    _wait(actor, standby_at(world.h, world.seed, place.key, place.counted_s[place.forms[0]]))
    actor.session_end_s = bedtime_s(world, actor)
    return True


def _session(world: World, actor: Operator) -> bool:
    h, place = world.h, actor.place
    later = [form for form in place.forms if form > actor.form and place.counted_s[form] > actor.now]
    if later:
        _wait(actor, place.counted_s[later[0]])
        _until_bedtime(world, actor)
        return True
    index = next_session(h, world.seed, actor.key, actor.now, place.shift_s)
    if index < 0:
        return False
    moment = session_at(h, world.seed, actor.key, index, place.shift_s)
    if moment > h.until_s:
        return False
    actor.session_end_s = float(h.session_end_s[index] + place.shift_s)
    return _wait(actor, moment)


def _pleno(world: World, actor: Panel) -> bool:
    opens = pleno_at(world.h, world.seed, actor.area, actor.shift_s)
    return _wait(actor, at_work(world.h, world.seed, actor.area, opens, actor.shift_s))


def _beat(world: World, actor: Public) -> bool:
    """The next one. How many views it has is drawn here; they are asked for one after the other."""
    h = world.h
    first = ceil(h.beats_from_s / h.beat_s) * h.beat_s
    moment = max(first, (floor(actor.now / h.beat_s) + 1) * h.beat_s)
    if moment >= h.beats_until_s:
        return False
    return _wait(actor, moment)


MOMENTS: dict[str, Callable[[World, Any], bool]] = {
    "activation": _activation,
    "training": _training,
    "login": _login,
    "morning": _morning,
    "count": _count,
    "standby": _standby,
    "session": _session,
    "pleno": _pleno,
    "beat": _beat,
}
