"""The public page of a running stack in a real browser, on the narrowest phones and on a desk."""

import asyncio
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
import requests

from tests.browser.chromium import (
    ORIGIN,
    Seen,
    Served,
    Site,
    chromium,
    forbid_scripts,
    screenshot,
    screenshot_at,
    seen_at,
)
from tests.sirekap.filled_sheets import filled
from tests.sirekap.kpps_phone import WAIT_S, Phone, Stack, activate, initialise, login, running_stack
from tests.sirekap.public_country import Sent, country, database, insert, numbers, pages_of, register

pytestmark = pytest.mark.browser

PLACES = country(provinces=12, below=2, stations=2)
FIRST = PLACES[0].tps[0]
ACCOUNT = f"{FIRST}-1"
PAGES = {
    "nation": "/",
    "parties": "/hasil/dpr/12",
    "parties of several contests": "/hasil/dpr",
    "village": f"/hasil/ppwp/{PLACES[0].village}",
    "tps": f"/hasil/ppwp/{FIRST}",
    "tps of parties": f"/hasil/dpr/{PLACES[0].tps[1]}",
}
SCREENS = {"small phone": (320, 2400), "phone": (390, 2400), "desk": (1280, 2400)}
PASSED_ON = ("content-type", "content-security-policy", "cache-control", "etag", "referrer-policy")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack with a country, and one TPS that sent real photos of two of its three pages."""
    chromium()
    directory = tmp_path_factory.mktemp("portal")
    with running_stack(directory, environ={"SIREKAP_ARGON2_MEMORY_KIB": "64"}) as stack:
        register(stack, PLACES)
        asyncio.run(_results(stack))
        _photos(stack)
        time.sleep(3.0)
        yield stack


async def _results(stack: Stack) -> None:
    draw = random.Random(5)
    async with database(stack.dir) as pool:
        for form in ("ppwp", "dpr", "dpd"):
            for place in PLACES:
                pages = pages_of(form, numbers(form, draw))
                sent = [Sent(place.tps[1], form, page, 1, found) for page, found in pages.items()]
                await insert(pool, sent, ACCOUNT)


def _photos(stack: Stack) -> None:
    assert activate(stack, ACCOUNT).status_code == 200
    token = login(stack, ACCOUNT).json()["token"]
    assert initialise(stack, token).status_code == 200
    phone = Phone(stack, FIRST, token)
    for sheet in filled("ppwp", 1)[:2]:
        assert phone.submit(sheet.page, f"kunci-{sheet.page}", jpeg=sheet.jpeg).status_code == 201


@pytest.fixture(scope="module")
def site(portal: Stack) -> Site:
    """The stack as a site, with the headers that tell a browser what it may do."""

    def serve(path: str) -> Served:
        for _ in range(20):
            answer = requests.get(portal.url + path, timeout=WAIT_S)
            if answer.status_code != 503:  # the portal is the first to give way on a busy machine
                break
            time.sleep(0.5)
        kept = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
        return Served(answer.content, answer.status_code, kept)

    return serve


@pytest.fixture(scope="module", params=[(p, s) for p in PAGES for s in SCREENS], ids=str)
def shown(
    request: pytest.FixtureRequest, site: Site, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Seen]:
    """Every page on every screen; each test below sees them all."""
    page, screen = request.param
    return page, seen_at(site, PAGES[page], *SCREENS[screen], tmp_path_factory.mktemp("profile"))


def test_it_says_what_it_is_first(shown: tuple[str, Seen]) -> None:
    _, page = shown
    assert page.lang == "id"
    assert "SIMULASI" in page.title
    assert page.first_screen.lstrip().startswith("Langsung ke isi") or "SIMULASI" in page.first_screen[:60]
    assert "SIMULASI" in page.first_screen


def test_nobody_has_to_scroll_sideways(shown: tuple[str, Seen]) -> None:
    _, page = shown
    assert page.content_px <= page.width_px


def test_the_style_is_let_through_by_our_own_policy(shown: tuple[str, Seen]) -> None:
    _, page = shown
    assert page.fonts and "Times" not in page.fonts, "the style was not applied"


def test_only_photos_are_asked_for(shown: tuple[str, Seen]) -> None:
    name, page = shown
    photos = [
        one
        for one in page.requests
        if re.fullmatch(rf"{ORIGIN}/public/v1/photos/[0-9a-f]{{64}}/web\.jpg", one)
    ]
    assert list(page.requests) == photos
    assert bool(photos) == name.startswith("tps")


def test_photos_are_there_and_told_in_words(shown: tuple[str, Seen]) -> None:
    name, page = shown
    if name == "tps":
        assert len(page.images) == 2
        assert all(image.natural_px > 100 and "Foto C.Hasil halaman" in image.alt for image in page.images)


def test_it_looks_the_same_without_scripts(site: Site, tmp_path: Path) -> None:
    with_, without = (
        matplotlib.image.imread(screenshot_at(site, "/", 390, 1400, profile)[0])
        for profile in (tmp_path / "with", forbid_scripts(tmp_path / "without"))
    )
    assert np.any(with_ != without, axis=2).mean() < 0.002, "only the time may differ"


def test_forbidden_scripts_do_not_run(tmp_path: Path) -> None:
    page = b"<body style='background:#fff'>x<script>document.body.style.background='#f00'</script>"
    red = np.array([1.0, 0.0, 0.0])
    for profile, runs in ((tmp_path / "with", True), (forbid_scripts(tmp_path / "without"), False)):
        picture = matplotlib.image.imread(screenshot(page, 100, 100, profile)[0])
        assert np.allclose(picture[50, 50, :3], red) is runs


def test_the_first_screen_of_a_phone_has_the_progress(site: Site, tmp_path: Path) -> None:
    page = seen_at(site, "/", 360, 640, tmp_path)
    assert re.search(r"97\s+dari\s+192\s+TPS sudah masuk", page.first_screen), page.first_screen
    assert "paling lama tertinggal 3 detik" in page.first_screen
    assert "Perolehan suara" in page.first_screen


def test_it_is_painted_and_the_mark_of_a_simulation_is_on_top(site: Site, tmp_path: Path) -> None:
    picture, _ = screenshot_at(site, PAGES["tps"], 390, 1400, tmp_path / "profile")
    image = matplotlib.image.imread(picture)
    assert np.allclose(image[4, 4, :3], np.array([0xFF, 0xD8, 0x4D]) / 255, atol=0.01)
    assert len(np.unique((image[200:, :, :3] * 255).astype(np.uint8).reshape(-1, 3), axis=0)) > 500
