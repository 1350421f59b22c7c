"""A small convolutional network in plain numpy: two convolutions, two dense layers; forward only.

    28 x 28 -> 5 x 5 by 2, 20 maps (14 x 14) -> 3 x 3 by 2, 40 maps (7 x 7) -> 64 -> classes

135,000 weights, kept as half precision; the boxes of a page go through it in one batch. Training is in
`training.gradient`, which uses the same layers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

MAPS = (20, 40)
KERNELS = (5, 3)
HIDDEN = 64
FLAT = 7 * 7 * MAPS[1]

Floats = NDArray[np.float32]
Weights = Mapping[str, Floats]
"""conv1 (25, 20), conv2 (180, 40), dense (1960, 64), out (64, classes); to each its bias `<name>_bias`."""


@dataclass(frozen=True, slots=True)
class Network:
    """A trained network and the classes of its outputs."""

    weights: Weights
    classes: tuple[str, ...]

    def probabilities(self, cuts: Floats) -> Floats:
        """(n, 28, 28) -> (n, classes), each row adding up to 1."""
        if not len(cuts):
            return np.zeros((0, len(self.classes)), np.float32)
        return softmax(forward(cuts, self.weights)[-1])


def forward(cuts: Floats, weights: Weights) -> tuple[Floats, ...]:
    """Every layer's input and the scores: patches1, patches2, flat, hidden, scores."""
    patches1 = patches(cuts[..., None], KERNELS[0])
    maps1 = np.maximum(patches1 @ weights["conv1"] + weights["conv1_bias"], 0)
    patches2 = patches(maps1, KERNELS[1])
    maps2 = np.maximum(patches2 @ weights["conv2"] + weights["conv2_bias"], 0)
    flat = maps2.reshape(len(cuts), -1)
    hidden = np.maximum(flat @ weights["dense"] + weights["dense_bias"], 0)
    return patches1, patches2, flat, hidden, hidden @ weights["out"] + weights["out_bias"]


def patches(maps: Floats, kernel: int) -> Floats:
    """(n, h, w, c) -> (n, h/2, w/2, kernel * kernel * c): what a convolution by 2 sees, padded with 0."""
    rim = kernel // 2
    padded = np.pad(maps, ((0, 0), (rim, rim), (rim, rim), (0, 0)))
    windows = sliding_window_view(padded, (kernel, kernel), axis=(1, 2))[:, ::2, ::2]
    ordered = windows.transpose(0, 1, 2, 4, 5, 3)
    return np.ascontiguousarray(ordered).reshape(*ordered.shape[:3], -1)


def softmax(scores: Floats) -> Floats:
    """Scores to probabilities, row by row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)
