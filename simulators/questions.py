"""What a row of the table may ask of the operator's own state; see `behaviour.TESTS`."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from simulators import submission

if TYPE_CHECKING:
    from simulators.operator import Operator


def _send_now(one: "Operator") -> bool:
    """Whether a page is sent as soon as it is photographed: not in a batch, and not without signal."""
    post, now_s = one.post, one.env.now
    if post.batch or one.lot.was_dark:
        return False
    if post.no_signal:
        return one.at_signal
    return post.signal is None or post.signal.online(now_s)


def _guessed_at(one: "Operator") -> bool:
    """Once, for an account that has a password, and where its owner can log in afterwards."""
    can = one.phone.activated and not one.guessed_at and not one.post.no_signal
    return can and submission.guessed_at(one.world.scenario, one.world.seed, one.post.tps)


def _has_had_enough(one: "Operator") -> bool:
    """Once in a row of failures, where there is somebody to call."""
    plan = one.world.scenario.help_desk
    return plan is not None and one.world.desk is not None and one.rounds == plan.after_tries


def _sends_anyway(one: "Operator") -> bool:
    """A second operator who sends everything without looking what has arrived."""
    if not one.post.sends_anyway or one.lot.once("both_send", one.env.now) is None:
        return False
    one.phone.all_wanted()
    return True


def _drawn(draw: Callable[..., bool]) -> "Callable[[Operator], bool]":
    """What is drawn about the form that is worked on."""
    return lambda one: draw(one.world.scenario, one.world.seed, one.post.tps, one.phone.form)


QUESTIONS: "Mapping[str, Callable[[Operator], bool]]" = {
    "activated": lambda one: one.phone.activated,
    "logged_in": lambda one: one.phone.logged_in,
    "barred": lambda one: one.phone.barred,
    "send_now": _send_now,
    "all_shot": lambda one: one.phone.shot == one.phone.wanted,
    "queue_empty": lambda one: not one.phone.next_to_send,
    "next_form": lambda one: one.phone.next_form(),
    "nothing_missing": lambda one: one.phone.wanted == 0,
    "sends_anyway": _sends_anyway,
    "lacks_phone": lambda one: not one.post.has_phone,
    "lacks_code": lambda one: not one.has_code,
    "has_desk": lambda one: one.world.desk is not None,
    "has_had_enough": _has_had_enough,
    "guessed_at": _guessed_at,
    "disagrees": _drawn(submission.misread),
    "retry_overlaps": _drawn(submission.retry_overlaps),
    "thinks_twice": _drawn(submission.thinks_twice),
    "retries_late": _drawn(submission.retries_late),
    "logs_out": lambda one: (
        one.phone.logged_in
        and submission.logs_out(one.world.scenario, one.world.seed, one.post.tps, one.post.operator)
    ),
}
