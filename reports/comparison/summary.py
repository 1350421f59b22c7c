"""A comparison in brief: what differs, the surest first; what does not, and how well that could be seen."""

from collections import Counter
from dataclasses import dataclass
from statistics import median

from reports.comparison.comparison import Comparison
from reports.comparison.judging import ALPHA, Measure
from reports.comparison.sureness import ENOUGH_RUNS, FEW_RUNS
from reports.words import Lang, Text, number, percent


@dataclass(frozen=True, slots=True)
class Summary:
    """Measures by what is said of them; those that neither side has are left out."""

    worse: tuple[Measure, ...]
    """By how sure it is, as `better`."""
    better: tuple[Measure, ...]
    same: tuple[Measure, ...]
    unsaid: tuple[Measure, ...]

    @property
    def changed(self) -> tuple[Measure, ...]:
        """What differs for sure, the worse first."""
        return (*self.worse, *self.better)

    @property
    def would_show(self) -> float | None:
        """Half of the times and rates without a difference would have shown so great a change."""
        seen = [one.least for one in self.same if one.least is not None and one.unit != "share"]
        return median(seen) if seen else None

    @property
    def below_margin(self) -> int:
        """Of those without a difference, how many surely differ, but by too little to matter."""
        return sum(
            one.p_holm is not None and one.p_holm < ALPHA and bool(one.difference) for one in self.same
        )


def summary(found: Comparison) -> Summary:
    """What is to be said first of it."""
    known = [one for one in found.measures if one.before is not None or one.after is not None]

    def of(answer: str) -> tuple[Measure, ...]:
        mine = [one for one in known if one.answer == answer]
        return tuple(sorted(mine, key=lambda one: 1.0 if one.p is None else one.p))

    return Summary(of("worse"), of("better"), of("none"), of("unknown"))


def said_counts(brief: Summary, lang: Lang) -> str:
    """How many measures there are of each answer."""
    counts = Text(
        "{} lebih buruk, {} lebih baik, {} tak tampak beda, {} tidak dapat dikatakan",
        "{} worse, {} better, {} without a difference seen, {} of which nothing can be said",
    )
    groups = (brief.worse, brief.better, brief.same, brief.unsaid)
    return counts(lang).format(*(number(len(one), lang) for one in groups))


def said_same(brief: Summary, lang: Lang) -> str:
    """How well a difference would have been seen; empty where nothing was without one."""
    if brief.would_show is None:
        return ""
    least = percent(brief.would_show, lang, 0)
    told = Text(
        f"yang tak tampak beda: separuhnya akan menampakkan perubahan waktu atau laju sebesar {least}",
        f"those without a difference: half of them would have shown a change of time or rate by {least}",
    )(lang)
    if brief.below_margin:
        told += Text(
            f"; {brief.below_margin} berbeda, tetapi kurang dari --margin",
            f"; {brief.below_margin} differ, but by less than --margin",
        )(lang)
    return told


def said_unsaid(brief: Summary, lang: Lang) -> list[str]:
    """Why nothing can be said of some, the commonest reason first; recoveries by fault."""
    faults = {one.group for one in brief.unsaid if one.note == FEW_RUNS}
    reasons = Counter(one.note(lang) for one in brief.unsaid if one.note != FEW_RUNS)
    word = Text("ukuran", "measures")(lang)
    out = [f"{number(many, lang)} {word}: {why}" for why, many in reasons.most_common() if why]
    if faults:
        many = number(len(faults), lang)
        out.insert(0, Text(
            f"pemulihan gangguan ({many}): satu angka per latihan, dinilai mulai tiga latihan per sisi",
            f"recovery of faults ({many}): one figure a run, judged from three runs a side",
        )(lang))  # fmt: skip
    return out


def said_few_runs(found: Comparison, lang: Lang) -> str:
    """What one or two runs a side do not show; empty from three on."""
    if min(len(found.before), len(found.after)) >= ENOUGH_RUNS:
        return ""
    return Text(
        "kurang dari tiga latihan per sisi: yang berubah dari latihan ke latihan tidak terlihat",
        "fewer than three runs a side: what varies from run to run is not seen",
    )(lang)
