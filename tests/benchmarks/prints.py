"""What printing costs: CPU ms per filled vector page, alone and in a book, at true size and on A4.

    python -m tests.benchmarks.prints [--pages 100]

In a book, what is printed on a page is drawn once and shown on every sheet; alone, it is drawn for that sheet
and its fonts are packed with it. Files are the same bytes each time.
"""

import argparse
import statistics
import time

import fakeforms
from tests.fakeforms.sample_sheets import many, sample

FORMS = (("ppwp", 1), ("ppwp", 2), ("ppwp", 3), ("dpr", 2), ("dpd", 2), ("kwk-bupati", 2))


def spent_ms(began: float) -> float:
    return 1000 * (time.process_time() - began)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=100, help="pages in a book (default 100)")
    count = parser.parse_args().pages
    fakeforms.sheet_pdf(many(1)[0])  # warm up: kernels, fonts
    print(f"{'filled page':<16}{'alone ms':>10}{'in a book':>11}{'ratio':>8}{'kB':>6}{'on A4 ms':>10}")
    for form, number in FORMS:
        orders = [sample(form, tps=f"170804200{k:04d}", seed=k) for k in range(1, count + 1)]
        alone = []
        for order in orders[:9]:
            began = time.process_time()
            fakeforms.sheet_pdf(order, number)
            alone.append(spent_ms(began))
        together = {}
        for paper in ("plano", "a4"):
            began = time.process_time()
            book = fakeforms.Book(orders[0].template, paper)
            for order in orders:
                book.add_filled(order, number)
            size = len(book.pdf())
            together[paper] = spent_ms(began) / count
        single, shared = statistics.median(alone), together["plano"]
        print(
            f"{form + ' ' + str(number):<16}{single:>10.1f}{shared:>11.1f}{single / shared:>8.1f}"
            f"{size / count / 1000:>6.0f}{together['a4']:>10.1f}"
        )


if __name__ == "__main__":
    main()
