"""The press: photos of one ballot's sheets by the thousand, each for the numbers of one TPS.

press = prepare(order)               # an order of the ballot: who stands, how the date reads
photo = press.photo(another, page)   # the same call as photograph(order, page)
press.deliver(another, page, folder) # the same photo and truth as files, in less time than as objects
"""

import dataclasses
import zlib
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

import numpy as np

from fakeforms.camera import exif
from fakeforms.camera.aim import aim
from fakeforms.camera.settings import PUBLISHED, Camera
from fakeforms.delivery import deliver
from fakeforms.draws import Draws
from fakeforms.errors import OrderError
from fakeforms.orders import SheetOrder
from fakeforms.photography import LARGEST_BYTES, Photo, encoded
from fakeforms.splice.joiner import Joiner
from fakeforms.splice.pieces import Pieces
from fakeforms.splice.plates import Plate
from fakeforms.splice.truths import Told, Truths
from fakeforms.templates import wording

_ANY_TPS = "9" * 13
_LARGEST_BYTES = LARGEST_BYTES - 50_000
"""A base without its numbers, at most; these and the metadata come on top."""

BASES = 2
"""Bases of a press, if not told how many."""

_MOST_PAGES = 12
"""Pages of bases that a press keeps ready, each some 20 to 40 MB: all of PPWP, and some of DPR's twenty."""

_NOTHING: Mapping[str, object] = MappingProxyType({})


class Press:
    """Photos spliced from base orders of one ballot, in one process, one thread.

    A page of a base is prepared when it is first asked for, in about a second; of those, the twelve used
    last are kept. So of a form with many pages, have one page of all TPS before the next (and the TPS of one
    base before those of the other, `base_of`). Which base a TPS gets depends on its seed and code only, and
    so do the bytes of its photos.
    """

    def __init__(self, bases: Sequence[SheetOrder], camera: Camera = PUBLISHED) -> None:
        """`bases`: orders whose hand, place, text and camera the photos show.

        OrderError if there is none, if they are of different ballots, or for what only the full engine does.
        """
        if not bases:
            raise OrderError("bases: is empty; expected at least one order to splice from")
        if any(camera.faults.values()):
            raise OrderError(
                "camera.faults: the splice engine takes photos without faults; use the full engine"
            )
        self._camera = camera
        self._bases = tuple(dataclasses.replace(base, mistakes={}) for base in bases)
        self._printed = wording.printed(self._bases[0])
        self._fits: tuple[object, ...] = ()
        for base in self._bases[1:]:
            self._same_ballot(base)
        self._pages: dict[tuple[int, int], _BasePage] = {}

    def photo(self, order: SheetOrder, page: int) -> Photo:
        """The photo of one page for the numbers of one TPS.

        OrderError for another ballot and for mistakes, TemplateError for a page that the form does not have.
        """
        return self._base_page(order, page).photo(order)

    def jpeg(self, order: SheetOrder, page: int) -> bytes:
        """The bytes of the same photo alone: its truth, and above all its SHA-256, cost a multiple of it."""
        return bytes(self._base_page(order, page).joined(order))

    def pressed(
        self, order: SheetOrder, page: int, also: Mapping[str, object] = _NOTHING
    ) -> tuple[memoryview, str, bytes]:
        """The same photo for who passes it on at once: its bytes, their SHA-256, and its truth as JSON.

        The bytes lie there until this press is asked for another. `also`: more to tell in the truth.
        """
        return self._base_page(order, page).pressed(order, also)

    def deliver(
        self, order: SheetOrder, page: int, folder: Path | str, also: Mapping[str, object] = _NOTHING
    ) -> str:
        """Write the photo, `<tps>-<form>-<page>.jpg`, then its truth beside it (.json); gives its SHA-256.

        Each file appears whole or not at all; OSError where the folder cannot be written to.
        """
        jpeg, digest, truth = self.pressed(order, page, also)
        name = f"{order.tps}-{order.form}-{page}"
        deliver(folder, f"{name}.jpg", jpeg)
        deliver(folder, f"{name}.json", truth)
        return digest

    def prepare(self, pages: Iterable[int] | None = None) -> None:
        """Prepare pages now instead of at their first photo; if not told which, as many as are kept."""
        every = tuple(p.number for p in self._bases[0].template.pages)
        wanted = tuple(pages) if pages is not None else every[: max(1, _MOST_PAGES // len(self._bases))]
        for base in range(len(self._bases)):
            for page in wanted:
                self._page(base, page)

    def anticipate(self, orders: Iterable[SheetOrder], page: int) -> None:
        """Make what the photos of these orders will need, in less time than if one after the other asked."""
        by_page: dict[_BasePage, list[SheetOrder]] = {}
        for order in orders:
            by_page.setdefault(self._base_page(order, page), []).append(order)
        for base_page, together in by_page.items():
            base_page.anticipate(together)

    def _base_page(self, order: SheetOrder, page: int) -> "_BasePage":
        self._same_ballot(order)
        if any(order.mistakes.values()):
            raise OrderError(
                f"mistakes of TPS {order.tps}: the splice engine makes none ({', '.join(order.mistakes)}); "
                "use the full engine"
            )
        return self._page(base_of(order.seed, order.tps, len(self._bases)), page)

    def _page(self, base: int, page: int) -> "_BasePage":
        key = base, page
        found = self._pages.pop(key, None) or _BasePage(self._bases[base], page, self._camera)
        while len(self._pages) >= _MOST_PAGES:
            del self._pages[next(iter(self._pages))]
        self._pages[key] = found
        return found

    def _same_ballot(self, order: SheetOrder) -> None:
        stands = order.contestants
        asked = (order.form, order.tanggal.year, order.tps[:4], order.kab_kota)
        if self._fits and self._fits[0] is stands and self._fits[1:] == asked:
            return  # the ballot of the order before
        own = self._bases[0]
        if order.form != own.form:
            raise OrderError(f"form of TPS {order.tps}: {order.form!r}, this press prints {own.form!r}")
        if wording.printed(order) != self._printed:
            raise OrderError(
                f"contestants of TPS {order.tps}: not those printed by this press; "
                "prepare one for each ballot"
            )
        self._fits = (stands, *asked)


def base_of(seed: int, tps: str, bases: int = BASES) -> int:
    """Which base of a press shows this TPS, 0..bases-1."""
    return zlib.crc32(f"{seed}|{tps}".encode()) % bases


def prepare(
    order: SheetOrder, camera: Camera = PUBLISHED, *, bases: int = BASES, pages: Iterable[int] | None = None
) -> Press:
    """A press with that many bases made from one order, each with a hand, a place and a camera of its own.

    Names, places and the number of the TPS on all photos are those of `order`.
    """
    seeds = [Draws(order.seed, order.tps, f"splice-base-{k}").whole(0, (1 << 31) - 1) for k in range(bases)]
    press = Press([dataclasses.replace(order, seed=seed) for seed in seeds], camera)
    press.prepare(pages)
    return press


class _BasePage:
    """One page of one base: numbers to bytes and truth."""

    def __init__(self, base: SheetOrder, number: int, camera: Camera) -> None:
        page = base.template.page(number)
        # a messenger's JPEG before this one would let a figure change blocks beside its own
        shot = dataclasses.replace(aim(base, number, camera), earlier_quality=0)
        (left, _), (right, _), *_ = shot.corners_px
        pieces = Pieces(base, page, (right - left) / base.template.width_mm)
        plate = Plate(base, page, shot, pieces.text)
        fixed = camera.quality is not None
        _, quality = encoded(plate.empty, shot.quality, fixed=fixed)
        self._pieces = pieces
        self._joiner = Joiner(pieces, plate, quality, None if fixed else _LARGEST_BYTES)
        quality, encoder = self._joiner.encoder.quality, self._joiner.encoder
        self._truths = Truths(base, page, pieces, plate, quality)
        subject = f"{base.form} {_ANY_TPS} {number}"
        plain = encoder.head(shot.width_px, shot.height_px)
        self._head = exif.marked(plain, shot.taken_at, shot.width_px, shot.height_px, subject)
        self._known: dict[tuple[str, int], tuple[tuple[int, ...], Told]] = {}

    def photo(self, order: SheetOrder) -> Photo:
        states, told = self._found(order)
        jpeg = bytes(self._joined(order, states))
        return Photo(jpeg, self._truths.of(order, told, len(jpeg), sha256(jpeg).hexdigest()))

    def anticipate(self, orders: Iterable[SheetOrder]) -> None:
        self._joiner.anticipate(np.array(self._found(order)[0], np.int64) for order in orders)

    def joined(self, order: SheetOrder) -> memoryview:
        return self._joined(order, self._found(order)[0])

    def pressed(self, order: SheetOrder, also: Mapping[str, object]) -> tuple[memoryview, str, bytes]:
        states, told = self._found(order)
        jpeg = self._joined(order, states)
        digest = sha256(jpeg).hexdigest()
        return jpeg, digest, self._truths.json(order, told, len(jpeg), digest, also)

    def _joined(self, order: SheetOrder, states: list[int]) -> memoryview:
        head = self._head.replace(_ANY_TPS.encode(), order.tps.encode())
        return self._joiner.join(head, np.array(states, np.int64))

    def _found(self, order: SheetOrder) -> tuple[list[int], list[tuple[str, Told]]]:
        """What the numbers of an order are on this page: states of the sites, and their truth."""
        states: list[int] = []
        told: list[tuple[str, Told]] = []
        for number in self._pieces.numbers:
            key = number.id, order.values[number.id]
            known = self._known.get(key)
            if known is None:
                entry = self._pieces.entry(number, key[1], key[1])
                known = self._known[key] = entry.states, self._truths.told(entry)
            states += known[0]
            told.append((number.id, known[1]))
        return states, told
