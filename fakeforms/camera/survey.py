"""What is known every GRID_PX pixels of a photo: where it looks on the sheet, and the light that falls there.

The way back from photo to sheet has no closed form; a short series and two steps from where the neighbour
came out are within a hundredth of a pixel. Only + - * / on doubles: the same on every machine.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fakeforms.camera.geometry import Geometry, displaced
from fakeforms.camera.shot import Shot
from fakeforms.compiled import kernel
from fakeforms.counter import noise
from fakeforms.paper import raster

_KEYS = 1 << 40
_STEPS = 2
_FACET_MM, _DENT_MM = 92.0, 31.0


@dataclass(frozen=True, slots=True)
class Grids:
    """Rows by columns of nodes."""

    source: NDArray[np.int32]  # (rows, columns, 2) pixel of the flat sheet, 16 fraction bits
    room: NDArray[np.int32]  # light on what is behind the sheet, 12 fraction bits
    paper: NDArray[np.int32]  # light on the sheet, 12 fraction bits


def survey(geometry: Geometry, px_per_mm: float) -> Grids:
    """The grids of one photo for a flat sheet of that scale."""
    shot = geometry.shot
    rows, columns = shot.height_px // 16 + 1, shot.width_px // 16 + 1
    seen = np.empty((rows, columns, 2))
    source = np.empty((rows, columns, 2), np.int32)
    _look(seen, source, np.array(geometry.inverse), geometry.lens, geometry.form, px_per_mm)
    room = np.empty((rows, columns), np.int32)
    paper = np.empty((rows, columns), np.int32)
    _shine(room, shot.width_px, shot.height_px, _light(shot))
    _shade(paper, room, seen, geometry.form, _slopes(shot), shot.crumple, shot.key % _KEYS)
    return Grids(source, room, paper)


@kernel
def _look(
    seen: NDArray[np.float64],
    source: NDArray[np.int32],
    inverse: NDArray[np.float64],
    lens: NDArray[np.float64],
    form: NDArray[np.float64],
    scale: float,
) -> None:
    """The point of the sheet under each node: in mm, and in px of the flat sheet with 16 fraction bits."""
    rows, columns = source.shape[0], source.shape[1]
    for r in range(rows):
        # how far the neighbour's point was displaced, and how that changed: where to start from
        right, down, more_right, more_down = 0.0, 0.0, 0.0, 0.0
        for c in range(columns):
            px, py = 16.0 * c - lens[0], 16.0 * r - lens[1]
            # the lens undone: the inverse of p (1 + k |p|^2), a series in t = k |p|^2 (0.003 px at t = 0.025)
            t = lens[2] * (px * px + py * py)
            flat = 1.0 - t * (1.0 - t * (3.0 - t * (12.0 - t * 55.0)))
            x, y = lens[0] + px * flat, lens[1] + py * flat
            w = 1.0 / (inverse[6] * x + inverse[7] * y + inverse[8])
            u = (inverse[0] * x + inverse[1] * y + inverse[2]) * w
            v = (inverse[3] * x + inverse[4] * y + inverse[5]) * w
            was_right, was_down = right, down
            right, down = right + more_right, down + more_down
            for _ in range(_STEPS + 5 if c == 0 else _STEPS):
                right, down = displaced(u - right, v - down, form)
            more_right, more_down = (right - was_right, down - was_down) if c else (0.0, 0.0)
            sx, sy = u - right, v - down
            seen[r, c, 0] = sx
            seen[r, c, 1] = sy
            source[r, c, 0] = int(np.floor((sx * scale - 0.5) * 65536.0))
            source[r, c, 1] = int(np.floor((sy * scale - 0.5) * 65536.0))


def _light(shot: Shot) -> NDArray[np.float64]:
    """What `_shine` needs: level, gradient, lamp, vignette, torch, shadow."""
    shadow = shot.shadow
    return np.array(
        [
            shot.paper_luma / raster.PAPER, *shot.gradient, *shot.lamp, shot.vignette, *shot.torch,
            *shadow.at, *shadow.up, shadow.head, shadow.depth, shadow.softness,
        ]
    )  # fmt: skip


@kernel
def _shine(gain: NDArray[np.int32], width: int, height: int, light: NDArray[np.float64]) -> None:
    """Light as it falls in the room, 12 fraction bits."""
    for r in range(gain.shape[0]):
        for c in range(gain.shape[1]):
            p, q = 16.0 * c / width, 16.0 * r / height
            lit = light[0] * (1.0 + light[1] * (p - 0.5) * 2 + light[2] * (q - 0.5) * 2)
            dx, dy = p - light[3], (q - light[4]) * 1.5
            lit *= 1.0 + light[5] * (1.0 / (1.0 + (dx * dx + dy * dy) / (light[6] * light[6])) - 0.35)
            lit *= 1.0 - light[7] * ((2 * p - 1) * (2 * p - 1) + (2 * q - 1) * (2 * q - 1))
            if light[11] < 1.0:
                # a beam: even in the middle, then steep; a little of it comes back from the walls
                dx, dy = (p - light[8]) / light[10], (q - light[9]) * (height / width) / light[10]
                away = dx * dx + dy * dy
                lit *= light[11] + (1.0 - light[11]) / (1.0 + away * away)
            if light[17] > 0.0:
                dx, dy = p - light[12], q * height / width - light[13]
                lit *= 1.0 - light[17] * _silhouette(dx, dy, light)
            gain[r, c] = int(min(1.25, max(0.01, lit)) * 4096)


@kernel
def _silhouette(dx: float, dy: float, light: NDArray[np.float64]) -> float:
    """How deep (0..1) a point lies in someone's shadow: a head on shoulders, all of it soft."""
    along = (dx * light[14] + dy * light[15]) / light[16]
    across = (dx * light[15] - dy * light[14]) / light[16]
    head = 1.0 - np.sqrt(across * across + along * along * 0.7)
    # shoulders: a broad round shape 1.2 heads below, and all that lies under it
    low = min(0.0, along + 3.6)
    body = 2.4 - np.sqrt(across * across + (along + 3.6 - low) * (along + 3.6 - low))
    t = min(1.0, max(0.0, max(head, body) * light[16] / light[18] + 0.5))
    return float(t * t * (3.0 - 2.0 * t))


def _slopes(shot: Shot) -> NDArray[np.float64]:
    """What each quarter gains by facing the light (tl, tr, bl, br), and the light's slant."""
    knots = [shot.relief_mm[3 * row : 3 * row + 3] for row in range(3)]
    half_w, half_h = shot.sheet_mm[0] / 2, shot.sheet_mm[1] / 2
    gains = []
    for down in (0, 1):
        for right in (0, 1):
            (a, b), (c, d) = (row[right : right + 2] for row in knots[down : down + 2])
            across, along = (b + d - a - c) / (2 * half_w), (c + d - a - b) / (2 * half_h)
            gains.append(across * shot.slant[0] + along * shot.slant[1])
    return np.array([*gains, *shot.slant])


@kernel
def _shade(
    paper: NDArray[np.int32],
    room: NDArray[np.int32],
    seen: NDArray[np.float64],
    form: NDArray[np.float64],
    slopes: NDArray[np.float64],
    crumple: float,
    key: int,
) -> None:
    """Light on the sheet, 12 fraction bits: quarters lean, free ends rise, and paper that was squeezed has
    facets. All of it is smooth over a grid cell; sharp lines are drawn on the flat sheet."""
    half_width, half_height = 1.0 / form[0], 1.0 / form[1]
    facets = _lattice(key + 3, 2 * half_width, 2 * half_height, _FACET_MM)
    dents = _lattice(key + 4, 2 * half_width, 2 * half_height, _DENT_MM)
    for r in range(paper.shape[0]):
        for c in range(paper.shape[1]):
            x, y = seen[r, c, 0], seen[r, c, 1]
            fx = min(1.0, max(0.0, (x - half_width) / 24.0 + 0.5))
            fy = min(1.0, max(0.0, (y - half_height) / 24.0 + 0.5))
            top = slopes[0] * (1 - fx) + slopes[1] * fx
            lit = 1.0 + top * (1 - fy) + (slopes[2] * (1 - fx) + slopes[3] * fx) * fy
            for k in range(29, len(form), 6):
                t = min(form[k + 3], form[k] * x + form[k + 1] * y - form[k + 2])
                if t > 0.0:
                    lit += 2 * form[k + 4] * t * (form[k] * slopes[4] + form[k + 1] * slopes[5])
            # the small dents also push the facets' edges off their straight lines
            dent = _between(dents, x * (1 / _DENT_MM), y * (1 / _DENT_MM), True)
            push = 22.0 * dent
            facet = _between(facets, (x + push) * (1 / _FACET_MM), (y - push) * (1 / _FACET_MM), False)
            lit += crumple * (facet + 0.35 * dent)
            paper[r, c] = min(4096, max(40, int(room[r, c] * lit)))


@kernel
def _lattice(key: int, width_mm: float, height_mm: float, cell_mm: float) -> NDArray[np.float64]:
    out = np.empty((int(height_mm / cell_mm) + 6, int(width_mm / cell_mm) + 6))
    for j in range(out.shape[0]):
        for i in range(out.shape[1]):
            out[j, i] = noise(key, j * 256 + i)
    return out


@kernel
def _between(table: NDArray[np.float64], x: float, y: float, smooth: bool) -> float:
    """Value of a lattice between its points: smooth, or in flat triangles that meet in ridges."""
    x, y = max(0.0, min(table.shape[1] - 2.0, x + 2.0)), max(0.0, min(table.shape[0] - 2.0, y + 2.0))
    i, j = min(int(x), table.shape[1] - 2), min(int(y), table.shape[0] - 2)
    e, f = x - i, y - j
    if smooth:
        e, f = e * e * (3 - 2 * e), f * f * (3 - 2 * f)
        top = table[j, i] * (1 - e) + table[j, i + 1] * e
        return float(top * (1 - f) + (table[j + 1, i] * (1 - e) + table[j + 1, i + 1] * e) * f)
    if e + f < 1.0:
        return float(table[j, i] * (1 - e - f) + table[j, i + 1] * e + table[j + 1, i] * f)
    return float(table[j + 1, i + 1] * (e + f - 1) + table[j + 1, i] * (1 - e) + table[j, i + 1] * (1 - f))
