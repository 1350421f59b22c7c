"""The full profile in containers: what `up` does there where somebody else starts the processes.

    python -m sirekap.stack.containers keys DIR       # secrets, settings, configurations; before all others
    python -m sirekap.stack.containers tables DIR     # our database and its tables; once PostgreSQL answers

DIR is a volume that all containers see at the same place, and they share one loopback (deploy/compose.yaml),
so every component is told the same as on one machine. Ports must be given in the settings file of DIR.
"""

import os
import sys
import time
from pathlib import Path

from sirekap.failures import CouldNotRunError, WrongInputError
from sirekap.settings import Settings, load_effective, resolve, save_effective
from sirekap.stack.full.nginx import NginxPart
from sirekap.stack.full.objects import ObjectsPart
from sirekap.stack.full.redis import RedisPart
from sirekap.stack.keys import keep_keys, read_keys
from sirekap.stack.layout import Layout
from sirekap.stack.part import Site
from sirekap.stack.postgres import server
from sirekap.stack.postgres.part import PostgresPart
from sirekap.stack.postgres.place import Server
from sirekap.stack.processes import RunAs

ASK_AGAIN_S = 0.2
# PostgreSQL's image reads its password as a user of its own; the volume is the stack's alone
KEY_FILES = {"postgres_password": 0o644, "objects_access_key": 0o600, "objects_secret_key": 0o600}
NEEDED = ("port", "postgres_port", "redis_port", "objects_port", "objects_url", "api_ports")


def keys(layout: Layout) -> None:
    """Write what the containers read: secrets, effective settings, and the configurations of Redis and nginx.

    Raises:
        WrongInputError: a port that others must know is not in the settings.
    """
    settings = resolve(layout.user_settings, os.environ, {"profile": "full"})
    missing = [name for name in NEEDED if not getattr(settings, name)]
    if missing:
        raise WrongInputError(f"{layout.user_settings} must say {', '.join(missing)}: nothing is chosen here")
    (layout.dir / "logs").mkdir(exist_ok=True)
    layout.photos.mkdir(exist_ok=True)
    made = keep_keys(layout)
    save_effective(layout.effective_settings, settings)
    site = _site(layout, settings)
    for part in (RedisPart(site), ObjectsPart(site), NginxPart(site)):
        part.prepare()
    for name, mode in KEY_FILES.items():
        _write_key(layout.dir / "keys" / name, made[name], mode)


def tables(layout: Layout) -> None:
    """Have our database and its tables, once PostgreSQL answers.

    Raises:
        CouldNotRunError: it does not answer in time.
    """
    settings = load_effective(layout.effective_settings)
    site = _site(layout, settings)
    deadline_s = time.monotonic() + settings.postgres_start_wait_s
    while not server.answers(site.server, site.keys["postgres_password"]):
        if time.monotonic() > deadline_s:
            raise CouldNotRunError(f"PostgreSQL did not answer in {settings.postgres_start_wait_s:.0f} s")
        time.sleep(ASK_AGAIN_S)
    PostgresPart(site).complete()


def _site(layout: Layout, settings: Settings) -> Site:
    somewhere = Server(Path("/nowhere"), Path("/nowhere"), settings.postgres_port, RunAs(), None)
    return Site(layout, settings, read_keys(layout), somewhere)


def _write_key(file: Path, key: str, mode: int) -> None:
    """One secret in a file of its own, for images that read it from one."""
    file.parent.mkdir(mode=0o711, exist_ok=True)
    file.unlink(missing_ok=True)
    fd = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(fd, "w") as out:
        out.write(key)


def main(step: str, directory: str) -> int:
    """Run one step; exit codes as of the command line."""
    steps = {"keys": keys, "tables": tables}
    try:
        steps[step](Layout(Path(directory).absolute()))
    except (WrongInputError, CouldNotRunError) as failure:
        print(f"sirekap: {failure}", file=sys.stderr)
        return failure.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
