"""Codes must nest: who may act where is decided by prefixes, so registration refuses codes that do not.

A region names the region above it, and its code begins with that one's; a TPS is the code of its kel/desa and
three digits. A staff account stands at the level of its role.
"""

from sirekap.security.roles import LEVEL_OF, NATION, Role, level_of, within

ABOVE = {"kab_kota": "provinsi", "kecamatan": "kab_kota", "kel_desa": "kecamatan"}
SHAPES = {
    "provinsi": "2 digits, such as 17",
    "kab_kota": "2 digits, a dot and 2 digits, such as 17.08",
    "kecamatan": "6 digits, such as 170804",
    "kel_desa": "10 digits, such as 1708042001",
    "nasional": f'"{NATION}"',
}


class NotNestingError(ValueError):
    """A code is not where it should be; the message names the entry and what would be right."""


def refuse_misplaced_region(code: str, level: str, parent: str | None) -> None:
    """Raise `NotNestingError` unless `code` has the shape of `level` and lies directly inside `parent`."""
    if level_of(code) != level:
        raise NotNestingError(f"region {code!r:.40}: a code of level {level} has {SHAPES[level]}")
    above = ABOVE.get(level)
    if above is None:
        if parent is not None:
            raise NotNestingError(f"region {code}: a {level} has no parent, but {parent!r:.40} is given")
    elif parent is None or level_of(parent) != above or not within(parent, code):
        raise NotNestingError(
            f"region {code}: its parent must be {_ancestor(code, above)} (the {above} its code begins with), "
            f"not {parent!r:.40}"
        )


def refuse_misplaced_station(code: str, kecamatan: str, kel_desa: str) -> None:
    """Raise `NotNestingError` unless TPS `code` (13 digits) begins with both of its regions."""
    for level, given in (("kecamatan", kecamatan), ("kel_desa", kel_desa)):
        if given != _ancestor(code, level):
            raise NotNestingError(
                f"TPS {code}: its {level} must be {_ancestor(code, level)}, not {given!r:.40}"
            )


def refuse_misplaced_staff(account: str, role: str, region: str) -> None:
    """Raise `NotNestingError` unless `role` is one of the staff and `region` is of its level."""
    if role not in LEVEL_OF:
        raise NotNestingError(f"staff {account}: role {role!r:.40} must be one of {', '.join(LEVEL_OF)}")
    level = LEVEL_OF[Role(role)]
    if level_of(region) != level:
        raise NotNestingError(
            f"staff {account}: a {role} stands at level {level} ({SHAPES[level]}), not at {region!r:.40}"
        )


def _ancestor(code: str, level: str) -> str:
    plain = code.replace(".", "")
    if level == "kab_kota":
        return f"{plain[:2]}.{plain[2:4]}"
    return plain[: {"provinsi": 2, "kecamatan": 6, "kel_desa": 10}[level]]
