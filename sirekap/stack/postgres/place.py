"""Where PostgreSQL's data and programs live, and who runs it.

When we are root the server runs as `nobody` (PostgreSQL refuses to run as root), who must be able to reach
the data and the binaries. Where that is not so (a clone under /root, say) both go to a fresh folder under
/var/tmp, noted in stack.json; ``down`` brings the data back into the stack's directory and removes that
folder.
"""

import os
import pwd
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from sirekap.failures import CouldNotRunError
from sirekap.stack.postgres.programs import find_binaries
from sirekap.stack.processes import RunAs

OUTSIDE_PARENT = Path("/var/tmp")


@dataclass(frozen=True)
class Server:
    """One PostgreSQL: where its binaries and data are, who runs it, where it listens."""

    bin: Path
    data: Path
    port: int
    run_as: RunAs
    outside: Path | None


def server_user() -> RunAs:
    """`nobody` when we are root, else ourselves."""
    if os.geteuid() != 0:
        return RunAs()
    entry = pwd.getpwnam("nobody")
    return RunAs(entry.pw_uid, entry.pw_gid)


def place(data: Path, port: int, outside: Path | None, prefer_debian: bool) -> Server:
    """Decide where data and binaries live.

    Makes (or reuses) the outside folder only when `nobody` needs one.
    """
    kept = outside / "pgdata" if outside else data
    run_as, binaries = server_user(), find_binaries(kept if kept.exists() else data, prefer_debian)
    if run_as.uid is None:
        return Server(binaries, data, port, run_as, None)
    server = Server(binaries, data, port, run_as, None)
    if _open_to_all(data.parent) and _open_to_all(binaries):
        return server
    if outside is None or not outside.is_dir():
        outside = Path(tempfile.mkdtemp(prefix="sirekap-", dir=OUTSIDE_PARENT))
        outside.chmod(0o711)
    try:
        return _moved_outside(server, outside)
    except OSError as error:
        if not (outside / "pgdata").exists():
            shutil.rmtree(outside, ignore_errors=True)
        raise CouldNotRunError(f"PostgreSQL's files could not be put into {outside}: {error}") from error


def _moved_outside(server: Server, outside: Path) -> Server:
    """The same server with whatever its user cannot reach moved (data) or copied (binaries) to `outside`."""
    server = replace(server, outside=outside)
    if not _open_to_all(server.bin):
        server = replace(server, bin=_copy_binaries(server.bin, outside))
    if not _open_to_all(server.data.parent):
        moved = outside / "pgdata"
        if server.data.exists() and not moved.exists():
            shutil.move(server.data, moved)
        server = replace(server, data=moved)
    return server


def _open_to_all(path: Path) -> bool:
    """Whether any user may pass through `path` and every folder above it."""
    resolved = path.resolve()
    return all(p.stat().st_mode & 0o001 for p in (resolved, *resolved.parents))


def _copy_binaries(binaries: Path, outside: Path) -> Path:
    """Copy what the server needs, keeping the layout its library paths expect."""
    install = binaries.parent
    package = install.parent
    target = outside / "site" / package.name / install.name
    if not (target / "bin" / "postgres").exists():
        (target / "bin").mkdir(parents=True, exist_ok=True)
        for program in ("initdb", "postgres"):
            shutil.copy2(install / "bin" / program, target / "bin" / program)
        for part in ("lib", "share"):
            shutil.copytree(install / part, target / part, symlinks=True, dirs_exist_ok=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, outside / "site" / libraries.name, symlinks=True, dirs_exist_ok=True)
    return target / "bin"


def bring_home(data: Path, home: Path, outside: Path) -> None:
    """Move data kept outside back into the stack's directory and remove the outside folder."""
    if data != home and data.exists() and not home.exists():
        shutil.move(data, home)
    if outside.parent == OUTSIDE_PARENT and outside.name.startswith("sirekap-"):
        shutil.rmtree(outside, ignore_errors=True)
