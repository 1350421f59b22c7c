"""The regions above the TPS: which there are, what they are called, and where each TPS lies."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from simulators.country.counts import Counts514, provinces, rows
from simulators.country.forms import ABROAD
from simulators.country.model import KIND_NAMES

LEVELS = {"province": 10**11, "regency": 10**9, "kecamatan": 10**7, "desa": 10**3}
"""What a TPS code is divided by to give the code of the region."""


def tree(
    tps: NDArray[np.int64], whole: Counts514, names: Mapping[str, str]
) -> tuple[dict[str, tuple[str, ...]], dict[str, NDArray[np.int32]]]:
    """Codes and names of the regions of some TPS (ascending), and the index of each TPS into them."""
    named = _named(whole, names)
    regions: dict[str, tuple[str, ...]] = {}
    indices: dict[str, NDArray[np.int32]] = {}
    for level, part in LEVELS.items():
        region = tps // part
        first = starts(region)
        sizes = np.diff(np.append(first, len(tps)))
        indices[level] = np.repeat(np.arange(len(first), dtype=np.int32), sizes)
        codes = tuple(_spelled(code, level) for code in region[first].tolist())
        regions[f"{level}_codes"] = codes
        regions[f"{level}_names"] = tuple(named.get(code) or _unnamed(code, level) for code in codes)
    return regions, indices


def starts(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each run of equal values begins; values are not negative."""
    return np.flatnonzero(np.diff(values, prepend=-1))


def _named(whole: Counts514, names: Mapping[str, str]) -> dict[str, str]:
    named = {code: row["name"] for code, row in provinces().items()} | {str(ABROAD): "Luar Negeri"}
    named |= dict(zip(whole.codes, whole.names, strict=True)) | dict(names)
    for row in rows("missions"):
        named[f"{row['code'][:2]}.{row['code'][2:4]}"] = row["area"]
        named[row["code"]] = row["name"]
    return named


def _spelled(code: int, level: str) -> str:
    return f"{code // 100}.{code % 100:02d}" if level == "regency" else str(code)


def _unnamed(code: str, level: str) -> str:
    if level == "desa" and code.startswith(str(ABROAD)):
        return KIND_NAMES[int(code[6])]
    return f"{level.capitalize()} {code[-3:] if level == 'desa' else code[-2:]}"
