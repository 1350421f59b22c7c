"""The population of a scenario: pure, exact, sampled without changing anyone, written whole or not at all."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import Scenario, find_scenario, load
from simulators.numbers import FIELDS
from simulators.population import Population, population, sample_size
from simulators.rules import violations

KEPAHIANG = load(find_scenario("kepahiang-2024"))
WHOLE = population(KEPAHIANG, 1)


def with_links(**changes: object) -> Scenario:
    return KEPAHIANG.model_copy(update={"links": KEPAHIANG.links.model_copy(update=changes)})


def row(people: Population, index: int) -> dict[str, object]:
    return {name: column[index].item() for name, column in people.columns().items()}


def test_the_regency_is_whole_and_every_tps_is_sound() -> None:
    assert len(WHOLE) == 526 == WHOLE.whole
    assert int(WHOLE.numbers["dpt_j"].sum()) == 126_615
    assert len(set(WHOLE.kecamatan.tolist())) == 8 and len(set(WHOLE.desa.tolist())) == 117
    for index in range(len(WHOLE)):
        assert violations(WHOLE.values(index)) == [], WHOLE.tps[index]
        tps = WHOLE.tps[index]
        assert len(tps) == 13 and tps.startswith(WHOLE.desa[index]) and tps.startswith(WHOLE.kecamatan[index])
        assert int(tps[-3:]) == WHOLE.number[index]


def test_same_seed_same_digest_other_seed_another() -> None:
    assert population(KEPAHIANG, 1).digest() == WHOLE.digest()
    assert population(KEPAHIANG, 2).digest() != WHOLE.digest()


def test_another_process_makes_the_same_population() -> None:
    program = (
        "from scenarios import *; from simulators.population import population; "
        "print(population(load(find_scenario('kepahiang-2024')), 1).digest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "99", "PYTHONPATH": str(Path(__file__).parents[2])}
    said = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
        check=True,
    )
    assert said.stdout.strip() == WHOLE.digest()


def test_the_digest_sees_every_column() -> None:
    for name, column in WHOLE.columns().items():
        other: Any = column.copy()
        other[7] = "x" if column.dtype.kind == "U" else not other[7] if column.dtype == bool else other[7] + 1
        change: dict[str, Any] = {name: other}
        if name in FIELDS:
            change = {"numbers": {**WHOLE.numbers, **change}}
        assert replace(WHOLE, **change).digest() != WHOLE.digest(), name


@settings(max_examples=40, deadline=None)
@given(scale=st.one_of(st.floats(0.001, 1.0), st.integers(2, 526).map(float)))
def test_a_sample_changes_nobody_and_lies_in_every_larger_one(scale: float) -> None:
    sample = population(KEPAHIANG, 1, scale)
    assert len(sample) == sample_size(scale, 526) and sample.whole == 526
    place = {code: index for index, code in enumerate(WHOLE.tps.tolist())}
    for index in range(0, len(sample), 7):
        assert row(sample, index) == row(WHOLE, place[str(sample.tps[index])])
    larger = population(KEPAHIANG, 1, min(526, len(sample) + 40))
    assert set(sample.tps.tolist()) <= set(larger.tps.tolist())
    assert sample.tps.tolist() == sorted(sample.tps.tolist())


@pytest.mark.parametrize("size", [3, 20, 53, 100, 263])
def test_a_sample_keeps_its_share_of_those_in_trouble(size: int) -> None:
    sample = population(KEPAHIANG, 1, size)
    assert sample.no_signal.any() and sample.intermittent.any()
    assert sample.no_signal.sum() == pytest.approx(max(1, size * 30 / 526), abs=1.1)
    assert sample.intermittent.sum() == pytest.approx(max(1, size * 38 / 526), abs=1.1)


@pytest.mark.parametrize(
    ("scale", "reason"),
    [
        (0, "must be more than 0"),
        (-1, "must be more than 0"),
        (float("nan"), "must be more than 0"),
        (float("inf"), "must be more than 0"),
        (527, "at most 526"),
        (1.5, "above 1 a whole number of TPS"),
    ],
)
def test_an_impossible_scale_says_what_would_be_right(scale: float, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        population(KEPAHIANG, 1, scale)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**63 - 1))
def test_reach_has_exactly_the_counts_of_the_scenario(seed: int) -> None:
    people = population(KEPAHIANG, seed)
    assert people.no_signal.sum() == 30 and people.intermittent.sum() == 38
    assert set(people.kecamatan[people.no_signal].tolist()) <= {"170807", "170808"}
    assert not set(people.kecamatan[people.intermittent].tolist()) & {"170807", "170808"}
    assert not (people.no_signal & people.intermittent).any()
    assert (people.link[people.no_signal] == "3g").all()
    assert ((people.travel_s > 0) == people.no_signal).all()
    own = people.link[~people.no_signal]
    assert [(own == name).sum() for name in ("vsat", "edge", "3g", "4g")] == [5, 12, 31, 448]
    assert ((people.power_cut_s > 0) | (people.power_cut_start_s == 0)).all()
    assert (people.power_cut_start_s <= KEPAHIANG.voting.count_median).all()


def test_journeys_and_power_cuts_follow_the_scenario() -> None:
    all_dark = with_links(no_signal_tps=526, no_signal_kecamatan=[], intermittent_tps=0)
    journeys = np.concatenate([population(all_dark, seed).travel_s for seed in range(10)])
    assert np.median(journeys) == pytest.approx(3_000.0, rel=0.05)
    assert np.log(journeys).std() == pytest.approx(0.5, rel=0.05)
    cuts = np.concatenate([population(KEPAHIANG, seed).power_cut_s for seed in range(40)])
    assert (cuts > 0).mean() == pytest.approx(0.027, abs=0.004)
    assert cuts[cuts > 0].mean() == pytest.approx(87 * 60, rel=0.12)


def test_too_many_tps_without_signal_are_refused() -> None:
    with pytest.raises(ValueError, match=r"no_signal_tps = 400.*list more kecamatan"):
        population(with_links(no_signal_tps=400), 1)
    with pytest.raises(ValueError, match="intermittent_tps = 500, but only 496 TPS"):
        population(with_links(intermittent_tps=500), 1)


def test_parquet_holds_every_column_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    WHOLE.to_parquet(tmp_path / "a.parquet")
    population(KEPAHIANG, 1).to_parquet(tmp_path / "b.parquet")
    first, second = (hashlib.sha256((tmp_path / name).read_bytes()) for name in ("a.parquet", "b.parquet"))
    assert first.hexdigest() == second.hexdigest()
    table = pq.read_table(tmp_path / "a.parquet")
    assert table.schema.metadata == {b"seed": b"1", b"region": b"17.08"}
    for name, column in WHOLE.columns().items():
        assert table[name].to_pylist() == column.tolist()
    assert {path.name for path in tmp_path.iterdir()} == {"a.parquet", "b.parquet"}


def test_nothing_half_written_remains_where_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_table: object, where: Path, **_options: object) -> None:
        where.write_bytes(b"PAR1")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(OSError, match="No space"):
        WHOLE.to_parquet(tmp_path / "population.parquet")
    assert list(tmp_path.iterdir()) == []
