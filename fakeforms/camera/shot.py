"""Everything that was decided about one photo, before a single pixel is made.

`aim` decides, `geometry` says where a point of the sheet lands, `survey` how much light falls there, and
`develop` makes the pixels.
"""

import datetime as dt
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from fakeforms.paper import raster

GRID_PX = 16
"""Geometry and light are computed on a grid this fine and interpolated between (measured: below 0.1 px)."""


class Curl(NamedTuple):
    """A corner or an edge that comes off: beyond a line, paper rises with the square of the distance."""

    normal: tuple[float, float]  # unit, across the line, towards the free end
    start_mm: float  # the line: normal . point = start
    length_mm: float  # from the line to the free end
    rise_mm: float  # how far the free end comes towards the viewer


class Strip(NamedTuple):
    """A strip of tape on the sheet."""

    at_mm: tuple[float, float]
    along: tuple[float, float]  # unit
    half_mm: tuple[float, float]  # length, breadth
    luma: float
    opacity: float
    cast: tuple[float, float]  # Cb, Cr
    gloss: float  # 0..1, light thrown straight back


class Silhouette(NamedTuple):
    """Someone's shadow on the sheet, head and shoulders; shares of the photo's width, from its top left."""

    at: tuple[float, float]  # middle of the head
    up: tuple[float, float]  # unit, from the shoulders to the head
    head: float  # radius
    depth: float  # 0: no shadow
    softness: float


class Cover(NamedTuple):
    """Something that hides a part of the sheet; `kind` is one of `covers.KINDS`."""

    kind: str
    at_mm: tuple[float, float]
    along: tuple[float, float]  # unit, where its length points
    half_mm: tuple[float, float]  # length, breadth


class Finger(NamedTuple):
    """A fingertip before the lens, far out of focus; px of the photo."""

    tip_px: tuple[float, float]
    inward: tuple[float, float]  # unit, from the hand to the tip
    radius_px: float
    soft_px: float
    luma: float
    cast: tuple[float, float]  # Cb, Cr


class Screen(NamedTuple):
    """A monitor that shows the sheet."""

    margin_mm: tuple[float, float]  # of what it shows around the sheet: at the sides, above and below
    bezel_luma: float
    pitch_px: float  # of its pixels, as the photo sees them
    grid: float  # how dark the gaps between them are, 0..1
    beat: tuple[float, float]  # moire, turns per px right and down
    curve: float  # how the moire bends, turns per px^2
    ripple: float  # strength of the moire, 0..1
    reflection: tuple[float, float, float, float]  # x, y, radius (shares of the width), luma


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo, decided. Lengths in px of the photo or mm of the sheet; lumas 0..255; shares 0..1."""

    sheet_mm: tuple[float, float]  # width, height
    width_px: int
    height_px: int
    corners_px: tuple[tuple[float, float], ...]  # where a flat sheet's corners fall: tl, tr, br, bl
    bend_mm: tuple[float, ...]  # four amplitudes, see Geometry
    relief_mm: tuple[float, ...]  # height of the folded sheet at 3 x 3 points, row by row
    curls: tuple[Curl, ...]
    viewer_mm: tuple[float, float, float]  # the lens: foot on the sheet, and distance
    lens_k1: float  # radial distortion at the corner of the frame, share of the half diagonal
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
    torch: tuple[float, float, float, float]  # x, y, reach (shares), light outside the beam; 1: no torch
    vignette: float
    shadow: Silhouette
    cast_shadow_mm: tuple[float, float, float]  # shift and depth of the sheet's own shadow
    slant: tuple[float, float]  # where the light comes from: what a slope of 1 to the right, down gains
    crease: float  # depth of the fold lines
    crumple: float
    tapes: tuple[Strip, ...]
    covers: tuple[Cover, ...]
    fingers: tuple[Finger, ...]
    screen: Screen | None
    flare: int  # how far black is lifted, luma
    ink_luma: float
    ink_cast: tuple[float, float]
    blur_px: float  # sigma of a lens in focus
    defocus_px: float  # radius of the circle of a lens out of focus
    motion_px: tuple[float, float, float]  # how far the hand moved while the shutter was open; how curved
    noise: float  # sigma in luma at mid grey
    quality: int  # first JPEG quality tried
    earlier_quality: int  # of the JPEG that a messenger made of it before; 0: it was sent directly
    kept: float  # share of the file that was kept
    faults: tuple[str, ...]
    taken_at: dt.datetime
    key: int

    def described(self) -> dict[str, object]:
        """What the ground truth tells about the camera, the scene and what went wrong."""
        return {
            "faults": list(self.faults),
            "scene": self.scene,
            "ground": self.ground,
            "paper_luma": round(self.paper_luma, 1),
            "blur_px": round(self.blur_px, 2),
            "defocus_px": round(self.defocus_px, 2),
            "motion_px": [round(v, 2) for v in self.motion_px[:2]],
            "noise": round(self.noise, 2),
            "lens_k1": round(self.lens_k1, 4),
            "vignette": round(self.vignette, 3),
            "shadow": round(self.shadow.depth, 3),
            "bend_mm": [round(v, 2) for v in self.bend_mm],
            "relief_mm": [round(v, 1) for v in self.relief_mm],
            "curls_mm": [round(curl.rise_mm, 1) for curl in self.curls],
            "earlier_quality": self.earlier_quality or None,
            "taken_at": self.taken_at.isoformat(),
        }

    @property
    def raster_px_per_mm(self) -> float:
        """Scale at which the sheet is rasterised: the photo's own, as nearly as there is one."""
        return raster.scale_near(sum(self._widths_px) / 2 / self.sheet_mm[0])

    @property
    def px_per_mm(self) -> float:
        """Size of the sheet in the photo: of its wider end where perspective makes them differ."""
        return max(self._widths_px) / self.sheet_mm[0]

    @property
    def _widths_px(self) -> tuple[float, float]:
        """How long the sheet's upper and lower edges are in the photo."""
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = self.corners_px
        top, bottom = (x1 - x0) ** 2 + (y1 - y0) ** 2, (x2 - x3) ** 2 + (y2 - y3) ** 2
        return sqrt(top), sqrt(bottom)
