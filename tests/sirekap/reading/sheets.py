"""Photos for these tests: real sheets, filled and photographed by fakeforms, and their layouts."""

import random
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import fakeforms
from fakeforms import Camera, SheetOrder
from gladi.layouts import layout
from sirekap.forms.layout import Layout, SheetPage, load
from tests.fakeforms import sample_sheets

PHONE = Camera(megapixels=3.0, quality=80)


@dataclass(frozen=True)
class Taken:
    """A photo, its ground truth, and the page that it should show."""

    jpeg: bytes
    truth: Any
    page: SheetPage
    layout: Layout

    @property
    def written(self) -> dict[str, int | None]:
        """Each number as a careful person reads it."""
        return dict(self.truth["written"])


@lru_cache(maxsize=16)
def layout_of(form: str) -> Layout:
    """The layout of a form for its typical contestants."""
    return load(layout(form))


def order_of(form: str, tps: str, **changes: Any) -> SheetOrder:
    """Numbers of every length, drawn evenly: votes alone would give few 7s and no large ones."""
    order = sample_sheets.sample(form, 7, tps)
    draws = random.Random(f"{form} {tps}")
    values = {
        name: draws.choice((draws.randint(0, 9), draws.randint(10, 99), draws.randint(100, 600)))
        for name in order.values
    }
    return replace(order, **({"values": values} | changes))


def take(form: str, page: int, tps: str = "1708042001003", camera: Camera = PHONE, **changes: Any) -> Taken:
    """One photo of one page."""
    photo = fakeforms.photograph(order_of(form, tps, **changes), page, camera)
    return Taken(photo.jpeg, photo.truth, layout_of(form).page(page), layout_of(form))
