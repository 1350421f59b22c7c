"""A run directory that cannot be judged is an error for a person: it names the file and what would do."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import reports
from reports import RunDirectory, RunDirectoryError
from reports.schema import HISTORY, RUN_VERSION
from tests.reports.invented import Rehearsal

FILES = ("history", "population", "readback", "resources")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    rehearsal = Rehearsal().play()
    rehearsal.resources = [
        {"t_s": float(second), "component": "machine", "pid": 0, "cpu_s": second * 0.5, "rss_bytes": 0}
        for second in range(5)
    ]
    rehearsal.fault("process_kill", "api", 10.0, 12.0)
    return rehearsal.save(tmp_path / "run")


def complaint(path: Path) -> str:
    with pytest.raises(RunDirectoryError) as caught:
        reports.check(path)
    assert not (path / "verdict.json").exists()
    assert not (path / "junit.xml").exists()
    return str(caught.value)


def test_a_whole_directory_opens(run: Path) -> None:
    opened = RunDirectory.open(run)
    assert opened.info.region_code == "17.08"
    assert len(opened.population) == 8
    assert [event.event for event in opened.faults] == ["planned", "struck", "felt", "healing", "healed"]


def test_no_directory(tmp_path: Path) -> None:
    assert "no such run directory" in complaint(tmp_path / "nowhere")


def test_an_empty_directory(tmp_path: Path) -> None:
    said = complaint(tmp_path)
    assert "run.json" in said
    assert "missing" in said


@pytest.mark.parametrize("name", ["history", "population"])
def test_a_missing_table(run: Path, name: str) -> None:
    (run / f"{name}.parquet").unlink()
    said = complaint(run)
    assert f"{name}.parquet" in said
    assert "missing" in said


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kept", [0, 3, 0.5, 0.99])
def test_a_truncated_table(run: Path, name: str, kept: float) -> None:
    path = run / f"{name}.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[: kept if isinstance(kept, int) else int(kept * len(whole))])
    said = complaint(run)
    assert f"{name}.parquet" in said
    assert "truncated" in said or "cut short" in said


@pytest.mark.parametrize("name", ["history", "population", "readback"])
def test_damaged_bytes_within_a_table(run: Path, name: str) -> None:
    path = run / f"{name}.parquet"
    whole = bytearray(path.read_bytes())
    for place in range(4, len(whole) // 2):
        whole[place] ^= 0x5A
    path.write_bytes(bytes(whole))
    assert f"{name}.parquet" in complaint(run)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_column(run: Path, name: str) -> None:
    path = run / f"{name}.parquet"
    table = pq.read_table(path)
    pq.write_table(table.drop_columns([table.column_names[1]]), path)
    said = complaint(run)
    assert "wrong schema" in said
    assert table.column_names[1] in said


def test_a_column_of_the_wrong_type(run: Path) -> None:
    path = run / "history.parquet"
    table = pq.read_table(path)
    at = table.column_names.index("intended_s")
    pq.write_table(table.set_column(at, "intended_s", table["intended_s"].cast(pa.string())), path)
    said = complaint(run)
    assert "intended_s is string and should be double" in said


def test_wider_integers_and_coded_strings_are_welcome(run: Path) -> None:
    path = run / "history.parquet"
    table = pq.read_table(path)
    for name, kind in (("status", pa.int64()), ("tps", pa.dictionary(pa.int32(), pa.string()))):
        column = table[name].cast(kind) if kind == pa.int64() else table[name].dictionary_encode()
        table = table.set_column(table.column_names.index(name), name, column)
    pq.write_table(table, path)
    assert reports.check(run).checkers["lost"].valid is True


@pytest.mark.parametrize(
    ("column", "value", "right"),
    [
        ("outcome", "maybe", "ok, fail, unknown"),
        ("expect", "", "accept, reject"),
        ("ended_s", float("nan"), "row 3"),
    ],
)
def test_a_value_that_means_nothing(run: Path, column: str, value: object, right: str) -> None:
    path = run / "history.parquet"
    rows = pq.read_table(path).to_pylist()
    rows[3][column] = value
    pq.write_table(pa.Table.from_pylist(rows, HISTORY), path)
    said = complaint(run)
    assert f"history.parquet: column {column}" in said
    assert right in said


def test_another_version(run: Path) -> None:
    edit_run(run, run_version=99)
    said = complaint(run)
    assert "run_version 99" in said
    assert f"version {RUN_VERSION}" in said


@pytest.mark.parametrize(
    ("key", "value", "right"),
    [
        ("seed", "7", "a whole number"),
        ("slo", [], "a table"),
        ("ended", "maybe", "complete, interrupted or aborted"),
        ("phases", [], "at least one"),
        ("duration_s", None, "a number"),
    ],
)
def test_a_wrong_value_in_run_json(run: Path, key: str, value: object, right: str) -> None:
    edit_run(run, **{key: value})
    said = complaint(run)
    assert "run.json" in said
    assert key in said
    assert right in said


def test_run_json_cut_off(run: Path) -> None:
    path = run / "run.json"
    path.write_text(path.read_text()[:200])
    said = complaint(run)
    assert "run.json" in said
    assert "not valid JSON" in said


def test_a_broken_line_of_faults(run: Path) -> None:
    path = run / "faults.jsonl"
    path.write_text(path.read_text() + '{"id": "f9", "na')
    said = complaint(run)
    assert "faults.jsonl" in said
    assert "line 6" in said


def test_a_tps_that_stands_twice(run: Path) -> None:
    path = run / "population.parquet"
    table = pq.read_table(path)
    pq.write_table(pa.concat_tables([table, table.slice(0, 1)]), path)
    assert "1 TPS stand twice" in complaint(run)


def test_nothing_half_written_when_the_disk_will_not_take_it(run: Path) -> None:
    (run / "verdict.json").mkdir()
    with pytest.raises(RunDirectoryError, match=r"verdict\.json: cannot be written"):
        reports.check(run)
    assert not [path for path in run.iterdir() if path.name.endswith(".tmp")]


def edit_run(run: Path, **values: object) -> None:
    path = run / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))
