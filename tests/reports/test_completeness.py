"""Completeness counts TPS whose every page is in the system, and knows when they came."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reports import RunDirectory, RunDirectoryError
from reports.completeness import completeness_of
from tests.reports.invented import Rehearsal


def test_complete_partial_and_missing_by_area_and_link(tmp_path: Path) -> None:
    rehearsal = Rehearsal(n_tps=8)
    for index in range(5):
        for page in (1, 2, 3):
            rehearsal.submit(rehearsal.tps(index), page)
    rehearsal.submit(rehearsal.tps(5), 2)
    found = completeness_of(RunDirectory.open(rehearsal.save(tmp_path)))
    assert (found.whole.complete, found.whole.partial, found.whole.missing) == (5, 1, 2)
    # TPS i lies in kecamatan i % 4: the first has 0 and 4, the last 3 and 7
    assert [(area.label, area.complete, area.partial, area.missing) for area in found.by_area] == [
        ("Ujan Mas", 2, 0, 0),
        ("Tebat Karai", 1, 1, 0),
        ("Merigi", 1, 0, 1),
        ("Kabawetan", 1, 0, 1),
    ]
    assert {share.code: share.expected for share in found.by_link} == {"4g": 4, "3g": 2, "vsat": 2}


def test_each_tps_counts_once_by_its_signal(tmp_path: Path) -> None:
    rehearsal = Rehearsal(n_tps=8)
    for index in range(5):
        for page in (1, 2, 3):
            rehearsal.submit(rehearsal.tps(index), page)
    path = rehearsal.save(tmp_path)
    assert completeness_of(RunDirectory.open(path)).by_signal == ()
    table = pq.read_table(path / "population.parquet")
    # intermittent are TPS 4 and, of eight, no other; TPS 4 and 5 have no signal of their own
    no_signal = pa.array([index in {4, 5} for index in range(8)])
    pq.write_table(table.append_column("no_signal", no_signal), path / "population.parquet")
    found = completeness_of(RunDirectory.open(path)).by_signal
    assert [(one.code, one.expected, one.complete) for one in found] == [
        ("steady", 6, 4),
        ("no_signal", 2, 1),
    ]


def test_a_population_with_words_for_signal_is_refused(tmp_path: Path) -> None:
    path = Rehearsal(n_tps=2).play().save(tmp_path)
    table = pq.read_table(path / "population.parquet")
    pq.write_table(table.append_column("no_signal", pa.array(["ya", "tidak"])), path / "population.parquet")
    with pytest.raises(RunDirectoryError, match="no_signal is string"):
        RunDirectory.open(path)


def test_half_ninety_and_ninety_nine_percent_are_moments(tmp_path: Path) -> None:
    rehearsal = Rehearsal(n_tps=10)
    for index in range(10):
        for page in (1, 2, 3):
            rehearsal.submit(rehearsal.tps(index), page, at_s=10.0 * index + page, took_s=0.5)
    run = RunDirectory.open(rehearsal.save(tmp_path))
    found = completeness_of(run)
    assert [found.reached_s(share) for share in (0.5, 0.9, 0.99)] == [43.5, 83.5, 93.5]
    assert found.as_json(run)["reached"]["t50"]["local"] == "2024-02-14T20:15:00"


def test_a_retry_does_not_move_the_first_acknowledgement(tmp_path: Path) -> None:
    rehearsal = Rehearsal(n_tps=1)
    for page in (1, 2, 3):
        rehearsal.submit(rehearsal.tps(0), page, at_s=5.0, took_s=1.0)
    rehearsal.submit(rehearsal.tps(0), 1, at_s=50.0, attempt=2)
    assert completeness_of(RunDirectory.open(rehearsal.save(tmp_path))).reached_s(0.5) == 6.0


def test_a_page_without_its_photo_is_not_in(tmp_path: Path) -> None:
    rehearsal = Rehearsal(n_tps=2).play()
    rehearsal.store.rows[0]["content_sha256_fetched"] = ""
    found = completeness_of(RunDirectory.open(rehearsal.save(tmp_path)))
    assert (found.whole.complete, found.whole.partial) == (1, 1)


def test_what_was_stored_for_another_tps_makes_nobody_complete(tmp_path: Path) -> None:
    rehearsal = Rehearsal(n_tps=2)
    for page in (1, 2, 3):
        rehearsal.submit(rehearsal.tps(0), page)
    for row in rehearsal.store.rows:
        row["tps"] = rehearsal.tps(1)
    found = completeness_of(RunDirectory.open(rehearsal.save(tmp_path)))
    assert found.whole.missing == 2


@pytest.mark.parametrize("readback", [True, False])
def test_without_a_readback_the_acknowledgement_counts_and_says_so(readback: bool, tmp_path: Path) -> None:
    rehearsal = Rehearsal(n_tps=2).play()
    if readback:
        rehearsal.store.rows.clear()
    found = completeness_of(RunDirectory.open(rehearsal.save(tmp_path, readback)))
    assert found.basis == ("readback" if readback else "acknowledged")
    assert found.whole.complete == (0 if readback else 2)


def test_activation_counts_accounts_active_when_its_phase_ends(tmp_path: Path) -> None:
    rehearsal = Rehearsal(n_tps=4)
    phases = [
        {"id": "a", "title": "A", "start_local": "2024-02-07T08:00:00", "end_local": "2024-02-07T09:00:00",
         "run_start_s": 0.0, "run_end_s": 20.0, "compression": 180.0},
        {"id": "b", "title": "B", "start_local": "2024-02-14T13:00:00", "end_local": "2024-02-14T15:00:00",
         "run_start_s": 20.0, "run_end_s": 60.0, "compression": 180.0},
    ]  # fmt: skip
    rehearsal.run["phases"] = phases
    for index in range(4):
        rehearsal.note("activate", rehearsal.tps(index), operator=1, at_s=5.0)
        rehearsal.note("activate", rehearsal.tps(index), operator=1, at_s=6.0)
    rehearsal.note("activate", rehearsal.tps(0), operator=2, at_s=7.0, outcome="fail", status=503)
    rehearsal.note("activate", rehearsal.tps(1), operator=2, at_s=8.0, outcome="unknown", status=0)
    rehearsal.note("activate", rehearsal.tps(2), operator=2, at_s=30.0)
    found = completeness_of(RunDirectory.open(rehearsal.save(tmp_path)))
    assert (found.activated, found.accounts, found.activation_end_s) == (4, 8, 20.0)
