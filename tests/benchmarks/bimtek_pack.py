"""How long a training pack takes: `python -m tests.benchmarks bimtek_pack [--trainees 200 --classes 8]`.

Prints the stages as `gladi bimtek` tells them, then a table: seconds, megabytes and pages.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pypdfium2

_HEAD = ("trainees", "classes", "workers", "files", "MB", "pages", "s", "s each")


def main() -> None:
    """Make one pack in a folder that is removed again, and tell what it took."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--trainees", type=int, default=200)
    wanted.add_argument("--classes", type=int, default=8)
    wanted.add_argument("--form", default="ppwp")
    wanted.add_argument("--workers", type=int, default=2)
    asked = wanted.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "paket"
        start = time.monotonic()
        subprocess.run(
            [
                sys.executable, "-m", "gladi.cli", "bimtek", "--trainees", str(asked.trainees),
                "--classes", str(asked.classes), "--form", asked.form, "--workers", str(asked.workers),
                "--out", str(out),
            ],
            check=True,
        )  # fmt: skip
        took = time.monotonic() - start
        files = [path for path in out.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        pages = sum(_pages(path) for path in out.glob("kelas-*/*.pdf"))
        told = json.loads((out / "paket.json").read_bytes())
        assert len(told["files"]) == len(files) - 1
    row = (asked.trainees, asked.classes, asked.workers, len(files), round(size / 1e6), pages)
    print(" ".join(f"{name:>9}" for name in _HEAD))
    print(" ".join(f"{value:>9}" for value in (*row, f"{took:.1f}", f"{took / asked.trainees:.2f}")))


def _pages(path: Path) -> int:
    with pypdfium2.PdfDocument(path) as opened:
        return len(opened)


if __name__ == "__main__":
    main()
