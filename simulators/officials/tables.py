"""What officials do, in the same language as `simulators.behaviour`: one table for each duty.

An official is one account; it may have several duties at once (log in when told, hold the pleno, send what
KPPS bring, look at the public site on the day after), each a process of its own. Beside the operations that
operators have there are

    pause    ARG    read a TPS out, enter one that was read on paper, wait for the next day of the pleno
    take            wait for the next page that somebody hands over
    note     ARG    remember something about the duty
"""

from simulators.behaviour import Row, check_links

TESTS = (
    "activated", "logged_in", "sits", "opened", "tps_left", "form_left", "form_to_finalise", "all_decided",
    "patient", "on_paper", "unread_left", "postpones", "must_look", "named_undecided", "unreadable_left",
)  # fmt: skip
ASKED = (
    "activate", "login", "pleno_open", "pleno_tps", "pleno_decide", "pleno_finalise",
    "backup_page", "tps_page", "replace_photo",
)  # fmt: skip
PAUSES = ("reading", "next_day", "looking")
NOTES = ("decided", "read_on_paper", "postponed", "passed_on", "replaced", "seen")
RESTS = ("account", "login", "pleno", "backup", "review")


def _persistent(name: str, kind: str, rest: str, then: str, given_up: str) -> list[Row]:
    """Ask, let the app retry, rest as a person, and at last give up."""
    return [
        Row(name, "call", kind, then, f"{name}.backoff"),
        Row(f"{name}.backoff", "backoff", "", name, f"{name}.rest"),
        Row(f"{name}.rest", "rest", rest, name, given_up),
    ]


def _enter(name: str, then: str, rest: str, given_up: str) -> list[Row]:
    """Be logged in, after activating an account that still is not."""
    return [
        Row(f"{name}.in", "test", "logged_in", then, f"{name}.known"),
        Row(f"{name}.known", "test", "activated", f"{name}.login", f"{name}.activate"),
        *_persistent(f"{name}.activate", "activate", rest, f"{name}.login", given_up),
        *_persistent(f"{name}.login", "login", rest, then, given_up),
    ]


def account() -> tuple[Row, ...]:
    """Activate, and log in when everybody is told to."""
    return (
        Row("start", "until", "activation", "activate", "told"),
        *_persistent("activate", "activate", "account", "told", "told"),
        Row("told", "until", "login", "enter.in", "done"),
        *_enter("enter", "done", "login", "done"),
        Row("done", "end", "done", ""),
    )


def pleno() -> tuple[Row, ...]:
    """Go through the TPS of the kecamatan, decide on every form of each, and make the D.Hasil.

    Whatever stays without an answer, and a login that fails, is `trouble`: tried again, postponed, or gone on
    with on paper.
    """
    return (
        Row("start", "until", "pleno", "session", "done"),
        Row("session", "test", "sits", "enter", "adjourn"),
        Row("adjourn", "pause", "next_day", "session", "done"),
        Row("enter", "test", "logged_in", "opened", "known"),
        Row("known", "test", "activated", "login", "activate"),
        Row("activate", "call", "activate", "login", "activate.backoff"),
        Row("activate.backoff", "backoff", "", "activate", "trouble"),
        Row("login", "call", "login", "opened", "login.backoff"),
        Row("login.backoff", "backoff", "", "login", "trouble"),
        Row("opened", "test", "opened", "next", "open"),
        *_asked("open", "pleno_open", "next"),
        Row("next", "test", "tps_left", "look", "finish"),
        *_asked("look", "pleno_tps", "reading"),
        Row("reading", "pause", "reading", "form"),
        Row("form", "test", "form_left", "decide", "decided"),
        *_asked("decide", "pleno_decide", "form", on_failure="stale"),
        Row("stale", "test", "must_look", "again", "decide.backoff"),
        Row("again", "backoff", "", "look", "trouble"),
        Row("decided", "note", "decided", "session"),
        Row("finish", "test", "all_decided", "final", "done"),
        Row("final", "test", "form_to_finalise", "finalise", "done"),
        *_asked("finalise", "pleno_finalise", "final", on_failure="left"),
        Row("left", "test", "named_undecided", "session", "finalise.backoff"),
        Row("trouble", "test", "patient", "rest", "paper"),
        Row("rest", "rest", "pleno", "session", "session"),
        Row("paper", "test", "on_paper", "unread", "late"),
        Row("unread", "test", "unread_left", "read", "rest"),
        Row("read", "pause", "reading", "noted"),
        Row("noted", "note", "read_on_paper", "session"),
        Row("late", "test", "postpones", "postpone", "rest"),
        Row("postpone", "note", "postponed", "adjourn"),
        Row("done", "end", "done", ""),
    )


def _asked(name: str, kind: str, then: str, on_failure: str = "") -> list[Row]:
    """Ask in the pleno, and let the app retry; a session that has ended is opened anew."""
    return [
        Row(name, "call", kind, then, on_failure or f"{name}.backoff"),
        Row(f"{name}.backoff", "backoff", "", f"{name}.in", "trouble"),
        Row(f"{name}.in", "test", "logged_in", name, "session"),
    ]


def backup() -> tuple[Row, ...]:
    """Send what is handed over, page by page, and hand on what will not go through."""
    return (
        Row("start", "take", "", "enter.in"),
        *_enter("enter", "send", "backup", "pass_on"),
        Row("send", "call", "backup_page", "start", "send.backoff"),
        Row("send.backoff", "backoff", "", "enter.in", "send.rest"),
        Row("send.rest", "rest", "backup", "enter.in", "pass_on"),
        Row("pass_on", "note", "passed_on", "start"),
    )


def review() -> tuple[Row, ...]:
    """On the day after: look at every TPS on the public site, and replace photos that cannot be read."""
    return (
        Row("start", "until", "review", "next", "done"),
        Row("next", "test", "tps_left", "find", "done"),
        Row("find", "pause", "looking", "look"),
        Row("look", "call", "tps_page", "page", "look.backoff"),
        Row("look.backoff", "backoff", "", "look", "look.rest"),
        Row("look.rest", "rest", "review", "look", "done"),
        Row("page", "test", "unreadable_left", "enter.in", "seen"),
        *_enter("enter", "replace", "review", "done"),
        Row("replace", "call", "replace_photo", "replaced", "replace.backoff"),
        Row("replace.backoff", "backoff", "", "enter.in", "replace.rest"),
        Row("replace.rest", "rest", "review", "enter.in", "replaced"),
        Row("replaced", "note", "replaced", "page"),
        Row("seen", "note", "seen", "next"),
        Row("done", "end", "done", ""),
    )


def check(table: tuple[Row, ...]) -> None:
    """Raise ValueError as `behaviour.check` does, with the words of officials."""
    check_links(table)
    known = {"test": TESTS, "call": ASKED, "pause": PAUSES, "note": NOTES, "rest": RESTS}
    for row in table:
        if row.op in known and row.arg not in known[row.op]:
            raise ValueError(f"row {row.name}: {row.op} {row.arg}; known: {', '.join(known[row.op])}")
