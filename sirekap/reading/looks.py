"""Whether a photo is good enough to read: how sharp and how light it is, judged at the tag.

The tag is black on white and on every page, so its edges and its shades mean the same on every photo. The
hints are for people ("ambil ulang fotonya"); no number is refused because of them.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from sirekap.forms.layout import SheetTag
from sirekap.reading.photo import Luma
from sirekap.reading.sheet import FoundSheet

BLURRED_MM = 2.2  # wider; of `gladi forms`, sharp photos have 1.1 to 2.1 (95 %), blurred ones 2.3 to 3.2
DARK_PAPER = 55  # below; too dark ones have 29 to 52 (90 %), those by torch 49 to 180, others above 140
_PX_PER_MM = 4.0
_RIM_MM = 4.0


@dataclass(frozen=True, slots=True)
class Looks:
    """`edge_mm`: how wide the edge of the tag is, black to white; `paper`: luma beside it, 0 to 255."""

    edge_mm: float
    paper: float

    @property
    def blurred(self) -> bool:
        """Edges so soft that digits run together."""
        return self.edge_mm > BLURRED_MM

    @property
    def dark(self) -> bool:
        """So little light that noise is as strong as ink."""
        return self.paper < DARK_PAPER


def judge(luma: Luma, sheet: FoundSheet, tag: SheetTag) -> Looks:
    """The looks of a photo on which the sheet was found."""
    x, y, width, height = tag.box
    size = (round((width + 2 * _RIM_MM) * _PX_PER_MM), round((height + 2 * _RIM_MM) * _PX_PER_MM))
    step = 1 / _PX_PER_MM
    straight = np.array([[step, 0, x - _RIM_MM], [0, step, y - _RIM_MM], [0, 0, 1.0]])
    patch = cv2.warpPerspective(
        luma, sheet.plane @ straight, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    ).astype(np.float32)
    module = round(width / 8 * _PX_PER_MM)  # the outline of the tag is one module of eight wide, all black
    rim = round(_RIM_MM * _PX_PER_MM)
    profiles = (
        patch[rim + module : -rim - module, : rim + module].mean(axis=0),
        patch[rim + module : -rim - module, -rim - module :].mean(axis=0)[::-1],
        patch[: rim + module, rim + module : -rim - module].mean(axis=1),
        patch[-rim - module :, rim + module : -rim - module].mean(axis=1)[::-1],
    )
    paper = float(np.median([profile[:module].max() for profile in profiles]))
    return Looks(float(max(_rise_mm(profile) for profile in profiles)), paper)


def _rise_mm(profile: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]") -> float:
    """Contrast over the steepest slope: the width of the edge, in mm."""
    contrast = float(profile.max() - profile.min())
    slope = float(np.abs(np.gradient(profile)).max()) * _PX_PER_MM
    return contrast / slope if slope > 0 else 99.0
