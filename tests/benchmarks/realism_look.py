"""Judge 4: the look of the photos in figures, against what was measured on published ones.

paper luma      the most frequent luma within the sheet
noise           standard deviation left in 12 x 12 px of unprinted paper when a plane is taken off; the median
                over the places of a photo
edge sharpness  where the rows of the photo cross the black squares of the corner marks and the sides of the
                tag: the steepest step from one pixel to the next, as a share of black to white; the 95th
                percentile over the crossings of a photo (a sigma of 1 px gives 0.38)
ink hue         direction of (Cb, Cr) of strokes against their paper, in degrees: 0 is towards Cb, so pure
                blue is about 342, violet above it, cyan below it
ink colour      the length of that, per luma of the paper: ink that glows at night shows here by scene
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

import fakeforms
from fakeforms.paper import raster
from tests.benchmarks.realism_album import Taken, cut

_PATCH_PX = 12
_PATCHES = 60
_CLEAR_MM = 13


@dataclass
class Look:
    """One value a photo, by figure; and by scene."""

    seen: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    by_scene: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))

    def look(self, taken: Taken) -> None:
        """Measure one photo."""
        paper = paper_luma(taken)
        self._note(taken, "paper luma", paper)
        self._note(taken, "noise", noise(taken))
        if taken.camera.megapixels is None:
            self._note(taken, "edge sharpness", edge_sharpness(taken))
            self._note(taken, "file MB", len(taken.photo.jpeg) / 1e6)
        ink = ink_colour(taken)
        if ink is not None:
            self._note(taken, "ink hue", ink[0])
            self._note(taken, "ink colour", ink[1] / paper)

    def _note(self, taken: Taken, name: str, value: float) -> None:
        self.seen[name].append(value)
        self.by_scene[name, str(taken.truth["camera"]["scene"])].append(value)

    def within(self, name: str, least: float, most: float) -> float:
        """Share of the photos with this figure in a range."""
        values = np.array([value for value in self.seen[name] if np.isfinite(value)])
        return float(((values >= least) & (values <= most)).mean()) if len(values) else float("nan")


def paper_luma(taken: Taken) -> float:
    """The most frequent luma within the sheet, smoothed over five steps."""
    mask = np.zeros(taken.luma.shape, np.uint8)
    corners = np.array(taken.truth["sheet"]["corners"])
    cv2.fillConvexPoly(mask, corners.round().astype(np.int32), 255)
    counts = np.bincount(taken.luma[mask > 0], minlength=256)
    return float(np.argmax(np.convolve(counts, np.ones(5), "same")))


def noise(taken: Taken) -> float:
    """Grain of the paper, in luma: where the filled sheet, as a PDF, is white for `_CLEAR_MM` around."""
    sheet = raster.rasterise(fakeforms.sheet_pdf(taken.order, taken.page), 1.0)
    white = cv2.erode(sheet, np.ones((_CLEAR_MM, _CLEAR_MM), np.uint8))[30:-30, 30:-30] > 250
    places = np.argwhere(white)[:, ::-1] + 30.0
    if not len(places):
        return float("nan")
    places = places[np.linspace(0, len(places) - 1, _PATCHES).astype(int)]
    y, x = np.mgrid[:_PATCH_PX, :_PATCH_PX].reshape(2, -1)
    plane = np.stack([np.ones_like(x), x, y], axis=1).astype(np.float64)
    take_off = np.eye(len(x)) - plane @ np.linalg.pinv(plane)
    left = []
    for px, py in taken.lie.px(places).round().astype(int) - _PATCH_PX // 2:
        patch = taken.luma[max(0, py) : py + _PATCH_PX, max(0, px) : px + _PATCH_PX].astype(np.float64)
        if patch.shape == (_PATCH_PX, _PATCH_PX):
            left.append(float((take_off @ patch.ravel()).std()))
    return float(np.median(left)) if left else float("nan")


def edge_sharpness(taken: Taken) -> float:
    """The steepest step at upright black edges; see above."""
    sheet = taken.truth["sheet"]
    steps = []
    for quad in (*sheet["corner_marks"], sheet["tag"]["quad"]):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = quad
        for (xa, ya), (xb, yb) in (((x0, y0), (x3, y3)), ((x1, y1), (x2, y2))):
            long = yb - ya
            for share in np.linspace(0.2, 0.8, max(2, int(0.6 * long))):
                row, column = round(ya + share * long), round(xa + share * (xb - xa))
                profile = taken.luma[row, max(0, column - 5) : column + 6].astype(np.float64)
                if len(profile) == 11 and np.ptp(profile) > 50:
                    steps.append(float(np.abs(np.diff(profile)).max() / np.ptp(profile)))
    return float(np.percentile(steps, 95)) if steps else float("nan")


def ink_colour(taken: Taken) -> tuple[float, float] | None:
    """(hue in degrees, strength) of ink in digit boxes against the paper around it; None if not blue."""
    away = []
    for entry in taken.truth["fields"].values():
        if entry["kind"] == "digits":
            for box in entry["boxes"]:
                away += _stroke(taken.picture, box["quad"])
    if len(away) < 5:
        return None
    cb, cr = np.median(np.array(away), axis=0)
    strength = float(np.hypot(cb, cr))
    if strength < 4:
        return None  # a black pen
    return float(np.degrees(np.arctan2(cr, cb)) % 360), strength


def _stroke(picture: NDArray[np.uint8], quad: Any) -> list[tuple[float, float]]:
    """(Cb, Cr) against paper of the darkest tenth of a box's inside."""
    inner = cut(picture, quad, 32, 32)[4:-4, 4:-4].reshape(-1, 3).astype(np.float64)
    luma = inner[:, 0]
    dark = inner[luma <= np.percentile(luma, 8)]
    paper = np.median(inner[luma >= np.percentile(luma, 50)], axis=0)
    if paper[0] - dark[:, 0].mean() < 25:
        return []
    cr, cb = dark[:, 1].mean() - paper[1], dark[:, 2].mean() - paper[2]
    return [(float(cb), float(cr))]
