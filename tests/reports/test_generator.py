"""The generator says when it was itself too slow, so that nobody blames the server for it."""

from pathlib import Path

import pytest

from reports import RunDirectory
from reports.generator import Generator, generator_of
from reports.telling import generator as told
from reports.telling import stretches
from reports.words import Lang
from tests.reports.invented import Rehearsal
from tests.reports.test_survivability import steady


def judged(rehearsal: Rehearsal, folder: Path) -> Generator:
    return generator_of(RunDirectory.open(rehearsal.save(folder / "run")))


def said(rehearsal: Rehearsal, folder: Path, lang: Lang) -> str:
    """What the report says about the generator."""
    run = RunDirectory.open(rehearsal.save(folder / "run"))
    return told(generator_of(run).as_json(), run.info, lang)


def machine(rehearsal: Rehearsal, busy_cores: list[float], component: str = "machine") -> None:
    used_s = 0.0
    for second, cores in enumerate([0.0, *busy_cores]):
        used_s += cores
        rehearsal.resources.append(
            {"t_s": float(second), "component": component, "pid": 0, "cpu_s": used_s, "rss_bytes": 0}
        )


def test_a_punctual_generator(tmp_path: Path) -> None:
    found = judged(steady(seconds=20), tmp_path)
    assert found.p99_ms == 1.0
    assert not found.untrusted
    assert not found.saturated.any()
    assert found.stretches == []
    assert "tepat waktu dalam semua 20 detik" in said(steady(seconds=20), tmp_path, "id")


def test_seconds_in_which_it_was_late_are_named(tmp_path: Path) -> None:
    rehearsal = steady(seconds=20)
    for row in rehearsal.history[100:110]:
        row["started_s"] = row["intended_s"] + 0.05
    found = judged(rehearsal, tmp_path)
    assert found.p99_ms == 50.0
    assert found.untrusted
    # the second itself and the two on either side
    assert found.late.nonzero()[0].tolist() == [8, 9, 10, 11, 12]
    assert found.saturated_between(12.5, 12.9)
    assert not found.saturated_between(13.0, 20.0)
    assert "must not be blamed on the server" in said(rehearsal, tmp_path, "en")


@pytest.mark.parametrize(("busy_s", "whole_run"), [(25, False), (26, True)])
def test_more_than_a_quarter_of_the_seconds_saturates_the_whole_run(
    busy_s: int, whole_run: bool, tmp_path: Path
) -> None:
    rehearsal = steady(seconds=100)
    machine(rehearsal, [2.0] * busy_s + [0.4] * (100 - busy_s))
    found = judged(rehearsal, tmp_path)
    assert found.as_json()["seconds_saturated"] == busy_s
    assert found.untrusted is whole_run
    assert ("must not be blamed on the server" in said(rehearsal, tmp_path, "en")) is whole_run


def test_lateness_on_free_cores_saturates_the_whole_run_and_on_busy_ones_only_its_seconds(
    tmp_path: Path,
) -> None:
    rehearsal = steady(seconds=100)
    for row in rehearsal.history[100:130]:
        row["started_s"] = row["intended_s"] + 0.05
    assert judged(rehearsal, tmp_path).untrusted
    machine(rehearsal, [0.4] * 10 + [2.0] * 3 + [0.4] * 87)
    found = judged(rehearsal, tmp_path)
    assert (found.p99_ms, found.p99_free_ms) == (50.0, 1.0)
    assert not found.untrusted
    assert found.stretches == [(8, 15)]


def test_saturated_stretches_are_told_in_story_time(tmp_path: Path) -> None:
    rehearsal = steady(seconds=60)
    machine(rehearsal, [0.4] * 6 + [2.0] * 3 + [0.4] * 41 + [2.0] + [0.4] * 9)
    text = said(rehearsal, tmp_path, "id")
    # compression 600: a second is ten minutes, and the run begins at 13.00
    assert "kecuali dalam 4 dari 60 detik" in text
    assert "(waktu cerita 14 Feb 2024 14.00–14.30, 21.20–21.30)" in text
    assert "tidak boleh ditimpakan" not in text


def test_of_many_stretches_the_rest_are_counted(tmp_path: Path) -> None:
    run = RunDirectory.open(steady(seconds=60).save(tmp_path / "run"))
    assert stretches([(2 * n, 2 * n + 1) for n in range(10)], run.info, "en").endswith(", and 2 more")


def test_a_full_machine_counts_as_saturated(tmp_path: Path) -> None:
    rehearsal = steady(seconds=20)
    machine(rehearsal, [0.4] * 5 + [1.95] * 3 + [0.4] * 12)
    found = judged(rehearsal, tmp_path)
    assert found.busy.nonzero()[0].tolist() == [5, 6, 7]
    assert found.as_json()["machine_busy_max"] == 0.975


def test_slow_seconds_are_split_between_server_and_driver(tmp_path: Path) -> None:
    rehearsal = steady(down=(4.0, 8.0), seconds=20)
    machine(rehearsal, [0.4] * 6 + [2.0] * 2 + [0.4] * 12)
    table = judged(rehearsal, tmp_path).as_json()
    assert table["seconds_below_slo"] == 4
    assert table["seconds_below_slo_while_saturated"] == 2


def test_a_server_that_burns_its_own_cores_is_not_the_drivers_excuse(tmp_path: Path) -> None:
    """Load and stack on cores of their own: only what the load's cores did makes a second doubtful."""
    rehearsal = steady(seconds=20)
    rehearsal.run["load_cores"] = 1
    machine(rehearsal, [2.0] * 20)
    machine(rehearsal, [0.3] * 5 + [0.98] * 2 + [0.3] * 13, "load_cores")
    found = judged(rehearsal, tmp_path)
    assert found.busy.nonzero()[0].tolist() == [5, 6]
    assert found.as_json()["machine_busy_max"] == 1.0
