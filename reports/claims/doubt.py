"""Why a requirement stayed undecided: how long its blocks were, and how many operations more would help."""

from math import ceil

from reports.claims import blocks, sequence
from reports.claims.requirements import Judged
from reports.words import Lang, Text, number, percent
from scenarios.claims import Claim


def not_sure(claim: Claim, one: Judged) -> Text:
    """What was seen of it, and what it would take if it went on like that."""
    if not one.blocks:
        return Text(
            f"{one.text}: belum pasti dengan operasi sebanyak ini",
            f"{one.text}: not sure from so few operations",
        )
    return Text(*(_said(claim, one, lang) for lang in ("id", "en")))


def _said(claim: Claim, one: Judged, lang: Lang) -> str:
    many, count = number(one.operations, lang), number(one.blocks, lang)
    long_s = number(one.block_operations / claim.rate, lang, 2)
    share, may = percent(one.share, lang, 2), percent(one.allowed, lang, 2)
    seen = Text(
        f"{one.text}: belum pasti dari {many} operasi ({share} meleset, {may} boleh) dalam {count} blok "
        f"sepanjang {long_s} dtk",
        f"{one.text}: not sure from {many} operations ({share} missed it, {may} may) in {count} blocks of "
        f"{long_s} s",
    )(lang)
    if one.block_operations > (least := blocks.least(claim.rate)):
        least_s = number(least / claim.rate, lang, 2)
        seen += Text(
            f" (pada mesin dan sistem yang tenang {least_s} dtk)",
            f" (where machine and system are quiet {least_s} s)",
        )(lang)
    seen += "; "
    if one.needed is None:
        return seen + Text(
            f"terlalu dekat ke batas: {sequence.LONGEST} kali lebih banyak pun belum memastikannya",
            f"too near to the edge: {sequence.LONGEST} times as many would not make it sure",
        )(lang)
    takes, minutes = number(one.needed, lang), number(ceil(one.needed / claim.rate / 6.0) / 10.0, lang, 1)
    return seen + Text(
        f"bila terus begini perlu {takes} operasi, {minutes} menit pada laju ini",
        f"if it goes on like that it takes {takes} operations, {minutes} minutes at this rate",
    )(lang)
