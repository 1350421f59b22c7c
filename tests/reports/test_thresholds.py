"""Thresholds answer in three ways, from the record alone, and an error never makes a server look fast."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

import reports
from reports import RunDirectory, RunDirectoryError
from reports.naming_thresholds import said_limit, said_value
from reports.page import html
from reports.thresholds import Judged, thresholds_of
from scenarios import threshold
from tests.reports.invented import Rehearsal
from tests.reports.test_page import Page
from tests.reports.test_survivability import steady
from tests.reports.test_verdict import honest

FAILED = {"outcome": "fail", "status": 503, "reason": "server_error"}
UNANSWERED = {"outcome": "unknown", "status": 0, "reason": "timeout"}


def asked(*checks: str, kind: str = "login", phase: str = "") -> list[dict[str, Any]]:
    return [{"kind": kind, "check": check, "phase": phase, "abort": False} for check in checks]


def judged(rehearsal: Rehearsal, folder: Path, *checks: str, **more: str) -> list[Judged]:
    rehearsal.run["thresholds"] = asked(*checks, **more)
    return list(thresholds_of(RunDirectory.open(rehearsal.save(folder / "run"))))


def only(rehearsal: Rehearsal, folder: Path, check: str, **more: str) -> Judged:
    (found,) = judged(rehearsal, folder, check, **more)
    return found


def logins(many: int, took_s: float = 0.05, **given: Any) -> Rehearsal:
    """Ten a second."""
    rehearsal = Rehearsal()
    for tenth in range(many):
        rehearsal.note("login", rehearsal.tps(tenth), at_s=tenth / 10, took_s=took_s, **given)
    return rehearsal


def test_value_and_interval_are_of_the_record(tmp_path: Path) -> None:
    rehearsal = logins(100)
    for number, row in enumerate(rehearsal.history, start=1):
        row["ended_s"] = row["intended_s"] + number / 100
    p95, mean, longest, rate = judged(
        rehearsal, tmp_path, "p95 < 960ms", "mean < 400ms", "max <= 1001ms", "rate >= 9/s"
    )
    assert p95.found.value == pytest.approx(0.95)
    assert p95.found.interval is not None
    low, high = p95.found.interval
    assert low == pytest.approx(0.90)
    assert high == pytest.approx(1.0)
    assert (p95.valid, mean.valid, longest.valid, rate.valid) == (True, False, True, True)
    assert mean.found.value == pytest.approx(0.505)
    assert rate.found.value == pytest.approx(100 / 10.9)
    assert "the limit lies within the 95 % interval" in p95.why.en


def test_what_failed_took_longer_than_any_limit(tmp_path: Path) -> None:
    rehearsal = logins(100)
    for row in rehearsal.history[:6]:
        row.update(FAILED)
    p95, p90, mean, success = judged(
        rehearsal, tmp_path, "p95 < 10s", "p90 < 100ms", "mean < 100ms", "success >= 94%"
    )
    assert p95.valid is False
    assert p95.as_json()["value"] is None
    assert said_value(p95.asked.threshold, p95.found.value, "en") == "never served"
    assert (p90.valid, mean.valid, success.valid) == (True, True, True)


def test_shares_and_what_they_leave_out(tmp_path: Path) -> None:
    rehearsal = logins(200)
    for row in rehearsal.history[:10]:
        row.update(FAILED)
    for row in rehearsal.history[10:14]:
        row.update(UNANSWERED)
    for row in rehearsal.history[14:30]:
        row.update(outcome="unknown", status=0, reason="link_lost")
    for row in rehearsal.history[30:40]:
        row.update(FAILED, actor="iseng")
    for row in rehearsal.history[40:50]:
        row.update(FAILED, expect="reject")
    fail, unknown, success = judged(rehearsal, tmp_path, "fail < 10%", "unknown < 2%", "success > 90%")
    assert [one.found.n for one in (fail, unknown, success)] == [164, 164, 164]
    assert fail.found.value == pytest.approx(10 / 164)
    assert unknown.found.value == pytest.approx(4 / 164)
    assert success.found.value == pytest.approx(150 / 164)
    assert (fail.valid, unknown.valid, success.valid) == (True, False, True)


def test_a_percentile_of_too_few_is_unknown_unless_it_is_plainly_missed(tmp_path: Path) -> None:
    fast, slow = logins(50), logins(50, took_s=5.0)
    found = only(fast, tmp_path / "fast", "p99.9 < 1s")
    assert (found.valid, found.found.n) == ("unknown", 50)
    assert "2995" in found.why.en
    assert only(slow, tmp_path / "slow", "p99.9 < 1s").valid is False
    assert only(fast, tmp_path / "half", "p50 < 1s").valid is True


def test_nothing_of_the_kind_is_unknown(tmp_path: Path) -> None:
    for check in ("p50 < 1s", "success > 1%", "count >= 1"):
        assert only(logins(50), tmp_path / check[:3], check, kind="correct").valid == "unknown"


def test_a_kept_limit_in_a_run_that_was_cut_short_is_unknown_a_missed_one_stays_missed(
    tmp_path: Path,
) -> None:
    rehearsal = logins(100)
    rehearsal.run["ended"] = "aborted"
    kept, missed, few = judged(rehearsal, tmp_path, "p50 < 1s", "p50 < 10ms", "count >= 1000")
    assert (kept.valid, missed.valid, few.valid) == ("unknown", False, "unknown")


def test_what_is_missed_only_while_the_generator_was_saturated_is_not_the_servers(tmp_path: Path) -> None:
    rehearsal = steady(seconds=60)
    for row in rehearsal.history[200:240]:
        row["started_s"] = row["intended_s"] + 3.0
        row["ended_s"] = row["intended_s"] + 4.0
    rehearsal.run["thresholds"] = asked("p95 < 1s", "late < 1%", "p50 < 1s")
    for second in range(61):  # the machine is busy then, and the whole run is not called saturated
        rehearsal.resources.append(
            {"t_s": float(second), "component": "machine", "pid": 0, "rss_bytes": 0,
             "cpu_s": 2.0 * min(max(0, second - 18), 10)}
        )  # fmt: skip
    rehearsal.run["cores"] = 2
    p95, late, p50 = thresholds_of(RunDirectory.open(rehearsal.save(tmp_path / "run")))
    assert (p95.valid, late.valid, p50.valid) == ("unknown", "unknown", True)
    assert "generator" in p95.why.en and "generator" in late.why.en
    for row in rehearsal.history[300:400]:  # now also slow when the generator was well
        row["ended_s"] = row["intended_s"] + 4.0
    assert thresholds_of(RunDirectory.open(rehearsal.save(tmp_path / "both")))[0].valid is False


def test_a_phase_bounds_what_is_looked_at(tmp_path: Path) -> None:
    rehearsal = logins(100, took_s=0.05)
    phases = reports_phases(rehearsal, ("pagi", 0.0, 5.0), ("sore", 5.0, 60.0))
    for row in rehearsal.history[50:]:
        row["ended_s"] = row["intended_s"] + 2.0
    rehearsal.run["phases"] = phases
    assert only(rehearsal, tmp_path / "1", "max < 1s", phase="pagi").valid is True
    assert only(rehearsal, tmp_path / "2", "max < 1s", phase="sore").valid is False
    found = only(rehearsal, tmp_path / "3", "rate > 9/s", phase="pagi").found
    assert (found.n, found.value) == (50, pytest.approx(10.0))


def reports_phases(rehearsal: Rehearsal, *named: tuple[str, float, float]) -> list[dict[str, Any]]:
    from tests.reports.invented import run_json

    like = run_json(rehearsal.n_tps)["phases"][0]
    return [like | {"id": name, "run_start_s": start, "run_end_s": end} for name, start, end in named]


def test_it_is_part_of_the_verdict_of_junit_and_of_the_page(tmp_path: Path) -> None:
    rehearsal = honest()
    rehearsal.run["thresholds"] = asked("p50 < 1s", "max < 1ms", "p99.9 < 1s")
    folder = rehearsal.save(tmp_path / "run")
    verdict = reports.check(folder)
    assert verdict.verdict == "failed"
    assert [one["valid"] for one in verdict.table["thresholds"]] == [True, False, "unknown"]
    cases = {case.get("name"): case for case in Xml.parse(folder / "junit.xml").getroot()}
    assert cases["login: max < 1ms"].find("failure") is not None
    assert cases["login: p99.9 < 1s"].find("error") is not None
    assert len(cases["login: p50 < 1s"]) == 0
    page = Page()
    page.feed(html(verdict, [], "id"))
    assert "Ambang skenario" in page.text
    assert "terlama < 1 ms" in page.text.replace("\u00a0", " ")
    rehearsal.run["thresholds"] = asked("p50 < 1s")
    assert reports.check(rehearsal.save(tmp_path / "sound")).verdict == "passed"
    rehearsal.run["thresholds"] = asked("p99.9 < 1s")
    assert reports.check(rehearsal.save(tmp_path / "few")).verdict == "unknown"


def test_a_run_json_that_was_edited_is_an_error_for_a_person(tmp_path: Path) -> None:
    for check, kind, says in (
        ("p95 < 2", "login", "write the unit"),
        ("p95 < 2s", "x", "no operation is called"),
    ):
        rehearsal = logins(3)
        rehearsal.run["thresholds"] = asked(check, kind=kind)
        with pytest.raises(RunDirectoryError, match=says):
            RunDirectory.open(rehearsal.save(tmp_path / kind))


def test_limits_are_written_as_exact_in_both_languages() -> None:
    limits = [
        threshold(text) for text in ("p99.9 <= 1500ms", "success > 99.5%", "fail < 10%", "rate > 100/s")
    ]
    assert [said_limit(one, "id").replace("\u00a0", " ") for one in limits] == [
        "p99.9 ≤ 1,5 dtk", "terlayani > 99,5 %", "gagal < 10 %", "terlayani per detik > 100/dtk",
    ]  # fmt: skip
