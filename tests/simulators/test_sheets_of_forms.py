"""Orders for every form of a TPS: one crew, one calendar, a witness a contestant, the same people all day."""

import datetime as dt
import hashlib
from math import ceil

import pytest

from fakeforms import SheetOrder
from scenarios import Scenario, find_scenario, load
from simulators.contests import BY_PARTY, EMPTY_COLUMN, ContestError, contest
from simulators.population import population
from simulators.rules import violations
from simulators.sheets import forms_of, order
from simulators.witnesses import saksi

PEMILU = ("ppwp", "dpr", "dpd", "dprd-prov", "dprd-kab")
PILKADA = ("kwk-gubernur", "kwk-bupati")
KEPAHIANG = load(find_scenario("kepahiang-2024"))
PEOPLE = population(KEPAHIANG, 1, 6)
MINUTES_A_DAY = 1_440


def elsewhere(code: str, **voting: float) -> Scenario:
    """The scenario of Kepahiang, played in another region or with other hours."""
    plain = KEPAHIANG.links.model_copy(
        update={"no_signal_kecamatan": [], "no_signal_tps": 0, "intermittent_tps": 0}
    )
    return KEPAHIANG.model_copy(
        update={
            "region": KEPAHIANG.region.model_copy(update={"code": code}),
            "links": plain,
            "voting": KEPAHIANG.voting.model_copy(update=voting),
        }
    )


@pytest.fixture(scope="module")
def orders() -> dict[str, list[SheetOrder]]:
    return {
        form: [order(PEOPLE, index, KEPAHIANG, form) for index in range(len(PEOPLE))]
        for form in forms_of(PEOPLE, KEPAHIANG)
    }


def minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def test_all_forms_of_a_tps_can_be_ordered_and_are_sound(orders: dict[str, list[SheetOrder]]) -> None:
    """SheetOrder itself checks values and people against the template of the form."""
    assert tuple(orders) == PEMILU + PILKADA
    for form, sheets in orders.items():
        for index, sheet in enumerate(sheets):
            assert (sheet.form, sheet.tps, sheet.seed) == (form, PEOPLE.tps[index], 1)
            assert violations(sheet.values, form) == []


def test_pages_follow_who_stands(orders: dict[str, list[SheetOrder]]) -> None:
    pages = {form: len(sheets[0].template.pages) for form, sheets in orders.items()}
    assert pages["ppwp"] == 3
    assert [pages[form] for form in BY_PARTY] == [20, 20, 20]
    assert pages["dpd"] == 2 + ceil(len(orders["dpd"][0].contestants) / 6)


def test_kota_sorong_needs_one_page_of_votes_for_the_dpd() -> None:
    scenario = elsewhere("96.71")
    people = population(scenario, 1, 2)
    sheet = order(people, 0, scenario, "dpd")
    assert len(sheet.template.pages) == 3
    assert (sheet.kab_kota, sheet.dapil) == ("Kota Sorong", "PAPUA BARAT DAYA")
    assert contest(1, "dprd-kab", people.place, "967101").dapil == "KOTA SORONG 1"


def test_the_presidential_order_is_what_it_was_before_there_were_other_forms() -> None:
    """Digest of 40 orders as made when PPWP was the only form."""
    people = population(KEPAHIANG, 1, 40)
    total = hashlib.sha256()
    for index in range(len(people)):
        sheet = order(people, index, KEPAHIANG)
        said = (
            *(sheet.tps, sheet.hari, sheet.tanggal.isoformat(), sheet.jam_pungut, sheet.jam_hitung),
            *(sorted(sheet.values.items()), sheet.kpps, sheet.saksi, sheet.dapil),
            [(one.number, one.names) for one in sheet.contestants],
        )
        total.update(repr(said).encode())
    assert total.hexdigest() == "4ee78cbe7a3d902185bb775dc48e995c7006df84d976fa9d2e4f274e6023ad50"


def test_each_election_has_its_day(orders: dict[str, list[SheetOrder]]) -> None:
    for form in PEMILU:
        assert {(sheet.tanggal, sheet.hari) for sheet in orders[form]} == {(dt.date(2024, 2, 14), "RABU")}
    for form in PILKADA:
        assert {(sheet.tanggal, sheet.hari) for sheet in orders[form]} == {(dt.date(2024, 11, 27), "RABU")}
    about = KEPAHIANG.scenario.model_copy(update={"election": "pilkada-2024"})
    of_pilkada = KEPAHIANG.model_copy(update={"scenario": about})
    assert forms_of(PEOPLE, of_pilkada) == PILKADA + PEMILU
    assert order(PEOPLE, 0, of_pilkada, "kwk-bupati").tanggal == dt.date(2024, 2, 14), "the scenario's day"


def test_one_count_follows_another(orders: dict[str, list[SheetOrder]]) -> None:
    for forms in (PEMILU, PILKADA):
        for index in range(len(PEOPLE)):
            ended = minutes("13:00")
            for form in forms:
                begin, end = (minutes(clock) for clock in orders[form][index].jam_hitung)
                assert ended <= begin < 23 * 60 + 56 and begin % 5 == end % 5 == 0
                assert 60 <= (end - begin) % MINUTES_A_DAY <= 180
                ended = end


def test_no_count_begins_after_midnight_but_some_end_there() -> None:
    slow = elsewhere("17.08", count_median=3.5 * 3_600)
    sheets = [order(PEOPLE, index, slow, "dprd-kab") for index in range(len(PEOPLE))]
    assert {sheet.jam_hitung[0] for sheet in sheets} == {"23:55"}
    assert all(sheet.counted_past_midnight for sheet in sheets)


def test_one_crew_signs_all_forms_of_an_election(orders: dict[str, list[SheetOrder]]) -> None:
    for index in range(len(PEOPLE)):
        pemilu = {orders[form][index].kpps for form in PEMILU}
        pilkada = {orders[form][index].kpps for form in PILKADA}
        assert len(pemilu) == len(pilkada) == 1 and pemilu != pilkada
        assert all(len(set(crew)) == 7 for crew in pemilu | pilkada)


def test_witnesses_are_one_a_contestant_and_come_or_not(orders: dict[str, list[SheetOrder]]) -> None:
    came = {form: [bool(name) for sheet in sheets for name in sheet.saksi] for form, sheets in orders.items()}
    for sheets in orders.values():
        for sheet in sheets:
            named = [name for name in sheet.saksi if name]
            assert len(sheet.saksi) == len(sheet.contestants) and len(set(named)) == len(named)
    assert all(came["ppwp"])
    assert sum(came["dpd"]) / len(came["dpd"]) < 0.3
    assert 0.4 < sum(came["dpr"]) / len(came["dpr"]) < 0.7
    for index in range(len(PEOPLE)):
        assert len({orders[form][index].saksi for form in BY_PARTY}) == 1, "a party's witness stays all day"


def test_nobody_stands_by_the_empty_column() -> None:
    stands = [contest(seed, "kwk-bupati", PEOPLE.place, "170801") for seed in range(100)]
    single = [one for one in stands if one.contestants[-1].names == (EMPTY_COLUMN,)]
    assert single and all(saksi(one, "1708012001001")[1] == "" for one in single)


def test_a_form_the_region_does_not_vote_with_is_refused() -> None:
    scenario = elsewhere("31.71")
    people = population(scenario, 1, 3)
    assert forms_of(people, scenario) == ("ppwp", "dpr", "dpd", "dprd-prov", "kwk-gubernur")
    with pytest.raises(ContestError, match="DKI Jakarta has no DPRD Kabupaten/Kota"):
        order(people, 0, scenario, "dprd-kab")
    with pytest.raises(ContestError, match="'c1' is unknown"):
        order(people, 0, scenario, "c1")
