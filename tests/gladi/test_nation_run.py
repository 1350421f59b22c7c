"""A nation played into its run directory: every figure found again in the files, whole or not at all."""

import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import reports.nation
from gladi.failures import UsageError
from gladi.nation.judging import is_nation, judged_nation, summary_nation
from gladi.nation.run import play
from gladi.runfolder import RunFolder
from reports.nation.schema import FILES, OUTCOMES
from scenarios import builtin_nations, load_nation
from simulators.server import reference_model

SMALL = (
    'population.areas = ["17.08"]',
    "population.scale = 0.25",
    "portal.hits_a_day = 500000.0",
    "calendar.until = 2024-02-19T00:00:00",
    "portal.end = 2024-02-18T00:00:00",
    "sessions = []",
    "pleno.suspended = []",
    "server.windows = []",
    "publishing.frozen = []",
)


def played(folder: Path, seed: int = 5, changed: tuple[str, ...] = SMALL) -> Path:
    file = builtin_nations()["nation-2024"]
    run = RunFolder.create(folder, "nation-2024")
    ended = play(
        load_nation(file, changed), file, run, lambda now, end: None,
        model=reference_model(), seed=seed, changed=changed,
    )  # fmt: skip
    assert ended == "complete"
    return run.path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played(tmp_path_factory.mktemp("runs") / "small")


def test_the_directory_is_whole(run: Path) -> None:
    names = {path.name for path in run.iterdir()}
    assert {"scenario.toml", "run.json", "server.json", *FILES} <= names
    assert not [name for name in names if name.startswith(".")], "nothing half-written is left"
    assert is_nation(run)
    facts = json.loads((run / "run.json").read_text())
    assert facts["rows"] == {name: pq.read_metadata(run / name).num_rows for name in FILES}
    assert facts["n_tps"] == facts["rows"]["tps.parquet"] > 50


def test_the_files_are_small_in_kind(run: Path) -> None:
    group = pq.read_metadata(run / "tps.parquet").row_group(0)
    columns = [group.column(number) for number in range(group.num_columns)]
    assert {column.compression for column in columns} == {"ZSTD"}
    words = next(column for column in columns if column.path_in_schema == "province")
    assert words.has_dictionary_page


def test_requests_are_the_same_in_both_tables(run: Path) -> None:
    minutes = pq.read_table(run / "minutes.parquet")
    tps = pq.read_table(run / "tps.parquet")
    kinds = minutes.column("kind").to_pylist()
    by_people = sum(
        asked
        for kind, asked in zip(kinds, minutes.column("asked").to_pylist(), strict=True)
        if kind not in {"read", "recap"}
    )
    assert 0 < by_people <= int(np.sum(tps.column("requests").to_numpy()))
    ended = sum(int(np.sum(minutes.column(name).to_numpy())) for name in OUTCOMES)
    assert ended == pytest.approx(int(np.sum(minutes.column("asked").to_numpy())), abs=5), (
        "but for what was under way at the end, every request ended somehow"
    )


def test_a_whole_form_has_all_its_pages(run: Path) -> None:
    tps = pq.read_table(run / "tps.parquet")
    whole = tps.column("whole_s.ppwp").to_numpy()
    pages = np.stack([tps.column(f"page{one}_s").to_numpy() for one in (1, 2, 3)])
    assert np.isfinite(whole).any()
    assert (whole == pages.max(axis=0))[np.isfinite(whole)].all()
    shown = tps.column("shown_s").to_numpy()
    assert (shown > pages[1])[np.isfinite(shown)].all(), "nothing is displayed before its votes are stored"


def test_the_scenario_played_is_found_again(run: Path) -> None:
    nation = reports.nation.NationRun.open(run).nation
    assert nation.population.areas == ["17.08"]
    assert nation.calendar.until == datetime(2024, 2, 19)
    assert nation == load_nation(builtin_nations()["nation-2024"], SMALL)


def test_it_is_judged_and_told(run: Path) -> None:
    verdict = judged_nation(run)
    assert verdict.verdict in {"passed", "failed"}
    assert verdict.table["completeness"]["whole"]["complete"] > 0
    assert "laporan:" in summary_nation(verdict, 0.0)
    assert json.loads((run / "verdict.json").read_text())["verdict"] == verdict.verdict


def test_the_same_seed_leaves_the_same_columns(run: Path, tmp_path: Path) -> None:
    again, other = played(tmp_path / "again"), played(tmp_path / "other", seed=6)
    for name in FILES:
        assert (again / name).read_bytes() == (run / name).read_bytes(), name
    assert (other / "tps.parquet").read_bytes() != (run / "tps.parquet").read_bytes()


def test_broken_off_it_keeps_what_was_played(tmp_path: Path) -> None:
    file, folder = builtin_nations()["nation-2024"], RunFolder.create(tmp_path / "cut", "nation-2024")

    def interrupt(now_s: float, end_s: float) -> None:
        if now_s > 0.7 * end_s:
            raise KeyboardInterrupt

    ended = play(
        load_nation(file, SMALL), file, folder, interrupt, model=reference_model(), seed=5, changed=SMALL
    )
    verdict = judged_nation(folder.path)
    assert ended == verdict.table["ended"] == "aborted"
    assert verdict.expectations["stable"].valid == "unknown"
    assert verdict.verdict != "passed"
    assert verdict.table["survivability"]["asked"] > 0


def test_what_is_no_nation_is_refused_politely(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"kind": "other"}')
    assert not is_nation(tmp_path)
    with pytest.raises(UsageError, match="expected"):
        judged_nation(tmp_path)
