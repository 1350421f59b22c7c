"""What the twin's system makes of each request: who is let in, what is stored, which receipt it gets.

A request means what it means in the order of arrival, as the queues do; how long it takes is not known here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from itertools import count

from simulators.operations import Operation


@dataclass(slots=True)
class StoredPage:
    """One revision of one page, as the twin keeps it."""

    tps: str
    form: str
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

PagesOf = Callable[[str, str], int]
"""Of a TPS and a form: how many pages it has."""


class System:
    """Accounts, sessions, receipts and pages; `pages` is every revision it holds."""

    def __init__(self, seed: int, payload: Payload, pages_of: PagesOf = lambda tps, form: 3) -> None:
        self.pages: list[StoredPage] = []
        self._seed = seed
        self._payload = payload
        self._devices: dict[tuple[str, int], str] = {}
        self._logins = count()
        self._sessions: dict[tuple[str, int], str] = {}
        self._receipts: dict[str, str] = {}
        self._pages_of = pages_of
        self._current: dict[tuple[str, str, int], StoredPage] = {}

    def holds(self, operation: Operation) -> bool:
        """Whether this very sending was taken in before."""
        return operation.key in self._receipts

    def session(self, operation: Operation) -> str:
        """The session its phone has, or "" without one."""
        account = (operation.account_tps, operation.operator)
        return "" if operation.variant == "no_session" else self._sessions.get(account, "")

    def take(self, operation: Operation, stored_s: float) -> tuple[int, str, str, int]:
        """Status, reason, receipt and mask of stored pages; what is stored is stored at `stored_s`."""
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
                return (*self._submit(operation, stored_s), 0)
            case "correct":
                return (*self._correct(operation, stored_s), 0)
            case "confirm":
                if len(self._stored(operation)) < self._pages_of(operation.tps, operation.form):
                    return 409, "pages_missing", "", 0
                return 200, "", self._receipt(operation.key), 0
            case "status":
                return 200, "", "", sum(1 << page for page in self._stored(operation))
            case "photo" | "tps_page":
                known = bool(self._stored(operation))
                return (
                    (200, "", "", 0) if known or operation.kind == "tps_page" else (404, "not_found", "", 0)
                )
        return 200, "", "", 0

    def _stored(self, operation: Operation) -> list[int]:
        """Pages held of the form that is asked about."""
        pages = range(1, self._pages_of(operation.tps, operation.form) + 1)
        return [page for page in pages if (operation.tps, operation.form, page) in self._current]

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

    def _submit(self, operation: Operation, stored_s: float) -> tuple[int, str, str]:
        if operation.tps != operation.account_tps:
            return 403, "other_tps", ""
        if operation.variant == "truncated_photo":
            return 422, "photo_incomplete", ""
        if operation.variant == "corrupted_photo":
            return 422, "digest_differs", ""
        if operation.key in self._receipts:
            return 200, "", self._receipts[operation.key]
        if _sheet(operation) in self._current:
            return 409, "page_exists", ""
        self._keep(operation, stored_s, revision=1)
        return 201, "", self._receipt(operation.key)

    def _correct(self, operation: Operation, stored_s: float) -> tuple[int, str, str]:
        if operation.key in self._receipts:
            return 200, "", self._receipts[operation.key]
        before = self._current.get(_sheet(operation))
        if before is None:
            return 409, "page_missing", ""
        self._keep(operation, stored_s, revision=before.revision + 1, before=before)
        return 201, "", self._receipt(operation.key)

    def _receipt(self, key: str) -> str:
        return self._receipts.setdefault(key, f"twin-{key[:20]}")

    def _keep(
        self, operation: Operation, stored_s: float, revision: int, before: StoredPage | None = None
    ) -> None:
        content, size, digest, numbers = self._payload(operation)
        page = StoredPage(
            *_sheet(operation), revision, self._receipt(operation.key), operation.key,
            operation.account_tps, operation.operator, before.content_sha256 if before else content,
            digest, numbers, before.content_bytes if before else size, stored_s,
        )  # fmt: skip
        self.pages.append(page)
        self._current[_sheet(operation)] = page


def _sheet(operation: Operation) -> tuple[str, str, int]:
    return operation.tps, operation.form, operation.page
