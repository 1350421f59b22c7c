"""`gladi worker`: joins a run on another machine, plays its share of it, and leaves."""

import os
import sys
from pathlib import Path

import click

from gladi.commands.options import own_certificate
from gladi.failures import UsageError


@click.command()
@click.argument("master", metavar="HOST:PORT")
@click.option(
    "--ca",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="PEM of the authority that vouches for an https target; default: those this machine trusts.",
)
@own_certificate
def worker(master: str, ca: Path | None) -> None:
    """Join the rehearsal at HOST:PORT (`gladi rehearse SCENARIO --listen HOST:PORT --workers N`).

    Or the `gladi capacity` or `gladi claim` that listens there: it then offers its part of every load, one
    process for each core that is to offer.

    Scenario, seed and share come from there; this machine draws the same TPS, renders their photos into a
    temporary folder, asks the system under test for its consent, and plays. It must be the same gladi, its
    clock right to a minute; what is off by less is measured and translated. When the run is over it leaves.

    It may come before the rehearsal: it waits for up to 5 minutes, and says after 10 seconds that it does.

    Secrets stay on this machine: the file that GLADI_SECRETS names, and the variables that the run's --header
    options name. Where the rehearsal has a GLADI_WORKER_KEY, this machine needs the same: nobody else can
    join, and every message is encrypted. Ctrl-C leaves the rehearsal; the others take over its TPS.

    \b
    Example, the rehearsal on one machine and two workers on others:
      gladi rehearse kepahiang-2024 --listen 10.0.0.1:5557 --workers 2
      gladi worker 10.0.0.1:5557

    \b
    Exit codes: 0 played to the end, 3 could not (refused, no consent, the master is gone).
    """
    from gladi.load.host_port import parted
    from gladi.load.key import key
    from gladi.wire import trust

    if parted(master) is None:
        raise UsageError(f"{master}: must look like HOST:PORT, such as 10.0.0.1:5557 or [fd00::1]:5557")
    key()  # said now, before anything is tried
    if ca is not None and not ca.is_file():
        raise UsageError(f"--ca {ca}: no such file")
    trust.check()
    if (named := os.environ.get("GLADI_SECRETS")) and not Path(named).is_file():
        raise UsageError(f"GLADI_SECRETS={named}: no such file")
    more = ["--ca", str(ca.resolve())] if ca else []
    # gevent must come before everything else: a program of its own, in this one's place
    os.execv(sys.executable, [sys.executable, "-m", "gladi.load.worker", master, *more])
