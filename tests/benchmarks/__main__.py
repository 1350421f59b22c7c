"""Every figure of BENCHMARKS.md, one after the other: `make bench` (about ten minutes)."""

import subprocess
import sys

ALL = ("same", "idle", "punctual", "photos", "stack", "day")


def main() -> None:
    """Run each in a process of its own, so that none warms the other."""
    for name in ALL:
        print(f"\n== {name}", flush=True)
        subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}"], check=False)


if __name__ == "__main__":
    main()
