"""The arithmetic of a C.HASIL: which of its rules do the numbers of one TPS break, for every form?

R1 to R9 follow from the forms' own labels, R11 is the filter KPU said it applied in 2024, R13 is logic. R10
concerns the tally marks, which are drawn from the votes, R12 the voter register. Pilkada forms count voters
on the list too, have a reserve of 2.5 % (unverified) and TPS of up to 600 voters.
"""

from collections.abc import Mapping

from simulators.contests import BY_PARTY, ELECTION
from simulators.numbers import MOST_USERS
from simulators.voters import PILKADA_MOST_USERS

PEMILU_ROWS = ("dpt", "pengguna_dpt", "pengguna_dptb", "pengguna_dpk", "pengguna_total", "disabilitas")
PILKADA_ROWS = (
    *("dpt", "dpph", "dptb", "pemilih_total"),
    *("pengguna_dpt", "pengguna_dpph", "pengguna_dptb", "pengguna_total"),
    *("pemilih_disabilitas", "pengguna_disabilitas"),
)
SUMS: dict[str, dict[str, tuple[str, ...]]] = {
    "pemilu-2024": {"pengguna_total": ("pengguna_dpt", "pengguna_dptb", "pengguna_dpk")},
    "pilkada-2024": {
        "pemilih_total": ("dpt", "dpph", "dptb"),
        "pengguna_total": ("pengguna_dpt", "pengguna_dpph", "pengguna_dptb"),
    },
}
AT_MOST: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "pemilu-2024": {"R3": (("pengguna_dpt", "dpt"),), "R13": (("disabilitas", "pengguna_total"),)},
    "pilkada-2024": {
        "R3": tuple((f"pengguna_{row}", row) for row in ("dpt", "dpph", "dptb")),
        "R13": (
            ("pemilih_disabilitas", "pemilih_total"),
            ("pengguna_disabilitas", "pemilih_disabilitas"),
            ("pengguna_disabilitas", "pengguna_total"),
        ),
    },
}
RESERVE_ONE_IN = {"pemilu-2024": 50, "pilkada-2024": 40}
MOST = {"pemilu-2024": MOST_USERS, "pilkada-2024": PILKADA_MOST_USERS}
LISTS_OF_VOTERS = ("ss_diterima", "pemilih_total_l", "pemilih_total_p", "pemilih_total_j")
"""May be above the most voters of a TPS without being wrong."""


def violations(values: Mapping[str, int], form: str = "ppwp") -> list[str]:
    """Each broken rule as a line for a person that begins with its number; empty when sound.

    `values` holds every field of all pages of the form.
    """
    v = {field: int(value) for field, value in values.items()}
    election = ELECTION[form]
    return [*_voters(v, election), *_papers(v, election), *_votes(v, form), *_anomalies(v, election)]


def _voters(v: Mapping[str, int], election: str) -> list[str]:
    rows = PEMILU_ROWS if election == "pemilu-2024" else PILKADA_ROWS
    broken = [
        f"R1: {row}_l + {row}_p != {row}_j" for row in rows if v[f"{row}_l"] + v[f"{row}_p"] != v[f"{row}_j"]
    ]
    for who in ("l", "p", "j"):
        for total, parts in SUMS[election].items():
            added = sum(v[f"{part}_{who}"] for part in parts)
            if added != v[f"{total}_{who}"]:
                broken.append(f"R2: {total}_{who} is {v[f'{total}_{who}']}, its parts add to {added}")
        for rule, limits in AT_MOST[election].items():
            for less, more in limits:
                if v[f"{less}_{who}"] > v[f"{more}_{who}"]:
                    broken.append(f"{rule}: {less}_{who} > {more}_{who}")
    return broken


def _papers(v: Mapping[str, int], election: str) -> list[str]:
    reserve = -(-v["dpt_j"] // RESERVE_ONE_IN[election])
    laws = {
        f"R4: ss_diterima != dpt_j + {100 / RESERVE_ONE_IN[election]:g} % rounded up": v["ss_diterima"]
        == v["dpt_j"] + reserve,
        "R5: ss_digunakan + ss_dikembalikan + ss_tidak_digunakan != ss_diterima": v["ss_diterima"]
        == v["ss_digunakan"] + v["ss_dikembalikan"] + v["ss_tidak_digunakan"],
        "R6: ss_digunakan, pengguna_total_j and suara_total differ": v["ss_digunakan"]
        == v["pengguna_total_j"]
        == v["suara_total"],
    }
    return [law for law, holds in laws.items() if not holds]


def _votes(v: Mapping[str, int], form: str) -> list[str]:
    broken = []
    if form in BY_PARTY:
        whose, counted = "parties", _added(v, "jumlah_partai_calon_")
        for party, own in _by_party(v).items():
            said = v[f"jumlah_partai_calon_{party}"]
            if said != own:
                broken.append(
                    f"R9: jumlah_partai_calon_{party} is {said}, its party and candidates add to {own}"
                )
    elif form == "dpd":
        whose, counted = "candidates", _added(v, "suara_calon_")
    else:
        whose, counted = "pairs", _added(v, "suara_")
    if v["suara_sah"] != counted:
        broken.append(f"R7: suara_sah is not the sum of the {whose}")
    if v["suara_total"] != v["suara_sah"] + v["suara_tidak_sah"]:
        broken.append("R8: suara_total != suara_sah + suara_tidak_sah")
    return broken


def _by_party(v: Mapping[str, int]) -> dict[str, int]:
    """Votes for a party and for its candidates, by the number of the party."""
    added: dict[str, int] = {}
    for field, value in v.items():
        if field.startswith(("suara_partai_", "suara_calon_")):
            party = field.split("_")[2]
            added[party] = added.get(party, 0) + value
    return added


def _anomalies(v: Mapping[str, int], election: str) -> list[str]:
    return [
        f"R11: {field} = {v[field]}"
        for field in v
        if field not in LISTS_OF_VOTERS and v[field] > MOST[election]
    ]


def _added(v: Mapping[str, int], prefix: str) -> int:
    """Sum of all fields that are this prefix and a number."""
    return sum(v[field] for field in v if field.startswith(prefix) and field.removeprefix(prefix).isdigit())
