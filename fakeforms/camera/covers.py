"""Things that lie on the sheet or blind the lens: a hand, parcel tape, a slip of paper, a phone, a glare."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fakeforms.camera import flesh
from fakeforms.camera.geometry import Geometry
from fakeforms.camera.shot import Cover
from fakeforms.compiled import kernel
from fakeforms.counter import bits, noise

Plane = NDArray[np.uint8]

_KEYS = 1 << 40
_SKIN_LUMA, _SKIN_CAST = 138.0, (-17.0, 18.0)


class _Stuff(NamedTuple):
    number: int
    luma: float
    cast: tuple[float, float]  # Cb, Cr


_STUFF = {
    "lakban": _Stuff(0, 112.0, (-27.0, 15.0)),  # brown parcel tape
    "kertas": _Stuff(1, 222.0, (-6.0, 2.0)),  # a slip of paper
    "ponsel": _Stuff(2, 30.0, (3.0, -1.0)),  # another phone, put down on the sheet
    "silau": _Stuff(3, 253.0, (0.0, 0.0)),  # glare of a lamp
}
KINDS = ("tangan", *_STUFF)


def cover(
    luma: Plane, chroma: NDArray[np.uint8], room: NDArray[np.int32], geometry: Geometry, thing: Cover
) -> None:
    """Lay one thing over the sheet, in place."""
    shot = geometry.shot
    x, y, dx, dy, px_per_mm = _seen(geometry, thing)
    if thing.kind == "tangan":
        limbs = _hand(x, y, dx, dy, px_per_mm, thing.half_mm[1])
        cast = (_SKIN_CAST[0] + 0.6 * shot.cast[0], _SKIN_CAST[1] + 0.6 * shot.cast[1])
        flesh.place(luma, chroma, room, limbs, 1.4, _SKIN_LUMA, cast, shot.key % _KEYS)
        return
    stuff = _STUFF[thing.kind]
    cast = (stuff.cast[0] + shot.cast[0], stuff.cast[1] + shot.cast[1])
    half = (thing.half_mm[0] * px_per_mm, thing.half_mm[1] * px_per_mm)
    frame = np.array([x, y, dx, dy, *half, stuff.luma, *cast, px_per_mm])
    _lay(luma, chroma, room, frame, stuff.number, shot.key % _KEYS)


def _seen(geometry: Geometry, thing: Cover) -> tuple[float, float, float, float, float]:
    """Place, direction and scale of a thing as the photo shows it."""
    ahead = (thing.at_mm[0] + 10 * thing.along[0], thing.at_mm[1] + 10 * thing.along[1])
    (x, y), (fx, fy) = geometry.to_photo(np.array([thing.at_mm, ahead])).tolist()
    dx, dy = fx - x, fy - y
    norm = (dx * dx + dy * dy) ** 0.5
    return x, y, dx / norm, dy / norm, norm / 10


def _hand(
    x: float, y: float, dx: float, dy: float, px_per_mm: float, breadth_mm: float
) -> NDArray[np.float64]:
    """Four fingers side by side whose second joints lie at x, y, on the back of a hand behind them."""
    radius = breadth_mm / 3.6 * px_per_mm
    limbs = []
    for number, (ahead, aside) in enumerate(((2.0, -2.75), (3.2, -0.95), (2.9, 0.95), (1.6, 2.65))):
        tip = (x + radius * (ahead * dx - aside * dy), y + radius * (ahead * dy + aside * dx))
        root_aside, thick = aside * 0.92, 0.98 if number < 3 else 0.86
        root = (x - radius * (7 * dx + root_aside * dy), y - radius * (7 * dy - root_aside * dx))
        limbs.append((*tip, *root, radius * thick, 1.0))
    back = (x - radius * 8.2 * dx, y - radius * 8.2 * dy)
    arm = (x - radius * 40 * dx, y - radius * 40 * dy)
    return np.array([*limbs, (*back, *arm, radius * 3.9, 0.0)])


@kernel
def _lay(
    luma: Plane,
    chroma: NDArray[np.uint8],
    room: NDArray[np.int32],
    frame: NDArray[np.float64],
    stuff: int,
    key: int,
) -> None:
    """frame: x, y, cosine, sine, half length, half breadth, luma, Cb, Cr, px per mm."""
    cx, cy, c, s, scale = frame[0], frame[1], frame[2], frame[3], frame[9]
    length, breadth = frame[4] / scale, frame[5] / scale
    # its shadow falls to the right and down in the photo
    over_x, over_y = 2.2 * c + 3.0 * s, 3.0 * c - 2.2 * s
    reach = (2.6 * max(length, breadth) if stuff == 3 else 1.2 * (length + breadth)) * scale
    for y in range(max(0, int(cy - reach)), min(luma.shape[0], int(cy + reach))):
        for x in range(max(0, int(cx - reach)), min(luma.shape[1], int(cx + reach))):
            # mm from the middle of the thing
            along, across = ((x - cx) * c + (y - cy) * s) / scale, ((y - cy) * c - (x - cx) * s) / scale
            light = room[y // 16, x // 16] / 4096.0
            if stuff == 0:
                near, tone = _tape(along, across, length, breadth, key)
            elif stuff == 1:
                near, tone = _slip(along, across, length, breadth, key)
            elif stuff == 2:
                near, tone = _phone(along, across, length, breadth)
            else:
                near, tone = 0.0, 1.0
            if stuff < 3:
                share = min(1.0, max(0.0, near * scale + 0.5))
                if share <= 0.0 and stuff > 0:
                    px, py = abs(along - over_x) - length, abs(across - over_y) - breadth
                    dark = min(1.0, max(0.0, 0.5 - max(px, py) / 4.0))
                    luma[y, x] = int(luma[y, x] * (1.0 - 0.42 * dark))
            else:
                share = _glare(along / length, across / breadth)
                light = 1.0
            if share <= 0.0:
                continue
            luma[y, x] = int(luma[y, x] * (1 - share) + min(253.0, frame[6] * tone * light) * share)
            if x % 2 == 0 and y % 2 == 0:
                strength = min(1.0, light) if stuff < 3 else 0.15
                for plane in range(2):
                    before = chroma[plane, y // 2, x // 2]
                    chroma[plane, y // 2, x // 2] = int(
                        before * (1 - share) + (128.5 + frame[7 + plane] * strength) * share
                    )


@kernel
def _tape(along: float, across: float, length: float, breadth: float, key: int) -> tuple[float, float]:
    """How far inside (mm) and how light: long wrinkles, a shine along it, torn ends."""
    ragged = length + ((bits(key + 5, int(across * 0.9 + 900)) & 7) - 3.5) * 0.35
    near = min(ragged - abs(along), breadth - abs(across))
    fold = noise(key + 6, int(across * 0.8 + 500)) + 0.7 * noise(
        key + 7, int((across + 0.05 * along) * 0.31 + 500)
    )
    return near, 1.0 + 0.07 * fold + 0.25 * max(0.0, 1.0 - abs(across / breadth + 0.35) * 5.0)


@kernel
def _slip(along: float, across: float, length: float, breadth: float, key: int) -> tuple[float, float]:
    """A ruled slip of paper, not quite flat, with something jotted down."""
    share = along / length
    wave = 1.2 * noise(key + 8, 1) * share * share
    near = min(length - abs(along), breadth - abs(across + wave))
    row = (across + 200.0) % 8.0
    tone = 1.0 + 0.06 * share
    if row < 0.4 and abs(share) < 0.86:
        tone *= 0.80
    jotted = noise(key + 9, int(along * 0.55 + 700) * 64 + int((across + 200.0) / 8.0))
    if 2.5 < row < 6.0 and abs(share) < 0.6 and abs(across) < 0.7 * breadth and jotted > 0.25:
        slant = (along * 0.9 + row * 0.35 * (1.0 + jotted)) % 1.9
        if slant < 0.65:
            tone *= 0.48
    return near, tone


@kernel
def _phone(along: float, across: float, length: float, breadth: float) -> tuple[float, float]:
    """A phone, face down: rounded corners, two lenses, a window mirrored in its back, a bright rim."""
    edge = 9.0
    px, py = max(0.0, abs(along) - length + edge), max(0.0, abs(across) - breadth + edge)
    near = edge - float(np.sqrt(px * px + py * py))
    tone = 1.0 + 1.2 * max(0.0, 1.0 - abs(along / length - 0.6 * across / breadth - 0.2) * 2.5)
    tone += 1.6 * max(0.0, 1.0 - abs(near - 0.7) / 0.5)
    for k in range(2):
        x, y = along + length - 15.0 - 17.0 * k, across + breadth - 15.0
        ring = x * x + y * y
        if ring < 49.0:
            tone = 0.25 if ring < 31.0 else 2.4
    return near, tone


@kernel
def _glare(along: float, across: float) -> float:
    """Share of a burnt-out middle in a wide halo."""
    away = along * along + across * across
    core = min(1.0, max(0.0, (1.5 - away) * 1.1))
    halo = max(0.0, 1.0 - away / 6.5)
    return float(max(core * core * (3.0 - 2.0 * core), 0.75 * halo * halo * halo))
