"""Plenos and backup photos of a simulated kecamatan: what is told, and who notices a false D.Hasil."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gladi.runfolder import RunFolder
from gladi.setting import arrange
from gladi.twin_run import simulate
from reports.checkers.unfaithful import unfaithful
from reports.expectations import expectations_of
from reports.officials import logins_of
from reports.pleno import backup_of, decided_share, pleno_of
from reports.recap import D_HASIL, D_HASIL_FILE, DECISIONS, DECISIONS_FILE
from reports.rundir import RunDirectory
from reports.telling_officials import told

OFFICIALS = Path(__file__).parents[1] / "gladi" / "officials.toml"
TPS = 10

Bend = Callable[[list[dict[str, Any]]], None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day with staff, played against the twin."""
    made = RunFolder(tmp_path_factory.mktemp("runs") / "run")
    made.path.mkdir(exist_ok=True)
    simulate(arrange(OFFICIALS, scale=TPS), OFFICIALS, made, lambda done, total: None)
    return made.path


def test_every_figure_is_that_of_the_record(folder: Path) -> None:
    run = RunDirectory.open(folder)
    (kecamatan,) = pleno_of(run) or ()
    assert (kecamatan.code, kecamatan.expected, kecamatan.decided) == ("170807", TPS, TPS)
    assert sum(kecamatan.by_hour.values()) == TPS and kecamatan.final == 1
    assert kecamatan.final_at is not None and kecamatan.final_at.hour >= 10
    assert decided_share(run) == (TPS, TPS)
    found, photos = expectations_of(run), backup_of(run)
    assert found["pleno"].valid is True and found["pleno"].value == 1.0
    logins = logins_of(run)
    assert logins is not None and logins.in_at_last == logins.came > 0
    assert found["officials_in"].value == logins.in_window / logins.came
    assert photos is not None and photos.unreadable == photos.replaced + photos.still_unreadable
    assert sum(photos.brought.values()) > 0


@pytest.mark.parametrize("lang", ["id", "en"])
def test_it_is_told_in_both_languages(folder: Path, lang: Any) -> None:
    said = told(RunDirectory.open(folder), lang)
    assert said is not None and len(said.sentences) == 4
    assert f"{TPS} / {TPS}" == said.plenos[0].decided


def test_an_honest_d_hasil_raises_no_alarm(folder: Path) -> None:
    found = unfaithful(RunDirectory.open(folder))
    assert (found.valid, found.count) == (True, 0) and found.checked > TPS


def a_vote_more(rows: list[dict[str, Any]]) -> None:
    totals = json.loads(rows[0]["totals"])
    rows[0]["totals"] = json.dumps({**totals, "suara_1": totals["suara_1"] + 1})


def another_column(rows: list[dict[str, Any]]) -> None:
    columns, totals = json.loads(rows[0]["columns"]), json.loads(rows[0]["totals"])
    first = min(columns)
    columns[first]["suara_2"] += 5
    rows[0]["columns"] = json.dumps(columns)
    rows[0]["totals"] = json.dumps({**totals, "suara_2": totals["suara_2"] + 5})


def a_tps_short(rows: list[dict[str, Any]]) -> None:
    columns, totals = json.loads(rows[0]["columns"]), json.loads(rows[0]["totals"])
    gone = columns.pop(min(columns))
    rows[0]["columns"] = json.dumps(columns)
    rows[0]["totals"] = json.dumps({field: total - gone[field] for field, total in totals.items()})


def one_less(rows: list[dict[str, Any]]) -> None:
    del rows[0]


@pytest.mark.parametrize(
    ("file", "schema", "bend", "says"),
    [
        (D_HASIL_FILE, D_HASIL, a_vote_more, "sum of suara_1"),
        (D_HASIL_FILE, D_HASIL, another_column, "suara_2"),
        (D_HASIL_FILE, D_HASIL, a_tps_short, "one column for each TPS"),
        (D_HASIL_FILE, D_HASIL, one_less, "this D.Hasil is stored"),
        (DECISIONS_FILE, DECISIONS, one_less, "this decision is stored"),
    ],
)
def test_a_false_recap_is_seen(
    folder: Path, tmp_path: Path, file: str, schema: pa.Schema, bend: Bend, says: str
) -> None:
    bent = tmp_path / "run"
    shutil.copytree(folder, bent)
    rows = pq.read_table(bent / file).to_pylist()
    bend(rows)
    pq.write_table(pa.Table.from_pylist(rows, schema), bent / file)
    found = unfaithful(RunDirectory.open(bent))
    assert found.valid is False and found.count >= 1
    assert any(says in example.expected.en for example in found.examples), found.examples


def test_without_a_readback_nobody_knows(folder: Path, tmp_path: Path) -> None:
    blind = tmp_path / "run"
    shutil.copytree(folder, blind)
    (blind / DECISIONS_FILE).unlink()
    assert unfaithful(RunDirectory.open(blind)).valid == "unknown"
