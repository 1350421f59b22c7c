"""What the numbers of a C.HASIL are called on the sheet, in the order of the sheet."""

VOTERS = {
    "dpt": "Pemilih dalam DPT",
    "dpph": "Pemilih pindahan (DPPh)",
    "dptb": "Pemilih tambahan (DPTb)",
    "pemilih_total": "Jumlah pemilih",
    "pengguna_dpt": "Pengguna hak pilih dalam DPT",
    "pengguna_dpph": "Pengguna hak pilih pindahan (DPPh)",
    "pengguna_dptb": "Pengguna hak pilih dalam DPTb",
    "pengguna_dpk": "Pengguna hak pilih dalam DPK",
    "pengguna_total": "Jumlah pengguna hak pilih",
    "disabilitas": "Pemilih disabilitas yang menggunakan hak pilih",
    "pemilih_disabilitas": "Pemilih disabilitas terdaftar",
    "pengguna_disabilitas": "Pemilih disabilitas yang menggunakan hak pilih",
}
"""Rows of three numbers, of all elections."""

PAPERS = {
    "ss_diterima": "Surat suara diterima, termasuk cadangan",
    "ss_digunakan": "Surat suara digunakan",
    "ss_dikembalikan": "Surat suara dikembalikan (rusak/keliru coblos)",
    "ss_tidak_digunakan": "Surat suara tidak digunakan, termasuk sisa cadangan",
}
TOTALS = {
    "suara_sah": "Jumlah seluruh suara sah",
    "suara_tidak_sah": "Jumlah suara tidak sah",
    "suara_total": "Jumlah seluruh suara sah dan tidak sah",
}
