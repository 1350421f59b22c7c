"""What a phone holds: the photo and the numbers of a page, as they are sent.

Photos lie in the run directory, rendered before the run; one that is missing is rendered on the spot, the
same bytes. The second operator's photo of the same sheet differs by a comment segment, as another
phone's would differ in every byte; so does one that is taken again after the app lost the first.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from gladi.unreadable import name, photograph_badly
from scenarios import Scenario
from simulators.officials.sight import unreadable
from simulators.operations import Operation
from simulators.population import Population
from simulators.sheetlist import Sheet
from simulators.sheets import order, sent_numbers

_WITH_PHOTO = frozenset({"submit_page", "backup_page", "replace_photo"})
_AT_HAND_BYTES = 64_000_000
"""Photos kept in memory, those taken up last: retries and double taps send the same one again."""
_COMMENT = b"SIMULASI gladi: operator "
_DAMAGED_BYTES = 64
_LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class Page:
    """A page ready to send; digests are hex sha256, `photo_sha256` that of the whole photo."""

    photo: bytes
    photo_sha256: str
    numbers: str
    numbers_sha256: str


class Materials:
    """Pages of a population; `folder` holds the rendered photos (`<tps>-<form>-<page>.jpg`).

    While `rendering` says that somebody else is making photos, one that is missing is waited for.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        population: Population,
        folder: Path | None,
        rendering: Callable[[], bool] = lambda: False,
    ) -> None:
        self._rendering = rendering
        self._scenario = scenario
        self._seed = seed
        self._population = population
        self._folder = folder
        self._index = {str(code): index for index, code in enumerate(population.tps)}
        self._digests: dict[tuple[str, Sheet, int, int], str] = {}
        self._pages: dict[tuple[str, Sheet, int, int, str], Page] = {}

    def at_hand(self, operation: Operation) -> bool:
        """Whether `page` needs nothing from the disk."""
        return operation.kind not in _WITH_PHOTO or _name(operation) in self._pages

    def wait_for(self, operation: Operation) -> None:
        """Until nobody makes its photo any more; in a greenlet, before a thread is taken for reading it."""
        self._made(operation.sheets_of, (operation.form, operation.page))

    def page(self, operation: Operation) -> Page:
        """What `operation` sends; a photo cut off or damaged keeps the digest of the whole one."""
        if operation.kind in _WITH_PHOTO:
            held = self._pages.get(_name(operation))
            return held if held is not None else self._take(operation)
        index = self._index[operation.sheets_of]
        return Page(b"", "", *sent_numbers(self._population, index, operation))

    def _take(self, operation: Operation) -> Page:
        name = _name(operation)
        tps, sheet, operator, install, variant = name
        photo = self.photo(tps, sheet, operator, install)
        whole = self._digests.get(name[:4]) or self._digests.setdefault(name[:4], sha256(photo).hexdigest())
        if variant == "truncated_photo":
            photo = photo[: len(photo) * 3 // 5]
        elif variant == "corrupted_photo":
            photo = _damaged(photo)
        numbers, digest = "", ""
        if operation.kind != "replace_photo":
            numbers, digest = sent_numbers(self._population, self._index[tps], operation)
        # Several threads may be here at once: each step is one that they cannot see half done.
        taken = self._pages.setdefault(name, Page(photo, whole, numbers, digest))
        held_bytes = sum(len(one.photo) for one in list(self._pages.values()))
        for oldest in list(self._pages):
            if held_bytes <= _AT_HAND_BYTES:
                break
            gone = self._pages.pop(oldest, None)
            held_bytes -= len(gone.photo) if gone else 0
        return taken

    def photo(self, tps: str, sheet: Sheet, operator: int, install: int = 0) -> bytes:
        """The photo of a sheet by one operator, taken with the first or a later installation of the app."""
        path = self._made(tps, sheet)
        if operator == 1 and not install and unreadable(self._scenario, self._seed, tps, *sheet):
            return self._unreadable(tps, sheet)
        if path is not None and path.is_file():
            photo = path.read_bytes()
        else:
            from fakeforms import Camera, photograph  # they take long to load, and are seldom needed here

            camera = Camera(megapixels=self._scenario.app.photo_megapixels)
            form, page = sheet
            photo = photograph(
                order(self._population, self._index[tps], self._scenario, form), page, camera
            ).jpeg
        if operator != 1 or install:
            comment = _COMMENT + f"{operator}{f' foto ulang {install}' if install else ''}".encode()
            photo = photo[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + photo[2:]
        return photo

    def _unreadable(self, tps: str, sheet: Sheet) -> bytes:
        """The first photo of a sheet that nobody can read."""
        form, page = sheet
        path = self._folder / name(tps, form, page) if self._folder else None
        if path is not None and path.is_file():
            return path.read_bytes()
        filled = order(self._population, self._index[tps], self._scenario, form)
        return photograph_badly(filled, page, self._scenario.app.photo_megapixels)

    def _made(self, tps: str, sheet: Sheet) -> Path | None:
        """Where the photo lies or should; waits while somebody may still make it."""
        form, page = sheet
        path = self._folder / f"{tps}-{form}-{page}.jpg" if self._folder else None
        while path is not None and not path.is_file() and self._rendering():
            time.sleep(_LOOK_S)
        return path


def _name(operation: Operation) -> tuple[str, Sheet, int, int, str]:
    """Which page it is: whose, which, in which state."""
    return (
        operation.sheets_of,
        (operation.form, operation.page),
        operation.operator,
        operation.install,
        operation.variant or operation.kind,
    )


def _damaged(photo: bytes) -> bytes:
    """As long as it was, with bytes in the middle turned over, as a bad link or memory card leaves it."""
    middle = len(photo) // 2
    turned = bytes(byte ^ 0xFF for byte in photo[middle : middle + _DAMAGED_BYTES])
    return photo[:middle] + turned + photo[middle + len(turned) :]
