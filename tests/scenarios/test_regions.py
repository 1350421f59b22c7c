"""Regions as KPU counts them."""

import pytest

from scenarios import RegionError, regencies, regency, regions_of
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


NAMED = ("16.02", "33.18", "33.24", "35.15", "51.03", "82.72", *(one.code for one in regencies("73")))


@pytest.mark.parametrize("code", NAMED)
def test_desa_on_file_are_as_many_as_kpu_counted(code: str) -> None:
    place, row = regency(code), _rows()[code]
    kelurahan = sum(desa.code[6] == "1" for desa in place.desa)
    counted = (len(place.kecamatan), len(place.desa), kelurahan)
    columns = ("kecamatan_kpu2024", "desa_kelurahan_kpu2024", "kelurahan_kpu2024")
    assert counted == tuple(int(row[column]) for column in columns)
    assert not any(desa.name.startswith("Desa 0") for desa in place.desa), "a true name"


def test_a_province_is_all_its_regencies() -> None:
    places = regions_of("73")
    assert len(places) == 24
    assert sum(place.tps for place in places) == 26_357


def test_a_region_can_be_some_kecamatan() -> None:
    [kuta] = regions_of("51.03", ("510305",))
    assert [one.name for one in kuta.kecamatan] == ["Kuta Selatan"]
    whole = regency("51.03")
    assert kuta.tps == round(whole.tps * len(kuta.desa) / len(whole.desa))
    assert whole.dpt / whole.tps == pytest.approx(kuta.dpt / kuta.tps, rel=0.01)
    [counted] = regions_of("51.03", ("510305",), tps=361, voters=90_000)
    assert (counted.tps, counted.dpt, counted.dpt_is_estimate) == (361, 90_000, False)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("99", ()), "province"),
        (("51.03", ("510399",)), "51030"),
        (("73", (), 400), "24"),
    ],
)
def test_what_cannot_be_is_told(asked: tuple[object, ...], said: str) -> None:
    with pytest.raises(RegionError, match=said):
        regions_of(*asked)  # type: ignore[arg-type]
