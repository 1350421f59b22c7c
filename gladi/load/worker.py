"""One load worker as a program.

    python -m gladi.load.worker HOST:PORT [--ca FILE]          somewhere else (`gladi worker`)
    python -m gladi.load.worker - --index N                    the conductor's own, told the address later

It joins a run, plays its shares and leaves: see `visit`.
"""

from gevent import monkey

monkey.patch_all()

import argparse  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from dataclasses import replace  # noqa: E402
from pathlib import Path  # noqa: E402
from tempfile import TemporaryDirectory  # noqa: E402

from gladi.failures import COULD_NOT, PASSED  # noqa: E402
from gladi.load.host_port import parted  # noqa: E402
from gladi.load.preparing import Who  # noqa: E402
from gladi.load.visit import Visit  # noqa: E402

_LEFT = """gladi: dihentikan. Gladi itu berjalan terus; pekerja lain mengambil alih TPS dari mesin ini.
gladi: interrupted. The rehearsal goes on; other workers take over the TPS of this machine."""


def visit(who: Who, clock: Callable[[], float] = time.time) -> int:
    """Stay for one run; the exit code."""
    with TemporaryDirectory(prefix="gladi-worker-") as folder:
        why = Visit(who, Path(folder), clock).stay()
    if why:
        print(f"gladi: {why}", file=sys.stderr, flush=True)
    return COULD_NOT if why else PASSED


def main() -> None:
    """Join the run of the master named on the command line, or on the first line of standard input."""
    parser = argparse.ArgumentParser()
    parser.add_argument("master")
    parser.add_argument("--index", type=int, default=-1)
    parser.add_argument("--ca", default="")
    given = parser.parse_args()
    who = Who("", 0, given.index, given.ca)
    if not who.elsewhere:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the conductor decides when to stop
    master = given.master if given.master != "-" else sys.stdin.readline().strip()
    found = parted(master)
    if found is None:
        parser.error(f"{master}: must look like HOST:PORT")
    try:
        sys.exit(visit(replace(who, host=found[0], port=found[1])))
    except KeyboardInterrupt:
        print(_LEFT, file=sys.stderr, flush=True)
        sys.exit(COULD_NOT)


__all__ = ["Who", "main", "visit"]

if __name__ == "__main__":
    main()
