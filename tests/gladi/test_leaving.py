"""Ctrl-C explains: first what happens and what a second one does, then what is kept and how to go on."""

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gladi import leaving
from gladi.cli import _COMMANDS
from gladi.interruption import uninterrupted
from gladi.runfolder import RunFolder
from tests.gladi.runs import begin, gladi


def pressed() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.05)


def test_the_first_press_says_what_happens_and_what_a_second_one_does(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with leaving.listening(("rehearse", "x.toml")), pytest.raises(KeyboardInterrupt):
        pressed()
    told = capfd.readouterr().err
    assert "memulihkan gangguan" in told and "healing the faults" in told
    assert "Sekali lagi: keluar seketika; penjaga" in told and "Once more: leaves at once; the reaper" in told


def test_a_second_press_is_answered_too(capfd: pytest.CaptureFixture[str]) -> None:
    with leaving.listening(("forms", "--out", "foto")):
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                pressed()
    assert capfd.readouterr().err.count("keluar seketika") == 2


def test_healing_is_not_cut_off_and_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    with leaving.listening(("rehearse", "x.toml")):
        with uninterrupted():
            pressed()
        assert "sedang memulihkan" in capfd.readouterr().err
        with pytest.raises(KeyboardInterrupt):
            pressed()


def test_afterwards_the_signal_is_as_it_was() -> None:
    before = signal.getsignal(signal.SIGINT)
    with leaving.listening(("simulate",)):
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_what_is_kept_is_named_with_a_command_that_can_be_given_as_it_is(tmp_path: Path) -> None:
    out = tmp_path / "gladi saya"
    with leaving.listening(("rehearse", "kepahiang-2024", "--out", str(out), "--scale", "12")):
        folder = RunFolder.create(out, "x")
        told = leaving.explained()
        assert len(told) == 4 and told[0].startswith("dihentikan") and told[2].startswith("interrupted")
        assert f"gladi check {out}" in told[0] and "plan.jsonl" in told[1]
        assert "gladi rehearse kepahiang-2024 --scale 12;" in told[1], "without the --out that is there now"
        folder.discard()
        told = leaving.explained()
        assert "tidak ada yang ditinggalkan" in told[0]
        assert f"gladi rehearse kepahiang-2024 --out '{out}' --scale 12" in told[1]


def test_the_home_of_a_stack_is_not_taken_for_the_evidence(tmp_path: Path) -> None:
    with leaving.listening(("capacity", "--only", "login")):
        RunFolder.create(tmp_path / "run", "capacity")
        home = RunFolder.create(tmp_path / "home", "stack")
        home.discard()
        assert f"gladi capacity --from {tmp_path / 'run'}" in leaving.explained()[1]


def test_a_sweep_goes_on_in_its_folder(tmp_path: Path) -> None:
    with leaving.listening(("simulate", "nation-2024", "--sweep", "server.servers=1,2")):
        leaving.means("sweep")
        leaving.keeps(tmp_path)
        assert leaving.explained()[1].endswith(f"--sweep server.servers=1,2 --out {tmp_path}")


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_can_be_explained(command: str) -> None:
    with leaving.listening((command, "--json")):
        assert all("{" not in line for line in leaving.explained())


@pytest.mark.slow
def test_an_interrupted_simulation_ends_with_its_explanation_and_code(tmp_path: Path) -> None:
    arguments = ("simulate", "kepahiang-2024", "--out", tmp_path / "hari")
    running = begin(*arguments)
    limit = time.monotonic() + 60.0
    while not (tmp_path / "hari").exists() and time.monotonic() < limit:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=60)
    assert running.returncode == 3
    assert "Traceback" not in told
    assert "Simulasi yang terpotong tidak disimpan." in told
    assert "gladi simulate kepahiang-2024" in told
    assert not (tmp_path / "hari").exists()


SHOWN = "from gladi.show import Show; show = Show(); show.warn('awas'); show.say('[green]baik[/green]')"


def in_a_terminal(**environment: str) -> str:
    """What Show writes when standard error is a terminal."""
    ours, theirs = pty.openpty()
    given = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", **environment}
    subprocess.run([sys.executable, "-c", SHOWN], stderr=theirs, env=given, check=True, timeout=60)
    os.close(theirs)
    text = os.read(ours, 4096).decode()
    os.close(ours)
    return text


@pytest.mark.slow
def test_colour_in_a_terminal_and_nowhere_else() -> None:
    assert "\x1b[3" in in_a_terminal()
    assert "\x1b[3" not in in_a_terminal(NO_COLOR="1")
    piped = subprocess.run([sys.executable, "-c", SHOWN], stderr=subprocess.PIPE, check=True, timeout=60)
    assert b"\x1b" not in piped.stderr and b"awas" in piped.stderr


@pytest.mark.slow
@pytest.mark.parametrize("command", _COMMANDS)
def test_every_help_teaches_by_example(command: str) -> None:
    told = gladi(command, "--help")
    assert told.code == 0 and "\x1b" not in told.out
    assert f"gladi {command}" in told.out, "an example, as it is typed"
