"""The command line of what is done to a run's own disk by its disk.json, as it stands in the ledger."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from chaos.disk import DiskError


def words(module: str, disk_json: Path) -> tuple[str, ...]:
    """The command that runs `module` on a disk."""
    return (sys.executable, "-m", module, str(disk_json))


def main(module: str, doc: str | None, act: Callable[[Path], None]) -> int:
    """Exit code 0, or 3 and a sentence when it could not be done."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=doc)
    parser.add_argument("disk_json", type=Path)
    try:
        act(parser.parse_args().disk_json)
    except DiskError as error:
        print(error, file=sys.stderr)
        return 3
    return 0
