"""What an actor does without asking anybody: one function an operation of the table."""

from simulators.nation import moments
from simulators.nation.habits import SKIPS_MOST
from simulators.nation.process_moments import at_work
from simulators.nation.process_people import Actor, Operator, Panel, World
from simulators.nation.process_place import lowest
from simulators.nation.process_plain import plain

online_from = plain(moments.online_from)
page_time = plain(moments.page_time)
rest_time = plain(moments.rest_time)
activation_rest = plain(moments.activation_rest)
backoff_time = plain(moments.backoff_time)


def signal(world: World, actor: Operator, _: str) -> bool:
    """Be where there is signal."""
    if actor.place.travels and not actor.at_signal:
        actor.now += actor.place.travel_s
        actor.at_signal = True
    elif actor.place.unsteady:
        actor.now = float(online_from(world.h, world.seed, actor.place.key, actor.now))
    return True


def shoot(world: World, actor: Operator, _: str) -> bool:
    """Photograph the next page of the form in hand, at the TPS, when there is light."""
    place, page = actor.place, lowest(actor.to_shoot())
    if not page:
        return True
    if actor.at_signal:
        actor.now += place.travel_s
        actor.at_signal = False
    if place.dark_from_s <= actor.now < place.dark_until_s:
        actor.now = place.dark_until_s
    actor.now += page_time(world.h, actor.draw(world.seed), actor.form, place.slow)
    actor.shot |= page
    return True


def backoff(world: World, actor: Actor, _: str) -> bool:
    """The app waits and tries again, unless it has done so too often."""
    if actor.tries >= world.h.retries:
        actor.tries = 0
        return False
    actor.now += backoff_time(world.h, actor.draw(world.seed), actor.tries, actor.retry_after_s)
    actor.tries += 1
    return True


def skip(world: World, actor: Operator, _: str) -> bool:
    """The app goes to the next page of its queue, if it may and there is one, and not for ever."""
    left = actor.queue() & ~actor.skipped
    no_use = actor.outcome in ("closed", "link_lost") or actor.skips >= SKIPS_MOST
    if not world.h.skips or no_use or left == lowest(left):
        actor.skips = actor.skipped = 0
        return False
    actor.skipped |= actor.page
    actor.skips += 1
    return True


def rest(world: World, actor: Operator, whose: str) -> bool:
    """A person lets it be for a while, unless patience or the day has ended."""
    before_the_day = whose == "activation"
    if actor.rests >= (world.h.activation_tries if before_the_day else world.h.tries):
        return False
    took = activation_rest if before_the_day else rest_time
    moment = actor.now + took(world.h, actor.draw(world.seed), actor.rests)
    if moment > actor.session_end_s:
        return False
    actor.now = moment
    actor.rests += 1
    actor.skips = actor.skipped = 0
    if not before_the_day:
        actor.failing = True
    return True


def pause(world: World, actor: Actor, what: str) -> bool:
    """The help desk, the next page by hand, a reading of the pleno, a pleno that waits for the system."""
    h = world.h
    if isinstance(actor, Operator) and what == "between":
        in_one_go = moments.draw(world.seed, actor.key, moments.BATCH) < h.batch_share
        if actor.queue() and not in_one_go:
            actor.now += page_time(h, actor.draw(world.seed), actor.form, actor.place.slow)
        return True
    if isinstance(actor, Operator):
        if actor.visits >= h.desk_visits:
            return False
        actor.now += moments.exponential(actor.draw(world.seed), h.help_desk_s)
        actor.visits += 1
        actor.rests = 0
    elif isinstance(actor, Panel):
        took = moments.exponential(actor.draw(world.seed), h.reading_s) if what == "reading" else h.stall_s
        actor.now = float(at_work(h, world.seed, actor.area, actor.now + took, actor.shift_s))
    return True
