"""The words of a D.Hasil: titles, and one line for every number of a form, in the order of its sheets."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sirekap.forms.labels import PAPERS, TOTALS, VOTERS
from sirekap.pleno.levels import TITLE

ELECTION_TITLE = {
    "ppwp": "PEMILU PRESIDEN DAN WAKIL PRESIDEN TAHUN 2024",
    "dpr": "PEMILU ANGGOTA DEWAN PERWAKILAN RAKYAT TAHUN 2024",
    "dpd": "PEMILU ANGGOTA DEWAN PERWAKILAN DAERAH TAHUN 2024",
    "dprd-prov": "PEMILU ANGGOTA DEWAN PERWAKILAN RAKYAT DAERAH PROVINSI TAHUN 2024",
    "dprd-kab": "PEMILU ANGGOTA DEWAN PERWAKILAN RAKYAT DAERAH KABUPATEN/KOTA TAHUN 2024",
    "kwk-gubernur": "PEMILIHAN GUBERNUR DAN WAKIL GUBERNUR TAHUN 2024",
    "kwk-bupati": "PEMILIHAN BUPATI/WALI KOTA DAN WAKILNYA TAHUN 2024",
}

COMMITTEE = {
    "kecamatan": ("PANITIA PEMILIHAN KECAMATAN", 5),
    "kab_kota": ("KOMISI PEMILIHAN UMUM KABUPATEN/KOTA", 5),
    "provinsi": ("KOMISI PEMILIHAN UMUM PROVINSI", 5),
    "nasional": ("KOMISI PEMILIHAN UMUM", 7),
}
"""Who signs, and how many of them."""

COLUMN_OF = {
    "kecamatan": "TPS",
    "kab_kota": "KECAMATAN",
    "provinsi": "KABUPATEN/KOTA",
    "nasional": "PROVINSI",
}

VOTES = "IV. PEROLEHAN SUARA"
SECTIONS = (
    (re.compile(r"(pemilih_|pengguna_)?disabilitas_[lpj]"), "III. PEMILIH DISABILITAS"),
    (re.compile(r"(dpt|dpph|dptb|pemilih_total)_[lpj]"), "I.A DATA PEMILIH"),
    (re.compile(r"pengguna_.*_[lpj]"), "I.B PENGGUNA HAK PILIH"),
    (re.compile(r"ss_.*"), "II. PENGGUNAAN SURAT SUARA"),
    (re.compile(r"suara_(sah|tidak_sah|total)"), "V. SUARA SAH DAN TIDAK SAH"),
)

WORDS = {
    **VOTERS,
    **PAPERS,
    **{field: f"{letter}. {words}" for letter, (field, words) in zip("ABC", TOTALS.items(), strict=True)},
}
COLUMNS = {"l": "L", "p": "P", "j": "JML"}


@dataclass(frozen=True)
class Line:
    """One line of the table: a heading when `at` is None, else the number at this place of every column."""

    words: str
    at: int | None = None
    strong: bool = False


def model(form: str, level: str) -> str:
    """The model of the form, such as D.HASIL KECAMATAN-PPWP."""
    return f"D.HASIL {TITLE[level]}-{form.upper()}"


def lines(fields: Sequence[str], contestants: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Headings and numbers, in the order of `fields`."""
    people = {one["number"]: one for one in contestants}
    found: list[Line] = []
    heading = ""
    for at, field in enumerate(fields):
        section = next((title for pattern, title in SECTIONS if pattern.fullmatch(field)), VOTES)
        if section != heading:
            found.append(Line(section, strong=True))
            heading = section
        if section == VOTES:
            found += _votes(field, at, people)
        else:
            found.append(_number(field, at))
    return found


def _number(field: str, at: int) -> Line:
    row, _, column = field.rpartition("_")
    if row in WORDS and column in COLUMNS:
        return Line(f"{WORDS[row]} - {COLUMNS[column]}", at, strong=column == "j")
    return Line(WORDS.get(field, field), at, strong=field in ("suara_sah", "suara_total"))


def _votes(field: str, at: int, people: Mapping[int, Mapping[str, Any]]) -> list[Line]:
    kind, numbers = re.sub(r"(_\d+)+$", "", field), [int(digits) for digits in re.findall(r"\d+", field)]
    one = people.get(numbers[0]) if numbers else None
    if one is None:
        return [Line(field, at)]
    number, name = one["number"], one["name"]
    if kind == "suara_partai":
        return [Line(f"{number}. {name}", strong=True), Line("Suara partai", at)]
    if kind == "jumlah_partai_calon":
        return [Line(f"Jumlah suara sah partai {number} dan calon", at, strong=True)]
    if len(numbers) == 2:
        candidates = one["candidates"]
        place = numbers[1]
        return [Line(f"    {place}. {candidates[place - 1] if place <= len(candidates) else field}", at)]
    return [Line(f"{number}. {name}", at)]
