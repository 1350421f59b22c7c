"""From bytes to columns: both readers see the same, and every problem has its true physical line."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulators.country.importing.decoding import decode
from simulators.country.importing.problems import Found
from simulators.country.importing.splitting import Rows, careful, detected, header, quick


def told(found: Found) -> list[tuple[str, tuple[int, ...]]]:
    return [(one.kind, one.lines) for one in found.problems()]


def cells(rows: Rows) -> list[tuple[int, list[str]]]:
    columns = [column.to_pylist() for column in rows.columns]
    return [(line, list(row)) for line, *row in zip(rows.lines.tolist(), *columns, strict=True)]


def read(text: str, width: int, delimiter: str = ";") -> tuple[list[tuple[int, list[str]]], list[object]]:
    found = Found("dpt.csv")
    rows = careful(text, 2, width, delimiter, found)
    return cells(rows), told(found)


pieces = st.lists(
    st.sampled_from([*";;,", '"', '""', "\n", "\n", "\r\n", "\r", *" aé'", "17", "\x85", "\u2028", "\t"]),
    max_size=40,
)


@settings(max_examples=1_500, deadline=None)
@given(pieces, st.integers(1, 4))
@example(["a", ";", '"', "\n", '"', "\n", "a", ";", "a"], 2)
@example(['"', "a", '"', ";", '""', "\r\n", "17", ";", " "], 2)
def test_what_the_quick_reader_takes_the_careful_one_takes_too_and_alike(text: list[str], width: int) -> None:
    whole = "header\n" + "".join(text)
    rows = quick(whole, 2, width, ";")
    if rows is None:
        return
    found = Found("dpt.csv")
    slow = careful(whole, 2, width, ";", found)
    assert told(found) == []
    assert [one for one in cells(rows) if any(map(str.strip, one[1]))] == [
        one for one in cells(slow) if any(map(str.strip, one[1]))
    ]


cell = st.text(st.characters(codec="utf-8", exclude_characters='\0\r\n";'), max_size=8)
quoted = st.text(st.characters(codec="utf-8", exclude_characters='\0\r\n"'), max_size=8).map('"{}"'.format)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(cell | quoted, min_size=3, max_size=3), min_size=1, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_table_that_is_plainly_whole_goes_the_quick_way(rows: list[list[str]], end: str) -> None:
    rows = [["1", *row] for row in rows]
    text = "a;b;c;d" + end + end.join(";".join(row) for row in rows) + end
    assert quick(text, 2, 4, ";") is not None


def test_lines_are_physical_ones_after_a_quoted_newline() -> None:
    rows, problems = read('a;b\n1;"two\nlines"\n2;x\n\n3;y;z\n', 2)
    assert rows == [(2, ["1", "two\nlines"]), (4, ["2", "x"])]
    assert problems == [("fields", (6,))]


def test_a_quote_left_open_costs_its_own_line_alone() -> None:
    rows, problems = read('a;b\n1;"open\n2;x\n3;"also\n4;"closed"\n5;y\n', 2)
    assert [line for line, _ in rows] == [3, 5, 6]
    assert problems == [("quote", (2, 4))]


def test_a_quote_that_is_closed_far_below_is_one_left_open() -> None:
    body = "".join(f"{number};x\n" for number in range(20))
    rows, problems = read(f'a;b\n1;"open\n{body}2;y"\n', 2)
    assert len(rows) == 21 and problems == [("quote", (2,))]


def test_text_after_a_closing_quote_is_told() -> None:
    rows, problems = read('a;b\n1;"x"y\n2;x\n', 2)
    assert [line for line, _ in rows] == [3] and problems == [("quote", (2,))]


def test_many_open_quotes_do_not_take_for_ever() -> None:
    rows, problems = read("a;b\n" + '1;"open\n' * 20_001 + '2;"x"\n', 2)
    assert rows == [(20_003, ["2", "x"])]
    assert problems == [("quote", tuple(range(2, 20_003)))]


def test_another_delimiter_and_another_number_of_fields_are_told_apart() -> None:
    rows, problems = read("a;b;c\n1;2;3\n1,2,3\n1;2\n1;2;3;\n1;2;3;4\n1\t2\t3\n", 3)
    assert [line for line, _ in rows] == [2, 5]
    assert problems == [("delimiter", (3,)), ("fields", (4,)), ("fields", (6,)), ("delimiter", (7,))]


def test_the_header_may_span_lines_and_the_delimiter_is_found() -> None:
    text = 'Title, with a comma\n"KODE\nWILAYAH";TPS;"L ""+"" P"\n1;2;3\n'
    assert detected(text, 2) == ";"
    assert header(text, 2, ";") == (["KODE\nWILAYAH", "TPS", 'L "+" P'], 4)
    assert header(text, 9, ";") is None


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("Désa".encode(), "utf-8"),
        (b"\xef\xbb\xbf" + "Désa".encode(), "utf-8"),
        ("Désa".encode("cp1252"), "cp1252"),
        ("D\x81\xe9sa".encode("latin-1"), "latin-1"),
        ("Désa".encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + "Désa".encode("utf-16-be"), "utf-16"),
    ],
)
def test_encodings_are_found_out(content: bytes, encoding: str) -> None:
    found = Found("dpt.csv")
    text, name = decode(content, "auto", found)
    assert (text.replace("\x81", ""), name, told(found)) == ("Désa", encoding, [])


def test_the_lines_in_another_encoding_are_named_those_that_are_fewer() -> None:
    found = Found("dpt.csv")
    mostly_utf8 = "a\ré\r\né\n".encode() + b"Desa S\xe9\n" + "é".encode()
    text, _ = decode(mostly_utf8, "auto", found)
    assert text == "a\ré\r\né\nDesa Sé\né" and told(found) == [("encoding", (4,))]
    found = Found("dpt.csv")
    decode(b"\xe9\n\xe8\n" + "é\n".encode(), "auto", found)
    assert told(found) == [("encoding", (3,))]
    found = Found("dpt.csv")
    decode(b"\xef\xbb\xbfa\n\xe9\n\xe8\n", "auto", found)
    assert told(found) == [("encoding", (2,)), ("encoding", (3,))]


def test_what_is_not_in_the_encoding_that_was_asked_for_is_named() -> None:
    for wanted, content in (("utf-8", b"a\nb\xe9"), ("cp1252", b"a\nb\x81")):
        found = Found("dpt.csv")
        decode(content, wanted, found)
        assert told(found) == [("encoding", (2,))]


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"", "file", "empty"),
        (b"\xef\xbb\xbf \r\n\n", "file", "empty"),
        (b"\0\0\0", "file", "empty"),
        (b"PK\x03\x04\0\0", "file", "xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1", "file", "xls"),
        ("a;b\n1;2\n".encode("utf-16-le"), "nul", "utf-16"),
        (b"a;b\n1;\0" + b"2;3\n" * 9, "nul", "NUL byte"),
        (b"\xff\xfea\0;", "encoding", "UTF-16"),
    ],
)
def test_what_is_no_text_is_told_as_what_it_is(content: bytes, kind: str, words: str) -> None:
    found = Found("dpt.csv")
    decode(content, "auto", found)
    (problem,) = found.problems()
    assert problem.kind == kind and words in problem.message
