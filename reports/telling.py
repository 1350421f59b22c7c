"""Sentences of the report, in both languages, each computed from the verdict."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from reports.naming import fault_name, skip_name
from reports.naming_thresholds import threshold_title
from reports.rundir import RunInfo
from reports.verdict import Verdict
from reports.words import Lang, Text, number, percent

WORD: Mapping[str, Text] = {
    "passed": Text("LULUS", "PASSED"),
    "failed": Text("GAGAL", "FAILED"),
    "unknown": Text("TIDAK DAPAT DIPASTIKAN", "UNDETERMINED"),
}

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


def clock(at: datetime, lang: Lang) -> str:
    """20.15, or 20:15 in English."""
    return at.strftime("%H.%M" if lang == "id" else "%H:%M")


def moment(at: datetime, lang: Lang) -> str:
    """7 Feb 2024 07.45."""
    month = _MONTHS[at.month - 1] if lang == "id" else at.strftime("%b")
    return f"{at.day} {month} {at.year} {clock(at, lang)}"


def started(text: str, lang: Lang) -> str:
    """The wall-clock start of the run, as written if it is no ISO time."""
    try:
        return moment(datetime.fromisoformat(text), lang)
    except ValueError:
        return text


def day_of(at: datetime, lang: Lang) -> str:
    """7 Feb."""
    return f"{at.day} {_MONTHS[at.month - 1] if lang == 'id' else at.strftime('%b')}"


def where(info: RunInfo, lang: Lang) -> str:
    """What was played, in one line: how many TPS, against what, when."""
    start = info.phases[0].start_local
    twin = info.mode == "simulate"
    against = Text("server tiruan", "simulated server") if twin else Text("server nyata", "live server")
    end = info.phases[-1].end_local
    first, last = (f"{day_of(at, lang)} {at.year}" for at in (start, end))
    day = Text("cerita ", "story ")(lang) + (first if first == last else f"{first} – {last}")
    return f"{info.region_name} · {number(info.scale, lang)} TPS · {against(lang)} · {day}"


def reason(verdict: Verdict, lang: Lang) -> str:
    """Why the verdict is what it is, in one or two sentences."""
    broken = _titles(verdict, False, lang)
    open_ = _titles(verdict, "unknown", lang)
    if verdict.verdict == "passed":
        return Text(
            "Semua pemeriksaan terpenuhi dan semua harapan skenario tercapai.",
            "Every check holds and every expectation of the scenario was met.",
        )(lang)
    parts = []
    if broken:
        parts.append(Text("Tidak terpenuhi: ", "Not met: ")(lang) + "; ".join(broken) + ".")
    if open_:
        parts.append(Text("Tidak dapat dipastikan: ", "Not known: ")(lang) + "; ".join(open_) + ".")
    return " ".join(parts)


def _titles(verdict: Verdict, valid: object, lang: Lang) -> list[str]:
    from reports.checkers import registered

    known = registered()
    out = [
        f"{known[name].title(lang)} ({finding.why(lang)})"
        for name, finding in verdict.checkers.items()
        if finding.valid is valid or finding.valid == valid == "unknown"
    ]
    out += [
        f"{one.title(lang)} ({one.why(lang)})"
        for one in verdict.expectations.values()
        if one.valid is valid or one.valid == valid == "unknown"
    ]
    return out + [
        f"{threshold_title(one.asked, lang)} ({one.why(lang)})"
        for one in verdict.thresholds
        if one.valid is valid or one.valid == valid == "unknown"
    ]


def lost(verdict: Verdict, lang: Lang) -> str:
    """How many were acknowledged, how many are lost, and the bound in plain words."""
    finding = verdict.checkers["lost"]
    n, many = number(finding.checked, lang), number(finding.count, lang)
    if finding.valid == "unknown":
        return Text(
            f"{n} kiriman diakui, tetapi tidak dapat dipastikan semuanya masih ada: {finding.why.id}.",
            f"{n} writes were acknowledged, but whether all are still there is not known: {finding.why.en}.",
        )(lang)
    if finding.valid is False:
        share = percent(finding.count / max(1, finding.checked), lang, 2)
        return Text(
            f"{n} kiriman diakui, {many} di antaranya ({share}) tidak lagi ada di sistem.",
            f"{n} writes were acknowledged; {many} of them ({share}) are no longer in the system.",
        )(lang)
    bound = finding.bound_95 or 1.0
    return Text(
        f"{n} kiriman diakui, 0 hilang. Dengan keyakinan 95\u00a0%, yang hilang paling banyak "
        f"{percent(bound, lang, 2)}, atau 1 dari {number(int(1 / bound), lang)} kiriman.",
        f"{n} writes acknowledged, 0 lost. With 95\u00a0% confidence at most "
        f"{percent(bound, lang, 2)} are lost, "
        f"1 write in {number(int(1 / bound), lang)}.",
    )(lang)


def recovery(fault: Mapping[str, Any], lang: Lang) -> str:
    """How a fault ended, in a few words."""
    after = fault["recovery_s"]
    told = {
        "recovered": Text("pulih dalam detik pertama", "recovered within the first second")
        if not after
        else Text(
            f"pulih {number(after, 'id')} detik setelah dipulihkan",
            f"recovered {number(after, 'en')} s after healing",
        ),
        "not_recovered": Text("belum pulih sampai akhir", "not recovered by the end"),
        "no_demand": Text(
            "tidak terlihat: tidak ada permintaan sesudahnya", "not seen: no demand afterwards"
        ),
        "not_healed": Text("tidak dipulihkan", "was not healed"),
        "not_struck": Text(
            f"tidak dijalankan: {skip_name(fault['why']).id}", f"not played: {skip_name(fault['why']).en}"
        ),
    }[fault["recovery"]]
    saturated = Text(" (pembangkit beban jenuh)", " (load generator saturated)")
    return told(lang) + (saturated(lang) if fault["saturated"] and fault["recovery"] != "recovered" else "")


def generator(table: Mapping[str, Any], info: RunInfo, lang: Lang) -> str:
    """Whether the load came when it was due, where it did not, and whose fault slow seconds are."""
    late = {name: number(value, lang, 1) for name, value in table["lateness_ms"].items()}
    limit = number(table["limit_p99_ms"], lang)
    saturated, wanted = table["seconds_saturated"], table["seconds_with_demand"]
    slow, by = table["seconds_below_slo"], table["seconds_below_slo_by"]
    first = Text(
        f"Operasi dimulai terlambat {late['p50']}\u00a0ms (median), {late['p99']}\u00a0ms (p99) dan paling "
        f"lama {late['max']}\u00a0ms dari saat seharusnya. Selama inti prosesor pembangkit tidak sibuk, p99 "
        f"itu {late['p99_while_free']}\u00a0ms; batas wajarnya {limit}\u00a0ms.",
        f"Operations started {late['p50']}\u00a0ms (median), {late['p99']}\u00a0ms (p99) and at most "
        f"{late['max']}\u00a0ms after they were due. While the generator's own cores were not busy, that p99 "
        f"was {late['p99_while_free']}\u00a0ms; the honest limit is {limit}\u00a0ms.",
    )(lang)
    if table["saturated"]:
        second = Text(
            f"Pembangkit beban sendiri jenuh ({saturated} dari {wanted} detik yang ada permintaan): waktu "
            "tunggu dalam latihan ini tidak boleh ditimpakan pada server.",
            f"The generator itself was saturated ({saturated} of {wanted} seconds with demand): latency in "
            "this run must not be blamed on the server.",
        )(lang)
    elif saturated:
        when = stretches(table["saturated_s"], info, lang)
        second = Text(
            f"Beban datang tepat waktu, kecuali dalam {saturated} dari {wanted} detik yang ada permintaan "
            f"(waktu cerita {when}): di situ pembangkit terlambat atau intinya sibuk di atas 90\u00a0%, dan "
            "jawaban lambat tidak ditimpakan pada server.",
            f"The load came on time, except in {saturated} of {wanted} seconds with demand (story time "
            f"{when}): there the generator was late or its cores more than 90\u00a0% busy, and slow answers "
            "are not held against the server.",
        )(lang)
    else:
        second = Text(
            f"Beban datang tepat waktu dalam semua {wanted} detik yang ada permintaan.",
            f"The load came on time in all {wanted} seconds with demand.",
        )(lang)
    third = Text(
        f"Dari {slow} detik dengan layanan di bawah SLO, {by['server']} terjadi saat beban tepat waktu "
        f"(server lambat atau mati), {by['generator']} hanya karena pembangkit sendiri terlambat (tanpa "
        f"keterlambatan itu SLO tercapai), dan {by['either']} lainnya saat pembangkit jenuh (tidak dapat "
        "dipisahkan). "
        "Pemeriksaan keamanan data tidak bergantung pada waktu dan tidak terpengaruh.",
        f"Of {slow} seconds with service below the SLO, {by['server']} came while the load was on time "
        f"(server slow or down), {by['generator']} only because the generator itself was late (without that "
        f"the SLO would have been kept), and {by['either']} others while it was saturated (nobody can tell). "
        "Safety checks do not depend on time and are unaffected.",
    )(lang)
    return f"{first} {second} {third}"


_MOST_STRETCHES = 8


def stretches(seconds: Sequence[tuple[int, int]], info: RunInfo, lang: Lang) -> str:
    """Stretches of the run clock as story times; the day is named where it changes."""
    told: list[str] = []
    day = ""
    for start_s, end_s in seconds[:_MOST_STRETCHES]:
        start = info.local(start_s)
        end = info.phase_at(end_s - 0.5).local(end_s)  # a stretch that ends with a phase ends in it
        if _day(start) != day:
            day = _day(start)
            told.append(moment(start, lang))
        else:
            told.append(clock(start, lang))
        told[-1] += f"–{clock(end, lang) if _day(end) == day else moment(end, lang)}"
        day = _day(end)
    more = len(seconds) - _MOST_STRETCHES
    if more > 0:
        told.append(Text(f"dan {more} lainnya", f"and {more} more")(lang))
    return ", ".join(told)


def _day(at: datetime) -> str:
    return at.strftime("%Y-%m-%d")


def unavailable(names: Sequence[str], lang: Lang) -> str:
    """What could not be broken on this machine, and what that leaves open."""
    listed = ", ".join(fault_name(name)(lang) for name in names)
    return Text(
        f"Tidak tersedia di mesin tempat latihan: {listed}. Sifat yang diuji gangguan ini tidak diketahui.",
        f"Not available on the machine of this run: {listed}. The properties these faults test are unknown.",
    )(lang)


def limits(mode: str) -> list[Text]:
    """What the method leaves out, so that nobody reads more into a verdict than is there."""
    out = [
        Text(
            "Waktu manusia dimampatkan, waktu teknis tidak: menghitung dan berjalan dipercepat, "
            "sedangkan batas "
            "waktu, jeda coba ulang, kecepatan sambungan dan server tetap dalam detik nyata.",
            "Human time is compressed, technical time is not: counting and walking are sped up, "
            "while timeouts, "
            "backoff, link speed and the server run in real seconds.",
        ),
        Text(
            "Setara nasional berarti laju kedatangan, bukan volume: foto dan baris yang "
            "tersimpan hanya milik TPS "
            "yang dimainkan.",
            "National equivalent means rate of arrival, not volume: only the photos and rows of "
            "the TPS that were "
            "played are stored.",
        ),
        Text(
            "Proses yang dimatikan tidak membuktikan ketahanan terhadap mati listrik: yang "
            "belum ditulis ke cakram "
            "masih selamat di memori sistem operasi.",
            "Killing a process proves nothing about a power cut: what was not yet on disk "
            "survives in the memory "
            "of the operating system.",
        ),
        Text(
            "Kiriman tanpa jawaban mungkin terjadi dan mungkin tidak; tidak ada pemeriksaan yang menebaknya.",
            "A write without an answer may or may not have happened; no check guesses.",
        ),
        Text(
            "Satu formulir per TPS (C.Hasil-PPWP, tiga halaman); hari sebenarnya memuat lima pemilihan.",
            "One form a TPS (C.Hasil-PPWP, three pages); the real day carries five elections.",
        ),
        Text(
            "Tidak ada pelanggaran bukan bukti bahwa tidak mungkin ada: batas 95 % menyatakan seberapa jauh "
            "latihan ini dapat melihat.",
            "No violation is not proof that none is possible: the 95 % bound says how far this run can see.",
        ),
    ]
    if mode == "simulate":
        out.insert(
            0,
            Text(
                "Server dalam latihan ini adalah tiruan. Putusannya tentang model dan skenario, bukan "
                "tentang sistem; apa yang ditunjukkan portal dan apa yang dikatakan sistem tentang "
                "dirinya tidak diperiksa.",
                "The server of this run is simulated. The verdict is about the model and scenario, not a "
                "system; what a portal shows and what a system says of itself are not judged.",
            ),
        )
    else:
        out.append(
            Text(
                "Pembangkit beban, jaringan tiruan dan server berbagi satu mesin bila sasaran "
                "adalah 127.0.0.1.",
                "Generator, network emulation and server share one machine when the target is 127.0.0.1.",
            )
        )
    return out
