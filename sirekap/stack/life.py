"""The life of a stack: up, down, status, and start for one dead component.

Each function reads as its steps.
"""

import contextlib
import errno
import json
import os
import secrets
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from sirekap.database.migrate import bring_schema_up_to_date
from sirekap.defects import announce, refuse_unknown
from sirekap.failures import CouldNotRunError, WrongInputError
from sirekap.settings import Settings, load_effective, save_effective
from sirekap.stack import postgres, workers
from sirekap.stack.layout import Layout
from sirekap.stack.processes import end, find
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
    refuse_unknown(settings.defects)
    layout = Layout(directory.absolute())
    _prepare_directory(layout)
    with locked(layout), contextlib.ExitStack() as undo:
        outside = _refuse_if_running(layout)
        keys = _keep_secrets(layout)
        announce(settings.defects, stream=sys.stderr)
        with _reserved_port(settings.port) as port:
            undo.callback(_end_everything, layout)
            postgres_port = settings.postgres_port or _free_port()
            settings = replace(settings, port=port, postgres_port=postgres_port)
            save_effective(layout.effective_settings, settings)
            server = postgres.place(layout.pgdata, postgres_port, outside)
            record = StackRecord(
                url=f"http://127.0.0.1:{port}",
                dir=str(layout.dir),
                profile="embedded",
                port=port,
                postgres_port=postgres_port,
                pgdata=str(server.data),
                postgres_bin=str(server.bin),
                outside=str(server.outside) if server.outside else None,
                defects=settings.defects,
                down=command("down", "--dir", str(layout.dir)),
            )
            write_record(layout, record)
            postgres.initialise(server, keys["postgres_password"])
            record = _start_postgres(layout, record, settings, server)
            postgres.ensure_database(server, keys["postgres_password"])
            bring_schema_up_to_date(postgres_port, keys["postgres_password"], settings.defects)
            record = _start_workers(layout, record, settings)
        _wait_ready(record.url, settings.ready_wait_s)
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
        name: ComponentStatus(c.pid, find(c.pid, c.create_time) is not None)
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
        if find(present.pid, present.create_time):
            return present
        settings = load_effective(layout.effective_settings)
        if name == "postgres":
            server = postgres.Server(
                Path(record.postgres_bin),
                Path(record.pgdata),
                record.postgres_port,
                postgres.server_user(),
                Path(record.outside) if record.outside else None,
            )
            record = _start_postgres(layout, record, settings, server)
        else:
            record = _start_named_workers(layout, record, settings, [name])
        return record.components[name]


def read_secrets(layout: Layout) -> dict[str, str]:
    """Tokens and passwords of this stack."""
    try:
        found: dict[str, str] = json.loads(layout.secrets.read_text())
    except (OSError, ValueError) as error:
        raise WrongInputError(f"{layout.secrets} cannot be read ({error})") from error
    return found


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
    return Path(record.outside) if record.outside else None


def _keep_secrets(layout: Layout) -> dict[str, str]:
    """Make the secrets once; later starts in the same directory keep them, as the database does."""
    if layout.secrets.exists():
        return read_secrets(layout)
    made = {
        name: secrets.token_urlsafe(32)
        for name in ("admin_token", "audit_token", "postgres_password", "activation_pepper")
    }
    fd = os.open(layout.secrets, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w") as file:
        json.dump(made, file, indent=1)
    return made


@contextlib.contextmanager
def _reserved_port(port: int) -> Iterator[int]:
    """Hold the API's port, bound but not listening, until the workers have bound it too (SO_REUSEPORT)."""
    with socket.socket() as probe:
        try:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                raise WrongInputError(
                    f"port {port} on 127.0.0.1 cannot be used ({error.strerror}); "
                    "choose another with --port, or --port 0 for any free one"
                ) from error
            raise
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(("127.0.0.1", port))
        yield holder.getsockname()[1]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start_postgres(
    layout: Layout, record: StackRecord, settings: Settings, server: postgres.Server
) -> StackRecord:
    process = postgres.start(
        server, settings, read_secrets(layout)["postgres_password"], layout.log("postgres")
    )
    component = Component(process.pid, process.create_time(), _restart(layout, "postgres"))
    record = record.with_component("postgres", component)
    write_record(layout, record)
    return record


def _start_workers(layout: Layout, record: StackRecord, settings: Settings) -> StackRecord:
    names = [f"api-{number}" for number in range(1, settings.api_workers + 1)]
    names += [f"worker-{number}" for number in range(1, settings.workers + 1)]
    return _start_named_workers(layout, record, settings, names)


def _start_named_workers(
    layout: Layout, record: StackRecord, settings: Settings, names: list[str]
) -> StackRecord:
    launched = []
    for name in names:
        worker = workers.launch(layout, settings, name)
        launched.append(worker)
        component = Component(worker.process.pid, worker.process.create_time(), _restart(layout, name))
        record = record.with_component(name, component)
        write_record(layout, record)
    for worker in launched:
        workers.await_ready(layout, settings, worker)
    return record


def _restart(layout: Layout, name: str) -> tuple[str, ...]:
    return command("start", name, "--dir", str(layout.dir))


def _wait_ready(url: str, wait_s: float) -> None:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=2.0):
                return
        except (urllib.error.URLError, OSError) as error:
            if time.monotonic() > deadline:
                raise CouldNotRunError(
                    f"{url}/readyz did not become ready in {wait_s:.0f} s: {error}"
                ) from error
        time.sleep(0.05)


def _end_everything(layout: Layout) -> list[str]:
    """End workers first, then PostgreSQL.

    SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for its clients.
    """
    if not layout.record.exists():
        return []
    record = read_record(layout)
    settings = load_effective(layout.effective_settings)
    were_alive = []
    living = [(name, find(c.pid, c.create_time)) for name, c in record.components.items()]
    workers_alive = [(name, process) for name, process in living if process and name != "postgres"]
    for _, process in workers_alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGTERM)
    for name, process in workers_alive:
        were_alive.append(name)
        end(process, gentle=signal.SIGTERM, wait_s=settings.shutdown_grace_s + 2.0)
    for name, server in living:
        if server and name == "postgres":
            were_alive.append(name)
            end(server, gentle=signal.SIGINT, wait_s=settings.postgres_stop_wait_s)
    data = Path(record.pgdata)
    if data.exists():
        postgres.clear_remains(data)
    if record.outside:
        postgres.bring_home(data, layout.pgdata, Path(record.outside))
    layout.record.unlink(missing_ok=True)
    return were_alive
