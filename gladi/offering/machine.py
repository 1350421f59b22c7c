"""The machine that load is offered from, as a certificate and a lent generator tell it."""

import os
import platform
from typing import Any

from gladi.cores import processor_name


def machine() -> dict[str, Any]:
    """What the load was offered from, and its own stack ran on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": processor_name() or platform.machine(),
        "cores": os.cpu_count(),
        "memory_bytes": memory,
        "python": platform.python_version(),
    }
