"""The example vendor as somebody would have it: a running server, and its target installed in a folder."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

EXAMPLE = Path(__file__).parents[3] / "examples" / "vendor"
ADMIN_KEY = "kunci-admin-untuk-uji"


@dataclass(frozen=True, slots=True)
class Vendor:
    """`environment` is what gladi needs to know of it."""

    url: str
    environment: dict[str, str]


def installed(package: Path, folder: Path) -> dict[str, str]:
    """PYTHONPATH with the target package in it, put there as anybody would, but into a folder of its own."""
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
         "--no-build-isolation", "--target", str(folder), str(package)],
        check=True,
    )  # fmt: skip
    before = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": f"{folder}:{before}" if before else str(folder)}


@contextmanager
def vendor(folder: Path, tls: tuple[Path, Path] | None = None, **environment: str) -> Iterator[Vendor]:
    """A server of the example with an empty database; `environment` may set VENDOR_API_KEY."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    secured = ["--cert", str(tls[0]), "--key", str(tls[1])] if tls else []
    data = folder / f"vendor-{port}.sqlite"
    with (folder / f"vendor-{port}.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, str(EXAMPLE / "server.py"), "--port", str(port), "--data", str(data), *secured],
            env={**os.environ, "VENDOR_ADMIN_KEY": ADMIN_KEY, **environment}, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        _listening(server, port)
        yield Vendor(f"{'https' if tls else 'http'}://127.0.0.1:{port}", {"VENDOR_ADMIN_KEY": ADMIN_KEY})
    finally:
        server.terminate()
        server.wait(10)


def _listening(server: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        assert server.poll() is None, "the example vendor's server did not start"
        try:
            socket.create_connection(("127.0.0.1", port), 1.0).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the example vendor's server does not listen")
