"""The words between behaviour and system: an operation someone performs, and the answer that comes back.

A `Target` performs operations. Behind it stands the twin (a simulated server) or a live system; who acts
cannot tell the difference.
"""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

Kind = Literal[
    "activate", "login", "logout", "tps", "submit_page", "confirm", "correct", "status",
    "national", "region", "tps_page", "photo",
]  # fmt: skip
Outcome = Literal["ok", "fail", "unknown"]

Variant = Literal[
    "", "misread", "hasty", "second_thought", "late_retry",
    "truncated_photo", "corrupted_photo", "foreign_write", "no_session", "ended_session", "wrong_password",
]  # fmt: skip
"""How an operation departs from the plain one. The first line a sound system accepts, the second it refuses:

misread          the phone read the page wrongly          hasty            a correction that is wrong too
second_thought   a correction of the correction           late_retry       an old attempt, its key unchanged,
                                                                           after or during its correction
truncated_photo  cut off on the phone                     corrupted_photo  damaged on the way
foreign_write    for the neighbouring TPS                 no_session       without any session
ended_session    with the session that was logged out     wrong_password   a guess at the account's password
"""

READS = frozenset({"tps", "status", "national", "region", "tps_page", "photo"})
"""Kinds that change nothing on the server."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing a person or phone asks of the system.

    `tps` is what it is about, `account_tps` whose session is used (they differ only in a probe). `key` is the
    idempotency key, the same for every attempt at the same thing. `intended_s` is the run-clock moment at
    which it was due; latency counts from there. `timeout_s` is the app's patience in real seconds;
    `cut_s` the moment the phone's link will drop, if it will. `expect` "reject" marks a probe that a
    sound system must refuse; `variant` names the probe. `device` names the phone, "" for the one that the
    account was first activated on; `install` counts how often its app was installed anew.
    """

    kind: Kind
    tps: str
    account_tps: str
    operator: int
    area: str
    link: str
    intended_s: float
    timeout_s: float
    form: str = ""
    page: int = 0
    attempt: int = 1
    key: str = ""
    variant: Variant = ""
    expect: Literal["accept", "reject"] = "accept"
    agree: bool = True
    cut_s: float | None = None
    actor: Literal["kpps", "publik", "iseng"] = "kpps"
    region: str = ""
    device: str = ""
    install: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `unknown` means it may or may not have happened, and nobody may guess.

    `stored_pages` is a bit mask (bit n for page n) in the answer to `status`. `session` is the fingerprint of
    the session that was used, or that a login gave: never the session itself.
    """

    outcome: Outcome
    status: int = 0
    reason: str = ""
    receipt: str = ""
    retry_after_s: float = 0.0
    stored_pages: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    content_sha256: str = ""
    numbers_sha256: str = ""
    session: str = ""


class Target(Protocol):
    """Performs operations under some clock."""

    def perform(self, operation: Operation) -> Any:
        """A SimPy event whose value will be the `Answer`; never fails."""
        ...
