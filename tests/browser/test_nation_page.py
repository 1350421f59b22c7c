"""The nation's report in a real browser: first screen, tiles that open provinces, letters and ground."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import reports.nation
from tests.browser.chromium import chromium
from tests.browser.devtools import Tab, tab
from tests.browser.eyes import complaints, faint, within
from tests.reports.nation.invented import busy

pytestmark = pytest.mark.browser

SCREENS = {"phone": (390, 844), "desk": (1280, 800)}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chromium()
    folder = busy().save(tmp_path_factory.mktemp("nation"))
    return reports.nation.render(folder, "id", reports.nation.check(folder))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with tab(tmp_path_factory.mktemp("profile")) as one:
        yield one


@pytest.mark.parametrize("screen", SCREENS)
def test_the_nation_answers_on_its_first_screen_and_opens_by_its_tiles(
    page: Path, browser: Tab, screen: str
) -> None:
    browser.errors.clear()
    browser.prefer(prefers_color_scheme="light")
    browser.open(page.as_uri(), *SCREENS[screen], phone=screen == "phone")
    assert within(browser, ".first .card") == [True] * 3
    needs, has = browser.run("[document.documentElement.scrollWidth, innerWidth]")
    assert needs <= has
    opened = browser.run("[...document.querySelectorAll('a.tile')].map((one) => one.hash.slice(1))")
    assert opened
    browser.run("document.querySelector('a.tile').focus()")
    browser.press("Enter")
    browser.until(f"location.hash === '#{opened[0]}'")
    browser.until(f"document.getElementById('{opened[0]}').open ?? true")
    browser.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert faint(browser) == []
    assert complaints(browser) == []
    assert browser.errors == []
    browser.prefer(prefers_color_scheme="dark")
    assert faint(browser) == []
