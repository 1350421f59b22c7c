"""Sentences about a nation's run, in both languages, each computed from the verdict."""

from collections.abc import Mapping
from typing import Any

from reports.nation.completeness import completeness_of
from reports.nation.naming import day_name, resource_name
from reports.nation.rundir import NationRun
from reports.nation.schema import METASTABLE
from reports.nation.survivability import IN_A_ROW, REFUSED, survivability_of
from reports.nation.verdict import NationVerdict
from reports.telling import clock, moment
from reports.words import Lang, Text, duration, number, percent


def when(run: NationRun, run_s: float | None, lang: Lang) -> str:
    """14 Feb 2024 19.20 WIB, or a dash."""
    return "–" if run_s is None else moment(run.wib(run_s), lang) + " WIB"


def brief(run: NationRun, run_s: float | None, lang: Lang) -> str:
    """14 Feb 19.20, in a table that says WIB above; or a dash."""
    if run_s is None:
        return "–"
    return f"{day_name(run.wib(run_s), lang)} {clock(run.wib(run_s), lang)}"


def reason(verdict: NationVerdict, lang: Lang) -> str:
    """Why the verdict is what it is."""
    if verdict.verdict == "passed":
        return Text("Semua harapan skenario tercapai.", "Every expectation of the scenario was met.")(lang)
    parts = []
    for valid, head in (
        (False, Text("Tidak tercapai: ", "Not met: ")),
        ("unknown", Text("Tidak dapat dipastikan: ", "Not known: ")),
    ):
        titles = [one.title(lang) for one in verdict.expectations.values() if one.valid == valid]
        if titles:
            parts.append(head(lang) + "; ".join(titles) + ".")
    parts += [one(lang) + "." for one in verdict.run.problems.values()]
    return " ".join(parts)


def plainly(verdict: NationVerdict, lang: Lang) -> list[str]:
    """What a person wants to hear first: what broke, how much arrived, how much was shown, who is missing."""
    run, told = verdict.run, []
    if run.facts["ended"] == METASTABLE:
        told.append(collapse(run, lang))
    told.append(first_to_break(run, lang))
    found = completeness_of(run)
    if found is None:
        return [one for one in told if one]
    form, whole = found.whole.name.upper(), found.whole
    half, most = whole.reached_s(0.5), whole.reached_s(0.9)
    told.append(
        Text(
            f"Separuh TPS punya {form} utuh di server pada {when(run, half, 'id')}; "
            + ("90\u00a0% tidak pernah." if most is None else f"90\u00a0% pada {when(run, most, 'id')}."),
            f"Half of the TPS had a whole {form} at the server by {when(run, half, 'en')}; "
            + ("90\u00a0% never." if most is None else f"90\u00a0% by {when(run, most, 'en')}."),
        )(lang)
        if half is not None
        else Text(
            f"Separuh TPS tidak pernah punya {form} utuh di server.",
            f"Half of the TPS never had a whole {form} at the server.",
        )(lang)
    )
    told.append(
        Text(
            f"Di akhir {percent(whole.share, 'id')} TPS utuh, {percent(found.shown.share, 'id')} tampil di "
            "portal: "
            "terunggah dan tertayang adalah dua hal.",
            f"At the end {percent(whole.share, 'en')} of TPS are whole and "
            f"{percent(found.shown.share, 'en')} on "
            "the portal: uploaded and displayed are two things.",
        )(lang)
    )
    two = sum(count for pages, count in found.patterns.items() if pages and "," not in pages)
    if two:
        lacking = found.patterns.get("2", 0)
        told.append(
            Text(
                f"Dari {number(two, 'id')} TPS yang kurang satu halaman {form}, "
                f"{percent(lacking / two, 'id', 0)} "
                "kekurangan tepat halaman 2, halaman perolehan suara.",
                f"Of {number(two, 'en')} TPS that lack one page of {form}, "
                f"{percent(lacking / two, 'en', 0)} lack "
                "exactly page 2, the page of votes.",
            )(lang)
        )
    return [one for one in told if one]


def first_to_break(run: NationRun, lang: Lang) -> str:
    """Which resource breaks first, and when; "" where it cannot be known."""
    found = survivability_of(run)
    if found is None:
        return ""
    first = found.first_to_break
    if first is None:
        return Text(
            "Tidak ada sumber daya server yang jenuh: yang membatasi adalah jendela gangguan, jaringan dan "
            "orang.",
            "No resource of the server was ever saturated: outages, networks and people set the limits.",
        )(lang)
    name, at = resource_name(first.name)(lang), when(run, first.first_break_s, lang)
    how = {
        "saturated": Text("jenuh", "saturated"),
        "refused": Text(
            f"menolak lebih dari {percent(REFUSED, 'id', 0)} permintaan",
            f"turning away more than {percent(REFUSED, 'en', 0)} of requests",
        ),
    }[first.how](lang)
    return Text(
        f"Yang pertama tumbang: {name}, {at} ({how}, {IN_A_ROW} menit berturut-turut).",
        f"First to break: {name}, {at} ({how}, {IN_A_ROW} minutes in a row).",
    )(lang)


def collapse(run: NationRun, lang: Lang) -> str:
    """A collapse named, with its evidence: one pool over the last hours, in shares of its hand-time."""
    seen: Mapping[str, Any] = run.facts.get("evidence") or {}
    at = run.facts.get("played_until_s")
    head = Text(
        f"METASTABLE pada {when(run, at, 'id')}: simulasi dihentikan di situ.",
        f"METASTABLE by {when(run, at, 'en')}: the run was stopped there.",
    )(lang)
    if not {"pool", "from_s", "until_s", "fresh", "busy", "wasted"} <= set(seen):
        return head
    name, hours = resource_name(seen["pool"]), (seen["until_s"] - seen["from_s"]) / 3600.0
    busy, fresh = seen["busy"], seen["fresh"]
    lost = seen["wasted"] / busy if busy else 0.0
    told = Text(
        f" Bukti: selama {number(hours, 'id', 1)} jam terakhir {name.id} sibuk {percent(busy, 'id', 0)}, "
        f"{percent(lost, 'id', 0)} darinya untuk HP yang sudah tidak menunggu, padahal permintaan pertama "
        "saja "
        f"hanya butuh {percent(fresh, 'id', 0)}.",
        f" Evidence: for the last {number(hours, 'en', 1)} hours {name.en} was {percent(busy, 'en', 0)} "
        "busy, "
        f"{percent(lost, 'en', 0)} of it for phones that had stopped waiting, while first attempts alone "
        "need "
        f"only {percent(fresh, 'en', 0)}.",
    )
    return head + told(lang)


def story_span(run: NationRun, lang: Lang) -> tuple[str, str]:
    """First and last moment that is simulated."""
    calendar = run.nation.calendar
    return moment(calendar.start, lang), moment(calendar.until, lang)


def limits(run: NationRun, lang: Lang) -> list[str]:
    """What the twin is and what is assumed."""
    source = run.facts.get("server_source", "")
    return [
        Text(
            "Server di sini kembaran: kolam tangan dengan antrean, waktu layanan log-normal, penolakan dan "
            "satu "
            f"pipa, menurut model {run.facts.get('server_model', '')}. Asal angkanya: {source}",
            "The server here is a twin: pools of hands with queues, log-normal service times, refusals and "
            "one "
            f"line, after the model {run.facts.get('server_model', '')}. Where its figures are from: "
            f"{source}",
        )(lang),
        Text(
            "Jendela gangguan diberikan oleh skenario (dari sumber yang disebut di sana), bukan "
            "diramalkan; ia "
            "diterapkan sama untuk seluruh negeri.",
            "Outages are given by the scenario (from the sources it names), not predicted; they hold for "
            "the whole "
            "nation alike.",
        )(lang),
        Text(
            "TPS, sinyal, listrik dan perangkat dibuat dari angka wilayah, bukan daftar nyata; "
            "kebiasaan "
            'orang yang tidak ada sumbernya ditandai "assumed" atau "fitted" dalam berkas skenario.',
            "TPS, their signal, power and phones are made from figures of their regions, not from a list; "
            "habits "
            'of people that no source tells are marked "assumed" or "fitted" in the scenario file.',
        )(lang),
        Text(
            "Foto tidak dikirim dan tidak dibaca: penayangan (pembacaan, pemeriksaan, penahanan, tayang "
            "berkala) "
            "adalah antrean yang dihitung sesudah simulasi, dan tidak memengaruhi petugas. "
            "Untuk tampil cukup halaman perolehan suara (halaman 2), jadi yang tampil dapat melebihi yang "
            "utuh.",
            "No photograph is sent or read: publication (reading, checking, holding back, renewals) is a "
            "queue "
            "worked out after the simulation, and acts back on nobody. "
            "The page of votes (page 2) is enough to be shown, so more may be shown than are whole.",
        )(lang),
        Text(
            "Waktu dalam berkas setelit 0,06 detik; latensi dari histogram dengan delapan kotak tiap "
            "kelipatan dua.",
            "Times in the files are exact to 0.06 s; latencies come from histograms with eight bins an "
            "octave.",
        )(lang),
    ]


__all__ = [
    "brief", "collapse", "duration", "first_to_break", "limits", "plainly", "reason", "story_span", "when",
]  # fmt: skip
