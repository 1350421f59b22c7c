"""Ours beside Augraphy, the field's usual choice: `python -m tests.benchmarks peer`.

The same page, filled by the same hand, in the same run: we take its photo (truth included), Augraphy's
default pipeline takes the flat page as pixels and gives it back worn. CPU time of both, all threads
counted, so that it is photos per core-second. Augraphy lives in a venv of its own (`sh tools/peer-
augraphy.sh`); without it its line says unavailable. It may need 45 s for a picture: it is stopped at the
first picture that ends after `--within`.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import cv2

import fakeforms
from fakeforms import Camera
from fakeforms.paper import raster
from tests.fakeforms.sample_sheets import many

PEER = Path(".tools/peers/augraphy/bin/python")

_AUGRAPHY = """
import json, random, sys, time, warnings
warnings.filterwarnings("ignore")
import cv2, numpy, matplotlib.font_manager  # one of its steps uses the last and forgets to import it
from augraphy import default_augraphy_pipeline
page, photos, within_s, version = cv2.imread(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), None
began, spent = time.monotonic(), []
for seed in range(photos):
    random.seed(seed); numpy.random.seed(seed)
    pipeline = default_augraphy_pipeline()
    start = time.process_time()
    try:
        pipeline(page)
    except Exception as error:
        print(type(error).__name__, error, file=sys.stderr)  # some draws of its own pipeline fail
        continue
    spent.append(time.process_time() - start)
    print(json.dumps(spent), flush=True)
    if time.monotonic() - began > within_s:
        break
"""


def ours_s(photos: int, camera: Camera) -> list[float]:
    """CPU seconds of each photo of ours, page 1 of different TPS, kernels and blank pages warm."""
    for order in many(12, seed=8):
        fakeforms.photograph(order, 1, camera)
    spent = []
    for order in many(photos):
        began = time.process_time()
        fakeforms.photograph(order, 1, camera)
        spent.append(time.process_time() - began)
    return spent


def augraphy_s(photos: int, within_s: float, height_px: int) -> list[float]:
    """CPU seconds of each picture of Augraphy's, of one filled page 1.

    The first one warms it and is left out. Empty where it is not installed or made nothing.
    """
    if not PEER.exists():
        return []
    page = raster.rasterise(fakeforms.sheet_pdf(many(1)[0], 1), height_px / 900)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        cv2.imwrite(str(path), cv2.cvtColor(page, cv2.COLOR_GRAY2BGR))
        done = subprocess.run(
            [PEER.absolute(), "-c", _AUGRAPHY, str(path), str(photos + 1), str(within_s)],
            capture_output=True, text=True, check=False, cwd=folder,
        )  # fmt: skip
    failed = len(done.stderr.splitlines())
    if failed:
        print(f"Augraphy's pipeline failed on {failed} pictures, the last with {done.stderr[-200:].strip()}")
    told = [line for line in done.stdout.splitlines() if line.startswith("[")]
    if not told:
        return []
    return [float(spent) for spent in json.loads(told[-1])[1:]]


def main() -> None:
    """Print both and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=20, help="how many of each (default 20)")
    parser.add_argument("--within", type=float, default=240.0, help="seconds for Augraphy (default 240)")
    asked = parser.parse_args()
    own = ours_s(max(60, asked.photos), Camera(megapixels=3.0, quality=80))
    peer = augraphy_s(asked.photos, asked.within, 2000)
    print(f"{'3 MP, one page':<24}{'n':>5}{'median s':>10}{'mean s':>9}{'most s':>9}{'photos/core-s':>15}")
    for name, spent in (("fakeforms, with truth", own), ("Augraphy's default", peer)):
        if not spent:
            print(f"{name:<24}{0:>5}   unavailable: sh tools/peer-augraphy.sh")
            continue
        mean = statistics.mean(spent)
        print(
            f"{name:<24}{len(spent):>5}{statistics.median(spent):>10.3f}{mean:>9.3f}{max(spent):>9.3f}"
            f"{1 / mean:>15.2f}"
        )
    if peer:
        middle = statistics.median(peer) / statistics.median(own)
        print(f"ratio of medians {middle:.0f}, of means {statistics.mean(peer) / statistics.mean(own):.0f}")


if __name__ == "__main__":
    main()
