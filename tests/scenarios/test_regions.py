"""Regions as KPU counts them."""

import pytest

from scenarios import RegionError, regency
from scenarios.regions import _rows


def test_kepahiang_is_as_published() -> None:
    place = regency("17.08")
    assert (place.tps, len(place.kecamatan), len(place.desa), place.dpt) == (526, 8, 117, 126_615)
    assert sum(desa.code[6] == "1" for desa in place.desa) == 12, "kelurahan"
    assert {kecamatan.name for kecamatan in place.kecamatan} >= {"Ujan Mas", "Tebat Karai", "Merigi"}


def test_the_nation_adds_up() -> None:
    places = [regency(code) for code in _rows()]
    assert len(places) == 514
    assert sum(place.tps for place in places) == 820_161
    assert sum(len(place.kecamatan) for place in places) == 7_277
    assert sum(len(place.desa) for place in places) == 83_731


def test_codes_of_desa_are_unique_and_lie_in_their_kecamatan() -> None:
    for code in ("17.08", "11.01", "31.71", "94.01"):
        place = regency(code)
        codes = [desa.code for desa in place.desa]
        assert len(set(codes)) == len(codes)
        for kecamatan in place.kecamatan:
            assert all(
                len(desa.code) == 10 and desa.code.startswith(kecamatan.code) for desa in kecamatan.desa
            )


def test_an_unknown_code_names_its_neighbours() -> None:
    with pytest.raises(RegionError, match=r'"17\.08"'):
        regency("17.80")
