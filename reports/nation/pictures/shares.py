"""Uploaded and displayed are two curves: the share of TPS over time, with the real readings beside."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from reports.nation.comparison import compared
from reports.nation.completeness import completeness_of
from reports.nation.pictures import days
from reports.nation.rundir import NationRun
from reports.pictures.canvas import BLUE, FAINT, GREEN, INK, SKY, VERMILION, Picture, figure, png
from reports.words import Lang, percent


def draw(run: NationRun, lang: Lang) -> Picture | None:
    """None where tps.parquet cannot be used, or no photograph was ever stored."""
    found = completeness_of(run)
    if found is None or not found.any_page.complete:
        return None
    spans = [days.first_days(run)]
    end_s = days.played(run)
    if end_s - spans[0][1] > 12 * 3600.0:
        spans.append((spans[0][1], end_s))
    made = figure(4.4)
    panels = made.subplots(1, len(spans), sharey=True, squeeze=False,
                           width_ratios=[3.2, 1][: len(spans)])[0]  # fmt: skip
    points = compared(run).points
    form = found.whole.name.upper()
    curves: list[Line2D] = []
    for axes, span in zip(panels, spans, strict=True):
        at = np.linspace(*span, 900)
        days.windows(axes, run, span)
        curves = [
            *axes.plot(at, 100 * found.any_page.at(at), color=SKY, linewidth=1.4),
            *axes.plot(at, 100 * found.whole.at(at), color=BLUE, linewidth=2.6),
            *axes.plot(at, 100 * found.all_forms.at(at), color=GREEN, linewidth=1.6, linestyle=(0, (5, 2))),
            *axes.plot(at, 100 * found.shown.at(at), color=VERMILION, linewidth=2.2),
        ]
        for held, face in ((False, INK), (True, "white")):
            mine = [one for one in points if one.held_back is held and span[0] <= one.run_s <= span[1]]
            axes.scatter([one.run_s for one in mine], [100 * one.real for one in mine], s=26, zorder=6,
                         facecolor=face, edgecolor=INK, linewidth=1.1)  # fmt: skip
        days.dress(axes, run, lang, span, labels=10 if axes is panels[0] else 4)
    panels[0].set_ylim(0, 101)
    panels[0].set_yticks(range(0, 101, 20))
    panels[0].set_ylabel("% TPS" if lang == "id" else "% of TPS")
    days.label(panels[0], lang)
    words = (
        ("minimal satu foto diterima", f"{form} utuh di server", "semua surat suara utuh", "tampil di portal")
        if lang == "id"
        else ("at least one photo stored", f"whole {form} at the server", "all forms whole", "on the portal")
    )
    handles = [*curves, *(Patch(color=colour, alpha=alpha, linewidth=0) for _, colour, alpha in
                          days.legend_of_windows(run, (spans[0][0], end_s), lang))]  # fmt: skip
    names = [*words, *(told for told, _, _ in days.legend_of_windows(run, (spans[0][0], end_s), lang))]
    if points:
        dot = panels[0].scatter([], [], s=26, facecolor=INK, edgecolor=INK)
        ring = panels[0].scatter([], [], s=26, facecolor="white", edgecolor=INK)
        handles += [dot, ring]
        names += (
            ["portal KPU yang nyata", "nyata, disimpan untuk uji"]
            if lang == "id"
            else ["the real portal", "real, held back for testing"]
        )
    made.legend(handles, names, loc="outside lower center", ncols=4, columnspacing=1.3, handlelength=1.6,
                labelcolor=INK, edgecolor=FAINT)  # fmt: skip
    title = "Terunggah dan tertayang" if lang == "id" else "Uploaded and displayed"
    up, shown = percent(found.whole.share, lang), percent(found.shown.share, lang)
    sentence = (
        f"Pada akhir simulasi {up} TPS punya {form} utuh di server, dan {shown} sudah tampil di portal. "
        "Antara keduanya ada pembacaan, pemeriksaan dan penayangan."
        if lang == "id"
        else f"At the end {up} of TPS have a whole {form} at the server and {shown} are on the portal. "
        "Between the two lie reading, checking and publishing."
    )
    return Picture("shares", title, f"{title}. {sentence}", sentence, png(made))
