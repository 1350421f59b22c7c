"""Sweeps: a point is the same wherever it is played, is played once, and its failure harms no other."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from gladi.failures import COULD_NOT, FAILED, PASSED, UNKNOWN, UsageError
from gladi.show import Show
from gladi.sweeping import sweep as sweeping
from gladi.sweeping.asked import Asked, asked_for
from gladi.sweeping.conditions import Condition, condition
from gladi.sweeping.halving import halve
from gladi.sweeping.hands import Hands
from gladi.sweeping.playing import Row, finished, play_point
from gladi.sweeping.points import Point, Range, grid, searched, seed_of, swept
from gladi.sweeping.series import Series
from gladi.sweeping.sweep import Wishes, play_sweep
from simulators.server import read_model, write_model
from tests.gladi.runs import TWO_POOLS, gladi

SMALL = (Path(__file__).parent / "nation-kecil.toml").resolve()
ENOUGH = Condition("complete_by", ">=", 0.9)


@pytest.fixture
def slow(tmp_path: Path) -> Asked:
    """Kepahiang before a server that takes half a minute for a page: one is not enough, many are."""
    model = read_model(TWO_POOLS)
    services = tuple(
        replace(one, mean_s=37.5) if one.kind == "submit_page" else one for one in model.services
    )
    write_model(replace(model, services=services), tmp_path / "slow.json")
    return asked_for(
        SMALL,
        ["server.refuse_after_s=55", "expect.by=2024-11-27T21:00:00"],
        None,
        [],
        tmp_path / "slow.json",
    )


def here(asked: Asked, points: Sequence[Point], folder: Path) -> Iterator[tuple[Point, Row]]:
    """Plays in this process, one after another."""
    for point in points:
        yield point, play_point(asked, point, str(folder))


def wishes(folder: Path, *sweep: str, replications: int = 1, until: str | None = None) -> Wishes:
    return Wishes(sweep, replications, until, None, 2, None, folder)


@pytest.mark.slow
def test_two_workers_play_what_one_process_plays_bit_for_bit(tmp_path: Path, slow: Asked) -> None:
    keys = ("server.servers=1,4", "persons.rest=5m,30m")
    whole = play_sweep(slow, wishes(tmp_path / "sweep", *keys), "id", Show(quiet=True))
    rows = whole.table["points"]
    assert [row["values"] for row in rows] == [
        {"server.servers": servers, "persons.rest": rest} for servers in (1, 4) for rest in ("5m", "30m")
    ]
    points = grid(swept(slow, keys, {}), 1, 7)
    for row, point in zip(rows, points, strict=True):
        alone = play_point(slow, point, str(tmp_path / "alone"))
        assert alone["digest"] == row["digest"]
        assert {k: alone[k] for k in ("complete_by", "requests")} == {
            k: row[k] for k in ("complete_by", "requests")
        }
    assert len({row["digest"] for row in rows}) == 4
    assert whole.code == PASSED
    assert "sedikitnya 4" in whole.table["answers"][0]
    table = pq.read_table(tmp_path / "sweep" / "points.parquet")
    assert table["complete_by"].to_pylist() == [row["complete_by"] for row in rows]
    page = whole.page.read_text()
    assert "sedikitnya 4" in page and "data:image/png" in page and page.count("<tr>") == 5

    assert gladi("report", tmp_path / "sweep", "--lang", "en").code == 0
    assert "at least 4" in whole.page.read_text()
    again = play_sweep(slow, wishes(tmp_path / "sweep", *keys), "en", Show(quiet=True))
    assert again.table["resumed"] == 4
    assert [row["digest"] for row in again.table["points"]] == [row["digest"] for row in rows]
    assert "at least 4" in again.table["answers"][0]


def test_the_workers_of_a_cluster_that_runs_elsewhere(tmp_path: Path, slow: Asked) -> None:
    from distributed import LocalCluster

    point = grid({"server.servers": [4]}, 1, 7)[0]
    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs="CRITICAL",
    ) as cluster:
        hands = Hands(cluster.scheduler_address, 0)
        assert hands.count == 1
        ((_, row),) = hands.play(slow, [point], tmp_path / "there")
        hands.close()
        assert cluster.workers, "a cluster that is not ours is left running"
    assert row["digest"] == play_point(slow, point, str(tmp_path / "here"))["digest"]


def test_replications_of_the_scenario_as_it_is(tmp_path: Path, slow: Asked) -> None:
    points = grid({}, 2, 7)
    assert [(point.values, point.replication) for point in points] == [((), 0), ((), 1)]
    rows = Series(slow.with_changes(["server.servers = 4"]), tmp_path, here, lambda row: None).play(points)
    assert rows[0]["digest"] != rows[1]["digest"]


def test_a_finished_point_is_not_played_again_and_a_changed_one_is(tmp_path: Path, slow: Asked) -> None:
    points = grid({"server.servers": [4]}, 2, 7)
    first = Series(slow, tmp_path, here, lambda row: None)
    rows = first.play(points)
    assert [row["replication"] for row in rows] == [0, 1] and rows[0]["digest"] != rows[1]["digest"]

    def nobody(asked: Asked, points: Sequence[Point], folder: Path) -> Iterator[tuple[Point, Row]]:
        raise AssertionError([point.name for point in points])
        yield

    again = Series(slow, tmp_path, nobody, lambda row: None)
    assert [row["digest"] for row in again.play(points)] == [row["digest"] for row in rows]
    assert again.resumed == 2
    kept = [path.name for path in (tmp_path / "points" / str(rows[0]["point"])).iterdir()]
    assert "outcome.json" in kept and "tps.parquet" not in kept
    other = slow.with_changes(["app.retries = 1"])
    assert finished(tmp_path, points[0].digest(other)) is None
    model = Path(slow.nation().server.model)
    model.write_text(model.read_text().replace("37.5", "37.0"))
    assert finished(tmp_path, points[0].digest(slow)) is None


def test_a_point_that_fails_says_why_and_loses_no_other(tmp_path: Path, slow: Asked) -> None:
    points = grid({"population.scale": [40, 99999, 60]}, 1, 7)
    rows = Series(slow, tmp_path, here, lambda row: None).play(points)
    assert [row["ended"] for row in rows] == ["complete", "failed", "complete"]
    assert "99999" in rows[1]["why"] and "305" in rows[1]["why"]
    assert finished(tmp_path, points[1].digest(slow)) is None


def test_ctrl_c_leaves_what_is_done_and_the_page_says_so(
    tmp_path: Path, slow: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Impatient:
        """Hands that play two points and are then told to stop."""

        count = 1

        def play(self, asked: Asked, points: Sequence[Point], folder: Path) -> Iterator[tuple[Point, Row]]:
            yield from here(asked, points[:2], folder)
            raise KeyboardInterrupt

        def close(self) -> None: ...

    monkeypatch.setattr(sweeping, "_hands", lambda *_: Impatient())
    got = play_sweep(slow, wishes(tmp_path / "s", "server.servers=4,5,6"), "id", Show(quiet=True))
    assert got.code == UNKNOWN
    assert len(got.table["points"]) == 2
    assert json.loads((tmp_path / "s" / "sweep.json").read_text())["ended"] == "interrupted"
    assert "Dihentikan" in got.page.read_text()
    monkeypatch.undo()
    asked = Series(slow, tmp_path / "s", here, lambda row: None)
    asked.play(grid({"server.servers": [4, 5, 6]}, 1, 7))
    assert asked.resumed == 2


def test_a_collapse_is_a_finished_point_that_meets_nothing(tmp_path: Path, slow: Asked) -> None:
    points = grid({"server.servers": [1]}, 1, 7)
    row = Series(slow, tmp_path, here, lambda row: None).play(points)[0]
    assert row["ended"] == "METASTABLE"
    assert not ENOUGH.met(row)
    assert finished(tmp_path, points[0].digest(slow)) is not None


def test_exit_codes_of_a_sweep() -> None:
    def rows(*enough: bool, ended: str = "complete") -> list[Row]:
        return [{"values": {"k": i // 2}, "enough": one, "ended": ended} for i, one in enumerate(enough)]

    assert sweeping._code(rows(True, True, False, True), "complete") == PASSED
    assert sweeping._code(rows(True, False, False, True), "complete") == FAILED
    assert sweeping._code(rows(True, True, ended="failed"), "complete") == COULD_NOT
    assert sweeping._code(rows(True, True), "interrupted") == UNKNOWN


def test_a_search_finds_the_fewest_servers_that_do(tmp_path: Path, slow: Asked) -> None:
    """Against trying them all."""
    series = Series(slow, tmp_path, here, lambda row: None)
    found = halve(Range("server.servers", tuple(range(1, 17))), ENOUGH, 1, 7, series.play)
    played = len(series.rows)
    every = series.play(grid({"server.servers": list(range(1, 9))}, 1, 7))
    fewest = min(row["values"]["server.servers"] for row in every if ENOUGH.met(row))
    assert fewest > 1
    assert (found[0].side, found[0].enough, found[0].not_enough) == ("above", fewest, fewest - 1)
    assert played <= 6


STEP = Condition("complete_by", ">=", 0.5)


def curve(points: Sequence[Point], bound: dict[int, float], falling: bool = False) -> list[Row]:
    """Rows of a made-up country in which a replication suffices from its own bound on."""
    rows = []
    for point in points:
        good = (float(point.values[0][1]) >= bound[point.replication]) != falling
        rows.append({"ended": "complete", "complete_by": 1.0 if good else 0.0})
    return rows


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("falling", [False, True])
def test_halving_finds_every_bound_and_looks_at_few_points(workers: int, falling: bool) -> None:
    for bound in range(2, 65):
        looked: list[Point] = []

        def play(points: Sequence[Point], bound: int = bound, looked: list[Point] = looked) -> list[Row]:
            looked += points
            return curve(points, {0: bound, 1: 33}, falling)

        first, second = halve(Range("k", tuple(range(1, 65))), STEP, 2, 7, play, workers)
        if falling:
            assert (first.side, first.enough, first.not_enough) == ("below", bound - 1, bound)
        else:
            assert (first.side, first.enough, first.not_enough) == ("above", bound, bound - 1)
        assert {first.not_enough, first.enough} == {bound - 1, bound}
        assert {second.not_enough, second.enough} == {32, 33}
        assert len(looked) <= (16 if workers < 5 else 40)


def test_ends_that_agree_are_not_searched() -> None:
    every = halve(Range("k", (1, 2, 3, 4)), STEP, 1, 7, lambda points: curve(points, {0: 0}))
    none = halve(Range("k", (1, 2, 3, 4)), STEP, 1, 7, lambda points: curve(points, {0: 9}))
    assert (every[0].side, every[0].enough) == ("all", 1)
    assert (none[0].side, none[0].enough, none[0].not_enough) == ("none", None, 4)


def test_ranges_of_numbers_fractions_and_durations() -> None:
    asked = Asked(str(SMALL))
    whole = searched(asked, ["server.servers=1..64"])
    assert whole is not None and whole.steps == tuple(range(1, 65))
    share = searched(asked, ["login.share=0.0..1.0"])
    assert share is not None and (share.steps[0], share.steps[32], share.steps[-1]) == (0.0, 0.5, 1.0)
    rest = searched(asked, ["persons.rest=1m..1h"])
    assert rest is not None and (rest.steps[0], rest.steps[-1]) == ("60s", "3600s")
    assert searched(asked, ["server.servers=1,2"]) is None


def test_the_scenarios_own_sweep_and_the_seeds_of_replications() -> None:
    asked = Asked(str(SMALL))
    keys = swept(asked, [""], asked.nation().sweep)
    points = grid(keys, 3, 7)
    assert len(points) == 12
    assert {point.seed for point in points} == {seed_of(7, r) for r in range(3)}
    assert seed_of(7, 0) == 7 and len({seed_of(7, r) for r in range(100)}) == 100
    assert all(0 <= seed_of(2**63 - 1, r) < 2**63 for r in range(100))
    assert len({point.digest(asked) for point in points}) == 12
    with pytest.raises(UsageError, match=r"no \[sweep\] table"):
        swept(asked, [""], {})


def test_conditions() -> None:
    row = {"ended": "complete", "complete_by": 0.95}
    assert condition("complete>=0.95").met(row) and condition("complete >= 95%").met(row)
    assert not condition("complete>0.95").met(row)
    assert not condition("complete>=0.1").met({**row, "ended": "METASTABLE"})
    assert not condition("activated>=0.1").met(row)
    for wrong in ("complete", "complete=0.9", "complete>=x", "nix>=0.9", "complete>=0..9"):
        with pytest.raises(UsageError, match=r"complete>=0\.95"):
            condition(wrong)


def test_help_teaches_a_sweep() -> None:
    told = gladi("simulate", "--help").out
    for words in (
        "--sweep",
        "--replications",
        "--until",
        "--dask",
        "1.2 GB",
        "server.servers=1..64",
        "METASTABLE",
    ):
        assert words in told
