"""`python -m sirekap train-reader`: photos with ground truth -> digits.npz and digits.json.

Two networks are taught on the same boxes. The *sound* one knows digits, the cross, the dash, the empty box
and the digit that was struck out. The one of *2024* knows ten digits and has never been shown anything else,
as the digit models in the election's app; what it makes of a cross is found out by the test, not prescribed.
Both are tested on TPS whose hands neither has seen.
"""

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sirekap.reading.boxes import CUT_PX
from sirekap.reading.digits import FILE, MODES, load_networks, shares_of
from sirekap.reading.marks import BLANK, DIGITS, MARKS
from sirekap.reading.network import Floats, Network
from sirekap.reading.training.extra_hands import real_digits
from sirekap.reading.training.gradient import teach
from sirekap.reading.training.samples import STYLES, Samples, as_seen, collect

ROUNDS = 10
_NOISE = 0.05  # of the contrast of a box
_TURN_DEG, _GROWTH, _LEAN, _SHIFT_PX = 6.0, 0.1, 0.12, 1.0

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Taught:
    """What came of teaching."""

    weights_file: Path
    report_file: Path
    report: dict[str, Any]


def train(folders: Sequence[Path], seed: int, out: Path | None, tell: Tell) -> Taught:
    """Teach both networks and write them, and what they can do, into `out` or where the reader looks.

    Raises WrongInputError for folders without photos, CouldNotRunError without scikit-learn.
    """
    began = time.monotonic()
    samples = collect(folders, seed, tell)
    taught = ~samples.test
    draws = np.random.default_rng(seed)
    blanks = samples.cuts[taught & (samples.marks == MARKS.index(BLANK))]
    extra, of = real_digits(blanks, draws)
    cuts = np.concatenate([samples.cuts[taught], extra])
    marks = np.concatenate([samples.marks[taught], np.array(of, np.int64)])
    tell(f"{taught.sum():,} boxes and {len(extra):,} bundled digits to learn, {samples.test.sum():,} to test")
    arrays: dict[str, NDArray[np.float16]] = {}
    for mode, classes in MODES.items():
        tell(f"network {mode}: {len(classes)} classes")
        own = marks < len(classes)
        weights = teach(cuts[own], marks[own], len(classes), ROUNDS, seed, varied, tell)
        arrays |= {f"{mode}.{name}": value.astype(np.float16) for name, value in weights.items()}
    weights_file = FILE if out is None else out / FILE.name
    report_file = weights_file.with_suffix(".json")
    weights_file.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(weights_file, **arrays)  # type: ignore[arg-type]
    report = _report(samples, len(extra), seed, weights_file)
    report_file.write_text(_as_text(report), encoding="utf-8")
    tell(f"{report_file}: accuracy {report['sound']['accuracy']:.4f}, {time.monotonic() - began:.0f} s")
    return Taught(weights_file, report_file, report)


def varied(stored: NDArray[np.uint8], draws: np.random.Generator) -> Floats:
    """A batch as the network sees it while it learns: moved and noisy, a little."""
    out = np.empty(stored.shape, np.float32)
    for k, cut in enumerate(as_seen(stored)):
        cv2.warpAffine(cut, _moved(draws), (CUT_PX, CUT_PX), dst=out[k], borderMode=cv2.BORDER_REPLICATE)
    contrast = draws.uniform(0.8, 1.15, (len(stored), 1, 1)).astype(np.float32)
    noise = draws.standard_normal(stored.shape, np.float32) * (_NOISE * draws.random())
    return np.asarray(np.clip(out * contrast + noise, 0.0, 1.2), np.float32)


def _moved(draws: np.random.Generator) -> NDArray[np.float64]:
    """A small turn, growth, lean and shift about the middle of a cut, as cv2.warpAffine takes it."""
    turn, wide, high, lean, across, down = draws.uniform(-1, 1, 6)
    angle = np.radians(_TURN_DEG * turn)
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shaped = np.array([[1 + _GROWTH * wide, _LEAN * lean], [0.0, 1 + _GROWTH * high]])
    linear, middle = turned @ shaped, np.full(2, (CUT_PX - 1) / 2)
    shift = middle - linear @ middle + _SHIFT_PX * np.array([across, down])
    return np.column_stack([linear, shift])


def _report(samples: Samples, extra: int, seed: int, weights_file: Path) -> dict[str, Any]:
    networks = load_networks(weights_file)
    test = samples.test
    cuts, marks, styles = samples.cuts[test], samples.marks[test], samples.styles[test]
    return {
        "made_by": "python -m sirekap train-reader",
        "seed": seed,
        "photos": samples.photos,
        "tps": samples.tps,
        "boxes": {"taught": int((~samples.test).sum()), "bundled_digits": extra, "tested": len(cuts)},
        "held_out": "whole TPS: no hand of the test was among those taught",
        "bytes": weights_file.stat().st_size,
    } | {mode: _judged(networks[mode], cuts, marks, styles) for mode in MODES}


def _judged(
    network: Network, cuts: NDArray[np.uint8], marks: NDArray[np.int64], styles: NDArray[np.int64]
) -> dict[str, Any]:
    said = shares_of(network, as_seen(cuts)).argmax(axis=1)
    own = marks < len(network.classes)
    confusion = np.zeros((len(MARKS), len(network.classes)), np.int64)
    np.add.at(confusion, (marks, said), 1)
    return {
        "classes": list(network.classes),
        "accuracy": _share(said[own] == marks[own]),
        "accuracy_digits": _share((said == marks)[marks < len(DIGITS)]),
        "accuracy_by_style": {
            style: _share((said == marks)[own & (styles == k)]) for k, style in enumerate(STYLES)
        },
        "accuracy_by_class": {
            mark: _share((said == k)[marks == k]) for k, mark in enumerate(MARKS) if k < len(network.classes)
        },
        "confusion": {mark: confusion[k].tolist() for k, mark in enumerate(MARKS)},
    }


def _share(right: NDArray[np.bool_]) -> float | None:
    return round(float(right.mean()), 4) if len(right) else None


def _as_text(report: dict[str, Any]) -> str:
    """JSON in which each row of a confusion matrix is one line."""
    text = json.dumps(report, indent=1, ensure_ascii=False)
    return re.sub(r"\[[^\[\]{}]*\]", lambda row: re.sub(r"\s+", " ", row[0]), text) + "\n"
