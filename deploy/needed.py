"""Which lines of requirements.lock an image needs: those of gladi itself and of the extras that are named.

    python needed.py sirekap chaos telemetry > needed.lock

The lock file pins everything, tests and manual included; who brought a package in stands below it (`# via`).
Hashes stay, so `pip install --require-hashes` holds what is installed to the same digests.
"""

import re
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

BUILD = Path("tools/build.in")
"""What `pip install .` without a network needs."""


def name(requirement: str) -> str:
    """Of a requirement, as the lock file spells it."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""


def needed(lock: str, roots: set[str]) -> list[str]:
    """Blocks of the lock file that `roots` need, themselves included, in its order."""
    # some packages stand twice, by version of Python
    split = re.split(r"(?m)^(?=[A-Za-z0-9])", lock)
    blocks = [(name(block), block) for block in split if block[:1].isalnum()]
    brings = defaultdict(set)
    for package, block in blocks:
        for by in re.findall(r"(?m)^    #(?: via|  ) (\S.*)$", block):
            brings[name(by)].add(package)
    if unknown := roots - {package for package, _ in blocks}:
        sys.exit(f"not in requirements.lock: {', '.join(sorted(unknown))}")
    found: set[str] = set()
    left = set(roots)
    while left:
        one = left.pop()
        found.add(one)
        left |= brings[one] - found
    return [block for package, block in blocks if package in found]


def main(extras: list[str]) -> None:
    """Print the blocks."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    if unknown := set(extras) - project["optional-dependencies"].keys():
        sys.exit(f"no such extra in pyproject.toml: {', '.join(sorted(unknown))}")
    wanted = [*project["dependencies"]]
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    if BUILD.exists():
        lines = BUILD.read_text(encoding="utf-8").splitlines()
        wanted += [line for line in lines if line and not line.startswith("#")]
    lock = Path("requirements.lock").read_text(encoding="utf-8")
    print("".join(needed(lock, {name(one) for one in wanted})), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
