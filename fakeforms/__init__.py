"""fakeforms: C.Hasil sheets that never were, filled by invented hands and photographed by an invented phone.

From an order (one TPS, its numbers, its people) to a photo with its ground truth, or to a vector PDF:

    order -> filling (what is written where) -> ink (strokes) ---> printing (PDF)
                                                   \\-> camera, develop (photo) -> truth

A form is data (`templates/`), every draw is a pure function of (seed, TPS, purpose), and every picture
says SIMULASI, on the paper and in its metadata; there is no switch for that.

What stands in `__all__` is loaded when it is first asked for: an order alone needs no camera.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fakeforms.camera.settings import Camera
    from fakeforms.errors import FakeFormsError, OrderError, TemplateError
    from fakeforms.orders import Contestant, SheetOrder
    from fakeforms.paper.book import PAPERS, Book, blank_pdf, sheet_pdf
    from fakeforms.photography import Photo, forms, pages, photograph
    from fakeforms.truth.schema import truth_schema

_HOMES = {
    "camera.settings": ("Camera",),
    "errors": ("FakeFormsError", "OrderError", "TemplateError"),
    "orders": ("Contestant", "SheetOrder"),
    "paper.book": ("PAPERS", "Book", "blank_pdf", "sheet_pdf"),
    "photography": ("Photo", "forms", "pages", "photograph"),
    "truth.schema": ("truth_schema",),
}

__all__ = [
    "PAPERS",
    "Book",
    "Camera",
    "Contestant",
    "FakeFormsError",
    "OrderError",
    "Photo",
    "SheetOrder",
    "TemplateError",
    "blank_pdf",
    "forms",
    "pages",
    "photograph",
    "sheet_pdf",
    "truth_schema",
]


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"fakeforms.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
