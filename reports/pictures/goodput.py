"""Goodput against offered load, a second at a time; what lies between them was asked for and not served.

Of a run that lasts longer than there are columns to see, each column is the mean of several seconds.
"""

import numpy as np
from numpy.typing import NDArray

from reports.generator import generator_of
from reports.pictures.canvas import BLUE, INK, PURPLE, VERMILION, Picture, figure
from reports.pictures.clock import dress, fault_bands, label_local, png, window
from reports.rundir import RunDirectory
from reports.seconds import Floats, length_s, per_second, service_of
from reports.survivability import survivability_of
from reports.words import Lang, number

MOST_COLUMNS = 1_200


def draw(run: RunDirectory, lang: Lang) -> Picture | None:
    """None where nothing was asked of the system."""
    service = service_of(run)
    if not service.demand.any():
        return None
    seconds = length_s(run)
    span = window(run)
    each_s = -(-seconds // MOST_COLUMNS)
    offered = _a_second(per_second(service.intended_s, seconds, service.demand), each_s)
    good = _a_second(per_second(service.intended_s, seconds, service.served), each_s)
    edges = np.minimum(each_s * np.arange(len(offered) + 1, dtype=float), seconds)
    made = figure(3.7)
    axes = made.add_subplot()
    fault_bands(axes, run, lang, span)
    axes.stairs(good, edges, fill=True, color=BLUE, alpha=0.75,
                label="dilayani dalam SLO" if lang == "id" else "served within the SLO")  # fmt: skip
    axes.stairs(offered, edges, baseline=good, fill=True, color=VERMILION, alpha=0.85,
                label="diminta, tidak terlayani" if lang == "id" else "asked for, not served")  # fmt: skip
    axes.stairs(offered, edges, color=INK, linewidth=0.9,
                label="beban yang datang" if lang == "id" else "offered load")  # fmt: skip
    saturated = _a_second(generator_of(run).saturated.astype(float), each_s) > 0
    if saturated.any():
        axes.fill_between(
            (edges[:-1] + edges[1:]) / 2, 0, 0.025, where=saturated.tolist(), step="mid",
            color=PURPLE, linewidth=0, zorder=5,
            transform=axes.get_xaxis_transform(),
            label="pembangkit beban jenuh" if lang == "id" else "load generator saturated",
        )  # fmt: skip
    axes.set_ylim(0, max(1.0, 1.18 * float(offered.max())))
    axes.set_ylabel("operasi per detik" if lang == "id" else "operations per second")
    dress(axes, run, lang, span)
    label_local(axes, lang)
    made.legend(loc="outside lower center", ncols=4, columnspacing=1.4, handlelength=1.5)
    vector = survivability_of(run)
    share = 100 * (vector.availability or 0.0)
    if lang == "id":
        title = "Layanan terhadap beban"
        sentence = (
            f"{number(share, lang, 1)} % dari {number(vector.offered, lang)} permintaan dilayani dalam SLO; "
            f"puncak {number(vector.peak_goodput_per_s, lang, 1)} operasi baik per detik "
            "(rata-rata 5 detik); "
            f"puncak halaman saja {number(vector.peak_pages_per_s, lang, 1)} per detik."
        )
    else:
        title = "Goodput against offered load"
        sentence = (
            f"{number(share, lang, 1)} % of {number(vector.offered, lang)} requests served within the SLO; "
            f"peak goodput {number(vector.peak_goodput_per_s, lang, 1)} a second (mean of 5 s), "
            f"pages alone peaked at {number(vector.peak_pages_per_s, lang, 1)} a second."
        )
    return Picture("goodput", title, f"{title}. {sentence}", sentence, png(made, run))


def _a_second(counts: NDArray[np.generic], each_s: int) -> Floats:
    """Means over stretches of `each_s` seconds; the last may be shorter."""
    starts = np.arange(0, len(counts), each_s)
    found: Floats = np.add.reduceat(counts.astype(float), starts) / np.minimum(each_s, len(counts) - starts)
    return found
