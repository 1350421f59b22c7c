"""Photos that nobody can read: the first ones of the pages that `[backup]` draws, beside the clear ones.

Rendered before a run like all others; a worker elsewhere, which has none, renders its own when it sends them.
"""

import os
from collections.abc import Callable
from pathlib import Path

from fakeforms.orders import SheetOrder
from gladi.hands import hands as so_many
from gladi.runfolder import whole_file
from gladi.setting import Setting
from simulators.officials.sight import unreadable
from simulators.sheetlist import sheets_of
from simulators.sheets import order

MARK = "-buram"
"""What such a file's name ends in."""


def rendered(setting: Setting, folder: Path, progress: Callable[[int, int], None], hands: int = 0) -> int:
    """Make those that are not there yet; how many there are. `hands` processes, 0 one for each core."""
    scenario, people = setting.scenario, setting.population
    megapixels = scenario.app.photo_megapixels
    wanted = [
        (index, form, page)
        for index, tps in enumerate(people.tps.tolist())
        for form, page in (sheets_of(people, index, scenario) if scenario.backup else ())
        if unreadable(scenario, setting.seed, tps, form, page)
    ]
    left = [
        (order(people, index, scenario, form), page, megapixels, folder / name(people.tps[index], form, page))
        for index, form, page in wanted
        if not (folder / name(people.tps[index], form, page)).is_file()
    ]
    if left:
        with so_many(min(len(left), hands or len(os.sched_getaffinity(0)))) as spread:
            spread([(_make, one) for one in left], lambda done: progress(done, len(left)))
    return len(wanted)


def name(tps: str, form: str, page: int) -> str:
    """The file of the unreadable photo of a page."""
    return f"{tps}-{form}-{page}{MARK}.jpg"


def photograph_badly(sheet: SheetOrder, page: int, megapixels: float | None) -> bytes:
    """The photo of a page, too blurred or too dark to be read."""
    from fakeforms import Camera, photograph  # they take long to load

    # half of them by their number, the others the other way: both are common (assumed)
    fault = "blurred" if (int(sheet.tps) + page) % 2 else "too-dark"
    return photograph(sheet, page, Camera(megapixels=megapixels, faults={fault: 1.0})).jpeg


def _make(sheet: SheetOrder, page: int, megapixels: float | None, path: Path) -> None:
    with whole_file(path) as unfinished:
        unfinished.write_bytes(photograph_badly(sheet, page, megapixels))
