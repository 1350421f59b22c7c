"""The seam to a system under test. A vendor writes one class with these methods.

Register it under the entry point group `gladi.targets`; `gladi.targets.sirekap` is the worked example.
Methods run in a greenlet of a load worker: block as you like on `phone.request`, on nothing else.
"""

import math
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

from gladi.address import Address
from gladi.http import Body, Reply, Wire
from gladi.materials import Page
from scenarios import Regency
from simulators.operations import Answer, Operation
from simulators.population import Population

_OURS = Path(__file__).parent.parent


class TargetError(RuntimeError):
    """The system could not be prepared or read back; the message says what to do."""


def broke(verb: str, error: Exception) -> TargetError:
    """What a target's class did wrong, as an error that names the place in it: it is a vendor's, not ours."""
    steps = traceback.extract_tb(error.__traceback__)
    theirs = [one for one in steps if _OURS not in Path(one.filename).parents]
    last = (theirs or steps)[-1]
    where = f"{Path(last.filename).name}, line {last.lineno}"
    return TargetError(f"the target's class broke in {verb}: {type(error).__name__}: {error} ({where})")


@dataclass(slots=True)
class Phone:
    """A phone on its link: `request` sends through it within the app's patience.

    `sent` and `received` count body bytes of the last request, for the record. `session` is for the target
    to set: the fingerprint of the session it uses, so that it is known of a request without an answer, too.

    `line` names the phone where it has a connection of its own, kept for `keep_s` while idle and not beyond
    `cut_s` (monotonic), when its link drops; "" for a request that may go over any connection.
    """

    wire: Wire
    host: str
    timeout_s: float
    sent: int = 0
    received: int = 0
    session: str = ""
    line: str = ""
    keep_s: float = math.inf
    cut_s: float = math.inf

    def request(self, method: str, path: str, headers: Mapping[str, str], body: Body = b"") -> Reply:
        """One HTTP exchange; raises gladi.http.NotSentError or InDoubtError.

        A large body is best given in pieces that are at hand: they are sent as they lie, without a copy.
        """
        self.sent = len(body) if isinstance(body, bytes) else sum(map(len, body))
        if self.host != self.wire.host:
            headers = {"Host": self.host, **headers}
        reply = self.wire.request(
            method, path, headers, body, self.timeout_s, self.line, self.keep_s, self.cut_s
        )
        self.received = len(reply.body)
        return reply


@dataclass(frozen=True, slots=True)
class Shown:
    """What the public is shown of a region or a TPS; only `status` where it is not 200 (0: no answer).

    `as_of_epoch_s` is what the answer says of its own age; NaN where it says nothing. `counted_tps` of
    `expected_tps` have their votes in the sums; `votes` of each contestant in their order; `photos` are the
    sha256 of the photos that a TPS shows.
    """

    status: int
    as_of_epoch_s: float = math.nan
    expected_tps: int = 0
    counted_tps: int = 0
    votes: tuple[int, ...] = ()
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """One thing the system says of itself: "ready" and "alive" (1 yes, 0 no, NaN no answer), or a gauge.

    `bound` is what the gauge may never exceed by the system's own promise; NaN where it promises nothing.
    """

    name: str
    value: float
    bound: float = math.nan


@runtime_checkable
class Watchable(Protocol):
    """What a system may offer beside `System`, so that it can be watched; without it, that stays unknown.

    Let NotSentError and InDoubtError pass.
    """

    def shown(self, phone: Phone, place: str, form: str) -> Shown:
        """What the public is shown of "0" (the nation), a region's code, or a TPS of 13 digits.

        Codes of regions, here and in `Operation.region`: "17" a province, "17.08" a regency (with its dot, as
        Kemendagri writes it), "170801" a kecamatan, "1708011007" a desa: the digits begin a TPS's code.
        """
        ...

    def says(self, phone: Phone, *, gauges: bool) -> Iterable[Said]:
        """What it says of itself: "ready" and "alive", and with `gauges` those too."""
        ...


class StaffAccount(NamedTuple):
    """An account above the KPPS: "pps" of a desa, "ppk" of a kecamatan, "kpu" of a regency."""

    role: str
    region: str

    @property
    def name(self) -> str:
        """As operations name it."""
        return f"{self.role}-{self.region}"


@runtime_checkable
class Staffed(Protocol):
    """What a system may offer beside `System` whose staff act in a rehearsal, too; without it they have no
    accounts there, and what they ask is answered as not offered.
    """

    def prepare_staff(self, accounts: Sequence[StaffAccount]) -> None:
        """Before the run, after `prepare`: make the accounts known. Raises TargetError."""
        ...


@runtime_checkable
class Recapping(Protocol):
    """What a system may offer beside `System` whose plenos are to be read back; without it what became of
    decisions and D.Hasil stays unknown. Both raise TargetError.
    """

    def decisions(self) -> Iterable[Mapping[str, Any]]:
        """Every stored decision in the order in which they were taken.

        Keys: kecamatan, tps, form, word, key, basis (page -> revision), entries (page -> numbers), at.
        """
        ...

    def d_hasil(self) -> Iterable[Mapping[str, Any]]:
        """The newest D.Hasil of every kecamatan and form.

        Keys: kecamatan, form, version, state, sha256, columns (TPS -> {field: number}), totals, at.
        """
        ...


class System(Protocol):
    """What gladi asks of a system under test."""

    def __init__(self, address: Address, seed: int, secrets: Path | None) -> None: ...

    def prepare(self, place: Regency, population: Population, forms: Sequence[str]) -> None:
        """Before the run: make regions, TPS, accounts and what they vote on known. Raises TargetError.

        `forms` are the ids of the forms that will be sent, such as "ppwp". `place` is the first of
        `population.places`, the regencies to be made known.
        """
        ...

    def perform(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """One operation. Let NotSentError and InDoubtError pass: the driver knows what they mean.

        Kinds that the staff asks (`pleno_open`, `pleno_tps`, `pleno_decide`, `pleno_finalise`, `backup_page`,
        `replace_photo`) come from accounts of `Staffed`; their `Decided` and `SeenForm` are in
        `simulators.operations`.

        Beside the plain ones (see `Operation` and `Variant`): `no_session` is sent without any session,
        `ended_session` with the one that was logged out, `wrong_password` with another password; `device`
        names the phone, and who activates on another than the first needs the help desk, or is answered
        "fail". Of the actor "iseng" send any garbage: its `page` is empty and nothing is expected.
        """
        ...

    def readback(self) -> Iterator[Mapping[str, Any]]:
        """After the run: every revision of every page the system holds, with the photo's bytes fetched.

        Keys: tps, form, page, revision, current, receipt, key, account_tps, operator,
        content_sha256_claimed, photo (bytes or None), numbers (dict), stored_at. Raises TargetError.
        """
        ...
