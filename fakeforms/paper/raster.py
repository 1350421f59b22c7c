"""The printed page as pixels: a vector PDF rasterised once per page and scale, then kept."""

from functools import lru_cache
from math import ceil

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from fakeforms.paper import printing
from fakeforms.shelf import Shelf
from fakeforms.templates import template
from fakeforms.templates.template import Shape

Plane = NDArray[np.uint8]

PAPER = 238
"""Luma of unprinted paper on the flat sheet; correction fluid is whiter."""


_BLANKS: Shelf[Plane] = Shelf(256_000_000)
_STEP = 1.06
_FINEST_PX_PER_MM = 10.0
_FINER = 2  # as finely again before averaging
_HAIR_PX = 0.01  # a page is not made a pixel wider for a rounding error


@lru_cache(maxsize=1)
def scales() -> tuple[float, ...]:
    """The scales a sheet is rasterised at, in px per mm, each six percent finer than the one before.

    So fine a ladder keeps a photo's pixels and the sheet's of nearly one size, which is what makes reading
    the sheet fast (see `camera.sampling`), and so coarse a one keeps few rasters of each page.
    """
    steps = [0.5]
    while steps[-1] < _FINEST_PX_PER_MM:
        steps.append(steps[-1] * _STEP)
    return tuple(steps)


def scale_near(px_per_mm: float) -> float:
    """The scale nearest to a wanted one."""
    return min(scales(), key=lambda scale: max(scale / px_per_mm, px_per_mm / scale))


def blank(
    form: str, page: int, px_per_mm: float, texts: tuple[tuple[str, str], ...], shape: Shape = ()
) -> Plane:
    """Luma of the unfilled page, shape (height, width), read-only; unprinted paper is PAPER.

    `texts` are the printed words that differ between elections (names of the pairs), as pairs; `shape`
    says who stands, where the form is laid out for them. Blanks are kept up to 256 MB, which is all pages of
    a form of three at every scale, or a few pages of one of twenty: who makes many photos goes page by page.
    """

    def printed() -> Plane:
        plane = rasterise(_pdf(form, page, texts, shape), px_per_mm)
        return (plane.astype(np.uint16) * PAPER // 255).astype(np.uint8)

    return _BLANKS.get((form, page, px_per_mm, texts, shape), printed)


@lru_cache(maxsize=32)
def _pdf(form: str, page: int, texts: tuple[tuple[str, str], ...], shape: Shape) -> bytes:
    sheet = template.load(form, shape)
    return printing.printed_pdf(sheet, sheet.page(page), dict(texts))


def rasterise(pdf: bytes, px_per_mm: float) -> Plane:
    """First page of a PDF as luma at exactly the given scale, its top left in the corner of the first pixel.

    The page's own rendering would stretch it to whole pixels, which is half a pixel off at the far end; and
    it moves the edges of boxes to whole pixels, so it is drawn finer and averaged.
    """
    document = pypdfium2.PdfDocument(pdf)
    try:
        page, scale = document[0], px_per_mm * 25.4 / 72.0
        sides = tuple(ceil(side * scale - _HAIR_PX) for side in page.get_size())
        width, height, scale = _FINER * sides[0], _FINER * sides[1], _FINER * scale
        bitmap = pypdfium2.PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_Gray)
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        placed, all_of_it = pdfium.FS_MATRIX(scale, 0, 0, scale, 0, 0), pdfium.FS_RECTF(0, 0, width, height)
        pdfium.FPDF_RenderPageBitmapWithMatrix(bitmap, page, placed, all_of_it, 0)
        fine = np.array(bitmap.to_numpy(), dtype=np.uint8).reshape(height, width)
        bitmap.close()
    finally:
        document.close()
    averaged: Plane = cv2.resize(fine, sides, interpolation=cv2.INTER_AREA)
    return averaged
