"""The arithmetic of a C.Hasil: which numbers of a form must add up to, equal or stay within which.

One table of id patterns for all forms; a rule is there when its fields are. Rules are R1 to R9 of the
field notes, known from the labels on the sheets ("JUMLAH (L+P)", "B.1 + B.2 + B.3", "V.A + V.B", ...).
Mistakes are made against this table, so that a mistake is known to break what its name says and nothing else.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from fakeforms.templates import template
from fakeforms.templates.template import Shape

SEXES = ("l", "p", "j")

# kind, total, parts; {s} stands for l, p and j. Parts that a form does not have are left out.
_SUMS = (
    (
        "users-total",
        "pengguna_total_{s}",
        ("pengguna_dpt_{s}", "pengguna_dptb_{s}", "pengguna_dpk_{s}", "pengguna_dpph_{s}"),
    ),
    ("voters-total", "pemilih_total_{s}", ("dpt_{s}", "dpph_{s}", "dptb_{s}")),
    ("ballots", "ss_diterima", ("ss_digunakan", "ss_dikembalikan", "ss_tidak_digunakan")),
    ("ballots-used", "ss_digunakan", ("pengguna_total_j",)),
    ("users-votes", "suara_total", ("pengguna_total_j",)),
    ("votes-total", "suara_total", ("suara_sah", "suara_tidak_sah")),
)
_PARTY_TOTAL = re.compile(r"jumlah_partai_calon_(\d+)")
_CONTESTANT = re.compile(r"suara_(?:calon_)?(\d+)")


@dataclass(frozen=True, slots=True)
class Rule:
    """The parts add up to the total; with `within`, they may be less."""

    kind: str
    total: str
    parts: tuple[str, ...]
    within: bool = False

    def broken(self, numbers: Mapping[str, int | None]) -> bool:
        """Whether these numbers break the rule; a number left blank breaks none."""
        total = numbers[self.total]
        if total is None:
            return False
        added = 0
        for part in self.parts:
            value = numbers[part]
            if value is None:
                return False
            added += value
        return added > total if self.within else added != total


@lru_cache(maxsize=64)
def of_form(form: str, shape: Shape) -> tuple[Rule, ...]:
    """The rules of a form as laid out for those who stand."""
    sheet = template.load(form, shape)
    return among(f.id for page in sheet.pages for f in page.fields if f.kind == "digits")


def among(ids: Iterable[str]) -> tuple[Rule, ...]:
    """The rules between fields with these ids."""
    known = dict.fromkeys(ids)
    rules = [Rule("sexes", f"{row}_j", (f"{row}_l", f"{row}_p")) for row in rows(known)]
    for kind, total, parts in _SUMS:
        for sex in SEXES if "{s}" in total else ("",):
            present = tuple(p for p in (part.format(s=sex) for part in parts) if p in known)
            if present and total.format(s=sex) in known:
                rules.append(Rule(kind, total.format(s=sex), present))
    for total in known:
        listed = total.removeprefix("pengguna_")
        if listed != total and listed in known:
            rules += [Rule("within", listed, (total,), within=True)]
    parties = [id for id in known if _PARTY_TOTAL.fullmatch(id)]
    for total in parties:
        number = total.rpartition("_")[2]
        candidates = tuple(id for id in known if id.startswith(f"suara_calon_{number}_"))
        rules.append(Rule("votes-sum", total, (f"suara_partai_{number}", *candidates)))
    contestants = tuple(parties or (id for id in known if _CONTESTANT.fullmatch(id)))
    if contestants and "suara_sah" in known:
        rules.append(Rule("votes-sum", "suara_sah", contestants))
    return tuple(rules)


def rows(ids: Iterable[str]) -> tuple[str, ...]:
    """Names of the rows that count men, women and all: ids without their _l, _p and _j."""
    known = set(ids)
    return tuple(
        id[:-2]
        for id in dict.fromkeys(ids)
        if id.endswith("_j") and f"{id[:-2]}_l" in known and f"{id[:-2]}_p" in known
    )
