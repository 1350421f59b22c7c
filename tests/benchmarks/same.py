"""Same seed, same run: `python -m tests.benchmarks same [--tps N] [--every N] [--plain N]`.

Population, timetable of intended operations, fault plan and photos are made by processes of their own, and
their digests must agree:

    forwards    everything, TPS after TPS
    backwards   the same photos, the last first
    plain       a shard of them, by a process that is told its CPU can do nothing but the oldest instructions

`presidential` are the three pages that a rehearsal sends, of `--tps` TPS; `every form` all pages of all seven
forms, with what people and cameras get wrong, of `--every` TPS; digests are of photo and ground truth.
"""

import argparse
import dataclasses
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator

from gladi.setting import Setting, arrange
from scenarios import builtin_scenarios

PLAIN = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
    "OPENCV_CPU_DISABLE": "SSE4.1,SSE4.2,AVX,FP16,AVX2,FMA3,AVX512-SKX",
    "JSIMD_FORCENONE": "1",
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
}
"""numpy (names as since 2.4), OpenCV, libjpeg-turbo and numba without what only newer CPUs have.

A name that one of them does not know is only warned of, and nothing is disabled: `unlike` looks.
"""

_FAULT_CHANCE = 0.08


def decided(setting: Setting) -> Iterator[tuple[str, str]]:
    """What a seed decides besides photos, and its digest."""
    yield "population", setting.population.digest()
    yield "timetable", setting.timetable.digest()
    yield "plan", hashlib.sha256(repr(setting.plan).encode()).hexdigest()


def photos(setting: Setting, tps: int, every: int, *, backwards: bool) -> Iterator[tuple[str, str]]:
    """Names of photos and the digests of photo and truth, in either order."""
    from fakeforms import Camera, photograph
    from fakeforms.camera import fault
    from fakeforms.writing.mistakes import TYPICAL
    from simulators.sheets import forms_of, order

    forms = forms_of(setting.population, setting.scenario)
    wrong = Camera(faults=dict.fromkeys(fault.names(), _FAULT_CHANCE))
    wanted = [("presidential", index, "ppwp") for index in range(tps)]
    wanted += [("every", index, form) for index in range(every) for form in forms]
    for group, index, form in reversed(wanted) if backwards else wanted:
        sheets = order(setting.population, index, setting.scenario, form)
        if group == "every":
            sheets = dataclasses.replace(sheets, mistakes=TYPICAL)
        camera = wrong if group == "every" else Camera()
        other = order(setting.population, index, setting.scenario, "dpd" if form == "ppwp" else "ppwp")
        numbers = [page.number for page in sheets.template.pages]
        for page in reversed(numbers) if backwards else numbers:
            photo = photograph(sheets, page, camera, other)
            digest = hashlib.sha256(photo.jpeg)
            digest.update(json.dumps(photo.truth, sort_keys=True).encode())
            yield f"{group} {sheets.tps}-{form}-{page}", digest.hexdigest()


def unlike() -> bool:
    """Whether this process really goes without: numpy and OpenCV say so themselves."""
    import cv2
    from numpy._core._multiarray_umath import (  # type: ignore[import-not-found]
        __cpu_dispatch__,
        __cpu_features__,
    )

    off = [part for part in cv2.getCPUFeaturesLine().split() if part.startswith("*")]
    return bool(off) and not any(__cpu_features__[name] for name in __cpu_dispatch__)


def _made(way: str, asked: argparse.Namespace) -> dict[str, str]:
    """Digests from a process of its own."""
    tps, every = (asked.plain, 1) if way == "plain" else (asked.tps, asked.every)
    command = [sys.executable, "-m", "tests.benchmarks.same", "--way", way]
    command += ["--tps", str(tps), "--every", str(min(every, asked.every))]
    environment = os.environ | (PLAIN if way == "plain" else {})
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return {name: digest for digest, name in (line.split(" ", 1) for line in done.stdout.splitlines())}


def _digest(items: dict[str, str]) -> str:
    return hashlib.sha256(repr(sorted(items.items())).encode()).hexdigest()[:16]


def main() -> None:
    """Print the digests of all ways; exit code 1 if any differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tps", type=int, default=526, help="TPS whose three pages are made (default 526)")
    parser.add_argument("--every", type=int, default=6, help="TPS with all pages of all forms (default 6)")
    parser.add_argument("--plain", type=int, default=40, help="of --tps, how many the plain process makes")
    parser.add_argument("--way", choices=("forwards", "backwards", "plain"), help="only make and print")
    asked = parser.parse_args()
    if asked.way:
        if asked.way == "plain" and not unlike():
            sys.exit("numpy or OpenCV did not switch its CPU features off: their names may have changed")
        setting = arrange(builtin_scenarios()["kepahiang-2024"])
        for name, digest in decided(setting):
            print(digest, name)
        for name, digest in photos(setting, asked.tps, asked.every, backwards=asked.way != "forwards"):
            print(digest, name)
        return
    first = _made("forwards", asked)
    wrong = 0
    for way in ("backwards", "plain"):
        again = _made(way, asked)
        for group in ("population", "timetable", "plan", "presidential", "every"):
            ours = {name: digest for name, digest in again.items() if name.split()[0] == group}
            theirs = {name: digest for name, digest in first.items() if name in ours}
            differ = [name for name in ours if ours[name] != theirs.get(name)]
            wrong += len(differ)
            says = f"DIFFERENT: {len(differ)}, e.g. {differ[0]}" if differ else "same"
            print(f"{way:<11}{group:<14}{len(ours):>6}  {_digest(theirs)}  {_digest(ours)}  {says}")
    if wrong:
        sys.exit(1)


if __name__ == "__main__":
    main()
