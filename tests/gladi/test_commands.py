"""The commands for people and machines: help that teaches, JSON that parses, same seed same output."""

from pathlib import Path

import pytest

from chaos import registered, write_plan
from gladi.setting import arrange
from tests.gladi.runs import SPRINT, called, gladi

COMMANDS = ("rehearse", "simulate", "forms", "check", "report", "stack", "doctor", "heal")


def test_help_names_every_command() -> None:
    done = gladi("--help")
    assert done.code == 0
    assert all(command in done.out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    done = called(command, "--help")
    assert done.code == 0
    assert "Usage:" in done.out


def test_doctor_finds_this_machine_fit() -> None:
    done = gladi("doctor", "--json")
    assert done.code == 0, done.out
    assert {one["what"] for one in done.json["findings"]} >= {"Python", "network: toxiproxy-server"}
    faults = done.json["faults"]
    assert set(faults) == set(registered())
    assert {faults[name]["state"] for name in ("area_dark", "process_kill", "lock_held")} == {"available"}
    for one in faults.values():
        assert one["state"] == "available" or one["why"], "what is not available says why"


def test_simulate_twice_is_the_same_run(tmp_path: Path) -> None:
    names = ("population.parquet", "timetable.parquet", "history.parquet", "plan.jsonl", "readback.parquet")
    runs = []
    for name in ("a", "b"):
        done = gladi("simulate", SPRINT, "--scale", 30, "--seed", 5, "--out", tmp_path / name, "--json")
        assert done.json["seed"] == 5
        runs.append([(tmp_path / name / one).read_bytes() for one in names])
    assert runs[0] == runs[1]


def test_the_plan_of_one_run_is_played_again_by_another(tmp_path: Path) -> None:
    plan = tmp_path / "plan.jsonl"
    write_plan(arrange(SPRINT, seed=5, scale=10).plan[:1], plan)
    again = arrange(SPRINT, seed=6, scale=20, plan=plan)
    write_plan(again.plan, tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == plan.read_bytes()
    plan.write_text(plan.read_text().replace("170804", "990101"))
    refused = gladi("rehearse", SPRINT, "--plan", plan, "--out", tmp_path / "out")
    assert refused.code == 2
    assert f'{plan}:1 target = "990101": this run has no such target for area_dark' in refused.err
    assert not (tmp_path / "out").exists()


def test_forms_twice_are_the_same_bytes_and_can_go_on(tmp_path: Path) -> None:
    first = gladi("forms", "--scenario", SPRINT, "--limit", 2, "--out", tmp_path / "a", "--json")
    assert first.json["photos"] == 6
    assert gladi("forms", "--scenario", SPRINT, "--limit", 1, "--out", tmp_path / "b", "--json").code == 0
    kept = min((tmp_path / "b").glob("*.jpg"))
    stamp = kept.stat().st_mtime_ns
    again = gladi("forms", "--scenario", SPRINT, "--limit", 2, "--out", tmp_path / "b", "--json")
    assert again.json["sha256"] == first.json["sha256"]
    assert kept.stat().st_mtime_ns == stamp, "what was whole is kept"
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_the_stack_alone(tmp_path: Path) -> None:
    home = tmp_path / "stack"
    up = gladi("stack", "up", "--dir", home, "--json")
    assert up.code == 0, up.err
    try:
        assert up.json["url"].startswith("http://127.0.0.1:")
        assert gladi("stack", "status", "--dir", home, "--json").code == 0
    finally:
        assert gladi("stack", "down", "--dir", home).code == 0
    assert gladi("stack", "status", "--dir", tmp_path / "none").code == 3
