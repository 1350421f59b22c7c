"""Chromium driven over its debugging pipe: a page that goes on living, seen at a phone's and a desk's size.

For pages that never stop loading, such as one that is sent events. What is sent and answered is the Chrome
DevTools Protocol (https://chromedevtools.github.io/devtools-protocol/), as JSON ended by a zero byte.
"""

import base64
import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.browser.chromium import FLAGS, chromium


class Tab:
    """One page; `errors` are what its console, its scripts and its network complained of, `requests` the
    addresses that it asked."""

    def __init__(self, ask: int, answers: int) -> None:
        self._ask = ask
        self._answers = answers
        self._read = b""
        self._number = 0
        self._session = ""
        self.errors: list[str] = []
        self.requests: list[str] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._call(f"{domain}.enable")

    def open(self, url: str, width_px: int, height_px: int, phone: bool = False) -> None:
        """Show `url` in a window of that size and wait until it has loaded."""
        self._call(
            "Emulation.setDeviceMetricsOverride", width=width_px, height=height_px,
            deviceScaleFactor=1, mobile=phone,
        )  # fmt: skip
        self._call("Page.navigate", url=url)
        self.until("document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """Value of a JavaScript expression."""
        found = self._call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, f"{script}: {found['exceptionDetails']}"
        return found["result"].get("value")

    def until(self, script: str, patience_s: float = 15.0) -> Any:
        """Wait until the expression is true; its value."""
        deadline = time.monotonic() + patience_s
        while not (value := self.run(script)):
            assert time.monotonic() < deadline, f"never true within {patience_s:g} s: {script}"
            time.sleep(0.05)
        return value

    def press(self, key: str) -> None:
        """A key goes down and up: Tab, Enter."""
        code = {"Tab": 9, "Enter": 13}[key]
        more = {"text": "\r"} if key == "Enter" else {}
        about = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self._call("Input.dispatchKeyEvent", type="keyDown", **about, **more)
        self._call("Input.dispatchKeyEvent", type="keyUp", **about)

    def prefer(self, **features: str) -> None:
        """What the reader's system prefers, such as prefers_color_scheme="dark"."""
        told = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self._call("Emulation.setEmulatedMedia", features=told)

    def choose_file(self, selector: str, path: Path) -> None:
        """A person chooses a file (or a phone's camera gives one) in the input that `selector` finds."""
        # pages draw themselves when their data have come
        self.until(f"document.querySelector({selector!r}) !== null")
        document = self._call("DOM.getDocument")["root"]["nodeId"]
        found = self._call("DOM.querySelector", nodeId=document, selector=selector)["nodeId"]
        assert found, f"no {selector}"
        self._call("DOM.setFileInputFiles", nodeId=found, files=[str(path)])

    def connected(self, *, yes: bool) -> None:
        """Take the connection away, or give it back."""
        self._call(
            "Network.emulateNetworkConditions", offline=not yes, latency=0,
            downloadThroughput=-1, uploadThroughput=-1,
        )  # fmt: skip

    def picture(self, path: Path) -> Path:
        """The whole page as a PNG."""
        taken = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(taken["data"]))
        return path

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        asked: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            asked["sessionId"] = self._session
        os.write(self._ask, json.dumps(asked).encode() + b"\0")
        while True:
            said = self._next()
            if said.get("id") == self._number:
                assert "error" not in said, f"{method}: {said['error']}"
                answer: dict[str, Any] = said["result"]
                return answer
            self._hear(said)

    def _hear(self, said: dict[str, Any]) -> None:
        told = said.get("params", {})
        match said.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(told["request"]["url"])
            case "Runtime.exceptionThrown":
                self.errors.append(json.dumps(told["exceptionDetails"])[:400])
            case "Runtime.consoleAPICalled" if told["type"] in {"error", "assert"}:
                self.errors.append(json.dumps(told["args"])[:400])
            case "Log.entryAdded" if told["entry"]["level"] == "error":
                self.errors.append(f"{told['entry']['text']} {told['entry'].get('url', '')}")

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._read:
            more = os.read(self._answers, 1 << 16)
            assert more, "chromium has gone"
            self._read += more
        text, _, self._read = self._read.partition(b"\0")
        said: dict[str, Any] = json.loads(text)
        return said


@contextmanager
def tab(profile: Path) -> Iterator[Tab]:
    """A browser with one page, ended afterwards; `profile` is an empty folder for it."""
    from_us, ask, answers, to_us = (_out_of_the_way(one) for one in (*os.pipe(), *os.pipe()))
    command = [chromium(), *FLAGS, f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"]
    nothing = [(os.POSIX_SPAWN_OPEN, one, os.devnull, os.O_RDWR, 0) for one in (0, 1, 2)]
    # It reads what is asked from 3 and answers on 4.
    pipes = [(os.POSIX_SPAWN_DUP2, from_us, 3), (os.POSIX_SPAWN_DUP2, to_us, 4)]
    browser = os.posix_spawn(command[0], command, os.environ, file_actions=[*nothing, *pipes])
    os.close(from_us)
    os.close(to_us)
    try:
        yield Tab(ask, answers)
    finally:
        os.close(ask)
        os.close(answers)
        _end(browser)


def _out_of_the_way(number: int) -> int:
    """The same file under a number that is neither 3 nor 4."""
    moved = fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, 20)
    os.close(number)
    return moved


def _end(browser: int) -> None:
    """A browser whose pipe was closed leaves by itself; one that does not is made to."""
    deadline = time.monotonic() + 5.0
    while os.waitpid(browser, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(browser, signal.SIGKILL)
            os.waitpid(browser, 0)
            return
        time.sleep(0.05)
