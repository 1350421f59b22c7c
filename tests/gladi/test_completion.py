"""A shell's Tab: commands, options and names that gladi knows."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from gladi.cli import main
from gladi.completing import with_names

Tab = Callable[[Sequence[str], str], dict[str, str]]
VARIABLE = "_GLADI_COMPLETE"
SHELLS = ("bash", "zsh", "fish")


@pytest.fixture
def tab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tab:
    """What a Tab offers after some words, in a folder with one run and one scenario of one's own."""
    run = tmp_path / "runs" / "20270110T010000Z-kepahiang-2024"
    run.mkdir(parents=True)
    (run / "run.json").write_text("{}")
    (run / "verdict.json").write_text('{"verdict": "failed"}')
    (tmp_path / "runs" / "stack").mkdir()
    (tmp_path / "sendiri.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, "bash_complete")

    def offered(words: Sequence[str], typed: str) -> dict[str, str]:
        found = ShellComplete(main, {}, "gladi", VARIABLE).get_completions(list(words), typed)
        return {one.value: one.help or "" for one in found}

    return offered


def test_commands_and_options(tab: Tab) -> None:
    assert set(tab([], "re")) >= {"rehearse", "report"}
    assert "--scale" in tab(["simulate", "kepahiang-2024"], "--sc")
    assert set(tab(["stack"], "")) == {"up", "down", "start", "status"}


def test_scenarios_by_name_and_by_file(tab: Tab) -> None:
    offered = tab(["simulate"], "")
    assert {"kepahiang-2024", "nation-2024", "sendiri.toml"} <= set(offered)
    assert "Kepahiang" in offered["kepahiang-2024"]
    assert "nation-2024" not in tab(["rehearse"], "")


def test_runs_with_their_verdict(tab: Tab) -> None:
    name = "runs/20270110T010000Z-kepahiang-2024"
    assert tab(["check"], "")[name] == "failed"
    assert name in tab(["report"], "runs/2027")
    assert name in tab(["compare", name], "runs/")
    assert "runs/stack" not in tab(["report"], "runs/"), "no run lies there"


@pytest.mark.parametrize(
    ("words", "typed", "wanted"),
    [
        (["check", "runs/x", "--only"], "lo", "lost"),
        (["simulate", "nation-2024", "--area"], "17.0", "17.08"),
        (["forms", "--scenario", "kepahiang-2024", "--forms"], "ppwp,dp", "ppwp,dpd"),
        (["forms", "--mistakes"], "sum", "sum-of-sexes-wrong"),
        (["forms", "--faults"], "bl", "blurred"),
        (["soak", "--defect"], "ack", "ack_before_commit"),
        (["target", "check", "--target-kind"], "", "sirekap"),
        (["new", "scenario", "--region"], "33.2", "33.24"),
        (["new", "schema"], "na", "nation"),
        (["completion"], "z", "zsh"),
        (["bimtek", "pack", "--form"], "kwk", "kwk-bupati"),
        (["readiness", "kepahiang-2024", "--rehearsal"], "", "runs/20270110T010000Z-kepahiang-2024"),
    ],
)
def test_names(tab: Tab, words: list[str], typed: str, wanted: str) -> None:
    assert wanted in tab(words, typed)


def test_what_was_named_before_a_comma_is_not_offered_again(tab: Tab) -> None:
    assert "ppwp,ppwp" not in tab(["forms", "--forms"], "ppwp,pp")


def test_outside_of_a_shells_question_commands_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    command = click.Command("x", params=[click.Argument(["scenario"])])
    before = command.params[0].type
    assert with_names(command).params[0].type is before
    monkeypatch.setenv(VARIABLE, "bash_complete")
    assert with_names(command).params[0].type is not before
    assert command.params[0].type is before, "a command lives as long as the process"


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_for_gladi(shell: str) -> None:
    got = CliRunner().invoke(main, ["completion", shell])
    assert got.exit_code == 0
    assert f"{VARIABLE}={shell}_complete" in got.stdout


_ASK = {
    "bash": 'eval "$(gladi completion bash)"; COMP_WORDS=(gladi simulate kepa); COMP_CWORD=2; '
    '_gladi_completion gladi; printf "%s\\n" "${COMPREPLY[@]}"',
    "zsh": 'autoload -Uz compinit; compinit -u; eval "$(gladi completion zsh)"; '
    "compadd() { print -l -- $*; }; _describe() { print -l -- ${(P)3} ${(P)2}; }; "
    "words=(gladi simulate kepa); CURRENT=3; _gladi_completion",
    "fish": "gladi completion fish | source; complete -C 'gladi simulate kepa'",
}


@pytest.mark.slow
@pytest.mark.parametrize("shell", SHELLS)
def test_in_the_shell_itself(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    folder = Path(sys.executable).parent
    got = subprocess.run(
        [shell, "-c", _ASK[shell]],
        env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert "kepahiang-2024" in got.stdout, got.stderr
