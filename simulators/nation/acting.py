"""What rows mean, but for calls and tests: waits and pauses of one actor, compiled.

Every function takes the world, the actor's record and that of its TPS, changes the actor, and says whether it
went well. They become part of the kernel (`inlined`), and call the shared arithmetic of `moments`.
"""

from math import ceil, floor, inf, isnan
from typing import Any

from fakeforms.compiled import inlined
from simulators.nation import encode as e
from simulators.nation import moments as m
from simulators.nation import pages as p
from simulators.nation import records as r
from simulators.nation.habits import SKIPS_MOST


@inlined
def drawn(world: Any, actor: Any) -> float:
    """The journey's next draw."""
    u = m.draw(world.seed, actor.key, actor.k)
    actor.k += 1
    return float(u)


@inlined
def next_form(station: Any, form: int) -> int:
    """The one that is counted after this one; -1 when there is none."""
    for later in range(form + 1, r.MOST_FORMS):
        if station.page[later + 1] > station.page[later]:
            return later
    return -1


@inlined
def last_counted(station: Any) -> float:
    """When the last form is counted."""
    moment = 0.0
    for form in range(r.MOST_FORMS):
        if station.page[form + 1] > station.page[form]:
            moment = station.counted[form]
    return moment


@inlined
def area_of(station: Any) -> int:
    """The kecamatan's key."""
    return int(station.key // 8 // 10_000_000 * 8)


@inlined
def bedtime(world: Any, actor: Any, station: Any) -> float:
    """When the operator's first night ends."""
    return float(m.bedtime_at(world.h, world.seed, actor.key, last_counted(station), float(station.shift)))


@inlined
def forget_failures(actor: Any) -> None:
    """A success, or a new beginning."""
    actor.tries = 0
    forget_skips(actor)


@inlined
def forget_skips(actor: Any) -> None:
    """No page is passed over any more."""
    actor.skips = 0
    actor.skipped0 = actor.skipped1 = actor.skipped2 = r.NOBODY


@inlined
def queue(actor: Any, station: Any) -> tuple[int, int]:
    """Pages the app has and would send now."""
    waiting0, waiting1 = actor.shot0 & ~actor.acked0, actor.shot1 & ~actor.acked1
    if actor.now < station.stuck_until and station.stuck_page != r.NOBODY:
        page0, page1 = p.only(station.stuck_page)
        return waiting0 & ~page0, waiting1 & ~page1
    return waiting0, waiting1


@inlined
def unskipped(actor: Any, waiting0: int, waiting1: int) -> tuple[int, int]:
    """Those of the queue that were not passed over."""
    if actor.skips > 0:
        for page in (actor.skipped0, actor.skipped1, actor.skipped2):
            if page != r.NOBODY:
                page0, page1 = p.only(page)
                waiting0, waiting1 = waiting0 & ~page0, waiting1 & ~page1
    return waiting0, waiting1


@inlined
def to_shoot(actor: Any, station: Any) -> tuple[int, int]:
    """Pages of the form in hand that are wanted, not photographed, and still there."""
    if actor.form < 0 or actor.now >= station.plano_leaves:
        return 0, 0
    form0, form1 = p.of_form(station, actor.form)
    return form0 & actor.wanted0 & ~actor.shot0, form1 & actor.wanted1 & ~actor.shot1


@inlined
def until(world: Any, actor: Any, station: Any, code: int) -> bool:  # noqa: PLR0912  # a table of cases
    """Wait for a moment; False if it does not come."""
    h, seed = world.h, world.seed
    shift = float(station.shift)
    moment = actor.now
    if code == e.UNTIL_COUNT:
        form = next_form(station, actor.form)
        if form < 0:
            return False
        actor.form = form
        moment = max(station.counted[form], m.may_send_from(h, seed, area_of(station), shift))
    elif code == e.UNTIL_SESSION:
        return _session(world, actor, station)
    elif code == e.UNTIL_ACTIVATION:
        if actor.active:
            return False
        actor.visits = 0
        moment = m.activation_at(h, seed, actor.key, shift, station.device == 2)
    elif code == e.UNTIL_TRAINING:
        moment = _training(world, actor, shift)
    elif code == e.UNTIL_LOGIN:
        moment = m.login_at(h, seed, actor.key, shift)
    elif code == e.UNTIL_MORNING:
        moment = m.morning_at(h, seed, actor.key, shift)
    elif code == e.UNTIL_STANDBY:
        if station.first_form < 0:
            return False
        moment = m.standby_at(h, seed, station.key, station.counted[station.first_form])
        actor.session_end = bedtime(world, actor, station)
    elif code == e.UNTIL_PLENO:
        area = area_of(station)
        moment = m.at_work(h, seed, area, m.pleno_at(h, seed, area, shift), shift)
    elif code == e.UNTIL_BEAT:
        first = ceil(h.beats_from_s / h.beat_s) * h.beat_s
        moment = max(first, (floor(actor.now / h.beat_s) + 1.0) * h.beat_s)
        if moment >= h.beats_until_s:
            return False
    if isnan(moment):
        return False
    actor.now = max(actor.now, moment)
    if code == e.UNTIL_COUNT:
        _until_bedtime(world, actor, station)
    elif code < e.UNTIL_COUNT:
        actor.session_end = inf
    forget_failures(actor)
    actor.rests = 0
    return True


@inlined
def _training(world: Any, actor: Any, shift: float) -> float:
    """The next one to come that he takes part in; infinite numbers of trainings do not exist."""
    for index in range(actor.training, len(world.h.training_s)):
        moment = m.training_at(world.h, world.seed, actor.key, index, shift)
        if moment > actor.now:  # not so if it never comes
            actor.training = index + 1
            return float(moment)
    actor.training = len(world.h.training_s)
    return float("nan")


@inlined
def _until_bedtime(world: Any, actor: Any, station: Any) -> None:
    end = bedtime(world, actor, station)
    if actor.now <= end:
        actor.session_end = end


@inlined
def _session(world: Any, actor: Any, station: Any) -> bool:
    """A form that is still being counted, or the next session this operator comes back in."""
    h, shift = world.h, float(station.shift)
    for form in range(actor.form + 1, r.MOST_FORMS):
        if station.page[form + 1] > station.page[form] and station.counted[form] > actor.now:
            actor.now = station.counted[form]
            _until_bedtime(world, actor, station)
            forget_failures(actor)
            actor.rests = 0
            return True
    index = m.next_session(h, world.seed, actor.key, actor.now, shift)
    if index < 0:
        return False
    moment = m.session_at(h, world.seed, actor.key, index, shift)
    if moment > h.until_s:
        return False
    actor.session_end = h.session_end_s[index] + shift
    actor.now = max(actor.now, moment)
    forget_failures(actor)
    actor.rests = 0
    return True


@inlined
def signal(world: Any, actor: Any, station: Any) -> None:
    """Be where there is signal."""
    if station.signal == 1:
        if not actor.at_signal:
            actor.now += float(station.travel)
            actor.at_signal = True
    elif station.signal == 2:
        actor.now = m.online_from(world.h, world.seed, station.key, actor.now)


@inlined
def shoot(world: Any, actor: Any, station: Any) -> None:
    """Photograph the next page of the form in hand, at the TPS, when there is light."""
    page0, page1 = to_shoot(actor, station)
    if page0 == 0 and page1 == 0:
        return
    if actor.at_signal:
        actor.now += float(station.travel)
        actor.at_signal = False
    dark = (world.h.close_s + float(station.shift)) + float(station.cut_from)
    light = dark + float(station.cut_s)
    if dark <= actor.now < light:
        actor.now = light
    u = drawn(world, actor)
    actor.now += m.page_time(world.h, u, actor.form, station.device == 1)
    page0, page1 = p.only(p.lowest(page0, page1))
    actor.shot0 |= page0
    actor.shot1 |= page1


@inlined
def backoff(world: Any, actor: Any) -> bool:
    """The app waits and tries again, unless it has done so too often."""
    if actor.tries >= world.h.retries:
        actor.tries = 0
        return False
    retry_after = world.retry_after_s if actor.last == r.REFUSED else 0.0
    u = drawn(world, actor)
    actor.now += m.backoff_time(world.h, u, actor.tries, retry_after)
    actor.tries += 1
    return True


@inlined
def skip(world: Any, actor: Any, station: Any) -> bool:
    """The app goes to the next page of its queue, if it may and there is one, and not for ever."""
    waiting0, waiting1 = queue(actor, station)
    left0, left1 = unskipped(actor, waiting0, waiting1)
    no_use = actor.last == r.CLOSED or actor.last == r.LINK_LOST or actor.skips >= SKIPS_MOST  # noqa: PLR1714
    if not world.h.skips or no_use or not p.several(left0, left1):
        forget_skips(actor)
        return False
    if actor.skips == 0:
        actor.skipped0 = actor.page
    elif actor.skips == 1:
        actor.skipped1 = actor.page
    else:
        actor.skipped2 = actor.page
    actor.skips += 1
    return True


@inlined
def rest(world: Any, actor: Any, code: int) -> bool:
    """A person lets it be for a while, unless patience or the day has ended."""
    h = world.h
    before_the_day = code == e.REST_ACTIVATION
    if actor.rests >= (h.activation_tries if before_the_day else h.tries):
        return False
    u = drawn(world, actor)
    if before_the_day:
        moment = actor.now + m.activation_rest(h, u, actor.rests)
    else:
        moment = actor.now + m.rest_time(h, u, actor.rests)
    if moment > actor.session_end:
        return False
    actor.now = moment
    actor.rests += 1
    forget_skips(actor)
    if not before_the_day:
        actor.failing = True
    return True


@inlined
def pause(world: Any, actor: Any, station: Any, code: int) -> bool:
    """The help desk, the next page by hand, a reading of the pleno, a pleno that waits for the system."""
    h = world.h
    if code == e.PAUSE_HELP_DESK:
        if actor.visits >= h.desk_visits:
            return False
        actor.now += m.exponential(drawn(world, actor), h.help_desk_s)
        actor.visits += 1
        actor.rests = 0
        return True
    if code == e.PAUSE_BETWEEN:
        waiting0, waiting1 = queue(actor, station)
        if not actor.batch and (waiting0 != 0 or waiting1 != 0):
            actor.now += m.page_time(h, drawn(world, actor), actor.form, station.device == 1)
        return True
    took = m.exponential(drawn(world, actor), h.reading_s) if code == e.PAUSE_READING else h.stall_s
    actor.now = m.at_work(h, world.seed, area_of(station), actor.now + took, float(station.shift))
    return True
