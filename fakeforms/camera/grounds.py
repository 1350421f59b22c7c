"""What lies behind the sheet: small procedural textures, made once per process, the same everywhere."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fakeforms.compiled import kernel
from fakeforms.counter import noise

SIDE = 512
_KINDS = {"tembok": 0, "papan": 1, "lantai": 2, "terpal": 3, "layar": 4}


@lru_cache(maxsize=8)
def texture(name: str) -> NDArray[np.int16]:
    """Deviation from the ground's luma, shape (SIDE, SIDE), tiling without a seam."""
    out = np.zeros((SIDE, SIDE), np.int16)
    _paint(out, _KINDS[name])
    return out


@kernel
def _cloud(x: int, y: int, cell_x: int, cell_y: int, salt: int) -> float:
    """Value noise in [-1, 1] that repeats every SIDE pixels."""
    i, j = x // cell_x, y // cell_y
    u, v = (x - i * cell_x) / cell_x, (y - j * cell_y) / cell_y
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    n, m = 512 // cell_x, 512 // cell_y
    a = noise(salt, (i % n) * 4096 + j % m) * (1 - u) + noise(salt, ((i + 1) % n) * 4096 + j % m) * u
    b = (
        noise(salt, (i % n) * 4096 + (j + 1) % m) * (1 - u)
        + noise(salt, ((i + 1) % n) * 4096 + (j + 1) % m) * u
    )
    return a * (1 - v) + b * v


@kernel
def _paint(out: NDArray[np.int16], kind: int) -> None:
    for y in range(512):
        for x in range(512):
            if kind == 0:  # painted wall: trowel marks and specks
                v = (
                    5.0 * _cloud(x, y, 128, 64, 1)
                    + 3.0 * _cloud(x, y, 16, 16, 2)
                    + 3.0 * _cloud(x, y, 4, 4, 3)
                )
                if noise(4, (x // 2) * 4096 + y // 2) > 0.996:
                    v -= 18.0
            elif kind == 1:  # plywood or planks: long grain, a joint every 128 px
                wave = int(9 * _cloud(x, y, 128, 64, 5)) + 512
                v = 13.0 * _cloud((x + wave) % 512, y, 8, 256, 6) + 9.0 * _cloud(
                    (x + wave) % 512, y, 2, 128, 7
                )
                v += 9.0 * noise(8, (x // 128) * 4096 + 3) + 5.0 * _cloud(x, y, 64, 64, 9)
                if x % 128 < 3:
                    v -= 38.0
            elif kind == 2:  # cement or ceramic tiles with grout
                v = (
                    6.0 * _cloud(x, y, 64, 64, 10)
                    + 4.0 * _cloud(x, y, 8, 8, 11)
                    + 4.0 * noise(12, (x // 256) * 4096 + y // 256)
                )
                if x % 256 < 5 or y % 256 < 5:
                    v -= 30.0
            elif kind == 3:  # tarpaulin: weave and soft folds
                weave = 1.0 if (x // 3 + y // 3) % 2 == 0 else -1.0
                v = 4.0 * weave + 14.0 * _cloud(x, y, 64, 256, 13) + 4.0 * _cloud(x, y, 8, 8, 14)
            else:  # a screen where it shows nothing
                v = 0.0
            out[y, x] = int(v)
