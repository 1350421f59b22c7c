"""A roll comes back from its file as it was, or not at all."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simulators.country.roll import Roll, RollError


def roll(**changes: object) -> Roll:
    values: dict[str, object] = {
        "tps": np.array([1707012001001, 1708012001001, 1708012001002, 1708042002901]),
        "dpt": np.array([240, 250, 300, 0], np.int32),
        "names": {
            "17": "BENGKULU",
            "17.08": "KEPAHIANG",
            "170801": "Bermani Ilir",
            "1708012001": "Kota Agung é",
        },
        "source": "dpt.csv",
        "counts": {"dptb": np.array([0, 1, 0, 88], np.int32)},
        "origin": {"files": [{"name": "dpt.csv"}], "date": "2027-01-01"},
    }
    return Roll(**(values | changes))  # type: ignore[arg-type]


def test_a_roll_comes_back_as_it_was(tmp_path: Path) -> None:
    written = roll()
    written.to_parquet(tmp_path / "roll.parquet")
    read = Roll.from_parquet(tmp_path / "roll.parquet")
    assert np.array_equal(read.tps, written.tps) and read.tps.dtype == np.int64
    assert np.array_equal(read.dpt, written.dpt) and read.dpt.dtype == np.int32
    assert np.array_equal(read.counts["dptb"], written.counts["dptb"])
    assert (read.names, read.source, read.origin) == (written.names, written.source, written.origin)
    assert read.digest() == written.digest()
    assert [path.name for path in tmp_path.iterdir()] == ["roll.parquet"]


def test_a_roll_tells_which_regencies_it_covers_and_where() -> None:
    assert roll().regencies == ("17.07", "17.08")
    assert roll().tps[roll().of("17.08")].tolist() == [1708012001001, 1708012001002, 1708042002901]
    assert len(roll().tps[roll().of("17.09")]) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"tps": np.array([1708012001001, 1707012001001, 1708012001002, 1708042002901])},
        {"tps": np.array([1707012001001, 1707012001001, 1708012001002, 1708042002901])},
        {"dpt": np.array([240, 250, 300], np.int32)},
        {"counts": {"dpk": np.array([1], np.int32)}},
    ],
)
def test_columns_that_do_not_make_a_roll_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(RollError, match=r"dpt\.csv"):
        roll(**changes)


@pytest.mark.parametrize("name", ["dpt", "tps", "dptb", "desa", "regency"])
def test_a_roll_that_was_altered_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "roll.parquet"
    roll().to_parquet(path)
    table = pq.read_table(path)
    values = table[name].to_pylist()
    values[-1] = "Elsewhere" if isinstance(values[-1], str) else values[-1] + 1
    place = table.column_names.index(name)
    pq.write_table(table.set_column(place, name, pa.array(values)), path)
    with pytest.raises(RollError, match="altered"):
        Roll.from_parquet(path)


@pytest.mark.parametrize("change", ["drop", "text"])
def test_a_roll_whose_columns_are_gone_or_of_another_kind_is_refused(tmp_path: Path, change: str) -> None:
    path = tmp_path / "roll.parquet"
    roll().to_parquet(path)
    table = pq.read_table(path)
    place = table.column_names.index("dpt")
    words = pa.array(["many"] * len(table))
    pq.write_table(
        table.drop_columns(["dpt"]) if change == "drop" else table.set_column(place, "dpt", words), path
    )
    with pytest.raises(RollError, match="altered"):
        Roll.from_parquet(path)


def test_what_is_no_roll_is_refused_with_the_way_to_make_one(tmp_path: Path) -> None:
    other = tmp_path / "population.parquet"
    pq.write_table(pa.table({"tps": [1]}), other)
    words = tmp_path / "roll.csv"
    words.write_text("tps,dpt\n1,2\n")
    for path, why in (
        (other, "not a roll"),
        (words, "cannot be read"),
        (tmp_path / "none", "cannot be read"),
    ):
        with pytest.raises(RollError, match=rf"{path.name}.*{why}.*gladi population import"):
            Roll.from_parquet(path)


def test_a_roll_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "roll.parquet"
    roll().to_parquet(path)
    table = pq.read_table(path)
    meta = {
        key: text.replace(b'"version": 1', b'"version": 2') for key, text in table.schema.metadata.items()
    }
    assert meta != table.schema.metadata
    pq.write_table(table.replace_schema_metadata(meta), path)
    with pytest.raises(RollError, match="version 2"):
        Roll.from_parquet(path)
