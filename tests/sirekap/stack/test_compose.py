"""deploy/compose.yaml without docker: every service's own command on this machine, in the order it asks for.

The volume is a folder, ports are free ones, PostgreSQL is this machine's. What is not tried here: building
the images, their entry points, and the network they share.
"""

import contextlib
import hashlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
import yaml

from sirekap.settings import Settings
from sirekap.stack.full.programs import find_program
from sirekap.stack.layout import Layout
from sirekap.stack.ports import free_ports
from sirekap.stack.postgres import server
from sirekap.stack.postgres.place import place
from sirekap.stack.processes import end
from tests.sirekap.kpps_phone import ROOT, WAIT_S, Stack, photo, ready_phone, register

pytestmark = pytest.mark.full

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONCE = {"keys", "tables"}
SETTINGS: dict[str, Any] = json.loads((ROOT / "deploy" / "settings.json").read_text())


class Machine:
    """Services as processes of this machine."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._ports = self._chosen_ports()
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._postgres: psutil.Process | None = None

    def _chosen_ports(self) -> dict[str, str]:
        given = [str(SETTINGS[name]) for name in ("port", "postgres_port", "redis_port", "objects_port")]
        given += SETTINGS["api_ports"]
        chosen = dict(zip(given, map(str, free_ports(len(given))), strict=True))
        text = (ROOT / "deploy" / "settings.json").read_text()
        for old, new in chosen.items():
            text = text.replace(old, new)
        (self.home / "settings.json").write_text(text.replace("0.0.0.0", "127.0.0.1"))
        return chosen

    @property
    def url(self) -> str:
        """The public door."""
        return f"http://127.0.0.1:{self._ports[str(SETTINGS['port'])]}"

    def words(self, service: str) -> list[str]:
        """The service's command, with this machine's programs, folder and ports."""
        words = [str(word) for word in SERVICES[service]["command"]]
        for old, new in {"/stack": str(self.home), **self._ports}.items():
            words = [word.replace(old, new) for word in words]
        if words[0] == "python":
            return [sys.executable, *words[1:]]
        if service == "objects":  # its image has an entry point
            return [find_program("sirekap-objects"), *words]
        return [find_program(words[0]), *words[1:]]

    def run(self, service: str) -> None:
        """Run a service that ends, or start one that stays."""
        if service == "machine":
            return
        if service == "postgres":
            self._run_postgres()
        elif service in ONCE:
            done = subprocess.run(self.words(service), cwd=ROOT, capture_output=True, timeout=60, check=False)
            assert done.returncode == 0, done.stderr.decode()
        else:
            log = (self.home / f"{service}.log").open("wb")
            process = subprocess.Popen(self.words(service), cwd=ROOT, stdout=log, stderr=log)
            self._running.append((service, process))

    def _run_postgres(self) -> None:
        """This machine's server, told what the service's command tells the image's."""
        layout, settings = Layout(self.home), Settings()
        password = (self.home / "keys" / "postgres_password").read_text()
        here = place(layout.pgdata, int(self._ports[str(SETTINGS["postgres_port"])]), None, True)
        server.initialise(here, password)
        told = " ".join(self.words_of_postgres())
        self._postgres = server.launch(here, settings, layout.log("postgres"))
        ours = " ".join(self._postgres.cmdline())
        for word in ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "max_connections=60"):
            assert word in told
            assert word in ours

    @staticmethod
    def words_of_postgres() -> list[str]:
        """What the image is told."""
        return [str(word) for word in SERVICES["postgres"]["command"]]

    def end(self) -> None:
        """End every service, the last started first."""
        for _, process in reversed(self._running):
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=12)
            process.kill()
            process.wait()
        if self._postgres is not None:
            end(self._postgres, gentle=signal.SIGINT, wait_s=10.0)


def order() -> list[str]:
    """Services in an order that `depends_on` allows."""
    before = {name: set(service.get("depends_on", {})) for name, service in SERVICES.items()}
    return list(TopologicalSorter(before).static_order())


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """The services, running."""
    made = Machine(tmp_path)
    try:
        for service in order():
            made.run(service)
        deadline_s = time.monotonic() + 30.0
        while True:
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{made.url}/readyz", timeout=WAIT_S).status_code == 200:
                    break
            assert time.monotonic() < deadline_s
            time.sleep(0.1)
        yield made
    finally:
        made.end()


def test_a_photo_goes_all_the_way_through_the_services_of_compose(machine: Machine) -> None:
    keys = json.loads((machine.home / "secrets.json").read_text())
    stack = Stack(machine.home, machine.url, keys["admin_token"], keys["audit_token"], "")
    register(stack, 1)
    jpeg = photo("compose", 200_000)
    assert ready_phone(stack, 1).submit(2, "kunci-compose", jpeg=jpeg).status_code == 201
    digest = hashlib.sha256(jpeg).hexdigest()
    shown = requests.get(f"{stack.url}/public/v1/photos/{digest}.jpg", timeout=WAIT_S)
    assert shown.content == jpeg
    assert (machine.home / "objects" / "photos" / digest[:2] / f"{digest}.jpg").is_file()


def test_every_service_shares_one_loopback_and_only_the_door_is_published() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"machine": [f"127.0.0.1:{SETTINGS['port']}:{SETTINGS['port']}"]}
    for name, service in SERVICES.items():
        if name != "machine":
            assert service["network_mode"] == "service:machine", name


def test_compose_has_as_many_workers_as_its_settings_say() -> None:
    apis = [name for name in SERVICES if name.startswith("api-")]
    workers = [name for name in SERVICES if name.startswith("worker-")]
    assert len(apis) == SETTINGS["api_workers"] == len(SETTINGS["api_ports"])
    assert len(workers) == SETTINGS["workers"]
