"""The photos that the judges of realism look at: many TPS, every form, two sizes; and where a mm lies.

Where a point of the sheet lies in a photo is worked out from the published truth alone (`Lie`), not from the
camera's own geometry, so a judge sees what a user of the truth would see.
"""

import dataclasses
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

import fakeforms
from fakeforms import Camera, Photo, SheetOrder
from fakeforms.camera.settings import PUBLISHED
from fakeforms.templates import template
from tests.fakeforms import sample_sheets

CAMERAS = (PUBLISHED, Camera(megapixels=3.0, quality=80))
"""As the portal publishes them (about 1000 px wide), and as a phone takes them."""

_MORE = 5
"""A polynomial of degree below this takes up what a flat sheet in perspective does not explain."""


@dataclass(frozen=True)
class Taken:
    """A photo with what it was made from."""

    order: SheetOrder
    page: int
    camera: Camera
    photo: Photo

    @property
    def truth(self) -> Any:
        """The ground truth, as JSON would give it."""
        return self.photo.truth

    @property
    def size(self) -> str:
        """`published` or megapixels."""
        return "published" if self.camera.megapixels is None else f"{self.camera.megapixels:g} MP"

    @cached_property
    def picture(self) -> NDArray[np.uint8]:
        """(height, width, 3): Y, Cr, Cb as the JPEG holds them."""
        bgr = cv2.imdecode(np.frombuffer(self.photo.jpeg, np.uint8), cv2.IMREAD_COLOR)
        return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2YCrCb), dtype=np.uint8)

    @cached_property
    def luma(self) -> NDArray[np.uint8]:
        """Luma, shape (height, width)."""
        grey = cv2.imdecode(np.frombuffer(self.photo.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
        return np.asarray(grey, dtype=np.uint8)

    @cached_property
    def lie(self) -> "Lie":
        """Where the sheet lies in this photo."""
        return Lie(self)


class Lie:
    """Sheet millimetres to photo pixels, fitted to every box that the truth names."""

    def __init__(self, taken: Taken) -> None:
        form = taken.order.template
        page, sheet = form.page(taken.page), taken.truth["sheet"]
        boxes = [(0.0, 0.0, form.width_mm, form.height_mm), page.tag.box, *page.corner_marks]
        quads = [sheet["corners"], sheet["tag"]["quad"], *sheet["corner_marks"]]
        for field in page.fields:
            boxes += field.boxes
            quads += [box["quad"] for box in taken.truth["fields"][field.id]["boxes"][: len(field.boxes)]]
        b = np.array(boxes)
        x0, y0, x1, y1 = b[:, 0], b[:, 1], b[:, 0] + b[:, 2], b[:, 1] + b[:, 3]
        mm = np.stack([x0, y0, x1, y0, x1, y1, x0, y1], axis=1).reshape(-1, 2)
        px = np.array(quads, dtype=np.float64).reshape(-1, 2)
        self._half = np.array([form.width_mm / 2, form.height_mm / 2])
        self._flat, _ = cv2.findHomography(mm, px, 0)
        rest = px - self._in_perspective(mm)
        powers = self._powers(mm)
        square = powers.T @ powers + 1e-3 * np.eye(powers.shape[1])
        self._bend = np.linalg.solve(square, powers.T @ rest)
        self.rms_px = float(np.sqrt(((self.px(mm) - px) ** 2).sum(axis=1).mean()))

    def px(self, mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (n, 2) in mm -> (n, 2) in px."""
        return self._in_perspective(mm) + self._powers(mm) @ self._bend

    def px_per_mm(self, mm: NDArray[np.float64]) -> float:
        """Scale around a point (2,), mean of both directions."""
        cross = self.px(mm + np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, -1.0], [0.0, 1.0]]))
        return float(np.hypot(*(cross[1] - cross[0])) + np.hypot(*(cross[3] - cross[2]))) / 4

    def _in_perspective(self, mm: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(cv2.perspectiveTransform(mm[None].astype(np.float64), self._flat)[0])

    def _powers(self, mm: NDArray[np.float64]) -> NDArray[np.float64]:
        a, b = (mm / self._half - 1.0).T
        return np.stack([a**i * b**j for i in range(_MORE) for j in range(_MORE - i)], axis=1)


def cut(plane: NDArray[np.uint8], quad: Any, width_px: int, height_px: int) -> NDArray[np.uint8]:
    """What lies in a quadrilateral of a photo, straightened to width_px by height_px."""
    flat = np.array([[0, 0], [width_px, 0], [width_px, height_px], [0, height_px]], np.float32) - 0.5
    turn = cv2.getPerspectiveTransform(np.array(quad, np.float32), flat)
    out = cv2.warpPerspective(
        plane, turn, (width_px, height_px), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(out, dtype=np.uint8)


def orders(form: str, count: int, seed: int = 7) -> list[SheetOrder]:
    """Orders of different TPS for one form, every number drawn evenly from all lengths it may have.

    The numbers do not add up: a judge of digits wants as many 7s as 1s, which votes do not give.
    """
    draws = random.Random(f"{form}-{seed}")
    village = 2000 + 100 * template.known_forms().index(form)  # of its own: light and hands go with the TPS
    wanted = []
    for number in range(1, count + 1):
        order = sample_sheets.sample(form, seed, f"170804{village + number // 900}{number % 900 + 1:03d}")
        values = {
            name: draws.choice((draws.randint(0, 9), draws.randint(10, 99), draws.randint(100, 600)))
            for name in order.values
        }
        wanted.append(dataclasses.replace(order, values=values))
    return wanted


def album(
    count: int, *, forms: Sequence[str] = (), cameras: Sequence[Camera] = CAMERAS, seed: int = 7
) -> Iterator[Taken]:
    """`count` photos, over every form and both sizes in turn, each of a TPS (a place, a hand) of its own."""
    wanted = tuple(forms) or template.known_forms()
    per_form = {form: orders(form, -(-count // len(wanted)), seed) for form in wanted}
    for number in range(count):
        turn, which = divmod(number, len(wanted))
        order = per_form[wanted[which]][turn]
        sheets = order.template.pages
        camera = cameras[turn % len(cameras)]
        page = sheets[(turn // len(cameras)) % len(sheets)].number
        yield Taken(order, page, camera, fakeforms.photograph(order, page, camera))
