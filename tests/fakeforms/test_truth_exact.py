"""The truth is exact: where it says a box is, there its printed line is, to two pixels.

The truth's quadrilateral is warped back to an upright square and the printed lines are looked for in
that square, in the pixels of the photo: nothing of the camera's own geometry is used to check it.
"""

from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import fakeforms
from tests.fakeforms.sample_sheets import many

FINE = 6  # steps of the square per pixel of the photo
ROOM_PX = 4  # how far from where it should be a line is looked for


def line_offsets(luma: NDArray[np.uint8], quad: NDArray[np.float64]) -> list[float]:
    """How many pixels each side's printed line lies away from the side, where a line can be seen."""
    side = float(np.mean([np.hypot(*(quad[k] - quad[k - 1])) for k in range(4)]))
    size = round(side * FINE)
    edge = 2 * ROOM_PX * FINE
    square = np.array([[0, 0], [size, 0], [size, size], [0, size]], np.float32) + edge
    patch = cv2.warpPerspective(
        luma, cv2.getPerspectiveTransform(quad.astype(np.float32), square), (size + 2 * edge,) * 2,
        flags=cv2.INTER_CUBIC,
    ).astype(float)  # fmt: skip
    offsets = []
    for turn in range(4):
        turned = np.rot90(patch, turn)
        across = np.median(
            turned[edge - ROOM_PX * FINE : edge + ROOM_PX * FINE + 1, edge + size // 5 : -edge - size // 5],
            axis=1,
        )
        dark = np.clip(np.percentile(across, 75) - across - 12, 0, None)
        if dark.sum() > 0:
            offsets.append(float((dark * np.arange(len(dark))).sum() / dark.sum()) / FINE - ROOM_PX)
    return offsets


def boxes_of(truth: Any) -> list[NDArray[np.float64]]:
    return [
        np.array(box["quad"])
        for field in truth["fields"].values()
        if field["kind"] == "digits"
        for box in field["boxes"]
    ]


@pytest.mark.parametrize("megapixels", [None, 3.0])
def test_printed_boxes_are_where_the_truth_says(megapixels: float | None) -> None:
    camera = fakeforms.Camera(megapixels=megapixels)
    away: list[float] = []
    sides = 0
    for order in many(2, seed=21):
        for page in (1, 2, 3):
            photo = fakeforms.photograph(order, page, camera)
            luma = cv2.imdecode(np.frombuffer(photo.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
            for quad in boxes_of(photo.truth):
                sides += 4
                away += line_offsets(luma, quad)
    assert len(away) > 0.95 * sides, "nearly every printed line can be seen"
    assert np.median(np.abs(away)) <= 0.5
    assert np.percentile(np.abs(away), 99) <= 2.0


def test_the_measure_sees_a_truth_that_is_off() -> None:
    photo = fakeforms.photograph(many(1)[0], 1)
    luma = cv2.imdecode(np.frombuffer(photo.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    aside = np.array([3.0, 0.0])
    moved = [offset for quad in boxes_of(photo.truth) for offset in line_offsets(luma, quad + aside)]
    assert np.percentile(np.abs(moved), 75) > 2.0
