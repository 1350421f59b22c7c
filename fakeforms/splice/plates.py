"""The camera of the splice engine: a base sheet without its numbers, and each piece photographed once.

Many pieces are photographed together, as long as they lie far enough apart that none can touch what another
changes; what differs from the empty sheet is then cut out block by block. Noise, light and folds depend on
the place in the photo only, so a piece looks the same whatever else is on the sheet.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from fakeforms.camera import develop, folds
from fakeforms.camera.geometry import Geometry
from fakeforms.camera.shot import Shot
from fakeforms.errors import OrderError
from fakeforms.orders import SheetOrder
from fakeforms.paper import raster
from fakeforms.splice.pieces import Placements
from fakeforms.templates import wording
from fakeforms.templates.template import Page
from fakeforms.writing import ink
from fakeforms.writing.filling import Filling

Planes = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]

Rectangle = tuple[int, int, int, int]
"""Left, top, right, bottom, in steps of _STEP_PX."""

BLOCK_PX = 16
"""Side of the smallest independent part of a JPEG with chroma at half size (one MCU)."""
SAMPLES = 16 * 16 + 2 * 8 * 8
"""Numbers in one block: luma row by row, then Cb, then Cr."""

_REACH_PX = 2
"""A piece may matter this far beyond what it visibly changes: changes too small to show may add up."""
_STEP_PX = 2
_ROOMS_PX = (5, 10, 20)
"""Room left around the ink of a piece when it is cut out: as little as holds everything it changes."""


class Plate:
    """One base page in front of its camera."""

    def __init__(self, base: SheetOrder, page: Page, shot: Shot, text: Filling) -> None:
        self.shot = shot
        self.geometry = Geometry(self.shot)
        self.columns, self.rows = self.shot.width_px // BLOCK_PX, self.shot.height_px // BLOCK_PX
        self._scale = self.shot.raster_px_per_mm
        self._alphabet = text.crew.alphabet
        self._luma = raster.blank(
            base.form, page.number, self._scale, wording.printed_on(base, page), base.shape
        ).copy()
        self._tint = np.zeros_like(self._luma)
        ink.cover(self._luma, text.patches, self._scale)
        self._lay(self._luma, self._tint, text.placements)
        self.empty = self.develop(())

    def develop(self, pieces: Iterable[Placements]) -> Planes:
        """The photo's Y, Cb and Cr with these pieces on the sheet.

        Each is laid by itself, because how a worn pen streaks depends on how many strokes came before.
        """
        luma, tint = self._luma.copy(), self._tint.copy()
        for placements in pieces:
            self._lay(luma, tint, placements)
        folds.press(luma, self.shot, self._scale)
        return develop.expose(luma, tint, self.geometry, self._scale)

    def rectangle(self, placements: Placements, room_px: int) -> Rectangle:
        """The part of the photo with these glyphs and some room around them."""
        strokes = ink.write(self._alphabet, placements)
        points = self.geometry.to_photo(strokes.points)
        room = float(strokes.radius.max()) * self._scale + room_px
        left, top = np.floor((points.min(axis=0) - room) / _STEP_PX).astype(int).tolist()
        right, bottom = np.ceil((points.max(axis=0) + room) / _STEP_PX).astype(int).tolist()
        most_x, most_y = self.shot.width_px // _STEP_PX, self.shot.height_px // _STEP_PX
        return max(0, left), max(0, top), min(most_x, right), min(most_y, bottom)

    def _lay(self, luma: NDArray[np.uint8], tint: NDArray[np.uint8], placements: Placements) -> None:
        if len(placements):
            strokes = ink.write(self._alphabet, placements)
            ink.lay(luma, tint, strokes, self._scale, self.shot.ink_luma)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What one piece makes of one block: samples that change, their values, and samples it may touch."""

    changed: NDArray[np.uint16]
    values: NDArray[np.uint8]
    reach: NDArray[np.uint16]


def blocks_of(planes: Planes, rows: slice, columns: slice) -> NDArray[np.uint8]:
    """The blocks of a part of a photo, counted in blocks: shape (rows, columns, SAMPLES)."""
    parts = []
    for plane, side in zip(planes, (16, 8, 8), strict=True):
        cut = plane[rows.start * side : rows.stop * side, columns.start * side : columns.stop * side]
        high, wide = rows.stop - rows.start, columns.stop - columns.start
        parts.append(cut.reshape(high, side, wide, side).swapaxes(1, 2).reshape(high, wide, side * side))
    return np.concatenate(parts, axis=2)


def stamps(plate: Plate, pieces: list[Placements]) -> list[dict[int, Stamp]]:
    """For every piece, its stamp on each block that it may touch, by the block's number.

    OrderError if a piece changes the photo far from where it is.
    """
    for room_px in _ROOMS_PX:
        cut = _stamps(plate, pieces, [plate.rectangle(placements, room_px) for placements in pieces])
        if cut is not None:
            return cut
    raise OrderError(
        f"camera: a figure changes the photo more than {_ROOMS_PX[-1]} px away from it; use the full engine"
    )


def _stamps(
    plate: Plate, pieces: list[Placements], rectangles: list[Rectangle]
) -> list[dict[int, Stamp]] | None:
    """The same, or None if something changed outside the rectangles."""
    cut: list[dict[int, Stamp]] = [{} for _ in pieces]
    for together in _apart(rectangles, plate):
        planes = plate.develop(pieces[p] for p in together)
        strays = [plane != empty for plane, empty in zip(planes, plate.empty, strict=True)]
        for p in together:
            cut[p] = _cut(plate, planes, rectangles[p])
            x0, y0, x1, y1 = (_STEP_PX * v for v in rectangles[p])
            strays[0][y0:y1, x0:x1] = False
            for plane in strays[1:]:
                plane[y0 // 2 : y1 // 2, x0 // 2 : x1 // 2] = False
        if any(plane.any() for plane in strays):
            return None
    return cut


def _apart(rectangles: list[Rectangle], plate: Plate) -> Iterable[list[int]]:
    """Sort pieces into groups of which no two overlap."""
    waiting = list(range(len(rectangles)))
    while waiting:
        taken = np.zeros((plate.shot.height_px // _STEP_PX, plate.shot.width_px // _STEP_PX), dtype=bool)
        group, left = [], []
        for p in waiting:
            x0, y0, x1, y1 = rectangles[p]
            area = taken[y0:y1, x0:x1]
            if area.any():
                left.append(p)
            else:
                area[:] = True
                group.append(p)
        yield group
        waiting = left


def _cut(plate: Plate, planes: Planes, rectangle: Rectangle) -> dict[int, Stamp]:
    per_block = BLOCK_PX // _STEP_PX
    x0, y0, x1, y1 = rectangle
    rows, columns = slice(y0 // per_block, -(-y1 // per_block)), slice(x0 // per_block, -(-x1 // per_block))
    changed: list[NDArray[np.uint8]] = []
    reached: list[NDArray[np.uint8]] = []
    for number, (plane, empty) in enumerate(zip(planes, plate.empty, strict=True)):
        side, per_px = (16, 1) if number == 0 else (8, 2)
        part = np.s_[rows.start * side : rows.stop * side, columns.start * side : columns.stop * side]
        differs = (plane[part] != empty[part]).astype(np.uint8)
        # other pieces may share these blocks, but not this piece's rectangle
        own = np.zeros_like(differs)
        top, left = (
            y0 * _STEP_PX // per_px - rows.start * side,
            x0 * _STEP_PX // per_px - columns.start * side,
        )
        bottom, right = (
            y1 * _STEP_PX // per_px - rows.start * side,
            x1 * _STEP_PX // per_px - columns.start * side,
        )
        own[top:bottom, left:right] = 1
        differs &= own
        width = 2 * -(-_REACH_PX // per_px) + 1
        changed.append(differs)
        reached.append(cv2.dilate(differs, np.ones((width, width), np.uint8)))
    everything = slice(0, rows.stop - rows.start), slice(0, columns.stop - columns.start)
    shown = blocks_of(planes, rows, columns)
    is_changed = blocks_of((changed[0], changed[1], changed[2]), *everything).astype(bool)
    is_reached = blocks_of((reached[0], reached[1], reached[2]), *everything).astype(bool)
    out = {}
    for r, c in np.argwhere(is_reached.any(axis=2)).tolist():
        at = np.flatnonzero(is_changed[r, c]).astype(np.uint16)
        stamp = Stamp(at, shown[r, c, at], np.flatnonzero(is_reached[r, c]).astype(np.uint16))
        out[(rows.start + r) * plate.columns + columns.start + c] = stamp
    return out
