"""The printed page as pixels: a vector PDF rasterised once per page and scale, then kept."""

from functools import lru_cache

import numpy as np
import pypdfium2
from numpy.typing import NDArray

from fakeforms.paper import printing
from fakeforms.templates import template
from fakeforms.templates.template import Shape

Plane = NDArray[np.uint8]

PAPER = 238
"""Luma of unprinted paper on the flat sheet; correction fluid is whiter."""


@lru_cache(maxsize=16)
def blank(
    form: str, page: int, px_per_mm: float, texts: tuple[tuple[str, str], ...], shape: Shape = ()
) -> Plane:
    """Luma of the unfilled page, shape (height, width), read-only; unprinted paper is PAPER.

    `texts` are the printed words that differ between elections (names of the pairs), as pairs; `shape`
    says who stands, where the form is laid out for them.
    """
    sheet = template.load(form, shape)
    pdf = printing.printed_pdf(sheet, sheet.page(page), dict(texts))
    plane = (rasterise(pdf, px_per_mm).astype(np.uint16) * PAPER // 255).astype(np.uint8)
    plane.setflags(write=False)
    return plane


def rasterise(pdf: bytes, px_per_mm: float) -> Plane:
    """First page of a PDF as luma at the given scale."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        bitmap = document[0].render(scale=px_per_mm * 25.4 / 72.0, grayscale=True)
        plane = np.array(bitmap.to_numpy(), dtype=np.uint8)
        bitmap.close()
    finally:
        document.close()
    return np.ascontiguousarray(plane.reshape(plane.shape[0], plane.shape[1]))
