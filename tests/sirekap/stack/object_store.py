"""An object store for a test, by itself."""

import contextlib
import os
import secrets
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sirekap.photos.objects import Bucket
from sirekap.stack.full.programs import find_program
from sirekap.stack.http import status_of
from sirekap.stack.ports import free_ports

START_WAIT_S = 10.0


@dataclass(frozen=True)
class ObjectStore:
    """A store that runs: its process, its folder, and how to reach it."""

    pid: int
    folder: Path
    bucket: Bucket


@contextlib.contextmanager
def running_store(
    folder: Path, *options: str, under: Sequence[str] = (), port: int | None = None
) -> Iterator[ObjectStore]:
    """sirekap-objects over `folder`, started `under` another program if one is named; always ended."""
    folder.mkdir(exist_ok=True)
    port = port or free_ports(1)[0]
    bucket = Bucket(f"http://127.0.0.1:{port}", "photos", "kunci", secrets.token_urlsafe(16))
    words = [find_program("sirekap-objects"), f"-dir={folder}", f"-listen=127.0.0.1:{port}", *options]
    process = subprocess.Popen(
        [*under, *words],
        env={**os.environ, "OBJECTS_ACCESS_KEY": bucket.access_key, "OBJECTS_SECRET_KEY": bucket.secret_key},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline_s = time.monotonic() + START_WAIT_S
        while status_of(f"{bucket.url}/healthz") != 200:
            assert process.poll() is None, "the object store ended at once"
            assert time.monotonic() < deadline_s, "the object store does not answer"
            time.sleep(0.02)
        yield ObjectStore(process.pid, folder, bucket)
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
        process.kill()
        process.wait()
