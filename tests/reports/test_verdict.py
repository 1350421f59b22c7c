"""The verdict: worst answer wins, it is a function of the directory alone, and CI can read it."""

import json
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

import reports
from reports.finding import Valid
from tests.reports.invented import Rehearsal


def honest() -> Rehearsal:
    rehearsal = Rehearsal().play()
    for second in range(10, 50):
        rehearsal.note("login", rehearsal.tps(second), at_s=float(second))
    rehearsal.fault("process_kill", "api", 20.0, 22.0)
    return rehearsal


def test_an_honest_run_passes(tmp_path: Path) -> None:
    verdict = reports.check(honest().save(tmp_path))
    assert (verdict.verdict, verdict.exit_code) == ("passed", 0)
    written = json.loads((tmp_path / "verdict.json").read_text())
    assert written["verdict"] == "passed"
    assert written["national_equivalent"] == 8 * 600
    assert written["seed"] == 7
    assert written["completeness"]["share"] == 1.0
    assert written["survivability"]["faults"][0]["recovery"] == "recovered"
    assert written["checkers"]["lost"] == {
        "valid": True,
        "count": 0,
        "checked": 26,
        "bound_95": 3 / 26,
        "why": "26 checked, no violation",
        "why_id": "26 diperiksa, tidak ada pelanggaran",
        "examples": [],
        "again": [],
    }


def test_one_lost_write_fails_the_run(tmp_path: Path) -> None:
    rehearsal = honest()
    rehearsal.store.rows.pop()
    verdict = reports.check(rehearsal.save(tmp_path))
    assert (verdict.verdict, verdict.exit_code) == ("failed", 1)


def test_a_missed_expectation_fails_the_run(tmp_path: Path) -> None:
    rehearsal = honest()
    rehearsal.n_tps = 9
    verdict = reports.check(rehearsal.save(tmp_path))
    assert verdict.verdict == "failed"
    assert verdict.expectations["completeness"].valid is False
    assert verdict.expectations["completeness"].value == 8 / 9


def test_no_readback_is_unknown(tmp_path: Path) -> None:
    verdict = reports.check(honest().save(tmp_path, readback=False))
    assert (verdict.verdict, verdict.exit_code) == ("unknown", 4)


def test_an_interrupted_run_is_never_a_pass(tmp_path: Path) -> None:
    rehearsal = honest()
    rehearsal.run["ended"] = "interrupted"
    assert reports.check(rehearsal.save(tmp_path)).verdict == "unknown"


def test_the_same_directory_gives_the_same_bytes(tmp_path: Path) -> None:
    reports.check(honest().save(tmp_path))
    first = [(tmp_path / name).read_bytes() for name in ("verdict.json", "junit.xml")]
    reports.check(tmp_path)
    assert [(tmp_path / name).read_bytes() for name in ("verdict.json", "junit.xml")] == first


def steady_activation(busy_s: int) -> Rehearsal:
    """Half of the accounts active; the driver busy for `busy_s` of the window's 60 seconds."""
    rehearsal = Rehearsal()
    rehearsal.run["expect"] = {"activated": 0.9}
    for index in range(60):
        rehearsal.note("activate", rehearsal.tps(index), operator=1, at_s=float(index))
    used_s = 0.0
    for second in range(61):
        rehearsal.resources.append(
            {"t_s": float(second), "component": "machine", "pid": 0, "cpu_s": used_s, "rss_bytes": 0}
        )
        used_s += 2.0 if second < busy_s else 0.4
    return rehearsal


@pytest.mark.parametrize(("busy_s", "valid"), [(0, False), (3, False), (4, "unknown"), (30, "unknown")])
def test_a_window_missed_while_the_driver_was_saturated_is_not_blamed(
    busy_s: int, valid: Valid, tmp_path: Path
) -> None:
    verdict = reports.check(steady_activation(busy_s).save(tmp_path))
    assert verdict.expectations["activated"].valid == valid


@pytest.mark.parametrize("readback", [True, False])
def test_junit_has_a_case_a_checker_and_an_expectation(readback: bool, tmp_path: Path) -> None:
    rehearsal = honest()
    rehearsal.store.rows.pop(4)
    verdict = reports.check(rehearsal.save(tmp_path, readback))
    suite = Xml.parse(tmp_path / "junit.xml").getroot()
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    assert set(cases) == {*verdict.checkers, *verdict.expectations}
    if readback:
        assert cases["lost"].find("failure") is not None
        assert cases["phantom"].find("failure") is None
        assert suite.get("failures") == "2"  # lost, and so incomplete
    else:
        assert cases["lost"].find("error") is not None
        unknown = [*verdict.checkers.values(), *verdict.expectations.values()]
        assert suite.get("errors") == str(sum(one.valid == "unknown" for one in unknown))


def test_junit_survives_what_somebody_else_put_into_a_receipt(tmp_path: Path) -> None:
    rehearsal = honest()
    for op in rehearsal.history:
        if op["receipt"] == rehearsal.store.rows[0]["receipt"]:
            op["receipt"] = "R\x00\x1b<&>"
    reports.check(rehearsal.save(tmp_path))
    assert Xml.parse(tmp_path / "junit.xml").getroot().get("failures") == "1"
