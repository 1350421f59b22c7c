"""The places: each file is whole, and its twin plays the day as it was reported, within its tolerances."""

from pathlib import Path

import pytest

import reports
from gladi.runfolder import RunFolder
from gladi.setting import arrange_twin
from gladi.twin_run import simulate
from reports import reported
from scenarios import Scenario, builtin_nations, builtin_scenarios, load
from simulators.server import named_model

PLACES = (
    "kendal-2020", "kepahiang-2024", "kuta-selatan-2024", "oki-2020", "pati-2024", "sulsel-pilkada-2024",
    "tidore-2020", "uji-beban-2024-10-13",
)  # fmt: skip


@pytest.fixture(scope="module")
def files() -> dict[str, Scenario]:
    return {name: load(path) for name, path in builtin_scenarios().items()}


def test_the_ten_scenarios_of_what_was_reported_are_there() -> None:
    assert set(PLACES) <= set(builtin_scenarios())
    assert {"nation-2024", "nation-pilkada-2024"} <= set(builtin_nations())


@pytest.mark.parametrize("name", PLACES)
def test_a_place_tells_its_story_its_sources_and_what_must_come_of_it(
    name: str, files: dict[str, Scenario]
) -> None:
    scenario, text = files[name], builtin_scenarios()[name].read_text(encoding="utf-8")
    assert text.startswith("#"), "the story stands above the tables"
    assert scenario.scenario.story.strip()
    assert scenario.scenario.sources
    assert all(address.startswith(("http://", "https://")) for address in scenario.scenario.sources)
    assert "assumed" in text or "assumption" in text, "what nobody published says so"
    if name != "kepahiang-2024":
        assert scenario.reported, "a figure that was reported, to be held against the run"
        assert scenario.twin.compression == 1.0, "the twin plays the real day"
        head = text.partition("[scenario]")[0]
        assert f"-> {scenario.twin.verdict}" in head, "the header says what the twin must come to"
        assert all(one.says and one.source for one in scenario.reported)


@pytest.mark.parametrize("name", [one for one in PLACES if one != "kepahiang-2024"])
def test_a_region_has_no_more_than_its_share_of_a_server_for_all(
    name: str, files: dict[str, Scenario]
) -> None:
    twin = files[name].twin
    assert named_model(twin.model).name == twin.model
    assert 0.0 < twin.share < 0.05
    for window in twin.windows:
        assert window.why


@pytest.mark.slow
@pytest.mark.parametrize("name", PLACES)
def test_the_twin_plays_the_day_as_it_was_reported(name: str, tmp_path: Path) -> None:
    path = builtin_scenarios()[name]
    setting = arrange_twin(path)
    folder = RunFolder.create(tmp_path / name, name)
    simulate(setting, path, folder, lambda now, end: None)
    verdict = reports.check(folder.path)
    assert verdict.verdict == setting.scenario.twin.verdict, verdict.table["expectations"]
    assert all(one.valid is not False for one in verdict.checkers.values()), "a bad day loses nothing either"
    for figure in reported.told(verdict.run, "en"):
        assert figure.alike, (figure.title, figure.found, figure.limits)
