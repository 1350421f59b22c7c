"""How sure a difference is: its interval, and how likely it is by chance.

Times and rates are compared by their ratio (on a logarithmic scale), shares by their difference. The interval
is estimate plus or minus Student's quantile times the spread of the draws, with one degree of freedom less
than blocks (or TPS).

How likely such a difference is by chance is asked of the two sides themselves: of their stretches, or TPS,
with labels swapped (`swapping`). From three runs a side on it is asked of the runs as well: each gives one
figure, and what varies from run to run, which no single run shows, is seen in them. Their spread (Welch 1947)
and that of the draws are added, with Satterthwaite's degrees of freedom (1946): what varies within runs is
counted twice, so that such an interval is rather too wide than too narrow.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from reports.comparison.judging import ALPHA, Measure
from reports.seconds import Floats
from reports.words import Text

POWER_Z = 0.8416
"""A difference of the least size is seen four times of five."""
LEAST_BLOCKS = 5
LEAST_TPS = 20
ENOUGH_RUNS = 3
FEW_RUNS = Text(
    "satu angka per latihan; dinilai mulai tiga latihan per sisi",
    "one figure a run; judged from three runs a side",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the interval and the p of a measure are made of: figures of both sides in draws, and by run."""

    drawn: tuple[Floats, Floats]
    """Of the bootstrap."""
    swapped: tuple[Floats, Floats]
    """With labels swapped; the first as they are."""
    runs: tuple[Sequence[float | None], Sequence[float | None]]
    freedom: int
    """One less than there are blocks (or TPS) to be drawn from."""
    least: int = LEAST_BLOCKS


def measured(bare: Measure, evidence: Evidence) -> Measure:
    """With interval and p; still without an answer.

    Unknown remains what has no finite figure, or fewer than `least` blocks (or TPS) to be drawn from.
    """
    if bare.before is None or bare.after is None:
        return bare
    before, after = evidence.drawn
    known = np.isfinite(before) & np.isfinite(after)
    if evidence.freedom + 1 < evidence.least:
        few = Text("terlalu sedikit bagian waktu", "too few stretches of time")
        if evidence.least != LEAST_BLOCKS:
            few = Text("terlalu sedikit TPS", "too few TPS")
        return replace(bare, note=few)
    left, right = ([one for one in side if one is not None] for side in evidence.runs)
    unreached = known.mean() < 0.9 or len(left) + len(right) < sum(map(len, evidence.runs))
    if unreached:
        return replace(bare, note=Text("tidak tercapai di salah satu sisi", "not reached on one side"))
    before, after = before[known], after[known]
    many = min(len(left), len(right)) >= ENOUGH_RUNS
    plain = _difference(bare.before, bare.after, before, after, evidence.freedom)
    if many:
        plain = plain.seen_in(left, right)
    interval = plain.interval
    positive = min(bare.before, bare.after, *left, *right, float(before.min()), float(after.min())) > 0
    if bare.unit == "share" or not positive:
        p = plain.p if many else chance(evidence.swapped[1] - evidence.swapped[0])
        smallest = max(plain.least, 3.0 / max(1, min(bare.n))) if bare.unit == "share" else None
        return replace(bare, interval=interval, p=p, least=smallest)
    with np.errstate(divide="ignore", invalid="ignore"):
        swapped = np.log(evidence.swapped[1]) - np.log(evidence.swapped[0])
    logs = [np.log(np.asarray(one, np.float64)) for one in (bare.before, bare.after, before, after)]
    by_ratio = _difference(float(logs[0]), float(logs[1]), logs[2], logs[3], evidence.freedom)
    if many:
        by_ratio = by_ratio.seen_in(np.log(left).tolist(), np.log(right).tolist())
    low, high = by_ratio.interval
    return replace(
        bare,
        interval=interval,
        ratio_interval=(float(np.exp(low)), float(np.exp(high))),
        p=by_ratio.p if many else chance(swapped),
        least=float(np.expm1(by_ratio.least)),
    )


@dataclass(frozen=True, slots=True)
class _Difference:
    """A difference on some scale, its standard error, and that error's degrees of freedom."""

    value: float
    error: float
    freedom: float

    @property
    def interval(self) -> tuple[float, float]:
        reach = self._t * self.error
        return self.value - reach, self.value + reach

    @property
    def least(self) -> float:
        """What would be seen four times of five."""
        return (self._t + POWER_Z) * self.error

    @property
    def p(self) -> float:
        """Two-sided."""
        if not self.error:
            return 1.0 if not self.value else 0.0
        return float(2.0 * special.stdtr(self.freedom, -abs(self.value) / self.error))

    @property
    def _t(self) -> float:
        return float(special.stdtrit(self.freedom, 1.0 - ALPHA / 2))

    def seen_in(self, before: Sequence[float], after: Sequence[float]) -> "_Difference":
        """With the spread between runs as well."""
        between, freedom = welch(before, after)
        variance = self.error**2 + between**2
        if not variance:
            return self
        narrower = self.error**4 / self.freedom + between**4 / freedom
        return replace(self, error=float(np.sqrt(variance)), freedom=variance**2 / narrower)


def _difference(
    before: float, after: float, drawn_before: Floats, drawn_after: Floats, freedom: int
) -> _Difference:
    """The bootstrap's spread is that of a population of n: too small by (n - 1) / n."""
    spread = float(np.std(drawn_after - drawn_before, ddof=1)) * float(np.sqrt((freedom + 1) / freedom))
    return _Difference(after - before, spread, freedom)


def chance(swapped: Floats) -> float:
    """The share of draws that differ as much as the first, which is as it was; itself included."""
    return float(np.mean(~(np.abs(swapped) < abs(swapped[0]) * (1.0 - 1e-9))))


def welch(before: Sequence[float], after: Sequence[float], resolution: float = 0.0) -> tuple[float, float]:
    """Standard error of the difference of two means of runs, and its degrees of freedom (Welch 1947).

    Figures that are counted in steps of `resolution` vary at least as evenly spread ones within a step do.
    """
    steps = resolution**2 / 12.0
    left, right = (max(float(np.var(side, ddof=1)), steps) / len(side) for side in (before, after))
    together = left + right
    if not together:
        return 0.0, float(len(before) + len(after) - 2)
    freedom = together**2 / (left**2 / (len(before) - 1) + right**2 / (len(after) - 1))
    return float(np.sqrt(together)), freedom


def of_runs(
    bare: Measure, before: Sequence[float], after: Sequence[float], resolution: float = 0.0
) -> Measure:
    """One figure a run, by Welch's test; fewer than three runs a side are shown and not judged.

    An exact permutation test cannot help them: of six figures, three a side, one division in ten is as
    extreme as the most extreme.
    """
    if min(len(before), len(after)) < ENOUGH_RUNS:
        return replace(bare, note=FEW_RUNS)
    error, freedom = welch(before, after, resolution)
    found = _Difference(float(np.mean(after) - np.mean(before)), error, freedom)
    return replace(bare, interval=found.interval, p=found.p)
