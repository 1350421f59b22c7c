"""From an order to a photo: the path every picture takes, step by step."""

from dataclasses import dataclass
from math import sqrt

import simplejpeg

from fakeforms import desk
from fakeforms.camera import develop, exif, fault, folds, subject
from fakeforms.camera.aim import aim
from fakeforms.camera.geometry import Geometry
from fakeforms.camera.settings import PUBLISHED, Camera
from fakeforms.orders import SheetOrder
from fakeforms.paper import raster
from fakeforms.templates import template, wording
from fakeforms.templates.template import Shape
from fakeforms.truth.describe import describe
from fakeforms.writing import filling, ink

SMALLEST_BYTES = 300_000
LARGEST_BYTES = 1_000_000
"""Bounds of a photo's size; the published ones have 0.8 to 0.93 MB."""

_LEAST_QUALITY, _BEST_QUALITY = 30, 97


@dataclass(frozen=True, slots=True)
class Photo:
    """A finished photo and everything that is true about it (see `fakeforms.truth`)."""

    jpeg: bytes
    truth: dict[str, object]


def forms() -> tuple[str, ...]:
    """Ids of the forms there is a template for, e.g. ("dpd", "dpr", ..., "ppwp")."""
    return template.known_forms()


def pages(form: str, shape: Shape = ()) -> tuple[int, ...]:
    """Page numbers of a form for those who stand (`SheetOrder.shape`), or for a typical field of them.

    TemplateError if the form is unknown or has no room for them.
    """
    return tuple(page.number for page in template.load(form, shape).pages)


def photograph(
    order: SheetOrder, page: int, camera: Camera = PUBLISHED, other: SheetOrder | None = None
) -> Photo:
    """The photo of one page: the same bytes for the same order, whatever else was made before.

    `other`: an order of another form of the same TPS, photographed in its place by the fault "wrong-form".
    """
    faults = fault.drawn(camera.faults, order.seed, order.tps, f"{order.form}-{page}")
    seen, seen_page = subject.shown(order, page, faults, other)
    sheet_page = seen.template.page(seen_page)
    filled = filling.fill(seen, sheet_page)
    shot = aim(order, page, camera, shown=(seen, seen_page), faults=faults)
    geometry = Geometry(shot)
    scale = shot.raster_px_per_mm
    words = wording.printed_on(seen, sheet_page)
    table = desk.mine()
    luma = table.copy("sheet", raster.blank(seen.form, seen_page, scale, words, seen.shape))
    tint, wet = table.zeros("tint", luma.shape), table.zeros("wet", luma.shape)
    ink.cover(luma, filled.patches, scale)
    strokes = ink.write(filled.crew.alphabet, filled.placements)
    ink.lay(luma, tint, strokes, scale, shot.ink_luma, wet)
    folds.press(luma, shot, scale)
    planes = develop.expose(luma, tint, geometry, scale, table)
    jpeg, quality = encoded(planes, shot.quality, fixed=camera.quality is not None)
    jpeg = exif.marked(jpeg, shot.taken_at, shot.width_px, shot.height_px, f"{order.form} {order.tps} {page}")
    jpeg = jpeg[: max(1, int(len(jpeg) * shot.kept))]
    truth = describe(
        seen, sheet_page, filled, geometry, jpeg=jpeg, quality=quality,
        asked=(order.form, page), whole=shot.kept == 1.0,
    )  # fmt: skip
    return Photo(jpeg, truth)


def encoded(
    planes: tuple[raster.Plane, raster.Plane, raster.Plane], quality: int, *, fixed: bool = False
) -> tuple[bytes, int]:
    """JPEG within the size bounds (1 kB kept free for metadata), and the quality that gave it.

    With `fixed`, of exactly that quality, whatever its size. No photo is below quality 30 or above 97 for it.
    """
    luma, cb, cr = planes
    while True:
        jpeg: bytes = simplejpeg.encode_jpeg_yuv_planes(luma, cb, cr, quality=quality, fastdct=False)
        size = len(jpeg)
        if fixed or SMALLEST_BYTES <= size <= LARGEST_BYTES - 1_000:
            return jpeg, quality
        better = _quality_for(quality, size)
        if better == quality or (better > quality) == (size > LARGEST_BYTES - 1_000):
            return jpeg, quality
        quality = better


def _quality_for(quality: int, size: int) -> int:
    """The quality to try after one that gave a wrong size: most often the last try.

    Steps of quantisation are proportional to 200 - 2 quality (5000 / quality below 50), and for photos of
    sheets the size falls a little more slowly than their power of two thirds rises.
    """
    step = 200 - 2 * quality if quality >= 50 else 5000 / quality
    large = size > LARGEST_BYTES - 1_000
    ratio = size / (0.93 * LARGEST_BYTES if large else 1.1 * SMALLEST_BYTES)
    step *= ratio * sqrt(ratio)
    better = int((200 - step) / 2 if step <= 100 else 5000 / step)
    return (
        max(_LEAST_QUALITY, min(better, quality - 1))
        if large
        else min(_BEST_QUALITY, max(better, quality + 1))
    )
