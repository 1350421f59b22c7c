"""Where the parts of a sheet landed in a photo: boxes in millimetres to quadrilaterals in pixels."""

import numpy as np
from numpy.typing import NDArray

from fakeforms.camera.geometry import Geometry
from fakeforms.templates.template import Box
from fakeforms.writing.filling import Filled

Quad = list[list[float]]
"""[[x, y] x 4] in photo pixels, clockwise from the printed top left."""

_LINE_RISE_MM, _LINE_HEIGHT_MM = 7.0, 8.0
"""What is written on a line lies in a box that begins this far above it and is this high."""


def boxes_of(filled: Filled) -> list[Box]:
    """The boxes of a field that have a place in the truth: its own, then bubbles, then row totals."""
    entry = filled.field
    own = list(entry.boxes)
    if not own:
        x0, x1, y = dict(entry.options)[str(filled.intended)] if entry.options else entry.line
        own = [entry.area] if entry.area[2] else [(x0, y - _LINE_RISE_MM, x1 - x0, _LINE_HEIGHT_MM)]
    bubbles = [box for column in entry.bubbles for box in column]
    return own + bubbles + [box for row in entry.row_totals for box in row]


def quads(boxes: list[Box], geometry: Geometry) -> list[Quad]:
    """One quadrilateral for each box, to a hundredth of a pixel."""
    b: NDArray[np.float64] = np.array(boxes)
    x0, y0, x1, y1 = b[:, 0], b[:, 1], b[:, 0] + b[:, 2], b[:, 1] + b[:, 3]
    corners = np.stack([x0, y0, x1, y0, x1, y1, x0, y1], axis=1).reshape(-1, 4, 2)
    found: list[Quad] = np.round(geometry.to_photo(corners), 2).tolist()
    return found
