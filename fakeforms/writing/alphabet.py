"""The strokes of digits, letters and marks: what a hand has learned, before it makes them its own.

Each glyph is a list of strokes in a cell 100 units high, y down; a stroke begins with `~` (a smooth
curve through its points) or `-` (straight from point to point). Strokes that share an end point are
one movement. `Alphabet` turns them into flat arrays that the compiled kernels walk.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fakeforms.compiled import kernel

# Digits as people write them; variants after a dot.
_ORDINARY = {
    "0": "~52,2 18,14 5,50 20,88 50,99 82,84 93,50 80,14 50,1 38,6",
    "0.loop": "~60,4 25,8 6,45 14,85 48,99 84,80 92,40 74,8 52,3 40,16",
    "1": "-52,0 48,100",
    "1.hook": "-22,28 56,2;-56,2 54,100",
    "1.foot": "-24,26 54,2;-54,2 52,99;-22,99 86,98",
    "2": "~8,24 24,4 58,0 84,18 78,44 42,74 6,98;-6,98 94,95",
    "2.loop": "~10,20 34,1 70,4 84,28 64,60 26,90 8,96 12,82 34,86 64,98 94,94",
    "3": "~10,12 42,0 82,12 78,38 38,47;~38,47 78,54 90,78 60,99 8,90",
    "3.flat": "-10,3 84,3;-84,3 42,42;~42,42 84,52 88,82 52,100 8,88",
    "4": "-34,0 8,60;-8,60 94,58;-70,22 66,100",
    "4.closed": "-64,100 66,0;-66,0 4,68;-4,68 96,66",
    "5": "-28,2 20,44;~20,44 56,34 88,52 84,84 48,100 8,90;-28,2 86,0",
    "6": "~74,3 36,22 10,62 24,96 62,99 86,76 66,52 32,58 14,76",
    "7": "-8,4 90,3;~90,3 62,48 42,100",
    "7.bar": "-8,4 92,3;-92,3 42,100;-32,50 82,48",
    "7.serif": "-10,20 12,3;-12,3 92,4;~92,4 58,46 46,100",
    "8": "~82,14 52,0 18,14 28,40 66,56 90,78 54,100 12,82 30,56 72,38 84,14",
    "8.rings": "~50,2 18,22 48,46 80,22 52,2;~50,46 10,72 48,99 88,74 52,46",
    "9": "~86,22 54,0 14,18 20,46 54,50 84,24;~86,20 84,62 62,100",
    "9.curl": "~84,24 56,1 16,16 18,44 50,50 82,26;~84,22 88,64 66,96 20,94",
    "X": "-4,3 96,98;-95,2 5,99",
}
# The segment digits of the dotted boxes, on a cell whose edges are the outer dots; 1 on the centre line.
_SEGMENT = {
    "0": "-0,0 100,0;-100,0 100,100;-100,100 0,100;-0,100 0,0",
    "1": "-50,0 50,100",
    "2": "-0,0 100,0;-100,0 100,50;-100,50 0,50;-0,50 0,100;-0,100 100,100",
    "3": "-0,0 100,0;-100,0 100,100;-100,100 0,100;-0,50 100,50",
    "4": "-0,0 0,50;-0,50 100,50;-100,0 100,100",
    "5": "-100,0 0,0;-0,0 0,50;-0,50 100,50;-100,50 100,100;-100,100 0,100",
    "6": "-100,0 0,0;-0,0 0,100;-0,100 100,100;-100,100 100,50;-100,50 0,50",
    "7": "-0,0 100,0;-100,0 100,100",
    "8": "-0,0 100,0;-100,0 100,100;-100,100 0,100;-0,100 0,0;-0,50 100,50",
    "9": "-100,50 0,50;-0,50 0,0;-0,0 100,0;-100,0 100,100;-100,100 0,100",
}
_LETTERS = {
    "A": "-4,100 48,0;-48,0 94,100;-22,64 78,62",
    "B": "-10,0 10,100;~10,2 66,4 72,38 12,48;~12,48 84,54 82,94 10,99",
    "C": "~88,16 56,0 14,28 10,68 44,100 90,84",
    "D": "-10,0 10,100;~8,1 64,8 92,50 62,94 8,99",
    "E": "-14,0 12,100;-14,1 84,0;-12,48 72,46;-12,99 88,98",
    "F": "-14,0 12,100;-14,1 86,0;-12,48 70,46",
    "G": "~86,16 54,0 12,30 12,72 48,100 88,82 88,56;-88,56 56,56",
    "H": "-10,0 10,100;-88,0 86,100;-10,50 88,48",
    "I": "-50,0 50,100",
    "J": "~70,0 72,64 50,98 10,82;-40,1 94,0",
    "K": "-12,0 12,100;-84,0 14,54;-30,44 90,100",
    "L": "-14,0 12,98;-12,98 88,97",
    "M": "-6,100 14,0;-14,0 50,66;-50,66 86,0;-86,0 96,100",
    "N": "-10,100 12,0;-12,0 86,100;-86,100 88,0",
    "O": "~50,0 12,20 8,68 48,100 90,74 88,22 50,0",
    "P": "-12,0 12,100;~10,2 72,2 86,30 62,52 12,54",
    "Q": "~50,0 12,20 8,68 48,98 90,74 88,22 50,0;-60,72 98,104",
    "R": "-12,0 12,100;~10,2 72,2 84,28 56,50 12,52;-40,52 92,100",
    "S": "~84,12 50,0 16,16 26,42 70,56 86,80 50,100 8,88",
    "T": "-50,2 48,100;-2,2 98,0",
    "U": "~10,0 10,66 46,100 84,70 88,0",
    "V": "-4,0 48,100;-48,100 96,0",
    "W": "-2,0 24,100;-24,100 50,34;-50,34 76,100;-76,100 98,0",
    "Y": "-6,0 50,48;-96,0 50,48;-50,48 46,100",
    "Z": "-8,2 90,0;-90,0 8,98;-8,98 94,97",
    "a": "~84,42 40,36 10,62 24,96 62,92 84,58;~84,40 80,80 96,98",
    "b": "-14,0 12,98;~12,62 52,38 86,58 74,94 12,96",
    "c": "~84,48 50,36 14,58 22,94 86,88",
    "d": "~82,48 40,38 10,66 34,99 82,72;-84,0 84,98",
    "e": "~14,68 80,62 74,38 36,38 10,70 42,100 88,86",
    "f": "~86,6 54,2 44,30 42,100;-12,42 82,40",
    "g": "~82,46 40,36 12,58 36,82 82,54;~84,42 84,110 52,130 12,118",
    "h": "-14,0 12,98;~12,62 54,38 82,56 84,98",
    "i": "-50,40 50,98;-50,18 54,22",
    "j": "~58,40 58,112 12,122;-58,18 62,22",
    "k": "-14,0 12,98;-78,40 14,72;-34,64 86,98",
    "l": "~44,0 44,80 72,98",
    "m": "-6,40 8,98;~8,58 32,38 48,56 48,98;~48,58 76,38 92,58 94,98",
    "n": "-12,40 12,98;~12,60 52,38 84,58 86,98",
    "o": "~50,38 14,54 16,90 52,98 86,82 82,50 48,38",
    "p": "-12,40 10,130;~12,56 56,36 88,62 58,96 12,86",
    "q": "~82,46 40,36 12,62 38,94 82,66;-84,40 84,130",
    "r": "-16,40 16,98;~16,62 46,40 84,46",
    "s": "~80,46 44,36 22,54 74,74 78,92 40,100 12,90",
    "t": "~44,12 42,80 60,98 84,90;-12,42 84,40",
    "u": "~12,40 14,82 44,98 82,70;-84,40 88,98",
    "v": "-8,40 48,98;-48,98 90,40",
    "w": "-2,40 26,98;-26,98 50,56;-50,56 76,98;-76,98 98,40",
    "x": "-10,40 88,98;-86,40 12,98",
    "y": "-10,40 50,86;~90,40 56,96 14,128",
    "z": "-12,42 84,40;-84,40 12,97;-12,97 90,96",
    ".": "-46,94 52,98",
    ",": "-52,92 40,112",
    "-": "-16,56 84,54",
    "'": "-54,2 46,22",
    "/": "-86,0 12,104",
    ":": "-48,44 52,48;-48,90 52,94",
    "(": "~70,-4 36,30 36,74 70,106",
    ")": "~30,-4 64,30 64,74 30,106",
}
# Marks in a unit cell: bundles of strokes in a tally cell, scribbles in a bubble, strikes and a big Z.
_MARKS = {
    "tally.1": "-12,10 11,90",
    "tally.2": "-12,10 11,90;-34,8 33,92",
    "tally.3": "-12,10 11,90;-34,8 33,92;-56,10 55,89",
    "tally.4": "-12,10 11,90;-34,8 33,92;-56,10 55,89;-78,8 77,91",
    "tally.5": "-12,10 11,90;-34,8 33,92;-56,10 55,89;-78,8 77,91;-2,84 94,16",
    "bubble.spiral": "~50,8 84,22 94,52 78,86 48,94 16,80 6,48 20,18 52,14 82,34 84,62 58,84 "
    "26,74 18,46 38,26 68,34 72,60 50,70 34,54 46,42 58,50",
    "bubble.zigzag": "~50,4 86,16 97,50 84,84 50,96 16,84 3,50 16,16 50,4;"
    "-20,24 78,20;-78,20 12,38;-12,38 90,34;-90,34 8,52;"
    "-8,52 92,50;-92,50 12,68;-12,68 88,66;-88,66 22,82;-22,82 76,82",
    "strike": "~0,50 30,44 64,58 100,48",
    "equals": "-0,38 100,34;-2,66 98,62",
    "Z": "-0,2 100,0;-100,0 0,98;-0,98 100,100",
}
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
    source = {f"o:{k}": v for k, v in _ORDINARY.items()}
    source |= {f"s:{k}": v for k, v in _SEGMENT.items()}
    source |= {f"c:{k}": v for k, v in (_ORDINARY | _LETTERS).items()}
    source |= {f"m:{k}": v for k, v in _MARKS.items()}
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
