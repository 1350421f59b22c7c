"""Photographs as they came in, beside the real ones of the same places."""

import numpy as np

from reports.nation.comparison import compared
from reports.nation.pictures import days
from reports.nation.reality import BIN_S
from reports.nation.rundir import NationRun
from reports.pictures.canvas import BLUE, INK, Picture, figure, png
from reports.words import Lang, number


def draw(run: NationRun, lang: Lang) -> Picture | None:
    """None where the scenario names no real photographs, or the run has none of those places."""
    found = compared(run).arrivals
    if found is None or not found.simulated.any():
        return None
    span = float(found.start_s[0]), float(found.start_s[-1] + BIN_S)
    made = figure(4.6)
    above, below = made.subplots(2, 1, sharex=True, height_ratios=[1.25, 1])
    edges = np.append(found.start_s, span[1])
    real, simulated = found.cumulated()
    for axes in (above, below):
        days.windows(axes, run, span)
        days.dress(axes, run, lang, span)
    above.stairs(found.simulated, edges, fill=True, color=BLUE, alpha=0.75,
                 label="simulasi" if lang == "id" else "simulated")  # fmt: skip
    above.stairs(found.real, edges, color=INK, linewidth=1.1, label="nyata" if lang == "id" else "real")
    below.plot(found.start_s + BIN_S, simulated, color=BLUE, linewidth=2.4)
    below.plot(found.start_s + BIN_S, real, color=INK, linewidth=1.4)
    above.set_ylabel("foto / 10 menit" if lang == "id" else "photos / 10 min")
    below.set_ylabel("jumlah foto" if lang == "id" else "photos so far")
    above.set_ylim(0, 1.15 * max(1.0, float(found.real.max()), float(np.quantile(found.simulated, 0.995))))
    below.set_ylim(bottom=0)
    above.legend(loc="upper right")
    days.label(below, lang)
    ended = number(float(simulated[-1]), lang), number(float(real[-1]), lang)
    if lang == "id":
        title = "Foto yang masuk, di samping yang nyata"
        sentence = (
            "Foto formulir pertama per 1.000 TPS, dari tempat yang sama dengan foto nyata: "
            f"{ended[0]} dalam simulasi, {ended[1]} yang nyata, sampai saat foto nyata diunduh."
        )
    else:
        title = "Photographs as they came, beside the real ones"
        sentence = (
            "Photographs of the first form per 1,000 TPS, of the places the real ones are from: "
            f"{ended[0]} simulated, {ended[1]} real, until the real ones were collected."
        )
    return Picture("arrivals", title, f"{title}. {sentence}", sentence, png(made))
