"""The first screen of a nation's report; the three questions of every report, as far as a twin can answer."""

from typing import Any

from reports import telling as words
from reports.answers import Answer, most_open
from reports.atlas.area import Area
from reports.finding import Valid, merge
from reports.nation import telling
from reports.nation.completeness import completeness_of
from reports.nation.verdict import NationVerdict
from reports.words import Lang, Text, number, percent

_NOT_OF_SERVICE = ("complete", "activated")
_MOST = 3


def first(verdict: NationVerdict, whole: Area | None, lang: Lang) -> dict[str, Any]:
    """For parts/first.html.j2."""
    facts = verdict.run.facts
    start, end = telling.story_span(verdict.run, lang)
    return {
        "title": facts["title"],
        "where": f"{number(facts['n_tps'], lang)} TPS · {start} – {end} WIB",
        "word": words.WORD[verdict.verdict](lang) + (" · METASTABLE" if verdict.table["metastable"] else ""),
        "verdict": verdict.verdict,
        "reason": telling.reason(verdict, lang) + _changed(verdict, lang),
        "defects": [],
        "answers": [_survived(verdict, lang), _lost(lang), _missing(verdict, whole, lang)],
        "unproven": Text(
            "Server di sini tiruan menurut model; foto tidak dikirim dan tidak disimpan, TPS dan kebiasaan "
            "orang dibuat dari angka wilayah.",
            "The server here is simulated after a model; no photo is sent or stored, and TPS and people's "
            "habits are made from figures of their regions.",
        )(lang),
    }


def _changed(verdict: NationVerdict, lang: Lang) -> str:
    changed = verdict.table["changed"]
    if not changed:
        return ""
    head = Text(" Diubah dari berkas skenario: ", " Changed from the scenario file: ")
    return head(lang) + ", ".join(changed) + "."


def _survived(verdict: NationVerdict, lang: Lang) -> Answer:
    judged = {name: one for name, one in verdict.expectations.items() if name not in _NOT_OF_SERVICE}
    valid: Valid = merge([one.valid for one in judged.values()]) if judged else "unknown"
    figure = Text("Belum pasti", "Not known")
    if valid != "unknown":
        figure = Text("Ya", "Yes") if valid else Text("Tidak", "No")
    missed = [f"{one.title(lang).lower()} ({one.why(lang)})" for one in judged.values() if one.valid is False]
    told = [Text("Tidak tercapai: ", "Not met: ")(lang) + "; ".join(missed[:2]) + "."] if missed else []
    told.append(telling.first_to_break(verdict.run, lang))
    question = Text("Apakah server bertahan?", "Did the server survive?")(lang)
    return Answer(question, figure(lang), " ".join(filter(None, told)), valid, "#server")


def _lost(lang: Lang) -> Answer:
    """A twin keeps nothing that could be lost."""
    return Answer(
        Text("Apakah ada yang hilang?", "Is anything lost?")(lang),
        Text("Tidak diuji", "Not tested")(lang),
        Text(
            "Kembaran tidak menyimpan apa pun. gladi rehearse menguji ini pada server sungguhan.",
            "A twin stores nothing. gladi rehearse tests this on a real server.",
        )(lang),
        "unknown",
        "#batas",
    )


def _missing(verdict: NationVerdict, whole: Area | None, lang: Lang) -> Answer:
    question = Text("Siapa yang belum masuk?", "Who is missing?")(lang)
    found = completeness_of(verdict.run)
    if whole is None or found is None:
        why = "; ".join(one(lang) for one in verdict.run.problems.values())
        return Answer(question, "?", why, "unknown", "#belum")
    expected = verdict.expectations.get("complete")
    worst = ", ".join(f"{one.name} ({number(one.open, lang)})" for one in most_open(whole)[:_MOST])
    form = found.whole.name.upper()
    told = Text(
        f"{percent(whole.share, 'id')} dari {number(whole.expected, 'id')} TPS punya {form} utuh di server; "
        f"{percent(found.shown.share, 'id')} tampil di portal.",
        f"{percent(whole.share, 'en')} of {number(whole.expected, 'en')} TPS have a whole {form} at the "
        f"server; "
        f"{percent(found.shown.share, 'en')} are on the portal.",
    )(lang)
    if worst:
        told += Text(" Terbanyak: ", " Most: ")(lang) + worst + "."
    valid: Valid = "unknown" if expected is None else expected.valid
    return Answer(question, f"{number(whole.open, lang)} TPS", told, valid, "#belum")
