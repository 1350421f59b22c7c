"""Latency over time as percentile bands, on a logarithmic scale, counted from the intended moment."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from reports.pictures.canvas import BLUE, GREEN, PURPLE, VERMILION, Picture, figure
from reports.pictures.clock import dress, fault_bands, label_local, png, window
from reports.rundir import RunDirectory
from reports.seconds import Floats, Mask, service_of
from reports.words import Lang, Text, number

_BINS = 75
_PANELS: tuple[tuple[Text, tuple[str, ...], str, str], ...] = (
    (Text("aktivasi, masuk", "activate, log in"), ("activate", "login"), "login_s", PURPLE),
    (Text("kirim halaman", "submit pages"), ("submit_page", "confirm", "correct"), "submit_page_s", BLUE),
    (Text("baca", "read"), ("tps", "status", "national", "region", "tps_page", "photo"), "read_s", GREEN),
)


def draw(run: RunDirectory, lang: Lang) -> Picture | None:
    """None where nothing was acknowledged."""
    service = service_of(run)
    answered = service.ok & service.demand
    panels = [
        (title, mask, run.info.slo.get(slo), colour)
        for title, kinds, slo, colour in _PANELS
        if (mask := answered & run.history.is_in("kind", *kinds)).any()
    ]
    if not panels:
        return None
    span = window(run)
    made = figure(1.2 + 1.35 * len(panels))
    rows = made.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    told: list[str] = []
    for place, (axes, (title, mask, limit_s, colour)) in enumerate(zip(rows, panels, strict=True)):
        dress(axes, run, lang, span, top=place == 0)
        fault_bands(axes, run, lang, span, named=place == 0)
        _bands(axes, service.intended_s[mask], _latency_ms(run, mask), colour, lang)
        if limit_s is not None:
            axes.set_ylim(top=max(axes.get_ylim()[1], 3000 * limit_s))  # room for the word above the line
            axes.axhline(1000 * limit_s, color=VERMILION, linewidth=1.1, linestyle=(0, (5, 3)))
            axes.annotate("SLO", (span[1], 1000 * limit_s), xytext=(-3, 2), textcoords="offset points",
                          ha="right", fontsize=8.5, color=VERMILION)  # fmt: skip
        axes.set_ylabel(title(lang))
        p50, p99 = np.percentile(_latency_ms(run, mask), [50, 99])
        told.append(f"{title(lang)} {_took(p50, lang)} / {_took(p99, lang)}")
    label_local(rows[-1], lang)
    made.legend(*rows[-1].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    if lang == "id":
        name = "Waktu tunggu"
        sentence = (
            "Median dan persentil ke-99 sepanjang latihan, dihitung dari saat seharusnya dimulai: "
            + "; ".join(told) + "."
        )  # fmt: skip
    else:
        name = "Latency"
        sentence = "Median and 99th percentile of the run, from the intended moment: " + "; ".join(told) + "."
    return Picture("latency", name, f"{name}. {sentence}", sentence, png(made, run))


def _latency_ms(run: RunDirectory, mask: Mask) -> Floats:
    service = service_of(run)
    out: Floats = np.maximum(1000 * (service.ended_s[mask] - service.intended_s[mask]), 0.1)
    return out


def _bands(axes: Axes, at_s: Floats, took_ms: Floats, colour: str, lang: Lang) -> None:
    """Median line, band to the 90th and to the 99th percentile, in stretches of equal length."""
    edges = np.linspace(*axes.get_xlim(), _BINS + 1)
    stretch = np.clip(np.digitize(at_s, edges) - 1, 0, _BINS - 1)
    order = np.argsort(stretch, kind="stable")
    starts = np.searchsorted(stretch[order], np.arange(_BINS + 1))
    table = np.full((3, _BINS), np.nan)
    for index in range(_BINS):
        mine = took_ms[order[starts[index] : starts[index + 1]]]
        if len(mine):
            table[:, index] = np.percentile(mine, [50, 90, 99])
    axes.stairs(table[2], edges, baseline=table[1], fill=True, color=colour, alpha=0.25,
                label="p90 sampai p99" if lang == "id" else "p90 to p99")  # fmt: skip
    axes.stairs(table[1], edges, baseline=table[0], fill=True, color=colour, alpha=0.55,
                label="p50 sampai p90" if lang == "id" else "p50 to p90")  # fmt: skip
    axes.stairs(table[0], edges, baseline=None, color=colour, linewidth=1.8,
                label="median")  # fmt: skip
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _took(value, lang)))
    axes.minorticks_off()


def _took(milliseconds: float, lang: Lang) -> str:
    second = "dtk" if lang == "id" else "s"
    if milliseconds >= 1000:
        seconds = milliseconds / 1000
        return f"{number(seconds, lang, 0 if seconds >= 10 or seconds == round(seconds) else 1)} {second}"
    return f"{number(milliseconds, lang, 0 if milliseconds >= 1 else 1)} ms"
