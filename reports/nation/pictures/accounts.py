"""Accounts active at the close of each day, from the start to election day."""

from datetime import timedelta

from reports.nation.activation import activation_of
from reports.nation.naming import day_name
from reports.nation.rundir import NationRun
from reports.pictures.canvas import BLUE, INK, VERMILION, Picture, figure, png
from reports.words import Lang, percent

_LABEL = {"boxstyle": "square,pad=0.05", "facecolor": "white", "linewidth": 0}


def draw(run: NationRun, lang: Lang) -> Picture | None:
    """None where tps.parquet cannot be used."""
    found = activation_of(run)
    if not found:
        return None
    made = figure(3.0)
    axes = made.add_subplot()
    shares = [100 * day.share for day in found]
    # The close of a day is the midnight that ends it; the first bar is what was so before the start.
    names = [day_name(run.midnight + timedelta(seconds=day.run_s - 1.0), lang) for day in found]
    bars = axes.bar(range(len(found)), shares, color=BLUE, width=0.7)
    for bar, day in zip(bars, found, strict=True):
        axes.annotate(percent(day.share, lang), (bar.get_x() + bar.get_width() / 2, 100 * day.share),
                      xytext=(0, 2), textcoords="offset points", ha="center", fontsize=8,
                      color=INK, zorder=5, bbox=_LABEL)  # fmt: skip
    wanted = run.nation.expect.activated
    axes.axhline(100 * wanted, color=VERMILION, linewidth=1.2, linestyle=(0, (5, 3)))
    low = min([*shares, 100 * wanted])
    axes.set_ylim(max(0.0, low - 8.0), 103)
    axes.set_xticks(range(len(found)), names, fontsize=8.5)
    axes.grid(visible=False, axis="x")
    axes.set_ylabel("% akun aktif" if lang == "id" else "% of accounts active")
    share = next((day.share for day in found if day.run_s == run.nation.day_s), found[-1].share)
    if lang == "id":
        title = "Akun yang sudah aktif, di akhir setiap hari"
        sentence = (
            f"Saat hari pemungutan suara dimulai {percent(share, lang)} akun aktif; diharapkan "
            f"{percent(wanted, lang, 0)} (garis putus-putus). Sumbu tegak tidak mulai dari nol."
        )
    else:
        title = "Accounts active at the close of each day"
        sentence = (
            f"As election day begins {percent(share, lang)} of accounts are active; "
            f"{percent(wanted, lang, 0)} "
            "were expected (dashed line). The upright axis does not begin at zero."
        )
    return Picture("accounts", title, f"{title}. {sentence}", sentence, png(made))
