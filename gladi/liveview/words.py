"""What the live page says, Indonesian first; scripts of the page have no words of their own."""

from reports.words import Lang, Text

CARDS: tuple[tuple[str, Text, Text], ...] = (
    ("complete", Text("TPS utuh", "Complete TPS"), Text("", "")),
    ("began", Text("Dimulai per detik", "Begun per second"), Text("", "")),
    ("good", Text("Dilayani per detik", "Served per second"), Text("goodput", "goodput")),
    ("refused", Text("Ditolak atau tak terkirim", "Refused or not sent"), Text("", "")),
    ("unknown", Text("Tidak diketahui", "Unknown"), Text("mungkin terjadi", "may have happened")),
    ("flight", Text("Sedang berjalan", "Under way"), Text("belum dijawab", "not answered yet")),
    ("lateness", Text("Pembangkit terlambat (p99)", "Generator late (p99)"), Text("", "")),
    ("workers", Text("Pekerja beban", "Load workers"), Text("", "")),
)  # fmt: skip
"""Id, title and what stands below the figure."""

_WORDS: dict[str, Text] = {
    # stages of a run
    "preparing": Text("menyiapkan", "preparing"),
    "playing": Text("berlangsung", "playing"),
    "healing": Text("memulihkan gangguan, lalu baca balik", "healing the faults, then reading back"),
    "judging": Text("menilai", "judging"),
    "over": Text("selesai", "over"),
    # the chart
    "due": Text("jatuh tempo menurut jadwal (tindakan pertama)", "due by the timetable (first acts)"),
    "began": Text("dimulai", "begun"),
    "good": Text("dilayani (goodput)", "served (goodput)"),
    "failed": Text("gagal atau tanpa jawaban", "failed or unanswered"),
    "per_s": Text("per detik", "per second"),
    "chart_alt": Text(
        "Grafik: operasi per detik sepanjang gladi, dengan gangguan sebagai bidang bertanda",
        "Chart: operations per second over the run, faults as marked bands",
    ),
    "chart_none": Text("Belum ada operasi.", "No operations yet."),
    "chart_words": Text(
        "Tertinggi {peak} dilayani per detik; sekarang {now}. Sejauh ini {good} dilayani, {failed} gagal "
        "atau tanpa jawaban.",
        "At most {peak} served per second; {now} now. So far {good} served, {failed} failed or unanswered.",
    ),
    "story": Text("waktu cerita", "story time"),
    "second": Text("detik", "second"),
    "elapsed": Text("detik {now} dari {all}", "second {now} of {all}"),
    # tables
    "kind": Text("Jenis", "Kind"),
    "ok": Text("Diterima", "Accepted"),
    "refused": Text("Ditolak", "Refused"),
    "right": Text("Ditolak dengan benar", "Rightly refused"),
    "unknown": Text("Tidak diketahui", "Unknown"),
    "answers": Text("Dijawab (10 dtk)", "Answered (10 s)"),
    "ms": Text("md", "ms"),
    "s": Text("dtk", "s"),
    # tiles
    "province_alt": Text(
        "Peta petak 38 provinsi. {name}: {complete} dari {all} TPS utuh ({share}). Provinsi lain tidak ikut.",
        "Tile map of 38 provinces. {name}: {complete} of {all} TPS complete ({share}). "
        "No other province takes part.",
    ),
    "of": Text("dari", "of"),
    "hit": Text("terkena gangguan", "hit by a fault"),
    # faults
    "planned": Text("direncanakan", "planned"),
    "struck": Text("sedang mengenai", "in force"),
    "healed": Text("sudah pulih", "healed"),
    "skipped": Text("tidak dimainkan", "not played"),
    "fault_failed": Text("GAGAL dipulihkan", "NOT healed"),
    "fault_healing": Text("sedang dipulihkan", "healing"),
    "waits": Text("menunggu syarat", "waits for the condition"),
    "no_faults": Text("Tidak ada gangguan dalam rencana.", "No faults in the plan."),
    # what is said aloud
    "says_phase": Text("Tahap {phase}.", "Phase {phase}."),
    "says_struck": Text("Gangguan {id} mengenai: {name}.", "Fault {id} strikes: {name}."),
    "says_healed": Text("Gangguan {id} pulih: {name}.", "Fault {id} healed: {name}."),
    # banners
    "late": Text(
        "⚠ Pembangkit terlambat: p99 {p99} dalam 10 detik terakhir. Waktu jawab di halaman ini sekarang "
        "tidak dapat dipakai menilai server.",
        "⚠ The generator is late: p99 {p99} over the last 10 seconds. Answer times on this page say nothing "
        "about the server right now.",
    ),
    "on_time": Text("✓ tepat waktu, dapat dipercaya", "✓ on time, can be trusted"),
    "not_on_time": Text("✗ jangan dipercaya sekarang", "✗ do not trust it now"),
    "idle": Text("tidak ada yang jatuh tempo", "nothing due"),
    "dead": Text("⚠ Pekerja beban yang hilang: {list}", "⚠ Load workers lost: {list}"),
    "all_alive": Text("semua hidup", "all alive"),
    "lost": Text("{count} hilang", "{count} lost"),
    "busiest": Text("paling sibuk nomor {who}, {share}", "busiest: number {who}, {share}"),
    "gone": Text(
        "⚠ Sambungan ke gladi terputus sejak {at}. Yang tampak adalah keadaan terakhir; "
        "mencoba menyambung lagi.",
        "⚠ Connection to gladi lost at {at}. What you see is the last state; trying again.",
    ),
    "closed": Text(
        "Gladi sudah selesai dan halaman ini tidak lagi diperbarui. Yang tampak adalah keadaan terakhir.",
        "The rehearsal is over and this page is no longer updated. What you see is the last state.",
    ),
    "verdict_passed": Text("✓ LULUS", "✓ PASSED"),
    "verdict_failed": Text("✗ GAGAL", "✗ FAILED"),
    "verdict_unknown": Text("? TIDAK DAPAT DIPASTIKAN", "? UNKNOWN"),
    "report": Text("Laporan lengkap di mesin itu: {path}", "The whole report on that machine: {path}"),
}


def words(lang: Lang) -> dict[str, str]:
    """Every phrase in one language, by name."""
    return {name: text(lang) for name, text in _WORDS.items()}
