"""The camera: where it stands and in what light. `Shot` is everything that was decided about one photo.

Where a point of the sheet lands is `geometry`; the pixels themselves are made in `develop`.
"""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from fakeforms.camera.settings import PUBLISHED, Camera
from fakeforms.draws import Draws
from fakeforms.orders import SheetOrder

GRID_PX = 16
"""Geometry and light are computed on a grid this fine and interpolated between (measured: below 0.1 px)."""

_WIDTHS_PX = (1008, 1008, 1008, 1008, 1056, 1056, 1104, 1152, 1200, 1296, 1392, 1488)  # published: 1000
_RASTER_PX_PER_MM = (1.5, 1.75, 2.0, 2.25, 2.5)


class _Scene(NamedTuple):
    """The light of a place; ranges are (least, most)."""

    name: str
    weight: float
    paper_luma: tuple[float, float]
    cast: tuple[float, float]  # Cb, Cr of white paper
    noise: tuple[float, float]  # sigma
    lamp: float  # strength of a single lamp
    gradient: float  # steepest change of light over the picture


_SCENES = (
    _Scene("siang", 0.30, (188, 214), (2.0, -1.0), (2.5, 3.4), 0.03, 0.10),
    _Scene("neon", 0.40, (172, 205), (-1.5, -3.0), (3.0, 4.4), 0.10, 0.12),
    _Scene("lampu", 0.30, (150, 190), (-13.0, 7.0), (3.6, 5.0), 0.26, 0.14),
)
# Ground behind the sheet: name, luma, (Cb, Cr), usual weight
_GROUNDS = (
    ("tembok", (120, 190), ((-8, 6), (-2, 1), (8, -10), (-14, 4))),
    ("papan", (70, 130), ((-18, 14), (-22, 12), (-12, 10))),
    ("lantai", (110, 190), ((-3, 1), (-6, 5), (2, -1))),
    ("terpal", (50, 110), ((24, -14), (14, -9), (-11, -6))),
)
# Tape that holds a sheet on a wall: width in mm, luma, opacity, (Cb, Cr)
_TAPES = (
    (24.0, 118.0, 0.93, -26.0, 14.0),  # brown parcel tape
    (24.0, 225.0, 0.16, -4.0, 1.0),  # clear
    (18.0, 206.0, 0.88, -14.0, 3.0),  # paper
    None,
)


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo, decided. Lengths in px of the photo or mm of the sheet; lumas 0..255; shares 0..1."""

    sheet_mm: tuple[float, float]  # width, height
    width_px: int
    height_px: int
    corners_px: tuple[tuple[float, float], ...]  # where the flat sheet's corners fall: tl, tr, br, bl
    bend_mm: tuple[float, ...]  # six amplitudes, see Geometry
    scene: str
    ground: str
    ground_luma: float
    ground_cast: tuple[float, float]
    ground_turn: tuple[float, float]  # cosine, sine of the texture's direction, times its zoom
    ground_offset: tuple[int, int]
    paper_luma: float
    cast: tuple[float, float]  # Cb, Cr of paper in this light
    gradient: tuple[float, float]
    lamp: tuple[float, float, float, float]  # x, y (shares of the photo), strength, reach
    vignette: float
    shadow: tuple[
        float, float, float, float, float
    ]  # soft edge of someone's shadow: normal, distance, depth, softness
    cast_shadow_mm: tuple[float, float, float]  # shift and depth of the sheet's own shadow
    quarters: tuple[float, float, float, float]  # brightness of the four folded quarters
    crease: float  # depth of the fold lines
    crumple: float
    tapes: tuple[
        tuple[float, ...], ...
    ]  # x, y, cosine, sine, half length, half width (px), luma, opacity, Cb, Cr
    flare: int  # how far black is lifted, luma
    ink_luma: float
    ink_cast: tuple[float, float]
    blur_px: float  # sigma
    noise: float  # sigma in luma at mid grey
    quality: int  # first JPEG quality tried
    taken_at: dt.datetime
    key: int

    def described(self) -> dict[str, object]:
        """What the ground truth tells about the camera and the scene."""
        return {
            "scene": self.scene,
            "ground": self.ground,
            "paper_luma": round(self.paper_luma, 1),
            "blur_px": round(self.blur_px, 2),
            "noise": round(self.noise, 2),
            "vignette": round(self.vignette, 3),
            "shadow": round(self.shadow[3], 3),
            "bend_mm": [round(v, 2) for v in self.bend_mm],
            "taken_at": self.taken_at.isoformat(),
        }

    @property
    def raster_px_per_mm(self) -> float:
        """Scale at which the sheet is rasterised: the least that is not coarser than the photo."""
        (x0, _), (x1, _), *_ = self.corners_px
        needed = 0.98 * (x1 - x0) / self.sheet_mm[0]
        return next((scale for scale in _RASTER_PX_PER_MM if scale >= needed), _RASTER_PX_PER_MM[-1])


def aim(order: SheetOrder, page: int, camera: Camera = PUBLISHED) -> Shot:
    """Decide everything about the photo of one page."""
    form = order.template
    sheet_mm = (form.width_mm, form.height_mm)
    draws = Draws(order.seed, order.tps, f"camera-{order.form}-{page}")
    place = Draws(order.seed, order.tps, "place")  # one TPS photographs all its sheets in one place
    scene = _scene(place)
    ground, ground_luma, ground_casts = place.pick(_GROUNDS)
    width, height = _frame(draws, camera)
    tape = place.pick(_TAPES) if ground != "lantai" else None
    turn = draws.uniform(-1.0, 1.0)
    zoom = draws.uniform(0.7, 1.4)
    ground_cast = place.pick(ground_casts)
    corners = _corners(draws, (width, height), sheet_mm)
    return Shot(
        sheet_mm=sheet_mm,
        width_px=width,
        height_px=height,
        corners_px=corners,
        tapes=_taped(draws, corners, (corners[1][0] - corners[0][0]) / sheet_mm[0], tape) if tape else (),
        flare=draws.whole(7, 26),
        bend_mm=(
            draws.bell(0, 2.4), draws.bell(0, 1.6), draws.bell(0, 2.4), draws.bell(0, 1.6),
            draws.bell(0, 1.3), draws.bell(0, 1.3),
        ),
        scene=scene.name,
        ground=ground,
        ground_luma=place.uniform(*ground_luma),
        ground_cast=(float(ground_cast[0]), float(ground_cast[1])),
        ground_turn=(zoom * (1 - 0.5 * turn * turn * 0.02), zoom * turn * 0.14),
        ground_offset=(draws.whole(0, 511), draws.whole(0, 511)),
        paper_luma=draws.uniform(*scene.paper_luma),
        cast=(scene.cast[0] + draws.bell(0, 1.5), scene.cast[1] + draws.bell(0, 1.2)),
        gradient=(draws.uniform(-1, 1) * scene.gradient, draws.uniform(-1, 1) * scene.gradient),
        lamp=(
            draws.uniform(0.1, 0.9), draws.uniform(-0.1, 0.5),
            scene.lamp * draws.uniform(0.5, 1.0), draws.uniform(0.3, 0.7),
        ),
        vignette=draws.uniform(0.02, 0.08),
        shadow=_shadow(draws),
        cast_shadow_mm=(draws.uniform(-9, 9), draws.uniform(2, 10), draws.uniform(0.15, 0.4)),
        quarters=(draws.bell(0, 0.028), draws.bell(0, 0.028), draws.bell(0, 0.028), draws.bell(0, 0.028)),
        crease=draws.uniform(0.08, 0.24),
        crumple=draws.uniform(0.012, 0.034),
        ink_luma=draws.uniform(62, 92),
        ink_cast=(draws.uniform(30, 44), draws.uniform(-22, -12)),
        blur_px=draws.uniform(0.45, 1.0),
        noise=draws.uniform(*scene.noise),
        quality=camera.quality or draws.whole(89, 95),
        taken_at=_taken_at(order, page, draws),
        key=draws.key(),
    )  # fmt: skip


def _frame(draws: Draws, camera: Camera) -> tuple[int, int]:
    """Width and height in px, whole grid cells."""
    width, tall = float(draws.pick(_WIDTHS_PX)), draws.uniform(1.44, 1.60)
    if camera.megapixels is not None:
        width, tall = (camera.megapixels * 1e6 * 0.75) ** 0.5, 4 / 3
    return GRID_PX * round(width / GRID_PX), GRID_PX * round(width * tall / GRID_PX)


def _scene(draws: Draws) -> _Scene:
    left = draws.uniform()
    for scene in _SCENES:
        left -= scene.weight
        if left < 0:
            return scene
    return _SCENES[-1]


def _corners(
    draws: Draws, photo_px: tuple[int, int], sheet_mm: tuple[float, float]
) -> tuple[tuple[float, float], ...]:
    """A hand-held frame: the sheet nearly fills it, a little turned and not quite parallel."""
    width, height = photo_px
    margin = draws.uniform(0.025, 0.06) * width
    scale = min((width - 2 * margin) / sheet_mm[0], (height - 2 * margin) / sheet_mm[1])
    half_w, half_h = sheet_mm[0] / 2 * scale, sheet_mm[1] / 2 * scale
    cx = width / 2 + draws.bell(0, 0.010) * width
    cy = height / 2 + draws.bell(0, 0.014) * height
    turn = draws.bell(0, 0.010)
    lean_x, lean_y = draws.bell(0, 0.014), draws.bell(0, 0.017)
    corners = []
    for u, v in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        x = u * half_w * (1 + lean_y * v) + draws.bell(0, 0.002) * width
        y = v * half_h * (1 + lean_x * u) + draws.bell(0, 0.002) * width
        px, py = cx + x - turn * y, cy + y + turn * x
        corners.append((min(width - 19.0, max(18.0, px)), min(height - 19.0, max(18.0, py))))
    return tuple(corners)


def _taped(
    draws: Draws, corners: tuple[tuple[float, float], ...], px_per_mm: float, tape: tuple[float, ...]
) -> tuple[tuple[float, ...], ...]:
    """Strips across the corners of a sheet on a wall; short enough to stay off marks and text."""
    breadth_mm, luma, opacity, cb, cr = tape
    middle_x, middle_y = sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4
    strips = []
    for number, (x, y) in enumerate(corners):
        if number >= 2 and draws.chance(0.25):
            continue  # the lower corners are sometimes left hanging
        lean = 1.0 if (x < middle_x) == (y < middle_y) else -1.0
        t = -0.41421356 * lean * draws.bell(1.0, 0.12)  # tangent of half the angle: about 45 degrees
        inward = draws.uniform(2.0, 8.0) * px_per_mm
        strips.append(
            (
                x + (inward if x < middle_x else -inward), y + (inward if y < middle_y else -inward),
                (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t),
                draws.uniform(24, 36) * px_per_mm, breadth_mm / 2 * px_per_mm, luma, opacity, cb, cr,
            )
        )  # fmt: skip
    return tuple(strips)


def _shadow(draws: Draws) -> tuple[float, float, float, float, float]:
    """The photographer's shadow, on four photos in ten, as a soft darker half of the picture."""
    depth = draws.uniform(0.06, 0.22) if draws.chance(0.4) else 0.0
    nx = draws.uniform(-1, 1)
    return nx, draws.uniform(0.4, 1.0), draws.uniform(0.1, 0.45), depth, draws.uniform(0.08, 0.3)


def _taken_at(order: SheetOrder, page: int, draws: Draws) -> dt.datetime:
    hour, minute = order.jam_hitung[1].split(":")
    ended = dt.datetime.combine(order.tanggal, dt.time(int(hour), int(minute)))
    ended += dt.timedelta(days=order.counted_past_midnight)
    return ended + dt.timedelta(seconds=draws.whole(600, 5400) + 70 * page)
