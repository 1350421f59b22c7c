"""Vendors with ways of their own: recorded from their descriptions, and one TPS taken through everything."""

import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gladi.address import Address
from gladi.cli import main
from gladi.targeting.people import one_tps
from gladi.targeting.trial import Trial
from scenarios import Scenario, find_scenario, load
from simulators.population import Population
from tests.gladi.targeting.odd_vendors import Cookies, GraphQL, InPieces, Kept, OAuth2, TwoSteps, running

DESCRIPTIONS = Path(__file__).parent / "descriptions"
Day = tuple[Scenario, Population, Path]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """A scenario, its one TPS, and photos of it that take several pieces: JPEGs as far as anybody looks."""
    scenario = load(find_scenario("kepahiang-2024"))
    people = one_tps(scenario, 3)
    folder = tmp_path_factory.mktemp("photos")
    for page in (1, 2, 3):
        photo = b"\xff\xd8" + bytes([page]) * 600_000 + b"\xff\xd9"
        (folder / f"{people.tps[0]}-ppwp-{page}.jpg").write_bytes(photo)
    return scenario, people, folder


def recorded(name: str, out: Path) -> tuple[Any, Any]:
    """The class that is written from a description, and what the command told."""
    source = DESCRIPTIONS / f"{name}.yaml"
    done = CliRunner().invoke(
        main, ["target", "new", "uji", "--openapi", str(source), "--out", str(out / name), "--json"]
    )
    assert done.exit_code == 0, done.stderr
    spec = importlib.util.spec_from_file_location("written", out / name / "gladi_target_uji.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Uji, json.loads(done.stdout)


def tried(written: Any, kept: Kept, day: Day, headers: Mapping[str, str] | None = None) -> tuple[bool, Trial]:
    with running(kept) as url:
        address = Address(url, "", tuple((headers or {}).items()))
        trial = Trial(written(address, day[1].seed, None), address, *day)
        return trial.run(), trial


def states(trial: Trial) -> dict[str, str]:
    return {step.what: f"{step.state}: {step.words}" for step in trial.steps}


def amiss(trial: Trial) -> list[str]:
    return [f"{one.what}: {one.words}" for one in trial.steps if one.state not in {"ok", "not offered"}]


def of(trial: Trial, state: str) -> set[str]:
    return {step.what for step in trial.steps if step.state == state}


def test_cookies_forms_csrf_and_refusals_with_200(
    day: Day, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UJI_KANTOR_KEY", Cookies.KEY)
    written, told = recorded("cookies", tmp_path)
    kept = Cookies()
    good, trial = tried(written, kept, day)
    assert good, amiss(trial)
    assert of(trial, "not offered") == {"tps", "confirm", "correct", "national", "region"}
    steps = states(trial)
    assert steps["login: wrong password"] == "ok: refused, as it should be (200 no_session)"
    assert steps["submit_page: without a session"].startswith("ok: refused, as it should be (200")
    assert steps["status"] == "ok: pages 1, 2, 3 stored"
    assert steps["readback"].startswith("ok: 3 revisions")
    assert "3 photos of the TPS shown" in steps["watch"]
    assert ("GET", f"/publik/hasil?tps={day[1].tps[0]}&page=2") in kept.asked, "both parts were read"
    assert told["variables"] == ["UJI_KANTOR_KEY"]


def test_oauth2_base64_and_a_portal_in_swagger_2(
    day: Day, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UJI_KANTOR_KEY", OAuth2.KEY)
    written, _ = recorded("oauth2", tmp_path)
    kept = OAuth2()
    with running(kept) as url:
        address = Address(url)
        system = written(address, day[1].seed, None)
        trial = Trial(system, address, *day)
        assert trial.run(), amiss(trial)
        shown = system.shown(trial._phone, "17.08", "ppwp")
        said = {one.name: (one.value, one.bound) for one in system.says(trial._phone, gauges=True)}
        station = system.shown(trial._phone, str(day[1].tps[0]), "ppwp")
        nowhere = system.shown(trial._phone, "0", "ppwp")
    assert of(trial, "not offered") == {"tps", "confirm", "correct", "national", "logout"}
    votes = tuple(day[1].values(0)[f"suara_{number}"] for number in (1, 2, 3))
    assert (shown.votes, shown.counted_tps, shown.expected_tps) == (votes, 1, 1)
    assert (station.votes, len(station.photos)) == (votes, 3)
    assert abs(station.as_of_epoch_s - shown.as_of_epoch_s) < 60.0, "milliseconds and seconds alike"
    assert nowhere.status == 0, "the nation is not offered, so nobody looks"
    assert (said["ready"][0], said["alive"][0], said["antrean"]) == (1.0, 1.0, (0.0, 10.0))
    assert kept.regions["1708"] == {
        "kode": "1708", "nama": "Kabupaten Kepahiang", "tingkat": "KABUPATEN", "induk": "17"
    }  # fmt: skip
    assert [one["nomor"] for one in kept.people] == [1, 2, 3]
    assert kept.tps[str(day[1].tps[0])]["dpt_l"] == day[1].values(0)["dpt_l"]


def test_two_steps_with_an_api_key_and_links(
    day: Day, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UJI_KANTOR_KEY", TwoSteps.KEY)
    monkeypatch.setenv("KUNCI_PEMASOK", "kunci-pemasok")
    written, told = recorded("two_steps", tmp_path)
    good, trial = tried(written, TwoSteps(), day, {"X-Api-Key": "KUNCI_PEMASOK"})
    assert good, amiss(trial)
    assert {"login", "submit_page 3", "submit_page again", "readback"} <= of(trial, "ok")
    assert not [line for line in told["todo"] if "X-Api-Key" in line]
    assert "--header X-Api-Key=env:X_API_KEY" in (tmp_path / "two_steps" / "README.md").read_text()


def test_a_store_on_another_authority_is_never_asked(
    day: Day, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UJI_KANTOR_KEY", TwoSteps.KEY)
    monkeypatch.setenv("KUNCI_PEMASOK", "kunci-pemasok")
    written, _ = recorded("two_steps", tmp_path)
    other = Kept()
    with running(other) as elsewhere:
        good, trial = tried(written, TwoSteps(elsewhere), day, {"X-Api-Key": "KUNCI_PEMASOK"})
    assert not good
    assert f"sends its phones to {elsewhere}, and not to" in states(trial)["submit_page 1"]
    assert "tanda=" not in states(trial)["submit_page 1"], "a signed URL is a secret"
    assert other.asked == []


@pytest.mark.parametrize("breaks", [0, 2])
def test_a_resumable_upload_goes_on_where_it_broke_off(
    day: Day, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, breaks: int
) -> None:
    monkeypatch.setenv("UJI_KANTOR_KEY", InPieces.KEY)
    written, _ = recorded("in_pieces", tmp_path)
    kept = InPieces()
    with running(kept) as url:
        address = Address(url)
        trial = Trial(written(address, day[1].seed, None), address, *day)
        if breaks:
            _break_once(trial, kept, breaks)
        good = trial.run()
    assert good, amiss(trial)
    assert {"submit_page 1", "submit_page 3", "submit_page again", "readback"} <= of(trial, "ok")
    assert kept.heads == (1 if breaks else 0)
    assert len([path for method, path in kept.asked if method == "PATCH"]) >= 9, "three pieces a photo"


def test_graphql_by_hand_as_the_manual_has_it(day: Day) -> None:
    """The class of docs/how-to/own-system.md, as it stands there."""
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "own-system.md").read_text()
    block = page.partition("## GraphQL")[2].partition("```python\n")[2].partition("```")[0]
    place: dict[str, Any] = {}
    exec(block, place)  # what a reader would copy
    kept = GraphQL()
    place["os"].environ["SISTEM_KAMI_KEY"] = kept.KEY
    good, trial = tried(place["SistemKami"], kept, day)
    assert good, amiss(trial)
    assert {"login: wrong password", "submit_page: photo cut off", "submit_page again", "readback"} <= of(
        trial, "ok"
    )


def _break_once(trial: Trial, kept: InPieces, breaks: int) -> None:
    """The second page breaks off in its second piece, and its operator tries again."""
    once = trial._perform

    def again(operation: Any) -> Any:
        if operation.kind == "submit_page" and operation.page == 2 and not kept.heads:
            kept.breaks = breaks
            assert once(operation)[0].outcome == "unknown"
        return once(operation)

    trial._perform = again  # type: ignore[method-assign]
