"""The plan: pure, ordered, replayable, and refused with the place and the near name when it cannot be."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import chaos.faults
from chaos import PlanError, expand, read_plan, register, registered, write_plan
from scenarios import FaultSpec, Scenario, Timeline, find_scenario, load

KEPAHIANG = load(find_scenario("kepahiang-2024"))
TARGETS: dict[str, list[str]] = {
    "process_kill": ["api", "api-1", "api-2", "postgres"],
    "process_pause": ["api", "api-2", "postgres"],
    "area_dark": ["170801", "170802", "170808", "Ujan Mas"],
}


def timeline_of(scenario: Scenario) -> Timeline:
    return Timeline(scenario.phases, scenario.clock.compression)


def with_faults(*faults: dict[str, Any]) -> Scenario:
    """The Kepahiang story with other faults."""
    base = {"phase": "hari-h", "at": "19:00", "for": "30m"}
    return KEPAHIANG.model_copy(update={"faults": [FaultSpec.model_validate(base | one) for one in faults]})


def plan_of(*faults: dict[str, Any], seed: int = 1) -> Any:
    scenario = with_faults(*faults)
    return expand(scenario, timeline_of(scenario), seed)


def allowed_plan_of(*faults: dict[str, Any], seed: int) -> Any:
    """The plan, for a law over drawn scenarios: those in which faults exclude each other are no examples."""
    try:
        return plan_of(*faults, seed=seed)
    except PlanError as error:
        assume("exclude each other" not in error.message)
        raise


@st.composite
def faults(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(TARGETS)))
    targets = draw(st.lists(st.sampled_from(TARGETS[name]), min_size=1, max_size=3))
    minute = draw(st.integers(0, 59))
    return {
        "fault": name,
        "target": draw(st.sampled_from([targets[0], targets])),
        "at": f"{draw(st.integers(13, 23)):02d}:{minute:02d}",
        "for": f"{draw(st.integers(1, 2000))}m",
        "settings": {"count": draw(st.integers(0, 3))} if name == "process_kill" else {},
    }


@given(st.lists(faults(), max_size=6), st.integers(0, 2**63 - 1))
def test_the_same_seed_gives_the_same_plan_in_order_and_every_fault_heals_within_the_run(
    chosen: list[dict[str, Any]], seed: int
) -> None:
    plan = allowed_plan_of(*chosen, seed=seed)
    assert plan == plan_of(*chosen, seed=seed)
    assert [event.strike_s for event in plan] == sorted(event.strike_s for event in plan)
    assert len({event.id for event in plan}) == len(chosen)
    duration_s = timeline_of(KEPAHIANG).duration_s
    for event in plan:
        assert 0 <= event.strike_s < event.heal_s <= duration_s
        assert event.target
        assert len(set(event.target)) == len(event.target)


@given(st.lists(faults(), min_size=1, max_size=6), st.integers(0, 2**63 - 1))
def test_a_written_plan_is_read_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, chosen: list[dict[str, Any]], seed: int
) -> None:
    path = tmp_path_factory.mktemp("plan") / "plan.jsonl"
    plan = allowed_plan_of(*chosen, seed=seed)
    write_plan(plan, path)
    assert read_plan(path) == plan
    assert [one.name for one in path.parent.iterdir()] == ["plan.jsonl"]


def test_the_story_of_kepahiang_is_planned_on_the_run_clock() -> None:
    timeline = timeline_of(KEPAHIANG)
    plan = expand(KEPAHIANG, timeline, KEPAHIANG.scenario.seed)
    assert [(event.id, event.target) for event in plan] == [
        ("02-process_pause", ("postgres",)),
        ("03-area_dark", ("170802",)),
        ("01-process_kill", ("api-1", "api-2", "postgres")),
    ]
    dark = plan[1]
    assert dark.heal_s - dark.strike_s == pytest.approx(2 * 3600 / 600), "two hours at compression 600"
    assert f"{timeline.local(dark.strike_s):%H:%M}" == "17:30"


def test_every_file_of_faults_is_registered_and_a_name_only_once() -> None:
    files = {path.stem for path in Path(chaos.faults.__file__).parent.glob("*.py")} - {"__init__"}
    assert set(registered()) == files
    with pytest.raises(ValueError, match='two faults are registered as "area_dark"'):
        register("area_dark")(type(registered()["process_kill"]))


def test_a_count_kills_that_many_and_the_seed_decides_which() -> None:
    one = {"fault": "process_kill", "target": "api", "settings": {"count": 1}}
    killed = {plan_of(one, seed=seed)[0].target for seed in range(20)}
    assert killed == {("api-1",), ("api-2",)}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"fault": "proces_kill"}, 'fault = "proces_kill": no such fault; did you mean "process_kill"?'),
        ({"target": "postgre"}, '"postgre": process_kill has no such target; did you mean "postgres"?'),
        ({"target": "redis"}, "there are: all, api, api-1, api-2, postgres, worker, worker-1"),
        ({"target": []}, "target = []: needs at least one of: all, api"),
        ({"settings": {"cuont": 1}}, 'cuont = 1: process_kill has no such setting; did you mean "count"?'),
        ({"settings": {"count": "two"}}, 'settings.count = "two": should be a valid integer'),
        ({"settings": {"count": -1}}, "settings.count = -1: should be greater than or equal to 0"),
        ({"fault": "area_dark", "target": "170899"}, 'target = "170899": area_dark has no such target'),
        ({"fault": "process_pause", "settings": {"count": 1}}, "it has none"),
        ({"at": "03:00+1"}, "at: the fault would begin when the run ends"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_named_with_what_would_be_right(wrong: dict[str, Any], said: str) -> None:
    good = {"fault": "process_kill", "target": "api"}
    with pytest.raises(PlanError) as caught:
        plan_of(good, good | wrong)
    assert said in str(caught.value)
    assert caught.value.key.startswith("faults[2].")
    assert str(caught.value) == f"{caught.value.key}: {caught.value.message}"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "plan.jsonl:2: is no planned fault"),
        ({"id": "x"}, "plan.jsonl:2: is no planned fault"),
        ({"fault": "proces_kill"}, 'plan.jsonl:2 fault = "proces_kill": no such fault; did you mean'),
        ({"heal_s": 0.0}, "plan.jsonl:2: heals at 0.0 s, not after it strikes"),
    ],
)
def test_a_damaged_plan_is_refused_with_its_line(tmp_path: Path, line: Any, said: str) -> None:
    path = tmp_path / "plan.jsonl"
    write_plan(plan_of({"fault": "process_kill", "target": "api"}), path)
    good = json.loads(path.read_text())
    broken = line if isinstance(line, str) else json.dumps(line if "id" in line else good | line)
    path.write_text(json.dumps(good) + "\n" + broken + "\n")
    with pytest.raises(PlanError) as caught:
        read_plan(path)
    assert said in str(caught.value)
