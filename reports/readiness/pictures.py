"""Pictures of a readiness check: peak beside capacity for each kind, and calls of the help desk by hour."""

from math import isfinite
from typing import Any

from matplotlib.ticker import FuncFormatter, NullFormatter

from reports.pictures.canvas import BLUE, FAINT, GREEN, GREY, INK, VERMILION, Picture, figure, png
from reports.readiness.desk import Hour
from reports.readiness.headroom import NAMES, Line
from reports.readiness.telling import clock, rate
from reports.words import Lang, Text, number

_WIDE_IN = 5.2
_MOST_HOURS = 36


def draw_headroom(lines: tuple[Line, ...], wanted: float, lang: Lang) -> Picture | None:
    """Predicted peak and what is held, on a logarithmic line; None where nothing was predicted."""
    if not lines:
        return None
    made = figure(0.62 + 0.34 * len(lines))
    made.set_size_inches(_WIDE_IN, 0.75 + 0.34 * len(lines))
    axes = made.subplots()
    ends = [value for one in lines for value in _ends(one) if value > 0.0 and isfinite(value)]
    left, right = 0.5 * min(ends, default=0.1), 4.0 * max(ends, default=1.0)
    for place, one in enumerate(reversed(lines)):
        _range(
            axes,
            place + 0.14,
            one.peak.low_per_s,
            one.peak.high_per_s,
            one.peak.rate_per_s,
            BLUE,
            (left, right),
        )
        if one.holds is None:
            axes.text(right, place - 0.14, one.why(lang) + " ", ha="right", va="center",
                      fontsize=8, color=VERMILION)  # fmt: skip
        else:
            held = one.holds
            _range(axes, place - 0.14, held.low_per_s, held.high_per_s, held.rate_per_s, GREEN, (left, right))
    axes.set_xscale("log")
    axes.set_xlim(left, right)
    axes.set_ylim(-0.5, len(lines) - 0.5)
    axes.set_yticks(range(len(lines)), [NAMES[one.kind](lang) for one in reversed(lines)])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: rate(value, lang)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(Text("per detik (skala logaritma)", "a second (logarithmic)")(lang), fontsize=8.5)
    axes.grid(visible=False, axis="y")
    for colour, label in ((BLUE, Text("puncak perkiraan", "predicted peak")),
                          (GREEN, Text("tertahan menurut ukuran", "held as measured"))):  # fmt: skip
        axes.plot([], [], color=colour, linewidth=4, label=label(lang))
    made.legend(loc="outside upper left", ncols=2, fontsize=8.5)
    title = Text("Puncak perkiraan dan kapasitas terukur", "Predicted peak and measured capacity")(lang)
    sentence = Text(
        f"Hijau harus dimulai sedikitnya {number(wanted, 'id', 1)} kali lebih jauh di kanan daripada biru "
        "berakhir.",
        f"Green must begin at least {number(wanted, 'en', 1)} times further right than blue ends.",
    )(lang)
    alt = "; ".join(
        f"{NAMES[one.kind](lang)}: {rate(one.peak.high_per_s, lang)} / "
        f"{rate(one.holds.low_per_s, lang) if one.holds else '?'}"
        for one in lines
    )
    return Picture("headroom", title, f"{title}. {sentence} {alt}.", sentence, png(made))


def _ends(one: Line) -> list[float]:
    found = [one.peak.low_per_s, one.peak.high_per_s, one.peak.rate_per_s]
    return found + ([one.holds.low_per_s, one.holds.high_per_s] if one.holds else [])


def _range(
    axes: Any,
    at: float,
    low: float,
    high: float,
    middle: float | None,
    colour: str,
    span: tuple[float, float],
) -> None:
    start, end = max(low, span[0]), high if isfinite(high) else span[1]
    axes.plot([start, end], [at, at], color=colour, linewidth=5, solid_capstyle="butt", alpha=0.75)
    if not isfinite(high):
        axes.plot(end, at, ">", color=colour, markersize=5, clip_on=False)
    if middle is not None:
        axes.plot(middle, at, "|", color=INK, markersize=9, markeredgewidth=1.4)


def draw_desk(hours: tuple[Hour, ...], staff: int | None, lang: Lang) -> Picture | None:
    """Calls by hour with the people they need; None where nobody calls."""
    if not hours:
        return None
    shown = hours if len(hours) <= _MOST_HOURS else tuple(
        sorted(sorted(hours, key=lambda one: -one.calls)[:_MOST_HOURS], key=lambda one: one.hour)
    )  # fmt: skip
    made = figure(2.4)
    made.set_size_inches(_WIDE_IN, 2.3)
    axes = made.subplots()
    short = [staff is not None and one.staff > staff for one in shown]
    axes.bar(range(len(shown)), [one.calls for one in shown],
             color=[VERMILION if one else BLUE for one in short], width=0.8)  # fmt: skip
    for place, one in enumerate(shown):
        if isfinite(one.high) and one.high > one.calls:
            axes.plot([place, place], [one.calls, one.high], color=FAINT, linewidth=1.0)
        axes.text(place, max(one.calls, one.high if isfinite(one.high) else 0.0), str(one.staff), ha="center",
                  va="bottom", fontsize=7, color=GREY if one.staff == 0 else INK)  # fmt: skip
    step = max(1, len(shown) // 8)
    axes.set_xticks(range(0, len(shown), step), [clock(one.hour, lang) for one in shown[::step]], fontsize=7,
                    rotation=25, ha="right")  # fmt: skip
    axes.set_ylabel(Text("panggilan per jam", "calls an hour")(lang), fontsize=8.5)
    title = Text("Panggilan help desk menurut jam", "Calls of the help desk by hour")(lang)
    sentence = Text("Angka di atas batang: petugas yang perlu; garis: sampai berapa pada hari lain.",
                    "Figures above the bars: people needed; lines: how many it may be on another day.",
                    )(lang)  # fmt: skip
    most = max(shown, key=lambda one: one.calls)
    peak = Text("tersibuk", "busiest")(lang)
    alt = (
        f"{title}. {sentence} {peak}: {clock(most.hour, lang)}, {number(most.calls, lang, 1)}, {most.staff}."
    )
    return Picture("help-desk", title, alt, sentence, png(made))
