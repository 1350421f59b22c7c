"""The reference stack reads photos of hands it was not taught: `python -m tests.benchmarks reader`.

Every photo is of a TPS of its own, from `tests.benchmarks.realism_album`: other seeds, other villages and
other draws of numbers than `make reader` teaches. A number is right if it is what a careful person reads in
the boxes (`written` of the truth), *unsure* if the reader gives none where a person can, wrong otherwise.

    field accuracy  by form, by style of box, by fault of the photo
    marks           confusion of single boxes, sound and 2024
    time            CPU milliseconds of one thread a photo, by step; PPWP at 3 MP and as published
"""

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from scipy.stats import beta
from threadpoolctl import threadpool_limits

from fakeforms import Camera
from fakeforms.camera.settings import PUBLISHED
from gladi.layouts import layout
from sirekap.forms.layout import Layout, load
from sirekap.reading import boxes, digits, photo, read, sheet, tag, web_copy
from sirekap.reading.marks import CROSS, MARKS, OF_TRUTH
from sirekap.reading.page import NO_TAG, WRONG_FORM, WRONG_PAGE, PageReading
from tests.benchmarks.realism_album import Taken, album

SEED = 4_099  # no seed of `make reader`
PHONE = Camera(megapixels=3.0, quality=80)
FAULTS = ("blurred", "too-dark", "photo-of-screen", "upside-down", "cropped-corner", "finger", "covered-tag")

_layouts: dict[tuple[str, Any], Layout] = {}


@dataclass
class Score:
    """Numbers of some kind: how many there were, and what became of them."""

    right: int = 0
    unsure: int = 0
    wrong: int = 0
    photos: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def n(self) -> int:
        """Numbers that a careful person can read, on photos where the sheet was found."""
        return self.right + self.unsure + self.wrong

    def row(self, name: str) -> str:
        """One line of a table."""
        if not self.n:
            return f"| {name} | {self.photos} | 0 | | | | {self._refused} |"
        bound = float(beta.ppf(0.95, self.wrong + 1, self.n - self.wrong)) if self.wrong < self.n else 1.0
        return (
            f"| {name} | {self.photos} | {self.n:,} | {self.right / self.n:.2%} | {self.unsure / self.n:.2%} "
            f"| {self.wrong / self.n:.2%} (<= {bound:.2%}) | {self._refused} |"
        )

    @property
    def _refused(self) -> str:
        return ", ".join(f"{flag} {count}" for flag, count in self.refused.items())


def layout_of(taken: Taken) -> Layout:
    """The layout of the form of a photo, for those who stand on it."""
    template = taken.order.template
    key = (template.form, template.shape)
    if key not in _layouts:
        _layouts[key] = load(layout(template.form, template.shape))
    return _layouts[key]


def look(taken: Taken, mode: str = digits.SOUND) -> PageReading:
    """Read one photo as the page that was asked for."""
    form = layout_of(taken)
    return read(taken.photo.jpeg, form.page(taken.page), form, mode)


def count(taken: Taken, reading: PageReading, scores: dict[str, Score], names: tuple[str, ...]) -> None:
    """Add one photo to the scores of its kinds; numbers read soundly also to that of their style of box."""
    for name in names:
        scores[name].photos += 1
        scores[name].refused.update(set(reading.flags) & {NO_TAG, WRONG_PAGE, WRONG_FORM})
    styles = {one.id: one.style for one in layout_of(taken).page(taken.page).fields}
    for name, got in reading.numbers.items():
        meant = taken.truth["written"][name]
        if meant is None:
            continue
        for kind in names if reading.mode == digits.OF_2024 else (*names, f"style {styles[name]}"):
            score = scores[kind]
            score.right += got == meant
            score.unsure += got is None
            score.wrong += got is not None and got != meant


def accuracy(photos: int) -> Iterator[str]:
    """Field accuracy on photos without faults, by form and style."""
    scores: dict[str, Score] = defaultdict(Score)
    confused = {mode: np.zeros((len(MARKS), len(own)), np.int64) for mode, own in digits.MODES.items()}
    crosses: Counter[str] = Counter()
    for taken in album(photos, seed=SEED):
        reading = look(taken)
        count(taken, reading, scores, ("all", taken.order.form, taken.size))
        of_2024 = look(taken, digits.OF_2024)
        count(taken, of_2024, scores, ("mode 2024",))
        for mode, own in ((digits.SOUND, reading), (digits.OF_2024, of_2024)):
            for one in own.fields:
                for box, said in zip(taken.truth["fields"][one.field]["boxes"], one.marks, strict=True):
                    mark = OF_TRUTH[box["class"]]
                    confused[mode][MARKS.index(mark), digits.MODES[mode].index(said)] += 1
                    if mode == digits.OF_2024 and mark == CROSS:
                        crosses[said] += 1
    yield _head("photos of")
    for name in sorted(scores, key=lambda one: (one != "all", one)):
        yield scores[name].row(name)
    for mode, matrix in confused.items():
        yield f"\nmarks, {mode} (rows: true)\n" + "\t".join(("", *digits.MODES[mode]))
        for mark, row in zip(MARKS, matrix, strict=True):
            yield "\t".join((mark, *map(str, row)))
    total = sum(crosses.values())
    yield f"\nof {total:,} crosses, 2024 reads " + ", ".join(
        f"{mark} {often / total:.0%}" for mark, often in crosses.most_common()
    )


def _head(first: str) -> str:
    names = (first, "photos", "numbers", "right", "unsure", "wrong (95 % bound)", "refused")
    return f"\n| {' | '.join(names)} |\n{'|---' * len(names)}|"


def faults(photos: int) -> Iterator[str]:
    """Field accuracy with one fault each."""
    yield _head("fault")
    for name in FAULTS:
        scores: dict[str, Score] = defaultdict(Score)
        hints: Counter[str] = Counter()
        cameras = tuple(
            Camera(megapixels=m, quality=q, faults={name: 1.0}) for m, q in ((None, None), (3.0, 80))
        )
        for taken in album(photos, seed=SEED, cameras=cameras):
            reading = look(taken)
            count(taken, reading, scores, (name,))
            hints.update(set(reading.flags) & {"blurred", "dark", "corner_missing"})
        told = ", ".join(f"{flag} {often / photos:.0%}" for flag, often in hints.items())
        yield scores[name].row(name) + (f" hints: {told}" if told else "")


def times(photos: int) -> Iterator[str]:
    """CPU milliseconds of one thread, median and 95 % of the photos."""
    cv2.setNumThreads(1)
    yield "\n| ms a photo | " + " | ".join(_STEPS) + " |\n|" + "---|" * (len(_STEPS) + 1)
    for name, camera in (("PPWP 3 MP", PHONE), ("PPWP as published", PUBLISHED)):
        taken = list(album(photos, forms=("ppwp",), seed=SEED, cameras=(camera,)))
        look(taken[0])
        spent = np.array([_steps(one) for one in taken]) * 1e3
        middle, high = np.percentile(spent, [50, 95], axis=0)
        cells = " | ".join(f"{a:.1f} ({b:.1f})" for a, b in zip(middle, high, strict=True))
        yield f"| {name} | {cells} |"
        sizes = np.array([len(web_copy(one.photo.jpeg)) for one in taken]) / 1e3
        low, half, top = np.percentile(sizes, [5, 50, 95])
        yield f"web copy, KB: median {half:.0f}, 5 to 95 % {low:.0f} to {top:.0f}"


_STEPS = ("inspect", "decode", "tag", "sheet", "fields", "cut", "network", "read, all of it", "web copy")


def _steps(taken: Taken) -> list[float]:
    form = layout_of(taken)
    page = form.page(taken.page)
    clock, spent = time.process_time, []

    def timed(work: Any) -> Any:
        began = clock()
        done = work()
        spent.append(clock() - began)
        return done

    jpeg = taken.photo.jpeg
    timed(lambda: photo.inspect(jpeg))
    luma = timed(lambda: photo.decode(jpeg)).luma
    found = timed(lambda: tag.find(luma, [one.tag.id for one in form.pages]))
    lies = timed(lambda: sheet.lie(luma, found, page, form))
    placed = timed(lambda: boxes.place(luma, lies, page.fields))
    quads = np.concatenate([one.quads(lies, one.field.boxes) for one in placed])
    cuts = timed(lambda: boxes.cut(luma, quads))
    timed(lambda: digits.read_marks(cuts))
    timed(lambda: read(jpeg, page, form))
    timed(lambda: web_copy(jpeg))
    return spent


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--photos", type=int, default=420, help="without faults (default 420)")
    parser.add_argument("--faulty", type=int, default=56, help="with each fault (default 56)")
    parser.add_argument("--timed", type=int, default=30, help="for the times (default 30)")
    asked = parser.parse_args()
    with threadpool_limits(1):  # BLAS threads that wait in a circle would be counted as work
        for lines in (accuracy(asked.photos), faults(asked.faulty), times(asked.timed)):
            for line in lines:
                print(line, flush=True)


if __name__ == "__main__":
    main()
