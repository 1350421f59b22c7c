"""Who there is, and where each may act.

Everybody acts inside one region and nowhere else: an operator (KPPS) inside one TPS, a PPS inside one
kel/desa, a PPK inside one kecamatan, the offices of KPU inside a kab/kota, a provinsi, the nation. Codes nest
by prefix once their dots are dropped ("17", "17.08", "170804", "1708042001", "1708042001003"), each level has
a length of its own, and registration refuses codes that do not nest (`nesting`): so "within" is a test of
prefixes.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

NATION, NATION_NAME = "0", "Indonesia"
TPS_DIGITS = 13


class Role(StrEnum):
    """Kinds of caller."""

    NOBODY = "nobody"  # no token: the public
    KPPS = "kpps"  # operator of one TPS
    PPS = "pps"  # village committee
    PPK = "ppk"  # sub-district committee, holds the first pleno
    KPU_KAB = "kpu_kab"
    KPU_PROV = "kpu_prov"
    KPU_RI = "kpu_ri"
    ADMIN = "admin"  # the administration's token: registration
    AUDIT = "audit"  # the auditors' token: everything stored, read only


OFFICES = frozenset({Role.ADMIN, Role.AUDIT})
STAFF = frozenset({Role.PPS, Role.PPK, Role.KPU_KAB, Role.KPU_PROV, Role.KPU_RI})
LADDER = (Role.KPPS, Role.PPS, Role.PPK, Role.KPU_KAB, Role.KPU_PROV, Role.KPU_RI)
"""Everybody with an account, from below."""
HELP_DESK = frozenset({Role.PPK, Role.KPU_KAB, Role.KPU_PROV, Role.KPU_RI})
"""The tiers of the help desk: PPK, then the offices of KPU."""
LEVEL_OF = {
    Role.PPS: "kel_desa",
    Role.PPK: "kecamatan",
    Role.KPU_KAB: "kab_kota",
    Role.KPU_PROV: "provinsi",
    Role.KPU_RI: "nasional",
}
"""The level of the region that each role of the staff is confined to."""

_LEVELS = {
    "nasional": re.compile("0"),
    "provinsi": re.compile("[0-9]{2}"),
    "kab_kota": re.compile(r"[0-9]{2}\.[0-9]{2}"),
    "kecamatan": re.compile("[0-9]{6}"),
    "kel_desa": re.compile("[0-9]{10}"),
    "tps": re.compile("[0-9]{13}"),
}


@dataclass(frozen=True)
class Caller:
    """Who is calling: `region` is what they are confined to, for an operator the code of the TPS."""

    role: Role
    account: str = ""
    region: str = ""
    operator: int = 0  # 1 or 2 for operators, 0 for everybody else
    device: str = ""
    initialised: bool = True  # False: an operator whose phone has not fetched what its TPS votes for

    @property
    def tps(self) -> str:
        """The operator's TPS; empty for everybody else."""
        return self.region if self.role is Role.KPPS else ""


def within(region: str, place: str) -> bool:
    """Whether `place` (a region's or TPS's code) is `region` or lies inside it; False for what is no code."""
    if level_of(region) is None or level_of(place) is None:
        return False
    return region == NATION or _plain(place).startswith(_plain(region))


def below(role: Role, other: Role) -> bool:
    """Whether `role` stands below `other` on the ladder, so that the help desk of `other` may reset it."""
    return role in LADDER and other in HELP_DESK and LADDER.index(role) < LADDER.index(other)


def level_of(code: str) -> str | None:
    """The level of a code by its shape, or None when it is no code at all; a kab/kota is written 17.08."""
    return next((level for level, shape in _LEVELS.items() if shape.fullmatch(code)), None)


def _plain(code: str) -> str:
    return code.replace(".", "")
