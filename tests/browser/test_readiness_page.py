"""The sheet of readiness in a real browser, on a phone (390 px) and a desk (1280 px), and on an A4 page."""

from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from reports.readiness import render
from reports.words import Lang
from tests.browser.chromium import Seen, chromium, seen
from tests.reports.readiness.invented import REHEARSAL, folder

pytestmark = pytest.mark.browser

SCREENS = {"phone": (390, 844), "desk": (1280, 800)}
WORD: dict[Lang, str] = {"id": "BELUM SIAP", "en": "GO"}
LONG = (
    "Berangkat bersama mobil bak PPK ke titik kirim di kantor kecamatan, lalu menunggu giliran menurut daftar"
)


def check(path: Path, lang: Lang) -> Path:
    """In Indonesian a no-go with everything that can stand open, in English a go."""
    if lang == "en":
        return folder(path)
    unsure = {"valid": "unknown", "why": "w" * 80, "why_id": "w" * 80, "title": "Lost", "title_id": "Hilang"}
    needs = [
        (f"1708{n:02}", f"1708{n:02}1001001", kind, 3.0, 4_000.0)
        for n in range(1, 40)
        for kind in ("no_signal", "unsteady", "power")
    ]
    return folder(
        path, activation=[(f"1708{n:02}", 120, 100 + n % 20) for n in range(1, 40)], capacity=[], needs=needs,
        plans=[(f"1708{n:02}", "no_signal", LONG, "PPK") for n in range(1, 40, 2)], staff=1,
        rehearsal=REHEARSAL | {"verdict": "unknown", "checkers": {f"c{n}": unsure for n in range(9)}},
    )  # fmt: skip


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[Lang, Path]:
    chromium()
    made: dict[Lang, Path] = {}
    for lang in WORD:
        made[lang] = check(tmp_path_factory.mktemp(lang) / "kesiapan", lang)
        render(made[lang], lang)
    return made


@pytest.fixture(scope="module", params=[(lang, screen) for lang in WORD for screen in SCREENS], ids=str)
def shown(
    request: pytest.FixtureRequest, folders: dict[Lang, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Lang, Seen]:
    lang, screen = request.param
    page = (folders[lang] / "report.html").read_bytes()
    return lang, seen(page, *SCREENS[screen], tmp_path_factory.mktemp("profile"))


def test_the_first_screen_has_the_answer_and_says_simulation(shown: tuple[Lang, Seen]) -> None:
    lang, page = shown
    assert page.lang == lang
    assert WORD[lang] in page.first_screen and WORD[lang] in page.title
    assert "SIMULASI" in page.first_screen


def test_nobody_has_to_scroll_sideways(shown: tuple[Lang, Seen]) -> None:
    _, page = shown
    assert page.content_px <= page.width_px


def test_every_picture_is_there_and_told_in_words(shown: tuple[Lang, Seen]) -> None:
    _, page = shown
    assert len(page.images) == 2
    assert all(image.natural_px > 0 and len(image.alt) > 40 for image in page.images)
    assert page.requests == ()


def test_on_paper_it_is_one_sheet_of_a4_with_everything_that_decides(folders: dict[Lang, Path]) -> None:
    for lang, path in folders.items():
        paper = PdfDocument(path / "report.pdf")
        assert len(paper) == 1, lang
        width, height = paper[0].get_size()
        assert (round(width), round(height)) == (595, 842)
        text = paper[0].get_textpage().get_text_range()
        assert WORD[lang] in text and "SIMULASI" in text
    assert "di report.html" in PdfDocument(folders["id"] / "report.pdf")[0].get_textpage().get_text_range()
