"""Server slow and generator late are told apart: lateness never fails a run, slowness is never excused."""

import random
from pathlib import Path
from typing import Any

import pytest

from reports import RunDirectory
from reports.delays import delays_of
from reports.generator import generator_of
from reports.page import html
from reports.telling_delays import rows, workers
from reports.verdict import Verdict, judge
from tests.reports.invented import Rehearsal
from tests.reports.test_generator import machine
from tests.reports.test_survivability import steady

LIMITS = [
    {"kind": "login", "check": check, "phase": "", "abort": False}
    for check in ("p95 < 5s", "max < 5s", "mean < 5s")
]


def day(struck_s: float = 20.0) -> Rehearsal:
    """An honest day of 60 s that meets every expectation, a fault that nobody felt in its middle."""
    rehearsal = Rehearsal().play()
    for tenth in range(600):
        rehearsal.note("login", rehearsal.tps(tenth), at_s=tenth / 10, took_s=0.1)
    rehearsal.fault("process_kill", "api", struck_s, struck_s + 5.0)
    rehearsal.run = {
        "expect": {"completeness": 0.97, "activated": 0.95, "recover_within": 15.0, "steady": 0.99},
        "thresholds": LIMITS,
    }
    return rehearsal


def delayed(rehearsal: Rehearsal, seed: int, *, by_generator: bool) -> None:
    """Some stretch of logins takes 6 to 30 s longer: before they are sent, or after."""
    draw = random.Random(seed)
    start_s, length_s, share = draw.uniform(0, 55), draw.uniform(0.2, 30), draw.choice((0.02, 0.3, 1.0))
    hit = [
        row
        for row in rehearsal.history
        if row["kind"] == "login"
        and row["expect"] == "accept"
        and start_s <= row["intended_s"] < start_s + length_s
        and draw.random() < share
    ]
    for row in hit or [rehearsal.history[-1]]:
        more_s = draw.uniform(6.0, 30.0)
        row["ended_s"] += more_s
        row["started_s"] += more_s if by_generator else 0.0


def verdict_of(rehearsal: Rehearsal, folder: Path) -> Verdict:
    return judge(RunDirectory.open(rehearsal.save(folder / "run")))


def false_ones(verdict: Verdict) -> list[str]:
    """What is held against the system."""
    found = [name for name, one in verdict.checkers.items() if one.valid is False]
    found += [name for name, one in verdict.expectations.items() if one.valid is False]
    return found + [one.name for one in verdict.thresholds if one.valid is False]


def test_the_invented_day_passes(tmp_path: Path) -> None:
    assert not false_ones(verdict_of(day(), tmp_path))


@pytest.mark.parametrize("seed", range(6))
def test_lateness_alone_never_fails_a_run(seed: int, tmp_path: Path) -> None:
    rehearsal = day()
    delayed(rehearsal, seed, by_generator=True)
    verdict = verdict_of(rehearsal, tmp_path)
    assert not false_ones(verdict)
    found = verdict.table["generator"]
    assert found["seconds_below_slo_by"]["server"] == 0
    assert (
        found["delay_ms"]["login"]["over_limit"] == found["delay_ms"]["login"]["over_limit_by_generator"] > 0
    )


@pytest.mark.parametrize("seed", range(6))
def test_slowness_alone_is_never_excused(seed: int, tmp_path: Path) -> None:
    rehearsal = day()
    delayed(rehearsal, seed, by_generator=False)
    verdict = verdict_of(rehearsal, tmp_path)
    assert "login: max < 5s" in false_ones(verdict)
    found = verdict.table["generator"]
    assert found["seconds_saturated"] == 0
    assert found["seconds_below_slo_by"]["server"] == found["seconds_below_slo"]
    assert found["delay_ms"]["login"]["over_limit_by_generator"] == 0


def test_the_two_parts_are_told_for_each_kind(tmp_path: Path) -> None:
    rehearsal = steady(seconds=20)
    for row in rehearsal.history[:10]:
        row["started_s"] = row["intended_s"] + 3.0
        row["ended_s"] = row["intended_s"] + 6.0
    rehearsal.note("submit_page", rehearsal.tps(0), at_s=3.0, took_s=70.0, page=1)
    login, page = delays_of(RunDirectory.open(rehearsal.save(tmp_path / "run"))).kinds
    assert (login.kind, login.operations, login.over_limit, login.over_limit_by_generator) == (
        "login",
        200,
        10,
        10,
    )
    assert login.own_ms == pytest.approx((1.0, 1.0 + 2999 * 0.05, 3000.0), abs=1e-6)
    assert login.system_ms[2] == pytest.approx(3000.0)
    assert login.whole_ms[2] == pytest.approx(6000.0)
    assert login.slowest_own_share == 0.5
    assert (page.kind, page.over_limit, page.over_limit_by_generator) == ("submit_page", 1, 0)


def test_a_second_missed_by_few_late_operations_is_the_generators(tmp_path: Path) -> None:
    """Too few to be late as a second, and yet they are all that was missed in it."""
    rehearsal = Rehearsal()
    rehearsal.run["slo"] = {"login_s": 5.0, "availability": 0.999}
    for hundredth in range(1000):
        rehearsal.note("login", rehearsal.tps(hundredth), at_s=hundredth / 100)
    row = rehearsal.history[450]
    row["started_s"], row["ended_s"] = row["intended_s"] + 6.0, row["intended_s"] + 6.1
    found = generator_of(RunDirectory.open(rehearsal.save(tmp_path / "run")))
    assert not found.late.any()
    assert found.missed_by_generator.nonzero()[0].tolist() == [4]
    assert found.saturated.nonzero()[0].tolist() == [4]
    assert not found.missed_by_server.any()


def test_seconds_below_the_slo_have_one_cause_each(tmp_path: Path) -> None:
    rehearsal = steady(down=(4.0, 8.0), seconds=40)
    machine(rehearsal, [0.4] * 6 + [2.0] * 2 + [0.4] * 32)
    for row in rehearsal.history[300:320]:
        row["started_s"], row["ended_s"] = row["intended_s"] + 6.0, row["intended_s"] + 6.1
    found = generator_of(RunDirectory.open(rehearsal.save(tmp_path / "run"))).as_json()
    assert found["seconds_below_slo"] == 6
    assert found["seconds_below_slo_by"] == {"server": 2, "generator": 2, "either": 2}


def test_lateness_within_what_is_honest_excuses_nothing(tmp_path: Path) -> None:
    rehearsal = steady(seconds=20)
    for row in rehearsal.history:
        row["started_s"], row["ended_s"] = row["intended_s"] + 0.019, row["intended_s"] + 5.01
    run = RunDirectory.open(rehearsal.save(tmp_path / "run"))
    assert int(generator_of(run).missed_by_server.sum()) == 20
    assert delays_of(run).kinds[0].over_limit_by_generator == 0


def absent(rehearsal: Rehearsal) -> str:
    """A TPS whose pages never came in; its code."""
    gone = rehearsal.tps(5)
    rehearsal.store.rows = [row for row in rehearsal.store.rows if row["tps"] != gone]
    rehearsal.history = [
        row
        for row in rehearsal.history
        if row["tps"] != gone or row["kind"] not in ("submit_page", "correct")
    ]
    rehearsal.portal, rehearsal.health = [], []
    return gone


def test_a_tps_that_the_generator_held_up_is_not_missed_by_the_system(tmp_path: Path) -> None:
    on_time, late = day(), day()
    absent(on_time)
    gone = absent(late)
    row = next(row for row in reversed(late.history) if row["tps"] == gone)
    row["started_s"], row["ended_s"] = row["intended_s"] + 2.0, row["intended_s"] + 2.1
    assert verdict_of(on_time, tmp_path / "on_time").expectations["completeness"].valid is False
    found = verdict_of(late, tmp_path / "late").expectations["completeness"]
    assert found.valid == "unknown"
    assert "1 of those not complete were held up by the load generator itself" in found.why.en


def test_activations_sent_too_late_for_the_window_are_not_held_against_the_system(tmp_path: Path) -> None:
    def activating(**given: Any) -> Rehearsal:
        rehearsal = Rehearsal()
        rehearsal.run = {"expect": {"activated": 0.95}, "slo": {"activate_s": 90.0, "availability": 0.0}}
        for index in range(8):
            for operator in (1, 2):
                row = rehearsal.note("activate", rehearsal.tps(index), operator=operator, at_s=40.0 + index)
                if index == 3:
                    row.update({key: row["intended_s"] + value for key, value in given.items()})
        return rehearsal

    slow = verdict_of(activating(ended_s=30.0), tmp_path / "slow").expectations["activated"]
    late = verdict_of(activating(started_s=29.9, ended_s=30.0), tmp_path / "late").expectations["activated"]
    assert (slow.value, slow.valid) == (0.875, False)
    assert (late.value, late.valid) == (0.875, "unknown")


def test_one_slow_machine_among_workers_is_named(tmp_path: Path) -> None:
    rehearsal = steady(seconds=20)
    for number, row in enumerate(rehearsal.history):
        row["worker"] = number % 3
        if number % 3 == 2:
            row["started_s"] = row["intended_s"] + 0.04
    verdict = verdict_of(rehearsal, tmp_path)
    table = verdict.table["generator"]
    assert table["slow_workers"] == [2]
    assert [one["operations"] for one in table["workers"]] == [67, 67, 66]
    assert "Only load worker 2 (p99 40.0\u00a0ms) was late" in workers(table, "en")
    page = html(verdict, [], "id")
    assert "Terlambat hanya pekerja beban 2" in page
    assert "Bagian pembangkit dan bagian sistem" in page


def test_workers_are_told_of_only_where_there_are_several(tmp_path: Path) -> None:
    one, all_late = steady(seconds=20), steady(seconds=20)
    for number, row in enumerate(all_late.history):
        row["worker"] = number % 2
        row["started_s"] = row["intended_s"] + 0.04
    table = verdict_of(one, tmp_path / "one").table["generator"]
    assert workers(table, "id") == ""
    assert [row["title"] for row in rows(table, "id")] == ["masuk"]
    late = verdict_of(all_late, tmp_path / "late").table["generator"]
    assert late["slow_workers"] == []
    assert "All were late" in workers(late, "en")


def thinly(delay_s: dict[str, float], area: str = "") -> Rehearsal:
    """A hundred logins a second for 24 s, one of them delayed: too few to call the second late."""
    rehearsal = Rehearsal()
    rehearsal.run = {"expect": {"recover_within": 5.0, "steady": 0.999}, "duration_s": 24.0}
    for number in range(2400):
        row = rehearsal.note("login", rehearsal.tps(0 if number % 25 == 7 else 1), at_s=number / 100)
        if number % 100 == 7:
            row.update({key: row["intended_s"] + value for key, value in delay_s.items()})
    rehearsal.fault("area_offline" if area else "process_kill", area or "api", 11.0, 13.0)
    return rehearsal


@pytest.mark.parametrize(("by", "answer"), [("generator", "unknown"), ("system", False)])
def test_steady_state_and_recovery_ask_who_was_late(by: str, answer: object, tmp_path: Path) -> None:
    delay = {"ended_s": 6.1} | ({"started_s": 6.0} if by == "generator" else {})
    steadily = verdict_of(thinly(delay), tmp_path / "steady")
    assert steadily.table["generator"]["seconds_late"] == 0
    assert steadily.expectations["steady"].valid == answer
    area = Rehearsal().tps(0)[:6]
    recovery = verdict_of(thinly(delay, area), tmp_path / "recovery").expectations["recover_within"]
    assert recovery.valid == answer
    assert "had not recovered" in recovery.why.en
