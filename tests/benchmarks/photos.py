"""How fast photos are made, and where the time goes: `python -m tests.benchmarks.photos [--tps N]`.

CPU time of one thread, all pages of several TPS, the whole of `fakeforms.photograph` with its ground truth;
kernels and blank pages are warmed up first. The floor is what the JPEG encoder alone takes for the same
pixels a moment later: no way of making these photos can be faster. A machine shared with strangers runs up
to twice as slowly at times, so every photo is made in several rounds, and beside the mean of all stands
the mean of each photo's best round, for the floor likewise. Stages are timed inside the real function, by a
clock around what it calls, in a round of their own.
"""

import argparse
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
    """CPU milliseconds per stage."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    def around(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, timed."""

        def timed(*arguments: Any, **named: Any) -> Any:
            began = time.process_time()
            result = work(*arguments, **named)
            self.spent[stage] += 1000 * (time.process_time() - began)
            return result

        return timed


def main() -> None:
    """Print a table per camera."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tps", type=int, default=12, help="how many TPS, all their pages (default 12)")
    parser.add_argument("--camera", choices=CAMERAS, action="append", help="which (default: all)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each photo is made (default 5)")
    given = parser.parse_args()
    for name in given.camera or CAMERAS:
        table(name, CAMERAS[name], many(given.tps), given.rounds)


def table(name: str, camera: Camera, orders: list[fakeforms.SheetOrder], rounds: int) -> None:
    """Time one camera: the whole in rounds, undisturbed, then stage by stage."""
    jobs = [(order, page) for order in orders for page in fakeforms.pages(order.form)]
    encoded: list[Any] = []
    plain = photography.encoded

    def remembering(planes: Any, *arguments: Any, **named: Any) -> Any:
        result = plain(planes, *arguments, **named)
        encoded[:] = [planes, result[1]]
        return result

    whole, floors = np.empty((rounds + 1, len(jobs))), np.empty((rounds + 1, len(jobs)))
    sizes, pixels = [], []
    photography.encoded = remembering
    try:
        for turn in range(rounds + 1):  # the first one warms up
            for number, (order, page) in enumerate(jobs):
                began = time.process_time()
                photo = fakeforms.photograph(order, page, camera)
                made = time.process_time()
                simplejpeg.encode_jpeg_yuv_planes(*encoded[0], quality=encoded[1], fastdct=False)
                whole[turn, number] = 1000 * (made - began)
                floors[turn, number] = 1000 * (time.process_time() - made)
                taken: Any = photo.truth["photo"]
                sizes.append(len(photo.jpeg))
                pixels.append(taken["width"] * taken["height"])
    finally:
        photography.encoded = plain
    whole, floors = whole[1:], floors[1:]
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
    mean = sum(clock.spent[stage] for stage in STAGES) / len(jobs)
    megapixels = np.mean(pixels) / 1e6
    print(f"\n{name}: {len(jobs)} photos of {len(orders)} TPS, {megapixels:.2f} MP on average")
    print(f"{'stage':<14}{'ms':>8}{'share':>8}")
    for stage in STAGES:
        spent = clock.spent[stage] / len(jobs)
        print(f"{stage:<14}{spent:>8.2f}{spent / mean:>8.0%}")
    print(f"{'':<24}{'ms':>8}{'photos/s/core':>16}{'floor, ms':>12}{'ratio':>8}")
    for kind, ours, encoder in (
        ("mean of all rounds", whole.mean(), floors.mean()),
        ("each photo's best round", whole.min(axis=0).mean(), floors.min(axis=0).mean()),
    ):
        print(f"{kind:<24}{ours:>8.2f}{1000 / ours:>16.1f}{encoder:>12.2f}{encoder / ours:>8.2f}")
    q = np.percentile(sizes, [0, 5, 50, 95, 100]) / 1e6
    print("size MB: least {:.2f}, p5 {:.2f}, median {:.2f}, p95 {:.2f}, most {:.2f}".format(*q))


if __name__ == "__main__":
    main()
