"""Completeness and the worst hour against the swept key; one column for each value of the other keys."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from reports.pictures.canvas import BLUE, FAINT, GREEN, VERMILION, Picture, figure, png
from reports.sweep.naming import figure_name, key_name, value_name
from reports.sweep.table import Row, Sweep, Values, group, ordered, size
from reports.words import Lang, Text

COLUMNS_MOST = 6
"""So many combinations of the other keys are drawn; the table has them all."""

_FIGURES = (("complete_by", BLUE), ("goodput_worst", GREEN))


def draw(sweep: Sweep, lang: Lang) -> Picture | None:
    """None where nothing was swept, or no point has figures."""
    if not sweep.keys or not any(row.ended != "failed" for row in sweep.rows):
        return None
    panels = sweep.panels()[:COLUMNS_MOST]
    asked = sweep.about["condition"]["figure"]
    figures = [*_FIGURES] + ([] if asked in dict(_FIGURES) else [(asked, FAINT)])
    alone = len(panels) == 1
    made = figure(3.6 if alone else 2.7 * len(figures))
    shape = (1, len(figures)) if alone else (len(figures), len(panels))
    grid = made.subplots(*shape, squeeze=False, sharex=not alone, sharey="row" if not alone else False)
    for down, (name, colour) in enumerate(figures):
        for across, panel in enumerate(panels):
            axes = grid[0][down] if alone else grid[down][across]
            _panel(axes, sweep, sweep.of(panel), name, colour, lang)
            if alone or down == 0:
                axes.set_title(figure_name(name, lang) if alone else _named(panel, lang), fontsize=9.5)
            if not alone and across == 0:
                axes.set_ylabel(f"{figure_name(name, lang)}\n(%)", fontsize=8.5)
            elif alone and down == 0:
                axes.set_ylabel("%")
            if alone or down == len(figures) - 1:
                axes.set_xlabel(key_name(sweep.keys[0], lang))
    title = Text("Titik-titik yang dicoba", "The points that were tried")(lang)
    sentence = Text(
        "Titik: nilai tengah antar ulangan; garis tegak: terendah sampai tertinggi; silang merah: runtuh "
        "(METASTABLE), simulasi dihentikan di situ; garis putus-putus: yang harus dicapai.",
        "Dots: median of the replications; bars: lowest to highest; red crosses: collapsed (METASTABLE), "
        "stopped there; dashes: what is to be reached.",
    )(lang)
    return Picture("sweep", title, f"{title}. {sentence}", sentence, png(made))


def _named(panel: Values, lang: Lang) -> str:
    return "\n".join(f"{key_name(key, lang)}: {value_name(value, lang)}" for key, value in panel)


def _panel(axes: Any, sweep: Sweep, rows: Sequence[Row], name: str, colour: str, lang: Lang) -> None:
    key = sweep.keys[0]
    tried = sweep.tried(key)
    places, logarithmic = _places(tried)
    known = [row for row in rows if row.figure(name) is not None]
    at: list[float] = []
    spread: list[tuple[float, float, float]] = []
    for many in group(known, lambda row: str(row.values[key])).values():
        values = [100.0 * (row.figure(name) or 0.0) for row in many]
        at.append(places[tried.index(many[0].values[key])])
        spread.append((float(np.median(values)), min(values), max(values)))
    order = np.argsort(at)
    xs, ys = np.array(at)[order], np.array(spread)[order] if spread else np.zeros((0, 3))
    if len(xs):
        axes.plot(xs, ys[:, 0], "-o", color=colour, linewidth=1.8, markersize=4.5, zorder=3)
        axes.vlines(xs, ys[:, 1], ys[:, 2], color=colour, linewidth=3.0, alpha=0.45, zorder=2)
    fallen = [row for row in known if row.ended == "METASTABLE"]
    axes.plot(
        [places[tried.index(row.values[key])] for row in fallen],
        [100.0 * (row.figure(name) or 0.0) for row in fallen],
        "x", color=VERMILION, markersize=9, markeredgewidth=2.2, zorder=4,
    )  # fmt: skip
    condition = sweep.about["condition"]
    if condition["figure"] == name:
        axes.axhline(100.0 * condition["value"], color=VERMILION, linewidth=1.2, linestyle=(0, (5, 3)))
    if logarithmic:
        axes.set_xscale("log")
    shown = _labels(places)
    axes.set_xticks([places[i] for i in shown], [value_name(tried[i], lang) for i in shown])
    axes.minorticks_off()
    axes.set_ylim(-2, 104)


def _places(tried: Sequence[Any]) -> tuple[list[float], bool]:
    """Where values stand: by size, logarithmic when they span much; in order where they have none."""
    if not all(ordered(one) for one in tried):
        return [float(i) for i in range(len(tried))], False
    sizes = [size(one) for one in tried]
    logarithmic = min(sizes) > 0 and max(sizes) / min(sizes) >= 8
    return sizes, logarithmic


def _labels(places: Sequence[float], most: int = 9) -> list[int]:
    """Which values are written at the axis: all, or some at about equal steps."""
    if len(places) <= most:
        return list(range(len(places)))
    return sorted({round(i * (len(places) - 1) / (most - 1)) for i in range(most)})
