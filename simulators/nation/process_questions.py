"""What an actor asks itself: one function a test of `table.TESTS`."""

from collections.abc import Callable
from typing import Any

from simulators.nation import moments
from simulators.nation.process_moments import bedtime_s
from simulators.nation.process_people import Actor, Operator, Panel, World
from simulators.nation.process_place import lowest


def test(world: World, actor: Actor, name: str) -> bool:
    """The answer to the question of this name."""
    return QUESTIONS[name](world, actor)


def _activated(world: World, actor: Operator) -> bool:
    return actor.active


def _logged_in(world: World, actor: Operator) -> bool:
    return actor.now < actor.logged_until_s


def _plano_here(world: World, actor: Operator) -> bool:
    return actor.now < actor.place.plano_leaves_s


def _all_at_once(world: World, actor: Operator) -> bool:
    """Photograph the whole form before sending: by habit, for want of signal, or because sending fails."""
    by_habit = moments.draw(world.seed, actor.key, moments.BATCH) < world.h.batch_share
    return by_habit or actor.place.travels or actor.failing


def _form_shot(world: World, actor: Operator) -> bool:
    return not actor.to_shoot()


def _waits_for_all(world: World, actor: Operator) -> bool:
    """Whether he travels to signal only when all forms are counted."""
    place = actor.place
    if not place.travels or moments.draw(world.seed, actor.key, moments.EACH_FORM) < world.h.each_form_share:
        return False
    later = any(form > actor.form and place.counted_s[form] > actor.now for form in place.forms)
    return later and actor.now < bedtime_s(world, actor)


def _queue_empty(world: World, actor: Operator) -> bool:
    """If it is not, the next page comes to hand: the first that was not passed over, or the first."""
    waiting = actor.queue()
    if not waiting:
        return True
    actor.page = lowest(waiting & ~actor.skipped) or lowest(waiting)
    return False


def _next_counted(world: World, actor: Operator) -> bool:
    form = actor.next_form()
    return form >= 0 and actor.place.counted_s[form] <= actor.now


def _form_whole(world: World, actor: Operator) -> bool:
    """Whether the form in hand was sent by him to the last page, and he has not confirmed it yet."""
    if actor.form < 0 or actor.confirmed >> actor.form & 1:
        return False
    return not actor.place.masks[actor.form] & ~actor.acked


def _anything_missing(world: World, actor: Operator) -> bool:
    return actor.place.pages & ~actor.acked != 0


def _anything_wanted(world: World, actor: Operator) -> bool:
    return ((actor.shot if actor.first else actor.wanted) & ~actor.acked) != 0


def _writes_backup(world: World, actor: Operator) -> bool:
    """Whether who gives up sends plain photographs to the PPS by messenger."""
    if moments.draw(world.seed, actor.key, moments.BACKUP) >= world.h.backup_share:
        return False
    actor.place.backup_s = actor.now
    return True


def _tps_left(world: World, actor: Panel) -> bool:
    """The panel takes up its next TPS, if there is one."""
    if actor.at + 1 >= len(actor.places):
        return False
    actor.at += 1
    return True


QUESTIONS: dict[str, Callable[[World, Any], bool]] = {
    "activated": _activated,
    "logged_in": _logged_in,
    "plano_here": _plano_here,
    "all_at_once": _all_at_once,
    "form_shot": _form_shot,
    "waits_for_all": _waits_for_all,
    "queue_empty": _queue_empty,
    "next_counted": _next_counted,
    "form_whole": _form_whole,
    "anything_missing": _anything_missing,
    "anything_wanted": _anything_wanted,
    "writes_backup": _writes_backup,
    "tps_left": _tps_left,
}
