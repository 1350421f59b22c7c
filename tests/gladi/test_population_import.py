"""`gladi population import`: exit codes, what is printed for whom, and that nothing is written by halves."""

import json
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gladi.commands.population_import import population_import
from simulators.country.roll import Roll

EXAMPLE = Path(str(files("scenarios"))) / "data" / "impor-contoh.csv"
MAP = EXAMPLE.with_suffix(".toml")
GOOD = "KODE;TPS;DPT\n1708012001;1;200\n1708012001;2;210\n"
BAD = "KODE;TPS;DPT\n1708012001;1;200\n1708012001;1;-4\n"
COLUMNS = '[columns]\ndesa_code = "KODE"\ntps = "TPS"\ndpt = "DPT"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.csv").write_text(GOOD)
    (tmp_path / "bad.csv").write_text(BAD)
    (tmp_path / "map.toml").write_text(COLUMNS)
    return tmp_path


def run(*words: object) -> Result:
    done = CliRunner().invoke(population_import, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done


def test_a_good_table_becomes_a_roll(folder: Path) -> None:
    out = folder / "roll.parquet"
    done = run(folder / "good.csv", "--map", folder / "map.toml", "--out", out)
    assert done.exit_code == 0 and done.stdout == ""
    assert "2 TPS with 410 voters of 17.08" in done.stderr
    roll = Roll.from_parquet(out)
    assert roll.dpt.tolist() == [200, 210] and roll.regencies == ("17.08",)


@pytest.mark.parametrize("before", [None, b"an older roll"])
def test_nothing_is_written_by_halves(folder: Path, before: bytes | None) -> None:
    out = folder / "roll.parquet"
    if before:
        out.write_bytes(before)
    done = run(folder / "good.csv", folder / "bad.csv", "--map", folder / "map.toml", "--out", out)
    assert done.exit_code == 2
    assert f'{folder / "bad.csv"}:3: DPT "-4" is negative' in done.stderr
    assert f"{folder / 'bad.csv'}:2: TPS 1708012001001 stands also at {folder / 'good.csv'}:2" in done.stderr
    assert "nothing was imported: 3 errors" in done.stderr
    assert ("stays as it was" in done.stderr) == (before is not None)
    assert (out.read_bytes() if out.exists() else None) == before
    assert sorted(path.name for path in folder.iterdir() if path != out) == [
        "bad.csv",
        "good.csv",
        "map.toml",
    ]


def test_machines_get_every_problem_with_every_line(folder: Path) -> None:
    rows = "".join(f"1708012001;{number};{number}x\n" for number in range(1, 60))
    (folder / "bad.csv").write_text("KODE;TPS;DPT\n" + rows)
    words = (folder / "bad.csv", "--map", folder / "map.toml", "--out", folder / "roll.parquet")
    done = run(*words, "--json")
    assert done.exit_code == 2 and done.stderr == ""
    told = json.loads(done.stdout)
    assert told["imported"] is False and told["errors"] == 59 and told["out"] is None
    lines = [line for one in told["problems"] if one["severity"] == "error" for line in one["lines"]]
    assert lines == list(range(2, 61))
    short, whole = run(*words), run(*words, "--all")
    assert "and 39 more of this kind" in short.stderr and "more of this kind" not in whole.stderr
    assert '"59x" is not a number' in whole.stderr and '"59x" is not a number' not in short.stderr


def test_machines_get_the_digest_of_the_roll(folder: Path) -> None:
    out = folder / "roll.parquet"
    done = run(folder / "good.csv", "--map", folder / "map.toml", "--out", out, "--json")
    told = json.loads(done.stdout)
    assert (told["imported"], told["tps"], told["dpt"], told["regencies"]) == (True, 2, 410, ["17.08"])
    assert told["sha256"] == Roll.from_parquet(out).digest()
    assert [one["kind"] for one in told["problems"]] == ["coverage"]


def test_the_origin_stands_in_the_roll(folder: Path) -> None:
    run(folder / "good.csv", "--map", folder / "map.toml", "--out", folder / "roll.parquet")
    origin = Roll.from_parquet(folder / "roll.parquet").origin
    assert origin["mapping"] == COLUMNS and origin["files"][0]["name"].endswith("good.csv")


def test_a_guess_is_a_mapping_that_works(folder: Path) -> None:
    done = run(folder / "good.csv", "--guess")
    (folder / "guess.toml").write_text(done.stdout)
    again = run(folder / "good.csv", "--map", folder / "guess.toml", "--out", folder / "roll.parquet")
    assert done.exit_code == 0 and again.exit_code == 0, again.output


def test_the_example_that_comes_with_gladi_is_imported(tmp_path: Path) -> None:
    assert run(EXAMPLE, "--map", MAP, "--out", tmp_path / "roll.parquet").exit_code == 0


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("good.csv",), "--guess proposes one"),
        (("good.csv", "--map", "none.toml"), "none.toml: cannot be read"),
        (("good.csv", "--map", "good.csv"), "not valid TOML"),
        (("good.csv", "--map", "map.toml", "--out", "good.csv"), "is one of the files to read"),
        (("good.csv", "--map", "map.toml", "--out", "map.toml"), "is one of the files to read"),
        (("good.csv", "--map", "map.toml", "--out", "none/roll.parquet"), "there is no folder"),
        (
            ("none.csv", "--map", "map.toml", "--out", "roll.parquet"),
            "none.csv: cannot be read: No such file",
        ),
        (("map.toml", "--guess"), "looks like a header"),
    ],
)
def test_wrong_usage_says_what_would_be_right(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], why: str
) -> None:
    from gladi.failures import UsageError

    monkeypatch.chdir(folder)
    done = CliRunner().invoke(population_import, words)
    told = str(done.exception) if isinstance(done.exception, UsageError) else done.output
    assert done.exit_code != 0 and why in told
    assert (folder / "good.csv").read_text() == GOOD


def test_the_help_shows_a_mapping_and_examples() -> None:
    told = run("--help").output
    assert "--guess > map.toml" in told and 'skip_rows_with = ["JUMLAH"]' in told and "Exit codes" in told
