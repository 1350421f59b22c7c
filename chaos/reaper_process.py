"""The conductor's end of the reaper: starting it, and letting it go when all is well."""

import os
import select
import subprocess
import sys
from pathlib import Path

from chaos.process import ProcessId

_WATCH_WITHIN_S = 10.0


class ReaperError(RuntimeError):
    """The reaper does not watch; without it a run must not begin."""


class ReaperProcess:
    """A running reaper: keep it as long as the run lasts, release it after the ledger is closed."""

    def __init__(self, ledger_path: Path) -> None:
        """Starts the reaper in a session of its own and waits until it watches (about half a second).

        Its words go to reaper.log beside the ledger. Raises ReaperError.
        """
        read_end, self._write_end = os.pipe()
        try:
            with ledger_path.with_name("reaper.log").open("ab") as log:
                self._child = subprocess.Popen(
                    [sys.executable, "-m", "chaos.reaper", str(ledger_path.resolve()), "--fd", str(read_end)],
                    pass_fds=(read_end,),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    start_new_session=True,
                    env={**os.environ, "PYTHONPATH": _import_path()},
                )
        finally:
            os.close(read_end)
        self.process = ProcessId.of(self._child.pid)
        self._wait_until_it_watches()

    def _wait_until_it_watches(self) -> None:
        said = self._child.stdout
        assert said is not None
        heard, _, _ = select.select([said], [], [], _WATCH_WITHIN_S)
        word = said.read() if heard else b""
        said.close()
        if word != b"watching":
            self._child.kill()
            self._child.wait()
            raise ReaperError(f"the reaper did not begin to watch ({word!r}); see reaper.log")

    @property
    def alive(self) -> bool:
        """Whether it watches; without it a kill -9 of the conductor leaves its faults in place."""
        return self._child.poll() is None

    def release(self, timeout_s: float = 20.0) -> int:
        """Lets go of the pipe and waits; returns its exit code: 0 all clear, 3 something is left.

        Raises ReaperError when it does not end, which its own budget rules out.
        """
        if self._write_end >= 0:
            os.close(self._write_end)
            self._write_end = -1
        try:
            return self._child.wait(timeout=timeout_s)
        except subprocess.TimeoutExpired as error:
            raise ReaperError(f"the reaper (pid {self.process.pid}) still runs; see reaper.log") from error


def _import_path() -> str:
    here = str(Path(__file__).parents[1])
    inherited = os.environ.get("PYTHONPATH")
    return f"{here}{os.pathsep}{inherited}" if inherited else here
