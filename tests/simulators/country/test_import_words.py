"""Codes, names and figures in the ways that offices and spreadsheets write them."""

import pytest

from scenarios.regions import regencies, regency
from simulators.country.importing.codes import CodeError, tps_code, whole_code
from simulators.country.importing.counts import count, tps_number
from simulators.country.importing.gazetteer import UnknownNameError, gazetteer
from simulators.country.importing.places import PlaceError, place_of


@pytest.mark.parametrize(
    "cell",
    ["1708012001", "17.08.01.2001", "17.8.1.2001", "17-08-01-2001", "17 08 01 2001", "1708012001.0",
     "'1708012001", "17 . 08 . 01 . 2001", "17.08.012001", "2001"],
)  # fmt: skip
def test_a_desa_code_is_read_however_it_is_written(cell: str) -> None:
    assert whole_code("desa", cell, "170801") == "1708012001"


@pytest.mark.parametrize(
    ("level", "cell", "whole"),
    [("province", "17", "17"), ("province", "17.0", "17"), ("regency", "8", "1708"),
     ("regency", "17.08", "1708"), ("regency", "08.0", "1708"), ("regency", "1708", "1708"),
     ("regency", "17.10", "1710")],
)  # fmt: skip
def test_codes_above_are_read_in_whole_or_in_part(level: str, cell: str, whole: str) -> None:
    assert whole_code(level, cell, "17" if level == "regency" else None) == whole


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("1,70801E+09", "rounded by the spreadsheet"),
        ("1.70801e+12", "rounded by the spreadsheet"),
        ("17.1", "can be 17.01 or 17.10"),
        ("", "empty"),
        ("desa", "not a code"),
        ("17080120", "8 digits"),
        ("001", "3 digits"),
        ("١٧٠٨٠١٢٠٠١", "not a code"),
    ],
)
def test_a_code_that_cannot_be_read_says_why(cell: str, why: str) -> None:
    with pytest.raises(CodeError, match=why):
        whole_code("desa", cell, "170801")


def test_a_part_of_a_code_needs_those_above() -> None:
    with pytest.raises(CodeError, match="kecamatan_code"):
        whole_code("desa", "2001", None)


def test_a_tps_code_has_thirteen_digits() -> None:
    assert tps_code("17.08.01.2001.7") == tps_code("1708012001007") == 1708012001007
    with pytest.raises(CodeError, match="10 digits"):
        tps_code("1708012001")


def test_every_regency_is_found_by_its_name_as_people_write_it() -> None:
    book = gazetteer()
    assert (len(book.provinces), len(book.regencies)) == (38, 514)
    for province in book.provinces:
        for place in regencies(province):
            code = place.code.replace(".", "")
            name = place.name.upper().replace("ADMINISTRASI", "ADM.").replace("KEPULAUAN", "KEP.")
            for written in (place.name, name, f"  {name} ", name.replace("KABUPATEN ", "KAB.")):
                assert book.regency(written, province) == code
                assert book.regency(written, None) == code
            if place.name.startswith("Kabupaten"):
                assert book.regency(place.name.removeprefix("Kabupaten "), province) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [("D.I. YOGYAKARTA", "34"), ("Prov. Bengkulu", "17"), ("NTB", "52"), ("DKI JAKARTA", "31"),
     ("KEP. RIAU", "21"), ("Kepulauan Bangka Belitung", "19"), ("PAPUA BARAT DAYA", "96")],
)  # fmt: skip
def test_provinces_are_found_by_name(name: str, code: str) -> None:
    assert gazetteer().province(name) == code


def test_near_names_are_suggested() -> None:
    with pytest.raises(UnknownNameError, match=r"KAB\. KEPAHIANG"):
        gazetteer().regency("Kab. Kepahyang", "17")
    with pytest.raises(UnknownNameError, match="BENGKULU"):
        gazetteer().province("Bengkullu")


@pytest.mark.parametrize(
    ("cells", "kind", "words"),
    [
        ({"desa_code": "1799012001"}, "region", r"17\.99.*17\.0"),
        ({"desa_code": "1699012001"}, "region", r"16\.99"),
        ({"desa_code": "2808012001"}, "region", '"28"'),
        ({"desa_code": "9901012001"}, "region", "abroad"),
        ({"desa_code": "1708000000"}, "region", "padded with zeros"),
        ({"desa_code": "1708010000"}, "region", "padded with zeros"),
        ({"regency_code": "17.08", "desa_code": "1707012001"}, "nesting", "17.07.*17.08"),
        ({"regency": "Kab. Kepahiang", "desa_code": "1707012001"}, "nesting", "Kab. Kepahiang"),
        (
            {"province": "Jawa Barat", "regency_code": "17.08", "desa_code": "1708012001"},
            "nesting",
            "Jawa Barat",
        ),
        ({"regency_code": "17.08", "regency": "Kab. Lebong", "desa_code": "1708012001"}, "nesting", "Lebong"),
        ({"kecamatan_code": "170802", "desa_code": "1708012001"}, "nesting", "170802"),
        ({"tps_code": "1707012001", "regency_code": "1708"}, "nesting", "1707"),
        ({"tps_code": "1707012001", "desa_code": "1707012002"}, "nesting", "1707012001"),
        ({"desa": "Kota Agung", "kecamatan": "Bermani Ilir"}, "region", "regency is not said"),
        ({"regency_code": "1708", "desa": "", "kecamatan": "Bermani Ilir"}, "region", "desa is empty"),
        ({"regency": "", "desa": "Kota Agung", "kecamatan": "Bermani Ilir"}, "region", "regency is empty"),
    ],
)
def test_a_place_that_cannot_be_says_why(cells: dict[str, str], kind: str, words: str) -> None:
    with pytest.raises(PlaceError, match=words) as error:
        place_of(cells)
    assert error.value.kind == kind


def test_names_that_are_not_on_file_are_taken_as_they_are_where_the_code_is_known() -> None:
    place = place_of(
        {"regency_code": "1708", "regency": "KPH", "desa_code": "1708012001", "desa": "Kota  Agung"}
    )
    assert place.code == "1708012001"
    assert dict(place.names) == {
        "province": regency("17.08").province,
        "regency": "KPH",
        "desa": "Kota Agung",
    }


@pytest.mark.parametrize(
    ("cell", "thousands", "value"),
    [("247", "auto", 247), ("247.0", "auto", 247), ("247,00", "auto", 247), ("1.234", "auto", 1234),
     ("1,234", "auto", 1234), ("1 234", "auto", 1234), ("1\u00a0234", " ", 1234), ("1.234.567", ".", 1234567),
     ("007", "none", 7), ("0", "none", 0)],
)  # fmt: skip
def test_counts_are_read(cell: str, thousands: str, value: int) -> None:
    assert count(cell, thousands) == value


@pytest.mark.parametrize(
    ("cell", "thousands", "why"),
    [("", "auto", "empty"), ("-5", "auto", "negative"), ("−5", "auto", "negative"), ("2.5", "auto", "whole"),
     ("1.234", "none", "whole"), ("1,234", ".", "whole"), ("abc", "auto", "not a number"),
     ("12a", "auto", "not a number"), ("2E+02", "auto", "not a number"), ("²", "auto", "not a number"),
     ("٢", "auto", "not a number")],
)  # fmt: skip
def test_counts_that_cannot_be_read_say_why(cell: str, thousands: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        count(cell, thousands)


@pytest.mark.parametrize(
    ("cell", "number"),
    [("1", 1), ("001", 1), ("TPS 007", 7), ("tps.12", 12), ("TPS-901", 901), ("13.0", 13), ("0012", 12)],
)
def test_numbers_of_tps_are_read(cell: str, number: int) -> None:
    assert tps_number(cell) == number


@pytest.mark.parametrize("cell", ["", "0", "000", "1000", "TPS", "A1", "-1", "1/2"])
def test_what_is_no_number_of_a_tps_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="TPS"):
        tps_number(cell)
