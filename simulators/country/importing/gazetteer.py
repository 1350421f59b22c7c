"""Provinces and regencies by the names that people write: "KAB. KEPAHIANG", "Kota Adm. Jakarta Pusat"."""

import difflib
import re
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from scenarios.regions import Regency, RegionError, regencies

ABROAD = "99"
"""KPU's code of voters abroad, who are not below any regency."""

_ALIKE = 0.5
"""Names that share this much are told as near ones."""

_LONG = {"KEP": "KEPULAUAN", "ADM": "", "ADMINISTRASI": "", "PROVINSI": "", "PROV": "", "PROPINSI": ""}
_KINDS = {"KAB": "KABUPATEN", "KABUPATEN": "KABUPATEN", "KOTA": "KOTA"}
_ALIASES = {
    "31": ("DAERAH KHUSUS IBUKOTA JAKARTA", "DAERAH KHUSUS JAKARTA", "DK JAKARTA", "JAKARTA"),
    "34": ("DAERAH ISTIMEWA YOGYAKARTA", "D I YOGYAKARTA", "YOGYAKARTA", "DIY"),
    "11": ("NANGGROE ACEH DARUSSALAM", "NAD"),
    "19": ("BANGKA BELITUNG", "BABEL"),
    "21": ("KEPRI",),
    "52": ("NTB",),
    "53": ("NTT",),
}


class UnknownNameError(ValueError):
    """A name that no region bears; the message suggests near ones."""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Names by code ("17", "1708") and codes by name; `by_kind` by "KABUPATEN" or "KOTA" and the rest."""

    provinces: dict[str, str]
    regencies: dict[str, Regency]
    province_codes: dict[str, str]
    by_kind: dict[tuple[str, str], str]
    by_name: dict[str, list[str]]

    def province(self, name: str) -> str:
        """The code of a province; raises UnknownNameError."""
        code = self.province_codes.get(_joined(_words(name)))
        if code is None:
            raise UnknownNameError(f'no province is called "{name}"{_near(name, "province")}')
        return code

    def regency(self, name: str, province: str | None) -> str:
        """The four digits of a regency or city, in a province if that is known; raises UnknownNameError.

        A bare name that both a kabupaten and a kota bear means the kabupaten, as KPU writes them.
        """
        words = _words(name)
        kind = _KINDS.get(words[0]) if words else None
        whole = _joined(words)
        found = self.by_kind.get((kind, _joined(words[1:]))) if kind else None
        if found is None:
            codes = sorted(self.by_name.get(whole, []), key=lambda code: not self._is_kabupaten(code))
            found = codes[0] if codes else None
        if found is None:
            where = f" in {self.provinces[province]}" if province in self.provinces else ""
            raise UnknownNameError(f'no regency{where} is called "{name}"{_near(name, province or "")}')
        return found

    def near_codes(self, digits: str) -> str:
        """Words that suggest known codes near an unknown one."""
        inside = [code for code in self.regencies if code[:2] == digits[:2]]
        near = difflib.get_close_matches(digits, inside or list(self.regencies), n=3, cutoff=0.0)
        told = (f"{code[:2]}.{code[2:]} ({self.regencies[code].name})" for code in sorted(near))
        return "near ones: " + ", ".join(told)

    def _is_kabupaten(self, code: str) -> bool:
        return self.regencies[code].name.startswith("Kabupaten")


@cache
def gazetteer() -> Gazetteer:
    """The 38 provinces and 514 regencies on file (`scenarios.regions`)."""
    places: dict[str, Regency] = {}
    for number in range(11, 99):
        try:
            found = regencies(str(number))
        except RegionError:
            continue
        places |= {place.code.replace(".", ""): place for place in found}
    provinces = {code[:2]: place.province for code, place in places.items()}
    codes = {_joined(_words(name)): code for code, name in provinces.items()}
    codes |= {_joined(_words(alias)): code for code, names in _ALIASES.items() for alias in names}
    by_kind: dict[tuple[str, str], str] = {}
    by_name: dict[str, list[str]] = {}
    for code, place in places.items():
        words = _words(place.name)
        by_kind[_KINDS[words[0]], _joined(words[1:])] = code
        by_name.setdefault(_joined(words[1:]), []).append(code)
    return Gazetteer(provinces, places, codes, by_kind, by_name)


def _words(name: str) -> list[str]:
    words = re.sub(r"[^A-Z0-9]+", " ", name.upper().replace("'", "")).split()
    return [long for word in words if (long := _LONG.get(word, word))]


def _joined(words: list[str]) -> str:
    return "".join(words)


def _written(name: str) -> str:
    return name.upper().replace("KABUPATEN ", "KAB. ")


def _near(name: str, among: str) -> str:
    """Words that suggest the known names which share most pairs of letters with one (Dice).

    `among` is the code of a province, "" for all regencies, "province" for the provinces themselves.
    """
    pairs = _pairs(_written(" ".join(name.upper().split())))
    known, rows, table, sizes = _with_pair(among)
    shared = table[[rows[pair] for pair in pairs if pair in rows]].sum(axis=0)
    scores = 2 * shared / (len(pairs) + sizes)
    best = [place for place in np.argsort(-scores, kind="stable")[:3].tolist() if scores[place] >= _ALIKE]
    return "; near ones: " + ", ".join(known[place] for place in best) if best else ""


@lru_cache(maxsize=64)
def _with_pair(among: str) -> tuple[list[str], dict[str, int], NDArray[np.int32], NDArray[np.int64]]:
    """Names, the row of each pair of letters, (pairs x names) which name has it, and how many each has.

    Quick, as a column that is mapped wrongly holds ten thousands of unknown names.
    """
    book = gazetteer()
    known = [_written(one.name) for code, one in book.regencies.items() if code.startswith(among)]
    if among == "province":
        known = [name.upper() for name in book.provinces.values()]
    rows = {pair: row for row, pair in enumerate(sorted({pair for one in known for pair in _pairs(one)}))}
    table = np.zeros((len(rows), len(known)), np.int32)
    for place, one in enumerate(known):
        table[[rows[pair] for pair in _pairs(one)], place] = 1
    return known, rows, table, table.sum(axis=0)


def _pairs(name: str) -> frozenset[str]:
    whole = f" {name} "
    return frozenset(whole[place : place + 2] for place in range(len(whole) - 1))
