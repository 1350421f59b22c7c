"""What stands before the camera: the page that was asked for, or the one that was photographed instead."""

from fakeforms.draws import Draws
from fakeforms.errors import OrderError
from fakeforms.orders import SheetOrder


def shown(
    order: SheetOrder, page: int, faults: tuple[str, ...], other: SheetOrder | None
) -> tuple[SheetOrder, int]:
    """Order and page of the sheet in the picture.

    A form photographed in place of another shows its page of the same number, or another of its pages if the
    page is wrong as well or there is none. TemplateError if the form ordered has no such page; OrderError if
    a wrong form is wanted and no `other` is given.
    """
    order.template.page(page)  # a page that was asked for must exist, whatever is photographed instead
    sheet, number = order, page
    if "wrong-form" in faults:
        if other is None or other.form == order.form:
            raise OrderError(
                f"faults: 'wrong-form' of TPS {order.tps} needs another form to photograph; "
                "give `other`, an order of a form that is not " + repr(order.form)
            )
        sheet = other
    numbers = [p.number for p in sheet.template.pages]
    if "wrong-page" in faults or number not in numbers:
        others = [n for n in numbers if n != page] or numbers
        number = Draws(order.seed, order.tps, f"subject-{order.form}-{page}").pick(others)
    return sheet, number
