"""`gladi compare` as a person calls it: exit codes, what it writes, and who is refused."""

import json
from pathlib import Path

import pytest

from tests.gladi.runs import SPRINT, called, gladi


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("compare")
    limits = '\n[thresholds]\nsubmit_page = ["p95 < 10s"]\nlogin = ["p50 < 1ms"]\n'
    (folder / "held.toml").write_text(SPRINT.read_text() + limits)
    made = {"same": SPRINT, "again": SPRINT, "held": folder / "held.toml"}
    for name, scenario in made.items():
        done = gladi("simulate", scenario, "--scale", 12, "--out", folder / name)
        assert done.code in (0, 1, 4), done.err
    other = gladi("simulate", SPRINT, "--scale", 16, "--out", folder / "larger")
    assert other.code in (0, 1, 4), other.err
    return {name: folder / name for name in (*made, "larger")}


@pytest.mark.slow
def test_the_same_day_twice_shows_no_difference(runs: dict[str, Path]) -> None:
    done = gladi("compare", runs["same"], runs["again"], "--json")
    assert done.code == 0, done.err
    assert done.json["answer"] == "none"
    assert done.json["paired"] is True
    written = json.loads((runs["again"] / "comparison.json").read_text())
    assert written["measures"] == done.json["measures"]
    assert "SIMULASI" in (runs["again"] / "compare.html").read_text()


@pytest.mark.slow
def test_a_scenario_that_only_judges_otherwise_is_no_stranger(runs: dict[str, Path]) -> None:
    done = gladi("compare", runs["same"], runs["held"])
    assert done.code == 0, done.err
    assert "TAK TAMPAK BEDA" in done.err
    assert len(done.err.splitlines()) < 24, "one screen"
    assert len(gladi("compare", runs["same"], "--", runs["held"], "--all").err.splitlines()) > 24


@pytest.mark.slow
def test_strangers_are_refused_unless_asked_for(runs: dict[str, Path], tmp_path: Path) -> None:
    done = gladi("compare", runs["same"], runs["larger"], "--out", tmp_path)
    assert done.code == 4
    assert "12" in done.err and "16" in done.err
    assert not list(tmp_path.iterdir())
    anyway = gladi(
        "compare", runs["same"], runs["larger"], "--anyway", "--no-fail-on-worse", "--out", tmp_path
    )
    assert anyway.code == 0, anyway.err
    assert (tmp_path / "compare.html").is_file()


@pytest.mark.slow
def test_thresholds_reach_verdict_terminal_junit_and_exit_code(runs: dict[str, Path]) -> None:
    done = gladi("check", runs["held"], "--json")
    assert done.code == 1
    login = next(one for one in done.json["thresholds"] if one["kind"] == "login")
    assert (login["check"], login["valid"]) == ("p50 < 1ms", False)
    assert "login: p50 &lt; 1ms" in (runs["held"] / "junit.xml").read_text()
    said = gladi("check", runs["held"])
    assert "login: p50 < 1ms" in said.err


def test_wrong_usage_is_said(tmp_path: Path) -> None:
    for arguments, says in (
        ([tmp_path], "a second run is needed"),
        ([tmp_path, tmp_path], "named twice"),
        ([tmp_path, "--", tmp_path], "named twice"),
        ([tmp_path, "--"], "a second run is needed"),
        (["--", tmp_path], "a second run is needed"),
        ([tmp_path / "a", "--", tmp_path / "b", "--json"], "no such run directory"),
        ([tmp_path / "a", "--", tmp_path / "b", "--against", tmp_path / "c"], "write it once"),
        ([tmp_path / "a", tmp_path / "b"], "no such run directory"),
    ):
        done = called("compare", *arguments)
        assert done.code == 2, done.err
        assert says in done.err
