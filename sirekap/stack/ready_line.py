"""The one word between a worker and whoever starts it: a line in a pipe, once the worker serves.

The pipe closing without it means that the worker died. So readiness of *this* worker is known although all
workers may share one port.
"""

import os

READY_LINE = b"ready\n"


def say_ready(fd: int) -> None:
    """Tell whoever started this process, by the pipe that was inherited as `fd`, and close it."""
    os.write(fd, READY_LINE)
    os.close(fd)
