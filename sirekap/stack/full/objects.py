"""The object store as a part of the stack: S3 over files in DIR/objects (see deploy/objects)."""

import os
import signal

import psutil

from sirekap.stack.full.programs import find_program
from sirekap.stack.http import status_of
from sirekap.stack.part import Site
from sirekap.stack.processes import spawn
from sirekap.stack.readiness import await_answer


class ObjectsPart:
    """Versity's S3 gateway, made to fsync before it answers."""

    name = "objects"
    stop_signal = signal.SIGTERM

    def __init__(self, site: Site) -> None:
        self._site = site
        self.stop_wait_s = site.settings.program_stop_wait_s

    def prepare(self) -> None:
        """Make the folder of the objects."""
        self._site.layout.objects.mkdir(exist_ok=True)

    def launch(self) -> psutil.Process:
        """Start it; the keys go by the environment, which other users cannot read."""
        settings, keys = self._site.settings, self._site.keys
        return spawn(
            [
                find_program("sirekap-objects"),
                f"-dir={self._site.layout.objects}",
                f"-bucket={settings.objects_bucket}",
                f"-listen=127.0.0.1:{settings.objects_port}",
            ],
            log=self._site.layout.log(self.name),
            niceness=settings.niceness,
            cpus=settings.cpus,
            environ={
                "PATH": os.environ.get("PATH", ""),
                "OBJECTS_ACCESS_KEY": keys["objects_access_key"],
                "OBJECTS_SECRET_KEY": keys["objects_secret_key"],
                "GOMEMLIMIT": f"{settings.objects_memory_mb}MiB",
            },
        )

    def await_ready(self, process: psutil.Process) -> None:
        """Return once its health check answers."""
        await_answer(
            process,
            lambda: status_of(f"{self._site.settings.objects_url}/healthz") == 200,
            self._site.settings.program_start_wait_s,
            "the object store",
            self._site.layout.log(self.name),
        )

    def complete(self) -> None:
        """Nothing is left to do."""

    def clear(self) -> None:
        """Its data stay."""
