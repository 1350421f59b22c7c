"""Faults that happen to people: whom they may meet, drawn from the seed, and the proof that they did."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from chaos import Ground, PlanError, Site, expand, registered
from chaos.people import PeopleFault
from gladi.mishaps import Encounters, crowds_per_s, mishaps
from scenarios import ChaosSpec, FaultSpec, Scenario, Timeline, builtin_scenarios, load
from simulators.mishaps import Met

TPS = tuple(f"17080{kecamatan}20010{number:02d}" for kecamatan in (1, 2) for number in range(1, 11))
GROUND = Ground(("postgres",), {"170801": "Kepahiang", "170802": "Ujan Mas"}, tps=TPS)
PEOPLE = sorted(name for name, fault in registered().items() if isinstance(fault, PeopleFault))


def scenario(*tables: dict[str, Any], chaos: bool = False) -> Scenario:
    """Kepahiang with these faults, or drawn schedules, instead of its own."""
    base = load(builtin_scenarios()["kepahiang-2024"])
    if chaos:
        drawn = [ChaosSpec.model_validate({"phase": "hari-h"} | one) for one in tables]
        return base.model_copy(update={"faults": [], "chaos": drawn})
    usual = {"phase": "hari-h", "at": "19:00", "for": "1h", "target": "all"}
    told = [{name: value for name, value in (usual | one).items() if value is not None} for one in tables]
    return base.model_copy(update={"faults": [FaultSpec.model_validate(one) for one in told]})


def planned(*tables: dict[str, Any], seed: int = 1, chaos: bool = False) -> Any:
    """The plan of those."""
    told = scenario(*tables, chaos=chaos)
    return expand(told, Timeline(told.phases, told.clock.compression), seed, GROUND)


def test_there_are_faults_of_the_tps_and_of_the_crowd() -> None:
    assert PEOPLE == [
        "both_send", "everyone_at_once", "junk_flood", "login_storm", "no_power", "phone_app_killed",
        "phone_battery_empty", "phone_swapped", "photo_corrupted", "portal_crowd", "retry_storm",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "meant"),
    [("all", TPS), ("170802", TPS[10:]), ("Ujan Mas", TPS[10:]), (TPS[3], TPS[3:4])],
)
def test_a_target_is_a_tps_a_kecamatan_or_all(target: str, meant: tuple[str, ...]) -> None:
    for name in PEOPLE:
        (event,) = planned({"fault": name, "target": target})
        assert event.target == meant


def test_how_many_it_meets_is_set_and_whom_is_drawn() -> None:
    some = {"fault": "phone_swapped", "settings": {"count": 3}}
    assert len({planned(some, seed=seed)[0].target for seed in range(20)}) > 10
    assert all(len(planned(some, seed=seed)[0].target) == 3 for seed in range(20))
    (half,) = planned({"fault": "no_power", "settings": {"share": 0.5}})
    assert len(half.target) == 10
    (least,) = planned({"fault": "no_power", "settings": {"share": 0.01}})
    assert len(least.target) == 1, "nobody at all would prove nothing"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"settings": {"count": 2, "share": 0.5}}, "give count or share, not both"),
        ({"settings": {"minutes": 0.0}}, "settings.minutes = 0.0: should be greater than 0"),
        ({"target": "170803"}, "has no such target"),
        ({"target": "1708012001099"}, 'did you mean "17080120010'),
        ({"at": None, "when": "complete >= 0.4"}, "happens to people by the plan's clock: name a moment"),
    ],
)
def test_what_cannot_happen_to_people_is_named(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(PlanError) as caught:
        planned({"fault": "phone_battery_empty"} | wrong)
    assert said in str(caught.value)


def test_a_cascade_waits_for_healings_and_so_cannot_be_of_people() -> None:
    with pytest.raises(PlanError, match="cannot wait for a healing"):
        planned(
            {"draw": "cascade", "count": 2, "length": ["10m", "20m"], "faults": [{"fault": "login_storm"}]},
            chaos=True,
        )


def test_the_plan_becomes_mishaps_at_the_same_moments() -> None:
    plan = planned(
        {"fault": "junk_flood"}, {"fault": "both_send"}, {"fault": "process_kill", "target": "postgres"}
    )
    told = mishaps(plan)
    assert [one.fault for one in told] == ["junk_flood", "both_send"]
    assert [(one.start_s, one.end_s) for one in told] == [(one.strike_s, one.heal_s) for one in plan[:2]]
    assert crowds_per_s(plan) == 50.0
    assert told[1].befalls(TPS[0]) and not told[1].befalls("1708099999999")


def test_felt_is_what_a_worker_saw_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    site = Site(str(tmp_path))
    fault = registered()["phone_swapped"]
    old = Encounters(tmp_path / "logs", 1)
    old.note(Met("01", "phone_swapped", TPS[0], 1, 3.0))
    old.close()
    notes = tmp_path / "logs" / "mishaps-1.jsonl"
    line = json.loads(notes.read_text()) | {"epoch_s": time.time() - 60.0}
    notes.write_text(json.dumps(line) + "\n")

    items = json.loads(json.dumps(fault.aim(site, TPS[:2], fault.settings())))
    fault.strike(site, items)
    assert not fault.felt(site, items).holds, "what an earlier one did is no proof"
    seen = Encounters(tmp_path / "logs", 0)
    seen.note(Met("02", "phone_swapped", TPS[5], 1, 8.0))
    seen.note(Met("03", "no_power", TPS[0], 1, 8.0))
    assert "met nobody of 2 TPS" in fault.felt(site, items).why, "another TPS, or another fault, is no proof"
    seen.note(Met("02", "phone_swapped", TPS[1], 2, 8.5))
    proof = fault.felt(site, items)
    assert proof.holds and proof.why == f"TPS {TPS[1]}, operator 2, at 8.50 s"
    seen.close()
    for _ in range(2):
        fault.heal(site, items, 1.0)
    assert fault.healed(site, items).holds


def test_a_crowd_is_felt_when_it_arrives(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    site, fault = Site(str(tmp_path)), registered()["portal_crowd"]
    items = fault.aim(site, TPS, fault.settings())
    assert not fault.felt(site, items).holds
    seen = Encounters(tmp_path / "logs", 0)
    seen.note(Met("01", "portal_crowd", "", 0, 9.0))
    assert fault.felt(site, items).holds
    seen.close()
