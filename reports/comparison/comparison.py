"""Both sides read, measured and judged, with one word for all of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from reports.comparison.alike import Alike
from reports.comparison.judging import Measure, answered
from reports.comparison.measures import of_faults, of_kind, of_tps
from reports.comparison.record import Record, block_length_s, record, saturated
from reports.rundir import RunDirectory
from reports.schema import KINDS
from reports.seconds import length_s
from reports.words import Text

Word = Literal["worse", "better", "none", "unknown"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`word` is worse if any measure is, else better if any is, else none; unknown if none was judged."""

    word: Word
    measures: tuple[Measure, ...]
    alike: Alike
    before: tuple[Record, ...]
    after: tuple[Record, ...]
    block_s: float
    margin: float

    def as_json(self) -> dict[str, Any]:
        """Plain values for comparison.json."""
        return {
            "answer": self.word,
            "before": [_about(one) for one in self.before],
            "after": [_about(one) for one in self.after],
            "paired": self.alike.paired,
            "differences": [one.en for one in (*self.alike.strangers, *self.alike.said)],
            "block_s": self.block_s,
            "margin": self.margin,
            "measures": [one.as_json() for one in self.measures],
        }


def compare(
    before: Sequence[RunDirectory], after: Sequence[RunDirectory], known: Alike, margin: float = 0.05
) -> Comparison:
    """Measure and judge; `known` is what `alike` said of them. Raises RunDirectoryError."""
    block_s = block_length_s(min(length_s(run) for run in (*before, *after)))
    left, right = _records(before, after, known.paired, block_s)
    judged = judged_of(left, right, known.paired, margin)
    answers = {one.answer for one in judged}
    word: Word = "unknown"
    for one in ("worse", "better", "none"):
        if one in answers:
            word = one
            break
    return Comparison(word, tuple(judged), known, left, right, block_s, margin)


def judged_of(left: Sequence[Record], right: Sequence[Record], paired: bool, margin: float) -> list[Measure]:
    """Every measure of what was read of both sides, with its answer."""
    found = [measure for kind in KINDS for measure in of_kind(kind, left, right, paired)]
    found += of_tps(left, right, paired)
    found += of_faults(left, right, paired)
    return _fewer_served(answered(found, margin))


def _records(
    before: Sequence[RunDirectory], after: Sequence[RunDirectory], paired: bool, block_s: float
) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """Pairs leave out what any of them must, so that both sides speak of the same seconds."""
    masks = [saturated(run) for run in (*before, *after)]
    if paired:
        both = np.zeros(max(map(len, masks)), bool)
        for one in masks:
            both[: len(one)] |= one
        masks = [both] * len(masks)
    out = [record(run, mask, block_s) for run, mask in zip((*before, *after), masks, strict=True)]
    return tuple(out[: len(before)]), tuple(out[len(before) :])


def _fewer_served(measures: Sequence[Measure]) -> list[Measure]:
    """A kind of which fewer were served is not called faster: the slow ones may be those that failed."""
    worse = {one.group for one in measures if one.name == "success" and one.answer == "worse"}
    note = Text("lebih sedikit yang terlayani, jadi tidak disebut lebih cepat",
                "fewer were served, so it is not called faster")  # fmt: skip
    return [
        replace(one, answer="unknown", note=note)
        if one.group in worse and one.unit == "s" and one.answer == "better"
        else one
        for one in measures
    ]


def _about(one: Record) -> dict[str, Any]:
    return {
        "run": one.name,
        "seconds_with_demand": one.with_demand_s,
        "seconds_left_out": one.left_out_s,
        "tps": len(one.complete),
    }
