"""How fast photos are made, and where the time goes: `python -m tests.benchmarks.photos [--photos N]`.

CPU time of one thread, mean over the photos; numba kernels and blank pages are warmed up first. The
floor is what the JPEG encoder alone takes for the same pixels in the same run: no way of making these
photos can be faster than that.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import simplejpeg

import fakeforms
from fakeforms import photography
from fakeforms.camera import develop, folds
from fakeforms.camera.aim import aim
from fakeforms.camera.geometry import Geometry
from fakeforms.paper import raster
from fakeforms.templates import wording
from fakeforms.truth.describe import describe
from fakeforms.writing import filling, ink
from tests.fakeforms.sample_sheets import many

STAGES = ("fill", "blank", "ink", "crease", "survey", "gather", "colour", "finish", "jpeg", "truth")


class Clock:
    """CPU milliseconds per stage."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = {stage: [] for stage in (*STAGES, "whole", "encode only")}

    def time(self, stage: str, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Run the work, note its CPU time, give its result."""
        began = time.process_time()
        result = work(*arguments, **named)
        self.spent[stage].append(1000 * (time.process_time() - began))
        return result


def by_stage(clock: Clock, order: fakeforms.SheetOrder, number: int) -> int:
    """One photo, stage by stage; gives its pixel count."""
    page = order.template.page(number)
    filled = clock.time("fill", filling.fill, order, page)
    shot = aim(order, number)
    geometry = Geometry(shot)
    scale = shot.raster_px_per_mm

    def blank() -> tuple[Any, Any]:
        luma = raster.blank(order.form, number, scale, wording.printed(order)).copy()
        return luma, np.zeros_like(luma)

    luma, tint = clock.time("blank", blank)

    def lay() -> None:
        ink.cover(luma, filled.patches, scale)
        ink.lay(luma, tint, ink.write(filled.crew.alphabet, filled.placements), scale, shot.ink_luma)

    clock.time("ink", lay)
    clock.time("crease", folds.press, luma, shot, scale)
    grids = clock.time("survey", develop.survey, geometry, scale)
    raw = clock.time("gather", develop.gather, luma, shot, grids, scale)
    (cb, cr) = clock.time("colour", develop.colour, tint, shot, grids)
    final = clock.time("finish", develop.finish, raw, shot)
    jpeg, quality = clock.time("jpeg", photography.encoded, (final, cb, cr), shot.quality)
    clock.time(
        "encode only", simplejpeg.encode_jpeg_yuv_planes, final, cb, cr, quality=quality, fastdct=False
    )
    clock.time("truth", describe, order, page, filled, geometry, jpeg=jpeg, quality=quality)
    return shot.width_px * shot.height_px


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=90, help="how many photos (default 90)")
    wanted = parser.parse_args().photos
    orders = many(-(-wanted // 3))
    for order in many(12, seed=8):  # warm up: kernels, blank pages at every scale
        for page in fakeforms.pages(order.form):
            fakeforms.photograph(order, page)
    clock, pixels, sizes = Clock(), [], []
    for order in orders:
        for page in fakeforms.pages(order.form):
            photo = clock.time("whole", fakeforms.photograph, order, page)
            sizes.append(len(photo.jpeg))
            pixels.append(by_stage(clock, order, page))
    whole, floor = statistics.mean(clock.spent["whole"]), statistics.mean(clock.spent["encode only"])
    print(f"{len(sizes)} photos, {statistics.mean(pixels) / 1e6:.2f} MP on average")
    print(f"{'stage':<14}{'ms':>8}{'share':>8}")
    for stage in STAGES:
        spent = statistics.mean(clock.spent[stage])
        print(f"{stage:<14}{spent:>8.2f}{spent / whole:>8.0%}")
    print(f"{'whole photo':<14}{whole:>8.2f}{1:>8.0%}   {1000 / whole:.1f} photos/s/core")
    print(f"{'encode only':<14}{floor:>8.2f}{floor / whole:>8.0%}   {1000 / floor:.1f} photos/s/core (floor)")
    q = np.percentile(sizes, [0, 5, 50, 95, 100]) / 1e6
    print("size MB: least {:.2f}, p5 {:.2f}, median {:.2f}, p95 {:.2f}, most {:.2f}".format(*q))


if __name__ == "__main__":
    main()
