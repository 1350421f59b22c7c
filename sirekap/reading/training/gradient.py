"""Teaching the network: back-propagation through its four layers, and Adam (Kingma and Ba, 2015)."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirekap.reading.network import FLAT, HIDDEN, KERNELS, MAPS, Floats, Weights, forward, softmax

Classes = NDArray[np.int64]

_BATCH = 128
_RATE, _LAST_RATE = 2e-3, 1e-4  # of learning; falls along a half cosine
_BETAS, _EPSILON = (0.9, 0.999), 1e-8
_DECAY = 1e-4  # of weights, a step
_SMOOTHING = 0.03  # of labels, so that confidence does not run away


def teach(
    cuts: NDArray[np.uint8],
    classes: Classes,
    count: int,
    rounds: int,
    seed: int,
    varied: Callable[[NDArray[np.uint8], np.random.Generator], Floats],
    tell: Callable[[str], None],
) -> dict[str, Floats]:
    """Weights of a network with `count` classes after `rounds` over all cuts.

    `varied` turns a batch of stored cuts into what the network sees, each time a little different.
    """
    draws = np.random.default_rng(seed)
    weights = _first_weights(count, draws)
    first = {name: np.zeros_like(value) for name, value in weights.items()}
    second = {name: np.zeros_like(value) for name, value in weights.items()}
    steps, step = rounds * -(-len(cuts) // _BATCH), 0
    for number in range(rounds):
        order, lost = draws.permutation(len(cuts)), 0.0
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            step += 1
            loss, slopes = _slopes(varied(cuts[chosen], draws), classes[chosen], count, weights)
            lost += loss * len(chosen)
            rate = _LAST_RATE + (_RATE - _LAST_RATE) * 0.5 * (1 + np.cos(np.pi * step / steps))
            for name, slope in slopes.items():
                first[name] += (1 - _BETAS[0]) * (slope - first[name])
                second[name] += (1 - _BETAS[1]) * (slope * slope - second[name])
                mean = first[name] / (1 - _BETAS[0] ** step)
                spread = np.sqrt(second[name] / (1 - _BETAS[1] ** step)) + _EPSILON
                weights[name] -= np.float32(rate) * (mean / spread + _DECAY * weights[name])
        tell(f"round {number + 1} of {rounds}: loss {lost / len(cuts):.4f}")
    return weights


def _first_weights(count: int, draws: np.random.Generator) -> dict[str, Floats]:
    """He's start: normal with variance 2 / inputs."""
    shapes = {
        "conv1": (KERNELS[0] ** 2, MAPS[0]),
        "conv2": (KERNELS[1] ** 2 * MAPS[0], MAPS[1]),
        "dense": (FLAT, HIDDEN),
        "out": (HIDDEN, count),
    }
    weights: dict[str, Floats] = {}
    for name, (inputs, outputs) in shapes.items():
        start = draws.normal(0.0, np.sqrt(2.0 / inputs), (inputs, outputs))
        weights[name] = start.astype(np.float32)
        weights[f"{name}_bias"] = np.zeros(outputs, np.float32)
    return weights


def _slopes(cuts: Floats, classes: Classes, count: int, weights: Weights) -> tuple[float, dict[str, Floats]]:
    """Mean loss (cross entropy) of a batch, and its slope for every weight."""
    patches1, patches2, flat, hidden, scores = forward(cuts, weights)
    share = softmax(scores)
    wanted = np.full_like(share, _SMOOTHING / count)
    wanted[np.arange(len(classes)), classes] += 1 - _SMOOTHING
    loss = float(-(wanted * np.log(share + 1e-9)).sum(axis=1).mean())
    slopes: dict[str, Floats] = {}

    back = (share - wanted) / np.float32(len(classes))
    slopes["out"], slopes["out_bias"] = hidden.T @ back, back.sum(axis=0)
    back = _where_alive(back @ weights["out"].T, hidden)
    slopes["dense"], slopes["dense_bias"] = flat.T @ back, back.sum(axis=0)
    back = _where_alive(back @ weights["dense"].T, flat).reshape(-1, MAPS[1])
    slopes["conv2"], slopes["conv2_bias"] = _columns(patches2).T @ back, back.sum(axis=0)
    maps1 = np.maximum(_columns(patches1) @ weights["conv1"] + weights["conv1_bias"], 0)
    back = _where_alive(_gathered(back @ weights["conv2"].T, len(cuts)).reshape(-1, MAPS[0]), maps1)
    slopes["conv1"], slopes["conv1_bias"] = _columns(patches1).T @ back, back.sum(axis=0)
    return loss, slopes


def _where_alive(slopes: NDArray[np.floating[Any]], layer: Floats) -> Floats:
    """Slopes behind a layer that passes only what is above 0."""
    return np.asarray(np.where(layer > 0, slopes, 0), np.float32)


def _columns(patches: Floats) -> Floats:
    return patches.reshape(-1, patches.shape[-1])


def _gathered(slopes: Floats, count: int) -> Floats:
    """Slopes of patches (n * 49, 9 * 20) added up on the maps (n, 14, 14, 20) they were cut from."""
    parts = slopes.reshape(count, 7, 7, KERNELS[1], KERNELS[1], MAPS[0])
    padded = np.zeros((count, 16, 16, MAPS[0]), np.float32)
    for row in range(KERNELS[1]):
        for column in range(KERNELS[1]):
            padded[:, row : row + 14 : 2, column : column + 14 : 2] += parts[:, :, :, row, column]
    return padded[:, 1:15, 1:15]
