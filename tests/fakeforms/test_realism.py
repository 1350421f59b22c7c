"""Readers that we did not write find and read what is on our photos; the full figures are a benchmark.

`python -m tests.benchmarks realism` gives every figure with its bound; here is what must never break.
"""

import shutil

import numpy as np
import pytest

from fakeforms import Camera
from tests.benchmarks import realism_digits
from tests.benchmarks.realism import mildly_blurred
from tests.benchmarks.realism_album import CAMERAS, Taken, album
from tests.benchmarks.realism_digits import Digits
from tests.benchmarks.realism_look import Look
from tests.benchmarks.realism_tags import Tags
from tests.benchmarks.realism_words import Words, printed


@pytest.fixture(scope="module")
def photos() -> list[Taken]:
    """Two photos of every form, as the portal shows them."""
    return list(album(14, cameras=CAMERAS[:1]))


def test_opencv_finds_every_tag(photos: list[Taken]) -> None:
    tags = Tags()
    for taken in photos:
        tags.look(taken)
    assert tags.missed == []
    assert np.median(tags.away_px) <= 0.7


def test_a_reader_taught_by_real_handwriting_reads_our_digits(photos: list[Taken]) -> None:
    digits = Digits()
    for taken in photos:
        digits.look(taken)
    assert digits.blank <= 0.02 * len(digits.digits)
    score = realism_digits.real_reads(*digits.of("ordinary"))
    assert score.read >= 100
    assert score.share >= 0.5  # chance is 0.1


def test_the_normalised_real_set_is_where_the_steps_were_read_off() -> None:
    """What is done to our digits holds in the real ones: the same ink in each, edges one above the other."""
    cells, digits = realism_digits.real()
    ink = [cells[digits == d].sum(axis=1).mean() for d in range(10)]
    assert min(ink) > 300
    assert max(ink) < 332
    rows = cells.reshape(-1, 8, 8) >= 3
    lean = rows[:, 0].argmax(axis=1) - rows[:, 7].argmax(axis=1)
    for digit in range(10):
        assert abs(lean[digits == digit].mean()) < 0.15


def test_a_clean_box_comes_out_like_a_real_digit() -> None:
    box = np.full((96, 96), 220, np.uint8)
    box[:4] = box[-4:] = 20
    box[:, :4] = box[:, -4:] = 20  # the printed lines
    box[25:75, 44:50] = 60  # a 1
    cells = realism_digits.normalised(box)
    assert cells is not None
    assert cells.sum() == pytest.approx(312, abs=1)
    assert realism_digits.real_reads(cells[None], np.array([1])).share == 1.0
    box[25:75, 44:50] = 220
    assert realism_digits.normalised(box) is None


def test_words_of_the_print_are_known_without_our_printer(photos: list[Taken]) -> None:
    ppwp = next(taken for taken in photos if taken.order.form == "ppwp" and taken.page == 1)
    words = {word.text: word for word in printed(ppwp.order, 1)}
    assert {"BERITA", "REPUBLIK", "DISABILITAS", "PENGGUNAAN"} <= words.keys()
    assert "SIMULASI" not in words
    heading = words["REPUBLIK"]
    assert heading.y_mm + heading.height_mm == pytest.approx(124.8, abs=0.3)  # its baseline in the template


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_tesseract_reads_the_larger_headings(photos: list[Taken]) -> None:
    words = Words(each=8)
    for taken in photos:
        words.look(taken)
    reading = words.read()
    assert reading is not None
    count, share = reading.between(6.4, 40.0)
    assert count >= 30
    assert share >= 0.5


def test_photos_look_like_published_ones(photos: list[Taken]) -> None:
    look = Look()
    for taken in photos:
        look.look(taken)
    assert 140 <= np.median(look.seen["paper luma"]) <= 210
    assert 2.0 <= np.median(look.seen["noise"]) <= 5.5
    assert look.within("file MB", 0.3, 1.0) == 1.0


def test_the_truth_alone_tells_where_a_millimetre_lies(photos: list[Taken]) -> None:
    assert max(taken.lie.rms_px for taken in photos) <= 1.0


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_gates_of_tags() -> None:
    """At least 99.5 % without a covering fault, 98 % where blurred, and none where it is covered."""
    plain, blurred, covered = Tags(), Tags(), Tags()
    for taken in album(700):
        (blurred if mildly_blurred(taken) else plain).look(taken)
    for fault, tags in (("blurred", blurred), ("covered-tag", covered)):
        for taken in album(105, cameras=(Camera(faults={fault: 1.0}),)):
            tags.look(taken)
    assert plain.share >= 0.995
    assert blurred.share >= 0.98
    assert covered.found == 0


@pytest.mark.slow
def test_the_gate_of_digits() -> None:
    """A reader taught by our digits alone reads at least 85 % of real ones."""
    digits = Digits()
    for taken in album(200, forms=("ppwp",)):
        digits.look(taken)
    cells, meant = digits.of("ordinary")
    assert realism_digits.score(realism_digits.learnt(cells, meant), *realism_digits.real()).share >= 0.85
