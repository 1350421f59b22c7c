"""Keys, values and figures of a sweep in words."""

from datetime import datetime
from typing import Any

from reports.telling import moment
from reports.words import Lang, Text, number, percent

_KEYS = {
    "server.servers": Text("jumlah server", "servers"),
    "server.queue": Text("tempat antre di server", "places in the server's queue"),
    "server.refuse_after_s": Text("batas penolakan dini (dtk)", "admission limit (s)"),
    "server.pipe_mbit_s": Text("pipa ke server (Mbit/dtk)", "line into the server (Mbit/s)"),
    "activation.already": Text("akun yang sudah aktif sejak awal", "accounts active from the start"),
    "activation.storm_share": Text("akun yang mencoba serentak", "accounts that try at once"),
    "login.share": Text("operator yang mencoba masuk pada H-1", "operators who log in on the day before"),
    "morning.share": Text("operator yang masuk pada pagi hari-H", "operators who log in that morning"),
    "app.staggered": Text("lebar jendela kirim bergilir", "width of the staggered windows"),
    "app.backoff_first_s": Text("jeda coba ulang pertama (dtk)", "first backoff (s)"),
    "app.backoff_factor": Text("pertumbuhan jeda coba ulang", "growth of the backoff"),
    "app.backoff_max_s": Text("jeda coba ulang terpanjang (dtk)", "longest backoff (s)"),
    "app.retries": Text("coba ulang oleh aplikasi", "retries of the app"),
    "app.upload_timeout_s": Text("batas waktu unggah (dtk)", "upload timeout (s)"),
    "app.photo_bytes": Text("ukuran foto (bita)", "size of a photo (bytes)"),
    "app.skips": Text("aplikasi melewati halaman yang gagal", "the app passes over a page that fails"),
    "persons.rest": Text("jeda orang sebelum mencoba lagi", "a person's rest before the next try"),
    "persons.tries": Text("percobaan dalam satu sesi", "tries in one session"),
}

_FIGURES = {
    "complete_by": Text("TPS lengkap pada batas waktu", "complete TPS at the deadline"),
    "complete_end": Text("TPS lengkap pada akhir", "complete TPS at the end"),
    "shown_end": Text("TPS tampil di portal pada akhir", "TPS shown on the portal at the end"),
    "availability_submit_page": Text("kiriman halaman terlayani baik", "pages taken within the limit"),
    "availability_login": Text("login terlayani baik", "logins served within the limit"),
    "availability_read": Text("pembacaan terlayani baik", "reads served within the limit"),
    "goodput_worst": Text("kiriman diterima pada jam terburuk", "pages taken in the worst hour"),
    "activated": Text("akun aktif pada hari-H", "accounts active on the day"),
}


def key_name(key: str, lang: Lang) -> str:
    """In words where it has some, otherwise as it is written."""
    return _KEYS[key](lang) if key in _KEYS else key


def figure_name(name: str, lang: Lang) -> str:
    """A figure of the headline in words."""
    return _FIGURES[name](lang) if name in _FIGURES else name


def value_name(value: Any, lang: Lang) -> str:
    """A value as the language writes it."""
    if isinstance(value, bool):
        return (Text("ya", "yes") if value else Text("tidak", "no"))(lang)
    if isinstance(value, int):
        return number(value, lang)
    if isinstance(value, float):
        text = f"{value:g}"
        return text.replace(".", ",") if lang == "id" and "e" not in text else text
    if isinstance(value, list):
        return ", ".join(value_name(one, lang) for one in value)
    return str(value)


def wanted(condition: Any, by: datetime, lang: Lang) -> str:
    """What was to be reached: `TPS lengkap pada batas waktu (15 Feb 2024 12.00) ≥ 95 %`."""
    sign = {">=": "≥", "<=": "≤"}.get(condition["sign"], condition["sign"])
    name = figure_name(condition["figure"], lang)
    whole = abs(100 * condition["value"] % 1) < 1e-9
    if condition["figure"] == "complete_by":
        name += f" ({moment(by, lang)} WIB)"
    return f"{name} {sign} {percent(condition['value'], lang, 0 if whole else 1)}"
