"""Judge 2: Tesseract reads printed words, each cut out by itself.

Where each word stands comes from PDFium's own reading of the printed sheet, not from our printer. Only
words in capitals count, so that the height of a word's box is the height of its letters. A cut is enlarged
to letters of `_LETTER_PX` (cubic), as Tesseract's makers advise for small print, and read as a raw line
(mode 13): the modes that look for words first find none in many cuts that anyone can read. A word is read
right if it agrees letter by letter; case does not matter.
"""

import os
import random
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import pypdfium2

from fakeforms.orders import SheetOrder
from fakeforms.paper import printing
from fakeforms.templates import wording
from tests.benchmarks.realism_album import Taken, cut

_LETTER_PX = 30
_MARGIN = 0.2  # of the letter height, on every side: less than a space, so that no neighbour is cut
_PAPER = 0.5  # of the letter height, what is set around the cut in the colour of its paper
_HEADING_MM = 3.2  # letters of a heading are at least this high; smaller ones are captions
_NOT_ON_A_REAL_SHEET = ("SIMULASI", "LATIHAN", "BUKAN", "HASIL", "RESMI")


@dataclass(frozen=True)
class Word:
    """A printed word and its letters' box in mm."""

    text: str
    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float


@lru_cache(maxsize=256)
def _printed(form: str, shape: object, texts: tuple[tuple[str, str], ...], page: int) -> tuple[Word, ...]:
    from fakeforms.templates import template

    sheet = template.load(form, shape)  # type: ignore[arg-type]
    pdf = pypdfium2.PdfDocument(printing.printed_pdf(sheet, sheet.page(page), dict(texts)))
    try:
        return _words(pdf[0])
    finally:
        pdf.close()


def printed(order: SheetOrder, page: int) -> tuple[Word, ...]:
    """Upright words of four or more capitals on the unfilled sheet, but for those that only ours has."""
    return _printed(order.form, order.shape, wording.printed(order), page)


def _words(page: pypdfium2.PdfPage) -> tuple[Word, ...]:
    text, height_pt = page.get_textpage(), page.get_height()
    letters = text.get_text_range()
    words, start = [], 0
    for end in range(len(letters) + 1):
        if end < len(letters) and not letters[end].isspace():
            continue
        word = letters[start:end]
        if len(word) >= 4 and word.isalpha() and word.isupper() and word not in _NOT_ON_A_REAL_SHEET:
            boxes = np.array([text.get_charbox(k) for k in range(start, end)])  # left, bottom, right, top
            (x0, y0), (x1, y1) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
            upright = (np.diff(boxes[:, 0]) > 0).all() and y1 - y0 < 1.3 * np.median(
                boxes[:, 3] - boxes[:, 1]
            )
            mm = np.array([x0, height_pt - y1, x1 - x0, y1 - y0]) * 25.4 / 72
            if upright and mm[3] >= _HEADING_MM:
                words.append(Word(word, *mm.tolist()))
        start = end + 1
    return tuple(words)


@dataclass
class Words:
    """Cuts collected from photos, then read all at once."""

    seed: int = 7
    each: int = 10  # words a photo
    cuts: list[tuple[str, float, bytes]] = field(default_factory=list)  # word, letter height px, PNG

    def look(self, taken: Taken) -> None:
        """Cut some words out of one photo."""
        words = printed(taken.order, taken.page)
        draws = random.Random(f"{self.seed}-{taken.order.tps}-{taken.order.form}-{taken.page}")
        for word in draws.sample(words, min(self.each, len(words))):
            middle = np.array([word.x_mm + word.width_mm / 2, word.y_mm + word.height_mm / 2])
            letter_px = word.height_mm * taken.lie.px_per_mm(middle)
            edge = _MARGIN * word.height_mm
            x0, y0 = word.x_mm - edge, word.y_mm - edge
            x1, y1 = word.x_mm + word.width_mm + edge, word.y_mm + word.height_mm + edge
            quad = taken.lie.px(np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]))
            scale = _LETTER_PX / word.height_mm
            image = cut(taken.luma, quad, round(scale * (x1 - x0)), round(scale * (y1 - y0)))
            rim = [round(_PAPER * _LETTER_PX)] * 4
            paper = float(np.percentile(image, 90))
            image = cv2.copyMakeBorder(image, *rim, cv2.BORDER_CONSTANT, value=paper)
            self.cuts.append((word.text, letter_px, cv2.imencode(".png", image)[1].tobytes()))

    def read(self) -> "Reading | None":
        """What Tesseract reads; None where it is not installed."""
        program = shutil.which("tesseract")
        if program is None or not self.cuts:
            return None
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for number, (_, _, png) in enumerate(self.cuts):
                paths.append(Path(folder) / f"{number:05d}.png")
                paths[-1].write_bytes(png)
            index = Path(folder) / "cuts.txt"
            index.write_text("".join(f"{path}\n" for path in paths))
            done = subprocess.run(
                [program, str(index), "stdout", "--psm", "13", "-l", _language(program)],
                capture_output=True,
                text=True,
                check=True,
                env=os.environ | {"OMP_THREAD_LIMIT": "1"},  # one core, as everything else here
            )
        heard = [page.strip() for page in done.stdout.split("\f")][: len(self.cuts)]
        heads = [(word, height) for word, height, _ in self.cuts]
        return Reading([(word, height, said) for (word, height), said in zip(heads, heard, strict=True)])


@dataclass(frozen=True)
class Reading:
    """(word, letter height in px, what Tesseract said) of every cut."""

    words: list[tuple[str, float, str]]

    def between(self, least_px: float, most_px: float) -> tuple[int, float]:
        """How many words have letters of that height, and the share read right."""
        right = [
            "".join(filter(str.isalnum, said)).upper() == word
            for word, height, said in self.words
            if least_px <= height < most_px
        ]
        return len(right), sum(right) / len(right) if right else float("nan")


def _language(program: str) -> str:
    """Indonesian where its data is installed, else Tesseract's default."""
    known = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=True).stdout
    return "ind" if "ind" in known.split() else "eng"
