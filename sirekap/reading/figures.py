"""From what stands in the boxes of a field to a number, as a careful person reads it.

A cross, a dash or a Z fills a box that is not needed, so boxes with nothing else mean 0. Boxes that are all
empty mean nothing, and neither does a number with a gap or with a digit that was struck out. Where the
reader doubts a box and its bubble says the runner-up, the bubble decides; a bubble that contradicts a digit
that is clear is told, and decides nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sirekap.reading.digits import OF_2024, ReadMark
from sirekap.reading.marks import BLANK, CROSS, DASH, DIGITS, STRUCK

SURE = 0.5  # a box below this is doubted: 5 % of numbers have no value then, 1.4 % a wrong one
_RUNNER_UP = 0.02  # a bubble may speak for a mark that is at least so likely

DOUBT, EMPTY, GAP, STRUCK_OUT = "doubt", "empty", "gap", "struck-out"
"""Why a field has no value."""


@dataclass(frozen=True, slots=True)
class FieldReading:
    """One number: the value or why there is none; what each box and each column of bubbles says.

    `confidence` is the product over the boxes, 0 to 1, also of a value that was not chosen. `bubbles` is None
    where there are none printed; `bubbles_agree` None where they say nothing whole.
    """

    field: str
    value: int | None
    confidence: float
    why: str | None
    marks: tuple[str, ...]
    bubbles: tuple[int | None, ...] | None
    bubbles_agree: bool | None

    def to_json(self) -> dict[str, Any]:
        """For storing beside the photo."""
        return {
            "value": self.value,
            "confidence": round(self.confidence, 4),
            "why": self.why,
            "marks": list(self.marks),
            "bubbles": None if self.bubbles is None else list(self.bubbles),
            "bubbles_agree": self.bubbles_agree,
        }


def read_field(
    field: str, boxes: Sequence[ReadMark], bubbles: Sequence[int | None] | None, mode: str
) -> FieldReading:
    """The number in these boxes."""
    settled = [_settled(box, None if bubbles is None else bubbles[k], mode) for k, box in enumerate(boxes)]
    marks = tuple(mark for mark, _ in settled)
    confidence = 1.0
    for _, share in settled:
        confidence *= share
    value, why = number_of(marks)
    agree = _agree(value, bubbles)
    if mode != OF_2024 and value is not None and min(share for _, share in settled) < SURE:
        value, why = None, DOUBT
    return FieldReading(
        field, value, confidence, why, marks, None if bubbles is None else tuple(bubbles), agree
    )


def number_of(marks: Sequence[str]) -> tuple[int | None, str | None]:
    """The number that marks mean, or None and why."""
    if STRUCK in marks:
        return None, STRUCK_OUT
    if all(mark == BLANK for mark in marks):
        return None, EMPTY
    figures = [place for place, mark in enumerate(marks) if mark in DIGITS]
    if not figures:
        return 0, None
    if figures[-1] - figures[0] + 1 != len(figures):
        return None, GAP
    return int("".join(marks[place] for place in figures)), None


def _settled(box: ReadMark, bubble: int | None, mode: str) -> tuple[str, float]:
    """The mark of a box and how sure it is, once its bubble was heard."""
    if bubble is None or mode == OF_2024 or box.confidence >= SURE:
        return box.mark, box.confidence
    said = {str(bubble)} | ({CROSS, DASH, BLANK} if bubble == 0 else set())
    if box.mark in said:
        return box.mark, max(box.confidence, SURE)
    if box.second in said and box.second_confidence >= _RUNNER_UP:
        return box.second, SURE
    return box.mark, box.confidence


def _agree(value: int | None, bubbles: Sequence[int | None] | None) -> bool | None:
    if bubbles is None or value is None or any(bubble is None for bubble in bubbles):
        return None
    return int("".join(map(str, bubbles))) == value
