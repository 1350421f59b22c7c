"""The time axis of a nation's pictures: days and hours in WIB, and when the server was less than itself."""

from datetime import datetime, timedelta

from matplotlib.axes import Axes

from reports.nation.rundir import DAY_S, NationRun
from reports.pictures.canvas import FAINT, GREY, INK, ORANGE
from reports.words import Lang

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
_STEPS_H = (1, 2, 3, 6, 12, 24, 48, 72, 120, 240)

Span = tuple[float, float]


def first_days(run: NationRun, days: float = 4.5) -> Span:
    """From noon of election day, when the first count may end, some days on.

    Of a run that was stopped before, its last day and a half.
    """
    start_s, end_s = run.nation.day_s + 0.5 * DAY_S, played(run)
    if end_s < start_s + DAY_S / 4:
        return max(0.0, end_s - 1.5 * DAY_S), max(end_s, DAY_S / 24)
    return start_s, min(start_s + days * DAY_S, end_s)


def played(run: NationRun) -> float:
    """End of what was simulated."""
    return float(run.facts.get("played_until_s", run.nation.until_s))


def dress(axes: Axes, run: NationRun, lang: Lang, span: Span, labels: int = 12) -> None:
    """Give `axes` the clock of `span`: hours, and below midnight (or the first label) its day."""
    axes.set_xlim(*span)
    step_h = next((one for one in _STEPS_H if (span[1] - span[0]) / 3600.0 / one <= labels), _STEPS_H[-1])
    begin = run.midnight + timedelta(hours=int(span[0] // 3600))
    moment = begin.replace(hour=begin.hour // min(step_h, 24) * min(step_h, 24))
    at: list[float] = []
    words: list[str] = []
    while (run_s := (moment - run.midnight).total_seconds()) <= span[1]:
        if run_s >= span[0]:
            at.append(run_s)
            words.append(_label(moment, lang, step_h, first=not words))
        moment += timedelta(hours=step_h)
    axes.set_xticks(at, words)
    axes.tick_params(axis="x", labelsize=8.5)
    axes.grid(visible=False, axis="x")
    if step_h < 24:
        day_s = (span[0] // DAY_S + 1) * DAY_S
        while day_s < span[1]:
            axes.axvline(day_s, color=FAINT, linewidth=0.6, linestyle=(0, (2, 3)), zorder=1)
            day_s += DAY_S


def windows(axes: Axes, run: NationRun, span: Span) -> None:
    """Shade the stretches of [[server.windows]]: grey where the door was shut, orange where it was slow."""
    for one in run.nation.server.windows:
        start_s, end_s = max(run.nation.run_s(one.start), span[0]), min(run.nation.run_s(one.end), span[1])
        if end_s > start_s and one.capacity < 1.0:
            shut = one.capacity == 0.0
            axes.axvspan(start_s, end_s, color=GREY if shut else ORANGE, alpha=0.38 if shut else 0.16,
                         linewidth=0, zorder=0)  # fmt: skip


def legend_of_windows(run: NationRun, span: Span, lang: Lang) -> list[tuple[str, str, float]]:
    """(words, colour, alpha) of the shades that `windows` uses in `span`."""
    shown = [
        one
        for one in run.nation.server.windows
        if run.nation.run_s(one.start) < span[1] and run.nation.run_s(one.end) > span[0]
    ]
    found = []
    if any(one.capacity == 0.0 for one in shown):
        found.append(("masa pintu tertutup" if lang == "id" else "door shut", GREY, 0.38))
    if any(0.0 < one.capacity < 1.0 for one in shown):
        found.append(("masa server lambat" if lang == "id" else "server slowed", ORANGE, 0.16))
    return found


def label(axes: Axes, lang: Lang) -> None:
    """Name the axis."""
    axes.set_xlabel("waktu (WIB)" if lang == "id" else "time (WIB, UTC+7)", color=INK)


def _label(moment: datetime, lang: Lang, step_h: int, *, first: bool) -> str:
    month = _MONTHS[moment.month - 1] if lang == "id" else moment.strftime("%b")
    day = f"{moment.day} {month}"
    if step_h >= 24:
        return day
    clock = moment.strftime("%H.%M" if lang == "id" else "%H:%M")
    return f"{clock}\n{day}" if first or moment.hour == 0 else clock
