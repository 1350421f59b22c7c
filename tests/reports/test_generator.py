"""The generator says when it was itself too slow, so that nobody blames the server for it."""

from pathlib import Path

from reports import RunDirectory
from reports.generator import Generator, generator_of
from reports.telling import generator as told
from tests.reports.invented import Rehearsal
from tests.reports.test_survivability import steady


def judged(rehearsal: Rehearsal, folder: Path) -> Generator:
    return generator_of(RunDirectory.open(rehearsal.save(folder / "run")))


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
    assert "tepat waktu" in told(found.as_json(), "id")


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
    assert "must not be blamed on the server" in told(found.as_json(), "en")


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
