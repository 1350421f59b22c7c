"""Blank files for one region, to be filled in: activation by kecamatan, plans, and the register of risks.

Codes, names and counts are filled in; what only the officials know is left empty. Semicolons, since that is
what a spreadsheet set to Indonesian expects.
"""

from collections import Counter, defaultdict
from pathlib import Path

from gladi.failures import CannotRunError, UsageError
from reports.readiness.activation import OPERATORS
from scenarios import Scenario
from simulators.population import Population

ACTIVATION_NAME, PLANS_NAME, RISKS_NAME = "aktivasi.csv", "rencana.csv", "risiko.toml"
ENDING = "\r\n"

_RISKS = """# Daftar risiko H-1: satu [[risks]] untuk setiap risiko. Bila tidak ada, biarkan  risks = []
# owner: peran, bukan nama orang. severity: critical, high, medium, low. due: tanggal tenggat.
# closes: apa yang menutup risiko ini. Untuk mengisi: hapus baris  risks = []  dan tanda # di bawahnya.

risks = []

# [[risks]]
# title = "Daya cadangan gudang logistik belum diuji"
# owner = "Sekretariat KPU"
# severity = "medium"
# due = 2027-01-09
# mitigated = false
# closes = "uji genset satu jam dengan beban penuh"
"""


def write_blanks(scenario: Scenario, people: Population, folder: Path) -> tuple[Path, ...]:
    """Write the three files; UsageError where one of them is there already."""
    made = {
        ACTIVATION_NAME: _activation(scenario, people),
        PLANS_NAME: _plans(scenario, people),
        RISKS_NAME: _RISKS,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in made:
            if (folder / name).exists():
                raise UsageError(f"{folder / name}: is there already; choose another --forms")
        for name, text in made.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise CannotRunError(f"{folder}: cannot be written: {error.strerror}") from error
    return tuple(folder / name for name in made)


def _activation(scenario: Scenario, people: Population) -> str:
    tps = Counter(str(one) for one in people.kecamatan)
    rows = [
        f"{one.code};{one.name};{OPERATORS * tps[one.code]};;"
        for place in scenario.places()
        for one in place.kecamatan
    ]
    head = [
        "# Aktivasi akun menurut kecamatan. Isi kolom aktif dan per (tanggal angkanya, "
        "2027-01-10T18:00+07:00).",
        "# Kolom akun: dua per TPS; betulkan bila lain. Boleh juga satu baris per TPS (kode 13 angka).",
        "kode;nama;akun;aktif;per",
    ]
    return ENDING.join([*head, *rows, ""])


def _plans(scenario: Scenario, people: Population) -> str:
    silent: dict[str, int] = defaultdict(int)
    rocky: dict[str, int] = defaultdict(int)
    for area, none, unsteady in zip(people.kecamatan, people.no_signal, people.intermittent, strict=True):
        silent[str(area)] += int(none)
        rocky[str(area)] += int(unsteady)
    head = [
        "# Rencana blank spot dan listrik. kondisi: tanpa-sinyal, putus-putus, listrik.",
        "# Satu baris per kecamatan atau per TPS (kode 13 angka). penanggung_jawab: peran, bukan nama orang.",
        "# jumlah_tps kosong: jumlah menurut skenario. menit_perjalanan: sekali jalan ke sinyal.",
        "kode;nama;kondisi;jumlah_tps;menit_perjalanan;rencana;penanggung_jawab",
    ]
    rows = []
    for place in scenario.places():
        for one in place.kecamatan:
            rows += [f"{one.code};{one.name};tanpa-sinyal;;;;"] if silent[one.code] else []
            rows += [f"{one.code};{one.name};putus-putus;;;;"] if rocky[one.code] else []
            rows += [f"{one.code};{one.name};listrik;;;;"] if scenario.power.cut_chance else []
    return ENDING.join([*head, *rows, ""])
