"""Faults that wait for a condition: in the scenario, in the plan, and in a run."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from chaos import FaultEvent, FaultRunner, Ledger, PlanError, Reading, Site, expand, read_plan, write_plan
from chaos.conditions import Conditions
from chaos.gauge import GoodputPeak
from scenarios import Condition, FaultSpec, Timeline, condition, find_scenario, load

if TYPE_CHECKING:
    from tests.chaos.conftest import DummyStack

KEPAHIANG = load(find_scenario("kepahiang-2024"))
TIMELINE = Timeline(KEPAHIANG.phases, KEPAHIANG.clock.compression)


def plan_of(*faults: dict[str, Any]) -> tuple[FaultEvent, ...]:
    base = {"fault": "process_pause", "target": "postgres", "phase": "hari-h"}
    specs = [FaultSpec.model_validate(base | one) for one in faults]
    return expand(KEPAHIANG.model_copy(update={"faults": specs}), TIMELINE, 1)


# --- written


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("complete >= 0.4", Condition("complete", share=0.4)),
        ("complete>=40%", Condition("complete", share=0.4)),
        ("goodput-peak", Condition("goodput-peak")),
        ("struck 01", Condition("struck", fault="01")),
        ("healed c1-02-area_dark + 2s", Condition("healed", fault="c1-02-area_dark", delay_s=2.0)),
    ],
)
def test_a_condition_is_read_and_written_again(text: str, meant: Condition) -> None:
    assert condition(text) == meant
    assert condition(str(meant)) == meant


@pytest.mark.parametrize("text", ["complete > 0.4", "complete >= 1.5", "healed", "healed 01 + soon", "", 7])
def test_what_is_no_condition_is_refused_with_an_example(text: object) -> None:
    with pytest.raises(ValueError, match="such as"):
        condition(text)


def test_a_condition_is_in_the_plan_as_a_condition_with_its_latest_moment(tmp_path: Path) -> None:
    plan = plan_of(
        {"when": "complete >= 0.4", "by": "22:00", "for_real": "2s"},
        {"when": "healed 1 + 1s", "for": "10m", "target": "api-1"},
    )
    first, second = plan
    phase = TIMELINE.phase("hari-h")
    assert (first.when, first.strike_s, first.by_s) == (
        "complete >= 0.4", phase.run_start_s, TIMELINE.run_s("hari-h", 22 * 3600.0),
    )  # fmt: skip
    assert first.length_s == pytest.approx(2.0), "real time is not compressed"
    assert second.when == "healed 01-process_pause + 1s"
    assert second.by_s == phase.run_end_s
    assert second.length_s == pytest.approx(600 / 600)
    write_plan(plan, tmp_path / "plan.jsonl")
    assert read_plan(tmp_path / "plan.jsonl") == plan


def test_a_moment_in_real_time_counts_from_the_start_of_its_phase() -> None:
    (event,) = plan_of({"at_real": "3s", "for_real": "0.5s"})
    assert event.strike_s == pytest.approx(TIMELINE.phase("hari-h").run_start_s + 3.0)
    assert event.length_s == pytest.approx(0.5)
    with pytest.raises(PlanError, match=r"faults\[1\].at_real.*phase hari-h lasts 84.0 s"):
        plan_of({"at_real": "2m", "for_real": "1s"})


def test_faults_that_exclude_each_other_are_refused_with_both_their_times() -> None:
    pause = {"at": "19:00", "for": "30m"}
    kill = {"fault": "process_kill", "target": ["api", "postgres"], "at": "19:20", "for": "30m"}
    with pytest.raises(PlanError) as caught:
        plan_of(pause, kill)
    said = str(caught.value)
    assert "faults 01-process_pause and 02-process_kill" in said
    assert "hold postgres" in said
    assert "14 Feb 19:00 to 14 Feb 19:30" in said and "14 Feb 19:20 to 14 Feb 19:50" in said
    assert 'when = "healed NN"' in said
    plan_of(pause, kill | {"at": "19:30"})
    plan_of(pause, kill | {"target": "api"})
    plan_of(pause, {**kill, "at": None, "when": "healed 01"})
    with pytest.raises(PlanError, match=r"any time after complete >= 0\.4"):
        plan_of(pause, {**kill, "at": None, "when": "complete >= 0.4"})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"when": "sometime"}, 'when = "sometime": must be a condition'),
        ({"when": "healed 09-x"}, 'when = "healed 09-x": no such fault in the plan'),
        ({"by_s": None}, "by_s: is missing"),
        ({"id": "02-process_pause"}, "is there already"),
        ({"settings": {"x": 1}}, "process_pause has no such setting"),
    ],
)
def test_a_plan_edited_by_hand_is_refused_with_its_line(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    path = tmp_path / "plan.jsonl"
    write_plan(
        plan_of({"when": "complete >= 0.4", "for": "5m"}, {"at": "20:00", "for": "5m", "target": "api"}), path
    )
    first, second = [json.loads(line) for line in path.read_text().splitlines()]
    path.write_text(json.dumps(second) + "\n" + json.dumps(first | change) + "\n")
    with pytest.raises(PlanError) as caught:
        read_plan(path)
    assert f"{path}:" in str(caught.value)
    assert said in str(caught.value)


# --- judged


def test_goodput_has_peaked_when_it_has_clearly_fallen_and_chance_alone_is_no_fall() -> None:
    rates = [0, 2, 8, 8, 8, 8, 8, 8, 7, 8, 9, 8, 7, 3, 2, 1]
    peak, total, passed = GoodputPeak(), 0, []
    for second, rate in enumerate(rates):
        total += rate
        peak.note(float(second), total)
        passed.append(peak.passed)
    assert passed.index(True) == 14
    trickle = GoodputPeak()
    for second in range(30):
        trickle.note(float(second), second // 2 if second < 15 else 7)
    assert not trickle.passed, "two pages in three seconds are no peak"


def test_a_condition_on_a_fault_that_was_skipped_is_hopeless() -> None:
    conditions = Conditions(lambda: None)
    when = condition("healed 01-x + 2s")
    conditions.note("01-x", "struck", 1.0)
    assert not conditions.hopeless(when)
    conditions.note("01-x", "healed", 5.0)
    assert [conditions.holds(when, now_s) for now_s in (6.9, 7.0)] == [False, True]
    conditions.note("02-y", "skipped", 5.0)
    assert conditions.hopeless(condition("struck 02-y")) == "it waits for 02-y, which was skipped"


# --- played


class Run:
    """A runner on a clock that begins now, with a gauge that a test moves."""

    def __init__(self, site: Site, *plan: FaultEvent) -> None:
        began = time.monotonic()
        self.now: Callable[[], float] = lambda: time.monotonic() - began
        self.reading = Reading(0.0, 0)
        self.path = Path(site.run_dir) / "faults.jsonl"
        ledger = Ledger.create(Path(site.run_dir) / "ledger.jsonl", site)
        self.runner = FaultRunner(plan, site, ledger, self.now, self.path, lambda: self.reading)
        self.runner.start()

    def events(self, fault_id: str) -> list[tuple[str, float, dict[str, Any]]]:
        lines = [json.loads(line) for line in self.path.read_text().splitlines()]
        return [(one["event"], one["at_s"], one["detail"]) for one in lines if one["id"] == fault_id]


def waiting(number: int, target: str, when: str, by_s: float = 10.0, length_s: float = 0.8) -> FaultEvent:
    return FaultEvent(
        f"{number:02d}-process_pause", "process_pause", (target,), 0.0, length_s, {}, 15.0, when, by_s
    )


def test_faults_strike_when_their_conditions_hold_and_cascade_upon_the_real_healing(
    site: Site, stack: "DummyStack"
) -> None:
    run = Run(
        site,
        waiting(1, "api-1", "complete >= 0.5"),
        waiting(2, "api-2", "healed 01-process_pause + 0.3s"),
        waiting(3, "postgres", "complete >= 0.9", by_s=0.4),
        waiting(4, "postgres", "healed 03-process_pause"),
    )
    time.sleep(0.6)
    assert not run.runner.in_force
    assert [name for name, *_ in run.events("01-process_pause")] == ["planned"]
    assert run.events("01-process_pause")[0][2]["when"] == "complete >= 0.5"
    run.reading = Reading(0.55, 100)
    assert run.runner.wait(10)
    first, second = run.events("01-process_pause"), run.events("02-process_pause")
    assert [name for name, *_ in first] == ["planned", "struck", "felt", "healing", "healed"]
    assert first[1][1] >= 0.6
    assert first[3][1] >= first[1][1] + 0.4, "in force as long as planned, less what a strike takes"
    assert [name for name, *_ in second] == ["planned", "struck", "felt", "healing", "healed"]
    assert second[1][1] >= first[-1][1] + 0.3
    assert {one.id: one.why for one in run.runner.failures} == {
        "03-process_pause": 'the condition "complete >= 0.9" never held: 0% complete',
        "04-process_pause": 'the condition "healed 03-process_pause" never held: it waits for '
        "03-process_pause, which was skipped",
    }


def test_a_flapping_fault_and_one_that_waits_are_healed_by_heal_all(site: Site, stack: "DummyStack") -> None:
    flaps = [
        FaultEvent(
            f"c1-{k:02d}-process_pause", "process_pause", ("postgres",), k * 0.5, k * 0.5 + 0.25, {}, 15.0
        )
        for k in range(4)
    ]
    run = Run(
        site, *flaps, waiting(1, "api-1", "complete >= 0.5"), waiting(2, "api-2", "struck 01-process_pause")
    )
    run.reading = Reading(0.5, 9)
    while not run.events("02-process_pause")[1:]:
        time.sleep(0.02)
    time.sleep(0.7)
    assert run.runner.heal_all(10) == ()
    struck = {one.id for one in flaps if any(name == "struck" for name, *_ in run.events(one.id))}
    assert struck, "it flapped"
    for fault_id in (*struck, "01-process_pause", "02-process_pause"):
        assert run.events(fault_id)[-1][0] == "healed"
    assert all(one.event == "skipped" for one in run.runner.failures)


def test_a_fault_waits_for_one_that_excludes_it_and_lasts_as_long_as_planned(
    site: Site, stack: "DummyStack"
) -> None:
    run = Run(
        site,
        FaultEvent("01-process_kill", "process_kill", ("postgres",), 0.0, 0.2, {}, 15.0),
        FaultEvent("02-process_pause", "process_pause", ("postgres",), 0.21, 1.01, {}, 15.0),
    )
    assert run.runner.wait(15)
    assert run.runner.failures == ()
    killed, paused = run.events("01-process_kill"), run.events("02-process_pause")
    assert paused[1][0] == "struck" and paused[1][1] >= killed[-1][1] - 0.05
    assert paused[3][0] == "healing" and paused[3][1] >= paused[1][1] + 0.4
