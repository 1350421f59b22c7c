"""What people call operations, faults, reasons, links; the machine's own word where we have no better one."""

from collections.abc import Mapping

from reports.schema import (
    PROBE_CORRUPTED,
    PROBE_ENDED_SESSION,
    PROBE_FOREIGN,
    PROBE_NO_SESSION,
    PROBE_TRUNCATED,
    PROBE_WRONG_PASSWORD,
)
from reports.words import Text

KIND: Mapping[str, Text] = {
    "activate": Text("aktivasi", "activate"),
    "login": Text("masuk", "log in"),
    "logout": Text("keluar", "log out"),
    "tps": Text("data TPS", "TPS data"),
    "submit_page": Text("kirim halaman", "submit page"),
    "confirm": Text("sesuai / tidak", "confirm"),
    "correct": Text("koreksi", "correct"),
    "status": Text("status", "status"),
    "national": Text("hasil nasional", "national results"),
    "region": Text("hasil wilayah", "region results"),
    "tps_page": Text("hasil TPS", "TPS results"),
    "photo": Text("foto", "photo"),
    "pleno_open": Text("buka pleno", "open pleno"),
    "pleno_tps": Text("lihat TPS di pleno", "look at TPS in pleno"),
    "pleno_decide": Text("putusan pleno", "pleno decision"),
    "pleno_finalise": Text("finalisasi D.Hasil", "finalise D.Hasil"),
    "backup_page": Text("kirim foto cadangan", "send backup photo"),
    "replace_photo": Text("ganti foto", "replace photo"),
}
"""What people call each kind of operation."""

_FAULTS: Mapping[str, Text] = {
    # of processes
    "process_kill": Text("Proses dimatikan (SIGKILL)", "Process killed (SIGKILL)"),
    "process_pause": Text("Proses dibekukan (SIGSTOP)", "Process frozen (SIGSTOP)"),
    "process_stop": Text("Proses dihentikan", "Process stopped"),
    "process_restart": Text("Proses dimulai ulang bergiliran", "Processes restarted in turn"),
    # of the server's power and disk
    "power_cut": Text("Listrik server padam", "Power cut of the server"),
    "disk_full": Text("Cakram penuh", "Disk full"),
    "disk_slow": Text("Cakram lambat", "Disk slow"),
    "disk_read_only": Text("Cakram hanya-baca", "Disk read-only"),
    # of the machine and what the stack stands on
    "cpu_starved": Text("Prosesor kekurangan waktu", "Processor starved"),
    "memory_limit": Text("Memori dibatasi", "Memory limited"),
    "clock_jump": Text("Jam server melompat", "Server clock jumped"),
    "pool_exhausted": Text("Sambungan basis data habis", "Database connections exhausted"),
    "lock_held": Text("Kunci basis data tertahan", "Database lock held"),
    "cache_poisoned": Text("Tembolok diracuni data lama", "Cache poisoned with old data"),
    "certificate_expired": Text("Sertifikat kedaluwarsa", "Certificate expired"),
    # of the network
    "area_dark": Text("Jaringan wilayah gelap", "Area network dark"),
    "link_latency": Text("Jaringan terlambat", "Network delayed"),
    "link_bandwidth": Text("Jaringan menyempit", "Network narrowed"),
    "link_timeout": Text("Jaringan menelan semuanya", "Network swallows everything"),
    "link_reset": Text("Sambungan diputus paksa", "Connections reset"),
    "link_slow_close": Text("Sambungan lambat ditutup", "Connections slow to close"),
    "link_slicer": Text("Kiriman terpotong-potong", "Traffic cut into slices"),
    "link_data_limit": Text("Sambungan putus setelah sekian data", "Connections end after so much data"),
    "link_flapping": Text("Jaringan hidup-mati", "Network flapping"),
    "link_profile": Text("Jaringan turun kelas", "Network of a lower class"),
    # at the TPS
    "phone_battery_empty": Text("Baterai HP habis", "Phone battery empty"),
    "phone_app_killed": Text("Aplikasi dimatikan dan dipasang ulang", "App killed and installed anew"),
    "phone_swapped": Text("HP diganti", "Phone swapped for another"),
    "both_send": Text("Kedua operator mengirim", "Both operators send"),
    "photo_corrupted": Text("Foto rusak di jalan", "Photo damaged on the way"),
    "no_power": Text("Listrik TPS padam", "No power at the TPS"),
    # of the crowd
    "login_storm": Text("Serbuan login", "Login storm"),
    "retry_storm": Text("Serbuan coba ulang", "Retry storm"),
    "everyone_at_once": Text("Semua mengirim bersamaan", "Everyone sends at once"),
    "portal_crowd": Text("Portal diserbu pembaca", "Portal flash crowd"),
    "junk_flood": Text("Banjir permintaan sampah", "Flood of junk requests"),
}

_LINKS: Mapping[str, str] = {"4g": "4G", "3g": "3G", "edge": "EDGE", "vsat": "VSAT"}

_SIGNALS: Mapping[str, Text] = {
    "steady": Text("sinyal tetap", "steady signal"),
    "intermittent": Text("sinyal hilang timbul", "intermittent signal"),
    "no_signal": Text("tanpa sinyal, harus berpindah", "no signal, must travel"),
}

_REASONS: Mapping[str, Text] = {
    "": Text("tanpa sebab", "no reason given"),
    # of the driver: what its connection met
    "refused": Text("sambungan ditolak", "connection refused"),
    "reset": Text("sambungan putus", "connection reset"),
    "closed": Text("sambungan diputus tanpa jawaban", "connection closed without an answer"),
    "timeout": Text("tidak dijawab sampai batas waktu", "not answered within the time limit"),
    "broken_answer": Text("jawaban rusak", "broken answer"),
    "link_lost": Text("sinyal HP hilang", "phone lost its signal"),
    "unsupported": Text("tidak ada di sistem ini", "this system has no such operation"),
    "no_local_port": Text("mesin penguji kehabisan porta", "test machine out of ports"),
    "not_ended": Text("belum selesai di akhir", "not ended at the end"),
    "worker_died": Text("pekerja beban mati", "load worker died"),
    PROBE_TRUNCATED: Text("uji foto terpotong", "probe: truncated photo"),
    PROBE_CORRUPTED: Text("uji foto rusak", "probe: damaged photo"),
    PROBE_FOREIGN: Text("uji tulis ke TPS lain", "probe: write to another TPS"),
    PROBE_NO_SESSION: Text("uji tanpa sesi", "probe: no session"),
    PROBE_ENDED_SESSION: Text("uji sesi yang sudah keluar", "probe: a session that was logged out"),
    PROBE_WRONG_PASSWORD: Text("uji kata sandi tebakan", "probe: a guessed password"),
    # of the server: codes of its answers
    "overloaded": Text("server penuh", "server overloaded"),
    "database_away": Text("basis data tidak menjawab", "database away"),
    "store_unable": Text("penyimpan foto tidak mampu", "photo store unable"),
    "internal": Text("galat dalam server", "error inside the server"),
    "page_exists": Text("halaman sudah ada", "page already there"),
    "page_missing": Text("halaman belum ada", "page not there yet"),
    "pages_missing": Text("halaman belum lengkap", "pages missing"),
    "key_reused": Text("kunci dipakai ulang untuk isi lain", "key reused for other content"),
    "unauthorized": Text("sesi tidak dikenal", "session unknown"),
    "session_unknown": Text("sesi tidak dikenal", "session unknown"),
    "not_authenticated": Text("tanpa sesi", "without a session"),
    "not_activated": Text("akun belum aktif", "account not activated"),
    "account_unknown": Text("akun tidak dikenal", "account unknown"),
    "wrong_password": Text("kata sandi salah", "wrong password"),
    "wrong_activation_code": Text("kode aktivasi salah", "wrong activation code"),
    "not_your_tps": Text("bukan TPS sendiri", "not their own TPS"),
    "tps_unknown": Text("TPS belum ada hasil", "TPS has no results yet"),
    "region_unknown": Text("wilayah tidak dikenal", "region unknown"),
    "photo_unknown": Text("foto tidak ada", "photo not there"),
    "too_large": Text("kiriman terlalu besar", "request too large"),
    "too_slow": Text("kiriman terlalu lambat", "request too slow"),
    "broken_off": Text("kiriman terputus", "request broken off"),
    "stopping": Text("proses sedang berhenti", "process ending"),
    "too_many_tries": Text("terlalu banyak kata sandi salah", "too many wrong passwords"),
    "device_differs": Text("HP lain dari yang terdaftar", "another phone than the registered one"),
    "not_initialised": Text("aplikasi belum diinisialisasi", "app not initialised"),
    "already_activated": Text("akun sudah aktif", "account already active"),
    "digest_differs": Text("sidik foto berbeda", "another digest than the photo's"),
    "photo_incomplete": Text("foto tidak utuh", "photo not whole"),
    "other_tps": Text("bukan TPS sendiri", "not their own TPS"),
    "impossible_value": Text("nilai yang tidak dapat disimpan", "value that cannot be stored"),
    "wrong_field": Text("isian salah", "wrong field"),
    "wrong_digest": Text("sidik foto tidak cocok", "digest of the photo differs"),
    "wrong_multipart": Text("kiriman cacat", "malformed request"),
    "wrong_key": Text("kunci cacat", "malformed key"),
    "not_published": Text("portal belum menghitung", "portal has not counted yet"),
    "contended": Text("halaman sedang ditulis orang lain", "page being written by somebody else"),
    "pleno_final": Text("rekapitulasi sudah final", "recap already final"),
    "no_such_endpoint": Text("alamat tidak dikenal", "no such address"),
}


_FATES: Mapping[str, Text] = {
    "in_time": Text("tepat waktu", "in time"),
    "late": Text("terlambat", "late"),
    "wrong": Text("salah", "wrong"),
    "backup": Text("lewat cadangan", "backup"),
    "abandoned": Text("ditinggalkan", "abandoned"),
    "unsent": Text("tak pernah dikirim", "never sent"),
}


def fate_name(name: str) -> Text:
    """What became of a page."""
    return _FATES[name]


def reason_name(reason: str) -> Text:
    """Why an operation went wrong, in words; `http_<status>` and `target:<error>` are kinds of their own."""
    kind, _, which = reason.partition(":")
    if kind == "target" and which:
        return Text(f"galat adaptor sasaran ({which})", f"error in the target's adapter ({which})")
    if reason.startswith("http_"):
        return Text("jawaban lain", "another answer")
    return _REASONS.get(reason, Text(*[reason.replace("_", " ")] * 2))


def skip_name(why: str) -> Text:
    """Why a fault was not played: the injector's own words, those it says most in the reader's language."""
    if why == "the run was stopped before":
        return Text("gladi dihentikan sebelumnya", "the run was stopped before")
    if not why:
        return Text("sebab tidak dicatat", "no reason recorded")
    _, unavailable, cause = why.partition(" is unavailable: ")
    if unavailable:
        return Text(f"tidak tersedia di mesin ini: {cause}", f"not available on this machine: {cause}")
    return Text(why, why)


def fault_name(name: str) -> Text:
    """Name of a kind of fault."""
    return _FAULTS.get(name, Text(*[name.replace("_", " ")] * 2))


def signal_name(code: str) -> Text:
    """How well a TPS is reached."""
    return _SIGNALS[code]


def link_name(code: str) -> str:
    """Name of a link class."""
    return _LINKS.get(code, code)
