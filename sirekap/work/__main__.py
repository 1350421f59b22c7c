"""``python -m sirekap.work DIR NAME READY_FD``, as the stack starts a worker."""

import asyncio
import sys
from pathlib import Path

from sirekap.operations.logs import log_to_file
from sirekap.settings import load_effective
from sirekap.stack.layout import Layout
from sirekap.work.process import work


def main(directory: Path, name: str, ready_fd: int) -> None:
    """Work until SIGTERM; what is in hand is finished first."""
    layout = Layout(directory)
    settings = load_effective(layout.effective_settings)
    log_to_file(layout.log(name), name, settings.log_max_mb)
    asyncio.run(work(layout, settings, name, ready_fd))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
