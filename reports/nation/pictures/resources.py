"""How busy each resource was: hand-time asked for, as a share of the hand-time there is."""

import numpy as np

from reports.nation.naming import resource_name
from reports.nation.pictures import days
from reports.nation.rundir import NationRun
from reports.nation.survivability import MINUTE_S, survivability_of
from reports.pictures.canvas import BLUE, GREEN, INK, PURPLE, SKY, VERMILION, Picture, figure, png
from reports.telling import moment
from reports.words import Lang, percent

_COLOURS = (BLUE, VERMILION, GREEN, PURPLE, SKY, INK)
_BIN = 10


def draw(run: NationRun, lang: Lang) -> Picture | None:
    """None where nothing is known of the pools."""
    found = survivability_of(run)
    if found is None:
        return None
    shown = [one for one in found.resources if len(one.use)][: len(_COLOURS)]
    if not shown:
        return None
    whole = (0.0, days.played(run))
    close = days.first_days(run, 2.5)
    made = figure(4.6)
    above, below = made.subplots(2, 1)
    highest = 1.0
    for axes, span in ((above, whole), (below, close)):
        days.windows(axes, run, span)
        for one, colour in zip(shown, _COLOURS, strict=False):
            used = len(one.use) // _BIN * _BIN
            use = one.use[:used].reshape(-1, _BIN).mean(axis=1)
            at = np.arange(len(use)) * _BIN * MINUTE_S
            axes.step(at, 100 * use, where="post", color=colour, linewidth=1.3,
                      label=resource_name(one.name)(lang) if axes is above else None)  # fmt: skip
            highest = max(highest, float(use.max(initial=0.0)))
        for one in found.resources:
            if one.first_break_s is not None and span[0] <= one.first_break_s <= span[1]:
                axes.axvline(one.first_break_s, color=VERMILION, linewidth=1.0, linestyle=(0, (4, 2)))
        axes.axhline(100, color=INK, linewidth=0.9, linestyle=(0, (1, 2)))
        axes.set_ylim(0, 100 * min(1.6, 1.08 * highest))
        axes.set_ylabel("% waktu tangan" if lang == "id" else "% of hand-time")
        days.dress(axes, run, lang, span, labels=15 if axes is above else 12)
    days.label(below, lang)
    made.legend(loc="outside lower center", ncols=4, handlelength=1.4)
    first = found.first_to_break
    busiest = max(shown, key=lambda one: one.peak[0])
    peak, _ = busiest.peak
    if lang == "id":
        title = "Seberapa sibuk tiap sumber daya"
        sentence = f"Tersibuk: {resource_name(busiest.name)(lang)}, sampai {percent(peak, lang, 0)} semenit. "
        sentence += (
            "Tidak ada yang pernah jenuh."
            if first is None
            else f"Yang pertama tumbang: {resource_name(first.name)(lang)}, "
            f"{moment(run.wib(first.first_break_s or 0.0), lang)} WIB (garis putus-putus)."
        )
    else:
        title = "How busy each resource was"
        sentence = (
            f"Busiest: {resource_name(busiest.name)(lang)}, up to {percent(peak, lang, 0)} of a minute. "
        )
        sentence += (
            "None was ever saturated."
            if first is None
            else f"First to break: {resource_name(first.name)(lang)}, "
            f"{moment(run.wib(first.first_break_s or 0.0), lang)} WIB (dashed line)."
        )
    return Picture("resources", title, f"{title}. {sentence}", sentence, png(made))
