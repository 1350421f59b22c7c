"""The seam to a system under test. A vendor writes one class with these methods.

Register it under the entry point group `gladi.targets`; `gladi.targets.sirekap` is the worked example.
Methods run in a greenlet of a load worker: block as you like on `phone.request`, on nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from gladi.http import Reply, Wire
from gladi.materials import Page
from scenarios import Regency
from simulators.operations import Answer, Operation
from simulators.population import Population


class TargetError(RuntimeError):
    """The system could not be prepared or read back; the message says what to do."""


@dataclass(slots=True)
class Phone:
    """A phone on its link: `request` sends through it within the app's patience.

    `sent` and `received` count body bytes of the last request, for the record.
    """

    wire: Wire
    host: str
    timeout_s: float
    sent: int = 0
    received: int = 0

    def request(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """One HTTP exchange; raises gladi.http.NotSentError or InDoubtError."""
        self.sent = len(body)
        reply = self.wire.request(method, path, {"Host": self.host, **headers}, body, self.timeout_s)
        self.received = len(reply.body)
        return reply


class System(Protocol):
    """What gladi asks of a system under test."""

    def __init__(self, url: str, seed: int, secrets: Path | None) -> None: ...

    def prepare(self, place: Regency, population: Population) -> None:
        """Before the run: make regions, TPS and accounts known. Raises TargetError."""
        ...

    def perform(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """One operation. Let NotSentError and InDoubtError pass: the driver knows what they mean."""
        ...

    def readback(self) -> Iterator[Mapping[str, Any]]:
        """After the run: every revision of every page the system holds, with the photo's bytes fetched.

        Keys: tps, form, page, revision, current, receipt, key, account_tps, operator,
        content_sha256_claimed, photo (bytes or None), numbers (dict), stored_at. Raises TargetError.
        """
        ...
