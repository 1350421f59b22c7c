"""Small files that a stack cannot do without: whole or as before, also after a power cut."""

import os
from pathlib import Path


def replace_file(file: Path, text: str, mode: int = 0o644) -> None:
    """Put `text` into `file` with these permissions; when this returns it is on the disk."""
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(fd, "w") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(fd)
    fresh.replace(file)
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
