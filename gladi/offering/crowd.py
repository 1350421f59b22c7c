"""Who asks during a calibration: operators of synthetic TPS with pages to send, and what each kind asks.

Pages are those of every form of the scenario, form after form, as operators send them. Operator 1 of every
TPS sends pages; operator 2 of some of them does nothing but log in. A page is sent once; each photo is
another file, as it is from every phone. Status and readers ask for the forms in turn.
"""

import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

from gladi.materials import Materials, Page
from gladi.offering.sending import Sending
from scenarios import LINKS, Scenario
from simulators.operations import Kind, Operation
from simulators.population import Population
from simulators.sheetlist import VOTES, Sheet, sheets_of
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
        tps, sheets = str(population.tps[0]), sheets_of(population, 0, scenario)
        self._heads = {sheet: materials.photo(tps, sheet, 1)[:-2] for sheet in sheets}
        self._digests = {sheet: sha256(head) for sheet, head in self._heads.items()}
        self._last = dict(sheets)

    def photo(self, sheet: Sheet, comment: str) -> tuple[bytes, str]:
        """The file and its sha256. The comment stands before the end marker, so little is hashed again."""
        words = f"SIMULASI gladi calibrate: {comment}".encode()
        tail = b"\xff\xfe" + (len(words) + 2).to_bytes(2, "big") + words + b"\xff\xd9"
        form, page = sheet
        like = form, min(page, self._last[form])  # where more people stand a form has more pages
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
        self._sending = Sending(scenario, population)
        self._population = population
        self._photos = photos
        self._numbers = itertools.count()
        self._tps = [str(code) for code in population.tps]
        self._sent: deque[tuple[int, Sheet, str]] = deque()
        self._stored: dict[tuple[int, str], int] = {}
        self._forms = itertools.cycle(scenario.scenario.forms)
        self._senders = itertools.cycle(range(len(self._tps)))
        self._logins = itertools.cycle(range(min(LOGIN_ACCOUNTS, len(self._tps))))
        self._reads = itertools.cycle(_TO_READ)

    def takes(self, mine: range) -> None:
        """Keep the TPS of these indices: the rest is other generators'."""
        self._numbers = itertools.count(mine.start, mine.step)
        self._sending.keep(mine)
        self._sent = deque(one for one in self._sent if one[0] in mine)
        self._stored = {one: pages for one, pages in self._stored.items() if one[0] in mine}
        self._senders = itertools.cycle(mine)
        self._logins = itertools.cycle(index for index in self.login_accounts if index in mine)

    @property
    def left(self) -> int:
        """Pages not yet sent."""
        return self._sending.left

    @property
    def pages_a_tps(self) -> float:
        """Pages of all forms that a TPS sends, on average."""
        return self._sending.mean_pages

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
        index, (form, page), key = self._sent[0]
        self._sent.rotate(-1)
        operation = replace(self._operation("submit_page", index), form=form, page=page, key=key)
        return Ask("again", operation, self._made(operation, index))

    def _page(self) -> Ask | None:
        found = self._sending.next()
        if found is None:
            return None
        index, (form, page), told = found
        operation = replace(self._operation("submit_page", index), form=form, page=page)
        operation = replace(operation, key=f"kalibrasi-{self._seed}-{operation.tps}-{form}-{page}")

        def ended(good: bool) -> None:
            told(good)
            if good:
                self._sent.append((index, (form, page), operation.key))
                self._stored[index, form] = self._stored.get((index, form), 0) + 1

        return Ask("submit_page", operation, self._made(operation, index), ended)

    def _made(self, operation: Operation, index: int) -> Page:
        numbers, digest = sent_numbers(self._population, index, operation)
        photo, photo_digest = self._photos.photo((operation.form, operation.page), operation.key)
        return Page(photo, photo_digest, numbers, digest)

    def _after_pages(self, kind: Kind) -> Ask | None:
        """A confirmation of a form all of whose pages are stored, or a correction of one of its pages."""
        whole = next((one for one, stored in self._stored.items() if stored >= self._pages(one)), None)
        if whole is None:
            return None
        self._stored[whole] = self._stored.pop(whole)  # the next one has its turn
        index, form = whole
        operation = replace(self._operation(kind, index), form=form)
        if kind == "confirm":
            return Ask(kind, operation, NOTHING)
        operation = replace(operation, page=VOTES)
        numbers, digest = sent_numbers(self._population, index, operation)
        return Ask(kind, operation, Page(b"", "", numbers, digest))

    def _pages(self, of: tuple[int, str]) -> int:
        index, form = of
        return self._sending.forms(index)[form]

    def _plain(self, kind: Kind | str, of: str) -> Ask:
        operation = self._operation(kind, next(self._senders))  # type: ignore[arg-type]
        return Ask(of, replace(operation, form=next(self._forms)), NOTHING)

    def _operation(self, kind: Kind, index: int, operator: int = 1) -> Operation:
        tps = self._tps[index]
        return Operation(
            kind, tps, tps, operator, tps[:6], _LINK, 0.0, 0.0,
            key=f"kalibrasi-{self._seed}-{next(self._numbers)}", region=tps[:6],
        )  # fmt: skip
