"""Hands that no simulation drew: the real digits that come with scikit-learn, put into empty boxes.

They are the UCI set Optical Recognition of Handwritten Digits (1,797 of 13 people), as 8 x 8 cells of 0..16.
So coarse a picture says how people shape a digit and nothing of pens, paper or cameras: each is enlarged
smoothly to the size of a written digit and laid over the cut of an empty box. They only teach; the test has
none of them.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from sirekap.failures import CouldNotRunError
from sirekap.reading.boxes import CUT_PX

_HEIGHT_PX, _WIDTH_PX = (14, 20), (8, 17)  # of a digit on a cut of 28 px
_DARKNESS = (110, 200)  # of 200
_THIN = 0.45  # of the darkest: strokes of 8 x 8 cells are fat, what is lighter than this is paper


def real_digits(blanks: NDArray[np.uint8], draws: np.random.Generator) -> tuple[NDArray[np.uint8], list[int]]:
    """Cuts as stored, one for each bundled digit, and which digit each is.

    `blanks` are cuts of empty boxes. Raises CouldNotRunError if scikit-learn is not installed.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise CouldNotRunError(
            "teaching the reader needs scikit-learn: pip install scikit-learn, or pip install 'gladi[dev]'"
        ) from error
    bundled = load_digits()
    cells = np.asarray(bundled.images, np.float32) / 16.0
    own = [_laid_over(blanks[int(draws.integers(len(blanks)))], cell, draws) for cell in cells]
    return np.array(own, np.uint8), [int(digit) for digit in bundled.target]


def _laid_over(
    blank: NDArray[np.uint8], cell: NDArray[np.float32], draws: np.random.Generator
) -> NDArray[np.uint8]:
    height, width = int(draws.integers(*_HEIGHT_PX)), int(draws.integers(*_WIDTH_PX))
    large = cv2.resize(cell, (width, height), interpolation=cv2.INTER_CUBIC)
    ink = np.clip((large - _THIN) / (1 - _THIN), 0.0, 1.0) * float(draws.uniform(*_DARKNESS))
    top = int(np.clip(draws.normal((CUT_PX - height) / 2, 0.7), 2, CUT_PX - height - 2))
    left = int(np.clip(draws.normal((CUT_PX - width) / 2, 0.7), 2, CUT_PX - width - 2))
    out = blank.copy()
    part = out[top : top + height, left : left + width]
    np.maximum(part, ink.astype(np.uint8), out=part)
    return out
