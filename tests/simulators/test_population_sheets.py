"""Names are invented and fixed by (seed, TPS); an order for sheets carries what the population says."""

import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import find_scenario, load
from simulators.names import MEN, REAL_NAMES, WOMEN, kpps, paslon, saksi
from simulators.numbers import FIELDS
from simulators.population import population
from simulators.sheets import numbers_sha256, order, page_numbers

SEED = st.integers(0, 2**63 - 1)
KEPAHIANG = load(find_scenario("kepahiang-2024"))
PEOPLE = population(KEPAHIANG, 1, 40)
CANDIDATES_OF_2024 = (
    "Anies Rasyid Baswedan",
    "Abdul Muhaimin Iskandar",
    "Prabowo Subianto",
    "Gibran Rakabuming Raka",
    "Ganjar Pranowo",
    "Mohammad Mahfud MD",
)


@settings(deadline=None)
@given(seed=SEED, tps=st.integers(1_101_011_001_001, 9_699_999_999_999).map(str))
def test_seven_kpps_and_three_witnesses_all_different_and_always_the_same(seed: int, tps: str) -> None:
    members, witnesses = kpps(seed, tps), saksi(seed, tps)
    assert len(set(members)) == 7 and len(set(witnesses)) == 3
    assert members == kpps(seed, tps) and witnesses == saksi(seed, tps)
    assert all(len(name.split()) == 2 for name in members + witnesses)


def test_no_name_comes_twice_in_a_tps_though_the_lists_are_short() -> None:
    assert all(len(set(kpps(1, f"{1708042000000 + n}"))) == 7 for n in range(10_000))


@settings(deadline=None)
@given(SEED)
def test_candidates_are_invented(seed: int) -> None:
    people = [name for pair in paslon(seed) for name in pair]
    assert len(paslon(seed)) == 3 and len(set(people)) == 6
    real = {word for name in CANDIDATES_OF_2024 for word in name.split()}
    assert not real & {word for name in people for word in name.split()}


def test_no_list_holds_a_name_of_those_who_stood() -> None:
    for names in (*MEN, *WOMEN):
        assert len(names) > 60
        assert not REAL_NAMES & set(names)
    assert {"Prabowo", "Pranowo", "Mahfud", "Gibran", "Anies"} <= REAL_NAMES


def test_names_and_pairs_change_with_the_seed_and_the_tps() -> None:
    assert kpps(1, "1708042001003") != kpps(2, "1708042001003")
    assert kpps(1, "1708042001003") != kpps(1, "1708042001004")
    assert len({paslon(seed) for seed in range(50)}) == 50


def test_an_order_can_be_drawn_for_every_tps() -> None:
    """SheetOrder itself refuses missing fields, values that do not fit their boxes and empty names."""
    for index in range(len(PEOPLE)):
        sheet = order(PEOPLE, index, KEPAHIANG)
        assert dict(sheet.values) == PEOPLE.values(index)
        assert sheet.tps == PEOPLE.tps[index] and sheet.nomor_tps == int(sheet.tps[-3:])
        assert (sheet.hari, str(sheet.tanggal)) == ("RABU", "2024-02-14")
        assert sheet.jam_pungut == ("07:00", "13:00")
        assert "13:00" <= sheet.jam_hitung[0] < sheet.jam_hitung[1] < "17:00"
        assert sheet.provinsi == "Bengkulu" and sheet.kab_kota == "Kabupaten Kepahiang"


def test_pages_hold_each_field_once_as_plain_numbers() -> None:
    pages = [page_numbers(PEOPLE, 5, page) for page in (1, 2, 3)]
    assert [field for page in pages for field in page] == list(FIELDS)
    assert {field: value for page in pages for field, value in page.items()} == PEOPLE.values(5)
    assert {type(value) for page in pages for value in page.values()} == {int}


def test_the_digest_of_a_page_is_that_of_its_sorted_json() -> None:
    expected = hashlib.sha256(b'{"suara_1":10,"suara_2":2,"suara_3":0}').hexdigest()
    assert numbers_sha256({"suara_3": 0, "suara_1": 10, "suara_2": 2}) == expected
    assert numbers_sha256({"suara_3": 0, "suara_1": 2, "suara_2": 10}) != expected
