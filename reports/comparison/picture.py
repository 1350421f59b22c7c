"""Two pictures: how long each kind of operation took on either side, and how completeness grew."""

from math import ceil
from typing import Any

import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from reports.comparison.comparison import Comparison
from reports.comparison.record import Record
from reports.naming import KIND
from reports.pictures.canvas import BLUE, FAINT, VERMILION, Picture, figure, png
from reports.schema import KINDS
from reports.words import Lang, number

_COLUMNS = 3
_POINTS = 400
_LEAST = 5
"""Fewer served operations on a side make no curve."""


def draw_latency(found: Comparison, lang: Lang) -> Picture | None:
    """The share of operations that were served within a time, one panel a kind; None without any."""
    kinds = [
        kind for kind in KINDS
        if all(len(_times(side, kind)) >= _LEAST for side in (found.before, found.after))
    ]  # fmt: skip
    if not kinds:
        return None
    rows = ceil(len(kinds) / _COLUMNS)
    made = figure(0.6 + 1.75 * rows)
    grid = made.subplots(rows, _COLUMNS, squeeze=False, sharey=True)
    for place, kind in enumerate(kinds):
        axes = grid[place // _COLUMNS, place % _COLUMNS]
        for side, name, colour, dash in _sides(found, lang):
            took_s = np.sort(_times(side, kind))
            share = np.arange(1, len(took_s) + 1) / len(took_s)
            places = np.unique(np.linspace(0, len(took_s) - 1, _POINTS).astype(int))
            axes.step(1000 * took_s[places], 100 * share[places], where="post", color=colour, linestyle=dash,
                      linewidth=1.6, label=name if not place else None)  # fmt: skip
        axes.set_xscale("log")
        _mark_times(axes, lang)
        axes.set_title(KIND[kind](lang), fontsize=9.5, loc="left")
        axes.set_ylim(0, 102)
    for place in range(len(kinds), rows * _COLUMNS):
        grid[place // _COLUMNS, place % _COLUMNS].set_axis_off()
    made.supxlabel(
        "milidetik sejak saat seharusnya dimulai (skala logaritma)" if lang == "id"
        else "milliseconds since the intended moment (logarithmic)", fontsize=9,
    )  # fmt: skip
    made.supylabel("% terlayani" if lang == "id" else "% of those served", fontsize=9)
    made.legend(loc="outside upper right", ncols=2)
    if lang == "id":
        title = "Waktu tunggu per jenis operasi"
        sentence = (
            "Makin ke kiri garisnya, makin cepat. Hanya operasi yang terlayani, tanpa detik pembangkit jenuh."
        )
    else:
        title = "Time by kind of operation"
        sentence = "The further left, the faster. Served operations only, without saturated seconds."
    return Picture("latency", title, f"{title}. {sentence}", sentence, png(made))


def draw_completeness(found: Comparison, lang: Lang) -> Picture:
    """The share of TPS of which every page was acknowledged, over the run clock; one line a run."""
    made = figure(2.6)
    axes = made.subplots()
    for side, name, colour, dash in _sides(found, lang):
        for place, one in enumerate(side):
            moments = np.sort(one.complete_s[np.isfinite(one.complete_s)])
            x = np.concatenate([[0.0], moments, [max(one.end_s, moments[-1] if len(moments) else 0.0)]])
            y = np.concatenate([np.arange(len(moments) + 1), [len(moments)]]) / max(1, len(one.complete_s))
            axes.step(x, 100 * y, where="post", color=colour, linestyle=dash, linewidth=1.6,
                      label=None if place else name)  # fmt: skip
    axes.set_ylim(0, 102)
    axes.set_xlim(left=0)
    axes.axhline(100, color=FAINT, linewidth=0.6)
    axes.set_xlabel("detik jam latihan" if lang == "id" else "seconds of the run clock")
    axes.set_ylabel("% TPS lengkap" if lang == "id" else "% of TPS complete")
    axes.legend(loc="upper left")
    if lang == "id":
        title, sentence = "Kelengkapan", "Bagian TPS yang semua halamannya telah diberi tanda terima."
    else:
        title, sentence = "Completeness", "Share of the TPS of which every page has been acknowledged."
    return Picture("completeness", title, f"{title}. {sentence}", sentence, png(made))


def _mark_times(axes: Any, lang: Lang) -> None:
    """Plain numbers on a logarithmic axis: as many as there is room for."""
    low, high = axes.get_xlim()
    steps = (1.0, 2.0, 5.0) if high < 40 * low else (1.0,)
    axes.xaxis.set_major_locator(LogLocator(base=10, subs=steps, numticks=6))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: number(value, lang, 0 if value >= 1 else 1))
    )


def _sides(found: Comparison, lang: Lang) -> list[tuple[tuple[Record, ...], str, str, str]]:
    names = ("sebelum", "sesudah") if lang == "id" else ("before", "after")
    return [(found.before, names[0], BLUE, "--"), (found.after, names[1], VERMILION, "-")]


def _times(side: tuple[Record, ...], kind: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return np.concatenate([np.zeros(0), *(one.kinds[kind].took_s for one in side if kind in one.kinds)])
