"""The life of a stack: up, down, status, and start for what is dead.

Each function reads as its steps.
"""

import contextlib
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil

from sirekap.database.names import DATABASE, ROLE
from sirekap.failures import CouldNotRunError, WrongInputError
from sirekap.planting import announce, refuse_unknown
from sirekap.settings import Settings, load_effective, save_effective
from sirekap.stack import processes
from sirekap.stack.full.programs import find_program
from sirekap.stack.http import status_of
from sirekap.stack.keys import keep_keys, read_keys
from sirekap.stack.layout import Layout
from sirekap.stack.part import Part, Site
from sirekap.stack.ports import free_ports, reserved_port
from sirekap.stack.postgres import place
from sirekap.stack.profiles import PROFILES, parts
from sirekap.stack.record import (
    Component,
    StackRecord,
    command,
    locked,
    read_record,
    write_record,
)


@dataclass(frozen=True)
class ComponentStatus:
    """Whether one component's process is there."""

    pid: int
    alive: bool


def up(directory: Path, settings: Settings) -> StackRecord:
    """Start everything in `directory` and return when it answers; on any failure end what was started.

    Raises:
        WrongInputError: port taken, directory not writable, a stack already running there.
        CouldNotRunError: a part is missing or would not start.
    """
    refuse_unknown(settings.defects, settings.profile)
    profile = PROFILES[settings.profile]
    for program in profile.programs(settings):
        find_program(program)
    layout = Layout(directory.absolute())
    _prepare_directory(layout)
    with locked(layout), contextlib.ExitStack() as undo:
        outside = _refuse_if_running(layout)
        keys = keep_keys(layout)
        announce(settings.defects, stream=sys.stderr)
        with reserved_port(settings.port) as port:
            undo.callback(_end_everything, layout)
            settings = profile.settle(replace(settings, port=port, postgres_port=_postgres_port(settings)))
            save_effective(layout.effective_settings, settings)
            server = place.place(layout.pgdata, settings.postgres_port, outside, profile.debian_postgres)
            record = _fresh_record(layout, settings, server)
            write_record(layout, record)
            for stage in profile.stages(Site(layout, settings, keys, server)):
                record = _start_stage(layout, record, stage)
        _wait_ready(layout, settings, record.url)
        undo.pop_all()
    return record


def down(directory: Path) -> list[str]:
    """End every process of the stack and remove what it made outside `directory`; harmless when nothing runs.

    Returns:
        The components that were still alive.
    """
    layout = Layout(directory.absolute())
    if not layout.dir.is_dir():
        raise WrongInputError(f"{layout.dir} is not a directory")
    if not layout.record.exists():
        return []
    with locked(layout):
        return _end_everything(layout)


def status(directory: Path) -> tuple[StackRecord, dict[str, ComponentStatus]]:
    """The record and, for each component, whether its process is there."""
    record = read_record(Layout(directory.absolute()))
    found = {
        name: ComponentStatus(c.pid, processes.find(c.pid, c.create_time) is not None)
        for name, c in record.components.items()
    }
    return record, found


def start(directory: Path, name: str) -> Component:
    """Start a dead component again and wait until it is ready; one that is alive is left as it is."""
    layout = Layout(directory.absolute())
    read_record(layout)
    with locked(layout):
        record = read_record(layout)
        if name not in record.components:
            raise WrongInputError(
                f"no component is called {name!r}; this stack has {', '.join(record.components)}"
            )
        present = record.components[name]
        if processes.find(present.pid, present.create_time):
            return present
        processes.end_session(present.pid, present.create_time)
        part = parts(_site(layout, record))[name]
        return _launch(layout, record, (part,)).components[name]


def start_all(directory: Path) -> list[str]:
    """Start everything that is dead, stage after stage, those of a stage together; returns their names."""
    layout = Layout(directory.absolute())
    read_record(layout)
    started: list[str] = []
    with locked(layout):
        record = read_record(layout)
        for stage in PROFILES[record.profile].stages(_site(layout, record)):
            known = [(part, record.components[part.name]) for part in stage]
            dead = [(part, one) for part, one in known if not processes.find(one.pid, one.create_time)]
            for _, one in dead:
                processes.end_session(one.pid, one.create_time)
            record = _launch(layout, record, tuple(part for part, _ in dead))
            started += [part.name for part, _ in dead]
    return started


def _prepare_directory(layout: Layout) -> None:
    try:
        layout.dir.mkdir(parents=True, exist_ok=True)
        (layout.dir / "logs").mkdir(exist_ok=True)
        layout.photos.mkdir(exist_ok=True)
        probe = layout.dir / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise WrongInputError(
            f"{layout.dir} cannot be used as the stack's directory: {error.strerror}; "
            "give a directory you can write to"
        ) from error


def _refuse_if_running(layout: Layout) -> Path | None:
    """Refuse when a component is alive; else hand back the outside folder an unclean end left behind."""
    if not layout.record.exists():
        return None
    record, components = status(layout.dir)
    alive = [name for name, c in components.items() if c.alive]
    if alive:
        raise WrongInputError(
            f"a stack is already running in {layout.dir} ({', '.join(alive)}); "
            f"stop it with `{' '.join(command('down', '--dir', str(layout.dir)))}` or use another directory"
        )
    for component in record.components.values():
        processes.end_session(component.pid, component.create_time)
    return Path(record.outside) if record.outside else None


def _postgres_port(settings: Settings) -> int:
    return settings.postgres_port or free_ports(1)[0]


def _fresh_record(layout: Layout, settings: Settings, server: place.Server) -> StackRecord:
    """A stack of which nothing runs yet."""
    return StackRecord(
        url=f"{'https' if settings.tls else 'http'}://127.0.0.1:{settings.port}",
        dir=str(layout.dir),
        profile=settings.profile,
        port=settings.port,
        postgres_port=settings.postgres_port,
        pgdata=str(server.data),
        postgres_bin=str(server.bin),
        outside=str(server.outside) if server.outside else None,
        defects=settings.defects,
        start_all=command("start", "--all", "--dir", str(layout.dir)),
        down=command("down", "--dir", str(layout.dir)),
        database={
            "host": "127.0.0.1",
            "port": settings.postgres_port,
            "user": ROLE,
            "name": DATABASE,
            "secrets": str(layout.secrets),
            "password_key": "postgres_password",
            "pages": "page_revision",
        },
        portal_cache=_portal_cache(layout, settings),
        certificate={
            "certificate": str(layout.certificate),
            "private_key": str(layout.certificate_key),
            "component": "nginx",
        }
        if settings.tls
        else None,
    )


def _portal_cache(layout: Layout, settings: Settings) -> dict[str, Any] | None:
    """Only nginx keeps answers where others can reach them."""
    if settings.profile != "full" or not settings.portal_cache_s:
        return None
    return {"folder": str(layout.nginx / "cache"), "addresses": ["/public/v1/national"]}


def _site(layout: Layout, record: StackRecord) -> Site:
    """The stack that runs, as it was started."""
    server = place.Server(
        Path(record.postgres_bin),
        Path(record.pgdata),
        record.postgres_port,
        place.server_user(),
        Path(record.outside) if record.outside else None,
    )
    return Site(layout, load_effective(layout.effective_settings), read_keys(layout), server)


def _start_stage(layout: Layout, record: StackRecord, stage: tuple[Part, ...]) -> StackRecord:
    for part in stage:
        part.prepare()
    record = _launch(layout, record, stage)
    for part in stage:
        part.complete()
    return record


def _launch(layout: Layout, record: StackRecord, stage: tuple[Part, ...]) -> StackRecord:
    """Start these parts together, each in the record as soon as it has a process; return when all serve."""
    launched: list[tuple[Part, psutil.Process]] = []
    for part in stage:
        process = part.launch()
        launched.append((part, process))
        again = command("start", part.name, "--dir", str(layout.dir))
        launched_as = Component(process.pid, process.create_time(), again, part.stop_signal.name)
        record = record.with_component(part.name, launched_as)
        write_record(layout, record)
    for part, process in launched:
        part.await_ready(process)
    return record


def _wait_ready(layout: Layout, settings: Settings, url: str) -> None:
    certificate = layout.certificate if settings.tls else None
    deadline_s = time.monotonic() + settings.ready_wait_s
    while (answer := status_of(f"{url}/readyz", certificate)) != 200:
        if time.monotonic() > deadline_s:
            said = f"the last answer was {answer}" if answer else "nobody answers"
            raise CouldNotRunError(
                f"{url}/readyz did not become ready in {settings.ready_wait_s:.0f} s: {said}"
            )
        time.sleep(0.05)


def _end_everything(layout: Layout) -> list[str]:
    """End stage after stage, the last started first; those of a stage are told together."""
    if not layout.record.exists():
        return []
    record = read_record(layout)
    were_alive = []
    site = _site(layout, record)
    for stage in reversed(PROFILES[record.profile].stages(site)):
        known = [(part, record.components[part.name]) for part in stage if part.name in record.components]
        living = [(part, processes.find(c.pid, c.create_time)) for part, c in known]
        alive = [(part, process) for part, process in living if process]
        for part, process in alive:
            processes.ask_to_end(process, part.stop_signal)
        for part, process in alive:
            were_alive.append(part.name)
            processes.end(process, gentle=part.stop_signal, wait_s=part.stop_wait_s)
        for _, component in known:
            processes.end_session(component.pid, component.create_time)
        for part in stage:
            part.clear()
    layout.record.unlink(missing_ok=True)
    return were_alive
