"""Files of a run are written whole or not at all."""

import os
from pathlib import Path

from reports.columns import RunDirectoryError


def write_whole(path: Path, content: bytes) -> Path:
    """Write beside, flush to disk, rename; raises RunDirectoryError that says why it could not be."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(exist_ok=True)
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        reason = error.strerror or error
        raise RunDirectoryError(
            f"{path}: cannot be written ({reason}); free space or check permissions"
        ) from None
    return path
