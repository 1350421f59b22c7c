"""What operators ask of the system that takes more than one plain operation: sending, correcting, departures.

Each is a generator of the operator's process and ends with whether the row may go on to its next one.
"""

from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING, Any

from scenarios import LINKS
from simulators import submission
from simulators.mishaps import Mishap
from simulators.operations import Answer, Kind, Variant
from simulators.sheetlist import VOTES

if TYPE_CHECKING:
    from simulators.operator import Operator

_PHOTO_BYTES = 400_000
"""About what a photo weighs, to place the moment at which an upload breaks off half-way."""
STRANGER = "orang-lain"
"""Device of somebody who guesses at passwords."""

Asked = Generator[Any, Any, bool]


def _submit_page(one: "Operator") -> Asked:
    """Send the next page of the queue, after whatever departs from the plain way this time."""
    scenario, seed, post, phone = one.world.scenario, one.world.seed, one.post, one.phone
    swapped = one.lot.once("phone_swapped", one.env.now)
    if swapped is not None:
        one.desk_s = 60.0 * float(swapped.settings["help_desk_minutes"])
        phone.swap()
        return False
    bit = phone.next_to_send
    form, page = phone.sheet(bit)
    test = submission.probe(scenario, seed, post.tps, form, page) if post.operator == 1 else ""
    if test and not one.probed & bit:
        one.probed |= bit
        goal = post.neighbour if test == "foreign_write" else post.tps
        yield from _probe(one, "submit_page", page, test, form, tps=goal)
        if not one.awake:
            return False
    damage = one.lot.during("photo_corrupted", one.env.now)
    if damage is not None and one.lot.draw(damage) < float(damage.settings["uploads"]):
        one.last = yield one.perform("submit_page", page, "corrupted_photo", form, expect="reject")
        return False
    wrong = page == VOTES and submission.misread(scenario, seed, post.tps, form)
    slip: Variant = "misread" if wrong else ""
    broken = one.lot.once("phone_battery_empty", one.env.now) or one.lot.once("phone_app_killed", one.env.now)
    if broken is not None:
        half_s = LINKS[post.link].upload_s(_PHOTO_BYTES) / 2
        yield one.perform("submit_page", page, slip, form, cut_s=one.env.now + half_s)
        _break(one, broken)
        return False
    answer: Answer = yield one.perform("submit_page", page, slip, form)
    return (yield from _sent(one, bit, slip, answer))


def _probe(
    one: "Operator", kind: Kind, page: int, variant: Variant, form: str = "", **changed: Any
) -> Generator[Any, Any, None]:
    """What a sound system refuses; asked again for a while when nobody answers, for that is no refusal.

    A phone without power asks nothing more.
    """
    app, began_s, pause_s = one.world.scenario.app, one.env.now, one.world.scenario.app.backoff_first_s
    for _ in range(1 + app.retries):
        if not one.awake:
            return
        answer: Answer = yield one.perform(kind, page, variant, form, expect="reject", **changed)
        if 0 < answer.status < 500 or one.env.now - began_s > app.timeout_s:
            return
        yield one.env.timeout(max(pause_s, answer.retry_after_s))
        pause_s = min(pause_s * app.backoff_factor, app.backoff_max_s)


def _break(one: "Operator", mishap: Mishap) -> None:
    """The phone is of no use for some minutes; an app that was killed has forgotten everything."""
    minutes_s = 60.0 * float(mishap.settings["minutes"])
    one.dead_until_s = one.world.timeline.after(one.env.now, minutes_s)
    if mishap.fault == "phone_app_killed":
        one.phone.install_anew()


def _sent(one: "Operator", bit: int, slip: Variant, answer: Answer) -> Asked:
    """Take in the answer to a page; one that the system has already needs nothing more."""
    phone, (form, page) = one.phone, one.phone.sheet(bit)
    settled = answer.outcome == "ok" or answer.status == 409
    if answer.status == 401:
        phone.logged_in = False
    if settled:
        phone.sent |= bit
    if answer.outcome == "ok":
        phone.acknowledged |= bit
        if submission.taps_twice(one.world.scenario, one.world.seed, one.post.tps, form, page):
            yield one.perform("submit_page", page, slip, form)
    one.last = answer
    return settled


def _correct(one: "Operator") -> Asked:
    """Put page 2 right; in haste, if it will be thought of again."""
    hasty = submission.thinks_twice(one.world.scenario, one.world.seed, one.post.tps, one.phone.form)
    answer: Answer = yield one.perform("correct", VOTES, "hasty" if hasty else "")
    return one.learn("correct", answer)


def _second_thought(one: "Operator") -> Asked:
    answer: Answer = yield one.perform("correct", VOTES, "second_thought")
    return one.learn("correct", answer)


def _late_retry(one: "Operator") -> Asked:
    """The first submission of page 2 arrives once more, if it had a receipt."""
    if one.phone.acknowledged & one.phone.bit(one.phone.form, VOTES):
        yield one.perform("submit_page", VOTES, "late_retry")
    return True


def _status(one: "Operator") -> Asked:
    """What has arrived, form by form; a form that was told is not asked about again."""
    while form := one.phone.form_to_ask:
        answer: Answer = yield one.perform("status", form=form)
        if not one.learn("status", answer):
            return False
        one.phone.told(form, answer.stored_pages)
    return True


def _guess(one: "Operator") -> Asked:
    """Somebody else tries passwords on a device of their own, and at last on the operator's phone."""
    one.guessed_at = True
    for device in [STRANGER] * one.world.scenario.probes.wrong_password_tries + [one.phone.device]:
        yield from _probe(one, "login", 0, "wrong_password", device=device)
    return True


def _ended_session(one: "Operator") -> Asked:
    """Somebody uses the session that was logged out, to read or to write."""
    reads = submission.reads_on(one.world.seed, one.post.tps, one.post.operator)
    kind: Kind = "status" if reads else "confirm"
    yield from _probe(one, kind, 0, "ended_session")
    return True


ASKING: "Mapping[str, Callable[[Operator], Asked]]" = {
    "submit_page": _submit_page,
    "correct": _correct,
    "second_thought": _second_thought,
    "late_retry": _late_retry,
    "status": _status,
    "guess": _guess,
    "ended_session": _ended_session,
}
