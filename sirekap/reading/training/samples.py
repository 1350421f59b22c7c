"""Boxes cut out of photos by their ground truth, for teaching and for testing.

A folder holds `<name>.jpg` and `<name>.json` beside each other; the JSON is the published ground truth of
simulated photos (version 2: `fields.<id>.boxes[].class`, `.quad`, `.style`, `photo.whole`, `tps`). Whoever
wrote a sheet is known by its TPS: the test holds out whole TPS, so no hand is in both halves.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirekap.failures import WrongInputError
from sirekap.reading import boxes
from sirekap.reading.marks import MARKS, OF_TRUTH
from sirekap.reading.photo import UnreadablePhotoError, decode

TRUTH_VERSION = 2
TEST_SHARE = 0.2  # of the TPS
MOST_OF_A_KIND = 4_000  # boxes of one mark in one style; crosses would be half of everything
JITTER_MM = 0.25  # how far off the frames of a box are when the reader finds them (median 0.4, most 0.8)
_BOX_MM = 18.0
_FULL = 200  # how a cut is stored: 0 paper, 200 darkest, up to 240

STYLES = ("ordinary", "dotted")


@dataclass(frozen=True)
class Samples:
    """Boxes: cuts (n, 28, 28) as stored, place in MARKS, place in STYLES, and whether it is for the test."""

    cuts: NDArray[np.uint8]
    marks: NDArray[np.int64]
    styles: NDArray[np.int64]
    test: NDArray[np.bool_]
    photos: int
    tps: int


@dataclass(frozen=True)
class _Wanted:
    photo: Path
    tps: str
    mark: int
    style: int
    quad: Any


def collect(folders: Iterable[Path], seed: int, tell: Callable[[str], None]) -> Samples:
    """A balanced choice of the boxes of all photos in these folders. Raises WrongInputError."""
    draws = np.random.default_rng(seed)
    every = [box for folder in folders for box in _boxes(folder)]
    if not every:
        raise WrongInputError("the folders hold no photos with ground truth; make some with `gladi forms`")
    kinds: dict[tuple[int, int], list[_Wanted]] = {}
    for box in every:
        kinds.setdefault((box.mark, box.style), []).append(box)
    chosen: dict[Path, list[_Wanted]] = {}
    for kind in sorted(kinds):
        own = kinds[kind]
        for k in draws.permutation(len(own))[:MOST_OF_A_KIND]:
            chosen.setdefault(own[int(k)].photo, []).append(own[int(k)])
    tell(f"{sum(map(len, chosen.values())):,} of {len(every):,} boxes, out of {len(chosen):,} photos")
    wanted = [box for photo in sorted(chosen) for box in chosen[photo]]
    cuts = np.concatenate([_cuts(photo, chosen[photo], draws) for photo in sorted(chosen)])
    return Samples(
        cuts=cuts,
        marks=np.array([box.mark for box in wanted], np.int64),
        styles=np.array([box.style for box in wanted], np.int64),
        test=np.array([held_out(box.tps, seed) for box in wanted]),
        photos=len(chosen),
        tps=len({box.tps for box in wanted}),
    )


def held_out(tps: str, seed: int) -> bool:
    """Whether the hands of this TPS are for the test."""
    drawn = hashlib.sha256(f"{seed} {tps}".encode()).digest()[:4]
    return int.from_bytes(drawn, "big") < TEST_SHARE * 2**32


def as_seen(stored: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Stored cuts as the network takes them."""
    return stored.astype(np.float32) / np.float32(_FULL)


def as_stored(cuts: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Cuts in a byte a pixel."""
    return np.round(cuts * _FULL).astype(np.uint8)


def _boxes(folder: Path) -> Iterator[_Wanted]:
    if not folder.is_dir():
        raise WrongInputError(f"{folder}: no such folder of photos")
    for path in sorted(folder.glob("*.jpg")):
        beside = path.with_suffix(".json")
        try:
            truth = json.loads(beside.read_text(encoding="utf-8"))
            if truth["schema"] != TRUTH_VERSION:
                raise WrongInputError(f"{beside}: ground truth version {truth['schema']!r}, expected 2")
            if truth["photo"]["whole"]:
                yield from _digits(path, truth)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise WrongInputError(f"{beside}: not the ground truth of a photo ({error!r})") from error


def _digits(path: Path, truth: dict[str, Any]) -> Iterator[_Wanted]:
    width, height = truth["photo"]["width"], truth["photo"]["height"]
    for field in truth["fields"].values():
        if field["kind"] != "digits":
            continue
        style = STYLES.index(field["style"])
        for box in field["boxes"]:
            inside = all(0 <= x < width and 0 <= y < height for x, y in box["quad"])
            if inside and box["class"] in OF_TRUTH:
                yield _Wanted(path, truth["tps"], MARKS.index(OF_TRUTH[box["class"]]), style, box["quad"])


def _cuts(photo: Path, wanted: list[_Wanted], draws: np.random.Generator) -> NDArray[np.uint8]:
    """The boxes of one photo, each as far beside its true place as the reader may be."""
    try:
        decoded = decode(photo.read_bytes())
    except UnreadablePhotoError as error:
        raise WrongInputError(f"{photo}: {error}") from error
    quads = (np.array([box.quad for box in wanted], np.float64) + 0.5) / decoded.shrunk - 0.5
    px_per_mm = np.hypot(*(quads[:, 1] - quads[:, 0]).T).mean() / _BOX_MM
    quads += draws.normal(0.0, JITTER_MM * px_per_mm, (len(quads), 1, 2))
    quads += draws.normal(0.0, 0.3 * JITTER_MM * px_per_mm, quads.shape)
    return as_stored(boxes.cut(decoded.luma, quads))
