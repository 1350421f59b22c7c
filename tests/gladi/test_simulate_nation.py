"""`gladi simulate` of a nation: a day to its verdict, and what a wrong call is told by which command."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from gladi.cli import main
from gladi.failures import UNKNOWN
from gladi.show import Advance, Show
from gladi.sweeping.asked import Asked, asked_for
from gladi.sweeping.day import play_day
from simulators.server import read_model, write_model
from tests.gladi.runs import TWO_POOLS, gladi

SMALL = Path(__file__).parent / "nation-kecil.toml"


@pytest.mark.slow
def test_a_nation_is_played_to_its_verdict(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = gladi(
        "simulate", SMALL, "--set", "server.servers=2", "--scale", 60, "--seed", 3, "--out", out, "--json"
    )
    assert done.code == 0, done.err
    assert done.json["verdict"] == "passed"
    assert done.json["ended"] == "complete"
    run = json.loads((out / "run.json").read_text())
    assert (run["n_tps"], run["seed"]) == (60, 3)
    assert "server.servers = 2" in run["changed"]
    assert json.loads((out / "server.json").read_text())["servers"] == 2
    assert (out / "report.html").stat().st_size > 10_000
    assert gladi("check", out, "--json").json["verdict"] == "passed"
    assert gladi("report", out, "--lang", "en").code == 0
    assert 'lang="en"' in (out / "report.html").read_text()


@pytest.mark.slow
def test_a_server_that_cannot_do_it_fails_the_expectation(tmp_path: Path) -> None:
    done = gladi("simulate", SMALL, "--scale", 60, "--set", "expect.by=2024-11-27T13:30:00",
                 "--out", tmp_path / "out")  # fmt: skip
    assert done.code == 1
    assert "GAGAL" in done.err and "report.html" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--compression", "2"), ["--compression", "own time"]),
        (("--plan", "x.jsonl"), ["--plan"]),
        (("--set", "server.servres=2"), ["server.servres", 'did you mean "servers"']),
        (("--set", "server.servers"), ["--set server.servers", "KEY=VALUE"]),
        (("--area", "17.99"), ['"17.99"', '"17.08"']),
        (
            ("--set", "server.model=refrence-embedded"),
            ["refrence-embedded", 'did you mean "reference-embedded"'],
        ),
        (("--server", "nowhere.json"), ["nowhere.json", "no such"]),
        (("--set", "population.roll=daftar.parquet"), ["daftar.parquet", "population import"]),
        (("--scale", "9999"), ["9999"]),
        (("--scale", "12.5"), ["whole"]),
        (("--seed", "-1"), ["--seed -1"]),
        (("--until", "complete>=0.9"), ["--until", "--sweep"]),
        (("--workers", "2"), ["--workers", "--sweep"]),
        (("--sweep", "server.servers=1,x", "--sweep", "app.nix=1"), ["server.servers = 'x'", "app.nix"]),
        (("--sweep", "server.servers"), ["KEY=V1,V2"]),
        (("--sweep", "server.servers=1", "--sweep", "server.servers=2"), ["twice"]),
        (("--sweep", "server.servers=9..3"), ["smaller"]),
        (("--sweep", "server.servers=1..9", "--sweep", "persons.rest=5m,9m"), ["searched alone"]),
        (("--sweep", "server.servers=1,2", "--until", "completeness>0.9"), ["complete>=0.95", "goodput"]),
    ],
)
def test_a_wrong_call_says_what_would_be_right(
    tmp_path: Path, arguments: tuple[str, ...], said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["simulate", str(SMALL), *arguments, "--out", str(tmp_path / "out")])
    told = capsys.readouterr().err
    assert ended.value.code == 2, told
    for words in said:
        assert words in told, told
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", ["--area", "--set", "--sweep", "--until", "--dask"])
def test_a_regency_is_told_what_is_for_nations(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["simulate", "kepahiang-2024", option, "server.servers=1,2"])
    assert ended.value.code == 2
    assert option in capsys.readouterr().err


@pytest.mark.parametrize("command", [("rehearse",), ("soak",), ("forms", "--out", "x", "--scenario")])
def test_other_commands_say_that_a_nation_is_simulated(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "nation-2024"])
    assert ended.value.code == 2
    assert "gladi simulate nation-2024" in capsys.readouterr().err
    assert not Path("x").exists()


def test_the_server_of_the_command_line_is_that_of_the_scenario_for_this_run(tmp_path: Path) -> None:
    model = tmp_path / "mine.json"
    model.write_bytes(TWO_POOLS.read_bytes())
    asked = asked_for(SMALL.resolve(), ["persons.rest=30m"], 0.5, ["17"], model)
    nation = asked.nation()
    assert (nation.persons.rest, nation.population.scale, nation.population.areas) == (1800.0, 0.5, ["17"])
    assert nation.server.model == str(model)
    assert asked.model(nation) == Asked(str(SMALL.resolve())).model(Asked(str(SMALL.resolve())).nation())


class Impatient(Show):
    """Somebody who presses Ctrl-C when the evening of election day has come."""

    @contextmanager
    def stage(self, title: str) -> Iterator[Advance]:
        def advance(done: float, total: float, words: str) -> None:
            if title == "Simulasi" and words.startswith("27 Nov 18"):
                os.kill(os.getpid(), signal.SIGINT)

        yield advance


def test_ctrl_c_keeps_what_was_played(tmp_path: Path) -> None:
    # a shell that starts tests in the background has them ignore it
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        day = play_day(Asked(str(SMALL.resolve())), None, tmp_path / "out", "id", Impatient(quiet=True))
    finally:
        signal.signal(signal.SIGINT, before)
    assert (day.ended, day.code) == ("aborted", UNKNOWN)
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert run["ended"] == "aborted"
    assert run["played_until_s"] == 42 * 3600.0
    assert (tmp_path / "out" / "report.html").exists()


@pytest.mark.slow
def test_a_collapse_fails_the_run_and_is_named(tmp_path: Path) -> None:
    model = read_model(TWO_POOLS)
    slow = [replace(one, mean_s=37.5) if one.kind == "submit_page" else one for one in model.services]
    write_model(replace(model, services=tuple(slow)), tmp_path / "slow.json")
    done = gladi("simulate", SMALL, "--server", tmp_path / "slow.json", "--set", "server.refuse_after_s=55",
                 "--out", tmp_path / "out")  # fmt: skip
    assert done.code == 1
    assert "METASTABLE" in done.err
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert run["ended"] == "METASTABLE" and run["evidence"]["wasted"] > 0.5
    assert "METASTABLE" in (tmp_path / "out" / "report.html").read_text()
