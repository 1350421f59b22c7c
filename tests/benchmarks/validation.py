"""``python -m tests.benchmarks validation``: how far a calibrated model is from the server it was fitted to.

Without words: calibrate the reference stack, then hold the model to the whole protocol: 50, 90, 120 and
200 % of capacity, an outage, and clients that leave before the queue lets them in, with three seeds.
Predictions are on disk before the first of those requests is sent. ``--server FILE`` takes a model that is
there already.

``--kepahiang``: the rehearsal of Kepahiang at three compressions that were not used in fitting against
``gladi simulate --server`` with the same seed: completeness curves and p95 by kind. ``--live DIR --twin DIR``
compares two run directories that exist. Wants a quiet machine.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from simulators.calibration.curves import Comparison, compare

COMPRESSIONS = (300.0, 600.0, 900.0)
POINTS, P95 = 3.0, 0.25
COLUMNS = ["kind", "actor", "outcome", "expect", "tps", "page", "intended_s", "ended_s"]


def main() -> None:
    """Measure, then print tables or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", type=Path, help="a model; default: calibrate the reference stack first")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=12.0, help="length of each load")
    parser.add_argument("--quick", action="store_true", help="calibrate quickly")
    parser.add_argument("--kepahiang", action="store_true")
    parser.add_argument("--compression", type=float, nargs="+", default=list(COMPRESSIONS))
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=20240207)
    parser.add_argument("--live", type=Path)
    parser.add_argument("--twin", type=Path)
    parser.add_argument("--out", type=Path, help="keep models, predictions and run directories here")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if (given.live is None) != (given.twin is None):
        parser.error("--live and --twin go together")
    if given.live:
        found = {f"{given.live.name} / {given.twin.name}": of_runs(given.live, given.twin)}
        print(json.dumps({name: asdict(one) for name, one in found.items()}) if given.json else table(found))
        return
    with tempfile.TemporaryDirectory(prefix="gladi-validation-") as name:
        folder = given.out or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        model = given.server or calibrated(folder / "server.json", given.quick)
        if given.kepahiang:
            found = kepahiang(model, given.compression, given.scale, given.seed, folder)
            print(json.dumps({c: asdict(one) for c, one in found.items()}) if given.json else table(found))
            return
        words = ["--validate", model, "--seeds", given.seeds, "--seconds", given.seconds, "--seed", 101]
        gladi("calibrate", *words, *(["--json"] if given.json else []))


def calibrated(path: Path, quick: bool) -> Path:
    """A model of the reference stack, as it is on this machine now."""
    gladi("calibrate", "--out", path, *(["--quick"] if quick else []))
    return path


def kepahiang(
    model: Path, compressions: list[float], scale: float, seed: int, folder: Path
) -> dict[str, Comparison]:
    """Rehearsal and twin at each compression; the photos are rendered once."""
    found = {}
    for compression in compressions:
        place = f"{compression:g}"
        same = ["kepahiang-2024", "--seed", seed, "--scale", scale, "--compression", compression]
        live, twin = folder / f"live-{place}", folder / f"twin-{place}"
        gladi("rehearse", *same, "--photos", folder / "photos", "--out", live, verdict=True)
        gladi("simulate", *same, "--server", model.resolve(), "--out", twin, verdict=True)
        found[f"compression {place}"] = of_runs(live, twin)
    return found


def of_runs(live: Path, twin: Path) -> Comparison:
    """Two run directories of one population."""
    stations = [pq.read_table(one / "population.parquet", columns=["tps"])["tps"] for one in (live, twin)]
    if stations[0] != stations[1]:
        sys.exit(f"{live} and {twin} play different TPS: the same scenario, seed and --scale are needed")
    return compare(columns(live), columns(twin), len(stations[0]))


def columns(run: Path) -> Mapping[str, Any]:
    """What a comparison needs of a run's history."""
    table = pq.read_table(run / "history.parquet", columns=COLUMNS)
    return {name: table[name].to_numpy() for name in COLUMNS}


def table(found: Mapping[str, Comparison]) -> str:
    """For a person; an asterisk marks what is beyond the target."""
    lines = [f"{'load':<28}{'curves apart':>14}{'at':>9}{'live':>8}{'twin':>8}"]
    for name, one in found.items():
        mark = "*" if one.distance > POINTS else " "
        lines.append(
            f"{name:<28}{one.distance:>11.2f} pt{mark:<1}{one.worst_s:>7.1f} s{one.complete[0]:>8.1%}"
            f"{one.complete[1]:>8.1%}"
        )
        for kind, (live, twin, error) in one.p95_s.items():
            mark = "*" if abs(error) > P95 else " "
            lines.append(f"  p95 {kind:<22}{error:>+13.1%}{mark}{'':>8}{live:>7.3f}s{twin:>7.3f}s")
    lines.append(f"* beyond the target: {POINTS:g} points between the curves, {P95:.0%} of p95")
    return "\n".join(lines)


def gladi(*words: object, verdict: bool = False) -> None:
    """Run it in the foreground; with `verdict` whatever it judges (0, 1, 4) is as good."""
    command = [sys.executable, "-m", "gladi.cli", *map(str, words)]
    done = subprocess.run(command, check=False)
    if done.returncode not in ({0, 1, 4} if verdict else {0}):
        sys.exit(f"gladi {words[0]} ended with {done.returncode}")


if __name__ == "__main__":
    main()
