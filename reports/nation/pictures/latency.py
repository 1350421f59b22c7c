"""How long people waited for an answer, hour by hour: median and the slowest five in a hundred."""

import numpy as np

from reports.nation.naming import kind_name
from reports.nation.pictures import days
from reports.nation.rundir import NationRun
from reports.nation.survivability import survivability_of
from reports.nation.waiting import quantiles_ms
from reports.pictures.canvas import BLUE, FAINT, GREEN, ORANGE, Picture, figure, png
from reports.words import Lang, number

_KINDS = (("submit_page", BLUE), ("login", ORANGE), ("read", GREEN))


def draw(run: NationRun, lang: Lang) -> Picture | None:
    """None where nothing was answered."""
    found = survivability_of(run)
    if found is None or run.latency is None or not len(run.latency):
        return None
    hours = np.unique(run.latency.numbers("hour"))
    whole = (0.0, days.played(run))
    made = figure(3.7)
    axes = made.add_subplot()
    days.windows(axes, run, whole)
    worst: tuple[float, str] | None = None
    for kind, colour in _KINDS:
        if kind not in found.kinds:
            continue
        told = [quantiles_ms(run, kind, int(hour)) for hour in hours]
        known = [(hour, one) for hour, one in zip(hours, told, strict=True) if one["p50_ms"] is not None]
        if not known:
            continue
        at = np.array([hour for hour, _ in known]) * 3600.0 + 1800.0
        p50, p95 = (np.array([one[q] or 0.0 for _, one in known]) / 1000.0 for q in ("p50_ms", "p95_ms"))
        gaps = np.flatnonzero(np.diff(at) > 3601.0) + 1
        at, p50, p95 = (np.insert(column.astype(float), gaps, np.nan) for column in (at, p50, p95))
        axes.fill_between(at, p50, p95, color=colour, alpha=0.22, linewidth=0)
        axes.plot(at, p50, color=colour, linewidth=1.7, label=kind_name(kind)(lang), marker=".", markersize=2)
        highest = float(np.nanmax(p95))
        worst = max(worst, (highest, kind)) if worst else (highest, kind)
    if worst is None:
        return None
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _: number(value, lang, 0 if value >= 1 else 2))
    axes.set_ylabel("detik sampai dijawab" if lang == "id" else "seconds to the answer", color="black")
    days.dress(axes, run, lang, whole, labels=15)
    days.label(axes, lang)
    made.legend(loc="outside lower center", ncols=3, edgecolor=FAINT)
    told_s, kind = number(worst[0], lang, 1), kind_name(worst[1])(lang)
    if lang == "id":
        title = "Waktu tunggu dari jam ke jam"
        sentence = (
            "Garis: separuh permintaan yang terjawab lebih cepat dari ini; bidang sampai 95 %. "
            f"Terlama: {kind}, 5 % paling lambat menunggu lebih dari {told_s} detik."
        )
    else:
        title = "Waiting, hour by hour"
        sentence = (
            "Line: half of what was answered was faster; area: up to 95 %. "
            f"Longest: {kind}, where the slowest 5 % waited more than {told_s} seconds."
        )
    return Picture("latency", title, f"{title}. {sentence}", sentence, png(made))
