"""A system of somebody's own, installed and pointed at as a vendor would: to a verdict, or to clear words."""

import json
import runpy
from pathlib import Path

import pytest

from gladi.address import Address
from gladi.targeting.people import one_tps
from gladi.targeting.trial import Trial
from scenarios import find_scenario, load
from sirekap.api.app import ENDPOINTS
from sirekap.operations.openapi import document
from tests.gladi.runs import SPRINT, gladi, left_running
from tests.gladi.targeting.odd_servers import Answer, Authority, served
from tests.gladi.targeting.vendor import EXAMPLE, installed, vendor

pytestmark = [pytest.mark.slow, pytest.mark.alone]

TPS = 4
KIND = "example-vendor"
API_KEY = "kunci-api-yang-rahasia"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which the example's target is installed."""
    return installed(EXAMPLE / "target", tmp_path_factory.mktemp("installed"))


def test_a_vendors_system_comes_to_a_verdict(package: dict[str, str], tmp_path: Path) -> None:
    """Only what the plan would have done to processes that are not ours stays unknown."""
    out = tmp_path / "out"
    with vendor(tmp_path) as one:
        done = gladi(
            "rehearse", SPRINT, "--scale", TPS, "--target", one.url, "--target-kind", KIND, "--out", out,
            "--json", timeout_s=200.0, **package, **one.environment,
        )  # fmt: skip
    assert done.code == 4, done.err
    verdict = done.json
    assert not [name for name, one in verdict["checkers"].items() if one["valid"] is False]
    of_faults = [one["why"] for one in verdict["checkers"].values() if one["valid"] == "unknown"]
    assert all("not played" in why or "no fault was struck" in why for why in of_faults), of_faults
    assert verdict["completeness"]["share"] == 1.0
    assert {"hidden", "stale", "miscounted", "regressed"} <= {
        name for name, one in verdict["checkers"].items() if one["valid"] is True
    }, "it can be watched"
    assert left_running(out) == []


def test_over_https_with_a_key_it_passes_and_the_key_is_nowhere(
    package: dict[str, str], tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    plan = tmp_path / "plan.jsonl"
    plan.write_text(json.dumps({
        "id": "01-area_dark", "fault": "area_dark", "target": ["170807"], "strike_s": 6.4, "heal_s": 7.6,
        "settings": {}, "deadline_s": 20.0, "when": "", "by_s": None,
    }) + "\n")  # fmt: skip
    out = tmp_path / "out"
    with vendor(tmp_path, authority.certificate("vendor"), VENDOR_API_KEY=API_KEY) as one:
        done = gladi(
            "rehearse", SPRINT, "--scale", TPS, "--plan", plan, "--target", one.url, "--target-kind", KIND,
            "--ca", authority.pem, "--header", "X-Api-Key=env:KUNCI_UJI", "--out", out, "--json",
            timeout_s=200.0, KUNCI_UJI=API_KEY, **package, **one.environment,
        )  # fmt: skip
        assert done.code == 0, done.err
        assert done.json["verdict"] == "passed"
        without = gladi(
            "rehearse", SPRINT, "--scale", TPS, "--target", one.url, "--target-kind", KIND,
            "--ca", authority.pem, "--out", tmp_path / "without", **package, **one.environment,
        )  # fmt: skip
    assert without.code == 3
    assert "everything asked was answered 401: it asks for a key" in without.err
    for path in out.rglob("*"):
        assert not path.is_file() or API_KEY.encode() not in path.read_bytes(), f"{path} gives the key away"


def test_a_target_written_from_its_openapi_file_works(tmp_path: Path) -> None:
    """Nothing is added by hand: matched, written, installed, and one TPS goes through everything."""
    folder = tmp_path / "uji"
    written = gladi("target", "new", "uji", "--openapi", EXAMPLE / "openapi.yaml", "--out", folder,
                    "--map", "national=rekapWilayah")  # fmt: skip
    assert written.code == 0, written.err
    package = installed(folder, tmp_path / "installed")
    with vendor(tmp_path) as one:
        done = gladi("target", "check", "--target", one.url, "--target-kind", "uji", "--json",
                     UJI_ADMIN_KEY=one.environment["VENDOR_ADMIN_KEY"], **package)  # fmt: skip
    assert done.code == 0, done.out
    steps = {step["what"]: step["state"] for step in done.json["steps"]}
    assert set(steps.values()) == {"ok"}
    assert {"watch", "login", "submit_page 1", "submit_page again", "correct", "photo", "readback"} <= set(
        steps
    )


def test_a_target_written_for_the_reference_stack_registers_and_sends_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readback is beyond its document, and what its phones and public are told of pages; the rest is not."""
    source = tmp_path / "openapi.json"
    source.write_text(json.dumps(document(ENDPOINTS, "1")))
    assert gladi("target", "new", "uji", "--openapi", source, "--out", tmp_path / "uji").code == 0
    written = runpy.run_path(str(tmp_path / "uji" / "gladi_target_uji.py"))["Uji"]
    scenario = load(find_scenario("kepahiang-2024"))
    people = one_tps(scenario, 7)
    up = gladi("stack", "up", "--dir", tmp_path / "stack", "--json")
    assert up.code == 0, up.err
    try:
        address = Address(up.json["url"])
        secrets = json.loads((tmp_path / "stack" / "secrets.json").read_text())
        monkeypatch.setenv("UJI_OFFICE_KEY", secrets["admin_token"])
        system = written(address, people.seed, None)
        trial = Trial(system, address, scenario, people)
        assert not trial.run(), "the document does not say how to read back, and so it is told"
    finally:
        gladi("stack", "down", "--dir", tmp_path / "stack")
    states = {step.what: step.state for step in trial.steps}
    assert states.pop("readback") == "not"
    assert {what for what, state in states.items() if state == "not offered"} == {"status", "photo"}
    assert {what: state for what, state in states.items() if state in {"not", "not tried"}} == {}
    assert {"activate", "login", "submit_page 3", "submit_page again", "confirm", "correct"} <= set(states)


def test_a_system_that_refuses_every_operator_is_told_within_seconds(tmp_path: Path) -> None:
    """It registers whatever it is sent, and then lets nobody in: seven seconds of load, not the whole day."""

    def closed(method: str, path: str) -> Answer:
        good = path.startswith(("/v1/admin/", "/public/"))
        return 200 if good else 403, {"Content-Type": "application/json"}, b"{}"

    secrets = tmp_path / "secrets.json"
    secrets.write_text(json.dumps({"admin_token": "a", "audit_token": "b"}))
    out = tmp_path / "out"
    with served(closed) as url:
        done = gladi("rehearse", SPRINT, "--scale", 12, "--target", url, "--out", out, "--json",
                     timeout_s=200.0, GLADI_SECRETS=str(secrets))  # fmt: skip
    assert done.code == 3, done.err
    assert "none of the operators' first" in done.err
    assert "activate was answered" in done.err
    assert json.loads((out / "run.json").read_text())["ended"] == "aborted"
    assert left_running(out) == []
