"""The nation adds up to what was published, and any part of it is that part of the whole."""

import numpy as np
import pytest

from fakeforms.templates import template
from scenarios.regions import RegionError, regency
from simulators.contests import FORMS_OF_ELECTION
from simulators.country import LINK_NAMES, Country, Roll, country
from simulators.country.abroad import UNITS
from simulators.country.constraints import ELECTRICITY, HARD_TO_REACH, INTERNET, NOT_ASKED
from simulators.country.counts import counts, provinces, rows
from simulators.country.forms import PAGES
from simulators.country.shares import share_out
from simulators.frame import frame

SEED = 5
PEMILU = country("pemilu-2024", SEED)
PILKADA = country("pilkada-2024", SEED)
BOTH = pytest.mark.parametrize("nation", [PEMILU, PILKADA], ids=["pemilu", "pilkada"])


def by_province(nation: Country, column: np.ndarray) -> dict[str, int]:
    added = np.bincount(nation.province, column)
    return {code: int(added[k]) for k, code in enumerate(nation.province_codes)}


def by_regency(nation: Country, column: np.ndarray) -> dict[str, int]:
    added = np.bincount(nation.regency, column, len(nation.regency_codes))
    return {code: int(added[k]) for k, code in enumerate(nation.regency_codes)}


def equal(one: Country, other: Country, rows_of_one: np.ndarray) -> bool:
    """Whether `other` holds those rows of `one`, regions compared by code."""
    regions = ("province", "regency", "kecamatan", "desa")
    same = all(
        np.array_equal(column[rows_of_one], dict(other.columns())[name])
        for name, column in one.columns()
        if name not in regions
    )
    for level in regions:
        for what in ("codes", "names"):
            first, second = getattr(one, f"{level}_{what}"), getattr(other, f"{level}_{what}")
            mine = [first[k] for k in getattr(one, level)[rows_of_one].tolist()]
            same = same and mine == [second[k] for k in getattr(other, level).tolist()]
    return same


def test_pemilu_has_the_published_totals() -> None:
    home = ~PEMILU.abroad
    assert len(PEMILU) == 823_236
    assert (int(home.sum()), int(PEMILU.special.sum())) == (820_161, 1_822)
    assert PEMILU.voters()[home].sum() == 203_056_748
    assert PEMILU.voters().sum() == 204_807_222
    assert len(set(PEMILU.province_codes) - {"99"}) == 38
    assert sum(not code.startswith("99") for code in PEMILU.regency_codes) == 514
    assert sum(not code.startswith("99") for code in PEMILU.kecamatan_codes) == 7_277
    assert sum(not code.startswith("99") for code in PEMILU.desa_codes) == 83_731
    zones = {hours: int((PEMILU.utc_offset_h[home] == hours).sum()) for hours in (7, 8, 9)}
    assert zones == {7: 657_966, 8: 133_089, 9: 29_106}


def test_pilkada_has_the_published_totals() -> None:
    assert len(PILKADA) == 435_296
    assert 203.5e6 < PILKADA.voters().sum() < 203.8e6, "KPU said about 203 million"
    assert PILKADA.dpt.max() <= 600 and PILKADA.dpt.min() >= 1
    assert not PILKADA.abroad.any()


@BOTH
def test_every_province_and_regency_has_its_tps_and_voters(nation: Country) -> None:
    home = ~nation.abroad
    tps, voters = by_province(nation, home), by_province(nation, nation.voters())
    what = nation.election.replace("-", "")
    for code, row in provinces().items():
        if row[f"tps_{what}"]:
            assert tps[code] == int(row[f"tps_{what}"]), row["name"]
        if row[f"dpt_{what}"]:
            assert voters[code] == int(row[f"dpt_{what}"]), row["name"]
    tps = by_regency(nation, home)
    shared = counts(nation.election)
    short = {"18": 1}  # the regencies of Lampung add to one less than the province
    for row in rows("regencies"):
        if row[f"tps_{what}"]:
            gap = tps[row["code"]] - int(row[f"tps_{what}"])
            assert 0 <= gap <= short.get(row["province_code"], 0)
        assert tps[row["code"]] == shared.tps[shared.codes.index(row["code"])]


@BOTH
def test_codes_ascend_and_tell_where_a_tps_lies(nation: Country) -> None:
    assert np.all(np.diff(nation.tps) > 0)
    for level, digits in (("province", 2), ("regency", 4), ("kecamatan", 6), ("desa", 10)):
        codes = np.array([int(code.replace(".", "")) for code in getattr(nation, f"{level}_codes")])
        assert np.array_equal(codes[getattr(nation, level)], nation.tps // 10 ** (13 - digits))
    assert np.array_equal(nation.special, (nation.tps % 1_000 >= 901) & ~nation.abroad)
    regular = nation.tps[~nation.special & ~nation.abroad]
    fresh = np.diff(regular // 1_000, prepend=0) != 0
    assert np.all(regular[fresh] % 1_000 == 1), "numbers begin at 001 in every desa"
    assert np.all(np.diff(regular)[~fresh[1:]] == 1), "and have no gaps"


def test_a_regency_is_the_one_that_is_rehearsed() -> None:
    """The frame of a region is the same, where its voters were published."""
    place = regency("11.07")
    assert not place.dpt_is_estimate
    alone, here = frame(place, SEED), country("pemilu-2024", SEED, areas=("11.07",))
    assert np.array_equal(alone.tps, here.tps)
    assert np.array_equal(alone.dpt, here.voters())
    kepahiang = country("pemilu-2024", SEED, areas=("17.08",))
    assert "Kabawetan" in kepahiang.kecamatan_names
    assert np.bincount(kepahiang.signal).tolist() == [526 - 68, 30, 38]


@BOTH
def test_any_area_is_that_part_of_the_whole(nation: Country) -> None:
    areas = ("17.08", "34", "95.03") + (("99",) if nation.abroad.any() else ())
    part = country(nation.election, SEED, areas=areas)
    where = np.searchsorted(nation.tps, part.tps)
    assert equal(nation, part, where)
    assert len(part) == sum(
        int((np.array(nation.regency_codes)[nation.regency] == area).sum())
        if "." in area
        else int((np.array(nation.province_codes)[nation.province] == area).sum())
        for area in areas
    )


def test_a_sample_holds_smaller_ones_and_its_tps_are_those_of_the_whole() -> None:
    area = country("pemilu-2024", SEED, areas=("94",))
    large, small = (country("pemilu-2024", SEED, areas=("94",), scale=scale) for scale in (0.5, 100))
    assert (len(large), len(small), large.whole) == (2_242, 100, 4_484)
    assert set(small.tps) < set(large.tps)
    assert equal(area, large, np.searchsorted(area.tps, large.tps))


def test_same_seed_same_digest() -> None:
    assert (
        country("pemilu-2024", SEED, areas=("17",)).digest()
        == country("pemilu-2024", SEED, areas=("17",)).digest()
    )
    assert (
        country("pemilu-2024", SEED + 1, areas=("17",)).digest()
        != country("pemilu-2024", SEED, areas=("17",)).digest()
    )


@BOTH
def test_constraints_add_up_where_bawaslu_asked(nation: Country) -> None:
    asked = ~np.isin(nation.tps // 10**11, (*NOT_ASKED[nation.election], 99))
    none, weak = nation.signal == 1, nation.signal == 2
    assert (none | weak)[asked].sum() == INTERNET[nation.election]
    assert (~nation.electricity)[asked].sum() == ELECTRICITY[nation.election]
    hours = int((nation.travel_by == 3)[asked].sum())
    assert 0.5 * HARD_TO_REACH[nation.election] < hours <= HARD_TO_REACH[nation.election]
    assert np.array_equal(nation.travel_by > 0, none)
    assert np.array_equal(nation.travel_s > 0, none)
    assert np.all(nation.power_cut_s[~nation.electricity] > 0)


def test_published_regions_have_their_own_counts() -> None:
    none = by_regency(PEMILU, PEMILU.signal == 1)
    assert [none[code] for code in ("13.09", "53.07", "91.20", "36.01", "21.03")] == [122, 155, 71, 147, 20]
    none, weak = by_province(PEMILU, PEMILU.signal == 1), by_province(PEMILU, PEMILU.signal == 2)
    assert (none["13"], weak["13"]) == (547, 1_544)
    assert (none["52"], weak["52"]) == (91, 721)
    assert none["53"] + weak["53"] == 1_893
    assert none["31"] + weak["31"] == 207
    share = (none["95"] + weak["95"]) / by_province(PEMILU, PEMILU.dpt > 0)["95"]
    assert share > 0.8, "Papua Pegunungan: more than half of its desa have no signal at all"


def test_signal_comes_desa_by_desa() -> None:
    sizes = np.bincount(PEMILU.desa)
    dark = np.bincount(PEMILU.desa, PEMILU.signal == 1)
    partly = ((dark > 0) & (dark < sizes)).sum()
    assert partly <= 514, "at most one desa of a regency is cut by the count"


def test_links_and_devices_have_their_shares() -> None:
    links = np.bincount(PEMILU.link, minlength=len(LINK_NAMES)) / len(PEMILU)
    assert links[LINK_NAMES.index("4g")] == pytest.approx(0.87, abs=0.03)
    assert links[LINK_NAMES.index("edge")] == pytest.approx(0.03, abs=0.01)
    papua = PEMILU.take(np.flatnonzero(PEMILU.tps // 10**11 == 95))
    assert (papua.link == 0).mean() < links[0], "the mountains have less 4G"
    assert (PEMILU.device == 2).mean() == pytest.approx(0.066, abs=0.002)
    cut = (PEMILU.power_cut_s > 0) & PEMILU.electricity
    assert cut.mean() == pytest.approx(0.022, abs=0.003), "1.95 interruptions in 90 days"


def test_abroad_has_its_units_voters_and_clocks() -> None:
    far = country("pemilu-2024", SEED, areas=("99",))
    assert {int(k): int((far.kind == k).sum()) for k in np.unique(far.kind)} == UNITS
    assert (len(far), far.voters().sum()) == (3_075, 1_750_474)
    missions = dict(zip(far.kecamatan_names, np.bincount(far.kecamatan, far.voters()).tolist(), strict=True))
    assert len(missions) == 128
    assert missions["Kuala Lumpur"] == 447_258
    assert (far.utc_offset_h.min(), far.utc_offset_h.max()) == (-8.0, 13.0)
    assert set(far.desa_names) == {"TPSLN", "KSK", "POS"}
    with pytest.raises(RegionError, match="nobody votes abroad"):
        country("pilkada-2024", SEED, areas=("99",))


def test_each_place_has_its_forms_and_pages() -> None:
    def pages(nation: Country, province: int) -> dict[str, int]:
        first = int(np.flatnonzero(nation.tps // 10**11 == province)[0])
        return dict(zip(nation.forms, nation.pages[first].tolist(), strict=True))

    assert pages(PEMILU, 96) == {"ppwp": 3, "dpr": 20, "dpd": 3, "dprd-prov": 20, "dprd-kab": 20}
    assert pages(PEMILU, 31)["dprd-kab"] == 0
    assert pages(PEMILU, 99) == {"ppwp": 3, "dpr": 20, "dpd": 0, "dprd-prov": 0, "dprd-kab": 0}
    assert pages(PEMILU, 11)["dprd-kab"] == 20
    assert pages(PEMILU, 32)["dpd"] == 2 + 10, "55 candidates, six a page"
    assert pages(PILKADA, 31) == {"kwk-gubernur": 3, "kwk-bupati": 0}
    assert pages(PILKADA, 34) == {"kwk-gubernur": 0, "kwk-bupati": 3}
    for forms in FORMS_OF_ELECTION.values():
        for form in forms:
            assert len(template.load(form).pages) == PAGES[form]


def test_a_roll_replaces_the_regencies_it_covers() -> None:
    tps = np.array([1708990000001, 1708990000002, 1708990000901])
    roll = Roll(tps, np.array([250, 120, 0], dtype=np.int32), {"170899": "Rimba Baru"}, "test")
    part = country("pemilu-2024", SEED, areas=("17.08", "17.09"), roll=roll)
    assert part.tps[:3].tolist() == tps.tolist()
    assert part.dpt[:3].tolist() == [250, 120, 0]
    assert part.kecamatan_names[0] == "Rimba Baru"
    without = country("pemilu-2024", SEED, areas=("17.09",))
    assert equal(part, without, np.arange(3, len(part)))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"areas": ("77",)}, 'no area has the code "77"'),
        ({"areas": ("1708",)}, 'such as "17.08"'),
        ({"scale": 0.0}, "must be more than 0"),
        ({"scale": 10**7}, "at most 823236"),
    ],
)
def test_what_cannot_be_is_said(asked: dict, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        country("pemilu-2024", SEED, **asked)
    with pytest.raises(ValueError, match="pemilu-2024, pilkada-2024"):
        country("pemilu-2029", SEED)


def test_sharing_out_keeps_total_and_bounds() -> None:
    shared = share_out(1_000, np.array([1.0, 5.0, 0.0, 9.0]), np.array([0, 400, 7, 0]), 450)
    assert shared.sum() == 1_000
    assert shared[1] >= 400 and shared[2] == 7 and shared.max() <= 450
    with pytest.raises(ValueError, match="cannot be shared out"):
        share_out(1_000, np.ones(3), 0, 300)
