"""fakeforms: C.Hasil sheets that never were, filled by invented hands and photographed by an invented phone.

From an order (one TPS, its numbers, its people) to a photo with its ground truth, or to a vector PDF:

    order -> filling (what is written where) -> ink (strokes) ---> printing (PDF)
                                                   \\-> camera, develop (photo) -> truth

A form is data (`templates/`), every draw is a pure function of (seed, TPS, purpose), and every picture
says SIMULASI, on the paper and in its metadata; there is no switch for that.
"""

from fakeforms.camera.settings import Camera
from fakeforms.errors import FakeFormsError, OrderError, TemplateError
from fakeforms.orders import Contestant, SheetOrder
from fakeforms.paper.book import PAPERS, Book, blank_pdf, sheet_pdf
from fakeforms.photography import Photo, forms, pages, photograph
from fakeforms.truth.schema import truth_schema

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
