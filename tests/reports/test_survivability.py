"""Survivability: latency from the intended moment, and every fault measured from strike to recovery."""

from pathlib import Path

import pytest

from reports import RunDirectory
from reports.expectations import expectations_of
from reports.survivability import FaultRecord, Survivability, survivability_of
from tests.reports.invented import Rehearsal


def steady(down: tuple[float, float] = (0.0, 0.0), seconds: int = 60, **given: object) -> Rehearsal:
    """Ten logins a second, which fail while the server is down."""
    rehearsal = Rehearsal(n_tps=8)
    for tenth in range(10 * seconds):
        at_s = tenth / 10
        failed = {"outcome": "fail", "status": 0, "reason": "refused"} if down[0] <= at_s < down[1] else {}
        rehearsal.note("login", rehearsal.tps(tenth), at_s=at_s, **(failed | given))
    return rehearsal


def measured(rehearsal: Rehearsal, folder: Path) -> Survivability:
    return survivability_of(RunDirectory.open(rehearsal.save(folder / "run")))


def only_fault(rehearsal: Rehearsal, folder: Path) -> FaultRecord:
    (fault,) = measured(rehearsal, folder).faults
    return fault


def test_latency_counts_from_the_intended_moment(tmp_path: Path) -> None:
    rehearsal = Rehearsal()
    rehearsal.note("login", rehearsal.tps(0), at_s=1.0, took_s=3.0)["started_s"] = 3.9
    assert measured(rehearsal, tmp_path).latency["login"].p50_ms == 3000.0


def test_goodput_is_what_was_acknowledged_within_the_slo(tmp_path: Path) -> None:
    rehearsal = steady(seconds=20)
    for row in rehearsal.history[:50]:
        row["ended_s"] = row["intended_s"] + 6.0
    found = measured(rehearsal, tmp_path)
    assert (found.offered, found.good) == (200, 150)
    assert found.availability == 0.75
    assert found.peak_offered_per_s == 10.0


def test_a_probe_that_is_refused_is_no_outage(tmp_path: Path) -> None:
    rehearsal = steady(seconds=5)
    for _ in range(40):
        rehearsal.probe_truncated(rehearsal.tps(0), 1, at_s=2.0)
    found = measured(rehearsal, tmp_path)
    assert found.availability == 1.0
    assert found.offered == 50


def test_a_page_that_is_already_there_is_a_right_answer(tmp_path: Path) -> None:
    rehearsal = Rehearsal()
    rehearsal.submit(rehearsal.tps(0), 1)
    rehearsal.submit(rehearsal.tps(0), 1, operator=2)
    found = measured(rehearsal, tmp_path)
    assert found.availability == 1.0
    assert found.good == 1


def test_a_fault_is_measured_from_strike_and_from_healing(tmp_path: Path) -> None:
    rehearsal = steady(down=(20.0, 33.0))
    rehearsal.fault("process_kill", "api", 20.0, 30.0)
    fault = only_fault(rehearsal, tmp_path)
    assert fault.recovery == "recovered"
    assert fault.detect_s == pytest.approx(0.05)
    assert fault.first_ack_s == pytest.approx(3.05)
    assert fault.recovery_s == 3.0
    assert fault.recovery_from_strike_s == 13.0
    assert fault.loss_service_s == 13.0
    assert fault.lowest_availability == 0.0


def test_a_short_fault_that_nobody_noticed_is_not_charged_with_later_trouble(tmp_path: Path) -> None:
    rehearsal = steady(down=(37.0, 40.0))
    rehearsal.fault("process_pause", "postgres", 20.0, 21.5)
    assert only_fault(rehearsal, tmp_path).detect_s is None


def test_an_answer_that_was_only_late_is_not_yet_a_fault_that_was_felt(tmp_path: Path) -> None:
    rehearsal = steady()
    for row in rehearsal.history[150:200]:
        row["ended_s"] = 21.0
    rehearsal.fault("process_pause", "postgres", 20.0, 21.5)
    fault = only_fault(rehearsal, tmp_path)
    assert fault.detect_s is None
    assert measured(rehearsal, tmp_path).availability < 1.0


@pytest.mark.parametrize(("ended_s", "detect_s"), [(20.4, 0.4), (22.4, 2.4), (22.6, None)])
def test_a_fault_is_felt_while_it_lasts_or_within_a_second_of_its_healing(
    ended_s: float, detect_s: float | None, tmp_path: Path
) -> None:
    rehearsal = steady()
    rehearsal.note("login", rehearsal.tps(0), at_s=19.0, took_s=ended_s - 19.0, outcome="unknown", status=0)
    rehearsal.fault("process_pause", "postgres", 20.0, 21.5)
    assert only_fault(rehearsal, tmp_path).detect_s == detect_s


def test_a_lost_signal_does_not_make_a_fault_felt(tmp_path: Path) -> None:
    rehearsal = steady()
    for row in rehearsal.history[200:210]:
        row.update(outcome="unknown", status=0, reason="link_lost")
    rehearsal.fault("process_pause", "postgres", 20.0, 21.5)
    assert only_fault(rehearsal, tmp_path).detect_s is None


def test_half_a_service_loses_half_the_service_seconds(tmp_path: Path) -> None:
    rehearsal = steady()
    for row in rehearsal.history[200:300:2]:
        row["outcome"] = "fail"
    rehearsal.fault("process_kill", "api-1", 20.0, 30.0)
    assert only_fault(rehearsal, tmp_path).loss_service_s == 5.0


def test_a_short_good_moment_is_no_recovery(tmp_path: Path) -> None:
    rehearsal = steady(down=(20.0, 60.0))
    for row in rehearsal.history[320:340]:
        row.update(outcome="ok", status=200)
    rehearsal.fault("process_kill", "api", 20.0, 30.0)
    fault = only_fault(rehearsal, tmp_path)
    assert fault.recovery == "not_recovered"
    assert fault.recovery_s is None


def test_without_demand_afterwards_nothing_is_claimed(tmp_path: Path) -> None:
    rehearsal = steady(seconds=25)
    rehearsal.fault("process_kill", "api", 20.0, 30.0)
    run = RunDirectory.open(rehearsal.save(tmp_path))
    assert survivability_of(run).faults[0].recovery == "no_demand"
    assert expectations_of(run)["recover_within"].valid == "unknown"


def test_a_fault_that_was_never_healed(tmp_path: Path) -> None:
    rehearsal = steady(down=(20.0, 60.0))
    rehearsal.fault("process_kill", "api", 20.0, None)
    run = RunDirectory.open(rehearsal.save(tmp_path))
    assert survivability_of(run).faults[0].recovery == "not_healed"
    assert expectations_of(run)["recover_within"].valid is False


def test_a_record_that_broke_off_does_not_say_that_nobody_healed(tmp_path: Path) -> None:
    rehearsal = steady(down=(20.0, 60.0))
    rehearsal.fault("process_kill", "api", 20.0, None)
    rehearsal.run["ended"] = "aborted"
    run = RunDirectory.open(rehearsal.save(tmp_path))
    assert expectations_of(run)["recover_within"].valid == "unknown"


def test_a_fault_that_did_not_strike_proves_nothing(tmp_path: Path) -> None:
    rehearsal = steady()
    rehearsal.faults.append(
        {"id": "f1", "name": "power_cut", "target": "", "event": "skipped", "at_s": 20.0,
         "detail": {"why": "power_cut is unavailable: no relay"}}
    )  # fmt: skip
    rehearsal.fault("process_kill", "api", 30.0, 31.0)
    run = RunDirectory.open(rehearsal.save(tmp_path))
    skipped = survivability_of(run).faults[0]
    assert (skipped.recovery, skipped.why) == ("not_struck", "power_cut is unavailable: no relay")
    expectation = expectations_of(run)["recover_within"]
    assert expectation.valid == "unknown"
    assert "tidak dijalankan: tidak tersedia di mesin ini: no relay" in expectation.why.id


def test_a_dark_area_is_judged_by_its_own_and_charged_to_nobody_else(tmp_path: Path) -> None:
    rehearsal = steady()
    dark = rehearsal.tps(1)[:6]
    for row in rehearsal.history:
        if row["area"] == dark and 10.0 <= row["intended_s"] < 50.0:
            row["outcome"] = "unknown"
    rehearsal.fault("area_dark", dark, 10.0, 50.0)
    rehearsal.fault("process_pause", "postgres", 20.0, 25.0)
    area, server = measured(rehearsal, tmp_path).faults
    assert (area.scope, server.scope) == ("area", "service")
    assert area.lowest_availability == 0.0
    assert area.recovery_s == 0.0
    assert server.lowest_availability == 1.0
    assert server.detect_s is None
    assert server.loss_service_s == 0.0


@pytest.mark.parametrize(("within_s", "valid"), [(3.0, True), (2.0, False)])
def test_recovery_is_held_to_what_the_scenario_expects(within_s: float, valid: bool, tmp_path: Path) -> None:
    rehearsal = steady(down=(20.0, 33.0))
    rehearsal.fault("process_kill", "api", 20.0, 30.0)
    rehearsal.run["expect"] = {"recover_within": within_s}
    expectation = expectations_of(RunDirectory.open(rehearsal.save(tmp_path)))["recover_within"]
    assert expectation.valid is valid
    assert expectation.value == 3.0


def test_a_late_driver_makes_a_missed_recovery_unknown_and_blames_nobody(tmp_path: Path) -> None:
    rehearsal = steady(down=(20.0, 33.0))
    rehearsal.fault("process_kill", "api", 20.0, 30.0)
    rehearsal.run["expect"] = {"recover_within": 2.0}
    for row in rehearsal.history[300:330]:
        row["started_s"] = row["intended_s"] + 0.04
    run = RunDirectory.open(rehearsal.save(tmp_path))
    assert expectations_of(run)["recover_within"].valid == "unknown"


def test_a_phone_that_lost_its_signal_is_not_charged_to_the_server(tmp_path: Path) -> None:
    rehearsal = steady(seconds=20)
    for row in rehearsal.history[::2]:
        row.update(outcome="unknown", status=0, reason="link_lost")
    found = measured(rehearsal, tmp_path)
    assert (found.offered, found.availability) == (100, 1.0)
