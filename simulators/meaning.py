"""What the twin's system makes of each request: who is let in, what is stored, which receipt it gets.

A request means what it means in the order of arrival, as the queues do; how long it takes is not known here.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count

from simulators.operations import STAFF, Operation, SeenForm
from simulators.recap import Recap


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


_OF_STAFF = frozenset(
    {"pleno_open", "pleno_tps", "pleno_decide", "pleno_finalise", "backup_page", "replace_photo"}
)


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
        self.recap = Recap(lambda tps, form: tuple(range(1, pages_of(tps, form) + 1)), self._shown)

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
        if operation.kind in _OF_STAFF:
            return (*self._staff(operation, stored_s), 0)
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

    def _staff(self, operation: Operation, stored_s: float) -> tuple[int, str, str]:
        """What only PPS, PPK and KPU ask."""
        match operation.kind:
            case "backup_page":
                return self._submit(operation, stored_s)
            case "replace_photo":
                return self._correct(operation, stored_s, photo=True)
            case "pleno_decide":
                return (*self._decide(operation, stored_s), "")
            case "pleno_finalise":
                return (*self.recap.finalise(operation.account_tps, operation.form, stored_s), "")
            case "pleno_open":
                self.recap.open(operation.account_tps)
        return 200, "", ""

    def seen(self, operation: Operation) -> dict[str, SeenForm]:
        """What a PPK is shown of a TPS."""
        forms = sorted({form for tps, form, _ in self._current if tps == operation.tps} | self.recap.forms)
        return self.recap.look(operation.tps, forms)

    def undecided(self, operation: Operation) -> tuple[str, ...]:
        """The TPS for which a D.Hasil cannot be made."""
        return self.recap.undecided(operation.account_tps, operation.form)

    def _stored(self, operation: Operation) -> list[int]:
        """Pages held of the form that is asked about."""
        pages = range(1, self._pages_of(operation.tps, operation.form) + 1)
        return [page for page in pages if (operation.tps, operation.form, page) in self._current]

    def _refusal(self, operation: Operation, account: tuple[str, int]) -> tuple[int, str] | None:
        """Who is not let in at all: junk, and phones without a session that holds."""
        if operation.actor == "iseng":
            return 404, "not_found"
        if operation.actor == "publik" or operation.kind in {"activate", "login", "tps_page"}:
            return None
        if operation.variant == "no_session":
            return 401, "not_authenticated"
        if operation.variant == "ended_session" or account not in self._sessions:
            return 401, "session_unknown"
        own = operation.actor not in STAFF or operation.tps.startswith(operation.account_tps.replace(".", ""))
        return (403, "not_your_region") if operation.tps and not own else None

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
        if operation.sheets_of != operation.tps:
            return 403, "other_tps", ""
        if operation.variant == "truncated_photo":
            return 422, "photo_incomplete", ""
        if operation.variant == "corrupted_photo":
            return 422, "digest_differs", ""
        if operation.key in self._receipts:
            return 200, "", self._receipts[operation.key]
        if _sheet(operation) in self._current:
            return 409, "page_exists", ""
        self._keep(operation, stored_s)
        return 201, "", self._receipt(operation.key)

    def _correct(self, operation: Operation, stored_s: float, *, photo: bool = False) -> tuple[int, str, str]:
        """Other numbers under the same photo, or another photo (`photo`) over the same numbers."""
        if operation.key in self._receipts:
            return 200, "", self._receipts[operation.key]
        before = self._current.get(_sheet(operation))
        if before is None:
            return 409, "page_missing", ""
        if self.recap.is_final(operation.tps, operation.form):
            return 409, "pleno_final", ""
        content, size, digest, numbers = self._payload(operation)
        if photo:
            after = replace(before, content_sha256=content, content_bytes=size)
        else:
            after = replace(before, numbers_sha256=digest, numbers=numbers)
        self._on_top(operation, after, stored_s)
        return 201, "", self._receipt(operation.key)

    def _decide(self, operation: Operation, stored_s: float) -> tuple[int, str]:
        """A decision of a pleno, and the revisions that it brings with it."""
        if self.recap.holds(operation.key):
            return 200, ""
        refusal = self.recap.refusal(operation)
        if refusal is not None:
            return refusal
        assert operation.decided is not None
        for page, numbers in operation.decided.numbers:
            before = self._current.get((operation.tps, operation.form, page))
            if before is not None:
                digest = sha256(numbers.encode()).hexdigest()
                after = replace(before, numbers_sha256=digest, numbers=numbers)
                self._on_top(operation, after, stored_s)
        self.recap.store(operation, stored_s)
        return 201, ""

    def _on_top(self, operation: Operation, after: StoredPage, stored_s: float) -> None:
        """A further revision of a page."""
        page = replace(
            after, revision=after.revision + 1, receipt=self._receipt(operation.key), key=operation.key,
            account_tps=operation.account_tps, operator=operation.operator, stored_s=stored_s,
        )  # fmt: skip
        self.pages.append(page)
        self._current[page.tps, page.form, page.page] = page

    def _shown(self, tps: str, form: str) -> dict[int, tuple[int, str]]:
        """Revision and numbers of every page held of a form."""
        held = (self._current.get((tps, form, page)) for page in range(1, self._pages_of(tps, form) + 1))
        return {one.page: (one.revision, one.numbers) for one in held if one is not None}

    def _receipt(self, key: str) -> str:
        return self._receipts.setdefault(key, f"twin-{key[:20]}")

    def _keep(self, operation: Operation, stored_s: float) -> None:
        """The first revision of a page."""
        content, size, digest, numbers = self._payload(operation)
        page = StoredPage(
            *_sheet(operation), 1, self._receipt(operation.key), operation.key,
            operation.account_tps, operation.operator, content, digest, numbers, size, stored_s,
        )  # fmt: skip
        self.pages.append(page)
        self._current[_sheet(operation)] = page


def _sheet(operation: Operation) -> tuple[str, str, int]:
    return operation.tps, operation.form, operation.page
