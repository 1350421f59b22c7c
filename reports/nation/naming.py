"""What people call the parts of a nation's run; the machine's own word where we have no better one."""

from collections.abc import Mapping
from datetime import datetime

from reports.words import Lang, Text

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")

_OUTCOMES: Mapping[str, Text] = {
    "ok": Text("dijawab", "answered"),
    "refused": Text("ditolak (503)", "refused (503)"),
    "closed": Text("tak dilayani: gangguan", "not served: outage"),
    "timeout": Text("habis waktu", "timed out"),
    "link_lost": Text("sinyal HP hilang", "phone lost its signal"),
    "reset": Text("server putus", "server crashed"),
    "denied": Text("belum masuk (401)", "not logged in (401)"),
}

_KINDS: Mapping[str, Text] = {
    "activate": Text("aktivasi", "activation"),
    "login": Text("masuk", "login"),
    "tps": Text("identitas TPS", "identity of the TPS"),
    "practice": Text("halaman latihan (Bimtek)", "practice page (Bimtek)"),
    "submit_page": Text("unggah halaman", "page upload"),
    "confirm": Text("konfirmasi formulir", "form confirmed"),
    "status": Text("cek status", "status"),
    "recap": Text("rekap di pleno", "recap at the pleno"),
    "read": Text("baca portal", "portal reading"),
}

_RESOURCES: Mapping[str, Text] = {
    "pipe": Text("pipa jaringan ke server", "line into the servers"),
    "core": Text("prosesor aplikasi", "application processors"),
    "hash": Text(
        "pintu masuk dan aktivasi (hash kata sandi)", "gate of login and activation (password hash)"
    ),
    "auth": Text("kolam masuk dan aktivasi", "pool of login and activation"),
    "api": Text("kolam API", "API pool"),
    "portal": Text("kolam portal", "portal pool"),
}

_PLACES: Mapping[str, Text] = {
    "ordinary": Text("TPS biasa", "ordinary TPS"),
    "special": Text("TPS lokasi khusus", "TPS of special locations"),
    "abroad": Text("luar negeri", "abroad"),
}

_SIGNALS: Mapping[str, Text] = {
    "steady": Text("sinyal tetap", "steady signal"),
    "intermittent": Text("sinyal hilang timbul", "intermittent signal"),
    "none": Text("tanpa sinyal, harus berpindah", "no signal, must travel"),
}

FATES: Mapping[str, Text] = {
    "in_time": Text("utuh tepat waktu", "whole in time"),
    "late": Text("utuh, terlambat", "whole, late"),
    "saved_by_backup": Text(
        "tidak utuh; foto cadangan lewat PPS, dimasukkan PPK di pleno",
        "not whole; plain photographs through the PPS, entered by the PPK at its pleno",
    ),
    "backup_waiting": Text(
        "tidak utuh; foto cadangan di PPS, belum dimasukkan",
        "not whole; photographs at the PPS, not yet entered",
    ),
    "partial": Text("sebagian, ditinggalkan tanpa cadangan", "partial, left without a backup"),
    "missing": Text("kosong, tanpa cadangan", "nothing, without a backup"),
}
"""In the order of the page; together all TPS that vote with the first form."""

_FORMS: Mapping[str, str] = {
    "ppwp": "PPWP", "dpr": "DPR RI", "dpd": "DPD", "dprd-prov": "DPRD Provinsi", "dprd-kab": "DPRD Kab/Kota",
    "kwk-gubernur": "KWK Gubernur", "kwk-bupati": "KWK Bupati/Wali Kota",
}  # fmt: skip


def outcome_name(code: str) -> Text:
    """How a request ended."""
    return _OUTCOMES.get(code, Text(code, code))


def kind_name(code: str) -> Text:
    """A kind of request."""
    return _KINDS.get(code, Text(code, code))


def resource_name(code: str) -> Text:
    """A pool, a gate or the line."""
    return _RESOURCES.get(code, Text(code, code))


def place_name(code: str) -> Text:
    """Ordinary, special, abroad."""
    return _PLACES.get(code, Text(code, code))


def signal_name(code: str) -> Text:
    """The signal at a TPS."""
    return _SIGNALS.get(code, Text(code, code))


def zone_name(code: str) -> Text:
    """WIB, WITA, WIT or abroad."""
    return _PLACES["abroad"] if code == "abroad" else Text(code, code)


def form_name(code: str) -> str:
    """A form as the field calls it."""
    return _FORMS.get(code, code.upper())


def day_name(at: datetime, lang: Lang) -> str:
    """14 Feb."""
    return f"{at.day} {_MONTHS[at.month - 1] if lang == 'id' else at.strftime('%b')}"
