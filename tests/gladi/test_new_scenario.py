"""`gladi new scenario`: what is written validates, nothing is overwritten, questions can be answered."""

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
import tomllib
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner

from gladi.cli import main
from gladi.failures import USAGE
from gladi.writing.figures import live_sample, tps_of
from gladi.writing.parts import unused
from gladi.writing.places import near_regions
from gladi.writing.story import write_scenario
from gladi.writing.wish import DAYS, NETWORK, POWER, SERVER, Wish, id_of, story_of, usual_forms
from scenarios.forms import FORMS_OF_ELECTION
from scenarios.loading import load
from simulators.registered import registered

KENDAL = Wish(
    "kendal", "Kendal", story_of("Kendal", "pilkada-2020", "worst", "id"), "33.24", "Kabupaten Kendal",
    "pilkada-2020", ("kwk-bupati",),
)  # fmt: skip


def new(*words: str) -> tuple[int, str]:
    got = CliRunner().invoke(main, ["new", "scenario", *words])
    return got.exit_code, got.output


def test_every_choice_gives_a_file_that_validates(tmp_path: Path) -> None:
    choices = [("counted", "counted", server) for server in SERVER]
    choices += [
        (network, power, "worst")
        for network, power in product(NETWORK, POWER)
        if network == power != "counted"
    ]
    for number, (network, power, server) in enumerate(choices):
        wish = replace(KENDAL, network=network, power=power, server=server, lang="en" if number % 2 else "id")
        written = write_scenario(wish, tmp_path / f"{number}.toml")
        scenario = load(written.path)
        assert (scenario.expect.recover_within > 15.0) == (scenario.twin.compression is not None)
        assert len(scenario.faults) == {"well": 0, "outage": 1, "worst": 3}[server]
        assert (scenario.links.no_signal_tps == 0) == (network == "good")
        assert (scenario.power.cut_chance == 0) == (power == "steady")


@pytest.mark.parametrize("election", DAYS)
def test_every_election_in_a_regency_and_a_province(election: str, tmp_path: Path) -> None:
    for code in ("17.08", "73") if election == "pilkada-2024" else ("17.08",):
        for forms in (usual_forms(code, election), FORMS_OF_ELECTION[election]):
            wish = replace(KENDAL, code=code, election=election, forms=forms)
            scenario = load(write_scenario(wish, tmp_path / f"{code}-{len(forms)}.toml").path)
            assert scenario.scenario.forms == list(forms)
            assert scenario.phases[-1].start.date().isoformat() == DAYS[election]


def test_everything_that_may_be_said_stands_in_the_file(tmp_path: Path) -> None:
    text = write_scenario(KENDAL, tmp_path / "kendal.toml").path.read_text(encoding="utf-8")
    for name in unused(set(tomllib.loads(text))):
        assert re.search(rf"^# \[\[?{name}[\].]", text, re.MULTILINE), name
    for table in (block for block in text.split("\n\n") if block.startswith("# ") and "\n# [" in block):
        taken = [line[2:] for line in table.split("\n") if re.match(r"# (\[|[a-z_0-9]+ = )", line)]
        assert tomllib.loads("\n".join(taken)), table


def test_what_comes_out_is_the_region_that_was_meant(tmp_path: Path) -> None:
    scenario = load(write_scenario(KENDAL, tmp_path / "k.toml").path)
    assert scenario.region.code == "33.24"
    assert registered(scenario)[0].tps == tps_of("33.24", "pilkada-2020")
    assert tps_of("33.24", "pilkada-2020") < tps_of("33.24", "pemilu-2024")
    assert scenario.load.tps == live_sample(tps_of("33.24", "pilkada-2020"), ("kwk-bupati",))
    slowest = scenario.clock.compression * scenario.phases[0].pace
    ratio = scenario.twin.compression / slowest if scenario.twin.compression else 1.0
    assert ratio == pytest.approx((scenario.load.tps or 0) / registered(scenario)[0].tps, rel=0.02)


@pytest.mark.parametrize(
    ("asked", "first", "sure"),
    [
        ("33.24", "33.24", True), ("3324", "33.24", True), ("kab. kendal", "33.24", True),
        ("Bandung", "32.04", False), ("kota bandung", "32.73", True), ("Kepahyang", "17.08", False),
        ("73", "73", True), ("17.", "17.01", False),
    ],
)  # fmt: skip
def test_regions_are_found_by_code_and_by_name(asked: str, first: str, sure: bool) -> None:
    found = near_regions(asked)
    assert found[0][0] == first
    assert (len(found) == 1) == sure


def test_a_form_that_a_province_does_not_vote_is_never_proposed() -> None:
    assert usual_forms("31.71", "pilkada-2024") == ("kwk-gubernur",)
    assert usual_forms("34", "pilkada-2020") == ("kwk-bupati",)
    assert near_regions("99.99") == []


def test_a_name_for_the_file_follows_from_the_place() -> None:
    assert id_of("Kabupaten Kendal", "pilkada-2020") == "kendal-pilkada-2020"
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", id_of("Kota Administrasi Jakarta Pusat", "pemilu-2024"))


def test_nothing_is_overwritten_and_nothing_is_guessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert new("--region", "Kendal", "--election", "pilkada-2020", "--yes")[0] == 0
    before = Path("kendal-pilkada-2020.toml").read_bytes()
    code, said = new("--region", "Kendal", "--election", "pilkada-2020", "--yes")
    assert code == USAGE
    assert "exists already" in said
    assert Path("kendal-pilkada-2020.toml").read_bytes() == before
    for words, named in [
        (["--region", "Bandung", "--yes"], "32.73 Kota Bandung"),
        (["--yes"], "--region"),
        (["--region", "33.24", "--forms", "dpr", "--election", "pilkada-2024", "--yes"], "kwk-bupati"),
        (["--region", "33.24", "--sample", "99999", "--yes"], "3491"),
        (["--region", "33.24", "--id", "Kendal Kita", "--out", "x.toml", "--yes"], "--id Kendal Kita"),
        (["--region", "99.99", "--yes"], "--region 99.99: there is none"),
        (
            ["--region", "31.71", "--forms", "kwk-bupati", "--election", "pilkada-2024", "--yes"],
            "pilkada-2024 has kwk-gubernur (regents and mayors of DKI Jakarta are appointed)",
        ),
        (["--region", "33.24", "--out", "no/such/folder.toml", "--yes"], "--out"),
    ]:
        code, said = new(*words)
        assert code == USAGE, words
        assert named in said.replace(".", "", 0), said
    assert sorted(path.name for path in Path().iterdir()) == [
        "kendal-pilkada-2020.toml",
        "scenario.schema.json",
    ]


def test_a_schema_that_somebody_changed_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("scenario.schema.json").write_text("{}")
    code, said = new("--region", "17.08", "--yes")
    assert code == 0
    assert "gladi new schema" in said
    assert Path("scenario.schema.json").read_text() == "{}"


def test_machines_get_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, said = new("--region", "17.08", "--no-schema", "--json")
    assert code == 0
    assert json.loads(said) == {
        "scenario": "kepahiang-pemilu-2024.toml", "schema": None, "tps": 526, "live_tps": 526,
    }  # fmt: skip


@pytest.mark.slow
def test_a_person_at_a_terminal_is_asked(tmp_path: Path) -> None:
    answers = iter(
        ["bandung", "2", "pilkada-2024", "kwk-bupati", "poor", "steady", "well", "900", "40", "Cerita kami."]
    )
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gladi.cli", "new", "scenario"],
        cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    seen, until = "", time.monotonic() + 60
    told = ""
    while process.poll() is None and time.monotonic() < until:
        if select.select([ours], [], [], 0.5)[0]:
            try:
                told += os.read(ours, 4096).decode(errors="replace")
            except OSError:
                break
        elif told != seen and re.search(r"(: |> |\? \[1\]: )$", told):
            seen = told
            os.write(ours, (next(answers) + "\n").encode())
    assert process.wait(10) == 0, told
    scenario = load(tmp_path / "bandung-pilkada-2024.toml")
    assert (scenario.region.code, scenario.load.tps, scenario.clock.compression) == ("32.73", 40, 900.0)
    assert scenario.scenario.story.strip() == "Cerita kami."
    assert next(answers, None) is None
