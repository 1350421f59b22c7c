"""How real the photos are, judged by readers that were not written for it.

`python -m tests.benchmarks realism [--photos N] [--forms ppwp,dpr] [--json FILE]`

    tags    OpenCV finds the AprilTag, with its default settings                    (realism_tags)
    words   Tesseract reads printed words, each cut out by itself                   (realism_words)
    digits  a classifier that learnt from real handwriting reads ours, and back     (realism_digits)
    look    luma, noise, sharpness, size and ink against published photos           (realism_look)

Each line gives the figure, what is wanted, n, and a verdict: passed, failed or, where the reader is not
there, unavailable. What is wanted of words, digits and look was measured on few published photos and with
other people's readers set by hand: read those lines as distances rather than as marks.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fakeforms import Camera
from fakeforms.templates import template
from tests.benchmarks import realism_digits
from tests.benchmarks.realism_album import Taken, album
from tests.benchmarks.realism_digits import Digits, Score
from tests.benchmarks.realism_look import Look
from tests.benchmarks.realism_tags import Tags
from tests.benchmarks.realism_words import Words

PASSED, FAILED, UNAVAILABLE = "passed", "failed", "unavailable"
REAL_WORDS = 0.71
"""Share of singly cut words that Tesseract read in a published photo with letters 6.9 px high."""

_HEIGHTS_PX = (4.0, 5.5, 6.4, 7.4, 9.0, 12.0, 40.0)
_EQUAL_PX = (6.4, 7.4)  # letters as high as those of the published photo


@dataclass(frozen=True)
class Line:
    """One figure of the table."""

    judge: str
    figure: str
    got: float | None
    wanted: str
    n: int
    verdict: str  # "" where the figure is told without a mark
    note: str = ""


def _at_least(got: float, least: float) -> str:
    return PASSED if got >= least else FAILED


def _between(got: float, least: float, most: float) -> str:
    return PASSED if least <= got <= most else FAILED


def sharp(photos: int, forms: tuple[str, ...]) -> Iterator[Line]:
    """Photos without faults, shown to every judge."""
    tags, mild, words, look, digits = Tags(), Tags(), Words(), Look(), Digits()
    for number, taken in enumerate(album(photos, forms=forms)):
        (mild if mildly_blurred(taken) else tags).look(taken)
        look.look(taken)
        digits.look(taken)
        if number % max(1, photos // 150) == 0:
            words.look(taken)
    yield from _tags(tags)
    if mild.shown:
        note = f"of photos without fault, those whose hand moved by a pixel or more; {_bounds(mild)}"
        yield Line(
            "tags", "found, mild blur", mild.share, ">= 0.98", mild.shown, _at_least(mild.share, 0.98), note
        )
    yield from _words(words)
    yield from _digits(digits)
    yield from _look(look)


def _tags(tags: Tags) -> Iterator[Line]:
    note = f"95 % bound {tags.at_least():.4f}; missed {', '.join(tags.missed[:4]) or 'none'}"
    yield Line("tags", "found", tags.share, ">= 0.995", tags.shown, _at_least(tags.share, 0.995), note)
    away = np.array(tags.away_px or [np.inf])
    median = float(np.median(away))
    note = f"p95 {np.percentile(away, 95):.2f}, most {away.max():.2f}"
    yield Line("tags", "truth to corner, px", median, "<= 0.5", len(away), _at_least(0.5, median), note)


def _words(words: Words) -> Iterator[Line]:
    reading = words.read()
    if reading is None:
        note = "tesseract is not installed: apt-get install tesseract-ocr tesseract-ocr-ind"
        yield Line("words", "read", None, f"{REAL_WORDS} +- 0.05", len(words.cuts), UNAVAILABLE, note)
        return
    n, share = reading.between(*_EQUAL_PX)
    verdict = _between(share, REAL_WORDS - 0.05, REAL_WORDS + 0.05) if n >= 30 else UNAVAILABLE
    rest = []
    for k in range(len(_HEIGHTS_PX) - 1):
        count, right = reading.between(_HEIGHTS_PX[k], _HEIGHTS_PX[k + 1])
        if count:
            rest.append(f"{_HEIGHTS_PX[k]:g}-{_HEIGHTS_PX[k + 1]:g} px {right:.2f} ({count})")
    yield Line(
        "words", "read, letters of 6.9 px", share, f"{REAL_WORDS} +- 0.05", n, verdict, ", ".join(rest)
    )


def _digits(digits: Digits) -> Iterator[Line]:
    for style, least, most in (("ordinary", 0.70, 0.85), ("dotted", 0.40, 0.55)):
        cells, meant = digits.of(style)
        if len(meant) < 100:
            continue
        score = realism_digits.real_reads(cells, meant)
        wanted = f"{least:.2f}..{most:.2f}"
        yield _score(f"real reads our {style}", score, wanted, _between(score.share, least, most))
    cells, meant = digits.of("ordinary")
    if len(set(meant.tolist())) == 10:
        score = realism_digits.score(realism_digits.learnt(cells, meant), *realism_digits.real())
        note = f"learnt from {len(meant)} of ours"
        yield _score("ours reads real", score, ">= 0.85", _at_least(score.share, 0.85), note)
    yield _score("real reads other real", realism_digits.real_reads_real(), "told", "")


def _score(figure: str, score: Score, wanted: str, verdict: str, note: str = "") -> Line:
    worst = ", ".join(f"{d}: {s:.2f}" for d, s in sorted(score.by_digit.items(), key=lambda i: i[1])[:3])
    confused = ", ".join(f"{what} x{count}" for what, count in score.confusions[:4])
    notes = "; ".join(part for part in (note, f"weakest {worst}", confused) if part)
    return Line("digits", figure, score.share, wanted, score.read, verdict, notes)


def _look(look: Look) -> Iterator[Line]:
    for name, least, most in (
        ("paper luma", 140.0, 210.0),
        ("noise", 2.5, 5.0),
        ("edge sharpness", 0.36, 0.44),
        ("file MB", 0.3, 1.0),
    ):
        values = np.array([v for v in look.seen[name] if np.isfinite(v)])
        if not len(values):
            continue
        low, middle, high = np.percentile(values, [5, 50, 95])
        note = f"p5 {low:.2f}, p95 {high:.2f}, {look.within(name, least, most):.0%} of the photos within"
        wanted = f"{least:g}..{most:g}"
        yield Line(
            "look", name, float(middle), wanted, len(values), _between(float(middle), least, most), note
        )
    for name in ("ink hue", "ink colour"):
        scenes = sorted({scene for figure, scene in look.by_scene if figure == name})
        note = ", ".join(f"{s} {np.median(look.by_scene[name, s]):.2f}" for s in scenes)
        if look.seen[name]:
            yield Line(
                "look", name, float(np.median(look.seen[name])), "told", len(look.seen[name]), "", note
            )


_FAULTS = (
    "covered-tag", "blurred", "too-dark", "photo-of-screen", "upside-down", "cropped-corner", "finger",
)  # fmt: skip


def mildly_blurred(taken: Taken) -> bool:
    """Whether focus or hand were off by a pixel or more, as the truth tells it."""
    camera = taken.truth["camera"]
    return camera.get("defocus_px", 0.0) >= 1.0 or bool(np.hypot(*camera.get("motion_px", (0.0, 0.0))) >= 1.0)


def _bounds(tags: Tags) -> str:
    return f"95 % bounds {tags.at_least():.4f}..{tags.at_most():.4f}"


def faulty(photos: int, forms: tuple[str, ...]) -> Iterator[Line]:
    """Tags of photos with one fault each: none found where it is covered, 98 % where blurred."""
    for name in _FAULTS:
        asked = photos if name in ("covered-tag", "blurred") else -(-photos // 4)
        cameras = (Camera(faults={name: 1.0}), Camera(megapixels=3.0, quality=80, faults={name: 1.0}))
        tags = Tags()
        for taken in album(asked, forms=forms, cameras=cameras):
            tags.look(taken)
        wanted, verdict = "told", ""
        if name == "covered-tag":
            wanted, verdict = "0", _between(tags.found, 0, 0)
        if name == "blurred":
            wanted, verdict = ">= 0.98", _at_least(tags.share, 0.98)
        yield Line("tags", f"found, {name}", tags.share, wanted, tags.shown, verdict, _bounds(tags))


MEANING = (
    "What the digits mean: the reader of real digits knows 13 people's hands, cut clean from scanned forms. "
    "That it reads ours shows that they have the shapes of real digits; if it errs less on them than on real "
    "people's, they are too tidy. That one taught by ours alone reads real ones is the harder proof: what it "
    "misreads are shapes that our hands do not write. Neither says how a form reader will do on real sheets."
)


def table(lines: list[Line]) -> str:
    """The lines as text."""
    rows = [f"{'judge':<8}{'figure':<28}{'got':>8}  {'wanted':<12}{'n':>7}  verdict"]
    for line in lines:
        got = "-" if line.got is None else f"{line.got:.3f}"
        rows.append(
            f"{line.judge:<8}{line.figure:<28}{got:>8}  {line.wanted:<12}{line.n:>7}  {line.verdict}\n"
            f"{'':<8}{line.note}"
        )
    return "\n".join(rows)


def main() -> None:
    """Print the table and its JSON; exit code 1 if a gate failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=700, help="photos without faults (default 700)")
    parser.add_argument("--faulty", type=int, default=120, help="photos of each fault (default 120)")
    parser.add_argument("--forms", default="", help="forms, by commas (default: all)")
    parser.add_argument("--json", type=Path, help="where to write the lines as JSON")
    asked = parser.parse_args()
    forms = tuple(asked.forms.split(",")) if asked.forms else template.known_forms()
    lines = [*sharp(asked.photos, forms), *faulty(asked.faulty, forms)]
    print(table(lines))
    print(MEANING)
    if asked.json:
        told: dict[str, Any] = {"lines": [asdict(line) for line in lines], "forms": forms, "meaning": MEANING}
        asked.json.write_text(json.dumps(told, indent=1) + "\n")
    if any(line.verdict == FAILED for line in lines):
        sys.exit(1)


if __name__ == "__main__":
    main()
