"""Files that appear whole or not at all: each is written under a temporary name, which then is replaced.

Photos come by the thousand a second, so this takes five calls to the system for a file and nothing else.
"""

import os
from pathlib import Path


def deliver(folder: Path | str, name: str, content: bytes | memoryview) -> None:
    """Write `name` in the folder; OSError where that fails, and then nothing is left of it.

    Nothing is forced to the disk: what a machine loses with its power is seen by its digest.
    """
    unfinished = f"{folder}/.{name}.{os.getpid()}"
    try:
        file = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
        try:
            left = memoryview(content)
            while left:
                left = left[os.write(file, left) :]
        finally:
            os.close(file)
        os.replace(unfinished, f"{folder}/{name}")  # noqa: PTH105 - a Path costs as much as the call
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
