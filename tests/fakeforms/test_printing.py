"""The printed sheet: true size, the same bytes every time, a tag OpenCV reads, SIMULASI on every page."""

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
