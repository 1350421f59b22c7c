"""The words between behaviour and system: an operation someone performs, and the answer that comes back.

A `Target` performs operations. Behind it stands the twin (a simulated server) or a live system; who acts
cannot tell the difference.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar, dataclass_transform

T = TypeVar("T")

Kind = Literal[
    "activate", "login", "logout", "tps", "submit_page", "confirm", "correct", "status",
    "national", "region", "tps_page", "photo",
    "pleno_open", "pleno_tps", "pleno_decide", "pleno_finalise", "backup_page", "replace_photo",
]  # fmt: skip
"""The last line is the staff's: a PPK opens its pleno, looks at a TPS, decides on one of its forms, makes the
D.Hasil; a PPS or PPK sends a page from a plain photo that a KPPS handed over, or replaces a stored photo that
nobody can read."""

Actor = Literal["kpps", "pps", "ppk", "kpu", "publik", "iseng"]
STAFF: frozenset[str] = frozenset({"pps", "ppk", "kpu"})

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

READS = frozenset({"tps", "status", "national", "region", "tps_page", "photo", "pleno_tps"})
"""Kinds that change nothing on the server."""


@dataclass_transform(frozen_default=True)
def _word(cls: type[T]) -> type[T]:
    """A dataclass that type checkers hold to be frozen. One that is frozen takes ten times as long to make
    (5 us an operation), and of these a run makes one or two for every request."""
    return dataclass(slots=True, unsafe_hash=True)(cls)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a PPK decides on one form of a TPS.

    `basis` names the revision of every stored page that was looked at, `numbers` (canonical JSON by page)
    what is corrected or entered, `digest` is the sha256 of the figures decided on: of the first corrected
    page for "dikoreksi", of all pages entered for "entri", of all that was seen for "sesuai".
    """

    word: Literal["sesuai", "dikoreksi", "entri"]
    basis: tuple[tuple[int, int], ...]
    numbers: tuple[tuple[int, str], ...]
    digest: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SeenForm:
    """What a PPK is shown of one form of a TPS: revision and numbers (canonical JSON) of every stored page,
    and the word of the decision that holds, "" for none."""

    pages: Mapping[int, tuple[int, str]]
    word: str = ""


@_word
class Operation:
    """One thing a person or phone asks of the system.

    `tps` is what it is about, `account_tps` whose session is used: that TPS (another only in a probe), or of
    staff the code of the region that they are confined to, with `operator` 0. `key` is the
    idempotency key, the same for every attempt at the same thing. `intended_s` is the run-clock moment at
    which it was due; latency counts from there. `timeout_s` is the app's patience in real seconds;
    `cut_s` the moment the phone's link will drop, if it will. `expect` "reject" marks a probe that a
    sound system must refuse; `variant` names the probe. `device` names the phone, "" for the one that the
    account was first activated on; `install` counts how often its app was installed anew, `boots` how often
    the phone came back from having no power. `unreadable` marks a photo that no person and no machine can
    read; `decided` is what a `pleno_decide` decides.
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
    actor: Actor = "kpps"
    region: str = ""
    device: str = ""
    install: int = 0
    boots: int = 0
    unreadable: bool = False
    decided: Decided | None = None

    @property
    def sheets_of(self) -> str:
        """The TPS whose sheets are sent: an operator's own, also where they are sent elsewhere by mistake."""
        return self.tps if self.actor in STAFF else self.account_tps

    @property
    def account(self) -> str:
        """Name of the account: "1708042001003-1" of an operator, "ppk-170804" of staff."""
        if self.actor in STAFF:
            return f"{self.actor}-{self.account_tps}"
        return f"{self.account_tps}-{self.operator}"


@_word
class Answer:
    """What came back. `unknown` means it may or may not have happened, and nobody may guess.

    `stored_pages` is a bit mask (bit n for page n) in the answer to `status`. `session` is the fingerprint of
    the session that was used, or that a login gave: never the session itself. `seen` answers `pleno_tps`,
    form by form; `undecided` are the TPS for which a `pleno_finalise` was refused.
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
    seen: Mapping[str, SeenForm] | None = None
    undecided: tuple[str, ...] = ()


class Target(Protocol):
    """Performs operations under some clock."""

    def perform(self, operation: Operation) -> Any:
        """A SimPy event whose value will be the `Answer`; never fails."""
        ...
