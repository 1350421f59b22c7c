"""nginx as a part of the stack: the public door, in front of the API workers."""

import signal
import subprocess

import psutil

from sirekap.failures import CouldNotRunError
from sirekap.stack.full.certificate import sign_own
from sirekap.stack.full.nginx_configuration import configuration
from sirekap.stack.full.programs import find_program
from sirekap.stack.http import status_of
from sirekap.stack.part import Site
from sirekap.stack.processes import plain_environment, spawn
from sirekap.stack.readiness import await_answer

CHECK_WAIT_S = 10.0
STOP_MARGIN_S = 2.0  # beyond the time that requests in flight are given


class NginxPart:
    """nginx on the public port."""

    name = "nginx"
    stop_signal = signal.SIGQUIT  # after the requests in hand; SIGTERM would break them off

    def __init__(self, site: Site) -> None:
        self._site = site
        self._folder = site.layout.nginx
        self._file = self._folder / "nginx.conf"
        self.stop_wait_s = site.settings.shutdown_grace_s + STOP_MARGIN_S

    def prepare(self) -> None:
        """Make its folders, its certificate if one is wanted, and a configuration that nginx accepts."""
        for folder in ("cache", "tmp"):
            (self._folder / folder).mkdir(parents=True, exist_ok=True)
        if self._site.settings.tls:
            sign_own(self._site.layout)
        self._file.write_text(configuration(self._site))
        checked = subprocess.run(
            [*self._command(), "-t", "-q"], capture_output=True, text=True, timeout=CHECK_WAIT_S, check=False
        )
        if checked.returncode != 0:
            raise CouldNotRunError(f"nginx does not accept {self._file}:\n{checked.stderr.strip()}")

    def launch(self) -> psutil.Process:
        """Start it in the foreground of a session of its own."""
        return spawn(
            self._command(),
            log=self._site.layout.log(self.name),
            niceness=self._site.settings.niceness,
            cpus=self._site.settings.cpus,
            environ=plain_environment(),
        )

    def await_ready(self, process: psutil.Process) -> None:
        """Return once it answers anything at all: whether the API does is another question."""
        settings, layout = self._site.settings, self._site.layout
        scheme = "https" if settings.tls else "http"
        certificate = layout.certificate if settings.tls else None
        await_answer(
            process,
            lambda: status_of(f"{scheme}://127.0.0.1:{settings.port}/healthz", certificate) is not None,
            settings.program_start_wait_s,
            "nginx",
            layout.log(self.name),
        )

    def complete(self) -> None:
        """Nothing is left to do."""

    def clear(self) -> None:
        """The cache may stay: nothing in it is valid for longer than a moment."""

    def _command(self) -> list[str]:
        return [find_program("nginx"), "-p", str(self._folder), "-c", str(self._file), "-e", "stderr"]
