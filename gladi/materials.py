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
from gladi.wire.pieces import OpenFile, Piece, Stretch
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
    lies: tuple[Piece, ...] = ()

    @property
    def body(self) -> tuple[Piece, ...]:
        """The photo in pieces as they lie on the disk, to be sent without a copy; or as it is."""
        return self.lies or (self.photo,)


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
        lies: tuple[Piece, ...] = ()
        whole = self._digests.get(name[:4]) or self._digests.setdefault(name[:4], sha256(photo).hexdigest())
        if variant == "truncated_photo":
            photo = photo[: len(photo) * 3 // 5]
        elif variant == "corrupted_photo":
            photo = _damaged(photo)
        else:
            lies = self._lies(photo, tps, sheet, operator, install)
        numbers, digest = "", ""
        if operation.kind != "replace_photo":
            numbers, digest = sent_numbers(self._population, self._index[tps], operation)
        # Several threads may be here at once: each step is one that they cannot see half done.
        taken = self._pages.setdefault(name, Page(photo, whole, numbers, digest, lies))
        held_bytes = sum(len(one.photo) for one in list(self._pages.values()))
        for oldest in list(self._pages):
            if held_bytes <= _AT_HAND_BYTES:
                break
            gone = self._pages.pop(oldest, None)
            held_bytes -= len(gone.photo) if gone else 0
        return taken

    def photo(self, tps: str, sheet: Sheet, operator: int, install: int = 0) -> bytes:
        """The photo of a sheet by one operator, taken with the first or a later installation of the app."""
        self._made(tps, sheet)
        path = self._file(tps, sheet, operator, install)
        photo = path.read_bytes() if path else self._taken(tps, sheet, operator, install)
        if operator != 1 or install:
            comment = _COMMENT + f"{operator}{f' foto ulang {install}' if install else ''}".encode()
            photo = photo[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + photo[2:]
        return photo

    def _lies(self, photo: bytes, tps: str, sheet: Sheet, operator: int, install: int) -> tuple[Piece, ...]:
        """Where a photo lies: the whole file, or what of it follows the segment of another phone."""
        path = self._file(tps, sheet, operator, install)
        if path is None:
            return ()
        file, before = OpenFile(path), len(photo) - path.stat().st_size
        if not before:
            return (Stretch(file, 0, photo),)
        return (photo[: before + 2], Stretch(file, 2, memoryview(photo)[before + 2 :]))

    def _file(self, tps: str, sheet: Sheet, operator: int, install: int) -> Path | None:
        """Where the photo lies, or that of the first phone from which it is made."""
        form, page = sheet
        bad = self._bad(tps, sheet, operator, install)
        path = self._folder / (name if bad else _good)(tps, form, page) if self._folder else None
        return path if path is not None and path.is_file() else None

    def _taken(self, tps: str, sheet: Sheet, operator: int, install: int) -> bytes:
        """What is on no disk is made on the spot."""
        form, page = sheet
        megapixels = self._scenario.app.photo_megapixels
        filled = order(self._population, self._index[tps], self._scenario, form)
        if self._bad(tps, sheet, operator, install):
            return photograph_badly(filled, page, megapixels)
        from fakeforms import Camera, photograph  # they take long to load, and are seldom needed here

        return photograph(filled, page, Camera(megapixels=megapixels)).jpeg

    def _bad(self, tps: str, sheet: Sheet, operator: int, install: int) -> bool:
        """Whether it is the first photo of a sheet, and one that nobody can read."""
        return operator == 1 and not install and unreadable(self._scenario, self._seed, tps, *sheet)

    def _made(self, tps: str, sheet: Sheet) -> None:
        """Wait while somebody may still make the photo."""
        form, page = sheet
        path = self._folder / _good(tps, form, page) if self._folder else None
        while path is not None and not path.is_file() and self._rendering():
            time.sleep(_LOOK_S)


def _good(tps: str, form: str, page: int) -> str:
    """File name of a photo as it was rendered before the run."""
    return f"{tps}-{form}-{page}.jpg"


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
