"""The system under test as faults see it: its processes, how to start each again, and whether it is ready.

Read from `stack.json`, afresh each time: a component that was restarted has another pid. Nothing here knows
which program it is; a vendor's stack that writes the same file can be hurt and healed the same way.
"""

import contextlib
import http.client
import json
import os
import signal
import ssl
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from chaos.process import ProcessId
from chaos.site import Site

_STORES_FIRST = ("postgres", "redis", "objects")
"""Components that others need in order to start, in this order; the rest follow as stack.json lists them."""

HANDED_ON = "COMPONENT_ENVIRONMENT"
"""Where a start command finds what it must put into the environment of the component, as a JSON object."""


class StackError(RuntimeError):
    """stack.json cannot be used, or a component did not start."""


@dataclass(frozen=True, slots=True)
class Component:
    """One part of the stack; `start` is the command that starts it again when it is dead, `stop_signal`
    asks it to end after the work in hand.
    """

    name: str
    process: ProcessId
    start: tuple[str, ...]
    stop_signal: signal.Signals = signal.SIGTERM


@dataclass(frozen=True, slots=True)
class Stack:
    """The parts of a running stack, in the order in which they must be started.

    `start_all` is a command that starts whatever is dead, in less time than one after another; () for none.
    """

    url: str
    components: tuple[Component, ...]
    start_all: tuple[str, ...] = ()

    def component(self, name: str) -> Component:
        """The component with this name; raises StackError that lists what there is."""
        for one in self.components:
            if one.name == name:
                return one
        known = ", ".join(one.name for one in self.components)
        raise StackError(f'the stack has no component "{name}"; it has: {known}')


def read_stack(site: Site) -> Stack:
    """The stack as it is now; raises StackError."""
    if site.stack_json is None:
        raise StackError("the run knows no stack.json: faults on processes need a stack on this machine")
    try:
        table = json.loads(Path(site.stack_json).read_text(encoding="utf-8"))
        components = [
            Component(
                name,
                ProcessId.from_json(one),
                tuple(map(str, one.get("start", ()))),
                signal.Signals[one.get("stop_signal", "SIGTERM")],
            )
            for name, one in table["components"].items()
        ]
        url = str(table["url"])
        start_all = tuple(map(str, table.get("start_all", ())))
    except OSError as error:
        raise StackError(f"{site.stack_json} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StackError(f"{site.stack_json} does not describe a stack: {error!r}") from error
    return Stack(url, tuple(sorted(components, key=_start_rank)), start_all)


def running_components(site: Site) -> list[str]:
    """Names of the components that are alive; none when there is no readable stack.json."""
    try:
        return [one.name for one in read_stack(site).components if one.process.alive]
    except StackError:
        return []


def _start_rank(component: Component) -> int:
    name = component.name.split("-")[0]
    return _STORES_FIRST.index(name) if name in _STORES_FIRST else len(_STORES_FIRST)


def ready(url: str, timeout_s: float = 1.0) -> bool:
    """Whether GET {url}/readyz is answered with 200."""
    return status_of(url, "/readyz", timeout_s) == 200


def status_of(url: str, path: str, timeout_s: float) -> int | None:
    """HTTP status of a GET over a fresh connection, None when there is no whole answer in time."""
    connection = connection_to(url, timeout_s)
    place = urlsplit(url)
    try:
        connection.request("GET", place.path.rstrip("/") + path)
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return response.status


def connection_to(url: str, timeout_s: float) -> http.client.HTTPConnection:
    """A connection, not yet made, to the host of `url`; whoever answers is believed without a certificate."""
    place = urlsplit(url)
    if place.scheme != "https":
        return http.client.HTTPConnection(place.hostname or "", place.port or 80, timeout=timeout_s)
    believing = ssl.create_default_context()
    believing.check_hostname, believing.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection(
        place.hostname or "", place.port or 443, timeout=timeout_s, context=believing
    )


def starts_under_way(site: Site) -> list[ProcessId]:
    """Start commands of this stack that run now, known by their very words; none without a stack.json."""
    try:
        stack = read_stack(site)
    except StackError:
        return []
    commands = {*(one.start for one in stack.components), stack.start_all} - {()}
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if tuple(process.info["cmdline"] or ()) in commands:
            with contextlib.suppress(psutil.NoSuchProcess):
                found.append(ProcessId.of(process.pid))
    return found


def start_component(
    site: Site, component: Component, timeout_s: float, environment: Mapping[str, str] | None = None
) -> None:
    """Runs the component's own start command and waits for it; raises StackError with the last it said.

    `environment` is for the component alone: the command is given it as JSON, and hands it on.
    """
    if not component.start:
        raise StackError(f"stack.json gives no command to start {component.name}")
    given = {HANDED_ON: json.dumps(dict(environment))} if environment else None
    run_command(site, f"start-{component.name}", component.start, timeout_s, given)


def run_command(
    site: Site,
    name: str,
    argv: tuple[str, ...],
    timeout_s: float,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Runs a command of the stack in a session of its own (Ctrl-C must not end it); raises StackError.

    Its output goes to logs/{name}.log and not through a pipe: what it leaves running would hold the pipe.
    """
    log_path = site.log_path(name)
    shown = " ".join(argv)
    with log_path.open("ab") as log:
        log.write(f"--- {time.strftime('%FT%T%z')} {shown}\n".encode())
        log.flush()
        try:
            child = subprocess.Popen(
                argv,
                cwd=site.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, **(environment or {})},
            )
        except OSError as error:
            raise StackError(f"cannot run `{shown}`: {error.strerror}") from error
        try:
            code = child.wait(timeout=max(timeout_s, 0.1))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            raise StackError(f"`{shown}` had not ended after {timeout_s:.1f} s; see {log_path}") from None
    if code != 0:
        said = log_path.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        raise StackError(f"`{shown}` ended with {code}: {' '.join(said)}")
