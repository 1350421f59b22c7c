"""Who asks during a calibration: operators of synthetic TPS with pages to send, and what each kind asks.

Pages are those of the scenario's first form. Operator 1 of every TPS sends pages; operator 2 of some of them
does nothing but log in. A page is sent once; each photo is another file, as it is from every phone.
"""

import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

from gladi.materials import Materials, Page
from scenarios import LINKS, Scenario
from simulators.operations import Kind, Operation
from simulators.population import Population
from simulators.sheetlist import page_fields
from simulators.sheets import sent_numbers

LOGIN_ACCOUNTS = 64
_TO_READ: tuple[Kind, ...] = ("tps_page", "region", "tps_page", "national")
_LINK = next(iter(LINKS))


@dataclass(slots=True)
class Ask:
    """One request: what is sent, and what is to be done when it was answered well (or not).

    `ended` is told once, when no more is tried.
    """

    kind: str
    operation: Operation
    page: Page
    ended: Callable[[bool], None] = lambda good: None


NOTHING = Page(b"", "", "", "")


class Photos:
    """Photos of the pages of one TPS, rendered once; every sheet sent is one with a comment of its own."""

    def __init__(self, scenario: Scenario, seed: int, population: Population) -> None:
        materials = Materials(scenario, seed, population, None)
        tps, form = str(population.tps[0]), scenario.scenario.forms[0]
        pages = range(1, len(page_fields(population, 0, form)) + 1)
        self._heads = {page: materials.photo(tps, (form, page), 1)[:-2] for page in pages}
        self._digests = {page: sha256(head) for page, head in self._heads.items()}

    def photo(self, page: int, comment: str) -> tuple[bytes, str]:
        """The file and its sha256. The comment stands before the end marker, so little is hashed again."""
        words = f"SIMULASI gladi calibrate: {comment}".encode()
        tail = b"\xff\xfe" + (len(words) + 2).to_bytes(2, "big") + words + b"\xff\xd9"
        like = min(page, len(self._heads))  # where more people stand a form has more pages
        digest = self._digests[like].copy()
        digest.update(tail)
        return self._heads[like] + tail, digest.hexdigest()

    @property
    def mean_bytes(self) -> float:
        """Mean size of a photo."""
        return sum(map(len, self._heads.values())) / len(self._heads)


class Crowd:
    """Makes the next request of any kind; `left` pages can still be sent for the first time."""

    def __init__(self, scenario: Scenario, seed: int, population: Population, photos: Photos) -> None:
        self._seed = seed
        self._form = scenario.scenario.forms[0]
        self._population = population
        self._photos = photos
        self._numbers = itertools.count()
        self._tps = [str(code) for code in population.tps]
        self._unsent = deque(
            (index, page) for index in range(len(self._tps)) for page in range(1, self._pages(index) + 1)
        )
        self._sent: deque[tuple[int, int, str]] = deque()
        self._stored: dict[int, int] = {}
        self._senders = itertools.cycle(range(len(self._tps)))
        self._logins = itertools.cycle(range(min(LOGIN_ACCOUNTS, len(self._tps))))
        self._reads = itertools.cycle(_TO_READ)

    def _pages(self, index: int) -> int:
        return len(page_fields(self._population, index, self._form))

    def takes(self, mine: range) -> None:
        """Keep the TPS of these indices: the rest is other generators'."""
        self._numbers = itertools.count(mine.start, mine.step)
        self._unsent = deque(one for one in self._unsent if one[0] in mine)
        self._sent = deque(one for one in self._sent if one[0] in mine)
        self._stored = {index: pages for index, pages in self._stored.items() if index in mine}
        self._senders = itertools.cycle(mine)
        self._logins = itertools.cycle(index for index in self.login_accounts if index in mine)

    @property
    def left(self) -> int:
        """Pages not yet sent."""
        return len(self._unsent)

    @property
    def senders(self) -> range:
        """Indices of all TPS."""
        return range(len(self._tps))

    @property
    def login_accounts(self) -> range:
        """Indices of the TPS whose second operator logs in."""
        return range(min(LOGIN_ACCOUNTS, len(self._tps)))

    def ask(self, kind: str) -> Ask | None:
        """The next request of a kind of the model; None when there is none (no page left, none stored)."""
        if kind == "submit_page":
            return self._page()
        if kind == "login":
            return self.entering("login", next(self._logins), 2)
        if kind == "read":
            return self._plain(next(self._reads), kind)
        if kind == "confirm":
            return self._after_pages("confirm")
        if kind == "correct":
            return self._after_pages("correct")
        return self._plain(kind, kind)

    def entering(self, kind: Kind, index: int, operator: int) -> Ask:
        """Activation, login, logout or first initialisation of one operator."""
        return Ask(kind, self._operation(kind, index, operator), NOTHING)

    def again(self) -> Ask | None:
        """A page that is stored already, under the same key."""
        if not self._sent:
            return None
        index, page, key = self._sent[0]
        self._sent.rotate(-1)
        operation = replace(self._operation("submit_page", index), form=self._form, page=page, key=key)
        return Ask("again", operation, self._made(operation, index))

    def _page(self) -> Ask | None:
        if not self._unsent:
            return None
        index, page = self._unsent.popleft()
        operation = replace(self._operation("submit_page", index), form=self._form, page=page)
        operation = replace(operation, key=f"kalibrasi-{self._seed}-{operation.tps}-{page}")

        def ended(good: bool) -> None:
            if good:
                self._sent.append((index, page, operation.key))
                self._stored[index] = self._stored.get(index, 0) + 1
            else:
                self._unsent.append((index, page))

        return Ask("submit_page", operation, self._made(operation, index), ended)

    def _made(self, operation: Operation, index: int) -> Page:
        numbers, digest = sent_numbers(self._population, index, operation)
        photo, photo_digest = self._photos.photo(operation.page, operation.key)
        return Page(photo, photo_digest, numbers, digest)

    def _after_pages(self, kind: Kind) -> Ask | None:
        """A confirmation of a TPS all of whose pages are stored, or a correction of one of its pages."""
        whole = next((one for one, stored in self._stored.items() if stored >= self._pages(one)), None)
        if whole is None:
            return None
        self._stored[whole] = self._stored.pop(whole)  # the next one has its turn
        operation = replace(self._operation(kind, whole), form=self._form)
        if kind == "confirm":
            return Ask(kind, operation, NOTHING)
        operation = replace(operation, page=2)
        numbers, digest = sent_numbers(self._population, whole, operation)
        return Ask(kind, operation, Page(b"", "", numbers, digest))

    def _plain(self, kind: Kind | str, of: str) -> Ask:
        return Ask(of, self._operation(kind, next(self._senders)), NOTHING)  # type: ignore[arg-type]

    def _operation(self, kind: Kind, index: int, operator: int = 1) -> Operation:
        tps = self._tps[index]
        return Operation(
            kind, tps, tps, operator, tps[:6], _LINK, 0.0, 0.0,
            key=f"kalibrasi-{self._seed}-{next(self._numbers)}", region=tps[:6],
        )  # fmt: skip
