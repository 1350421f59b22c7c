"""What the numbers of a C.HASIL are called on the sheet, in the order of the sheet."""

from sirekap.forms.fields import BY_PARTY, COLUMNS, ELECTION, ROWS

FORM_TITLES = {
    "ppwp": "MODEL C.HASIL-PPWP",
    "dpr": "MODEL C.HASIL-DPR",
    "dpd": "MODEL C.HASIL-DPD",
    "dprd-prov": "MODEL C.HASIL-DPRD-PROV",
    "dprd-kab": "MODEL C.HASIL-DPRD-KAB/KOTA",
    "kwk-gubernur": "MODEL C.HASIL-KWK-GUBERNUR",
    "kwk-bupati": "MODEL C.HASIL-KWK-BUPATI/WALI KOTA",
}

_PEMILU = {
    "dpt": "Pemilih dalam DPT",
    "pengguna_dpt": "Pengguna hak pilih dalam DPT",
    "pengguna_dptb": "Pengguna hak pilih dalam DPTb",
    "pengguna_dpk": "Pengguna hak pilih dalam DPK",
    "pengguna_total": "Jumlah pengguna hak pilih",
    "disabilitas": "Pemilih disabilitas yang menggunakan hak pilih",
}
_PILKADA = {
    "dpt": "Pemilih dalam DPT",
    "dpph": "Pemilih pindahan (DPPh)",
    "dptb": "Pemilih tambahan (DPTb)",
    "pemilih_total": "Jumlah pemilih",
    "pengguna_dpt": "Pengguna hak pilih dalam DPT",
    "pengguna_dpph": "Pengguna hak pilih pindahan (DPPh)",
    "pengguna_dptb": "Pengguna hak pilih tambahan (DPTb)",
    "pengguna_total": "Jumlah pengguna hak pilih",
    "pemilih_disabilitas": "Pemilih disabilitas",
    "pengguna_disabilitas": "Pemilih disabilitas yang menggunakan hak pilih",
}
PAPERS = {
    "ss_diterima": "Surat suara diterima, termasuk cadangan",
    "ss_digunakan": "Surat suara digunakan",
    "ss_dikembalikan": "Surat suara dikembalikan karena rusak atau keliru dicoblos",
    "ss_tidak_digunakan": "Surat suara tidak digunakan, termasuk sisa cadangan",
}
TOTALS = {
    "suara_sah": "Jumlah seluruh suara sah",
    "suara_tidak_sah": "Jumlah suara tidak sah",
    "suara_total": "Jumlah seluruh suara sah dan tidak sah",
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
    labels = _PEMILU if ELECTION[form] == "pemilu-2024" else _PILKADA
    return {row: labels[row] for row in ROWS[ELECTION[form]]}


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
