"""Schedules drawn from the seed: the same again, within their time, and each of the kind it says it is."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaos import FaultEvent, Ground, PlanError, expand, ground_of
from chaos.exclusion import exclusive
from scenarios import ChaosSpec, Scenario, Timeline, condition, find_scenario, load

KEPAHIANG = load(find_scenario("kepahiang-2024"))
ANYTHING = [
    {"fault": "process_kill"},
    {"fault": "process_pause"},
    {"fault": "area_dark"},
    {"fault": "power_cut"},
    {"fault": "disk_full"},
]


def timeline_of(scenario: Scenario) -> Timeline:
    return Timeline(scenario.phases, scenario.clock.compression)


TIMELINE = timeline_of(KEPAHIANG)


def drawn(*tables: dict[str, Any], seed: int = 1, ground: Ground | None = None) -> tuple[FaultEvent, ...]:
    """The plan of a scenario with nothing but these [[chaos]] tables."""
    base = {"phase": "hari-h", "from": "14:00", "until": "22:00", "length_real": ["1s", "4s"], "count": 4}
    chaos = [ChaosSpec.model_validate(base | {"faults": ANYTHING} | table) for table in tables]
    scenario = KEPAHIANG.model_copy(update={"faults": [], "chaos": chaos})
    return expand(scenario, TIMELINE, seed, ground)


def of_one_kind(kind: str, count: int, **more: Any) -> dict[str, Any]:
    faults = [{"fault": "area_dark"}] if kind == "areas" else ANYTHING
    return {"draw": kind, "count": count, "faults": faults} | more


WINDOW = (TIMELINE.run_s("hari-h", 14 * 3600.0), TIMELINE.run_s("hari-h", 22 * 3600.0))
KINDS = st.sampled_from(["single", "overlapping", "flapping", "areas", "cascade"])


@given(KINDS, st.integers(2, 5), st.integers(0, 2**63 - 1))
def test_the_same_seed_draws_the_same_schedule_within_its_time_and_its_lengths(
    kind: str, count: int, seed: int
) -> None:
    plan = drawn(of_one_kind(kind, count), seed=seed)
    assert plan == drawn(of_one_kind(kind, count), seed=seed)
    assert len(plan) == len({event.id for event in plan}) == count
    for event in plan:
        assert WINDOW[0] <= event.strike_s < event.heal_s <= WINDOW[1] + 0.001
        assert 0.999 <= event.length_s <= 4.001
        assert event.target


@given(st.lists(st.tuples(KINDS, st.integers(2, 5)), min_size=1, max_size=3), st.integers(0, 2**63 - 1))
def test_no_schedule_puts_faults_together_that_exclude_each_other(
    kinds: list[tuple[str, int]], seed: int
) -> None:
    try:
        plan = drawn(*(of_one_kind(*one, length_real=["0.5s", "1s"]) for one in kinds), seed=seed)
    except PlanError as error:
        assert "found no way to draw" in error.message  # said, and never planned
        return
    assert not [(one.id, two.id) for one in plan for two in plan if one is not two and exclusive(one, two)]


def test_another_seed_draws_another_schedule() -> None:
    table = of_one_kind("single", 4)
    assert len({str(drawn(table, seed=seed)) for seed in range(20)}) == 20
    faults = {event.fault for seed in range(20) for event in drawn(table, seed=seed)}
    assert faults == {one["fault"] for one in ANYTHING}


def test_a_second_table_leaves_the_draws_of_the_first_as_they_were() -> None:
    table = of_one_kind("single", 3, faults=[{"fault": "area_dark"}])
    both = drawn(table, of_one_kind("overlapping", 2), seed=3)
    assert [event for event in both if event.id.startswith("c1-")] == list(drawn(table, seed=3))


def test_single_faults_never_meet() -> None:
    for seed in range(20):
        for one, after in pairwise(drawn(of_one_kind("single", 6), seed=seed)):
            assert one.heal_s <= after.strike_s + 0.001


def test_overlapping_faults_meet_in_pairs_and_the_last_are_three_when_the_count_is_odd() -> None:
    for seed in range(20):
        plan = sorted(drawn(of_one_kind("overlapping", 5), seed=seed), key=lambda event: event.id)
        for group in (plan[:2], plan[2:]):
            first, *others = group
            for other in others:
                assert first.strike_s < other.heal_s and other.strike_s < first.heal_s
                assert (other.fault, other.target) != (first.fault, first.target)


def test_a_flapping_fault_comes_and_goes_on_one_target() -> None:
    for seed in range(20):
        plan = drawn(of_one_kind("flapping", 6), seed=seed)
        assert len({(event.fault, event.target) for event in plan}) == 1
        assert all(one.heal_s < after.strike_s for one, after in pairwise(plan))


def test_areas_go_one_by_one_and_are_healed_in_another_order() -> None:
    for seed in range(20):
        plan = drawn(of_one_kind("areas", 5), seed=seed)
        assert len({event.target for event in plan}) == 5
        assert len({event.strike_s for event in plan}) == 5
        assert plan != tuple(sorted(plan, key=lambda event: event.heal_s))
        assert max(event.strike_s for event in plan) < min(event.heal_s for event in plan), "all dark at once"


def test_areas_may_be_named_and_lose_what_only_their_tps_have() -> None:
    ground = ground_of(KEPAHIANG, ["1708020001001", "1708020001002", "1708030001001"])
    faults = [{"fault": "no_power", "target": ["Ujan Mas", "170803"]}]
    plan = drawn(of_one_kind("areas", 2, faults=faults), ground=ground)
    assert {event.target for event in plan} == {("1708020001001", "1708020001002"), ("1708030001001",)}


def test_a_cascade_strikes_during_the_recovery_from_the_last_one() -> None:
    first, *others = drawn(of_one_kind("cascade", 3))
    assert first.when == ""
    for before, event in pairwise([first, *others]):
        when = condition(event.when)
        assert (when.kind, when.fault) == ("healed", before.id)
        assert 0.2 <= when.delay_s <= 2.0
        assert event.by_s == WINDOW[1]


def test_human_lengths_shrink_with_the_story_and_real_ones_do_not() -> None:
    human = drawn(of_one_kind("single", 1, length=["20m", "20m"], length_real=None))
    assert human[0].length_s == pytest.approx(1200 / 600)
    real = drawn(of_one_kind("single", 1, length_real=["2.5s", "2.5s"]))
    assert real[0].length_s == pytest.approx(2.5)


def test_what_nobody_would_feel_is_not_drawn() -> None:
    ground = ground_of(KEPAHIANG, ["1708020001001", "1708020001002", "1708030001001"])
    hit = {area for seed in range(20) for event in drawn(of_one_kind("areas", 2), seed=seed, ground=ground)
           for area in event.target}  # fmt: skip
    assert hit == {"170802", "170803"}


@pytest.mark.parametrize(
    ("table", "key", "said"),
    [
        ({"faults": [{"fault": "proces_kill"}]}, 'chaos[1].faults[1].fault = "proces_kill"', "process_kill"),
        ({"faults": [{"fault": "area_dark", "target": "170899"}]}, 'chaos[1].faults[1].target = "170899"',
         "did you mean"),
        ({"faults": [{"fault": "process_kill", "settings": {"cuont": 1}}]}, "chaos[1].faults[1].settings.cu",
         '"count"'),
        ({"count": 40}, "chaos[1]", "do not fit"),
        ({"draw": "areas"}, "chaos[1].count = 4", "so many areas"),
        ({"draw": "areas", "count": 9, "faults": [{"fault": "area_dark"}]}, "chaos[1].count = 9", "in 8"),
        ({"draw": "cascade", "count": 20}, "chaos[1]", "do not fit"),
        ({"draw": "overlapping", "count": 2, "faults": [{"fault": "power_cut"}]}, "chaos[1]", "power_cut"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_named_with_what_would_be_right(
    table: dict[str, Any], key: str, said: str
) -> None:
    narrow = {"until": "15:00"} if table.get("count", 0) >= 20 else {}
    faults = [one for one in ANYTHING if one["fault"] != "area_dark"]
    with pytest.raises(PlanError) as caught:
        drawn({"draw": "single", "faults": faults} | table | narrow)
    assert caught.value.key.startswith(key)
    assert said in caught.value.message
