"""What a KPPS operator does, as one small table.

Each row is (name, operation, argument, next, otherwise). The SimPy process in `operator` interprets the
rows; a compiled kernel may interpret the same rows, so there is one behaviour. Operations:

    until    ARG    wait for a moment of the operator's timetable (absent moment: otherwise)
    login? / online? / ...  tests, see TESTS: next if true, otherwise if not
    signal          be where there is signal: wait for it, or travel to it
    shoot           pose, shoot and accept the next page of C.Hasil (offline work)
    call     KIND   ask the system; next on success, otherwise on anything else
    backoff         the app's own growing pause in real seconds; otherwise when its retries are used up
    rest     ARG    a person's pause before trying again; otherwise when patience is used up
    end      ARG    stop; the argument names how it ended

Sources of the habits are beside the figures in the scenario file and in the README.
"""

from dataclasses import dataclass
from typing import Literal

Op = Literal["until", "test", "signal", "shoot", "call", "backoff", "rest", "end"]

TESTS = ("activated", "logged_in", "send_now", "all_shot", "queue_empty", "nothing_missing", "disagrees")
"""Questions a row may ask of the operator's own state."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table; `then` and `otherwise` name other rows."""

    name: str
    op: Op
    arg: str
    then: str
    otherwise: str = ""


def _persistent(name: str, kind: str, rest: str, then: str, given_up: str) -> list[Row]:
    """Ask, let the app retry, rest as a person, look for signal again, and at last give up."""
    return [
        Row(f"{name}.signal", "signal", "", name),
        Row(name, "call", kind, then, f"{name}.backoff"),
        Row(f"{name}.backoff", "backoff", "", name, f"{name}.rest"),
        Row(f"{name}.rest", "rest", rest, f"{name}.signal", given_up),
    ]


def _before_the_day() -> list[Row]:
    """Activation at H-8 and the login check at H-1: the same for both operators."""
    return [
        Row("start", "until", "activation", "activate.signal", "login"),
        *_persistent("activate", "activate", "activation", "greet", "login"),
        # The first login proves the new password; the app then loads the identity of the TPS.
        *_persistent("greet", "login", "activation", "identity", "login"),
        Row("identity", "call", "tps", "login", "login"),
        Row("login", "until", "login", "login.activated", "day"),
        Row("login.activated", "test", "activated", "check.signal", "activate_late.signal"),
        *_persistent("activate_late", "activate", "activation", "check.signal", "day"),
        *_persistent("check", "login", "activation", "day", "day"),
    ]


def _enter(name: str, then: str) -> list[Row]:
    """On the day: be logged in, after activating an account that still is not."""
    return [
        Row(f"{name}.in", "test", "logged_in", then, f"{name}.enter"),
        Row(f"{name}.enter", "test", "activated", f"{name}.login.signal", f"{name}.activate.signal"),
        *_persistent(f"{name}.activate", "activate", "upload", f"{name}.login", "gave_up"),
        *_persistent(f"{name}.login", "login", "upload", then, "gave_up"),
    ]


def _send(then: str, empty: str) -> list[Row]:
    """Send what is in the app's queue, page by page."""
    return [
        Row("signal", "signal", "", "send.in"),
        *_enter("send", then="queue"),
        Row("queue", "test", "queue_empty", empty, "submit"),
        Row("submit", "call", "submit_page", then, "submit.backoff"),
        Row("submit.backoff", "backoff", "", "send.in", "submit.rest"),
        Row("submit.rest", "rest", "upload", "signal", "gave_up"),
    ]


def main_operator() -> tuple[Row, ...]:
    """Sirekap 1: photographs the sheets and sends them, as they come or all at once."""
    return (
        *_before_the_day(),
        Row("day", "until", "capture", "shoot"),
        Row("shoot", "shoot", "", "sendable"),
        Row("sendable", "test", "send_now", "signal", "more"),
        Row("more", "test", "all_shot", "signal", "shoot"),
        *_send(then="submitted", empty="shot_all"),
        Row("submitted", "test", "queue_empty", "shot_all", "submit"),
        Row("shot_all", "test", "all_shot", "answer", "shoot"),
        Row("answer", "test", "disagrees", "correct", "confirm"),
        *_persistent("correct", "correct", "upload", "confirm", "confirm"),
        *_persistent("confirm", "confirm", "upload", "done", "done"),
        Row("done", "end", "sent", ""),
        Row("gave_up", "end", "gave_up", ""),
    )


def second_operator() -> tuple[Row, ...]:
    """Sirekap 2: later looks whether everything arrived, and sends what is missing."""
    return (
        *_before_the_day(),
        Row("day", "until", "standby", "arrive"),
        Row("arrive", "signal", "", "look.in"),
        *_enter("look", then="look"),
        *_persistent("look", "status", "upload", "missing", "gave_up"),
        Row("missing", "test", "nothing_missing", "done", "shoot"),
        Row("shoot", "shoot", "", "more"),
        Row("more", "test", "all_shot", "signal", "shoot"),
        *_send(then="submitted", empty="done"),
        Row("submitted", "test", "queue_empty", "done", "submit"),
        Row("done", "end", "sent", ""),
        Row("gave_up", "end", "gave_up", ""),
    )


def check(table: tuple[Row, ...]) -> None:
    """Raise ValueError if a row leads nowhere, stands twice or cannot be reached."""
    names = [row.name for row in table]
    if len(set(names)) != len(names):
        raise ValueError(f"rows stand twice: {sorted({name for name in names if names.count(name) > 1})}")
    known, reached = set(names), {names[0]}
    for row in table:
        for target in (row.then, row.otherwise):
            if target and target not in known:
                raise ValueError(f"row {row.name} leads to {target}, which does not exist")
            reached.add(target)
        if row.op == "test" and row.arg not in TESTS:
            raise ValueError(f"row {row.name} asks {row.arg}; known questions: {', '.join(TESTS)}")
    if lost := known - reached:
        raise ValueError(f"rows that nothing leads to: {sorted(lost)}")
