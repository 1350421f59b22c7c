"""How fast photos are made, and where the time goes: `python -m tests.benchmarks.photos [--tps N]`.

CPU time of one thread, all pages of several TPS, the whole of `fakeforms.photograph` with its ground truth;
kernels and blank pages are warmed up first. The floor is what the JPEG encoder alone takes for the same
pixels in the same run: no way of making these photos can be faster. Stages are timed inside the real
function, by a clock around what it calls.
"""

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import simplejpeg

import fakeforms
from fakeforms import photography
from fakeforms.camera import develop, exif, folds, overlays, relay
from fakeforms.camera.settings import PUBLISHED, Camera
from fakeforms.paper import raster
from fakeforms.writing import filling, ink
from tests.fakeforms.sample_sheets import many

CAMERAS = {
    "3 MP": Camera(megapixels=3, quality=80),
    "12 MP": Camera(megapixels=12, quality=80),
    "published": PUBLISHED,
}
STAGES = {
    "aim": [(photography, "aim")],
    "fill": [(filling, "fill")],
    "blank": [(raster, "blank")],
    "ink": [(ink, "cover"), (ink, "write"), (ink, "lay")],
    "folds": [(folds, "press")],
    "survey": [(develop, "survey")],
    "gather": [(develop, "gather")],
    "colour": [(develop, "colour")],
    "overlays": [(overlays, "lay")],
    "finish": [(develop, "finish")],
    "relay": [(relay, "relayed")],
    "jpeg": [(photography, "encoded")],
    "exif": [(exif, "marked")],
    "truth": [(photography, "describe")],
}


class Clock:
    """CPU milliseconds per stage, and the encoder alone on what was encoded."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self.floor: list[float] = []

    def around(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, timed."""

        def timed(*arguments: Any, **named: Any) -> Any:
            began = time.process_time()
            result = work(*arguments, **named)
            self.spent[stage] += 1000 * (time.process_time() - began)
            if stage == "jpeg":
                self.encode_only(arguments[0], result[1])
            return result

        return timed

    def encode_only(self, planes: Any, quality: int) -> None:
        """Note how long the encoder takes for these planes."""
        began = time.process_time()
        simplejpeg.encode_jpeg_yuv_planes(*planes, quality=quality, fastdct=False)
        self.floor.append(1000 * (time.process_time() - began))


def main() -> None:
    """Print a table per camera."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tps", type=int, default=12, help="how many TPS, all their pages (default 12)")
    parser.add_argument("--camera", choices=CAMERAS, action="append", help="which (default: all)")
    given = parser.parse_args()
    for name in given.camera or CAMERAS:
        table(name, CAMERAS[name], many(given.tps))


def table(name: str, camera: Camera, orders: list[fakeforms.SheetOrder]) -> None:
    """Time one camera: the whole first, undisturbed, then stage by stage."""
    jobs = [(order, page) for order in orders for page in fakeforms.pages(order.form)]
    for order, page in jobs:
        fakeforms.photograph(order, page, camera)
    whole, sizes, pixels = [], [], []
    for order, page in jobs:
        began = time.process_time()
        photo = fakeforms.photograph(order, page, camera)
        whole.append(1000 * (time.process_time() - began))
        taken: Any = photo.truth["photo"]
        sizes.append(len(photo.jpeg))
        pixels.append(taken["width"] * taken["height"])
    clock, undisturbed = Clock(), []
    for stage, places in STAGES.items():
        for module, function in places:
            undisturbed.append((module, function, getattr(module, function)))
            setattr(module, function, clock.around(stage, getattr(module, function)))
    try:
        for order, page in jobs:
            fakeforms.photograph(order, page, camera)
    finally:
        for module, function, work in undisturbed:
            setattr(module, function, work)
    mean, floor = statistics.mean(whole), statistics.mean(clock.floor)
    megapixels = statistics.mean(pixels) / 1e6
    print(f"\n{name}: {len(jobs)} photos of {len(orders)} TPS, {megapixels:.2f} MP on average")
    print(f"{'stage':<14}{'ms':>8}{'share':>8}")
    left = mean
    for stage in STAGES:
        spent = clock.spent[stage] / len(jobs)
        left -= spent
        print(f"{stage:<14}{spent:>8.2f}{spent / mean:>8.0%}")
    print(f"{'the rest':<14}{left:>8.2f}{left / mean:>8.0%}")
    print(f"{'whole photo':<14}{mean:>8.2f}{1:>8.0%}   {1000 / mean:.1f} photos/s/core")
    print(f"{'encode only':<14}{floor:>8.2f}{floor / mean:>8.0%}   {1000 / floor:.1f} photos/s/core (floor)")
    print(f"median {statistics.median(whole):.2f} ms: {1000 / statistics.median(whole):.1f} photos/s/core")
    q = np.percentile(sizes, [0, 5, 50, 95, 100]) / 1e6
    print("size MB: least {:.2f}, p5 {:.2f}, median {:.2f}, p95 {:.2f}, most {:.2f}".format(*q))


if __name__ == "__main__":
    main()
