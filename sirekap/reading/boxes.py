"""Where each box of a number lies in the photo, to half a millimetre, and what it looks like.

Paper sags and lenses bend, so the plane through the corner marks is up to 6 mm off in the middle of a sheet.
The printed frames of a field are therefore sought around the place where they should be; a field that
disagrees with its neighbours, or whose frames cannot be seen, takes the shift of the neighbours.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from sirekap.forms.layout import Box, NumberField
from sirekap.reading.photo import Luma
from sirekap.reading.sheet import FoundSheet, Matrix
from sirekap.reading.tag import Points

CUT_PX = 28  # side of a box as the digit reader takes it
_SPARE_PX = 4  # on every side of a box, to move the cut to where the ink is
_FRAME_PX, _INK, _LEAST_INK = 3, 0.35, 6.0  # of the frame inside a box; darkness of ink; pixels of a dash
_PX_PER_MM = 1.5  # of the strip in which frames are sought
_REACH_MM = 8.0  # rows and boxes are 23 mm apart: less than half
_LINE_MM = 1.06  # width of the printed frame
_ALIKE = 0.35  # correlation with the drawn frames from which on a shift is believed
_APART_MM = 1.5  # from what the neighbours say

Cuts = NDArray[np.float32]
"""(n, CUT_PX, CUT_PX): 0.0 paper to 1.0 the darkest of the box."""

Quads = NDArray[np.float64]
"""(n, 4, 2) in photo px, clockwise from the printed top left."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A field and how far from the plane it lies, in mm of the sheet; `seen`: on the word of any frame."""

    field: NumberField
    shift_mm: tuple[float, float]
    seen: bool

    def quads(self, sheet: FoundSheet, boxes: tuple[Box, ...]) -> Quads:
        """Boxes of the field (or its bubbles) as quadrilaterals of the photo."""
        x, y, w, h = np.array(boxes).T
        corners = np.stack([np.stack([x, y], 1), np.stack([x + w, y], 1), np.stack([x + w, y + h], 1)], 1)
        last = np.stack([x, y + h], 1)[:, None]
        mm = np.concatenate([corners, last], axis=1) + np.array(self.shift_mm)
        return sheet.px(mm.reshape(-1, 2)).reshape(-1, 4, 2)


def place(luma: Luma, sheet: FoundSheet, fields: tuple[NumberField, ...]) -> list[Placed]:
    """Every field where its frames are seen."""
    seen = [_shift(luma, sheet.plane, field.boxes) for field in fields]
    middles = np.array([np.mean([(x + w / 2, y + h / 2) for x, y, w, h in f.boxes], axis=0) for f in fields])
    shifts = _agreed(middles.reshape(-1, 2), seen)
    any_seen = max((alike for _, _, alike in seen), default=0.0) >= _ALIKE
    return [
        Placed(field, (float(dx), float(dy)), any_seen)
        for field, (dx, dy) in zip(fields, shifts, strict=True)
    ]


def within(luma: Luma, quads: Quads) -> list[bool]:
    """Which of the quadrilaterals lie on the photo as a whole."""
    height, width = luma.shape
    inside = (quads >= 0).all(axis=2) & (quads[..., 0] < width) & (quads[..., 1] < height)
    return [bool(one) for one in inside.all(axis=1)]


def cut(luma: Luma, quads: Quads) -> Cuts:
    """What lies in each quadrilateral, straightened; light, contrast and place of the ink made the same."""
    side = CUT_PX + 2 * _SPARE_PX
    at = (np.arange(side) + 0.5 - _SPARE_PX) / CUT_PX
    across, down = np.meshgrid(at, at)
    weights = np.stack(
        [(1 - across) * (1 - down), across * (1 - down), across * down, (1 - across) * down], axis=-1
    )
    points = np.einsum("hwc,ncd->nhwd", weights, quads).astype(np.float32).reshape(-1, side, 2)
    raw = cv2.remap(luma, points[..., 0], points[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return _centred(evened(raw.reshape(-1, side, side)))


def _centred(wide: Cuts) -> Cuts:
    """The part of each wide cut in whose middle the ink of its box is; of an empty box, the box."""
    inner = slice(_SPARE_PX + _FRAME_PX, -_SPARE_PX - _FRAME_PX)
    ink = np.where(wide > _INK, wide, 0.0)[:, inner, inner]
    mass = ink.sum(axis=(1, 2))
    places = np.arange(ink.shape[1]) - (ink.shape[1] - 1) / 2
    enough = np.maximum(mass, _LEAST_INK)
    down = np.rint((ink.sum(axis=2) @ places) / enough).astype(int).clip(-_SPARE_PX, _SPARE_PX) + _SPARE_PX
    across = np.rint((ink.sum(axis=1) @ places) / enough).astype(int).clip(-_SPARE_PX, _SPARE_PX) + _SPARE_PX
    cuts = [one[y : y + CUT_PX, x : x + CUT_PX] for one, y, x in zip(wide, down, across, strict=True)]
    return np.array(cuts, np.float32).reshape(-1, CUT_PX, CUT_PX)


def evened(raw: NDArray[np.uint8]) -> Cuts:
    """0.0 for the paper and 1.0 for the darkest of each cut (the printed frame is always on it)."""
    ranked = np.sort(raw.reshape(len(raw), -1), axis=1).astype(np.float32)
    count = ranked.shape[1]
    dark, paper = ranked[:, count // 50], ranked[:, count * 3 // 4]
    spread = np.maximum(paper - dark, 8.0)
    darkness = (paper[:, None, None] - raw) / spread[:, None, None]
    return np.asarray(np.clip(darkness, 0.0, 1.2), np.float32)


def _shift(luma: Luma, plane: Matrix, boxes: tuple[Box, ...]) -> tuple[float, float, float]:
    """How far the frames of these boxes are from the plane (x, y in mm) and how alike they are, -1 to 1."""
    left, top = boxes[0][0], min(y for _, y, _, _ in boxes)
    drawn = _drawn(tuple((x - left, y - top, w, h) for x, y, w, h in boxes))
    margin = round(_REACH_MM * _PX_PER_MM)
    size = (drawn.shape[1] + 2 * margin, drawn.shape[0] + 2 * margin)
    step = 1 / _PX_PER_MM
    origin = [(at - _LINE_MM) - margin * step + step / 2 for at in (left, top)]
    strip = cv2.warpPerspective(
        luma,
        plane @ np.array([[step, 0, origin[0]], [0, step, origin[1]], [0, 0, 1.0]]),
        size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    alike = cv2.matchTemplate(strip, drawn, cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(alike)
    dx, dy = x + _peak(alike[y], x) - margin, y + _peak(alike[:, x], y) - margin
    return dx * step, dy * step, float(best)


def _peak(values: NDArray[np.float32], at: int) -> float:
    """Where the top of the parabola through a maximum and its neighbours lies, from it."""
    if not 0 < at < len(values) - 1:
        return 0.0
    before, here, after = (float(values[at + k]) for k in (-1, 0, 1))
    bend = before - 2 * here + after
    return 0.0 if bend >= 0 else max(-0.5, min(0.5, 0.5 * (before - after) / bend))


@lru_cache(maxsize=256)
def _drawn(boxes: tuple[Box, ...]) -> Luma:
    """The frames of boxes, with one line's width of paper around, in strip pixels."""
    fine = 4  # drawn so many times larger, then averaged
    scale = _PX_PER_MM * fine
    width, height = (max(b[k] + b[k + 2] for b in boxes) + 2 * _LINE_MM for k in (0, 1))
    size = [-(-round(one * scale) // fine) * fine for one in (height, width)]
    picture = np.full(size, 220, np.uint8)
    for x, y, w, h in boxes:
        corners = [round((one + _LINE_MM) * scale) for one in (x, y, x + w, y + h)]
        cv2.rectangle(picture, corners[:2], corners[2:], 60, round(_LINE_MM * scale))
    return np.asarray(
        cv2.resize(picture, (size[1] // fine, size[0] // fine), interpolation=cv2.INTER_AREA), np.uint8
    )


def _agreed(middles: Points, seen: list[tuple[float, float, float]]) -> Points:
    """Shifts in mm: as seen, or where that is not to be believed, as the others say at that place."""
    shifts, alike = np.array([s[:2] for s in seen]).reshape(-1, 2), np.array([s[2] for s in seen])
    trusted = alike >= _ALIKE
    for _ in range(3):
        if trusted.sum() < 2:
            break
        expected = _smooth(middles[trusted], shifts[trusted], middles)
        apart = np.hypot(*(shifts - expected).T)
        worst = int(np.argmax(np.where(trusted, apart, 0.0)))
        if apart[worst] <= _APART_MM or trusted.sum() < 5:
            break
        trusted = (alike >= _ALIKE) & (apart <= max(_APART_MM, 0.7 * apart[worst]))
    if not trusted.any():
        return np.zeros_like(shifts)
    expected = _smooth(middles[trusted], shifts[trusted], middles)
    return np.where(trusted[:, None], shifts, expected)


def _smooth(known_mm: Points, shifts: Points, wanted_mm: Points) -> Points:
    """Shifts at other places: a plane through the known ones, kept from tilting where they are few."""
    middle, reach = known_mm.mean(axis=0), 200.0

    def rows(mm: Points) -> Points:
        return np.column_stack([np.ones(len(mm)), (mm - middle) / reach])

    columns = rows(known_mm)
    weights = columns.T @ columns + np.diag([1e-6, 0.3, 0.3])
    return np.asarray(rows(wanted_mm) @ np.linalg.solve(weights, columns.T @ shifts))
