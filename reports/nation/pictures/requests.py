"""Requests a minute by how they ended: the whole run on a logarithmic scale, the first days enlarged."""

import numpy as np
from matplotlib.patches import Patch

from reports.nation.naming import outcome_name
from reports.nation.pictures import days
from reports.nation.rundir import Floats, Ints, NationRun
from reports.nation.schema import OUTCOMES
from reports.nation.survivability import MINUTE_S, survivability_of
from reports.pictures.canvas import BLUE, GREY, ORANGE, PURPLE, SKY, VERMILION, YELLOW, Picture, figure, png
from reports.words import Lang, number

COLOURS = dict(zip(OUTCOMES, (BLUE, VERMILION, GREY, ORANGE, YELLOW, PURPLE, SKY), strict=True))
_WIDE_MIN, _CLOSE_MIN = 60, 10


def draw(run: NationRun, lang: Lang) -> Picture | None:
    """None where nothing is known of the requests."""
    found = survivability_of(run)
    if found is None or not found.asked.any():
        return None
    totals = {outcome: counts.sum(axis=0) for outcome, counts in found.outcomes.items()}
    shown = [outcome for outcome in OUTCOMES if totals[outcome].any()]
    made = figure(5.6)
    above, below = made.subplots(2, 1)
    whole = (0.0, days.played(run))
    for outcome in shown:
        at, rate = _rate(totals[outcome], _WIDE_MIN, whole)
        above.plot(at, np.where(rate > 0, rate, np.nan), color=COLOURS[outcome], linewidth=1.5)
    above.set_yscale("log")
    above.set_ylim(bottom=0.5)
    days.windows(above, run, whole)
    days.dress(above, run, lang, whole, labels=15)
    close = days.first_days(run, 2.5)
    base: Floats | None = None
    for outcome in shown:
        at, rate = _rate(totals[outcome], _CLOSE_MIN, close)
        base = np.zeros(len(rate)) if base is None else base
        below.fill_between(at, base, base + rate, step="post", color=COLOURS[outcome], linewidth=0, alpha=0.9)
        base = base + rate
    days.windows(below, run, close)
    days.dress(below, run, lang, close)
    below.set_ylim(bottom=0)
    days.label(below, lang)
    below.yaxis.set_major_formatter(lambda value, _: number(value, lang))
    above.yaxis.set_major_formatter(lambda value, _: number(value, lang))
    per_minute = "permintaan / menit" if lang == "id" else "requests / minute"
    above.set_ylabel(per_minute)
    below.set_ylabel(per_minute)
    handles = [Patch(color=COLOURS[outcome], linewidth=0) for outcome in shown]
    names = [outcome_name(outcome)(lang) for outcome in shown]
    shades = days.legend_of_windows(run, whole, lang)
    handles += [Patch(color=colour, alpha=alpha, linewidth=0) for _, colour, alpha in shades]
    made.legend(handles, [*names, *(one[0] for one in shades)], loc="outside lower center", ncols=5,
                columnspacing=1.2, handlelength=1.3)  # fmt: skip
    asked, ok = int(found.asked.sum()), int(totals["ok"].sum())
    if lang == "id":
        title = "Permintaan menurut nasibnya"
        sentence = (
            f"{number(asked, lang)} permintaan selama seluruh masa, {number(ok, lang)} dijawab. Atas: "
            "seluruh "
            "masa, rata-rata tiap jam, skala logaritmik. Bawah: diperbesar dan ditumpuk."
        )
    else:
        title = "Requests by how they ended"
        sentence = (
            f"{number(asked, lang)} requests in all, {number(ok, lang)} answered. Above: the whole time, "
            "means "
            "of an hour, logarithmic. Below: enlarged and stacked."
        )
    return Picture("requests", title, f"{title}. {sentence}", sentence, png(made))


def _rate(counts: Ints, width_min: int, span: days.Span) -> tuple[Floats, Floats]:
    """Starts of bins of `width_min` within `span`, and the mean a minute in each."""
    first = int(span[0] / MINUTE_S) // width_min * width_min
    last = min(len(counts), int(np.ceil(span[1] / MINUTE_S)))
    starts = np.arange(first, max(last, first + 1), width_min)
    padded = np.append(counts, np.zeros(width_min, counts.dtype))
    sums = np.add.reduceat(padded[: starts[-1] + width_min], starts)
    return (starts * MINUTE_S).astype(np.float64), (sums / width_min).astype(np.float64)
