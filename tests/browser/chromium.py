"""A page as Chromium lays it out, driven by its command line alone: what it measures, and what it asks for.

The page is served under the invented name `gladi.invalid` by a proxy that answers for the whole internet, so
every request a page could make arrives there, is written down, and goes no further than to the server whose
page it is, if there is one. A second page of the same origin holds it in a frame as wide as a phone or a desk
and measures it.
"""

import html
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

ORIGIN = "http://gladi.invalid"
LIMIT_S = 120.0

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OF_CHROMIUM_ITSELF = ("google.com", "googleapis.com", "gvt1.com", "gstatic.com")
"""Hosts it looks for updates and the time at, whatever page is shown."""

FLAGS = (
    "--headless",
    "--no-sandbox",  # root in a container has no sandbox; only our own page is opened
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--hide-scrollbars",
)

_MEASURING = """<!DOCTYPE html><html lang="en"><link rel="icon" href="data:,">
<body style="margin:0"><pre id="found">nothing</pre>
<iframe src="%s" width="%d" height="%d" style="border:0"></iframe><script>
const frame = document.querySelector("iframe"), out = document.getElementById("found");
frame.addEventListener("load", () => {
  const view = frame.contentWindow, page = frame.contentDocument, root = page.documentElement;
  const seen = [], walk = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const range = page.createRange();
    range.selectNodeContents(walk.currentNode);
    const box = range.getBoundingClientRect();
    if (box.width && box.top >= 0 && box.bottom <= view.innerHeight && box.right <= view.innerWidth + 0.5)
      seen.push(walk.currentNode.textContent);
  }
  out.textContent = JSON.stringify({
    lang: root.lang, title: page.title, first_screen: seen.join(" "),
    width_px: view.innerWidth, content_px: Math.max(root.scrollWidth, page.body.scrollWidth),
    height_px: root.scrollHeight, fonts: view.getComputedStyle(page.body).fontFamily,
    images: [...page.images].map((one) => ({alt: one.alt, natural_px: one.naturalWidth})),
    resources: view.performance.getEntriesByType("resource").map((one) => one.name)
      .filter((name) => !name.startsWith("data:")),
  });
});
</script></body></html>"""


@dataclass(frozen=True, slots=True)
class Served:
    """What a server answers."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})


Site = Callable[[str], Served]
"""What stands under ORIGIN, by path."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image as the browser has it; `natural_px` is 0 when it could not be loaded."""

    alt: str
    natural_px: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A page in a frame of `width_px`; `requests` are all it made, beside itself."""

    lang: str
    title: str
    first_screen: str
    """Text that stands wholly within the first screen."""
    width_px: int
    content_px: int
    """Width the content needs: more than `width_px` is a page that scrolls sideways."""
    height_px: int
    fonts: str
    """Of the body: the browser's own where no style was applied."""
    images: tuple[Image, ...]
    requests: tuple[str, ...]


def chromium() -> str:
    """Path of the browser. Without one the test is skipped, or fails where CI=true: there it must run."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        why = f"no Chromium on the PATH (looked for {', '.join(_NAMES)}); apt-get install chromium"
        if os.environ.get("CI", "").lower() in {"true", "1"}:
            pytest.fail(why)
        pytest.skip(why)
    return found


def seen(page: bytes, width_px: int, height_px: int, profile: Path) -> Seen:
    """Lay `page` out in a frame of that size and measure it; `profile` is an empty folder for the browser."""
    return seen_at(_one_page(page), "/page.html", width_px, height_px, profile)


def seen_at(site: Site, path: str, width_px: int, height_px: int, profile: Path) -> Seen:
    """The same for a page of a whole site."""
    measuring = Served((_MEASURING % (path, width_px, height_px)).encode())

    def with_measuring(asked_for: str) -> Served:
        return measuring if asked_for == "/measuring.html" else site(asked_for)

    with _internet(with_measuring) as (proxy, asked):
        dom = _run(proxy, profile, "--virtual-time-budget=20000", "--dump-dom", f"{ORIGIN}/measuring.html")
    text = re.search(r'<pre id="found">(.*?)</pre>', dom, re.DOTALL)
    assert text, f"the measuring page did not come back: {dom[:500]}"
    assert text[1] != "nothing", "the page did not load within the time given"
    found: dict[str, Any] = json.loads(html.unescape(text[1]))
    requests = _of_the_page([*asked, *found.pop("resources")], path)
    images = tuple(Image(**one) for one in found.pop("images"))
    return Seen(**found, images=images, requests=requests)


def screenshot(page: bytes, width_px: int, height_px: int, profile: Path) -> tuple[Path, tuple[str, ...]]:
    """The top of the page as a PNG beside the profile, and what the page asked for when opened by itself."""
    return screenshot_at(_one_page(page), "/page.html", width_px, height_px, profile)


def screenshot_at(
    site: Site, path: str, width_px: int, height_px: int, profile: Path
) -> tuple[Path, tuple[str, ...]]:
    """The same for a page of a whole site."""
    picture = profile.with_suffix(".png")
    with _internet(site) as (proxy, asked):
        size = f"--window-size={width_px},{height_px}"
        _run(proxy, profile, size, f"--screenshot={picture}", f"{ORIGIN}{path}")
    return picture, _of_the_page(asked, path)


def forbid_scripts(profile: Path) -> Path:
    """Make a profile of a reader who lets no page run scripts."""
    preferences = profile / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text('{"profile":{"default_content_setting_values":{"javascript":2}}}')
    return profile


def text_after_scripts(site: Site, path: str, profile: Path) -> str:
    """The document as its scripts have left it; a page may open others of the site in windows."""
    with _internet(site) as (proxy, _):
        return _run(
            proxy,
            profile,
            "--disable-popup-blocking",
            "--virtual-time-budget=20000",
            "--dump-dom",
            f"{ORIGIN}{path}",
        )


def _one_page(page: bytes) -> Site:
    def site(path: str) -> Served:
        return Served(page) if path == "/page.html" else Served(b"", 404)

    return site


def _run(proxy: str, profile: Path, *arguments: str) -> str:
    command = [chromium(), *FLAGS, f"--user-data-dir={profile}", f"--proxy-server={proxy}", *arguments]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT_S, check=False, text=True
    )
    assert done.returncode == 0, f"chromium ended with {done.returncode}: {done.stderr[-800:]}"
    return done.stdout


def _of_the_page(urls: Iterable[str], path: str) -> tuple[str, ...]:
    """Without the two pages themselves, and without what the browser asks for its own sake."""
    own = {f"{ORIGIN}{path}", f"{ORIGIN}/measuring.html"}
    return tuple(sorted({url for url in urls if url not in own and not _browsers_own(url)}))


def _browsers_own(url: str) -> bool:
    host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    return any(host == own or host.endswith(f".{own}") for own in _OF_CHROMIUM_ITSELF)


@contextmanager
def _internet(site: Site) -> Iterator[tuple[str, list[str]]]:
    """A proxy on the loopback: serves `site` under ORIGIN, refuses all else, lists what was asked."""
    asked: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            asked.append(self.path)
            ours = self.path.startswith(f"{ORIGIN}/")
            answer = site(self.path.removeprefix(ORIGIN)) if ours else Served(b"", 404)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_HEAD = do_CONNECT = _answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: what was asked is in `asked`."""

        def finish(self) -> None:
            """The browser may leave in the middle of an answer."""
            try:
                super().finish()
            except OSError:
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
