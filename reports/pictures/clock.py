"""The time axis of every picture: story time below, phases kept apart, the run clock above, faults as bands.

Phases follow one another on the run clock, hours of story lie between them; a line marks each such gap. A
picture is written with `png`, which first makes room for all the words (`reports.pictures.room`).
"""

from datetime import datetime, timedelta

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.pictures import canvas
from reports.pictures.canvas import FAINT, GREY, INK, ORANGE
from reports.pictures.room import FAULT_LETTER, PHASE_TITLE, TIME_AXES, settle
from reports.rundir import PhaseInfo, RunDirectory
from reports.survivability import survivability_of
from reports.words import Lang

_STEPS_MIN = (5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440)
_LABELS = 13
"""About how many time labels fit side by side."""


def window(run: RunDirectory, first_s: float | None = None) -> tuple[float, float]:
    """Run-clock start and end to draw: from the phase that plays at `first_s` (or all) to the last end."""
    phases = run.info.phases
    start = phases[0] if first_s is None else run.info.phase_at(first_s)
    last = float(run.history.numpy("ended_s").max()) if len(run.history) else 0.0
    return start.run_start_s, max(phases[-1].run_end_s, min(last, phases[-1].run_end_s + 60.0))


def dress(axes: Axes, run: RunDirectory, lang: Lang, span: tuple[float, float], *, top: bool = True) -> None:
    """Give `axes` the time axis of `span`; `top` adds phase titles and the run clock."""
    axes.set_gid(TIME_AXES)
    axes.set_xlim(*span)
    shown = [phase for phase in run.info.phases if phase.run_end_s > span[0] and phase.run_start_s < span[1]]
    at, labels = ticks(shown, span, lang)
    axes.set_xticks(at, labels)
    axes.grid(visible=False, axis="x")
    over_s = run.info.phases[-1].run_end_s
    for border_s in [
        *(phase.run_start_s for phase in shown[1:]),
        *([over_s] if over_s < span[1] - 1 else []),
    ]:
        axes.axvline(border_s, color=INK, linewidth=1.0, linestyle=(0, (4, 3)), zorder=3)
    if top:
        for phase in shown:
            _title(axes, phase.title, max(phase.run_start_s, span[0]))
        if over_s < span[1] - 1:
            _title(axes, "sisa kiriman" if lang == "id" else "last requests", over_s)
        above = axes.secondary_xaxis("top")
        above.tick_params(labelsize=8, colors=FAINT, length=2, pad=1)
        above.spines["top"].set_visible(False)
        above.xaxis.set_major_formatter(lambda run_s, _: f"{run_s:.0f} {'dtk' if lang == 'id' else 's'}")


def png(made: Figure, run: RunDirectory) -> bytes:
    """The figure as PNG, its time axes legible; the longer a phase was played, the more its words count."""
    longest = sorted(run.info.phases, key=lambda phase: phase.run_start_s - phase.run_end_s)
    return canvas.png(settle(made, [phase.run_start_s for phase in longest]))


def label_local(axes: Axes, lang: Lang) -> None:
    """Name the story-time axis."""
    axes.set_xlabel("waktu setempat dalam cerita" if lang == "id" else "local time of the story")


def fault_bands(
    axes: Axes, run: RunDirectory, lang: Lang, span: tuple[float, float], *, named: bool = True
) -> None:
    """Shade every fault from strike to healing; `named` writes a letter that the fault table repeats."""
    for letter, fault in zip(letters(run), survivability_of(run).faults, strict=True):
        if fault.struck_s is None:
            continue
        end_s = span[1] if fault.healed_s is None else fault.healed_s
        start_s, end_s = max(fault.struck_s, span[0]), min(end_s, span[1])
        if end_s < start_s:
            continue
        axes.axvspan(
            start_s, end_s, color=ORANGE if fault.scope == "service" else GREY, alpha=0.28, linewidth=0
        )
        axes.axvline(start_s, color=ORANGE if fault.scope == "service" else FAINT, linewidth=0.9)
        if named:
            mark = axes.annotate(
                letter,
                ((start_s + end_s) / 2, 1.0),
                xycoords=("data", "axes fraction"),
                xytext=(0, -3),
                textcoords="offset points",
                ha="center",
                va="top",
                fontsize=9,
                fontweight="bold",
                zorder=6,
                bbox={
                    "boxstyle": "circle,pad=0.18",
                    "facecolor": "white",
                    "edgecolor": FAINT,
                    "linewidth": 0.7,
                },
            )
            mark.set_gid(FAULT_LETTER)


def letters(run: RunDirectory) -> list[str]:
    """A, B, C … for the faults of a run, in the order they struck."""
    return [_letter(index) for index in range(len(survivability_of(run).faults))]


def _letter(index: int) -> str:
    return (_letter(index // 26 - 1) if index >= 26 else "") + chr(65 + index % 26)


def ticks(
    phases: list[PhaseInfo], span: tuple[float, float], lang: Lang, most: int = _LABELS
) -> tuple[list[float], list[str]]:
    """Run-clock seconds and story times of about `most` marks; every start of a phase is one of them."""
    at: list[float] = []
    labels: list[str] = []
    gap_s = (span[1] - span[0]) / most
    for phase in phases:
        step_min = next(
            (step for step in _STEPS_MIN if step * 60 / phase.compression >= gap_s), _STEPS_MIN[-1]
        )
        midnight = phase.start_local.replace(hour=0, minute=0, second=0, microsecond=0)
        minutes = int((phase.start_local - midnight).total_seconds() // 60 // step_min + 1) * step_min
        if phase.run_start_s >= span[0]:
            at.append(phase.run_start_s)
            labels.append(_clock(phase.start_local, lang))
        while True:
            moment = midnight + timedelta(minutes=minutes)
            run_s = phase.run_start_s + (moment - phase.start_local).total_seconds() / phase.compression
            room_s = 0.0 if phase is phases[-1] else 0.7 * gap_s
            if run_s > min(phase.run_end_s - room_s, span[1]):
                break
            if run_s >= span[0] and (not at or run_s - at[-1] >= 0.8 * gap_s):
                at.append(run_s)
                labels.append(_clock(moment, lang))
            minutes += step_min
    return at, labels


def _clock(moment: datetime, lang: Lang) -> str:
    return moment.strftime("%H.%M" if lang == "id" else "%H:%M")


def _title(axes: Axes, text: str, start_s: float) -> None:
    """Words above a phase."""
    words = axes.annotate(
        text,
        (start_s, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(2, 16),
        textcoords="offset points",
        ha="left",
        va="bottom",
        annotation_clip=False,
        fontsize=8,
        color=INK,
        fontweight="bold",
        zorder=7,  # above the thin lines that tie staggered titles to their phases
        bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "linewidth": 0},
    )
    words.set_gid(PHASE_TITLE)
