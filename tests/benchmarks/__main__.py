"""Every figure of BENCHMARKS.md, one after the other: `make bench` (about an hour on a quiet machine).

Or one of them, with what it takes: `python -m tests.benchmarks realism --photos 100`.
"""

import subprocess
import sys

ALL = (
    "same",
    "load_speed",
    "load_on_time",
    "load_waiting",
    "load_workers",
    "load_tls",
    "photos",
    "splice",
    "prints",
    "peer",
    "realism",
    "reader",
    "bimtek",
    "bimtek_pack",
    "worker",
    "stack",
    "uploads",
    "recap",
    "overload",
    "validation",
    "queues",
    "portal",
    "day",
    "nation_population",
    "nation",
    "nation_textbook",
    "checkers",
    "report_page",
)


def main() -> None:
    """Run each in a process of its own, so that none warms the other."""
    if len(sys.argv) > 1:
        if sys.argv[1] not in ALL:
            sys.exit(f"no benchmark {sys.argv[1]!r}; there are {', '.join(ALL)}")
        command = [sys.executable, "-m", f"tests.benchmarks.{sys.argv[1]}", *sys.argv[2:]]
        sys.exit(subprocess.run(command, check=False).returncode)
    for name in ALL:
        print(f"\n== {name}", flush=True)
        subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}"], check=False)


if __name__ == "__main__":
    main()
