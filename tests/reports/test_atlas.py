"""Who is missing, place by place: every TPS is counted once, and everyone unfinished can be found."""

import csv
from io import StringIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reports import RunDirectory
from reports.atlas import page
from reports.atlas.area import CLASSES, Area, Unfinished, class_of, gathered
from reports.atlas.of_run import atlas_of
from reports.words import Text
from tests.reports.invented import Rehearsal


def some_left(folder: Path) -> RunDirectory:
    """Of eight TPS five send all, one a single page, one sends what never arrives, one is silent."""
    rehearsal = Rehearsal(n_tps=8)
    for index in range(5):
        for sheet in (1, 2, 3):
            rehearsal.submit(rehearsal.tps(index), sheet)
    rehearsal.submit(rehearsal.tps(5), 2)
    rehearsal.write("submit_page", rehearsal.tps(6), 1, happened="unknown-not")
    return RunDirectory.open(rehearsal.save(folder))


def test_every_tps_is_counted_once_on_every_level(tmp_path: Path) -> None:
    run = some_left(tmp_path)
    whole = atlas_of(run)
    assert (whole.expected, whole.complete, whole.partial, whole.missing) == (8, 5, 1, 2)
    for digits in (2, 4, 6, 10):
        level = whole.at(digits)
        for name in ("expected", "complete", "partial", "missing", "open"):
            assert sum(getattr(one, name) for one in level) == getattr(whole, name), (digits, name)
    listed = [one for desa in whole.at(10) for one in desa.unfinished]
    assert len({one.code for one in listed}) == whole.open
    assert [one.name for one in whole.at(2)] == ["Bengkulu"]
    assert [one.name for one in whole.at(4)] == ["Kabupaten Kepahiang"]


def test_each_unfinished_tps_says_what_it_lacks_and_why(tmp_path: Path) -> None:
    run = some_left(tmp_path)
    told = {one.code: one for desa in atlas_of(run).at(10) for one in desa.unfinished}
    rehearsal = Rehearsal(n_tps=8)
    one_page, refused, silent = (told[rehearsal.tps(index)] for index in (5, 6, 7))
    assert (one_page.lacks.id, one_page.lacks.en) == ("hlm.\u00a01, 3", "p.\u00a01, 3")
    assert (one_page.why.en, one_page.empty) == ("never sent", False)
    assert (refused.lacks.en, refused.why.en, refused.empty) == ("all pages", "some of it never sent", True)
    assert (silent.lacks.id, silent.why.id, silent.empty) == ("semua halaman", "tidak pernah dikirim", True)


def test_who_photographs_after_the_end_is_not_said_to_have_sent_nothing(tmp_path: Path) -> None:
    run = some_left(tmp_path)
    end_s, tps = run.info.phases[-1].run_end_s, [Rehearsal(n_tps=8).tps(index) for index in (6, 7)]
    moments = {"tps": tps, "moment": ["capture"] * 2, "run_s": [end_s - 1.0, end_s + 1.0]}
    pq.write_table(pa.table(moments), run.path / "timetable.parquet")
    atlas_of.cache_clear()
    told = {one.code: one.why.en for desa in atlas_of(run).at(10) for one in desa.unfinished}
    assert [told[one] for one in tps] == [
        "some of it never sent",
        "to be photographed only after the run's end",
    ]


def test_the_list_beside_the_page_names_all_of_them(tmp_path: Path) -> None:
    whole = atlas_of(some_left(tmp_path))
    rows = list(csv.DictReader(StringIO(page.table_of_missing(whole, "en").decode())))
    assert {row["tps"] for row in rows} == {one.code for desa in whole.at(10) for one in desa.unfinished}
    assert {row["regency"] for row in rows} == {"Kabupaten Kepahiang"}
    assert all(row["why"] and row["lacks"] and row["desa"] for row in rows)


def many(kecamatan: int, each: int) -> Area:
    """A province with so many kecamatan in one regency, and in each so many TPS, none of which is in."""
    lacks, why = Text("semua halaman", "all pages"), Text("tidak pernah dikirim", "never sent")
    areas = []
    for number in range(kecamatan):
        code = f"1708{number:02d}"
        left = tuple(
            Unfinished(f"{code}2001{at:03d}", at, lacks, why, "4G", True) for at in range(1, each + 1)
        )
        desa = Area(f"{code}2001", "Satu", each, 0, 0, unfinished=left)
        areas.append(gathered([desa], code, f"Kecamatan {number}"))
    regency = gathered(areas, "1708", "Kabupaten Kepahiang")
    return gathered([gathered([regency], "17", "Bengkulu")], "", "Indonesia")


def test_what_a_page_lists_is_bounded_and_what_it_leaves_out_is_counted() -> None:
    told = page.told(many(60, 80), "en")
    assert [one["name"] for one in told["places"]] == [f"Kecamatan {number}" for number in range(60)]
    shown = sum(len(one["tps"]) for one in told["places"])
    assert shown == page.MOST_TPS
    assert shown + sum(one["more"] for one in told["places"]) == 60 * 80
    assert max(len(one["tps"]) for one in told["places"]) == page.MOST_TPS_OF_A_KECAMATAN
    assert len(told["printed"]) == page.MOST_PRINTED_TPS


def test_drilling_down_begins_where_there_is_a_choice() -> None:
    one_regency = many(3, 2)
    assert [len(one.code) for one in page.outermost(one_regency)] == [6, 6, 6]
    two = gathered([*one_regency.inner, Area("18", "Lampung", 5, 5, 0)], "", "Indonesia")
    assert [one.code for one in page.outermost(two)] == ["17", "18"]


def test_a_tile_for_every_province_and_a_colour_for_those_that_play() -> None:
    tiles = page.told(many(1, 1), "id")["tiles"]
    assert len(tiles) == 38
    assert [one["code"] for one in tiles if one["shade"]] == ["17"]
    assert next(one for one in tiles if one["code"] == "17")["alt"].startswith(
        "Bengkulu: 0 dari 1 TPS lengkap"
    )
    abroad = gathered([*many(1, 1).inner, Area("99", "Luar Negeri", 2, 2, 0)], "", "Indonesia")
    assert len(page.told(abroad, "id")["tiles"]) == 39


@pytest.mark.parametrize(
    ("share", "shade"), [(1.0, "c6"), (0.9999, "c5"), (0.95, "c4"), (0.5, "c1"), (0.0, "c1")]
)
def test_only_a_place_that_is_whole_has_the_colour_of_whole(share: float, shade: str) -> None:
    assert class_of(share) == shade
    assert CLASSES[0][0] == 1.0
