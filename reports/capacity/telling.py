"""The answers in sentences: how much it holds, how sure that is, what limits it, what share of the nation."""

from reports.capacity.answer import Answer
from reports.capacity.counting import CONFIRM
from reports.capacity.judging import CORE, GROWTH, LATE, Trial
from reports.capacity.nation import nation
from reports.capacity.rundir import Capacity
from reports.capacity.scalability import Scalability
from reports.capacity.wanting import wanted
from reports.words import Lang, Text, number, percent

WHATS = {
    "login": Text("Masuk (login)", "Logins"),
    "status": Text("Tanya status", "Status requests"),
    "read": Text("Pembaca portal", "Readers of the portal"),
    "submit_page": Text("Kiriman halaman", "Pages sent"),
    "mixed": Text("Campuran malam hitung", "The evening's mix"),
}
_METRICS = {
    "growth": Text("antrean tumbuh", "a growing queue"),
    "success": Text("terlalu banyak yang ditolak atau gagal", "too many refused or failed"),
    "fail": Text("terlalu banyak yang ditolak atau gagal", "too many refused or failed"),
}
_INVALID = {
    CORE: Text("pembangkit beban kehabisan inti", "the generator had used up its core"),
    LATE: Text("pembangkit beban terlambat", "the generator was late"),
    "the pages ran out": Text("halaman habis", "the pages ran out"),
}
_WHY = {
    "generator": Text("pembangkit beban tidak sanggup menawarkan lebih", "the generator cannot offer more"),
    "ceiling": Text("izin sistem tidak membolehkan lebih", "the system's consent allows no more"),
    "pages": Text("halaman untuk dikirim habis", "there were no more pages to send"),
    "budget": Text("waktu habis", "the time was used up"),
    "precision": Text("ketelitian tercapai", "the precision was reached"),
    "interrupted": Text("dihentikan", "it was interrupted"),
    "nothing held": Text("laju terendah pun tidak tertahan", "not even the lowest rate was held"),
    "too noisy": Text("hasilnya terlalu berderau", "the trials are too noisy"),
    "not confirmed": Text("belum ada uji panjang yang tertahan", "no long trial was held yet"),
    "no valid trial": Text("tidak ada uji yang sah", "no trial was valid"),
}


def told(found: Capacity, lang: Lang) -> list[str]:
    """Every sentence, kind by kind."""
    out = []
    for one in found.answers:
        out.append(f"{name(one.what, lang)}: {headline(one, lang)}")
        lines = (
            limits(one, lang),
            sure(one, lang),
            wanted(one.wanting, one.what, lang),
            nation(one.nation, lang),
            *details(one, lang),
        )
        out += [f"  {line}" for line in lines if line]
    if found.found and not found.agrees:
        out.append(Text(
            "capacity.json tidak sama dengan yang dihitung ulang dari rekaman.",
            "capacity.json does not say what follows from the record.",
        )(lang))  # fmt: skip
    return out


def name(what: str, lang: Lang) -> str:
    """A kind of load in words."""
    return WHATS[what](lang) if what in WHATS else what


def rate(value: float, lang: Lang) -> str:
    """Three digits: 0.123, 12.3, 1,230."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return number(value, lang, digits)


def headline(one: Answer, lang: Lang) -> str:
    """The answer in one line."""
    if one.outcome == "at_least" and one.holds_per_s is not None:
        held = rate(one.holds_per_s, lang)
        why = _WHY[one.why](lang)
        return Text(f"sedikitnya {held} per detik; {why}.", f"at least {held} a second; {why}.")(lang)
    if one.outcome == "measured" and one.knee is not None:
        return _knee(one, lang)
    text = Text("belum dapat dikatakan", "undecided")(lang) + f": {_WHY[one.why](lang)}."
    if one.knee is not None:
        low, high = rate(one.knee.low_per_s, lang), rate(one.knee.high_per_s, lang)
        text += Text(f" Batasnya antara {low} dan {high} per detik.",
                     f" The knee is between {low} and {high} a second.")(lang)  # fmt: skip
    return text


def _knee(one: Answer, lang: Lang) -> str:
    assert one.knee is not None
    middle, low, high = (
        rate(value, lang) for value in (one.knee.rate_per_s, one.knee.low_per_s, one.knee.high_per_s)
    )
    return Text(
        f"{middle} per detik (95 %: {low} sampai {high}).", f"{middle} a second (95 %: {low} to {high})."
    )(lang)


def details(one: Answer, lang: Lang) -> list[str]:
    """Whether the machine was still the same at the end, and the law by clients."""
    return [line for line in (_drift(one, lang), _law(one, lang)) if line]


def sure(one: Answer, lang: Lang) -> str:
    """How many trials say so, why it ended, and what the long trial said."""
    tried = [trial for trial in one.trials if trial.held is not None]
    text = Text(f"{len(tried)} uji sah, {one.invalid} tidak sah karena pembangkit beban atau halaman habis; "
                f"{_WHY[one.ended](lang)}.",
                f"{len(tried)} valid trials, {one.invalid} invalid for the generator's sake or for want of "
                f"pages; {_WHY[one.ended](lang)}.")(lang)  # fmt: skip
    if one.confirmed_per_s is not None:
        held = rate(one.confirmed_per_s, lang)
        text += Text(f" Uji tiga kali lebih panjang tertahan pada {held} per detik.",
                     f" A trial three times as long was held at {held} a second.")(lang)  # fmt: skip
    elif any(trial.purpose == CONFIRM for trial in tried):
        text += Text(" Tidak ada uji panjang yang tertahan.", " No long trial was held.")(lang)
    else:
        text += Text(" Tidak ada uji panjang.", " There was no long trial.")(lang)
    return text


def missed(trial: Trial, lang: Lang) -> str:
    """Why a trial was not held, or says nothing; "" where it was held."""
    if trial.invalid:
        return _INVALID[trial.invalid](lang) if trial.invalid in _INVALID else trial.invalid
    said = []
    for miss in trial.misses:
        kind = name(miss.kind, lang)
        if miss.metric == GROWTH:
            share = percent(miss.found, lang)
            said.append(Text(f"{kind}: antrean tumbuh, {share} tertinggal",
                             f"{kind}: the queue grows, {share} left behind")(lang))  # fmt: skip
        else:
            shares = miss.metric in ("success", "fail")
            found = percent(miss.found, lang) if shares else f"{number(1000 * miss.found, lang)} ms"
            said.append(f"{kind}: {found} ({miss.wanted})")
    return "; ".join(said)


def limits(one: Answer, lang: Lang) -> str:
    """What was not held, the most frequent first; "" where everything was."""
    if not one.limits:
        return ""
    said = []
    for kind, metric in one.limits[:3]:
        words = _METRICS[metric](lang) if metric in _METRICS else metric
        said.append(f"{name(kind, lang)} ({words})")
    return Text("Yang jebol lebih dulu: ", "What gives way first: ")(lang) + ", ".join(said) + "."


def _drift(one: Answer, lang: Lang) -> str:
    if one.drift is None:
        return ""
    first, again = (number(1000 * p50, lang) for p50 in (one.drift.p50_first_s, one.drift.p50_again_s))
    held = rate(one.drift.rate_per_s, lang)
    medians = Text(f"median {first} ms, lalu {again} ms", f"median {first} ms, then {again} ms")(lang)
    if one.drift.moved:
        return Text(f"HANYUT: laju pertama ({held} per detik) pada akhir tidak lagi sama: {medians}.",
                    f"DRIFT: the first rate ({held} a second) is not the same at the end: {medians}.",
                    )(lang)  # fmt: skip
    return Text(f"Laju pertama ({held} per detik) pada akhir sama: {medians}.",
                f"The first rate ({held} a second) says the same at the end: {medians}.",
                )(lang)  # fmt: skip


def _law(one: Answer, lang: Lang) -> str:
    law = one.scalability
    if law is None:
        return ""
    sigma, kappa = _parameters(law, lang)
    first = rate(law.one_per_s, lang)
    text = Text(f"Hukum skalabilitas (USL): {first} per detik dengan satu klien, {sigma}, {kappa}",
                f"Scalability law (USL): {first} a second with one client, {sigma}, {kappa}",
                )(lang)  # fmt: skip
    if law.peak_clients is not None and law.peak_per_s is not None:
        peak = rate(law.peak_per_s, lang)
        return text + Text(f"; puncak {peak} per detik pada {law.peak_clients:.0f} klien.",
                           f"; peak {peak} a second with {law.peak_clients:.0f} clients.")(lang)  # fmt: skip
    return text + Text(
        "; tidak terlihat penurunan, sehingga kappa dan puncak tidak dapat ditentukan dari data ini.",
        "; no downturn was seen, so these data do not identify kappa or a peak.",
    )(lang)


def _parameters(law: Scalability, lang: Lang) -> tuple[str, str]:
    return (
        f"sigma {number(law.sigma, lang, 3)} ± {number(law.sigma_error, lang, 3)}",
        f"kappa {number(law.kappa, lang, 5)} ± {number(law.kappa_error, lang, 5)}",
    )
