"""What is wrong with a photo, named and told kindly: by the stack's reader, and by a look of our own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_NO_LIGHT = 60  # median luma; photos that the reader calls dark have 29 to 48, others 110 and more
_NO_FOCUS = 0.0035  # `Look.sharp`; blurred photos have 0.0015 to 0.004, others 0.004 and more
_MOST_UNREAD = 0.5  # the stack calls a page that was read less than this not verified by its photo

FORMS = {
    "ppwp": "C.Hasil Presiden dan Wakil Presiden",
    "dpr": "C.Hasil DPR",
    "dpd": "C.Hasil DPD",
    "dprd-prov": "C.Hasil DPRD Provinsi",
    "dprd-kab": "C.Hasil DPRD Kabupaten/Kota",
    "kwk-gubernur": "C.Hasil-KWK Gubernur",
    "kwk-bupati": "C.Hasil-KWK Bupati/Wali Kota",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to do better. `weighs`: what it takes away of the points of the photo, 0 to 1."""

    name: str
    says: str
    better: str
    weighs: float = 1.0

    @property
    def of_sheet(self) -> bool:
        """Whether it was not the sheet that was asked for."""
        return self.name in {"wrong_form", "wrong_page", "other_sheet"}


def faults(form: str, page: int, reading: Mapping[str, Any], look: Mapping[str, Any] | None) -> list[Fault]:
    """Of one stored photo of `page`; `reading` is the stack's answer about the page, `look` our own."""
    if reading.get("trouble") or reading.get("state") == "failed" or look is None:
        return [
            Fault(
                "broken", f"Halaman {page}: berkas foto rusak dan tidak dapat dibuka.",
                "Potret ulang. Jangan menutup halaman sebelum foto tampil di layar.",
            )
        ]  # fmt: skip
    flags = set(reading.get("flags") or ())
    found = [_other_sheet(form, page, look)] if flags & {"wrong_form", "wrong_page"} else []
    found += _no_tag(page, look) if "no_tag" in flags else _hints(page, flags)
    if look["turned"] and "no_tag" not in flags:
        lies = "terbalik" if look["turned"] == 180 else "miring ke samping"
        found.append(
            Fault(
                "turned", f"Halaman {page}: foto {lies}.",
                "Pegang ponsel tegak, dengan judul formulir di atas. Foto ini masih terbaca, tetapi orang "
                "yang "
                "memeriksanya harus memutarnya.", 0.5,
            )
        )  # fmt: skip
    if look["screen"]:
        found.append(
            Fault(
                "screen", f"Halaman {page}: ini tampaknya foto sebuah layar, bukan lembar aslinya.",
                "Potret C.Hasil asli (plano), bukan foto dari grup WhatsApp atau layar laptop.",
            )
        )  # fmt: skip
    unread = [field for field, why in (reading.get("unread") or {}).items() if why != "empty"]
    numbers = reading.get("numbers") or {}
    if not found and numbers and len(unread) > _MOST_UNREAD * len(numbers):
        found.append(
            Fault(
                "unread", f"Halaman {page}: {len(unread)} dari {len(numbers)} angka tidak terbaca jelas.",
                "Dekatkan ponsel sampai lembar memenuhi layar, ketuk layar agar fokus, dan tulis angka di "
                "dalam "
                "kotaknya.", 0.5,
            )
        )  # fmt: skip
    return found


def _other_sheet(form: str, page: int, look: Mapping[str, Any]) -> Fault:
    shows = look["shows"]
    if shows and shows[0] == form and shows[1] != page:
        return Fault(
            "wrong_page", f"Yang diminta halaman {page}, yang terpotret halaman {shows[1]}.",
            "Lihat nomor halaman di pojok lembar sebelum memotret.",
        )  # fmt: skip
    what = FORMS.get(shows[0], "") if shows else ""
    return Fault(
        "wrong_form",
        f"Halaman {page}: yang terpotret {what or 'formulir lain'}, bukan {FORMS.get(form, form)}.",
        "Baca judul formulir dahulu: setiap pemilihan punya lembarnya sendiri.",
    )


def _no_tag(page: int, look: Mapping[str, Any]) -> list[Fault]:
    """Nothing of the sheet could be found; why, as far as light and focus tell."""
    if look["light"] < _NO_LIGHT:
        return [_dark(page)]
    if look["sharp"] < _NO_FOCUS:
        return [_blurred(page)]
    return [
        Fault(
            "tag_unseen",
            f"Halaman {page}: kotak penanda hitam-putih tidak tampak; mungkin tertutup, terpotong, atau ini "
            "bukan lembar C.Hasil.",
            "Pastikan seluruh lembar masuk foto dan tidak ada tangan, lakban, atau kertas di atas penanda.",
        )
    ]


def _hints(page: int, flags: set[str]) -> list[Fault]:
    found = []
    if "blurred" in flags:
        found.append(_blurred(page))
    if "dark" in flags:
        found.append(_dark(page))
    if "corner_missing" in flags:
        found.append(
            Fault(
                "cut_off", f"Halaman {page}: ada sudut lembar yang tidak tampak, terpotong atau tertutup "
                "jari.",
                "Mundur sedikit sampai keempat sudut lembar tampak, dan jauhkan jari dari lensa.",
            )
        )  # fmt: skip
    return found


def _blurred(page: int) -> Fault:
    return Fault(
        "blurred", f"Halaman {page}: foto kabur.",
        "Tahan napas, pegang ponsel dengan dua tangan, ketuk layar agar fokus, baru tekan tombol.",
    )  # fmt: skip


def _dark(page: int) -> Fault:
    return Fault(
        "dark", f"Halaman {page}: foto terlalu gelap.",
        "Cari tempat terang atau minta rekan menyorot lembar dari samping, tanpa bayangan tubuh Anda.",
    )  # fmt: skip
