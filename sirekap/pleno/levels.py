"""Which regions hold a pleno, what lies below and above each, and up to where a form goes.

The recap of a form ends where its seats are given out: a council of a kab/kota there, a governor in the
province, the president, DPR and DPD in the nation.
"""

from sirekap.security.roles import NATION, level_of

LEVELS = ("kecamatan", "kab_kota", "provinsi", "nasional")
"""From the bottom up."""

TOP_LEVEL = {
    "ppwp": "nasional",
    "dpr": "nasional",
    "dpd": "nasional",
    "dprd-prov": "provinsi",
    "dprd-kab": "kab_kota",
    "kwk-gubernur": "provinsi",
    "kwk-bupati": "kab_kota",
}

TITLE = {
    "kecamatan": "KECAMATAN",
    "kab_kota": "KABUPATEN/KOTA",
    "provinsi": "PROVINSI",
    "nasional": "NASIONAL",
}


def pleno_level(code: str) -> str | None:
    """The level of a region that holds a pleno; None for anything else (a village, a TPS, no code at all)."""
    level = level_of(code)
    return level if level in LEVELS else None


def goes_up_to(form: str, level: str) -> bool:
    """Whether a form is recapitulated at this level."""
    top = TOP_LEVEL.get(form)
    return top is not None and LEVELS.index(level) <= LEVELS.index(top)


def above(code: str) -> str | None:
    """The code of the region directly above; None for the nation."""
    match pleno_level(code):
        case "kecamatan":
            return f"{code[:2]}.{code[2:4]}"
        case "kab_kota":
            return code[:2]
        case "provinsi":
            return NATION
    return None


def all_above(code: str) -> tuple[str, ...]:
    """The codes of every region above, nearest first."""
    upper = above(code)
    return () if upper is None else (upper, *all_above(upper))


def level_below(level: str) -> str:
    """The level whose D.Hasil are added up at `level`, which must not be the lowest."""
    return LEVELS[LEVELS.index(level) - 1]
