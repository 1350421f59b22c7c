"""How fast the splice engine delivers photos: `python -m tests.benchmarks splice [--photos N] [--disk DIR]`.

Each figure is of all three pages of PPWP at the published width of 1008 px and a JPEG quality (--quality,
default 80, then 70: hashing and writing take as long as there are bytes), for TPS with numbers of their own
that add up, from a press that has met them before; what preparing costs, and the first round, are told apart.
The full engine takes the same photos with the same camera in the same run. Two processes share one prepared
press (forked), one on each core.

"alone" is by CPU time, the longest of the processes: what a machine gives that does nothing else. "by clock"
is what came out now, next to whatever else ran (see the load average). Files are new ones under their final
names, unhurried (no fsync): what the disk does afterwards is not counted.
"""

import argparse
import dataclasses
import multiprocessing
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import cv2

from fakeforms import Camera, SheetOrder, photograph
from fakeforms.delivery import deliver
from fakeforms.splice import Press, prepare
from tests.fakeforms.sample_sheets import sample

PAGES = (1, 2, 3)

Task = tuple[SheetOrder, int]
Work = Callable[[SheetOrder, int], object]


@dataclasses.dataclass(frozen=True)
class Rate:
    """Photos a second: by CPU time, and by the clock."""

    alone: float
    by_clock: float


def rate(tasks: list[Task], work: Work) -> Rate:
    """In this process."""
    began, clock = time.process_time(), time.perf_counter()
    for order, page in tasks:
        work(order, page)
    return Rate(len(tasks) / (time.process_time() - began), len(tasks) / (time.perf_counter() - clock))


def rate_of_two(tasks: list[Task], work: Work) -> Rate:
    """Half of the tasks in each of two processes, which begin together."""
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(2)
    results = context.SimpleQueue()
    cores = sorted(os.sched_getaffinity(0))

    def half(number: int) -> None:
        os.sched_setaffinity(0, {cores[number % len(cores)]})
        own = tasks[len(tasks) // 2 * number : len(tasks) // 2 * (number + 1)]
        work(*own[0])
        gate.wait()
        began, clock = time.process_time(), time.perf_counter()
        for order, page in own:
            work(order, page)
        results.put((time.process_time() - began, clock, time.perf_counter(), len(own)))

    both = [context.Process(target=half, args=(number,)) for number in range(2)]
    for one in both:
        one.start()
    cpu_s, begun, ended, counts = zip(*[results.get() for _ in both], strict=True)
    for one in both:
        one.join()
    return Rate(sum(counts) / max(cpu_s), sum(counts) / (max(ended) - min(begun)))


@contextmanager
def folder_in(parent: Path) -> Iterator[Path]:
    """A folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="splice-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def photo_only(press: Press, folder: Path) -> Work:
    """Write the photo, without its truth."""

    def work(order: SheetOrder, page: int) -> None:
        jpeg, _, _ = press.pressed(order, page)
        deliver(folder, f"{order.tps}-{order.form}-{page}.jpg", jpeg)

    return work


def orders(count: int) -> list[SheetOrder]:
    """TPS of one ballot."""
    first = sample("ppwp")
    codes = (f"17080420{n // 999 + 1:02d}{n % 999 + 1:03d}" for n in range(count))
    return [dataclasses.replace(sample("ppwp", tps=code), contestants=first.contestants) for code in codes]


def measured(
    tasks: list[Task], press: Press, camera: Camera, disk: Path, rated: Any
) -> Iterator[tuple[str, Rate]]:
    """All rows of one table."""
    yield (
        "full engine, handed over with truth and SHA-256",
        rated(tasks[:60], lambda o, p: photograph(o, p, camera)),
    )
    yield "splice, bytes alone, handed over", rated(tasks, press.jpeg)
    yield "splice, with truth (dictionary) and SHA-256, handed over", rated(tasks, press.photo)
    yield "splice, with truth (JSON) and SHA-256, handed over", rated(tasks, press.pressed)
    if Path("/dev/shm").is_dir():
        with folder_in(Path("/dev/shm")) as folder:
            yield "splice, photos with SHA-256 on /dev/shm", rated(tasks, photo_only(press, folder))
        with folder_in(Path("/dev/shm")) as folder:
            yield (
                "splice, photos and truths on /dev/shm",
                rated(tasks, lambda o, p: press.deliver(o, p, folder)),
            )
    with folder_in(disk) as folder:
        yield (
            "splice, photos and truths on disk",
            rated(tasks[:600], lambda o, p: press.deliver(o, p, folder)),
        )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=1200, help="how many photos a figure (default 1200)")
    parser.add_argument(
        "--quality", type=int, nargs="+", default=[80, 70], help="of the JPEG (default 80 70)"
    )
    parser.add_argument("--disk", type=Path, default=Path.cwd(), help="a folder on the disk to write to")
    asked = parser.parse_args()
    cv2.setNumThreads(0)  # its threads would not survive the fork
    every = orders(-(-asked.photos // 3))
    tasks = [(order, page) for order in every for page in PAGES]
    prepare(sample("ppwp"), Camera(quality=50), bases=1, pages=(3,)).photo(*tasks[2])  # load the kernels
    photograph(*tasks[2])
    for quality in asked.quality:
        tables(tasks, quality, asked.disk)


def tables(tasks: list[Task], quality: int, disk: Path) -> None:
    """Everything about one quality."""
    camera = Camera(quality=quality)
    began = time.process_time()
    press = prepare(sample("ppwp"), camera, bases=1)
    print(f"\nquality {quality}; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"one base of three pages prepared in {time.process_time() - began:.1f} s of CPU")
    first = rate(tasks, press.jpeg)
    print(f"the first {len(tasks):,} photos: {first.alone:,.0f} a second; every block is encoded once")
    jpegs = [press.jpeg(*task) for task in tasks[:300]]
    size = sum(map(len, jpegs)) / len(jpegs)
    began = time.process_time()
    for jpeg in jpegs:
        sha256(jpeg).digest()
    hashed = (time.process_time() - began) / len(jpegs)
    print(f"a photo has {size / 1e6:.2f} MB; its SHA-256 alone takes {1e6 * hashed:.0f} us")
    for title, rated in (("one process", rate), ("two processes", rate_of_two)):
        print(f"\n{title:<58}{'alone':>9}{'by clock':>10}{'x full':>8}")
        full = 0.0
        for label, found in measured(tasks, press, camera, disk, rated):
            full = full or found.alone
            print(
                f"{label:<58}{found.alone:>9,.0f}{found.by_clock:>10,.0f}{found.alone / full:>8,.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
