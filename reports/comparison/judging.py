"""One difference and what may be said of it: better, worse, none seen, or nothing.

Times and rates are compared by their ratio (on a logarithmic scale), shares by their difference. The interval
is estimate plus or minus Student's quantile times the spread of the draws, with one degree of freedom less
than blocks (or TPS, or runs). Of many measures some look different by chance alone: Holm's step-down
procedure (1979) keeps the chance of even one false alarm in a comparison below 5 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from scipy import special

from reports.seconds import Floats
from reports.words import Text

Answer = Literal["better", "worse", "none", "unknown"]
Unit = Literal["s", "share", "/s"]

ALPHA = 0.05
POWER_Z = 0.8416
"""A difference of the least size is seen four times of five."""
LEAST_BLOCKS = 5
LEAST_TPS = 20
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


def measured(
    bare: Measure, before: Floats, after: Floats, freedom: int, least: int = LEAST_BLOCKS
) -> Measure:
    """With interval and p from the draws of both sides; still without an answer.

    Unknown remains what has no finite figure, or fewer than `least` blocks (or TPS) to be drawn from.
    """
    if bare.before is None or bare.after is None:
        return bare
    known = np.isfinite(before) & np.isfinite(after)
    if freedom + 1 < least:
        few = Text("terlalu sedikit bagian waktu", "too few stretches of time")
        return replace(
            bare, note=few if least == LEAST_BLOCKS else Text("terlalu sedikit TPS", "too few TPS")
        )
    if known.mean() < 0.9:
        return replace(bare, note=Text("tidak tercapai di salah satu sisi", "not reached on one side"))
    before, after = before[known], after[known]
    t = float(special.stdtrit(freedom, 1.0 - ALPHA / 2))
    spread = float(np.std(after - before, ddof=1))
    difference = bare.after - bare.before
    interval = difference - t * spread, difference + t * spread
    if bare.unit == "share":
        smallest = (t + POWER_Z) * spread
        return replace(bare, interval=interval, p=_p(difference, spread, freedom),
                       least=max(smallest, 3.0 / max(1, min(bare.n))))  # fmt: skip
    if min(bare.before, bare.after) <= 0 or min(before.min(), after.min()) <= 0:
        return replace(bare, interval=interval, p=_p(difference, spread, freedom))
    log = float(np.log(bare.after / bare.before))
    log_spread = float(np.std(np.log(after / before), ddof=1))
    ratio = float(np.exp(log - t * log_spread)), float(np.exp(log + t * log_spread))
    return replace(bare, interval=interval, ratio_interval=ratio, p=_p(log, log_spread, freedom),
                   least=float(np.expm1((t + POWER_Z) * log_spread)))  # fmt: skip


def of_runs(bare: Measure, before: Sequence[float], after: Sequence[float]) -> Measure:
    """One figure a run, by Welch's test; fewer than three runs a side are shown and not judged."""
    if min(len(before), len(after)) < 3:
        one = Text("satu angka per latihan; dinilai mulai tiga latihan per sisi",
                   "one figure a run; judged from three runs a side")  # fmt: skip
        return replace(bare, note=one)
    left, right = (float(np.var(side, ddof=1)) / len(side) for side in (before, after))
    spread = float(np.sqrt(left + right))
    difference = float(np.mean(after) - np.mean(before))
    if not spread:
        return replace(bare, interval=(difference, difference), p=1.0 if not difference else 0.0)
    freedom = (left + right) ** 2 / (left**2 / (len(before) - 1) + right**2 / (len(after) - 1))
    t = float(special.stdtrit(freedom, 1.0 - ALPHA / 2))
    return replace(bare, interval=(difference - t * spread, difference + t * spread),
                   p=_p(difference, spread, freedom))  # fmt: skip


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


def _p(difference: float, spread: float, freedom: float) -> float:
    if not spread:
        return 1.0 if not difference else 0.0
    return float(2.0 * special.stdtr(freedom, -abs(difference) / spread))


def _plain(interval: tuple[float, float] | None) -> list[float] | None:
    return None if interval is None else [float(interval[0]), float(interval[1])]
