"""How operations ended: a bar for every kind, and the reasons of those that went wrong."""

from collections import Counter
from textwrap import fill

import numpy as np

from reports.naming import KIND, reason_name
from reports.pictures.canvas import BLUE, GREY, INK, VERMILION, YELLOW, Picture, figure, png
from reports.rundir import RunDirectory
from reports.schema import KINDS
from reports.seconds import Mask, service_of
from reports.words import Lang, Text, number

_MOST_REASONS = 9


def draw(run: RunDirectory, lang: Lang) -> Picture | None:
    """None for an empty history."""
    if not len(run.history):
        return None
    groups = _groups(run)
    kinds = [kind for kind in KINDS if run.history.is_in("kind", kind).any()]
    counts = np.array(
        [[int((mask & run.history.is_in("kind", kind)).sum()) for _, mask, _ in groups] for kind in kinds]
    )
    reasons = _reasons(run, lang)
    made = figure(max(2.9, 1.1 + 0.3 * max(len(kinds), len(reasons))))
    left, right = made.subplots(1, 2, width_ratios=[1.15, 1.0])
    start = np.zeros(len(kinds))
    total = counts.sum(axis=1)
    for column, (title, _, colour) in enumerate(groups):
        share = 100 * counts[:, column] / total
        left.barh(range(len(kinds)), share, left=start, color=colour, label=title(lang), height=0.72)
        start += share
    left.set_yticks(range(len(kinds)), [KIND[kind](lang) for kind in kinds])
    for row, many in enumerate(total.tolist()):
        left.annotate(number(many, lang), (100, row), xytext=(4, 0), textcoords="offset points", va="center",
                      fontsize=8.5, annotation_clip=False)  # fmt: skip
    left.invert_yaxis()
    left.set_xlim(0, 100)
    left.set_xlabel("% operasi (kanan: banyaknya)" if lang == "id" else "% of operations (right: how many)")
    left.grid(visible=False, axis="y")
    right.barh(range(len(reasons)), [many for _, many in reasons], color=VERMILION, height=0.72)
    right.set_yticks(range(len(reasons)), [fill(reason, 24) for reason, _ in reasons])
    for row, (_, many) in enumerate(reasons):
        right.annotate(number(many, lang), (many, row), xytext=(3, 0), textcoords="offset points",
                       va="center", fontsize=8.5, color=INK)  # fmt: skip
    right.invert_yaxis()
    right.margins(x=0.16)
    right.grid(visible=False, axis="y")
    right.set_xlabel(
        "gagal atau tanpa jawaban, menurut sebab" if lang == "id" else "failed or unanswered, by reason",
        loc="right",
    )
    if not reasons:
        right.set_axis_off()
    handles, labels = left.get_legend_handles_labels()
    made.legend(handles, labels, loc="outside lower center", ncols=4, columnspacing=1.4, handlelength=1.2)
    ended = [number(int(mask.sum()), lang) for _, mask, _ in groups]
    every = number(len(run.history), lang)
    if lang == "id":
        name = "Akhir setiap operasi"
        sentence = (
            f"Dari {every} operasi, {ended[0]} diakui, {ended[1]} ditolak dengan benar, {ended[2]} gagal, "
            f"{ended[3]} tanpa jawaban (mungkin terjadi, mungkin tidak)."
        )
    else:
        name = "How operations ended"
        sentence = (
            f"Of {every} operations {ended[0]} were acknowledged, {ended[1]} rightly refused, "
            f"{ended[2]} failed, "
            f"{ended[3]} got no answer (it may have happened or not)."
        )
    return Picture("outcomes", name, f"{name}. {sentence}", sentence, png(made))


def _groups(run: RunDirectory) -> list[tuple[Text, Mask, str]]:
    history = run.history
    ok, unknown = history.is_in("outcome", "ok"), history.is_in("outcome", "unknown")
    refused = history.is_in("expect", "reject") & (history.numpy("status") > 0)
    right = ~ok & ~unknown & (refused | _answered(run))
    return [
        (Text("diakui", "acknowledged"), ok, BLUE),
        (Text("ditolak dengan benar", "rightly refused"), right, GREY),
        (Text("gagal", "failed"), ~ok & ~unknown & ~right, VERMILION),
        (Text("tanpa jawaban", "no answer"), unknown, YELLOW),
    ]


def _answered(run: RunDirectory) -> Mask:
    service = service_of(run)
    return service.served & ~service.good


def _reasons(run: RunDirectory, lang: Lang) -> list[tuple[str, int]]:
    """The commonest reasons of what failed or was not answered, with their numbers."""
    groups = _groups(run)
    rows = np.flatnonzero(groups[2][1] | groups[3][1])
    reason = run.history.arrow("reason").take(rows).to_pylist()
    status = run.history.numpy("status")[rows].tolist()
    told = Counter(
        f"{reason_name(why)(lang)}{f' ({code})' if code else ''}"
        for why, code in zip(reason, status, strict=True)
    )
    return sorted(told.items(), key=lambda item: (-item[1], item[0]))[:_MOST_REASONS]
