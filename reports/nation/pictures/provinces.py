"""Completeness by province and hour, as a heat: one row a province, from west to east, darker is fuller."""

import numpy as np

from reports.nation.completeness import completeness_of
from reports.nation.pictures import days
from reports.nation.rundir import NationRun
from reports.pictures.canvas import INK, Picture, figure, png
from reports.words import Lang, percent


def draw(run: NationRun, lang: Lang) -> Picture | None:
    """None where tps.parquet cannot be used, or no TPS was ever whole."""
    found = completeness_of(run)
    if found is None or not found.whole.complete:
        return None
    shown = [one for one in found.provinces if one.expected]
    if not shown:
        return None
    span = days.first_days(run, 5.5)
    edges = np.arange(span[0], span[1] + 1.0, 1800.0)
    heat = np.stack([one.at(edges[1:]) for one in shown])
    made = figure(max(3.0, 1.6 + 0.19 * len(shown)))
    axes = made.add_subplot()
    mesh = axes.pcolormesh(edges, np.arange(len(shown) + 1), 100 * heat, cmap="cividis_r", vmin=0, vmax=100)
    axes.invert_yaxis()
    axes.set_yticks(np.arange(len(shown)) + 0.5, [one.name for one in shown], fontsize=8)
    axes.tick_params(axis="y", length=0)
    for row, one in enumerate(shown):
        axes.annotate(percent(one.share, lang, 0), (1.0, row + 0.5), xycoords=("axes fraction", "data"),
                      xytext=(5, 0), textcoords="offset points", va="center", fontsize=8, color=INK,
                      annotation_clip=False)  # fmt: skip
    days.dress(axes, run, lang, (span[0], float(edges[-1])))
    axes.grid(visible=False)
    days.label(axes, lang)
    bar = made.colorbar(mesh, ax=axes, pad=0.075, fraction=0.03, aspect=30)
    bar.outline.set_visible(False)
    form = found.whole.name.upper()
    bar.set_label(f"% {form} utuh" if lang == "id" else f"% with a whole {form}", fontsize=9)
    low = min(shown, key=lambda one: (one.share, one.code))
    high = max(shown, key=lambda one: (one.share, one.code))
    if lang == "id":
        title = "Kelengkapan per provinsi, jam demi jam"
        sentence = (
            f"Angka di kanan: pada akhir simulasi. Terendah {low.name} {percent(low.share, lang)}, "
            f"tertinggi {high.name} {percent(high.share, lang)}."
        )
    else:
        title = "Completeness by province, hour by hour"
        sentence = (
            f"Figures at the right: at the end of the run. Lowest {low.name} {percent(low.share, lang)}, "
            f"highest {high.name} {percent(high.share, lang)}."
        )
    return Picture("provinces", title, f"{title}. {sentence}", sentence, png(made))
