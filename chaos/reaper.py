"""The reaper: a small process that outlives the conductor and clears away what it has left.

It holds one end of a pipe; the other end closes when the conductor dies, however it dies. Because a forked
child of the conductor may hold that end open too, it also watches the conductor itself. If the ledger is
closed by then, there is nothing to do; otherwise it heals, within 15 seconds.

    python -m chaos.reaper LEDGER --fd N
"""

import argparse
import os
import select
import signal
import sys
import time
from pathlib import Path

from chaos.fault import registered
from chaos.healing import clear_away
from chaos.ledger import LedgerError, read_ledger
from chaos.process import ProcessId

BUDGET_S = 13.0


def watch(ledger_path: Path, pipe_fd: int) -> int:
    """Waits for the conductor's end, then clears away; returns the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    registered()  # import every fault now: there is no time for it later
    conductor = read_ledger(ledger_path).conductor
    os.write(sys.stdout.fileno(), b"watching")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # closes the pipe: all later words go to the log
    _wait_for_end(pipe_fd, conductor)
    noticed = time.time()
    try:
        state = read_ledger(ledger_path)
        if state.closed:
            return 0
        report = clear_away(ledger_path, BUDGET_S, by="reaper")
    except LedgerError as error:
        print(f"reaper: {error}", file=sys.stderr, flush=True)
        return 3
    print(
        f"reaper: conductor gone at {noticed:.3f}; faults healed after {report.faults_s:.3f} s, all cleared "
        f"after {report.took_s:.3f} s: healed {report.healed}, taken down {report.taken_down}, "
        f"ended {report.ended_pids}, problems {report.problems}",
        flush=True,
    )
    return 0 if report.ok else 3


def _wait_for_end(pipe_fd: int, conductor: ProcessId) -> None:
    poll = select.poll()
    poll.register(pipe_fd, select.POLLIN | select.POLLHUP)
    try:
        pinned = os.pidfd_open(conductor.pid)
    except OSError:
        pinned = -1
    if pinned >= 0:
        poll.register(pinned, select.POLLIN)
    while conductor.alive:
        for fd, _ in poll.poll(1000):
            if fd == pinned or not os.read(pipe_fd, 1):
                return


def main() -> int:
    """Command line, for the conductor only."""
    parser = argparse.ArgumentParser(prog="python -m chaos.reaper", description=__doc__)
    parser.add_argument("ledger", type=Path)
    parser.add_argument("--fd", type=int, required=True, help="read end of the conductor's pipe")
    arguments = parser.parse_args()
    return watch(arguments.ledger, arguments.fd)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # a healing thread that hangs must not keep us
