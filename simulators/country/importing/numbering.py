"""Codes for kecamatan and desa that tables give by name alone.

Where the names of a regency are on file (`scenarios.regions`) and all of the table's are among them, the real
codes are taken. Elsewhere they are numbered as they first appear, kecamatan from 01 and desa from 2001: the
order of KPU's own lists (assumed). Names count as alike if their letters and figures are.
"""

from collections.abc import Iterable, Iterator, Sequence

from simulators.country.importing.codes import LENGTHS
from simulators.country.importing.gazetteer import gazetteer
from simulators.country.importing.places import Place

_FIRST_DESA = 2001
_MOST = {"kecamatan": 99, "desa": 999}


class TooManyError(ValueError):
    """More kecamatan or desa than codes; the message names where."""


def numbered(known: Iterable[Place]) -> dict[tuple[str, str, str], str]:
    """Ten digits for each place without a code, by `key`; raises TooManyError."""
    without = [place for place in known if len(place.code) < LENGTHS["desa"]]
    codes: dict[tuple[str, str, str], str] = {}
    for regency in dict.fromkeys(place.code[:4] for place in without):
        here = [place for place in without if place.code[:4] == regency]
        real = _real(regency)
        if all(_real_key(place) in real for place in here):
            codes |= {key(place): real[_real_key(place)] for place in here}
        else:
            codes |= _in_order(regency, here)
    return codes


def key(place: Place) -> tuple[str, str, str]:
    """What makes two places without a code the same."""
    above = "" if len(place.code) == LENGTHS["kecamatan"] else plain(place.names["kecamatan"])
    return (place.code, above, plain(place.names["desa"]))


def _in_order(regency: str, here: Sequence[Place]) -> dict[tuple[str, str, str], str]:
    kecamatan: dict[str, str] = {}
    desa: dict[tuple[str, str, str], str] = {}
    inside: dict[str, int] = {}
    for place in here:
        one = key(place)
        if one in desa:
            continue
        above = place.code
        if len(above) < LENGTHS["kecamatan"]:
            above = kecamatan.setdefault(one[1], f"{regency}{len(kecamatan) + 1:02d}")
        order = inside[above] = inside.get(above, 0) + 1
        if len(above) > LENGTHS["kecamatan"] or order > _MOST["desa"]:
            raise TooManyError(f"{regency[:2]}.{regency[2:]} has more kecamatan or desa than there are codes")
        desa[one] = f"{above}{_FIRST_DESA + order - 1}"
    return desa


def _real(regency: str) -> dict[tuple[str, str], str]:
    """Codes of a regency's desa by the names on file, of kecamatan and desa; also by kecamatan code."""
    found: dict[tuple[str, str], str] = {}
    for above in gazetteer().regencies[regency].kecamatan:
        for desa in above.desa:
            found[plain(above.name), plain(desa.name)] = desa.code
            found[above.code, plain(desa.name)] = desa.code
    return found


def _real_key(place: Place) -> tuple[str, str]:
    above = place.code if len(place.code) == LENGTHS["kecamatan"] else plain(place.names["kecamatan"])
    return (above, plain(place.names["desa"]))


def plain(name: str) -> str:
    """A name as its letters and figures alone, in small letters."""
    return "".join(_letters(name.casefold()))


def _letters(name: str) -> Iterator[str]:
    return (letter for letter in name if letter.isalnum())
