"""The conductor's end of the reaper: starting it, and letting it go when all is well."""

import os
import subprocess
import sys
from pathlib import Path

from chaos.process import ProcessId


class ReaperProcess:
    """A running reaper: keep it as long as the run lasts, release it after the ledger is closed."""

    def __init__(self, ledger_path: Path) -> None:
        """Starts the reaper in a session of its own; its words go to reaper.log beside the ledger."""
        read_end, self._write_end = os.pipe()
        try:
            with ledger_path.with_name("reaper.log").open("ab") as log:
                self._child = subprocess.Popen(
                    [sys.executable, "-m", "chaos.reaper", str(ledger_path.resolve()), "--fd", str(read_end)],
                    pass_fds=(read_end,),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    env={**os.environ, "PYTHONPATH": _import_path()},
                )
        finally:
            os.close(read_end)
        self.process = ProcessId.of(self._child.pid)

    @property
    def alive(self) -> bool:
        """Whether it watches; without it a kill -9 of the conductor leaves its faults in place."""
        return self._child.poll() is None

    def release(self, timeout_s: float = 20.0) -> int:
        """Lets go of the pipe and waits; returns its exit code: 0 all clear, 3 something is left."""
        if self._write_end >= 0:
            os.close(self._write_end)
            self._write_end = -1
        return self._child.wait(timeout=timeout_s)


def _import_path() -> str:
    here = str(Path(__file__).parents[1])
    inherited = os.environ.get("PYTHONPATH")
    return f"{here}{os.pathsep}{inherited}" if inherited else here
