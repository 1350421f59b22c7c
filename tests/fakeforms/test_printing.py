"""The printed sheet: true size, the same bytes every time, a tag OpenCV reads, SIMULASI on every page."""

import re

import cv2
import numpy as np
import pypdfium2
import pytest

import fakeforms
from fakeforms.paper import raster
from fakeforms.paper.printing import NOTICE
from tests.fakeforms.sample_sheets import order


def words_of(pdf: bytes) -> str:
    return str(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range())


@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_blank_sheet(page: int) -> None:
    pdf = fakeforms.blank_pdf("ppwp", page)
    assert pdf == fakeforms.blank_pdf("ppwp", page)
    width, height = pypdfium2.PdfDocument(pdf)[0].get_size()
    assert (width / 72 * 25.4, height / 72 * 25.4) == pytest.approx((600, 900), abs=0.01)
    text = words_of(pdf)
    assert NOTICE in text
    assert f"Halaman {page} dari 3" in text
    assert NOTICE in pypdfium2.PdfDocument(pdf).get_metadata_dict()["Subject"]


@pytest.mark.parametrize("page", [1, 2, 3])
def test_the_tag_reads_as_opencv_knows_it_turned_by_180_degrees(page: int) -> None:
    luma = raster.rasterise(fakeforms.blank_pdf("ppwp", page), 2.0)
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h10))
    corners, ids, _ = detector.detectMarkers(luma)
    assert ids.ravel().tolist() == [100 + page]
    first = corners[0][0][0]  # the tag's own top left corner is the printed bottom right
    assert first / 2.0 == pytest.approx((494.05 + 32, 107.3 + 32), abs=1.0)


def test_the_filled_sheet_is_the_blank_one_plus_ink() -> None:
    filled, blank = fakeforms.sheet_pdf(order(), 2), fakeforms.blank_pdf("ppwp", 2)
    assert filled == fakeforms.sheet_pdf(order(), 2)
    assert NOTICE in words_of(filled)
    assert "AKSARA BAYU" in words_of(filled)
    with_ink, without = (raster.rasterise(pdf, 1.0).astype(int) for pdf in (filled, blank))
    box = np.s_[185:204, 455:475]  # the first digit box of pair 1, where an X is written
    assert with_ink[box].mean() < without[box].mean() - 8


def document(pdf: bytes) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(pdf)


def test_all_pages_of_a_form_come_in_one_pdf() -> None:
    for pdf in (fakeforms.blank_pdf("ppwp"), fakeforms.sheet_pdf(order())):
        pages = document(pdf)
        assert len(pages) == 3
        for number, page in enumerate(pages, 1):
            assert f"Halaman {number} dari 3" in page.get_textpage().get_text_range()


@pytest.mark.parametrize(("on", "size_mm"), [("a3", (297, 420)), ("a4", (210, 297))])
def test_office_paper_takes_the_sheet_whole_centred_and_undistorted(
    on: str, size_mm: tuple[int, int]
) -> None:
    pdf = fakeforms.sheet_pdf(order(), 2, on)
    width, height = document(pdf)[0].get_size()
    assert (width / 72 * 25.4, height / 72 * 25.4) == pytest.approx(size_mm, abs=0.01)
    px_per_mm = 8.0
    luma = raster.rasterise(pdf, px_per_mm)
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h10))
    corners, ids, _ = detector.detectMarkers(luma)
    assert ids.ravel().tolist() == [102]
    sides = np.ptp(corners[0][0], axis=0) / px_per_mm
    scale = sides.mean() / 32.0
    assert sides[0] == pytest.approx(sides[1], rel=0.02)
    told = re.search(r"skala ([\d,]+) %", document(pdf).get_metadata_dict()["Title"])
    assert told
    assert float(told[1].replace(",", ".")) == pytest.approx(100 * scale, rel=0.02)
    ink_rows, ink_columns = (np.flatnonzero((luma < 250).any(axis=axis)) for axis in (1, 0))
    assert ink_columns[0] + ink_columns[-1] == pytest.approx(luma.shape[1], rel=0.02)  # centred
    assert min(ink_rows[0], luma.shape[0] - ink_rows[-1]) > 6 * px_per_mm


def test_a_page_in_a_book_is_the_page_printed_alone() -> None:
    orders = [order(), order(seed=8)]
    book = fakeforms.Book(orders[0].template)
    for one in orders:
        book.add_filled(one, 3)
    pages = document(book.pdf())
    for number, one in enumerate(orders):
        alone = document(fakeforms.sheet_pdf(one, 3))[0]
        together, single = (p.render(scale=0.3, grayscale=True).to_numpy() for p in (pages[number], alone))
        assert (together == single).all()


def test_an_unknown_paper_names_the_known_ones() -> None:
    with pytest.raises(fakeforms.OrderError, match="'a5' is unknown; known papers: plano, a3, a4"):
        fakeforms.blank_pdf("ppwp", 1, "a5")
