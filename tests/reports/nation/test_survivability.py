"""What a nation's server bore: first to break, knee, waste and availability, counted by hand."""

from pathlib import Path

import pytest

from reports.nation import NationRun
from reports.nation.survivability import (
    NationSurvivability,
    as_json,
    survivability_of,
)
from reports.nation.waiting import quantiles_ms
from tests.reports.nation.invented import (
    DAY_S,
    HOUR_S,
    InventedNation,
    busy,
    latency_row,
    minute_row,
    pool_row,
)

FULL_S = DAY_S + 19.5 * HOUR_S


def of(made: InventedNation, folder: Path) -> NationSurvivability:
    found = survivability_of(NationRun.open(made.save(folder)))
    assert found is not None
    return found


def test_the_first_to_break_is_named_with_its_minute(tmp_path: Path) -> None:
    found = of(busy(), tmp_path)
    first = found.first_to_break
    assert first is not None
    assert (first.name, first.how, first.first_break_s) == ("core", "saturated", FULL_S)
    assert first.saturated_minutes == 90
    assert first.peak[0] == pytest.approx(1.0)


def test_work_behind_a_gate_is_work_of_the_pool(tmp_path: Path) -> None:
    resources = {one.name: one for one in of(busy(), tmp_path).resources}
    assert resources["core"].busy_s == pytest.approx(30 * 90 + 90 * (350 + 10))
    assert resources["hash"].hands == 0
    assert resources["core"].wasted_s == pytest.approx(90 * 70)


def test_two_full_minutes_are_no_break(tmp_path: Path) -> None:
    made = busy()
    made.minutes = made.minutes[:32]
    made.pools = [row for row in made.pools if row["minute"] < FULL_S / 60 + 2]
    for row in made.minutes:
        row["refused"] = 0
    assert of(made, tmp_path).first_to_break is None


def test_who_turns_requests_away_breaks_even_if_idle(tmp_path: Path) -> None:
    made = InventedNation(latency=[latency_row("login", 0, 100)])
    start = int(DAY_S // 60)
    for minute in range(start, start + 5):
        made.minutes.append(minute_row(minute, "login", asked=100, fresh=100, taken=50, ok=50, refused=50))
        made.pools.append(pool_row(minute, "hash", 1.0))
    first = of(made, tmp_path).first_to_break
    assert first is not None
    assert (first.name, first.how, first.first_break_s, first.refused) == ("hash", "refused", DAY_S, 250)


def test_the_knee_is_the_lowest_load_that_is_not_served(tmp_path: Path) -> None:
    found = of(busy(), tmp_path)
    assert found.knee_per_s == pytest.approx(1_100 / 60)
    assert found.peak_good_per_s == pytest.approx(10.0)


def test_an_outage_of_the_scenario_is_no_knee(tmp_path: Path) -> None:
    made = busy()
    made.changed = (
        "server.windows = [{start = 2024-02-14T19:00:00, end = 2024-02-14T21:00:00, capacity = 0.5}]",
    )
    assert of(made, tmp_path).knee_per_s is None


def test_availability_counts_what_reached_for_the_server(tmp_path: Path) -> None:
    made = busy()
    made.latency = [latency_row("submit_page", 0, 36_000), latency_row("submit_page", 4, 36_000)]
    found = of(made, tmp_path)
    good = 36_000 + 36_000 * (60 - 8) / (64 - 8)
    assert found.availability["submit_page"] == pytest.approx(good / (30 * 600 + 90 * 1_100))
    assert found.availability["login"] is None


def test_what_is_slower_than_the_last_edge_is_not_in_time(tmp_path: Path) -> None:
    found = of(busy(), tmp_path)
    assert found.availability["submit_page"] == pytest.approx(36_000 / 117_000)


def test_hours_add_up_to_the_whole(tmp_path: Path) -> None:
    told = as_json(NationRun.open(busy().save(tmp_path)))
    assert told is not None
    assert sum(told["hourly"]["asked"]) == told["asked"] == 30 * 600 + 90 * 1_200
    assert told["hourly"]["ok"][int(DAY_S // 3600) + 19] == 36_000
    assert told["outcomes"]["refused"] == 45_000
    assert told["bytes"] == pytest.approx(120 * 6e8)


def test_quantiles_lie_within_their_bins(tmp_path: Path) -> None:
    made = busy()
    made.latency = [latency_row("submit_page", 1, 90), latency_row("submit_page", 3, 10)]
    told = quantiles_ms(NationRun.open(made.save(tmp_path)), "submit_page")
    assert told["p50_ms"] == pytest.approx(1_000 + 1_000 * 50 / 90)
    assert told["p95_ms"] == pytest.approx(6_000)


def test_little_load_behind_a_backlog_is_no_knee(tmp_path: Path) -> None:
    made = busy()
    last = made.minutes[-1]["minute"]
    for minute in range(last + 1, last + 31):
        made.minutes.append(minute_row(minute, "submit_page", asked=1, fresh=1, taken=1, timeout=1))
        made.pools.append(pool_row(minute, "core", 360.0))
    assert of(made, tmp_path).knee_per_s == pytest.approx(1_100 / 60)
