"""Fast pixels are the right pixels: kernels against plain arithmetic, whatever the processor."""

import hashlib
import os
import subprocess
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fakeforms.camera import chroma, grain, luma, room
from fakeforms.desk import Desk
from fakeforms.paper import printing, raster
from fakeforms.shelf import Shelf
from fakeforms.templates import template

Plane = NDArray[np.uint8]

_SIDE = 64  # px of the small photos made here
_SHEET = 260


def sheet(seed: int = 5) -> Plane:
    return np.random.default_rng(seed).integers(0, 256, (_SHEET, _SHEET), dtype=np.uint8)


def looking(
    across: tuple[float, float], down: tuple[float, float], start: tuple[float, float]
) -> NDArray[np.int32]:
    """Grid nodes of a photo whose pixels are that far apart on the sheet, going right and going down."""
    r, c = np.mgrid[0 : _SIDE // 16 + 1, 0 : _SIDE // 16 + 1] * 16.0
    x, y = start[0] + across[0] * c + down[0] * r, start[1] + across[1] * c + down[1] * r
    return np.round(np.stack([x, y], axis=-1) * 65536).astype(np.int32)


GEOMETRIES = {
    "true size": ((1.0, 0.0), (0.0, 1.0), (60.3, 61.7)),
    "a little larger": ((0.97, 0.0), (0.0, 0.97), (60.0, 60.0)),
    "a little smaller and turned": ((1.04, 0.03), (-0.03, 1.04), (63.9, 61.2)),
    "turned the other way": ((1.01, -0.055), (0.05, 1.02), (60.5, 69.5)),
    "narrowed by perspective": ((1.12, 0.01), (0.0, 1.1), (58.1, 60.4)),
    "narrowed much": ((1.22, 0.1), (-0.1, 1.25), (70.1, 60.4)),
    "far too large": ((0.4, 0.02), (0.0, 0.4), (90.0, 90.6)),
    "upside down": ((-1.02, 0.01), (0.0, -1.03), (180.2, 190.7)),
    "lying on its side": ((0.02, 1.0), (-1.0, 0.01), (180.2, 60.7)),
}


def gathered(flat: Plane, source: NDArray[np.int32], light: int = 4096) -> Plane:
    out = np.empty((_SIDE, _SIDE), np.uint8)
    even = np.full(source.shape[:2], light, np.int32)
    turn, wall = np.array([65536, 0, 0, 0]), room.tile("tembok", 200)
    luma.gather(out, flat, source, even, even, wall, 100, turn, room.fall(0.3, (2.0, 2.0), 2.0))
    return out


def bilinear(flat: Plane, source: NDArray[np.int32], light: int = 4096) -> Plane:
    """One pixel at a time, as `camera.sampling` says it: 14 fraction bits along runs of sixteen."""
    out = np.empty((_SIDE, _SIDE), np.uint8)
    nodes, pixels = source.astype(int).tolist(), flat.astype(int).tolist()
    for y in range(_SIDE):
        by, row = divmod(y, 16)
        for x in range(_SIDE):
            bx, k = divmod(x, 16)
            at = []
            for axis in (0, 1):
                left, under = nodes[by][bx][axis], nodes[by + 1][bx][axis]
                right, beside = nodes[by][bx + 1][axis], nodes[by + 1][bx + 1][axis]
                begin, end = (
                    (16 * left + (under - left) * row) >> 6,
                    (16 * right + (beside - right) * row) >> 6,
                )
                at.append(begin + k * ((end - begin) >> 4))
            column, line, right, low = at[0] >> 14, at[1] >> 14, (at[0] >> 6) & 255, (at[1] & 16383) * 2
            rows = [p[column] * (256 - right) + p[column + 1] * right for p in pixels[line : line + 2]]
            seen = (rows[0] * (32768 - low) >> 16) + (rows[1] * low >> 16)
            out[y, x] = ((seen * (light * 8) >> 16) + 32) >> 6
    return out


@pytest.mark.parametrize("name", GEOMETRIES)
def test_runs_of_sixteen_are_bilinear_to_the_bit(name: str) -> None:
    source = looking(*GEOMETRIES[name])
    assert np.array_equal(gathered(sheet(), source), bilinear(sheet(), source))


def test_random_perspectives_too() -> None:
    draws = np.random.default_rng(11)
    for _ in range(6):
        stretch = 1 + draws.uniform(-0.3, 0.3)
        across = (stretch, draws.uniform(-0.15, 0.15))
        source = looking(
            across, (draws.uniform(-0.15, 0.15), stretch), (70 + draws.random(), 70 + draws.random())
        )
        source += draws.integers(-90_000, 90_000, source.shape, dtype=np.int32)  # bent in every block
        light = int(draws.integers(400, 4096))
        assert np.array_equal(gathered(sheet(), source, light), bilinear(sheet(), source, light))


def test_a_sheet_ends_softly_and_the_wall_begins() -> None:
    white = np.full((_SHEET, _SHEET), 238, np.uint8)
    across = gathered(white, looking((1.0, 0.0), (0.0, 1.0), (-31.5, 90.0)))[20].astype(int)
    wall = across[:31].max()
    assert (across[32:] == 238).all()
    assert wall < 140
    assert across[30] + 20 < across[31] < 200  # pixel 31 looks half a pixel past the edge


def test_colour_is_the_light_on_paper_and_blue_only_where_ink_is() -> None:
    tint = np.zeros((_SHEET, _SHEET), np.uint8)
    tint[100:104, 90:94] = 255
    source = looking((1.0, 0.0), (0.0, 1.0), (60.0, 70.0))
    even = np.full(source.shape[:2], 4096, np.int32)
    casts = np.array([-12.0, 6.0, 40.0, -20.0, 0.0, 0.0])
    out = np.empty((2, _SIDE // 2, _SIDE // 2), np.uint8)
    chroma.colour(out, tint, source, even, even, casts, np.zeros((64, 64), np.int8), 3)
    spot = (slice(15, 17), slice(15, 17))  # half of 30..34 right and down
    assert np.abs(out[0][spot].astype(int) - (128 - 6 + 40)).max() <= 1
    assert np.abs(out[1][spot].astype(int) - (128 + 3 - 20)).max() <= 1
    out[:, 14:18, 14:18] = [[[116]], [[134]]]
    assert (out[0] == 116).all()
    assert (out[1] == 134).all()


@pytest.mark.parametrize(("taps", "flare"), [((254, 1, 0), 0), ((160, 40, 8), 12), ((64, 64, 32), 26)])
def test_sensor_blurs_and_lifts_black_as_said(taps: tuple[int, int, int], flare: int) -> None:
    raw = np.ascontiguousarray(sheet()[:48, :96])
    out = np.empty_like(raw)
    grain.finish(raw, out, np.array(taps, np.int32), np.zeros((64, 64), np.int8), 800, flare, 9)
    bell = np.array([taps[2], taps[1], taps[0], taps[1], taps[2]]) / 256
    wide = np.pad(raw.astype(float), 2, mode="edge")
    blurred = np.apply_along_axis(np.convolve, 0, wide, bell, "valid")
    blurred = np.apply_along_axis(np.convolve, 1, blurred, bell, "valid")
    wanted = blurred * (256 - flare) / 256 + flare
    assert np.abs(out - wanted).max() <= 1.0


def test_grain_is_as_strong_as_asked_and_black_stays_black() -> None:
    seeds = np.empty((512, 512), np.int8)
    grain.sow(seeds)
    for level in (0, 120, 255):
        raw, out = np.full((256, 256), level, np.uint8), np.empty((256, 256), np.uint8)
        grain.finish(raw, out, np.array([254, 1, 0], np.int32), seeds, 4 * 256, 0, 5)
        if level == 120:
            assert 3.0 < out.std() < 4.5
        assert abs(float(out.mean()) - level) < 2.0


def test_print_is_where_the_template_says_at_any_scale() -> None:
    """The last corner mark, at a scale that does not divide the sheet into whole pixels."""
    form = template.load("ppwp")
    page = form.page(1)
    x, y, width, height = max(page.corner_marks, key=lambda mark: mark[0] + mark[1])
    scale = 1200.05 / form.width_mm  # stretched to 1201 pixels it would be one off at this end
    plane = raster.rasterise(printing.printed_pdf(form, page, defaultdict(lambda: "X")), scale)
    for axis, (near, far, begin, size) in enumerate(((y, height, x, width), (x, width, y, height))):
        within = slice(int((near + 0.3 * far) * scale), int((near + 0.7 * far) * scale))
        window = slice(int((begin - 3) * scale), int((begin + size + 3) * scale))
        dark = 255.0 - (plane[within, window].T if axis == 0 else plane[window, within])
        profile = dark.mean(axis=1)
        profile[profile < 40] = 0
        middle = window.start + (profile * np.arange(len(profile))).sum() / profile.sum()
        assert abs(middle - ((begin + size / 2) * scale - 0.5)) < 0.4  # its edges lie on whole pixels


def test_scales_are_six_percent_apart_and_reach_fine_photos() -> None:
    ladder = raster.scales()
    assert all(1.05 < b / a < 1.07 for a, b in pairwise(ladder))
    for wanted in (0.9, 1.7, 2.3, 4.6, 9.0):
        assert 0.97 < raster.scale_near(wanted) / wanted < 1.031


def test_a_shelf_forgets_what_was_not_used_and_makes_nothing_twice() -> None:
    shelf: Shelf[Plane] = Shelf(3000)
    made = []

    def make(name: str) -> Plane:
        made.append(name)
        return np.zeros(1000, np.uint8)

    for name in "abcabcadab":
        assert not shelf.get(name, lambda name=name: make(name)).flags.writeable  # type: ignore[misc]
    assert made == list("abcdb")
    assert shelf.get("large", lambda: np.zeros(9000, np.uint8)).size == 9000


def test_a_desk_gives_planes_of_the_shape_asked_for() -> None:
    desk = Desk()
    desk.plane("raw", (40, 30))[:] = 7
    again = desk.zeros("raw", (20, 30))
    assert again.shape == (20, 30)
    assert again.flags.c_contiguous
    assert not again.any()
    assert np.array_equal(desk.copy("raw", sheet()), sheet())


KERNELS = """
import sys, hashlib
sys.path.insert(0, sys.argv[1])
from tests.fakeforms import test_pixels as t
print(t.digest())
"""


def digest() -> str:
    """Of everything the kernels above make from a few geometries."""
    total = hashlib.sha256()
    for name in ("a little smaller and turned", "narrowed much", "far too large"):
        seen = gathered(sheet(), looking(*GEOMETRIES[name]), 3000)
        out = np.empty_like(seen)
        seeds = np.random.default_rng(3).integers(-90, 90, (64, 64)).astype(np.int8)
        grain.finish(seen, out, np.array([150, 45, 8], np.int32), seeds, 900, 11, 4)
        total.update(seen.tobytes() + out.tobytes())
    total.update(gathered(sheet(), looking((1.0, 0.02), (0.0, 1.0), (-20.0, -9.0))).tobytes())
    return total.hexdigest()


@pytest.mark.slow
def test_same_bytes_from_a_processor_without_wide_instructions(tmp_path: Path) -> None:
    """Compiled anew for the least processor of this architecture: takes half a minute."""
    root = str(Path(__file__).parents[2])
    plain = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", KERNELS, root],
        capture_output=True, text=True, timeout=300, check=True, env=os.environ | plain,
    )  # fmt: skip
    assert done.stdout.strip() == digest()
