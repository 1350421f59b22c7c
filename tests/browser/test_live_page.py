"""The live page in a real browser while a run is told to it, on a phone (390 px) and on a desk (1280 px)."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gladi.liveview import Course, LiveView
from reports.words import Lang
from tests.browser.chromium import chromium
from tests.browser.devtools import Tab, tab
from tests.gladi.scripted import Played, setting

pytestmark = pytest.mark.browser

SCREENS = {"phone": (390, 844), "desk": (1280, 900)}
SIMULATION = {"id": "Gladi bersih. Bukan hasil pemilu", "en": "Not election results"}
LATE = {"id": "Pembangkit terlambat", "en": "The generator is late"}
PASSED = {"id": "LULUS", "en": "PASSED"}
IN_FORCE = {"id": "sedang mengenai", "en": "in force"}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    chromium()
    with tab(tmp_path_factory.mktemp("profile")) as one:
        yield one


def text(page: Tab, selector: str) -> str:
    return str(page.run(f"document.querySelector({selector!r}).textContent"))


def listening(page: Tab, view: LiveView, lang: Lang, screen: str) -> None:
    page.errors.clear()
    page.open(f"{view.url}/?lang={lang}", *SCREENS[screen], phone=screen == "phone")


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_run_is_seen_as_it_plays(browser: Tab, lang: Lang, screen: str, tmp_path: Path) -> None:
    course = Course(setting(), workers=2)
    view = LiveView(course, 0)
    view.start()
    course.begin(time.time())
    run = Played(course)
    run.second()
    listening(browser, view, lang, screen)
    assert browser.run("document.documentElement.lang") == lang
    assert SIMULATION[lang] in text(browser, ".mark")
    for _ in range(9):
        run.second()
    run.fault(0, "struck", 8.5)
    view.tick()

    # Numbers come by themselves: half of twenty TPS are whole.
    browser.until("document.getElementById('complete-more').textContent.startsWith('10 ')")
    assert text(browser, "#complete") == ("50,0\u00a0%" if lang == "id" else "50.0\u00a0%")
    assert text(browser, "#province-17 .share") == "50"
    tile = "document.querySelector('#province-17 i')"
    browser.until(f"Math.abs({tile}.offsetHeight / {tile}.parentElement.clientHeight - 0.5) < 0.1")
    assert browser.run("document.querySelectorAll('.tile').length") == 38
    assert browser.run("document.querySelectorAll('.tile.in').length") == 1
    assert browser.run("document.querySelectorAll('#areas li').length") == 8

    # The fault stands in the chart, in the list, and is said aloud.
    fault = course.setting.plan[0]
    assert (
        browser.run(f"document.querySelectorAll('#chart [data-id=\"{fault.id}\"] line.strike').length") == 1
    )
    assert IN_FORCE[lang] in text(browser, f'#faults [data-id="{fault.id}"]')
    assert fault.id.split("-")[0] in text(browser, "#news")
    run.fault(0, "healed", 9.5)
    view.tick()
    browser.until("document.querySelectorAll('#chart line.heal').length === 1")

    # It fits, the lines are drawn, nobody complained.
    assert browser.run("document.documentElement.scrollWidth") <= SCREENS[screen][0]
    assert browser.run("document.querySelector('#chart path.good').getTotalLength()") > 50
    assert browser.run("document.querySelector('#kinds tbody').rows.length") == 2
    assert browser.picture(tmp_path / "page.png").stat().st_size > 20_000

    # A generator that cannot be trusted is told, not hidden.
    assert browser.run("document.getElementById('late').hidden")
    run.second(late_s=0.4)
    view.tick()
    browser.until("!document.getElementById('late').hidden")
    assert LATE[lang] in text(browser, "#late")

    course.verdict("passed", "/somewhere/report.html", "")
    view.stop()
    browser.until("!document.getElementById('verdict').hidden")
    assert PASSED[lang] in text(browser, "#verdict-word")
    assert "/somewhere/report.html" in text(browser, "#verdict-where")
    browser.until("!document.getElementById('gone').hidden")
    assert text(browser, "#complete-more").startswith("11 ")
    assert browser.errors == []


def test_a_late_visitor_gets_the_whole_course(browser: Tab) -> None:
    course = Course(setting(), workers=1)
    view = LiveView(course, 0)
    view.start()
    run = Played(course)
    for _ in range(8):
        run.second()
    listening(browser, view, "id", "desk")
    browser.until("document.querySelector('#chart path.began') !== null")
    assert browser.run("document.querySelectorAll('#chart-table tbody tr').length") == 7
    view.stop()


def test_everything_can_be_reached_by_keyboard(browser: Tab) -> None:
    course = Course(setting(), workers=1)
    view = LiveView(course, 0)
    view.start()
    listening(browser, view, "id", "desk")
    reached = []
    for _ in range(6):
        browser.press("Tab")
        reached.append(
            browser.run(
                "document.activeElement.tagName + ' ' + getComputedStyle(document.activeElement).outlineStyle"
            )
        )
    assert reached == ["A solid", "SUMMARY solid", "DIV solid", "A solid", "A solid", "BODY none"]
    browser.run("document.querySelector('summary').focus()")
    browser.press("Enter")
    browser.until("document.querySelector('details').open")
    view.stop()


def test_a_lost_connection_is_told_and_the_last_state_stays(browser: Tab) -> None:
    with subprocess.Popen([sys.executable, "-c", _SERVING], stdout=subprocess.PIPE, text=True) as conductor:
        assert conductor.stdout is not None
        url = conductor.stdout.readline().strip()
        browser.errors.clear()
        browser.open(f"{url}/?lang=en", *SCREENS["phone"], phone=True)
        browser.until("document.getElementById('workers').textContent === '2 / 3'")
        assert browser.errors == []
        assert "1 (it died)" in text(browser, "#dead")
        conductor.kill()
    browser.until("!document.getElementById('gone').hidden")
    assert "Connection to gladi lost" in text(browser, "#gone")
    assert text(browser, "#complete-more") == "3 of 20 TPS"


_SERVING = """
import time
from gladi.liveview import Course, LiveView
from tests.gladi.scripted import Played, setting
course = Course(setting(), workers=3)
view = LiveView(course, 0)
view.start()
run = Played(course)
for _ in range(3):
    run.second(lost={1: "it died"})
print(view.url, flush=True)
time.sleep(60)
"""
