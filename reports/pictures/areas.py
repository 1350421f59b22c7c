"""Completeness by kecamatan over time, as a heat: one row a kecamatan, darker is fuller."""

import numpy as np

from reports.completeness import completeness_of
from reports.pictures.canvas import INK, VERMILION, Picture, figure
from reports.pictures.clock import dress, label_local, png, window
from reports.rundir import RunDirectory
from reports.survivability import survivability_of
from reports.words import Lang, percent

_COLUMNS = 180
_MOST_ROWS = 40


def draw(run: RunDirectory, lang: Lang) -> Picture | None:
    """None where no page was ever acknowledged. Above 40 kecamatan only the least complete are drawn."""
    found = completeness_of(run)
    moments = found.complete_s
    finite = found.acknowledged_s[np.isfinite(found.acknowledged_s)]
    if not len(finite):
        return None
    span = window(run, float(finite.min()))
    areas = sorted(found.by_area, key=lambda area: (area.share, area.code))[:_MOST_ROWS]
    areas.sort(key=lambda area: area.code)
    kecamatan = run.population.arrow("kecamatan").to_numpy(zero_copy_only=False)
    edges = np.linspace(*span, _COLUMNS + 1)
    heat = np.zeros((len(areas), _COLUMNS))
    for row, area in enumerate(areas):
        mine = np.sort(moments[kecamatan == area.code])
        heat[row] = np.searchsorted(mine, edges[1:], side="right") / max(1, len(mine))
    made = figure(1.5 + 0.31 * len(areas))
    axes = made.add_subplot()
    mesh = axes.pcolormesh(edges, np.arange(len(areas) + 1), 100 * heat, cmap="cividis_r", vmin=0, vmax=100)
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.set_yticks(np.arange(len(areas)) + 0.5, [area.label for area in areas])
    axes.tick_params(axis="y", length=0)
    rows = {area.code: row for row, area in enumerate(areas)}
    outlined = False
    for fault in survivability_of(run).faults:
        if fault.scope == "area" and fault.target in rows and fault.struck_s is not None:
            end_s = span[1] if fault.healed_s is None else fault.healed_s
            row = rows[fault.target]
            xs, ys = (fault.struck_s, end_s, end_s, fault.struck_s), (row, row, row + 1, row + 1)
            axes.fill(xs, ys, facecolor="none", edgecolor="white", linewidth=3.2)
            axes.fill(xs, ys, facecolor="none", edgecolor=VERMILION, linewidth=1.6, hatch="////")
            outlined = True
    for row, area in enumerate(areas):
        axes.annotate(
            percent(area.share, lang, 0),
            (1.0, row + 0.5),
            xycoords=("axes fraction", "data"),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            color=INK,
            annotation_clip=False,
        )
    dress(axes, run, lang, span)
    axes.grid(visible=False)
    label_local(axes, lang)
    bar = made.colorbar(mesh, ax=axes, pad=0.075, fraction=0.03, aspect=18)
    bar.outline.set_visible(False)
    bar.set_label("% TPS lengkap" if lang == "id" else "% of TPS complete", fontsize=9)
    worst = min(found.by_area, key=lambda area: (area.share, area.code))
    best = max(found.by_area, key=lambda area: (area.share, area.code))
    low, high = percent(worst.share, lang), percent(best.share, lang)
    if lang == "id":
        title = "Kelengkapan per kecamatan"
        sentence = (
            f"Di semua kecamatan {high} TPS lengkap di sistem pada akhir latihan."
            if worst.share == best.share
            else f"Pada akhir latihan terendah {worst.label} {low} lengkap, tertinggi {best.label} {high}."
        )
        sentence += " Arsiran: jaringan kecamatan itu gelap." if outlined else ""
    else:
        title = "Completeness by kecamatan"
        sentence = (
            f"In every kecamatan {high} of TPS are complete in the system at the end."
            if worst.share == best.share
            else f"At the end lowest {worst.label} ({low} of TPS complete), highest {best.label} ({high})."
        )
        sentence += " Hatched: the network of that kecamatan was dark." if outlined else ""
    return Picture("areas", title, f"{title}. {sentence}", sentence, png(made, run))
