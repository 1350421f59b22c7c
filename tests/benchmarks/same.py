"""Same seed, same run: `python -m tests.benchmarks.same [TPS]`.

Population, timetable of intended operations, fault plan and photos are made twice, in processes of their own;
their digests must agree. The second time, photos are rendered in reverse order.
"""

import hashlib
import subprocess
import sys

from gladi.setting import arrange
from scenarios import builtin_scenarios


def digests(tps: int, backwards: bool) -> dict[str, str]:
    """Digests of everything a seed decides."""
    from fakeforms import photograph
    from simulators.sheets import order

    setting = arrange(builtin_scenarios()["kepahiang-2024"])
    photos: dict[str, str] = {}
    indices = range(tps)
    for index in reversed(indices) if backwards else indices:
        sheets = order(setting.population, index, setting.scenario)
        for page in (1, 2, 3):
            photos[f"{sheets.tps}-{page}"] = hashlib.sha256(photograph(sheets, page).jpeg).hexdigest()
    return {
        "population": setting.population.digest(),
        "timetable": setting.timetable.digest(),
        "plan": hashlib.sha256(repr(setting.plan).encode()).hexdigest(),
        "photos": hashlib.sha256(repr(sorted(photos.items())).encode()).hexdigest(),
    }


def main() -> None:
    """Print the digests of both runs; exit code 1 if any differs."""
    if "--one" in sys.argv:
        for name, digest in digests(int(sys.argv[2]), sys.argv[3] == "backwards").items():
            print(name, digest)
        return
    tps = int(sys.argv[1]) if len(sys.argv) > 1 else 526
    made = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.same", "--one", str(tps), way],
            stdout=subprocess.PIPE, text=True,
        )
        for way in ("forwards", "backwards")
    ]  # fmt: skip
    first, second = (dict(line.split() for line in one.communicate()[0].splitlines()) for one in made)
    for name in first:
        same = first[name] == second.get(name)
        print(f"{name:<12}{first[name][:16]}  {second.get(name, '')[:16]}  {'same' if same else 'DIFFERENT'}")
    if first != second:
        sys.exit(1)


if __name__ == "__main__":
    main()
