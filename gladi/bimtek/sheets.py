"""The sheets of a pack as vector PDF: blank ones to fill, filled ones to read and to check."""

from collections.abc import Iterable, Sequence

from fakeforms import Book, SheetOrder

BLANK_PAPERS = ("a3", "a4", "plano")


def blank(order: SheetOrder, pages: Sequence[int], paper: str) -> bytes:
    """Unfilled pages with the names of those who stand."""
    book = Book(order.template, paper)
    for page in pages:
        book.add_unfilled(order, page)
    return book.pdf()


def filled(sheets: Iterable[tuple[SheetOrder, str]], pages: Sequence[int], paper: str) -> bytes:
    """Filled pages of some orders in one book; each with a few words in the margin, whose it is."""
    book: Book | None = None
    for order, whose in sheets:
        book = book or Book(order.template, paper)
        for page in pages:
            book.add_filled(order, page, f"{whose} - halaman {page}")
    if book is None:
        raise ValueError("no sheets to print")
    return book.pdf()
