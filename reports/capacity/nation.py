"""What a rate means for Indonesia: its share of the fastest inflow, of all operators, of all portal readers.

Figures of Pemilu 2024. TPS: the denominator of KPU's own portal. Fastest published inflow: 52,246 TPS between
19:00 and 20:03 WIB on 14 February 2024, from KPU's published progress: of PPWP, three pages each. Portal:
648,307,624 hits from 14 to 19 February, as the press quoted KPU (others quote 684 million). Of Pilkada no
such progress was found: its 435,296 TPS are taken to come in as those of February did, the same share of all
a minute (assumed).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.nation.naming import form_name
from reports.words import Lang, Text, number, percent

TPS = 823_236
TPS_PILKADA = 435_296
FASTEST_TPS_A_MINUTE = 829.0
OPERATORS_A_TPS = 2
PORTAL_PER_S = 648_307_624 / (6 * 86_400)
PAGES_ALL = 66
"""Photographed pages of a TPS of Pemilu 2024, all five ballots."""
PPWP = ("ppwp",)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a TPS of the scenario sends: `pages` of all `forms` together, on average over its TPS.

    `region_tps` is the size of the scenario's region.
    """

    forms: Sequence[str] = PPWP
    pages: float = 3.0
    region_tps: int = 0

    @property
    def pilkada(self) -> bool:
        """Whether nothing but Pilkada's forms are sent."""
        return all(form.startswith("kwk-") for form in self.forms)

    @property
    def nation_tps(self) -> int:
        """TPS of the nation in that election."""
        return TPS_PILKADA if self.pilkada else TPS

    @property
    def fastest_tps_a_minute(self) -> float:
        """The nation's fastest inflow."""
        return FASTEST_TPS_A_MINUTE * self.nation_tps / TPS


@dataclass(frozen=True, slots=True)
class OfNation:
    """`share` of what the nation needs at its peak; None where no such figure is published.

    A TPS counts when all pages of all the scenario's forms were sent. `all_pages` is the share with the 66 of
    the whole of Pemilu; None of Pilkada, and where that many are sent already. `regions`: how many
    regions of the scenario's size send at once, each its part of the nation's fastest inflow.
    """

    share: float | None
    tps_a_minute: float | None = None
    all_pages: float | None = None
    regions: float | None = None
    sent: Sent = Sent()
    hours_for_all: float | None = None


def of_nation(what: str, rate_per_s: float, mix: Mapping[str, float], sent: Sent) -> OfNation:
    """Of a rate that is held; `mix` gives the share of pages in it."""
    pages = mix.get("submit_page", 0.0) / sum(mix.values()) * rate_per_s
    if pages > 0.0:
        minute, fastest = pages * 60.0 / sent.pages, sent.fastest_tps_a_minute
        own = fastest * sent.region_tps / sent.nation_tps
        less = not sent.pilkada and sent.pages < 0.9 * PAGES_ALL
        return OfNation(
            minute / fastest, minute, pages * 60.0 / PAGES_ALL / fastest if less else None,
            minute / own if own else None, sent,
        )  # fmt: skip
    if what == "login":
        operators = OPERATORS_A_TPS * sent.nation_tps
        return OfNation(
            None, sent=sent, hours_for_all=operators / rate_per_s / 3600.0 if rate_per_s else None
        )
    if what == "read":
        return OfNation(rate_per_s / PORTAL_PER_S, sent=sent)
    return OfNation(None, sent=sent)


def nation(of: OfNation | None, lang: Lang) -> str:
    """What a rate is of the nation's need, in words; "" where no figure is published."""
    if of is None:
        return ""
    if of.tps_a_minute is not None and of.share is not None:
        return _pages(of, of.tps_a_minute, of.share, lang)
    if of.hours_for_all is not None:
        hours = number(of.hours_for_all, lang, 1)
        millions = number(OPERATORS_A_TPS * of.sent.nation_tps / 1e6, lang, 2)
        return Text(
            f"Seluruh {millions} juta operator (dua per TPS) masuk dalam {hours} jam, bila datang merata.",
            f"All {millions} million operators (two a TPS) get in within {hours} hours, if they come evenly.",
        )(lang)
    if of.share is not None:
        share = percent(of.share, lang, 0)
        return Text(
            f"{share} dari rata-rata kunjungan portal 14-19 Februari 2024 (1.250 per detik).",
            f"{share} of the portal's mean traffic, 14-19 February 2024 (1,250 a second).",
        )(lang)
    return ""


def _pages(of: OfNation, tps_a_minute: float, of_fastest: float, lang: Lang) -> str:
    sent = of.sent
    forms = ", ".join(form_name(form) for form in sent.forms)
    pages = number(sent.pages, lang, 0 if sent.pages == round(sent.pages) else 1)
    minute = number(tps_a_minute, lang, 0 if tps_a_minute >= 100 else 1)
    fastest, share = number(sent.fastest_tps_a_minute, lang), percent(of_fastest, lang, 0)
    text = Text(
        f"Itu {minute} TPS semenit ({pages} halaman: {forms}), {share} dari ",
        f"That is {minute} TPS a minute ({pages} pages: {forms}), {share} of ",
    )(lang)
    if sent.pilkada:
        text += Text(
            f"{fastest} TPS semenit: arus tercepat 14 Februari 2024 (19.00-20.03 WIB), dengan bagian yang "
            "sama dari 435.296 TPS Pilkada (diandaikan).",
            f"{fastest} TPS a minute: the fastest inflow of 14 February 2024 (19:00-20:03 WIB), the same "
            "share of Pilkada's 435,296 TPS (assumed).",
        )(lang)
    else:
        text += Text(
            f"arus tercepat 2024 ({fastest} TPS semenit, PPWP, 14 Februari 19.00-20.03 WIB)",
            f"the fastest inflow of 2024 ({fastest} TPS a minute, PPWP, 14 February 19:00-20:03 WIB)",
        )(lang)
        if of.all_pages is not None:
            whole = percent(of.all_pages, lang)
            text += Text(f"; dengan semua {PAGES_ALL} halaman Pemilu {whole}",
                         f"; with all {PAGES_ALL} pages of Pemilu {whole}")(lang)  # fmt: skip
        text += "."
    if of.regions:
        many = number(of.regions, lang, 0 if of.regions >= 10 else 1)
        size = number(sent.region_tps, lang)
        text += Text(
            f" Cukup untuk {many} wilayah sebesar skenario ({size} TPS) sekaligus.",
            f" Enough for {many} regions of the scenario's size ({size} TPS) at once.",
        )(lang)
    return text
