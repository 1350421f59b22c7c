"""One measure and what may be said of it: better, worse, none seen, or nothing.

Of many measures some look different by chance alone: Holm's step-down procedure (1979) keeps the chance of
even one false alarm in a comparison below 5 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from reports.words import Text

Answer = Literal["better", "worse", "none", "unknown"]
Unit = Literal["s", "share", "/s"]

ALPHA = 0.05
NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of both sides. `interval` is of the difference, `ratio_interval` of after / before.

    `least` is the smallest change that such runs would show four times of five: relative for times and rates,
    a difference for shares. `p` is two-sided, `p_holm` after Holm; None where nothing can be said, and `note`
    tells why.
    """

    group: str
    """Kind of operation, "completeness", "activation", or the id of a fault."""
    name: str
    unit: Unit
    higher_is_better: bool
    before: float | None
    after: float | None
    n: tuple[int, int]
    interval: tuple[float, float] | None = None
    ratio_interval: tuple[float, float] | None = None
    least: float | None = None
    p: float | None = None
    p_holm: float | None = None
    answer: Answer = "unknown"
    note: Text = NOTHING

    @property
    def difference(self) -> float | None:
        """After less before."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def ratio(self) -> float | None:
        """After over before."""
        return None if not self.before or self.after is None else self.after / self.before

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "group": self.group,
            "measure": self.name,
            "unit": self.unit,
            "higher_is_better": self.higher_is_better,
            "before": self.before,
            "after": self.after,
            "n": list(self.n),
            "difference": self.difference,
            "difference_interval_95": _plain(self.interval),
            "ratio": self.ratio,
            "ratio_interval_95": _plain(self.ratio_interval),
            "least_detectable": self.least,
            "p": self.p,
            "p_holm": self.p_holm,
            "answer": self.answer,
            "note": self.note.en,
            "note_id": self.note.id,
        }


def answered(measures: Sequence[Measure], margin: float) -> list[Measure]:
    """Every measure with its answer; times and rates must differ by more than the share `margin`."""
    corrected = holm([one.p for one in measures])
    out = []
    for one, p in zip(measures, corrected, strict=True):
        if p is None:
            out.append(one)
            continue
        difference = one.difference or 0.0
        large = one.unit == "share" or abs(difference) > margin * abs(one.before or 0.0)
        answer: Answer = "none"
        note = one.note
        if p < ALPHA and difference and large:
            answer = "better" if (difference > 0) == one.higher_is_better else "worse"
        elif p < ALPHA and difference:
            note = Text("berbeda, tetapi kurang dari batas --margin", "different, but by less than --margin")
        elif one.p is not None and one.p < ALPHA:
            note = Text(
                "tampak berbeda, tetapi sebanyak itu bisa kebetulan di antara semua ukuran (Holm)",
                "looks different, but among so many measures that may be chance (Holm)",
            )
        out.append(replace(one, p_holm=p, answer=answer, note=note))
    return out


def holm(values: Sequence[float | None]) -> list[float | None]:
    """Holm's adjusted p-values, in the order given; None stays None and is not counted."""
    known = sorted((p, number) for number, p in enumerate(values) if p is not None)
    out: list[float | None] = [None] * len(values)
    worst = 0.0
    for rank, (p, number) in enumerate(known):
        worst = max(worst, min(1.0, (len(known) - rank) * p))
        out[number] = worst
    return out


def _plain(interval: tuple[float, float] | None) -> list[float] | None:
    return None if interval is None else [float(interval[0]), float(interval[1])]
