"""``python -m sirekap.work DIR NAME READY_FD``, as the stack starts a worker."""

import asyncio
import sys
from pathlib import Path

from sirekap.api.logs import log_to_stderr
from sirekap.settings import load_effective
from sirekap.stack.layout import Layout
from sirekap.work.process import work


def main(directory: Path, name: str, ready_fd: int) -> None:
    """Work until SIGTERM; what is in hand is finished first."""
    log_to_stderr(name)
    layout = Layout(directory)
    asyncio.run(work(layout, load_effective(layout.effective_settings), name, ready_fd))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
