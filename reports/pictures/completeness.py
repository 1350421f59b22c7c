"""Completeness over time: the share of TPS whose pages are all acknowledged, and of single pages."""

import numpy as np

from reports.completeness import completeness_of
from reports.pictures.canvas import BLUE, FAINT, SKY, VERMILION, Picture, figure
from reports.pictures.clock import dress, fault_bands, label_local, png, window
from reports.rundir import RunDirectory
from reports.seconds import Floats
from reports.words import Lang, percent


def draw(run: RunDirectory, lang: Lang) -> Picture | None:
    """None where no page was ever acknowledged."""
    found = completeness_of(run)
    moments = found.complete_s
    pages = found.acknowledged_s.ravel()
    if not np.isfinite(pages).any():
        return None
    span = window(run, float(pages[np.isfinite(pages)].min()))
    made = figure(3.7)
    axes = made.add_subplot()
    fault_bands(axes, run, lang, span)
    axes.step(*_curve(pages, span), where="post", color=SKY, linewidth=1.6,
              label="halaman" if lang == "id" else "pages")  # fmt: skip
    axes.step(*_curve(moments, span), where="post", color=BLUE, linewidth=2.6,
              label="TPS lengkap" if lang == "id" else "complete TPS")  # fmt: skip
    wanted = run.info.expect.get("completeness")
    if wanted is not None:
        axes.axhline(100 * wanted, color=VERMILION, linewidth=1.2, linestyle=(0, (5, 3)))
        axes.annotate(
            ("diharapkan " if lang == "id" else "expected ") + percent(wanted, lang, 0),
            (span[0], 100 * wanted),
            xytext=(5, -4),
            textcoords="offset points",
            va="top",
            color=VERMILION,
            fontsize=9,
        )
    axes.set_ylim(0, 104)
    axes.set_yticks(range(0, 101, 20))
    axes.set_ylabel("% dari yang diharapkan" if lang == "id" else "% of expected")
    dress(axes, run, lang, span)
    label_local(axes, lang)
    axes.legend(loc="lower right", facecolor="white", edgecolor=FAINT)
    share = float(np.isfinite(moments).mean())
    half = found.reached_s(0.5)
    clock = None if half is None else run.info.local(half).strftime("%H.%M" if lang == "id" else "%H:%M")
    if lang == "id":
        sentence = (
            f"Pada akhir latihan {percent(share, lang)} TPS mendapat tanda terima untuk semua halamannya"
        )
        sentence += f"; separuhnya sudah lengkap pada pukul {clock}." if clock else "."
        title = "Kelengkapan dari waktu ke waktu"
    else:
        sentence = f"At the end {percent(share, lang)} of TPS held receipts for all their pages"
        sentence += f"; half were complete by {clock}." if clock else "."
        title = "Completeness over time"
    return Picture("completeness", title, f"{title}. {sentence}", sentence, png(made, run))


def _curve(moments: Floats, span: tuple[float, float]) -> tuple[Floats, Floats]:
    """Percent of `moments` passed, as a step curve over `span` of at most some 600 points."""
    at = np.linspace(*span, 600)
    passed = np.searchsorted(np.sort(moments), at, side="right")
    return at, 100.0 * passed / max(1, len(moments))
