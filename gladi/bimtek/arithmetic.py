"""The arithmetic of a C.Hasil in words for people: which equations hold between its numbers, and which not.

Rules are R1 to R13 of the field notes. Here they are told with the parts of the form ("I.B.1 + I.B.2") and
the numbers at hand; that they judge as `simulators.rules` does is tested. R4's reserve is 2 % of the DPT, in
Pilkada 2.5 % (unverified), rounded up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fakeforms.orders import SheetOrder
from gladi.bimtek.labels import SEXES, label, rows_of
from simulators.contests import BY_PARTY, ELECTION
from simulators.rules import AT_MOST, LISTS_OF_VOTERS, MOST, RESERVE_ONE_IN, SUMS

Values = Mapping[str, int]

SOUND = "R0"
"""Stands for "nothing is wrong" among the answers."""

_TOLD = {
    "R1": "Laki-laki ditambah perempuan tidak sama dengan jumlahnya (L + P)",
    "R2": "Baris-baris pengguna hak pilih tidak sama dengan jumlah penggunanya",
    "R3": "Pengguna hak pilih lebih banyak daripada pemilih dalam daftarnya",
    "R4": "Surat suara diterima tidak sama dengan DPT ditambah cadangan {reserve}",
    "R5": "Surat suara digunakan, dikembalikan, dan tidak digunakan tidak sama dengan yang diterima",
    "R6": "Surat suara digunakan, pengguna hak pilih, dan jumlah suara tidak sama",
    "R7": "Suara semua peserta dijumlahkan tidak sama dengan suara sah",
    "R8": "Suara sah ditambah suara tidak sah tidak sama dengan jumlah seluruh suara",
    "R9": "Suara partai ditambah suara calonnya tidak sama dengan jumlahnya (baris B)",
    "R10": "Turus tidak sama dengan angka di kotak",
    "R11": "Ada angka di atas {most}, batas pemilih satu TPS",
    "R12": "DPT pada formulir tidak sama dengan DPT menurut Sidalih",
    "R13": "Pemilih disabilitas lebih banyak daripada yang mungkin",
    SOUND: "Tidak ada yang salah: semua angka saling cocok",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """An equation that does not hold."""

    rule: str
    says: str  # in Indonesian, with parts of the form and numbers
    fields: tuple[str, ...]


def told(rule: str, form: str) -> str:
    """What is wrong where a rule is broken, in plain words."""
    election = ELECTION[form]
    reserve = f"{100 / RESERVE_ONE_IN[election]:g} %".replace(".", ",")
    return _TOLD[rule].format(reserve=reserve, most=MOST[election])


def rules_of(form: str) -> tuple[str, ...]:
    """Every rule that can be broken on a form."""
    return tuple(rule for rule in _TOLD if rule != SOUND and (rule != "R9" or form in BY_PARTY))


def findings(order: SheetOrder, values: Values, listed: Values) -> tuple[Finding, ...]:
    """What does not hold among all numbers of a form. `listed`: the DPT of Sidalih, dpt_l, dpt_p, dpt_j."""
    return (
        *_sexes(order, values),
        *_voters(order, values),
        *_papers(order, values),
        *_votes(order, values),
        *_limits(order, values, listed),
    )


def _sexes(order: SheetOrder, v: Values) -> Iterator[Finding]:
    for row, (part, says) in rows_of(order.form).items():
        men, women, both = (f"{row}_{sex}" for sex in SEXES)
        if v[men] + v[women] != v[both]:
            yield Finding(
                "R1", f"{part} {says}: {v[men]} + {v[women]} = {v[men] + v[women]}, tertulis {v[both]}",
                (men, women, both),
            )  # fmt: skip


def _voters(order: SheetOrder, v: Values) -> Iterator[Finding]:
    rows, election = rows_of(order.form), ELECTION[order.form]
    for sex in SEXES:
        for total, parts in SUMS[election].items():
            ids = tuple(f"{part}_{sex}" for part in parts)
            if sum(v[id] for id in ids) != v[f"{total}_{sex}"]:
                yield _sum(
                    "R2", v, f"{total}_{sex}", ids, [rows[part][0] for part in parts], rows[total][0], sex
                )
        for rule, limits in AT_MOST[election].items():
            for less, more in limits:
                a, b = f"{less}_{sex}", f"{more}_{sex}"
                if v[a] > v[b]:
                    column = sex.upper()
                    says = f"{rows[less][0]} {column} = {v[a]}, lebih dari {rows[more][0]} {column} = {v[b]}"
                    yield Finding(rule, says, (a, b))


def _papers(order: SheetOrder, v: Values) -> Iterator[Finding]:
    election = ELECTION[order.form]
    reserve = -(-v["dpt_j"] // RESERVE_ONE_IN[election])
    if v["ss_diterima"] != v["dpt_j"] + reserve:
        share = f"{100 / RESERVE_ONE_IN[election]:g} %".replace(".", ",")
        says = (
            f"II.1 seharusnya DPT {v['dpt_j']} + cadangan {share} ({reserve}) = {v['dpt_j'] + reserve}, "
            f"tertulis {v['ss_diterima']}"
        )
        yield Finding("R4", says, ("ss_diterima", "dpt_j"))
    parts = ("ss_digunakan", "ss_dikembalikan", "ss_tidak_digunakan")
    if v["ss_diterima"] != sum(v[part] for part in parts):
        yield _sum("R5", v, "ss_diterima", parts, ["II.2", "II.3", "II.4"], "II.1")
    alike = ("ss_digunakan", "pengguna_total_j", "suara_total")
    if len({v[id] for id in alike}) > 1:
        says = "harus sama: " + ", ".join(f"{label(order, id).part} = {v[id]}" for id in alike)
        yield Finding("R6", says, alike)


def _votes(order: SheetOrder, v: Values) -> Iterator[Finding]:
    if order.form in BY_PARTY:
        totals = tuple(id for id in v if id.startswith("jumlah_partai_calon_"))
        for total in totals:
            number = total.rpartition("_")[2]
            mine = tuple(
                id for id in v if id == f"suara_partai_{number}" or id.startswith(f"suara_calon_{number}_")
            )
            if v[total] != sum(v[id] for id in mine):
                yield _sum("R9", v, total, mine, [label(order, id).part for id in mine], f"B partai {number}")
    else:
        totals = tuple(id for id in v if id.startswith("suara_") and id.rpartition("_")[2].isdigit())
    if v["suara_sah"] != sum(v[id] for id in totals):
        yield _sum("R7", v, "suara_sah", totals, ["suara " + id.rpartition("_")[2] for id in totals], "V.A")
    if v["suara_total"] != v["suara_sah"] + v["suara_tidak_sah"]:
        yield _sum("R8", v, "suara_total", ("suara_sah", "suara_tidak_sah"), ["V.A", "V.B"], "V.C")


def _limits(order: SheetOrder, v: Values, listed: Values) -> Iterator[Finding]:
    most = MOST[ELECTION[order.form]]
    for id, value in v.items():
        if value > most and id not in LISTS_OF_VOTERS:
            one = label(order, id)
            yield Finding("R11", f"{one.whole} = {value}, lebih dari {most} pemilih", (id,))
    differ = tuple(id for id in ("dpt_l", "dpt_p", "dpt_j") if v[id] != listed[id])
    if differ:
        says = ", ".join(f"{label(order, id).whole}: tertulis {v[id]}, Sidalih {listed[id]}" for id in differ)
        yield Finding("R12", says, differ)


def _sum(
    rule: str, v: Values, total: str, parts: tuple[str, ...], names: list[str], name: str, sex: str = ""
) -> Finding:
    added = sum(v[part] for part in parts)
    left = " + ".join(f"{v[part]}" for part in parts) if len(parts) <= 8 else f"{len(parts)} angka"
    which = " + ".join(names) if len(names) <= 4 else f"{names[0]} sampai {names[-1]}"
    column = f" ({sex.upper()})" if sex else ""
    return Finding(
        rule, f"{which}{column}: {left} = {added}, tetapi {name} tertulis {v[total]}", (total, *parts)
    )
