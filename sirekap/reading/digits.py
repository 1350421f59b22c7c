"""The digit reader: cuts of boxes -> what stands in each, in one of two modes.

`sound` tells a cross, a dash, an empty box and a struck-out digit from digits. `2024` reproduces the blind
spot of that election: a network of ten classes without a way to say "none of these", so a crossed-out box
becomes a digit, an 8 more often than any other (33 % of crosses of hands it had not seen, `digits.json`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from sirekap.reading.boxes import Cuts
from sirekap.reading.marks import BLANK, DIGITS, MARKS
from sirekap.reading.network import Floats, Network

SOUND, OF_2024 = "sound", "2024"
MODES: Mapping[str, tuple[str, ...]] = {SOUND: MARKS, OF_2024: DIGITS}
_CLEAR, _ASIDE_PX = 0.85, 2  # one box in twenty is not; the second look rights a sixth of what is misread
FILE = Path(__file__).with_name("digits.npz")


@dataclass(frozen=True, slots=True)
class ReadMark:
    """What one box was read as: the likeliest mark, how likely, and the runner-up."""

    mark: str
    confidence: float
    second: str
    second_confidence: float


UNSEEN = ReadMark(BLANK, 0.0, BLANK, 0.0)
"""A box that is not on the photo."""


def load_networks(file: Path = FILE) -> dict[str, Network]:
    """Both networks, by mode."""
    with np.load(file) as arrays:
        return {
            mode: Network(
                {
                    name.partition(".")[2]: arrays[name].astype(np.float32)
                    for name in arrays.files
                    if name.startswith(f"{mode}.")
                },
                classes,
            )
            for mode, classes in MODES.items()
        }


def read_marks(cuts: Cuts, mode: str = SOUND) -> list[ReadMark]:
    """What stands in each cut. Raises ValueError for a mode there is not."""
    if mode not in MODES:
        raise ValueError(f"reader mode {mode!r}, must be {' or '.join(MODES)}")
    network = _networks()[mode]
    shares = shares_of(network, cuts)
    order = np.argsort(-shares, axis=1)[:, :2]
    return [
        ReadMark(network.classes[a], float(share[a]), network.classes[b], float(share[b]))
        for share, (a, b) in zip(shares, order, strict=True)
    ]


def shares_of(network: Network, cuts: Cuts) -> Floats:
    """How likely each class is, (n, classes); what is not clear at once is looked at from four more sides."""
    shares = network.probabilities(cuts)
    doubted = np.flatnonzero(shares.max(axis=1, initial=0.0) < _CLEAR)
    if len(doubted):
        wide = np.pad(cuts[doubted], ((0, 0), (_ASIDE_PX,) * 2, (_ASIDE_PX,) * 2), mode="edge")
        size, far = cuts.shape[1], 2 * _ASIDE_PX
        sides = ((_ASIDE_PX, 0), (_ASIDE_PX, far), (0, _ASIDE_PX), (far, _ASIDE_PX))
        views = [network.probabilities(wide[:, y : y + size, x : x + size]) for y, x in sides]
        shares[doubted] = np.mean([shares[doubted], *views], axis=0)
    return shares


@lru_cache(maxsize=1)
def _networks() -> dict[str, Network]:
    return load_networks()
