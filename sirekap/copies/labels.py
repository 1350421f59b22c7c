"""The words of a copy beside those of the sheet: its title, who corrected, and a number as people say it."""

from sirekap.forms.fields import BY_PARTY, COLUMNS, ELECTION, ROWS
from sirekap.forms.labels import PAPERS, TOTALS, VOTERS

FORM_TITLES = {
    "ppwp": "MODEL C.HASIL-PPWP",
    "dpr": "MODEL C.HASIL-DPR",
    "dpd": "MODEL C.HASIL-DPD",
    "dprd-prov": "MODEL C.HASIL-DPRD-PROV",
    "dprd-kab": "MODEL C.HASIL-DPRD-KAB/KOTA",
    "kwk-gubernur": "MODEL C.HASIL-KWK-GUBERNUR",
    "kwk-bupati": "MODEL C.HASIL-KWK-BUPATI/WALI KOTA",
}

ROLES = {
    "kpps": "KPPS",
    "pps": "PPS",
    "ppk": "PPK",
    "kpu_kab": "KPU Kab/Kota",
    "kpu_prov": "KPU Provinsi",
    "kpu_ri": "KPU RI",
}


def voter_rows(form: str) -> dict[str, str]:
    """Rows of three numbers (L, P, jumlah) with their labels."""
    return {row: VOTERS[row] for row in ROWS[ELECTION[form]]}


def spoken(form: str, field: str) -> str:
    """One number as a person would call it, e.g. "Partai 24, calon 3"."""
    row, _, column = field.rpartition("_")
    if column in COLUMNS:
        return f"{voter_rows(form)[row]} ({'L + P' if column == 'j' else column.upper()})"
    if field in PAPERS or field in TOTALS:
        return PAPERS.get(field) or TOTALS[field]
    what, numbers = field.rstrip("0123456789_"), [part for part in field.split("_") if part.isdigit()]
    if form not in BY_PARTY:
        return f"{'Calon' if form == 'dpd' else 'Pasangan'} {numbers[0]}"
    if what == "suara_calon":
        return f"Partai {numbers[0]}, calon {numbers[1]}"
    return f"Partai {numbers[0]}" + (", jumlah dengan calon" if what == "jumlah_partai_calon" else "")
