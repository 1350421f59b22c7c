"""Bad input and bad luck: a sentence that helps, the right exit code, nothing half-written, nothing left."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from scenarios import builtin_scenarios
from tests.gladi.runs import SPRINT, called, gladi, left_running


def scenario(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = SPRINT.read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path = tmp_path / "changed.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("drain =", "drian =", ["clock.drian", 'did you mean "drain"']),
        ("compression = 1500.0", 'compression = "fast"', ["clock.compression", "'fast'", "valid number"]),
        ('code = "17.08"', 'code = "17.99"', ["region.code", '"17.99"', "17.0"]),
        (
            "storm_share = 0.8",
            "storm_share = 1.8",
            ["activation.storm_share", "1.8", "less than or equal to 1"],
        ),
        ('for = "10m"', 'for = "twenty"', ["faults[1].for", "'twenty'", '"45m"']),
        ('at = "14:40"', 'at = "25:00"', ["faults[1].at", "25:00"]),
        ('at = "14:40"', 'at = "06:00"', ["faults[1].at", "outside phase hari-h"]),
        ('fault = "process_kill"', 'fault = "proces_kill"', ["faults[1]", "proces_kill", "process_kill"]),
        ('target = "170804"', 'target = "999999"', ["faults[2]", "999999"]),
        ('phase = "hari-h"\nclose', 'phase = "besok"\nclose', ["voting.phase", "besok", "hari-h"]),
        ("[expect]", "[expekt]", ["expekt"]),
        ("[slo]\n", "[slo]\n[[[", ["not valid TOML"]),
        ("no_signal_tps = 30", "no_signal_tps = 600", ["links", "526"]),
        ("end = 2024-02-14T19:00:00", "end = 2024-02-14T12:00:00", ["phases[2]", "later than start"]),
    ],
)
def test_a_wrong_scenario_is_named_by_file_and_key(
    tmp_path: Path, before: str, after: str, said: list[str]
) -> None:
    path = scenario(tmp_path, (before, after))
    done = called("simulate", path, "--out", tmp_path / "out")
    assert done.code == 2
    assert str(path) in done.err
    for words in said:
        assert words in done.err, done.err
    assert not (tmp_path / "out").exists()


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    path = scenario(tmp_path, ("drain =", "drian ="), ("storm_share = 0.8", "storm_share = 1.8"))
    done = called("simulate", path, "--out", tmp_path / "out")
    assert "drian" in done.err and "storm_share" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("no-such-scenario",), "kepahiang-2024"),
        ((SPRINT, "--scale", "0"), "--scale"),
        ((SPRINT, "--scale", "9999"), "526"),
        ((SPRINT, "--scale", "12.5"), "whole number"),
        ((SPRINT, "--compression", "0.5"), "--compression"),
        ((SPRINT, "--seed", "-1"), "--seed"),
        ((SPRINT, "--sed", "1"), "--seed"),
        ((), "SCENARIO"),
    ],
)
def test_a_wrong_call_says_what_would_be_right(
    tmp_path: Path, arguments: tuple[object, ...], said: str
) -> None:
    done = called("simulate", *arguments, "--out", tmp_path / "out")
    assert done.code == 2
    assert said in done.err
    assert not (tmp_path / "out").exists()


def test_a_run_never_overwrites_another(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "precious").write_text("keep me")
    for command in ("simulate", "rehearse"):
        done = gladi(command, SPRINT, "--scale", 2, "--out", out)
        assert done.code == 2
        assert "exists already" in done.err
    assert [path.name for path in out.iterdir()] == ["precious"]


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = gladi("rehearse", SPRINT, "--scale", 2, "--port", port, "--out", tmp_path / "out")
    assert done.code in (2, 3)
    assert str(port) in done.err
    assert not (tmp_path / "out").exists()
    assert left_running(tmp_path) == []


def test_without_toxiproxy_the_way_to_get_it_is_told(tmp_path: Path) -> None:
    """A machine that has no toxiproxy-server: the program is neither on the PATH nor in .tools."""
    elsewhere = tmp_path / "house"
    for room in ("scenarios", "simulators", "fakeforms", "chaos", "reports", "sirekap", "gladi"):
        shutil.copytree(Path(room), elsewhere / room, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-m", "gladi.cli", "rehearse", str(SPRINT), "--scale", "2",
         "--out", str(tmp_path / "out")],
        cwd=elsewhere, capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": str(tmp_path / "empty"), "PYTHONPATH": str(elsewhere), "HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "make tools" in done.stderr and "go install" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_target_that_does_not_answer_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
    secrets = tmp_path / "secrets.json"
    secrets.write_text('{"admin_token": "a", "audit_token": "b"}')
    done = gladi(
        "rehearse", SPRINT, "--scale", 2, "--target", f"http://127.0.0.1:{port}", "--out", tmp_path / "out",
        GLADI_SECRETS=str(secrets),
    )  # fmt: skip
    assert done.code == 3
    assert "nothing listens on port" in done.err
    assert left_running(tmp_path) == []
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_is_said_before_anything_starts(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], check=False)
    if mounted.returncode:
        pytest.skip("this machine does not let us mount")
    try:
        done = gladi("rehearse", SPRINT, "--scale", 20, "--out", disk / "out")
        assert done.code == 3
        assert "disk" in done.err and str(disk) in done.err
        assert not (disk / "out").exists()
        full = disk / "ballast"
        full.write_bytes(b"x" * 2_900_000)
        done = gladi("simulate", SPRINT, "--scale", 200, "--out", disk / "out")
        assert done.code == 3
        assert "disk is full" in done.err
        assert not (disk / "out").exists()
        assert left_running(disk) == []
    finally:
        subprocess.run(["umount", str(disk)], check=False)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sim") / "out"
    assert gladi("simulate", SPRINT, "--scale", 10, "--out", out).code in (0, 1)
    return out


@pytest.mark.parametrize("command", ["check", "report"])
@pytest.mark.parametrize(
    ("harm", "file"),
    [
        ("missing", "history.parquet"),
        ("truncated", "history.parquet"),
        ("truncated", "readback.parquet"),
        ("garbage", "population.parquet"),
        ("garbage", "run.json"),
        ("truncated", "run.json"),
        ("garbage", "faults.jsonl"),
    ],
)
def test_a_damaged_run_directory_is_named(
    run: Path, tmp_path: Path, command: str, harm: str, file: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(run, copy)
    (copy / "verdict.json").unlink()
    victim = copy / file
    content = victim.read_bytes()
    if harm == "missing":
        victim.unlink()
    else:
        victim.write_bytes(content[: len(content) // 2] if harm == "truncated" else b"\x00nonsense")
    done = called(command, copy)
    assert done.code == 2
    assert file in done.err
    assert not (copy / "verdict.json").exists()


def test_no_run_directory_is_said(tmp_path: Path) -> None:
    for command in ("check", "report", "heal"):
        done = called(command, tmp_path / "nothing")
        assert done.code == 2
        assert "nothing" in done.err


def test_the_built_in_scenarios_are_valid() -> None:
    from scenarios import load

    for path in builtin_scenarios().values():
        load(path)
