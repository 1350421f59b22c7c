"""The twin: a simulated Sirekap inside a plain SimPy environment.

It answers the operations the live stack answers, with the same meaning (idempotent pages, sessions,
refusals), after a time made of the phone's link and a first-come-first-served server of a few hands. The
start of service is known on arrival (virtual time), so a request costs two or three events.

Simplifications: links are not shared between phones; a photo is a size and a digest, not bytes; all kinds of
request share one queue; the server refuses when the predicted wait passes `refuse_after_s`.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import count
from math import exp
from typing import Any, Literal

import simpy

from scenarios import LINKS
from simulators.draws import normal_at, uniform
from simulators.operations import Answer, Operation

_SERVER = 4
"""The server draws service times as one agent, by a hash of the key and attempt."""


@dataclass(frozen=True, slots=True)
class ServerModel:
    """Capacity of the simulated server: `hands` requests at once, mean seconds each by kind (log-normal).

    The defaults are those of the embedded reference stack with two API workers on one core, read off the
    rehearsal of Kepahiang: 39 logins or activations a second in the storm, up to 158 pages a second after the
    outage; the small ones are assumed. Measure your own stack before you believe a prediction.
    """

    hands: int = 2
    service_s: dict[str, float] = field(
        default_factory=lambda: {
            "activate": 0.051, "login": 0.051, "logout": 0.002, "tps": 0.002, "submit_page": 0.0125,
            "confirm": 0.003, "correct": 0.004, "status": 0.002, "national": 0.001, "region": 0.001,
            "tps_page": 0.002, "photo": 0.003,
        }
    )  # fmt: skip
    sigma: float = 0.35
    refuse_after_s: float = 4.0


@dataclass(frozen=True, slots=True)
class Outage:
    """A stretch of the run clock in which something is wrong with the simulated system.

    `down`: connections are refused and requests in hand are lost; `paused`: nothing moves until the end;
    `dark`: the phones of `area` reach nothing.
    """

    kind: Literal["down", "paused", "dark"]
    start_s: float
    end_s: float
    area: str = ""


@dataclass(slots=True)
class StoredPage:
    """One revision of one page, as the twin keeps it."""

    tps: str
    page: int
    revision: int
    receipt: str
    key: str
    account_tps: str
    operator: int
    content_sha256: str
    numbers_sha256: str
    numbers: str
    content_bytes: int
    stored_s: float


Payload = Callable[[Operation], tuple[str, int, str, str]]
"""Of an operation: photo digest, photo size in bytes, digest of the numbers, the numbers as JSON."""


class Twin:
    """A `Target` under the simulated clock; `pages` is what it holds, for the readback.

    `record` is called with every operation, its answer, and its start and end on the run clock.
    """

    def __init__(
        self,
        env: simpy.Environment,
        model: ServerModel,
        seed: int,
        outages: Sequence[Outage],
        payload: Payload,
        record: Callable[[Operation, Answer, float, float], None],
    ) -> None:
        self.env = env
        self.model = model
        self.pages: list[StoredPage] = []
        self._seed = seed
        self._outages = outages
        self._payload = payload
        self._record = record
        self._free_s = [0.0] * model.hands
        self._in_hand: dict[int, tuple[Operation, float]] = {}
        self._numbers = count()
        self._devices: dict[tuple[str, int], str] = {}
        self._logins = count()
        self._sessions: dict[tuple[str, int], str] = {}
        self._receipts: dict[str, str] = {}
        self._current: dict[tuple[str, int], StoredPage] = {}

    def perform(self, operation: Operation) -> simpy.Event:
        """A process that ends with the `Answer`."""
        return self.env.process(self._perform(operation))

    def close(self) -> None:
        """The run is over: what is still in hand may or may not have happened, and is recorded as such."""
        for operation, start in self._in_hand.values():
            content, _, numbers, _ = self._payload(operation)
            answer = Answer("unknown", reason="not_ended", content_sha256=content, numbers_sha256=numbers)
            self._record(operation, answer, start, self.env.now)
        self._in_hand.clear()

    def readback(self) -> Iterable[StoredPage]:
        """Every revision of every page."""
        return self.pages

    def _perform(self, operation: Operation) -> Generator[Any, Any, Answer]:
        start = self.env.now
        mine = next(self._numbers)
        self._in_hand[mine] = (operation, start)
        content, size, numbers, _ = self._payload(operation)
        answer = yield from self._exchange(operation, size)
        answer = replace(answer, content_sha256=content, numbers_sha256=numbers)
        del self._in_hand[mine]
        self._record(operation, answer, start, self.env.now)
        return answer

    def _exchange(self, operation: Operation, size: int) -> Generator[Any, Any, Answer]:
        env, link = self.env, LINKS[operation.link]
        sent = size + 700 if size else 400
        limit = env.now + operation.timeout_s
        if operation.cut_s is not None:
            limit = min(limit, operation.cut_s)

        if self._wrong("dark", env.now, operation.area) or self._wrong("down", env.now):
            yield env.timeout(min(link.rtt_ms / 1000, max(0.0, limit - env.now)))
            return Answer("fail", reason="refused")
        yield env.timeout(min(link.rtt_ms / 500 + link.upload_s(sent), max(0.0, limit - env.now)))
        if env.now >= limit:
            return self._given_up(operation, sent)
        if self._wrong("dark", env.now, operation.area) or self._wrong("down", env.now):
            return Answer("unknown", reason="reset", bytes_sent=sent)

        begin = max(env.now, min(self._free_s))
        if begin - env.now > self.model.refuse_after_s:
            yield env.timeout(link.rtt_ms / 1000)
            return Answer("fail", 503, "overloaded", retry_after_s=2.0, bytes_sent=sent)
        end = self._through_pauses(begin + self._service_s(operation))
        self._free_s[self._free_s.index(min(self._free_s))] = end
        crash = min(
            (one.start_s for one in self._outages if one.kind == "down" and env.now < one.start_s < end),
            default=None,
        )
        if crash is not None:
            yield env.timeout(max(0.0, min(crash, limit) - env.now))
            return Answer("unknown", reason="reset" if crash <= limit else "timeout", bytes_sent=sent)
        yield env.timeout(max(0.0, end - env.now))
        account = (operation.account_tps, operation.operator)
        session = "" if operation.variant == "no_session" else self._sessions.get(account, "")
        status, reason, receipt, stored = self._apply(operation)
        if operation.kind == "login":
            session = self._sessions.get(account, "") if status == 200 else ""
        back = env.now + link.rtt_ms / 2000 + link.download_s(600)
        yield env.timeout(max(0.0, min(back, max(limit, env.now)) - env.now))
        if back > limit or self._wrong("dark", env.now, operation.area):
            return self._given_up(operation, sent)
        outcome: Literal["ok", "fail"] = "ok" if status < 400 else "fail"
        return Answer(
            outcome, status, reason, receipt, stored_pages=stored, bytes_sent=sent, bytes_received=600,
            session=session,
        )  # fmt: skip

    @staticmethod
    def _given_up(operation: Operation, sent: int) -> Answer:
        lost = operation.cut_s is not None and operation.cut_s <= operation.intended_s + operation.timeout_s
        return Answer("unknown", reason="link_lost" if lost else "timeout", bytes_sent=sent)

    def _wrong(self, kind: str, at_s: float, area: str = "") -> bool:
        return any(
            one.kind == kind and one.start_s <= at_s < one.end_s and (kind != "dark" or one.area == area)
            for one in self._outages
        )

    def _through_pauses(self, end_s: float) -> float:
        for one in self._outages:
            if one.kind == "paused" and one.start_s <= end_s < one.end_s:
                end_s = one.end_s + (end_s - one.start_s)
        return end_s

    def _service_s(self, operation: Operation) -> float:
        mean = self.model.service_s[operation.kind]
        mark = int.from_bytes(sha256(f"{operation.key}:{operation.intended_s}".encode()).digest()[:7], "big")
        z = normal_at(uniform(self._seed, _SERVER, mark))
        return mean * exp(self.model.sigma * z - self.model.sigma**2 / 2)

    # what the system means by each request

    def _apply(self, operation: Operation) -> tuple[int, str, str, int]:
        """Status, reason, receipt and mask of stored pages."""
        account = (operation.account_tps, operation.operator)
        refusal = self._refusal(operation, account)
        if refusal is not None:
            return (*refusal, "", 0)
        match operation.kind:
            case "activate":
                if self._devices.get(account) != operation.device:
                    self._sessions.pop(account, None)
                self._devices[account] = operation.device
                return 200, "", "", 0
            case "login":
                return (*self._login(operation, account), "", 0)
            case "logout":
                del self._sessions[account]
                return 200, "", "", 0
            case "submit_page":
                return (*self._submit(operation), 0)
            case "correct":
                return (*self._correct(operation), 0)
            case "confirm":
                if any((operation.tps, page) not in self._current for page in (1, 2, 3)):
                    return 409, "pages_missing", "", 0
                return 200, "", self._receipt(operation.key), 0
            case "status":
                mask = sum(1 << page for page in (1, 2, 3) if (operation.tps, page) in self._current)
                return 200, "", "", mask
            case "photo" | "tps_page":
                known = any((operation.tps, page) in self._current for page in (1, 2, 3))
                return (
                    (200, "", "", 0) if known or operation.kind == "tps_page" else (404, "not_found", "", 0)
                )
        return 200, "", "", 0

    def _refusal(self, operation: Operation, account: tuple[str, int]) -> tuple[int, str] | None:
        """Who is not let in at all: junk, and phones without a session that holds."""
        if operation.actor == "iseng":
            return 404, "not_found"
        if operation.actor == "publik" or operation.kind in {"activate", "login"}:
            return None
        if operation.variant == "no_session":
            return 401, "not_authenticated"
        if operation.variant == "ended_session" or account not in self._sessions:
            return 401, "session_unknown"
        return None

    def _login(self, operation: Operation, account: tuple[str, int]) -> tuple[int, str]:
        if account not in self._devices:
            return 403, "not_activated"
        if operation.variant == "wrong_password":
            return 401, "wrong_password"
        if operation.device != self._devices[account]:
            return 403, "device_differs"
        name = f"{self._seed}:{account}:{next(self._logins)}"
        self._sessions[account] = sha256(name.encode()).hexdigest()[:16]
        return 200, ""

    def _submit(self, operation: Operation) -> tuple[int, str, str]:
        if operation.tps != operation.account_tps:
            return 403, "other_tps", ""
        if operation.variant == "truncated_photo":
            return 422, "photo_incomplete", ""
        if operation.variant == "corrupted_photo":
            return 422, "digest_differs", ""
        if operation.key in self._receipts:
            return 200, "", self._receipts[operation.key]
        if (operation.tps, operation.page) in self._current:
            return 409, "page_exists", ""
        self._keep(operation, revision=1)
        return 201, "", self._receipt(operation.key)

    def _correct(self, operation: Operation) -> tuple[int, str, str]:
        if operation.key in self._receipts:
            return 200, "", self._receipts[operation.key]
        before = self._current.get((operation.tps, operation.page))
        if before is None:
            return 409, "page_missing", ""
        self._keep(operation, revision=before.revision + 1, before=before)
        return 201, "", self._receipt(operation.key)

    def _receipt(self, key: str) -> str:
        return self._receipts.setdefault(key, f"twin-{key[:20]}")

    def _keep(self, operation: Operation, revision: int, before: StoredPage | None = None) -> None:
        content, size, digest, numbers = self._payload(operation)
        page = StoredPage(
            operation.tps, operation.page, revision, self._receipt(operation.key), operation.key,
            operation.account_tps, operation.operator, before.content_sha256 if before else content,
            digest, numbers, before.content_bytes if before else size, self.env.now,
        )  # fmt: skip
        self.pages.append(page)
        self._current[operation.tps, operation.page] = page
