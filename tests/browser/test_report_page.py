"""The report page in a real browser, on a phone (360 px wide) and on a desk (1280 px)."""

from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

import reports
from reports.words import Lang
from tests.browser.chromium import Seen, chromium, screenshot, seen
from tests.reports.invented import Rehearsal
from tests.reports.test_verdict import honest

pytestmark = pytest.mark.browser

SCREENS = {"phone": (360, 740), "desk": (1280, 800)}
VERDICT: dict[Lang, str] = {"id": "LULUS", "en": "FAILED"}


def eventful(lang: Lang) -> Rehearsal:
    """In Indonesian a run that passes; in English one that lost a write, with its table of examples."""
    rehearsal = honest()
    used_s = 0.0
    for second in range(60):
        used_s += 0.5
        sample = {"t_s": float(second), "component": "machine", "pid": 0, "cpu_s": used_s, "rss_bytes": 0}
        rehearsal.resources += [sample, sample | {"component": "api-1", "pid": 9, "rss_bytes": 2**27}]
    rehearsal.run["faults_available"] = {"process_kill": "available", "area_dark": "unavailable"}
    if lang == "en":
        rehearsal.store.rows.pop(4)
    return rehearsal


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[Lang, bytes]:
    chromium()
    out: dict[Lang, bytes] = {}
    for lang in VERDICT:
        path = eventful(lang).save(tmp_path_factory.mktemp(lang) / "run")
        out[lang] = reports.render(path, lang).read_bytes()
    return out


@pytest.fixture(scope="module", params=[(lang, screen) for lang in VERDICT for screen in SCREENS], ids=str)
def shown(
    request: pytest.FixtureRequest, pages: dict[Lang, bytes], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Lang, Seen]:
    """The page in one language on one screen; every test below sees all four."""
    lang, screen = request.param
    return lang, seen(pages[lang], *SCREENS[screen], tmp_path_factory.mktemp("profile"))


def test_the_page_says_its_language(shown: tuple[Lang, Seen]) -> None:
    lang, page = shown
    assert page.lang == lang
    assert VERDICT[lang] in page.title


def test_the_first_screen_has_the_verdict_and_says_simulation(shown: tuple[Lang, Seen]) -> None:
    lang, page = shown
    assert "SIMULASI" in page.first_screen
    assert VERDICT[lang] in page.first_screen
    assert page.height_px > 3000  # a whole page, not an error


def test_nobody_has_to_scroll_sideways(shown: tuple[Lang, Seen]) -> None:
    _, page = shown
    assert page.content_px <= page.width_px


def test_every_picture_is_there_and_told_in_words(shown: tuple[Lang, Seen]) -> None:
    _, page = shown
    assert len(page.images) == 6
    assert all(image.natural_px > 0 and len(image.alt) > 40 for image in page.images)


def test_nothing_is_asked_of_the_network(shown: tuple[Lang, Seen]) -> None:
    _, page = shown
    assert page.requests == ()


def test_opened_by_itself_it_is_painted_and_asks_for_nothing(
    pages: dict[Lang, bytes], tmp_path: Path
) -> None:
    path, requests = screenshot(pages["id"], 1280, 1600, tmp_path / "profile")
    assert requests == ()
    picture = matplotlib.image.imread(path)
    assert picture.shape[:2] == (1600, 1280)
    yellow = np.array([0xFF, 0xD8, 0x4D]) / 255
    assert np.allclose(picture[4, 4, :3], yellow, atol=0.01)  # the mark of a simulation, on top
    assert len(np.unique((picture[400:, :, :3] * 255).astype(np.uint8).reshape(-1, 3), axis=0)) > 100


def test_the_measuring_sees_what_is_wrong_with_a_page(tmp_path: Path) -> None:
    chromium()
    page = (
        b"<!DOCTYPE html><title>x</title><body style='margin:0'><p style='margin-top:900px'>LULUS</p>"
        b"<div style='width:500px'>wide</div><img src='http://elsewhere.invalid/a.png' alt=''>"
    )
    found = seen(page, *SCREENS["phone"], tmp_path)
    assert found.content_px == 500
    assert found.requests == ("http://elsewhere.invalid/a.png",)
    assert [image.natural_px for image in found.images] == [0]
    assert "LULUS" not in found.first_screen
    assert found.lang == ""
