"""The commands for people and machines: help that teaches, JSON that parses, same seed same output."""

from pathlib import Path

import pytest

from tests.gladi.runs import SPRINT, gladi

COMMANDS = ("rehearse", "simulate", "forms", "check", "report", "stack", "doctor", "heal")


def test_help_names_every_command() -> None:
    done = gladi("--help")
    assert done.code == 0
    assert all(command in done.out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    done = gladi(command, "--help")
    assert done.code == 0
    assert "Usage:" in done.out


def test_doctor_finds_this_machine_fit() -> None:
    done = gladi("doctor", "--json")
    assert done.code == 0, done.out
    assert {one["what"] for one in done.json["findings"]} >= {"Python", "network: toxiproxy-server"}


def test_simulate_twice_is_the_same_run(tmp_path: Path) -> None:
    names = ("population.parquet", "timetable.parquet", "history.parquet", "plan.jsonl", "readback.parquet")
    runs = []
    for name in ("a", "b"):
        done = gladi("simulate", SPRINT, "--scale", 30, "--seed", 5, "--out", tmp_path / name, "--json")
        assert done.json["seed"] == 5
        runs.append([(tmp_path / name / one).read_bytes() for one in names])
    assert runs[0] == runs[1]


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
