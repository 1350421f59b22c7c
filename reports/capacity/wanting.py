"""What would decide an answer that is undecided: how many minutes, and whether neighbours were in the way."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reports.capacity.judging import LATE_MS, Trial
from reports.capacity.knee import Knee
from reports.words import Lang, Text, number

SAFELY = 0.8
"""Of the widest interval that is an answer: what the next run should reach."""
_LONG_TRIALS = 3
_SHARE_MOST = 20.0
"""More than so many times the minutes is no advice: what is noisy then is not for want of time."""
_PAGES_S = 240.0
"""A search that had pages enough seldom needs more."""
_MANY = 5
UNEVEN = 0.1
"""A width of the curve from which rates a tenth apart are held alike: it is not for want of time either."""


@dataclass(frozen=True, slots=True)
class Wanting:
    """`minutes` for this kind of load alone that would probably do; None where time alone will not.

    `took_minutes` of them are spent. `tps`: so many have pages enough for them; None where pages did not end
    it. `neighbours`: something else seems to have run there, since `invalid` trials were not the system's, or
    the generator was late (99th percentile, worst `late_ms`) in a fifth of the others, or the first rate was
    not the same at the end. `uneven`: the same rates were held and not held although nothing else was seen.
    """

    took_minutes: float
    minutes: int | None
    tps: int | None
    neighbours: bool
    late_ms: float
    invalid: int
    uneven: bool


def wanting(
    why: str, knee: Knee | None, trials: Sequence[Trial], took_s: float, widest: float, moved: bool,
    tps_per_s: float = 0.0,
) -> Wanting | None:  # fmt: skip
    """Of an answer that is undecided for `why`; `widest` share of the knee its interval may be.

    `tps_per_s`: TPS whose pages a second at the highest rate takes, where pages ran out.

    An interval narrows with the square root of the time (assumed).
    """
    invalid = sum(one.generators_fault for one in trials)
    late_ms = max((one.late_p99_ms for one in trials if one.held is not None), default=0.0)
    late = [one.late_p99_ms > LATE_MS for one in trials if one.held is not None]
    longest_s = max((one.seconds for one in trials), default=0.0)
    wanted_s: float | None = None
    if why == "too noisy" and knee is not None:
        again = (knee.spread / (SAFELY * widest)) ** 2 if knee.bracketed else 2.0
        wanted_s = took_s * max(1.3, again) if again < _SHARE_MOST else None
    elif why == "not confirmed":
        wanted_s = took_s + _LONG_TRIALS * 1.3 * longest_s
    elif why == "no valid trial":
        wanted_s = 2.0 * took_s
    if tps_per_s:
        wanted_s = max(wanted_s or 0.0, _PAGES_S)
    return Wanting(
        took_s / 60.0,
        None if wanted_s is None else math.ceil(wanted_s / 60.0),
        math.ceil(tps_per_s * wanted_s) if tps_per_s and wanted_s else None,
        moved or invalid > 0 or _MANY * sum(late) >= max(1, len(late)),
        late_ms,
        invalid,
        knee is not None and knee.width > UNEVEN,
    )


def wanted(of: Wanting | None, what: str, lang: Lang) -> str:
    """What would decide it; "" where it is decided."""
    if of is None:
        return ""
    said = []
    if of.minutes is not None:
        took = number(of.took_minutes, lang, 1)
        wish = f"--only {what} --minutes {of.minutes}" + (f" --tps {of.tps}" if of.tps else "")
        said.append(Text(f"Kira-kira {wish} akan memutuskannya (kali ini {took} menit).",
                         f"About {wish} would decide it (this time {took} minutes).")(lang))  # fmt: skip
    if of.neighbours:
        late = number(of.late_ms, lang)
        said.append(Text(
            f"Rupanya ada yang lain berjalan di sana: uji tidak sah {of.invalid}, pembangkit beban terlambat "
            f"sampai {late} ms (p99) pada uji yang sah; mesin yang tenang memutuskan lebih cepat.",
            f"Something else seems to have run there: invalid trials {of.invalid}, the generator up to "
            f"{late} ms late (p99) in valid ones; a quiet machine decides sooner.",
        )(lang))  # fmt: skip
    elif of.uneven:
        said.append(Text(
            "Laju yang sama kadang tertahan kadang tidak, tanpa gangguan lain yang terlihat: sistemnya "
            "sendiri tidak rata; uji yang lebih panjang (--step) lebih tajam.",
            "The same rates were held and not held, and nothing else was seen to run: the system itself is "
            "uneven; longer trials (--step) are sharper.",
        )(lang))  # fmt: skip
    if not said:
        said.append(Text("Waktu saja tidak akan memutuskannya.", "Time alone will not decide it.")(lang))
    return " ".join(said)
