"""A stack of real processes and a real toxiproxy for each test; nothing may be left when a test is over."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from chaos import Site, Toxiproxy, ToxiproxyServer

DUMMY = Path(__file__).with_name("dummy_stack.py")


class DummyStack:
    """The dummy stack as a test sees it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stack_json = folder / "stack.json"

    def read(self) -> dict[str, Any]:
        table: dict[str, Any] = json.loads(self.stack_json.read_text())
        return table

    @property
    def url(self) -> str:
        return str(self.read()["url"])

    def pid(self, name: str) -> int:
        return int(self.read()["components"][name]["pid"])

    def processes(self) -> list[psutil.Process]:
        """Every live process of the stack, found by its command line, so also one that stack.json forgot."""
        return [
            process
            for process in psutil.process_iter(["cmdline", "status"])
            if str(self.folder) in (process.info["cmdline"] or ())
            and "serve" in (process.info["cmdline"] or ())
            and process.info["status"] != psutil.STATUS_ZOMBIE
        ]

    def up(self) -> None:
        subprocess.run([sys.executable, DUMMY, "up", self.folder], check=True, timeout=20)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[DummyStack]:
    """A dummy stack that is up."""
    folder = tmp_path / "stack"
    folder.mkdir()
    dummy = DummyStack(folder)
    try:
        dummy.up()
        yield dummy
    finally:
        for process in dummy.processes():
            process.kill()


@pytest.fixture
def toxiproxy_server(tmp_path: Path) -> Iterator[ToxiproxyServer]:
    """A toxiproxy-server on a free port."""
    server = ToxiproxyServer.start(tmp_path / "toxiproxy.log")
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def toxiproxy(toxiproxy_server: ToxiproxyServer) -> Toxiproxy:
    """A client of that server."""
    return Toxiproxy(toxiproxy_server.url)


@pytest.fixture
def site(tmp_path: Path, stack: DummyStack, toxiproxy_server: ToxiproxyServer) -> Site:
    """A site with everything a fault can want."""
    return Site(str(tmp_path), str(stack.stack_json), toxiproxy_server.url)
