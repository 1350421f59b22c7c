"""What the people of a nation's election day do, as three small tables of rows.

Rows are those of `simulators.behaviour`: (name, operation, argument, then, otherwise). Two engines interpret
them, a compiled kernel and SimPy processes, and a test holds both to the same moments. What a row leads to is
`then` when it went well (a test: yes), `otherwise` when not. Operations:

    until    WHAT   wait for a moment (see MOMENTS); one that is past is not waited for; absent: otherwise
    test     WHAT   ask the actor's own state (see TESTS)
    signal          be where there is signal: travel to it, or wait until it is back
    shoot           pose, shoot and accept the next page of the form in hand (waits while the lights are out)
    call     KIND   ask the system; the only touch with anybody else
    backoff         the app's own growing pause; otherwise when its retries are used up
    skip            the app takes the next page of its queue; otherwise when it has been all round, or when
                    nothing can be had: no link, a closed door
    rest     WHOSE  a person's pause, longer each time; otherwise when the session's tries are used up, or
                    sleep has come
    pause    WHAT   the help desk, a reading of the pleno, a stalled pleno; `between`: who does not
                    send in one go looks at each page that waits before it is sent
    end      HOW    stop

An actor's requests are one after another, and nobody but the server can change what it does next. So an
engine may play an actor from one answer to its next request without looking at anybody else.
"""

from simulators.behaviour import Row, check_links, persistent

MOMENTS = (
    "activation", "training", "login", "morning", "count", "standby", "session", "pleno", "beat",
)  # fmt: skip
"""What a row may wait for. `count` takes the next form in hand; `session` begins a new one; `training` and
`beat` are the next of a list; the others come once."""

TESTS = (
    "activated", "logged_in", "plano_here", "all_at_once", "form_shot", "waits_for_all", "queue_empty",
    "next_counted", "form_whole", "anything_missing", "anything_wanted", "writes_backup", "tps_left",
)  # fmt: skip
"""Questions of an actor's own state; what each means is in `state`, beside the fields it reads."""

CALLS = ("activate", "login", "tps", "practice", "submit_page", "confirm", "status", "recap", "read")
"""Kinds of requests. A `practice` page costs what a page costs and is kept by nobody."""


def _before_the_day() -> list[Row]:
    """Activation from H-8 with the help desk behind it, Bimtek rehearsals, the login check of H-1."""
    return [
        Row("start", "until", "activation", "activate.signal", "training"),
        *persistent("activate", "activate", "activation", "greet", "desk"),
        Row("desk", "pause", "help_desk", "activate.signal", "training"),
        *persistent("greet", "login", "activation", "identity", "training"),
        Row("identity", "call", "tps", "training", "training"),
        Row("training", "until", "training", "training.able", "login"),
        Row("training.able", "test", "activated", "practise.in.signal", "again.signal"),
        *persistent("again", "activate", "activation", "practise.in.signal", "training"),
        *persistent("practise.in", "login", "activation", "practise", "training"),
        *persistent("practise", "practice", "activation", "practise2", "training"),
        Row("practise2", "call", "practice", "practise3", "training"),
        Row("practise3", "call", "practice", "training", "training"),
        Row("login", "until", "login", "login.able", "morning"),
        Row("login.able", "test", "activated", "check.signal", "late.signal"),
        *persistent("late", "activate", "activation", "check.signal", "morning"),
        *persistent("check", "login", "activation", "morning", "morning"),
        Row("morning", "until", "morning", "morning.able", "day"),
        Row("morning.able", "test", "activated", "open.signal", "open.late.signal"),
        *persistent("open.late", "activate", "activation", "open.signal", "day"),
        *persistent("open", "login", "activation", "day", "day"),
    ]


def _sending(empty: str) -> list[Row]:
    """Be online and logged in, and send what is in the app's queue; between tries the count goes on."""
    return [
        Row("signal", "signal", "", "in"),
        Row("in", "test", "logged_in", "queue", "enter"),
        Row("enter", "test", "activated", "enter.login", "enter.activate"),
        Row("enter.activate", "call", "activate", "enter.login", "enter.backoff"),
        Row("enter.login", "call", "login", "queue", "enter.backoff"),
        Row("enter.backoff", "backoff", "", "in", "send.rest"),
        Row("queue", "test", "queue_empty", empty, "submit"),
        Row("submit", "call", "submit_page", "between", "submit.backoff"),
        Row("between", "pause", "between", "queue"),
        Row("submit.backoff", "backoff", "", "submit.again", "submit.skip"),
        Row("submit.again", "test", "logged_in", "submit", "in"),
        Row("submit.skip", "skip", "", "in", "send.rest"),
        Row("send.rest", "rest", "upload", "due", "tired"),
        Row("due", "test", "form_shot", "due.next", "plano"),
        Row("due.next", "test", "next_counted", "count", "signal"),
    ]


def first_operator() -> tuple[Row, ...]:
    """Sirekap 1: photographs form after form as the counts end, and sends them."""
    return (
        *_before_the_day(),
        Row("day", "until", "count", "plano", "day.over"),
        Row("count", "until", "count", "plano", "signal"),
        Row("plano", "test", "plano_here", "shoot", "signal"),
        Row("shoot", "shoot", "", "sendable"),
        Row("sendable", "test", "all_at_once", "more", "signal"),
        Row("more", "test", "form_shot", "held", "shoot"),
        Row("held", "test", "waits_for_all", "day", "signal"),
        *_sending(empty="shot"),
        Row("shot", "test", "form_shot", "whole", "plano"),
        Row("whole", "test", "form_whole", "confirm", "day"),
        *_confirming("day"),
        # All forms are counted: what is left is what could not be sent, or not photographed.
        Row("day.over", "test", "anything_wanted", "tired", "day.done"),
        Row("day.done", "test", "anything_missing", "backup", "sent"),
        Row("tired", "until", "session", "due", "backup"),
        Row("backup", "test", "writes_backup", "messenger", "gave_up"),
        Row("sent", "end", "sent", ""),
        Row("messenger", "end", "backup", ""),
        Row("gave_up", "end", "gave_up", ""),
    )


def second_operator() -> tuple[Row, ...]:
    """Sirekap 2: later looks whether everything arrived, photographs and sends what has not."""
    return (
        *_before_the_day(),
        Row("day", "until", "standby", "arrive", "idle"),
        Row("arrive", "signal", "", "look.in"),
        Row("look.in", "test", "logged_in", "look", "look.enter"),
        Row("look.enter", "test", "activated", "look.login", "look.activate"),
        Row("look.activate", "call", "activate", "look.login", "look.backoff"),
        Row("look.login", "call", "login", "look", "look.backoff"),
        Row("look", "call", "status", "wanted", "look.backoff"),
        Row("look.backoff", "backoff", "", "look.in", "look.rest"),
        Row("look.rest", "rest", "upload", "arrive", "retire"),
        Row("wanted", "test", "anything_wanted", "count", "sent"),
        Row("count", "until", "count", "plano", "signal"),
        Row("plano", "test", "plano_here", "shoot", "signal"),
        Row("shoot", "shoot", "", "more"),
        Row("more", "test", "form_shot", "signal", "shoot"),
        *_sending(empty="shot"),
        Row("shot", "test", "form_shot", "whole", "plano"),
        Row("whole", "test", "form_whole", "confirm", "round"),
        *_confirming("round"),
        Row("round", "test", "next_counted", "count", "retire"),
        Row("tired", "until", "session", "arrive", "retire"),
        # Looks again in the next session, as long as there is one.
        Row("retire", "until", "session", "arrive", "idle"),
        Row("sent", "end", "sent", ""),
        Row("idle", "end", "idle", ""),
    )


def _confirming(then: str) -> list[Row]:
    """Say that the numbers agree; the form goes on without that if the system will not hear it."""
    return [
        Row("confirm", "call", "confirm", then, "confirm.backoff"),
        Row("confirm.backoff", "backoff", "", "confirm", then),
    ]


def pleno_panel() -> tuple[Row, ...]:
    """A panel of a PPK: reads TPS after TPS, waits when the system does not answer."""
    return (
        Row("start", "until", "pleno", "next", "done"),
        Row("next", "test", "tps_left", "recap", "done"),
        Row("recap", "call", "recap", "reading", "recap.backoff"),
        Row("recap.backoff", "backoff", "", "recap", "stall"),
        Row("stall", "pause", "stall", "recap"),
        Row("reading", "pause", "reading", "next"),
        Row("done", "end", "done", ""),
    )


def public() -> tuple[Row, ...]:
    """Everybody who looks at the portal: a bundle of views a beat."""
    return (
        Row("start", "until", "beat", "read", "done"),
        Row("read", "call", "read", "start", "start"),
        Row("done", "end", "done", ""),
    )


TABLES = {
    "first": first_operator(),
    "second": second_operator(),
    "panel": pleno_panel(),
    "public": public(),
}
"""All of them; an actor keeps to one."""


def check(table: tuple[Row, ...]) -> None:
    """Raise ValueError if a row leads nowhere, stands twice, cannot be reached or asks the unknown."""
    check_links(table)
    asked = {"until": MOMENTS, "test": TESTS, "call": CALLS}
    for row in table:
        if row.op in asked and row.arg not in asked[row.op]:
            raise ValueError(f"row {row.name}: {row.op} {row.arg}; known: {', '.join(asked[row.op])}")
