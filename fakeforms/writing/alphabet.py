"""The strokes of digits, letters and marks: what a hand has learned, before it makes them its own.

`Alphabet` turns the strokes of `shapes` into flat arrays that the compiled kernels walk.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fakeforms.compiled import kernel
from fakeforms.writing.shapes import DIGITS, LETTERS, MARKS, SEGMENT

# Width of a letter against its height; others are 0.62.
_NARROW = {
    "I": 0.26, "i": 0.24, "l": 0.3, ".": 0.24, ",": 0.24, "'": 0.24, ":": 0.26, "1": 0.5, "j": 0.34,
    "t": 0.4, "f": 0.4, "r": 0.42, "(": 0.3, ")": 0.3, "-": 0.42, "M": 0.82, "W": 0.86, "m": 0.78, "w": 0.74,
    "/": 0.42, "s": 0.46, "c": 0.48, "e": 0.5,
}  # fmt: skip
_WIDTH = 0.62
_SAMPLES = 5  # points per piece of a curve
_STRAIGHT_SAMPLES = 6  # points per straight piece, so that it too can tremble


@dataclass(frozen=True, slots=True)
class Alphabet:
    """Glyphs as flat arrays: glyph g owns strokes first_stroke[g]..first_stroke[g+1], they own points.

    points: float64 (n, 2) in cell units 0..1, y down.
    """

    ids: dict[str, int]
    points: NDArray[np.float64]
    first_point: NDArray[np.int64]
    first_stroke: NDArray[np.int64]

    def extended(self, glyphs: dict[str, list[list[tuple[float, float]]]]) -> "Alphabet":
        """This alphabet with more glyphs, each a list of smooth strokes in cell units 0..1."""
        strokes: list[NDArray[np.float64]] = []
        counts: list[int] = []
        ids = dict(self.ids)
        for name, parts in glyphs.items():
            ids[name] = len(ids)
            counts.append(len(parts))
            strokes += [_smooth(np.array(part, dtype=np.float64), _SAMPLES) for part in parts]
        lengths = [len(stroke) for stroke in strokes]
        return Alphabet(
            ids,
            np.concatenate([self.points, *strokes]),
            np.concatenate([self.first_point, self.first_point[-1] + np.cumsum(lengths)]),
            np.concatenate([self.first_stroke, self.first_stroke[-1] + np.cumsum(counts)]),
        )


def advance(character: str) -> float:
    """Width of a character against its height."""
    return _NARROW.get(character, _WIDTH)


@lru_cache(maxsize=1)
def learned() -> Alphabet:
    """What everybody learns: keys `o:` ordinary digits, `s:` segment digits, `c:` letters, `m:` marks."""
    source = {f"o:{k}": v for k, v in DIGITS.items()}
    source |= {f"s:{k}": v for k, v in SEGMENT.items()}
    source |= {f"c:{k}": v for k, v in (DIGITS | LETTERS).items()}
    source |= {f"m:{k}": v for k, v in MARKS.items()}
    strokes = [[_stroke(part) for part in text.split(";")] for text in source.values()]
    flat = [stroke for glyph in strokes for stroke in glyph]
    return Alphabet(
        {name: number for number, name in enumerate(source)},
        np.concatenate(flat),
        np.concatenate([[0], np.cumsum([len(s) for s in flat])]).astype(np.int64),
        np.concatenate([[0], np.cumsum([len(g) for g in strokes])]).astype(np.int64),
    )


def _stroke(text: str) -> NDArray[np.float64]:
    points = np.array([[float(v) for v in pair.split(",")] for pair in text[1:].split()]) / 100.0
    if text[0] == "~":
        return _smooth(points, _SAMPLES)
    steps = np.arange(_STRAIGHT_SAMPLES) / (_STRAIGHT_SAMPLES - 1)
    return np.asarray(points[0] + steps[:, None] * (points[1] - points[0]))


@kernel
def _smooth(points: NDArray[np.float64], samples: int) -> NDArray[np.float64]:
    """A Catmull-Rom curve through the points."""
    n = len(points)
    out = np.empty(((n - 1) * samples + 1, 2))
    for i in range(n - 1):
        for axis in range(2):
            p1 = points[i, axis]
            p2 = points[i + 1, axis]
            p0 = points[i - 1, axis] if i > 0 else 2 * p1 - p2
            p3 = points[i + 2, axis] if i + 2 < n else 2 * p2 - p1
            for k in range(samples):
                t = k / samples
                out[i * samples + k, axis] = p1 + 0.5 * t * (
                    p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0))
                )
    out[(n - 1) * samples] = points[n - 1]
    return out
