"""The first screen of a report: did it survive, is anything lost, who is missing, and what was not proven.

Each answer is three-valued and follows from verdict.json and the atlas alone. One judgement is added: a
server that kept what was expected of it, and yet served hardly anybody in time, did not survive.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports import telling
from reports.atlas.area import Area
from reports.checkers import registered
from reports.expectations import Expectation
from reports.finding import Valid, merge
from reports.naming import fault_name
from reports.naming_thresholds import kind_title
from reports.verdict import Verdict
from reports.words import Lang, Text, duration, number, percent

_OF_SERVICE = ("recover_within", "steady")
_NOT_OF_DATA = frozenset(
    {"false_refusal", "ineffective", "forgotten", "unauthorised", "unbounded", "untruthful"}
)
"""Checkers of how the system behaves; all others ask whether the data are still what was sent."""

_SHOWN_KINDS = (
    (Text("halaman", "pages"), ("submit_page", "correct")),
    (Text("masuk dan aktivasi", "logins and activations"), ("activate", "login")),
)
_MOST = 3
_MOSTLY, _HARDLY = 0.9, 0.1
"""Where less than nine of ten pages, or of ten logins, are served in time, the server stalled; of one that
serves less than one of ten nobody says that it survived, whatever was expected of it (both assumed)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A question, its answer in a word or a figure, the sentence behind it, and where to read on."""

    question: str
    figure: str
    sentence: str
    valid: Valid
    href: str


def answers(verdict: Verdict, whole: Area, lang: Lang) -> list[Answer]:
    """The three answers of a run."""
    return [_survived(verdict, lang), _lost(verdict, lang), _missing(verdict, whole, lang)]


def brief(verdict: Verdict, lang: Lang) -> str:
    """Why the verdict is what it is, by names alone; `telling.reason` says each in full."""
    if verdict.verdict == "passed":
        return telling.reason(verdict, lang)
    if verdict.verdict == "unknown":
        return Text(
            "Tidak ada yang dilanggar, tetapi tidak semuanya dapat diperiksa.",
            "Nothing was violated, but not everything could be checked.",
        )(lang)
    return Text("Tidak terpenuhi: ", "Not met: ")(lang) + _few(_named(verdict, False, lang), lang) + "."


def unproven(verdict: Verdict, lang: Lang) -> str:
    """What this run leaves open, in one or two sentences."""
    info, told = verdict.run.info, []
    if info.mode == "simulate":
        told.append(
            Text(
                "Server di sini tiruan: ini bukan bukti tentang sistem nyata.",
                "The server here is simulated: this proves nothing about a real system.",
            )(lang)
        )
    if open_ := _named(verdict, "unknown", lang):
        told.append(Text("Tidak dapat diperiksa: ", "Could not be checked: ")(lang) + _few(open_, lang) + ".")
    struck = {one.name for one in verdict.run.faults if one.event == "struck"}
    missed = sorted({one.name for one in verdict.run.faults} - struck)
    if missed:
        names = [fault_name(name)(lang) for name in missed]
        told.append(Text("Tidak jadi diuji: ", "Not put to the test: ")(lang) + _few(names, lang) + ".")
    if info.mode != "simulate" and "power_cut" not in struck:
        told.append(Text("Mati listrik server tidak diuji.", "No power cut of the server was tested.")(lang))
    return " ".join(told)


def _survived(verdict: Verdict, lang: Lang) -> Answer:
    """By what the scenario expects of service, its thresholds, how each fault ended, and what was served."""
    faults = verdict.table["survivability"]["faults"]
    ended: list[Valid] = [_ended(one) for one in faults]
    judged = [one.valid for name, one in verdict.expectations.items() if name in _OF_SERVICE]
    judged += [one.valid for one in verdict.thresholds]
    if "recover_within" not in verdict.expectations:
        judged += ended
    served = _served(verdict)
    least = min(served.values(), default=1.0)
    valid: Valid = False if least < _HARDLY else merge(judged) if judged else "unknown"
    figure = Text("Belum pasti", "Not known")
    if valid is False:
        figure = Text("Tidak", "No")
    elif valid is True and verdict.run.info.ended != "complete":
        valid = "unknown"
    elif valid is True and least < _MOSTLY:
        valid, figure = "unknown", Text("Ya, tetapi tersendat", "Yes, but it stalled")
    elif valid is True:
        figure = Text("Ya", "Yes")
    told = [_recovered(faults, verdict.expectations.get("recover_within"), lang)]
    if served:
        head = Text("Dilayani tepat waktu: ", "Served in time: ")
        if least < _MOSTLY:
            head = Text("Yang dilayani tepat waktu hanya: ", "Served in time were only: ")
        shares = (f"{name(lang)} {percent(share, lang)}" for name, share in served.items())
        told.append(head(lang) + ", ".join(shares) + ".")
    question = Text("Apakah server bertahan?", "Did the server survive?")(lang)
    return Answer(question, figure(lang), " ".join(told), valid, "#gangguan" if faults else "#jalannya")


def _ended(fault: Mapping[str, Any]) -> Valid:
    if fault["recovery"] == "recovered":
        return True
    if fault["recovery"] in {"not_recovered", "not_healed"} and not fault["saturated"]:
        return False
    return "unknown"


def _recovered(faults: Sequence[Mapping[str, Any]], wanted: Expectation | None, lang: Lang) -> str:
    if not faults:
        return Text("Tidak ada gangguan yang dimainkan.", "No fault was played.")(lang)
    back = [one["recovery_s"] or 0.0 for one in faults if one["recovery"] == "recovered"]
    many, of = len(back), len(faults)
    said = Text(f"{many} dari {of} gangguan pulih", f"Recovered from {many} of {of} faults")(lang)
    if back:
        longest = max(back)
        said += Text(
            f", paling lama {duration(longest, 'id')}", f", the slowest in {duration(longest, 'en')}"
        )(lang)
    if wanted is not None and wanted.valid is False:
        said += Text(
            f"; batasnya {duration(wanted.wanted, 'id')}", f"; allowed: {duration(wanted.wanted, 'en')}"
        )(lang)
    return said + "."


def _served(verdict: Verdict) -> dict[Text, float]:
    """Shares within the SLO of what people wait for most; what nobody asked for is left out."""
    latency = verdict.table["survivability"]["latency_ms"]
    out = {}
    for title, kinds in _SHOWN_KINDS:
        mine = [latency[kind] for kind in kinds if kind in latency and latency[kind]["demanded"]]
        asked = sum(one["demanded"] for one in mine)
        if asked:
            out[title] = sum(one["within_slo"] * one["demanded"] for one in mine) / asked
    return out


def _lost(verdict: Verdict, lang: Lang) -> Answer:
    finding = verdict.checkers["lost"]
    known = registered()
    question = Text("Apakah ada yang hilang?", "Is anything lost?")(lang)
    if not finding.checked and finding.valid is True:
        nothing = Text("Tidak ada kiriman dalam gladi ini.", "Nothing was sent in this run.")
        return Answer(question, "–", nothing(lang), "unknown", "#pemeriksaan")
    others = {
        name: one
        for name, one in verdict.checkers.items()
        if name != "lost" and name not in _NOT_OF_DATA and one.valid is False
    }
    figure = Text("Tidak diketahui", "Not known")
    if finding.valid is True:
        figure = Text("Tidak ada", "Nothing")
    elif finding.valid is False:
        figure = Text(f"{number(finding.count, 'id')} hilang", f"{number(finding.count, 'en')} lost")
    sentence = telling.lost(verdict, lang)
    if others:
        listed = ", ".join(
            f"{known[name].title(lang).lower()} {number(one.count, lang)}" for name, one in others.items()
        )
        sentence += Text(" Data lain yang tidak beres: ", " Other data not in order: ")(lang) + listed + "."
    return Answer(question, figure(lang), sentence, False if others else finding.valid, "#pemeriksaan")


def _missing(verdict: Verdict, whole: Area, lang: Lang) -> Answer:
    expected = verdict.expectations.get("completeness")
    valid: Valid = expected.valid if expected is not None else whole.open == 0 or "unknown"
    question = Text("Siapa yang belum masuk?", "Who is missing?")(lang)
    if not whole.expected:
        nothing = Text("Dalam gladi ini tidak ada hasil yang dikirim.", "No results were sent in this run.")
        return Answer(question, "–", nothing(lang), "unknown", "#belum")
    figure = Text(f"{number(whole.open, 'id')} TPS", f"{number(whole.open, 'en')} TPS")
    if not whole.open:
        figure = Text("Tidak ada", "Nobody")
    share, of = percent(whole.share, lang), number(whole.expected, lang)
    told = [Text(f"{share} dari {of} TPS lengkap", f"{share} of {of} TPS are complete")(lang)]
    if whole.open:
        told[0] += Text(
            f"; {number(whole.partial, 'id')} sebagian, {number(whole.missing, 'id')} kosong",
            f"; {number(whole.partial, 'en')} partial, {number(whole.missing, 'en')} empty",
        )(lang)
        worst = most_open(whole)
        told.append(
            Text("Terbanyak: ", "Most: ")(lang)
            + ", ".join(f"{one.name} ({number(one.open, lang)})" for one in worst[:_MOST])
        )
    return Answer(question, figure(lang), ". ".join(told) + ".", valid, "#belum")


def most_open(whole: Area) -> list[Area]:
    """Places with unfinished TPS, most of them first: of the outermost level that has more than one place."""
    level: Sequence[Area] = whole.inner
    while len(level) == 1 and level[0].inner and len(level[0].code) < 6:
        level = level[0].inner
    return sorted((one for one in level if one.open), key=lambda one: (-one.open, one.code))


def _named(verdict: Verdict, valid: object, lang: Lang) -> list[str]:
    known = registered()
    judged: Iterable[tuple[str, Valid]] = [
        *((f"“{known[name].title(lang)}”", one.valid) for name, one in verdict.checkers.items()),
        *((one.title(lang), one.valid) for one in verdict.expectations.values()),
        *((kind_title(one.asked.kind, lang), one.valid) for one in verdict.thresholds),
    ]
    return [title for title, found in judged if found is valid or found == valid == "unknown"]


def _few(names: Sequence[str], lang: Lang) -> str:
    """The first few, and how many more."""
    distinct = list(dict.fromkeys(names))
    more = len(distinct) - _MOST
    listed = ", ".join(distinct[:_MOST])
    return listed + (Text(f" dan {more} lagi", f" and {more} more")(lang) if more > 0 else "")
