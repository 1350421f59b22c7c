"""The course of a claim: every operation's wait by its due moment, and answers a second, with the faults."""

from typing import Any

import numpy as np

from reports.claims.evidence import Run
from reports.claims.telling import BECAME
from reports.pictures.canvas import BLUE, FAINT, GREY, INK, ORANGE, PURPLE, VERMILION, Picture, figure, png
from reports.words import Lang, Text
from scenarios.claims import Claim

_COLOUR = {"good": BLUE, "refused": ORANGE, "gave_up": PURPLE, "broken": VERMILION}
_RUNS_MOST = 3
_GAP_S = 5.0
_FAULT = "#fbe3d6"


def course(claim: Claim, runs: list[Run], told: list[dict[str, Any]], lang: Lang) -> Picture | None:
    """The first playings side by side; None of a claim that was not played."""
    runs, told = runs[:_RUNS_MOST], told[:_RUNS_MOST]
    if not any(len(run.due_s) for run in runs):
        return None
    made = figure(4.6)
    waits, answers = made.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    begin_s = 0.0
    for number, (run, one) in enumerate(zip(runs, told, strict=True)):
        _playing(waits, answers, begin_s - run.warm_s, run, one)
        if len(runs) > 1:
            waits.annotate(f"{number + 1}", (begin_s, 1.0), xycoords=("data", "axes fraction"), color=FAINT)
        begin_s += run.seconds - run.warm_s + _GAP_S
    limits = sorted({one.value for one in claim.require if one.metric == "percentile"})
    for limit_s in limits:
        waits.axhline(limit_s, color=INK, linewidth=1.1, linestyle=(0, (5, 3)))
    waits.set_yscale("log")
    waits.set_ylabel(Text("menunggu (dtk)", "waited (s)")(lang))
    waits.yaxis.set_major_formatter(lambda value, _: f"{value:g}".replace(".", "," if lang == "id" else "."))
    waits.yaxis.set_minor_formatter(lambda *_: "")
    answers.axhline(claim.rate, color=INK, linewidth=1.1, linestyle=(0, (1, 2)))
    answers.set_ylabel(Text("jawaban per detik", "answers a second")(lang))
    answers.set_xlabel(Text("detik sejak masa tahan dimulai", "seconds since the hold began")(lang))
    answers.set_ylim(bottom=0)
    met = {became for run in runs for became in set(run.became)}
    handles = [waits.plot([], [], "o", color=_COLOUR[one], markersize=5, label=BECAME[one](lang))[0]
               for one in _COLOUR if one in met]  # fmt: skip
    made.legend(handles=handles, loc="outside upper right", ncols=4)
    title = Text(f"Jalannya klaim {claim.id}", f"The course of claim {claim.id}")(lang)
    sentence = Text(
        "Atas: setiap operasi, dari saat seharusnya sampai dijawab; garis putus-putus: batas yang diklaim. "
        "Bawah: jawaban tiap detik menurut saat jatuh tempo; titik-titik: laju yang diklaim. Abu-abu: "
        "pemanasan, tidak dinilai; jingga muda: gangguan sampai pulih.",
        "Above: every operation, from its due moment to its answer; dashes: the limit that is claimed. "
        "Below: answers by the second in which they were due; dots: the claimed rate. Grey: warm-up, not "
        "judged; light orange: a fault until it is recovered from.",
    )(lang)
    return Picture(f"claim-{claim.id}", title, f"{title}. {sentence}", sentence, png(made))


def _playing(waits: Any, answers: Any, shift_s: float, run: Run, told: dict[str, Any]) -> None:
    became = np.array(run.became)
    waited_s = np.maximum(run.ended_s - run.due_s, 1e-4)
    bins = np.arange(0.0, np.ceil(run.seconds) + 1.0)
    bottom = np.zeros(len(bins) - 1)
    for name, colour in _COLOUR.items():
        mine = became == name
        waits.plot(run.due_s[mine] + shift_s, waited_s[mine], ".", color=colour, markersize=3.2, alpha=0.75,
                   markeredgewidth=0)  # fmt: skip
        counts = np.histogram(run.due_s[mine], bins)[0]
        answers.bar(bins[:-1] + shift_s + 0.5, counts, 1.0, bottom=bottom, color=colour)
        bottom += counts
    for axes in (waits, answers):
        axes.axvspan(shift_s, shift_s + run.warm_s, color=GREY, alpha=0.25, zorder=0, linewidth=0)
        for begin_s, until_s in told["faults"]:
            axes.axvspan(
                begin_s + shift_s, min(until_s, run.seconds) + shift_s, color=_FAULT, zorder=0, linewidth=0
            )
