"""Who there is, and where each may act.

Everybody acts inside one region and nowhere else: an operator (KPPS) inside one TPS, a PPS inside one
kel/desa, a PPK inside one kecamatan, the offices of KPU inside a kab/kota, a provinsi, the nation. Codes nest
by prefix once their dots are dropped ("17", "17.08", "170804", "1708042001", "1708042001003"); registration
refuses codes that do not, so "within" is a test of prefixes.
"""

from dataclasses import dataclass
from enum import StrEnum

NATION = "0"


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
LEVEL_OF = {
    Role.PPS: "kel_desa",
    Role.PPK: "kecamatan",
    Role.KPU_KAB: "kab_kota",
    Role.KPU_PROV: "provinsi",
    Role.KPU_RI: "nasional",
}
"""The level of the region that each role of the staff is confined to."""


@dataclass(frozen=True)
class Caller:
    """Who is calling: `region` is what they are confined to, for an operator the code of the TPS."""

    role: Role
    account: str = ""
    region: str = ""
    operator: int = 0  # 1 or 2 for operators, 0 for everybody else
    device: str = ""

    @property
    def tps(self) -> str:
        """The operator's TPS; empty for everybody else."""
        return self.region if self.role is Role.KPPS else ""


def within(region: str, place: str) -> bool:
    """Whether `place` (a region's or TPS's code) is `region` or lies inside it."""
    return region == NATION or (bool(region) and _plain(place).startswith(_plain(region)))


def level_of(code: str) -> str | None:
    """The level of a code by its shape, or None when it is no code at all."""
    plain = _plain(code)
    if code == NATION:
        return "nasional"
    dotted = f"{plain[:2]}.{plain[2:]}"  # a kab/kota is written 17.08
    if not (plain.isascii() and plain.isdigit()) or code not in (plain, dotted):
        return None
    return {2: "provinsi", 4: "kab_kota", 6: "kecamatan", 10: "kel_desa", 13: "tps"}.get(len(plain))


def _plain(code: str) -> str:
    return code.replace(".", "")
