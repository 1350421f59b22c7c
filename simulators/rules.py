"""The arithmetic of a C.HASIL-PPWP: which of its rules do the numbers of one TPS break?

R1 to R8 follow from the form's own labels, R11 is the filter KPU said it applied in 2024, R13 is logic. R9
concerns legislative forms, R10 the tally marks drawn from the votes, R12 the voter register.
"""

from collections.abc import Mapping

from simulators.numbers import FIELDS, MOST_USERS, PAGES


def violations(values: Mapping[str, int]) -> list[str]:
    """Each broken rule as a line for a person that begins with its number; empty when sound.

    `values` holds every field of the three pages.
    """
    v = {field: int(value) for field, value in values.items()}
    rows = ("dpt", "pengguna_dpt", "pengguna_dptb", "pengguna_dpk", "pengguna_total", "disabilitas")
    broken = [
        f"R1: {row}_l + {row}_p != {row}_j" for row in rows if v[f"{row}_l"] + v[f"{row}_p"] != v[f"{row}_j"]
    ]
    for who in ("l", "p", "j"):
        parts = v[f"pengguna_dpt_{who}"] + v[f"pengguna_dptb_{who}"] + v[f"pengguna_dpk_{who}"]
        if parts != v[f"pengguna_total_{who}"]:
            broken.append(
                f"R2: pengguna_total_{who} is {v[f'pengguna_total_{who}']}, its parts add to {parts}"
            )
        if v[f"pengguna_dpt_{who}"] > v[f"dpt_{who}"]:
            broken.append(f"R3: pengguna_dpt_{who} > dpt_{who}")
        if v[f"disabilitas_{who}"] > v[f"pengguna_total_{who}"]:
            broken.append(f"R13: disabilitas_{who} > pengguna_total_{who}")
    laws = {
        "R4: ss_diterima != dpt_j + 2 % rounded up": v["ss_diterima"] == v["dpt_j"] + -(-v["dpt_j"] // 50),
        "R5: ss_digunakan + ss_dikembalikan + ss_tidak_digunakan != ss_diterima": v["ss_diterima"]
        == v["ss_digunakan"] + v["ss_dikembalikan"] + v["ss_tidak_digunakan"],
        "R6: ss_digunakan, pengguna_total_j and suara_total differ": v["ss_digunakan"]
        == v["pengguna_total_j"]
        == v["suara_total"],
        "R7: suara_sah is not the sum of the pairs": v["suara_sah"] == sum(v[field] for field in PAGES[2]),
        "R8: suara_total != suara_sah + suara_tidak_sah": v["suara_total"]
        == v["suara_sah"] + v["suara_tidak_sah"],
    }
    broken += [law for law, holds in laws.items() if not holds]
    broken += [
        f"R11: {field} = {v[field]}" for field in FIELDS if field != "ss_diterima" and v[field] > MOST_USERS
    ]
    return broken
