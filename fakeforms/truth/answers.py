"""The key to printed sheets: what is on them, for whoever marks what trainees read or type from them."""

from collections.abc import Iterable
from typing import Any

from fakeforms.orders import SheetOrder
from fakeforms.paper.printing import NOTICE
from fakeforms.truth.reading import reading
from fakeforms.writing import filling


def answers(order: SheetOrder, pages: Iterable[int]) -> dict[str, Any]:
    """Numbers as meant and as a careful person reads them, and the mistakes, of these pages; goes to JSON."""
    numbers: dict[str, Any] = {}
    written: dict[str, int | None] = {}
    mistakes: list[dict[str, object]] = []
    chosen = tuple(pages)
    for page in chosen:
        filled = filling.fill(order, order.template.page(page))
        for one in filled.fields:
            if one.field.kind == "digits":
                numbers[one.field.id] = one.intended
                written[one.field.id] = reading(one.written)
        mistakes += [{"page": page, **made.described()} for made in filled.mistakes]
    return {
        "simulation": True,
        "notice": NOTICE,
        "form": order.form,
        "tps": order.tps,
        "pages": list(chosen),
        "seed": order.seed,
        "numbers": numbers,
        "written": written,
        "mistakes": mistakes,
    }
