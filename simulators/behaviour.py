"""What a KPPS operator does, as one small table.

Each row is (name, operation, argument, next, otherwise). The SimPy process in `operator` interprets the
rows; a compiled kernel may interpret the same rows, so there is one behaviour. Operations:

    until    ARG    wait for a moment of the operator's timetable (absent moment: otherwise)
    meet     ARG    the same in the middle of the work: a moment that is absent or over is not waited for
    login? / online? / ...  tests, see TESTS: next if true, otherwise if not
    signal          be where there is signal: wait for it, or travel to it
    shoot           pose, shoot and accept the next page of C.Hasil (offline work)
    call     KIND   ask the system (see ASKED); next on success, otherwise on anything else
    post     KIND   ask, and go on without the answer
    pause    ARG    wait until a session that ended is refused everywhere, for the help desk, or for a phone
    ring     WHY    call the help desk; next when it has settled the matter, otherwise when it has not
    backoff         the app's own growing pause in real seconds; otherwise when its retries are used up
    rest     ARG    a person's pause before trying again; otherwise when patience is used up
    end      ARG    stop; the argument names how it ended

Sources of the habits are beside the figures in the scenario file and in the README.
"""

from dataclasses import dataclass
from typing import Literal

Op = Literal[
    "until", "meet", "test", "signal", "shoot", "call", "post", "pause", "ring", "backoff", "skip", "rest",
    "take", "note", "end",
]  # fmt: skip
"""`skip` is the nation's only (`simulators.nation.table`), `take` and `note` those of officials."""

TESTS = (
    "activated", "logged_in", "send_now", "all_shot", "queue_empty", "nothing_missing", "disagrees",
    "guessed_at", "retry_overlaps", "thinks_twice", "retries_late", "logs_out", "barred", "sends_anyway",
    "lacks_phone", "lacks_code", "has_desk", "has_had_enough", "next_form",
)  # fmt: skip
"""Questions a row may ask of the operator's own state."""

ASKED = (
    "activate", "login", "logout", "tps", "submit_page", "confirm", "correct", "status",
    "second_thought", "late_retry", "guess", "ended_session",
)  # fmt: skip
"""What a row may ask of the system: kinds of operations, and departures from them (see `Variant`)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table; `then` and `otherwise` name other rows."""

    name: str
    op: Op
    arg: str
    then: str
    otherwise: str = ""


def persistent(
    name: str, kind: str, rest: str, then: str, given_up: str, on_failure: str = "", rested: str = ""
) -> list[Row]:
    """Ask, let the app retry, rest as a person, look for signal again, and at last give up."""
    return [
        Row(f"{name}.signal", "signal", "", name),
        Row(name, "call", kind, then, on_failure or f"{name}.backoff"),
        Row(f"{name}.backoff", "backoff", "", name, f"{name}.rest"),
        Row(f"{name}.rest", "rest", rest, rested or f"{name}.signal", given_up),
    ]


def _insistent(name: str, kind: str, rest: str, then: str, given_up: str, on_failure: str = "") -> list[Row]:
    """The same by somebody who calls the help desk, where there is one, after so many rounds."""
    return [
        *persistent(name, kind, rest, then, given_up, on_failure, rested=f"{name}.enough"),
        *_told_to_wait(name, f"{name}.signal"),
    ]


def _told_to_wait(name: str, then: str) -> list[Row]:
    """The help desk can only say that others wait, too."""
    return [
        Row(f"{name}.enough", "test", "has_had_enough", f"{name}.ring", then),
        Row(f"{name}.ring", "ring", "wait", then),
    ]


def _coded(name: str, rest: str, then: str, given_up: str) -> list[Row]:
    """Without an activation code nobody activates: the help desk has to give one."""
    return [
        Row(f"{name}.code", "test", "lacks_code", f"{name}.code.ring", then),
        Row(f"{name}.code.ring", "ring", "code", then, f"{name}.code.redial"),
        Row(f"{name}.code.redial", "rest", rest, f"{name}.code.ring", given_up),
    ]


def _equipped() -> list[Row]:
    """Who has no phone that the app accepts says so, and waits until one is lent."""
    return [
        Row("phone", "test", "lacks_phone", "phone.whom", "activate.code"),
        Row("phone.whom", "test", "has_desk", "phone.ring", "phone.lent"),
        Row("phone.ring", "ring", "phone", "phone.lent", "phone.lent"),
        Row("phone.lent", "pause", "phone", "activate.code"),
    ]


def _before_the_day() -> list[Row]:
    """Activation at H-8 and the login check at H-1: the same for both operators."""
    return [
        Row("start", "until", "activation", "phone", "login"),
        *_equipped(),
        *_coded("activate", "activation", "activate.signal", "login"),
        *_insistent("activate", "activate", "activation", "greet", "login"),
        # The first login proves the new password; the app then loads the identity of the TPS.
        *_insistent("greet", "login", "activation", "identity", "login"),
        Row("identity", "call", "tps", "login", "login"),
        Row("login", "until", "login", "login.activated", "day"),
        Row("login.activated", "test", "activated", "check.signal", "activate_late.code"),
        *_coded("activate_late", "activation", "activate_late.signal", "day"),
        *_insistent("activate_late", "activate", "activation", "check.signal", "day"),
        *_insistent("check", "login", "activation", "day", "day"),
    ]


def _enter(name: str, then: str) -> list[Row]:
    """On the day: be logged in, after activating an account that still is not."""
    return [
        Row(f"{name}.in", "test", "logged_in", then, f"{name}.enter"),
        Row(f"{name}.enter", "test", "activated", f"{name}.login.signal", f"{name}.activate.code"),
        *_coded(f"{name}.activate", "upload", f"{name}.activate.signal", "gave_up"),
        *_insistent(f"{name}.activate", "activate", "upload", f"{name}.login", "gave_up"),
        *_insistent(f"{name}.login", "login", "upload", then, "gave_up", on_failure=f"{name}.barred"),
        # Another phone is let in once the help desk has freed the account and given a new code.
        Row(f"{name}.barred", "test", "barred", f"{name}.whom", f"{name}.login.backoff"),
        Row(f"{name}.whom", "test", "has_desk", f"{name}.free", f"{name}.desk"),
        Row(f"{name}.desk", "pause", "help_desk", f"{name}.activate.signal"),
        Row(f"{name}.free", "ring", "account", f"{name}.activate.signal", f"{name}.redial"),
        Row(f"{name}.redial", "rest", "upload", f"{name}.free", "gave_up"),
    ]


def _guess() -> list[Row]:
    """Somebody else has guessed at the password; the owner, who knows it, must get in all the same."""
    return [
        Row("guessed", "test", "guessed_at", "guess", "shoot"),
        Row("guess", "call", "guess", "again", "again"),
        *_insistent("again", "login", "upload", "shoot", "shoot"),
    ]


def _send(then: str, empty: str) -> list[Row]:
    """Send what is in the app's queue, page by page."""
    return [
        Row("signal", "signal", "", "send.in"),
        *_enter("send", then="together"),
        Row("together", "meet", "together", "queue"),
        Row("queue", "test", "queue_empty", empty, "submit"),
        Row("submit", "call", "submit_page", then, "submit.backoff"),
        Row("submit.backoff", "backoff", "", "send.in", "submit.rest"),
        Row("submit.rest", "rest", "upload", "submit.enough", "gave_up"),
        *_told_to_wait("submit", "signal"),
    ]


def _correct() -> list[Row]:
    """Put page 2 right, perhaps twice, while an old copy of it is still on its way."""
    return [
        Row("disagrees", "test", "disagrees", "overlap", "confirm"),
        Row("overlap", "test", "retry_overlaps", "stray", "correct"),
        Row("stray", "post", "late_retry", "correct"),
        *_insistent("correct", "correct", "upload", "doubt", "confirm"),
        Row("doubt", "test", "thinks_twice", "second", "late"),
        *_insistent("second", "second_thought", "upload", "late", "late"),
        Row("late", "test", "retries_late", "old_copy", "confirm"),
        Row("old_copy", "call", "late_retry", "confirm", "confirm"),
    ]


def _leave() -> list[Row]:
    """Log out, perhaps, and see later that the session is really over."""
    return [
        Row("leave", "test", "logs_out", "logout.signal", "done"),
        *_insistent("logout", "logout", "upload", "later", "done"),
        Row("later", "pause", "ended_session", "ended"),
        Row("ended", "call", "ended_session", "done", "done"),
        Row("done", "end", "sent", ""),
    ]


def main_operator() -> tuple[Row, ...]:
    """Sirekap 1: photographs the sheets and sends them, as they come or all at once."""
    return (
        *_before_the_day(),
        Row("day", "until", "capture", "guessed", "no_day"),
        *_guess(),
        Row("shoot", "shoot", "", "sendable"),
        Row("sendable", "test", "send_now", "signal", "more"),
        Row("more", "test", "all_shot", "signal", "shoot"),
        *_send(then="submitted", empty="shot_all"),
        Row("submitted", "test", "queue_empty", "shot_all", "submit"),
        Row("shot_all", "test", "all_shot", "disagrees", "shoot"),
        *_correct(),
        *_insistent("confirm", "confirm", "upload", "form_done", "form_done"),
        # One form after the other, as they are counted.
        Row("form_done", "test", "next_form", "shot_all", "leave"),
        *_leave(),
        Row("gave_up", "end", "gave_up", ""),
        Row("no_day", "end", "no_day", ""),
    )


def second_operator() -> tuple[Row, ...]:
    """Sirekap 2: later looks whether everything arrived, and sends what is missing."""
    return (
        *_before_the_day(),
        Row("day", "until", "standby", "arrive", "no_day"),
        Row("arrive", "signal", "", "look.in"),
        *_enter("look", then="duty"),
        Row("duty", "test", "sends_anyway", "shoot", "look"),
        *_insistent("look", "status", "upload", "missing", "gave_up"),
        Row("missing", "test", "nothing_missing", "leave", "shoot"),
        Row("shoot", "shoot", "", "more"),
        Row("more", "test", "all_shot", "signal", "shoot"),
        *_send(then="submitted", empty="leave"),
        Row("submitted", "test", "queue_empty", "leave", "submit"),
        *_leave(),
        Row("gave_up", "end", "gave_up", ""),
        Row("no_day", "end", "no_day", ""),
    )


def check(table: tuple[Row, ...]) -> None:
    """Raise ValueError if a row leads nowhere, stands twice, cannot be reached or asks the unknown."""
    check_links(table)
    for row in table:
        if row.op == "test" and row.arg not in TESTS:
            raise ValueError(f"row {row.name} asks {row.arg}; known questions: {', '.join(TESTS)}")
        if row.op in {"call", "post"} and row.arg not in ASKED:
            raise ValueError(f"row {row.name} asks the system {row.arg}; known: {', '.join(ASKED)}")


def check_links(table: tuple[Row, ...]) -> None:
    """Raise ValueError if a row leads nowhere, stands twice or cannot be reached, whatever it means."""
    names = [row.name for row in table]
    if len(set(names)) != len(names):
        raise ValueError(f"rows stand twice: {sorted({name for name in names if names.count(name) > 1})}")
    known, reached = set(names), {names[0]}
    for row in table:
        for target in (row.then, row.otherwise):
            if target and target not in known:
                raise ValueError(f"row {row.name} leads to {target}, which does not exist")
            reached.add(target)
    if lost := known - reached:
        raise ValueError(f"rows that nothing leads to: {sorted(lost)}")
