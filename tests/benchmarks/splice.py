"""How fast the splice engine delivers photos: `python -m tests.benchmarks splice [--photos N] [--disk DIR]`.

CPU time of one thread. Each figure is of all three pages of PPWP, for TPS with numbers of their own that add
up. "first" photos are those of a press that has just been prepared: every combination of neighbouring boxes
that is seen for the first time costs something. The full engine takes the same photos with the same camera in
the same run. Written: to new files, unhurried (no fsync); what the disk does afterwards is not counted.
"""

import argparse
import dataclasses
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from fakeforms import Camera, Photo, SheetOrder, photograph
from fakeforms.splice import prepare
from tests.fakeforms.sample_sheets import sample

PAGES = (1, 2, 3)
CAMERAS = (("as published", Camera()), ("quality 75", Camera(quality=75)), ("quality 60", Camera(quality=60)))

Task = tuple[SheetOrder, int]


def per_second(tasks: list[Task], work: Callable[[SheetOrder, int], object]) -> float:
    """How many tasks a second of CPU time does."""
    began = time.process_time()
    for order, page in tasks:
        work(order, page)
    return len(tasks) / (time.process_time() - began)


def written(
    folder: Path, take: Callable[[SheetOrder, int], Photo], truth: bool
) -> Callable[[SheetOrder, int], None]:
    """Take a photo and write it, with its truth beside it if wanted."""

    def work(order: SheetOrder, page: int) -> None:
        photo = take(order, page)
        name = f"{order.tps}-{order.form}-{page}"
        (folder / f"{name}.jpg").write_bytes(photo.jpeg)
        if truth:
            (folder / f"{name}.json").write_text(json.dumps(photo.truth))

    return work


def orders(count: int) -> list[SheetOrder]:
    """TPS of one ballot."""
    first = sample("ppwp")
    codes = (f"17080420{n // 999 + 1:02d}{n % 999 + 1:03d}" for n in range(count))
    return [dataclasses.replace(sample("ppwp", tps=code), contestants=first.contestants) for code in codes]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=3000, help="how many photos a figure (default 3000)")
    parser.add_argument("--disk", type=Path, default=Path.cwd(), help="a folder on the disk to write to")
    asked = parser.parse_args()
    every = orders(-(-asked.photos // 3))
    tasks = [(order, page) for order in every for page in PAGES]
    prepare(sample("ppwp"), Camera(quality=50), bases=1)  # compile the kernels
    for page in PAGES:
        photograph(every[0], page)
    for name, camera in CAMERAS:
        began = time.process_time()
        press = prepare(sample("ppwp"), camera, bases=1)
        prepared_s = time.process_time() - began
        first = per_second(tasks, press.photo)
        again = per_second(tasks, press.photo)
        alone = per_second(tasks, press.jpeg)
        full = per_second(tasks[:90], lambda order, page, camera=camera: photograph(order, page, camera))
        size = np.mean([len(press.jpeg(*task)) for task in tasks[:300]]) / 1e6
        print(f"\n{name}: {size:.2f} MB a photo, one base of three pages prepared in {prepared_s:.1f} s")
        print(f"{'':<58}{'photos/s':>9}{'ratio':>7}")
        rows = [
            ("full engine, in memory, with truth and SHA-256", full),
            ("splice, the first photos, with truth and SHA-256", first),
            ("splice, in memory, with truth and SHA-256", again),
            ("splice, in memory, bytes alone", alone),
        ]
        for place, parent in (("/dev/shm", Path("/dev/shm")), ("disk", asked.disk)):
            for beside, truth in (("", False), (" and its truth as JSON", True)):
                if not parent.is_dir():
                    continue
                folder = Path(tempfile.mkdtemp(prefix="splice-", dir=parent))
                try:
                    rate = statistics.median(
                        per_second(tasks[k::3], written(folder, press.photo, truth)) for k in range(3)
                    )
                finally:
                    shutil.rmtree(folder)
                rows.append((f"splice, written to {place}{beside}", rate))
        for label, rate in rows:
            print(f"{label:<58}{rate:>9,.0f}{rate / full:>7.0f}")


if __name__ == "__main__":
    main()
