"""Judge 3: a classifier that learnt from real handwriting reads our digits, and one taught by ours real ones.

The real ones are scikit-learn's bundled digits (UCI Optical Recognition of Handwritten Digits: 13 people,
forms, bitmaps normalised by NIST's programs, 32 x 32 counted in 4 x 4 blocks to 8 x 8 values of 0..16).
Ours are cut out of photos by the truth's quadrilaterals and brought to the same format, in steps read off
the real set: printed lines and guide dots off; stretched to 20 x 32 (there every digit but the 1 is 16 to
24 wide); strokes made so thick or thin that every digit has the same amount of ink (there 303 to 330 of
1024 for each digit; so a plain 1 becomes a bar 10 wide); sheared until the leftmost ink of the top row
stands above that of the bottom row (there they differ by 0.0 +- 0.4 cells for each digit, the 7 too).
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.svm import SVC

from tests.benchmarks.realism_album import Taken, cut

_SIDE_PX = 96  # a cut box
_RIM = 0.075  # of the box on every side: the printed line (1.06 mm on 18 mm, half of it inside) and the fit
_INK = 312  # of 1024: the mean of the real set
_TALL, _WIDE = 32, 20

Cells = NDArray[np.float64]
"""(n, 64), values 0..16, as `load_digits` has them."""


@dataclass(frozen=True)
class Score:
    """How one set was read by a classifier that learnt from another."""

    read: int
    share: float
    by_digit: dict[int, float]
    confusions: list[tuple[str, int]]  # "7 as 1", how often; the most frequent


@dataclass
class Digits:
    """Boxes collected from photos: cells, digits and the style of the box."""

    cells: list[NDArray[np.float64]] = field(default_factory=list)
    digits: list[int] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    blank: int = 0  # boxes with a digit in which no ink was found

    def look(self, taken: Taken) -> None:
        """Collect the single digits of one photo: no X, nothing struck or painted over.

        In dotted boxes, only of hands that follow the dots: the others write ordinary digits over them.
        """
        follows = taken.truth["writer"]["follows_dots"]
        for entry in taken.truth["fields"].values():
            if entry["kind"] != "digits" or (entry["style"] == "dotted" and not follows):
                continue
            for number, box in enumerate(entry["boxes"]):
                if box["class"] not in "0123456789" or number in entry.get("tipexed", ()):
                    continue
                cells = normalised(cut(taken.luma, box["quad"], _SIDE_PX, _SIDE_PX))
                if cells is None:
                    self.blank += 1
                    continue
                self.cells.append(cells)
                self.digits.append(int(box["class"]))
                self.styles.append(entry["style"])

    def of(self, style: str) -> tuple[Cells, NDArray[np.int64]]:
        """Cells and digits of one style of box."""
        chosen = [k for k, own in enumerate(self.styles) if own == style]
        return np.array([self.cells[k] for k in chosen]).reshape(-1, 64), np.array(
            [self.digits[k] for k in chosen], dtype=np.int64
        )


def normalised(box: NDArray[np.uint8]) -> NDArray[np.float64] | None:
    """One cut box as 64 cells of 0..16, or None where there is no ink."""
    ink = _ink(box)
    if ink is None:
        return None
    blocks = _sheared(_thickened(_fitted(ink))).reshape(8, 4, 8, 4)
    return blocks.sum(axis=(1, 3)).ravel().astype(np.float64)


def real() -> tuple[Cells, NDArray[np.int64]]:
    """The real digits: (1797, 64) cells and their digits."""
    bundled: Any = load_digits()
    return np.asarray(bundled.data, dtype=np.float64), np.asarray(bundled.target, dtype=np.int64)


@lru_cache(maxsize=1)
def _reader_of_real() -> SVC:
    return learnt(*real())


def real_reads_real() -> Score:
    """The same kind of reader on real digits of people it did not learn from (five parts in the set's order,
    in which each person's digits stand together): what to hold the other scores against."""
    cells, digits = real()
    said = cross_val_predict(SVC(gamma=0.001, C=5.0), cells, digits, cv=KFold(5))
    return _score(digits, said)


def learnt(cells: Cells, digits: NDArray[np.int64]) -> SVC:
    """A support vector machine with the settings of scikit-learn's own example for this set."""
    return SVC(gamma=0.001, C=5.0).fit(cells, digits)


def real_reads(cells: Cells, digits: NDArray[np.int64]) -> Score:
    """The reader that learnt from real handwriting, on `cells`."""
    return score(_reader_of_real(), cells, digits)


def score(reader: SVC, cells: Cells, digits: NDArray[np.int64]) -> Score:
    """How well `reader` reads: the mean over the digits, so that frequent ones count no more."""
    return _score(digits, reader.predict(cells))


def _score(digits: NDArray[np.int64], said: NDArray[np.int64]) -> Score:
    by_digit = {d: float((said[digits == d] == d).mean()) for d in range(10) if (digits == d).any()}
    wrong = Counter(
        f"{meant} as {heard}" for meant, heard in zip(digits, said, strict=True) if meant != heard
    )
    return Score(len(digits), float(np.mean(list(by_digit.values()))), by_digit, wrong.most_common(6))


def _ink(box: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Where there is ink (1) inside the box's lines; only strokes, no dots of the guide."""
    rim = round(_RIM * _SIDE_PX)
    inner = cv2.GaussianBlur(box[rim:-rim, rim:-rim], (0, 0), 1.2)
    paper = cv2.morphologyEx(inner, cv2.MORPH_CLOSE, np.ones((61, 61), np.uint8))
    dark = cv2.subtract(paper, inner)
    if int(dark.max()) < 25:
        return None
    level, _ = cv2.threshold(dark, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    ink = (dark > max(level, 0.33 * float(np.percentile(dark, 99)))).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    height, width = ink.shape
    for k in range(1, count):
        x, y, w, h, area = stats[k]
        of_the_rim = (x == 0 or y == 0 or x + w == width or y + h == height) and min(w, h) < 0.12 * width
        if area < 0.008 * ink.size or (of_the_rim and area < 0.06 * ink.size):
            ink[labels == k] = 0
    return ink if int(ink.sum()) > 0.012 * ink.size else None


def _fitted(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Stretched to 32 high and 20 wide, in the middle of 32 x 32."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    digit = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    left = (_TALL - _WIDE) // 2
    out = np.zeros((_TALL, _TALL), np.uint8)
    out[:, left : left + _WIDE] = cv2.resize(digit * 255, (_WIDE, _TALL), interpolation=cv2.INTER_AREA) > 100
    return out


def _thickened(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The `_INK` pixels that lie deepest in the strokes or nearest to them; ends above and below stay."""
    ends = 8
    tall = cv2.copyMakeBorder(ink, ends, ends, 0, 0, cv2.BORDER_REPLICATE)
    depth = cv2.distanceTransform(tall, cv2.DIST_L2, 5) - cv2.distanceTransform(1 - tall, cv2.DIST_L2, 5)
    blurred = cv2.GaussianBlur(depth.astype(np.float32), (0, 0), 0.7)[ends:-ends]
    out = np.zeros(_TALL * _TALL, np.uint8)
    out[np.argsort(-blurred.ravel(), kind="stable")[:_INK]] = 1
    return out.reshape(_TALL, _TALL)


def _sheared(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Rows shifted until the leftmost ink of the first stands above that of the last; then in the middle."""
    ends = [np.flatnonzero(ink[row]) for row in (0, -1)]
    if not all(len(end) for end in ends):
        return ink
    lean = int(ends[1][0]) - int(ends[0][0])
    out = np.zeros((_TALL, 3 * _TALL), np.uint8)
    for row in range(_TALL):
        left = _TALL + round(lean * (_TALL - 1 - row) / (_TALL - 1))
        out[row, left : left + _TALL] = ink[row]
    columns = np.flatnonzero(out.any(axis=0))
    left = int(columns[0] + columns[-1] + 1) // 2 - _TALL // 2
    return out[:, left : left + _TALL]
