"""The words between behaviour and system: an operation someone performs, and the answer that comes back.

A `Target` performs operations. Behind it stands the twin (a simulated server) or a live system; who acts
cannot tell the difference.
"""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

Kind = Literal[
    "activate", "login", "tps", "submit_page", "confirm", "correct", "status",
    "national", "region", "tps_page", "photo",
]  # fmt: skip
Outcome = Literal["ok", "fail", "unknown"]

READS = frozenset({"tps", "status", "national", "region", "tps_page", "photo"})
"""Kinds that change nothing on the server."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing a person or phone asks of the system.

    `tps` is what it is about, `account_tps` whose session is used (they differ only in a probe). `key` is the
    idempotency key, the same for every attempt at the same thing. `intended_s` is the run-clock moment at
    which it was due; latency counts from there. `timeout_s` is the app's patience in real seconds;
    `cut_s` the moment the phone's link will drop, if it will. `expect` "reject" marks a probe that a
    sound system must refuse; `variant` names the probe.
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
    variant: Literal["", "truncated_photo", "foreign_write", "misread"] = ""
    expect: Literal["accept", "reject"] = "accept"
    agree: bool = True
    cut_s: float | None = None
    actor: Literal["kpps", "publik"] = "kpps"
    region: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `unknown` means it may or may not have happened, and nobody may guess.

    `stored_pages` is a bit mask (bit n for page n) in the answer to `status`.
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


class Target(Protocol):
    """Performs operations under some clock."""

    def perform(self, operation: Operation) -> Any:
        """A SimPy event whose value will be the `Answer`; never fails."""
        ...
