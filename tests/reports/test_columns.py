"""Columns: text becomes numbers that are equal where the text is, whatever the file looks like inside."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.columns import Columns
from reports.fingerprints import of_strings, of_text
from reports.joins import first_of_each, look_up, numbered, pair, repeats

TEXTS = st.lists(st.one_of(st.sampled_from(["", "a", "b"]), st.text(max_size=40)), max_size=60)
CODES = st.lists(st.integers(-1, 8), max_size=40).map(lambda values: np.array(values, np.int64))
LAW = settings(deadline=None)  # the first call loads the compiled kernels
SCHEMA = pa.schema([("name", pa.string())])


@LAW
@given(TEXTS)
def test_fingerprints_are_equal_where_the_text_is(texts: list[str]) -> None:
    values = of_strings(pa.array(texts, pa.string()))
    assert [value == -1 for value in values.tolist()] == [text == "" for text in texts]
    assert len(set(values.tolist())) == len(set(texts))
    assert [of_text(text) for text in texts] == values.tolist()


@LAW
@given(TEXTS, st.integers(0, 5))
def test_every_coding_of_strings_has_the_same_fingerprints(texts: list[str], skipped: int) -> None:
    plain = pa.array([*texts, None], pa.string())
    expected = [of_text(text) for text in [*texts, ""]]
    large = plain.cast(pa.large_string())
    for column in (
        plain,
        large,
        plain.dictionary_encode(),
        pa.chunked_array([plain.slice(0, 2), plain.slice(2)]),
    ):
        assert of_strings(column).tolist() == expected
    assert of_strings(plain.slice(skipped)).tolist() == expected[skipped:]


@settings(LAW, max_examples=30)
@given(texts=TEXTS, group=st.integers(1, 9))
def test_a_column_is_the_same_however_its_rows_are_grouped(
    texts: list[str], group: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("columns") / "one.parquet"
    pq.write_table(pa.table({"name": pa.array(texts, pa.string())}), path, row_group_size=group)
    columns = Columns(path, SCHEMA)
    assert [columns.text("name", row) for row in range(len(texts))] == texts
    words = columns.words("name")
    assert [words.known[number] for number in words.number.tolist()] == texts
    assert columns.is_in("name", "a", "b").tolist() == [text in {"a", "b"} for text in texts]
    assert columns.codes("name").tolist() == [of_text(text) for text in texts]
    assert columns.is_in("name", "a", "b").tolist() == [text in {"a", "b"} for text in texts]


@LAW
@given(CODES, CODES, st.data())
def test_joins_do_what_a_dictionary_does(
    needles: np.ndarray, haystack: np.ndarray, data: st.DataObject
) -> None:
    among = np.array(data.draw(st.lists(st.booleans(), min_size=len(haystack), max_size=len(haystack))), bool)
    for mask in (None, among):
        first: dict[int, int] = {}
        for row, value in enumerate(haystack.tolist()):
            if value >= 0 and (mask is None or mask[row]):
                first.setdefault(value, row)
        assert look_up(needles, haystack, mask).tolist() == [first.get(one, -1) for one in needles.tolist()]
    values = haystack.tolist()
    again = [value >= 0 and value in values[:row] for row, value in enumerate(values)]
    assert repeats(haystack).tolist() == again
    assert first_of_each(haystack).tolist() == [
        row for row, value in enumerate(values) if value >= 0 and not again[row]
    ]


@LAW
@given(CODES, CODES)
def test_numbers_without_gaps_in_order_of_appearance(first: np.ndarray, second: np.ndarray) -> None:
    known: dict[int, int] = {-1: -1}
    expected = [known.setdefault(value, len(known) - 1) for value in [*first.tolist(), *second.tolist()]]
    assert np.concatenate(numbered(first, second)).tolist() == expected


@LAW
@given(st.lists(st.tuples(st.integers(-1, 2**62), st.integers(-1, 2**62)), max_size=50))
def test_a_pair_is_one_number(pairs: list[tuple[int, int]]) -> None:
    first, second = np.array(pairs, np.int64).reshape(-1, 2).T
    out = pair(first, second).tolist()
    assert [one == -1 for one in out] == [-1 in both for both in pairs]
    whole = {both for both in pairs if -1 not in both}
    assert len({one for one in out if one >= 0}) == len(whole)
