"""What a number is called in exercises: its place on the form and its name, as the sheet prints them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fakeforms.orders import SheetOrder
from simulators.contests import BY_PARTY, ELECTION

PEMILU = {
    "dpt": ("I.A", "Pemilih dalam DPT"),
    "pengguna_dpt": ("I.B.1", "Pengguna hak pilih dalam DPT"),
    "pengguna_dptb": ("I.B.2", "Pengguna hak pilih dalam DPTb"),
    "pengguna_dpk": ("I.B.3", "Pengguna hak pilih dalam DPK"),
    "pengguna_total": ("I.B.4", "Jumlah pengguna hak pilih"),
    "disabilitas": ("III", "Pemilih disabilitas yang menggunakan hak pilih"),
}
PILKADA = {
    "dpt": ("I.A.1", "Pemilih dalam DPT"),
    "dpph": ("I.A.2", "Pemilih pindahan (DPPh)"),
    "dptb": ("I.A.3", "Pemilih tambahan (DPTb)"),
    "pemilih_total": ("I.A.4", "Jumlah pemilih"),
    "pengguna_dpt": ("I.B.1", "Pengguna hak pilih dalam DPT"),
    "pengguna_dpph": ("I.B.2", "Pengguna hak pilih pindahan (DPPh)"),
    "pengguna_dptb": ("I.B.3", "Pengguna hak pilih tambahan (DPTb)"),
    "pengguna_total": ("I.B.4", "Jumlah pengguna hak pilih"),
    "pemilih_disabilitas": ("III.1", "Pemilih disabilitas"),
    "pengguna_disabilitas": ("III.2", "Pemilih disabilitas yang menggunakan hak pilih"),
}
PAPERS = {
    "ss_diterima": ("II.1", "Surat suara diterima, termasuk cadangan"),
    "ss_digunakan": ("II.2", "Surat suara digunakan"),
    "ss_dikembalikan": ("II.3", "Surat suara dikembalikan karena rusak atau keliru coblos"),
    "ss_tidak_digunakan": ("II.4", "Surat suara tidak digunakan, termasuk sisa cadangan"),
    "suara_sah": ("V.A", "Jumlah seluruh suara sah"),
    "suara_tidak_sah": ("V.B", "Jumlah suara tidak sah"),
    "suara_total": ("V.C", "Jumlah seluruh suara sah dan tidak sah"),
}
SEXES = {"l": "laki-laki (L)", "p": "perempuan (P)", "j": "jumlah (L+P)"}


@dataclass(frozen=True, slots=True)
class Label:
    """Where a number stands, and what it is."""

    part: str
    says: str

    @property
    def whole(self) -> str:
        """Both, for a question."""
        return f"{self.part} {self.says}"


def rows_of(form: str) -> Mapping[str, tuple[str, str]]:
    """The rows of men, women and both on page 1, in the order of the sheet."""
    return PEMILU if ELECTION[form] == "pemilu-2024" else PILKADA


def label(order: SheetOrder, field: str) -> Label:
    """What a field of digits is called; KeyError for one that no form has."""
    row, _, sex = field.rpartition("_")
    rows = rows_of(order.form)
    if sex in SEXES and row in rows:
        part, says = rows[row]
        return Label(part, f"{says}, {SEXES[sex]}")
    if field in PAPERS:
        return Label(*PAPERS[field])
    return _of_votes(order, field)


def _of_votes(order: SheetOrder, field: str) -> Label:
    parts = field.split("_")
    number = int(parts[-1])
    if order.form in BY_PARTY:
        if field.startswith("suara_partai_"):
            return Label("A.1", f"Suara partai nomor {number}")
        if field.startswith("jumlah_partai_calon_"):
            return Label("B", f"Jumlah suara sah partai nomor {number} dan calonnya")
        return Label("A.2", f"Suara calon nomor {number} dari partai nomor {parts[2]}")
    if field.startswith("suara_calon_"):
        return Label("IV", f"Suara calon nomor {number}")
    if not field.startswith("suara_"):
        raise KeyError(field)
    return Label("IV", f"Suara pasangan calon nomor {number}")


def fields_of(order: SheetOrder, pages: Iterable[int]) -> tuple[str, ...]:
    """Numbers on these pages, in the order of the sheet."""
    sheet = order.template
    return tuple(field.id for page in pages for field in sheet.page(page).fields if field.kind == "digits")
