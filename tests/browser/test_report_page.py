"""The report in a real browser: on a phone (390 px) and a desk (1280 px), light and dark, with keys alone."""

from collections.abc import Iterator
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

import reports
from reports.words import Lang
from tests.browser.chromium import Served, chromium, forbid_scripts, screenshot, seen, text_after_scripts
from tests.browser.devtools import Tab, tab
from tests.browser.eyes import complaints, faint, within
from tests.reports.invented import Rehearsal
from tests.reports.test_verdict import honest

pytestmark = pytest.mark.browser

SCREENS = {"phone": (390, 844), "desk": (1280, 800)}
VERDICT: dict[Lang, str] = {"id": "LULUS", "en": "FAILED"}
QUESTIONS: dict[Lang, list[str]] = {
    "id": ["Apakah server bertahan?", "Apakah ada yang hilang?", "Siapa yang belum masuk?"],
    "en": ["Did the server survive?", "Is anything lost?", "Who is missing?"],
}


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
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[Lang, Path]:
    chromium()
    out: dict[Lang, Path] = {}
    for lang in VERDICT:
        out[lang] = reports.render(eventful(lang).save(tmp_path_factory.mktemp(lang) / "run"), lang)
    return out


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with tab(tmp_path_factory.mktemp("profile")) as one:
        yield one


@pytest.fixture(params=[(lang, screen) for lang in VERDICT for screen in SCREENS], ids=str)
def shown(request: pytest.FixtureRequest, pages: dict[Lang, Path], browser: Tab) -> tuple[Lang, Tab]:
    """The page in one language on one screen; every test below sees all four."""
    lang, screen = request.param
    browser.errors.clear()
    browser.prefer(prefers_color_scheme="light")
    browser.open(pages[lang].as_uri(), *SCREENS[screen], phone=screen == "phone")
    return lang, browser


def test_the_first_screen_answers_three_questions(shown: tuple[Lang, Tab]) -> None:
    lang, page = shown
    assert page.run("document.documentElement.lang") == lang
    assert VERDICT[lang] in page.run("document.title")
    asked = page.run("[...document.querySelectorAll('.first .card h2')].map((one) => one.textContent)")
    assert asked == QUESTIONS[lang]
    for part in (".mark", ".first .word", ".first .card", ".first .unproven"):
        on_screen = within(page, part)
        assert on_screen, part
        assert all(on_screen), part


def test_nobody_has_to_scroll_sideways(shown: tuple[Lang, Tab]) -> None:
    _, page = shown
    page.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    needs, has = page.run("[document.documentElement.scrollWidth, innerWidth]")
    assert needs <= has


def test_nothing_is_asked_of_the_network_and_nothing_goes_wrong(shown: tuple[Lang, Tab]) -> None:
    _, page = shown
    asked = page.run("performance.getEntriesByType('resource').map((one) => one.name)")
    assert [one for one in asked if not one.startswith("data:")] == []
    assert page.errors == []


@pytest.mark.parametrize("screen", SCREENS)
def test_a_place_opens_by_keys_alone(pages: dict[Lang, Path], browser: Tab, screen: str) -> None:
    """Tab to the first kecamatan with somebody missing, Enter: its TPS are listed; Enter again: closed."""
    page = browser
    page.open(pages["en"].as_uri(), *SCREENS[screen], phone=screen == "phone")
    names = []
    for _ in range(60):
        page.press("Tab")
        names.append(page.run("document.activeElement.className"))
        if page.run("document.activeElement.matches('.places summary')"):
            break
    assert names[0] == "skip"
    assert names[-1] == "row", names
    assert any(name.startswith("tile ") for name in names)
    assert page.run("document.activeElement.getBoundingClientRect().height > 20")
    assert page.run("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.press("Enter")
    page.until("document.activeElement.parentElement.open")
    listed = page.run("document.activeElement.parentElement.querySelectorAll('tbody tr').length")
    assert listed >= 1
    page.press("Enter")
    page.until("!document.activeElement.parentElement.open")


def test_every_picture_is_there_and_told_in_words(shown: tuple[Lang, Tab]) -> None:
    _, page = shown
    pictures = page.run("[...document.images].map((one) => [one.naturalWidth, one.alt.length])")
    assert len(pictures) == 4
    assert all(width > 0 and words > 40 for width, words in pictures)
    drawn = page.run(
        "[...document.querySelectorAll('svg.timeline')].filter((one) => one.getBoundingClientRect().width)"
        ".map((one) => ['title', 'desc'].map((name) => one.querySelector(name).textContent.length))"
    )
    assert len(drawn) == 1  # of two sizes, the one for this screen
    assert drawn[0][0] > 5
    assert drawn[0][1] > 60


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_can_be_told_from_their_ground(shown: tuple[Lang, Tab], scheme: str) -> None:
    _, page = shown
    page.prefer(prefers_color_scheme=scheme)
    page.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert faint(page) == []
    assert complaints(page) == []


def test_whoever_wants_no_motion_gets_none(shown: tuple[Lang, Tab]) -> None:
    _, page = shown
    behaviour = "getComputedStyle(document.documentElement).scrollBehavior"
    page.prefer(prefers_reduced_motion="reduce")
    assert page.run(behaviour) == "auto"


def test_without_scripts_every_place_is_there(pages: dict[Lang, Path], tmp_path: Path) -> None:
    profile = forbid_scripts(tmp_path / "profile")
    page = pages["en"].read_bytes()
    dom = text_after_scripts(lambda path: Served(page), "/page.html", profile)
    assert '<p class="find screen" hidden' in dom
    assert dom.count("<details id=") >= 1
    assert "Unfinished TPS in" in dom


def test_opened_by_itself_it_is_painted_and_asks_for_nothing(pages: dict[Lang, Path], tmp_path: Path) -> None:
    path, requests = screenshot(pages["id"].read_bytes(), 1280, 1600, tmp_path / "profile")
    assert requests == ()
    picture = matplotlib.image.imread(path)
    assert picture.shape[:2] == (1600, 1280)
    yellow = np.array([0xFF, 0xD8, 0x4D]) / 255
    assert np.allclose(picture[4, 4, :3], yellow, atol=0.01)  # the mark of a simulation, on top
    assert len(np.unique((picture[400:, :, :3] * 255).astype(np.uint8).reshape(-1, 3), axis=0)) > 100


def test_the_measuring_sees_what_is_wrong_with_a_page(tmp_path: Path, browser: Tab) -> None:
    page = (
        b"<!DOCTYPE html><title>x</title><body style='margin:0'><p style='margin-top:900px'>LULUS</p>"
        b"<div style='width:500px'>wide</div><img src='http://elsewhere.invalid/a.png' alt=''>"
    )
    found = seen(page, 390, 844, tmp_path / "profile")
    assert found.content_px == 500
    assert found.requests == ("http://elsewhere.invalid/a.png",)
    assert [image.natural_px for image in found.images] == [0]
    assert "LULUS" not in found.first_screen
    assert found.lang == ""
    pale = tmp_path / "pale.html"
    pale.write_text("<title>x</title>" + "<p>dark</p>" * 12 + "<p style='color:#999' class='low'>pale</p>"
                    "<p style='margin-top:900px' class='low'>below</p>")  # fmt: skip
    browser.open(pale.as_uri(), 390, 844)
    assert faint(browser) == ["pale: 2.85"]
    assert within(browser, ".low") == [True, False]
