"""Pictures of one kind of load: latency, goodput and what was held over the rate; throughput over clients."""

from typing import Any

import numpy as np
from matplotlib.ticker import FuncFormatter, NullFormatter

from reports.capacity.answer import Answer
from reports.capacity.counting import AGAIN, CONFIRM
from reports.capacity.knee import SLIP
from reports.capacity.limits import Limits
from reports.capacity.telling import name
from reports.pictures.canvas import BLUE, FAINT, GREEN, GREY, INK, SKY, VERMILION, Picture, figure, png
from reports.words import Lang, Text

_LONGEST_S = 60.0
"""Latencies that are infinite (nothing was answered) stand here."""


def draw_knee(one: Answer, limits: Limits, lang: Lang) -> Picture | None:
    """None without any trial."""
    if not one.trials:
        return None
    point = Text(",", ".")(lang)
    made = figure(3.5)
    latency, goodput, held = made.subplots(1, 3)
    offered = np.array([trial.offered_per_s for trial in one.trials])
    most = 1.08 * float(offered.max())
    for axes in (latency, goodput, held):
        if one.knee is not None:
            axes.axvspan(one.knee.low_per_s, one.knee.high_per_s, color=SKY, alpha=0.35, linewidth=0,
                         label=Text("batas, 95 %", "knee, 95 %")(lang))  # fmt: skip
            axes.axvline(one.knee.rate_per_s, color=BLUE, linewidth=1.2)
        axes.set_xlim(0.0, most)
        axes.set_xlabel(Text("ditawarkan per detik", "offered a second")(lang))
    worst = [min(_LONGEST_S, max(trial.p95_s.values(), default=0.0)) for trial in one.trials]
    _dots(latency, one, worst)
    latency.set_yscale("log")
    latency.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace(".", point)))
    latency.yaxis.set_minor_formatter(NullFormatter())
    latency.set_title(
        Text("p95 dari saat seharusnya (dtk)", "p95 from the due moment (s)")(lang), fontsize=9.5
    )
    _limit_lines(latency, one, limits)
    _dots(goodput, one, [trial.good_per_s for trial in one.trials])
    goodput.plot([0, most], [0, most], color=FAINT, linewidth=0.9, linestyle=(0, (2, 3)))
    goodput.set_ylim(0.0, most)
    goodput.set_title(Text("dijawab baik per detik", "answered well a second")(lang), fontsize=9.5)
    _dots(held, one, [_place(trial.held) for trial in one.trials])
    if one.knee is not None:
        at = np.linspace(most / 200.0, most, 200)
        curve = SLIP + (1 - 2 * SLIP) / (1 + (at / one.knee.rate_per_s) ** (1 / one.knee.width))
        held.plot(at, curve, color=BLUE, linewidth=1.4, label="P")
    held.set_ylim(-0.12, 1.12)
    held.set_yticks([0, 0.5, 1], [Text("tidak", "no")(lang), "½", Text("ya", "yes")(lang)])
    held.set_title(Text("tertahan?", "held?")(lang), fontsize=9.5)
    _legend(made, one, lang)
    title = Text(f"{name(one.what, 'id')}: yang ditawarkan dan yang terjadi",
                 f"{name(one.what, 'en')}: what was offered and what came of it")(lang)  # fmt: skip
    sentence = Text(
        "Setiap titik satu uji: bulat tertahan, silang tidak, abu-abu tidak sah; besar: uji panjang. Pita "
        "biru: batas dengan selang 95 %.",
        "Every dot is a trial: round was held, a cross was not, grey is invalid; large: the long trial. Blue "
        "band: the knee with its 95 % interval.",
    )(lang)
    return Picture(f"knee-{one.what}", title, f"{title}. {sentence}", sentence, png(made))


def _place(held: bool | None) -> float:
    return 0.5 if held is None else float(held)


def _dots(axes: Any, one: Answer, values: list[float]) -> None:
    for trial, value in zip(one.trials, values, strict=True):
        colour = GREY if trial.held is None else GREEN if trial.held else VERMILION
        size = 9 if trial.purpose == CONFIRM else 5.5
        hollow = trial.purpose == AGAIN
        axes.plot(
            trial.offered_per_s, value, "X" if trial.held is False else "o", color=colour, markersize=size,
            markerfacecolor="white" if hollow else colour, alpha=0.85, zorder=3,
        )  # fmt: skip


def _limit_lines(axes: Any, one: Answer, limits: Limits) -> None:
    kinds = {kind for trial in one.trials for kind in trial.p95_s}
    low, high = axes.get_ylim()
    for value in sorted(
        {limit.value for kind in kinds for limit in limits[kind] if limit.metric == "percentile"}
    ):
        if value < 30.0 * high:
            axes.axhline(value, color=VERMILION, linewidth=1.1, linestyle=(0, (5, 3)))
            high = max(high, 1.6 * value)
    axes.set_ylim(low, high)


def _legend(made: Any, one: Answer, lang: Lang) -> None:
    from matplotlib.lines import Line2D

    dots: list[Any] = [
        Line2D([], [], marker="o", linestyle="", color=GREEN, label=Text("tertahan", "held")(lang)),
        Line2D(
            [], [], marker="X", linestyle="", color=VERMILION, label=Text("tidak tertahan", "not held")(lang)
        ),
        Line2D([], [], color=VERMILION, linewidth=1.1, linestyle=(0, (5, 3)), label="SLO"),
    ]
    if one.knee is not None:
        dots.append(
            Line2D([], [], color=SKY, linewidth=6, alpha=0.6, label=Text("batas, 95 %", "knee, 95 %")(lang))
        )
    if any(trial.held is None for trial in one.trials):
        dots.append(
            Line2D([], [], marker="o", linestyle="", color=GREY, label=Text("tidak sah", "invalid")(lang))
        )
    if any(trial.purpose == AGAIN for trial in one.trials):
        dots.append(Line2D([], [], marker="o", linestyle="", color=INK, markerfacecolor="white",
                           label=Text("laju pertama lagi", "first rate again")(lang)))  # fmt: skip
    made.legend(handles=dots, loc="outside lower center", ncols=6, columnspacing=1.2, handletextpad=0.4)


def draw_law(one: Answer, lang: Lang) -> Picture | None:
    """None where the law could not be fitted."""
    law = one.scalability
    if law is None:
        return None
    made = figure(3.0)
    axes = made.add_subplot()
    clients = np.array([n for n, _ in one.clients], float)
    at = np.geomspace(1.0, 1.15 * clients.max(), 160)
    axes.plot(at, law.rate(at), color=BLUE, linewidth=1.6,
              label=Text("hukum skalabilitas (USL)", "scalability law (USL)")(lang))  # fmt: skip
    axes.plot(clients, [rate for _, rate in one.clients], "o", color=INK, markersize=5,
              label=Text("diukur", "measured")(lang))  # fmt: skip
    if law.peak_clients is not None and law.peak_clients <= 2 * clients.max():
        axes.axvline(law.peak_clients, color=VERMILION, linewidth=1.1, linestyle=(0, (5, 3)),
                     label=Text("puncak", "peak")(lang))  # fmt: skip
    axes.set_xscale("log", base=2)
    ticks = sorted(set(clients.tolist()))
    axes.set_xticks(ticks, [f"{n:g}" for n in ticks])
    axes.set_ylim(bottom=0.0)
    axes.set_xlabel(
        Text("klien yang meminta lagi setiap dijawab", "clients that ask again on every answer")(lang)
    )
    axes.set_ylabel(Text("jawaban baik per detik", "good answers a second")(lang))
    axes.legend(loc="lower right")
    title = Text(
        f"{name(one.what, 'id')}: makin banyak klien", f"{name(one.what, 'en')}: more and more clients"
    )(lang)
    sentence = Text(
        "Setiap titik satu langkah tertutup; tiap jumlah klien diukur dua kali, naik lalu turun.",
        "Every dot is a closed step; each number of clients was measured twice, upwards and downwards.",
    )(lang)
    return Picture(f"clients-{one.what}", title, f"{title}. {sentence}", sentence, png(made))
