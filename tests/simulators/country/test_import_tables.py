"""Tables become a roll, or a list of all that is wrong with them: every kind at once, none by halves."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.country.importing import sheet as sheets
from simulators.country.importing.mapping import mapping_of
from simulators.country.importing.problems import Problem, told
from simulators.country.importing.tables import Outcome, Table, import_tables

ALL = """
[columns]
desa_code = "KODE"
desa = "DESA"
tps = "TPS"
men = "L"
women = "P"
dpt = "JML"
[constants]
regency_code = "17.08"
"""
HEADER = "KODE;DESA;TPS;L;P;JML\n"

DIRTY = (
    HEADER.encode() + b"1708012001;Kota Agung;1;120;130;250\n"  # 2
    b"1708012001;Kota Agung;1;120;130;250\n"  # 3 duplicate
    b'17.08.01.2002;"Mua\nra";1;10;10;20\n'  # 4, 5 a quoted newline
    b"1708012002;Muara;2;-5;10;5\n"  # 6 count
    b"1708012002;Muara;3;0;0;0\n"  # 7 count
    b"1799012002;X;1;1;1;2\n"  # 8 region
    b"JUMLAH;;;1.000;1.200;2.200\n"  # 9 totals
    b"1708012003;Y;1;100;100;201\n"  # 10 sum
    b'1708012003;"Y;2;100;100;201\n'  # 11 quote
    b"1708012003,Y,3,100,100,200\n"  # 12 delimiter
    b"1708012003;Y;4;100;100\n"  # 13 fields
    b"1708012003;S\xe9;5;100;abc;200\n"  # 14 encoding, count, name
    b"1708012003;Y\xc3\xa9;6;100;100;200\n"  # 15 name
    b"1708012003;Y\xc3\xa9;7;100.0;100;200,00\n"  # 16
    b"1708012003;Y;8\0;100;100;200\n"  # 17 nul
    b"1708012003;Y;12;300;900;1.200\n"  # 18 gap, count
    b"1708012003;Y;13;160;161;321\n"  # 19 voters
    b";;;;;\n"  # 20
    b"1708012003;Y;901;0;0;0\n"  # 21 voters
    b"1708012003;Y;903;1;1;2\n"  # 22 gap
    b"1,70801E+09;Y;14;10;10;20\n"  # 23 code
    b"1708012003;Y;00;10;10;20\n"  # 24 number
    b"1707012003;Y;1;10;10;20"  # 25 nesting
)
EXPECTED = [
    ("encoding", True, 14), ("nul", True, 17), ("quote", True, 11), ("delimiter", True, 12),
    ("fields", True, 13), ("totals", True, 9), ("code", True, 23), ("region", True, 8),
    ("nesting", True, 25), ("number", True, 24), ("count", True, 6), ("count", True, 7), ("count", True, 14),
    ("count", True, 18), ("sum", True, 10),
    ("duplicate", True, 3), ("voters", False, 19), ("voters", False, 21),
    ("gap", False, 18), ("gap", False, 22), ("name", False, 14), ("name", False, 15), ("coverage", False, 2),
]  # fmt: skip


def imported(*tables: tuple[str, str | bytes], mapping: str = ALL) -> Outcome:
    contents = [
        Table(name, content.encode() if isinstance(content, str) else content) for name, content in tables
    ]
    return import_tables(contents, mapping_of(mapping, "map.toml"), mapping, "2027-01-01")


def places(outcome: Outcome, *, error: bool | None = None) -> list[tuple[str, tuple[int, ...]]]:
    return [
        (one.kind, one.lines)
        for one in outcome.problems
        if one.kind != "coverage" and error in {None, one.error}
    ]


def only(outcome: Outcome, kind: str) -> Problem:
    (found,) = (one for one in outcome.problems if one.kind == kind)
    return found


def test_every_kind_of_problem_in_one_file_is_told_at_once_with_its_line() -> None:
    outcome = imported(("dpt.csv", DIRTY))
    assert outcome.roll is None
    assert [(one.kind, one.error, one.lines[0]) for one in outcome.problems] == EXPECTED
    assert only(outcome, "duplicate").message == "TPS 1708012001001 stands also at dpt.csv:2"


def test_problems_of_all_files_are_told_at_once() -> None:
    outcome = imported(
        ("a.csv", DIRTY), ("b.csv", HEADER.replace("JML", "JUMLAH")), ("c.csv", b""), ("d.csv", HEADER),
        ("e.csv", HEADER + "1708012001;Kota Agung;2;1;1;2\n1708012001;Kota Agung;1;1;1;2\n"),
    )  # fmt: skip
    kinds = Counter(one.file for one in outcome.problems)
    assert kinds == {"a.csv": len(EXPECTED), "b.csv": 1, "c.csv": 1, "d.csv": 1, "e.csv": 1}
    assert Problem("e.csv", (3,), "duplicate", "TPS 1708012001001 stands also at a.csv:2") in outcome.problems


def test_a_table_that_cannot_be_read_is_told_beside_the_others() -> None:
    tables = [Table("gone.csv", None, "cannot be read: No such file"), Table("dpt.csv", DIRTY)]
    outcome = import_tables(tables, mapping_of(ALL, "map.toml"), ALL, "")
    assert outcome.roll is None and len(outcome.problems) == len(EXPECTED) + 1
    assert str(outcome.problems[0]) == "gone.csv: cannot be read: No such file"


def test_a_table_given_twice_is_told_once_and_not_row_by_row() -> None:
    rows = HEADER + "1708012001;Kota Agung;1;1;1;2\n"
    outcome = imported(("a.csv", rows), ("b.csv", rows), ("a.csv", rows), ("c.csv", b""), ("d.csv", b""))
    assert [(one.file, one.message) for one in outcome.problems if one.error] == [
        ("a.csv", "holds the same as a.csv; give it once"),
        ("b.csv", "holds the same as a.csv; give it once"),
        ("c.csv", "is empty"), ("d.csv", "is empty"),
    ]  # fmt: skip


def test_a_wrong_header_does_not_hide_broken_rows() -> None:
    outcome = imported(("dpt.csv", "KODE;DESSA;TPS;L;P;JML\n1;2;3;4;5\n"))
    assert places(outcome) == [("header", (1,)), ("fields", (2,))]


LINES = [line + b"\n" for line in DIRTY.split(b"\n")[1:]]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=8), st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_the_verdict_does_not_depend_on_the_reader(lines: list[bytes], end: bytes) -> None:
    content = b"".join([HEADER.encode(), *lines]).replace(b"\n", end)
    at_ease = imported(("dpt.csv", content))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets, "quick", lambda *_: None)
        carefully = imported(("dpt.csv", content))
    assert at_ease.problems == carefully.problems
    assert (at_ease.roll is None) == (carefully.roll is None) == bool(at_ease.errors)
    if at_ease.roll is not None and carefully.roll is not None:
        assert at_ease.roll.digest() == carefully.roll.digest()
        assert at_ease.notes[0].startswith(f"dpt.csv: {len(at_ease.roll)} row")


def test_the_import_goes_the_quick_way_where_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the careful reader was asked")

    monkeypatch.setattr(sheets, "careful", never)
    assert imported(("dpt.csv", HEADER + "1708012001;Kota Agung;1;1;1;2\n")).roll is not None


def test_warnings_do_not_stop_the_import() -> None:
    outcome = imported(("dpt.csv", HEADER + "1708012001;A;2;160;161;321\n1708012001;B;3;1;1;2\n"))
    assert outcome.roll is not None
    assert places(outcome) == [("voters", (2,)), ("gap", (2,)), ("name", (3,))]
    assert outcome.roll.names["1708012001"] == "A"


def test_limits_are_those_of_the_election() -> None:
    rows = HEADER + "1708012001;A;1;160;161;321\n1708012001;A;2;300;301;601\n1708012001;A;3;500;501;1001\n"
    assert places(imported(("dpt.csv", rows))) == [("count", (4,)), ("voters", (2,)), ("voters", (3,))]
    pilkada = imported(("dpt.csv", rows), mapping='election = "pilkada-2024"\n' + ALL)
    assert places(pilkada) == [("count", (4,)), ("voters", (3,))]


def test_a_gap_is_no_news_where_a_row_could_not_be_used() -> None:
    rows = ["1708012001;A;1;1;1;2", "1708012001;A;2;1;1", "1708012001;A;3;1;1;2", "1708012001;A;5;1;1;2"]
    outcome = imported(("dpt.csv", HEADER + "\n".join(rows)))
    assert places(outcome) == [("fields", (3,)), ("gap", (5,))]
    assert "no TPS 004" in only(outcome, "gap").message


def test_special_locations_have_numbers_of_their_own() -> None:
    rows = [f"1708012001;A;{number};1;1;2" for number in (1, 2, 901, 902)]
    assert places(imported(("dpt.csv", HEADER + "\n".join(rows)))) == []


def test_rows_of_totals_are_left_out_if_the_mapping_says_so() -> None:
    rows = HEADER + "1708012001;A;1;1;1;2\nJumlah Desa;;;1;1;2\n;TOTAL :;;1;1;2\n;;;;;\n"
    assert places(imported(("dpt.csv", rows))) == [("totals", (3,)), ("totals", (4,))]
    outcome = imported(("dpt.csv", rows), mapping='[file]\nskip_rows_with = ["jumlah", "total"]\n' + ALL)
    assert outcome.roll is not None and places(outcome) == []
    assert outcome.notes == ["dpt.csv: 1 row, 3 left out (totals or blank); utf-8, delimiter ;"]


@pytest.mark.parametrize("word", ["SUB TOTAL", "a+b*", "Σ", "x|y", "[1]"])
def test_words_of_rows_to_leave_out_are_taken_as_they_stand(word: str) -> None:
    rows = HEADER + f"1708012001;A;1;1;1;2\n{word};;;1;1;2\nother;;;1;1;2\n"
    outcome = imported(("dpt.csv", rows), mapping=f'[file]\nskip_rows_with = ["{word}"]\n' + ALL)
    assert {lines for _, lines in places(outcome)} == {(4,)}


def test_files_put_together_show_their_headers_and_marks_of_encoding() -> None:
    one = "\ufeff" + HEADER + "1708012001;A;1;1;1;2\n"
    outcome = imported(("dpt.csv", one + one.replace(";1;1;1;2", ";2;1;1;2")))
    assert places(outcome) == [("header", (3,))]
    marked = imported(("dpt.csv", HEADER + "1708012001;A;1;1;1;2\n\ufeff1708012001\u00a0;A;2; 1;1;2\n"))
    assert marked.roll is not None and places(marked) == []


def test_a_desa_whose_name_begins_like_a_total_is_none() -> None:
    assert places(imported(("dpt.csv", HEADER + "1708012001;Totallang;1;1;1;2\n"))) == []


def test_columns_are_told_by_place_and_two_of_one_name_are_asked_about() -> None:
    twice = "KODE;DESA;TPS;L;P;L;P\n1708012001;A;1;9;9;1;2\n"
    mapping = ALL.replace('dpt = "JML"\n', "")
    outcome = imported(("dpt.csv", twice), mapping=mapping)
    assert [one.message for one in outcome.problems] == [
        'the column "L" (men) stands there 2 times: say "#4" or "#6"',
        'the column "P" (women) stands there 2 times: say "#5" or "#7"',
    ]
    by_place = mapping.replace('"L"', '"#6"').replace('"P"', '"#7"')
    roll = imported(("dpt.csv", twice), mapping=by_place).roll
    assert roll is not None and roll.dpt.tolist() == [3]


def test_tables_without_a_header_are_read_by_place() -> None:
    mapping = '[file]\nheader_row = 0\n[columns]\ntps_code = "#1"\ndpt = "#2"\n'
    roll = imported(("dpt.csv", "1708012001002,20\n17.08.01.2001.1,10\n"), mapping=mapping).roll
    assert roll is not None and dict(zip(roll.tps.tolist(), roll.dpt.tolist(), strict=True)) == {
        1708012001001: 10, 1708012001002: 20,
    }  # fmt: skip


def test_no_row_is_lost_without_a_word() -> None:
    mapping = '[columns]\ntps_code = "KODE"\ndpt = "DPT"\n'
    for code, kind in (
        ("1708012001000", "code"),
        ("1708010000001", "region"),
        ("", "code"),
        ("0" * 13, "code"),
    ):
        outcome = imported(("dpt.csv", f"KODE,DPT\n1708012001001,9\n{code},9\n"), mapping=mapping)
        assert outcome.roll is None and places(outcome) == [(kind, (3,))]


def test_men_alone_are_not_more_than_the_dpt() -> None:
    mapping = ALL.replace('women = "P"\n', "")
    outcome = imported(("dpt.csv", HEADER + "1708012001;A;1;3;0;2\n1708012001;A;2;2;9;2\n"), mapping=mapping)
    assert places(outcome) == [("sum", (2,))]


def test_a_missing_column_names_near_ones_and_one_column_asks_about_the_delimiter() -> None:
    outcome = imported(("dpt.csv", "KODE;DESSA;TPS;L;P;JML\n"), ("x.csv", "KODE:DESA:TPS\n1:2:3\n"))
    assert 'did you mean "DESSA"' in outcome.problems[0].message
    assert "delimiter" in outcome.problems[1].message


BY_NAME = (
    '[columns]\nregency = "KAB"\nkecamatan = "KEC"\ndesa = "DESA"\ntps = "TPS"\ndpt = "DPT"\ndptb = "DPTB"\n'
)


def test_desa_given_by_name_get_their_real_codes_where_those_are_on_file() -> None:
    header, one = "KAB,KEC,DESA,TPS,DPT,DPTB\n", "KEPAHIANG,BERMANI ILIR,Keban  Agung,1,241,\n"
    other = "Kab. Kepahiang,Bermani-Ilir,KOTA AGUNG,1,9,-\n"
    roll = imported(("dpt.csv", header + one + other), mapping=BY_NAME).roll
    assert roll is not None
    assert roll.tps.tolist() == [1708011007001, 1708012001001]
    assert roll.counts["dptb"].tolist() == [0, 0]
    assert roll.names["170801"] == "BERMANI ILIR" and roll.names["1708012001"] == "KOTA AGUNG"


def test_desa_given_by_name_are_numbered_as_they_appear_elsewhere() -> None:
    one = "KAB,KEC,DESA,TPS,DPT,DPTB\nLEBONG,Utara,B,1,241,1\nLEBONG,Utara,A,1,9,2\nLEBONG,Selatan,A,1,8,3\n"
    other = "KAB,KEC,DESA,TPS,DPT,DPTB\nLEBONG,UTARA,a,2,7,4\nKOTA BENGKULU,Utara,A,1,5,5\n"
    roll = imported(("a.csv", one), ("b.csv", other), mapping=BY_NAME).roll
    assert roll is not None
    assert dict(zip(roll.tps.tolist(), roll.dpt.tolist(), strict=True)) == {
        1707012001001: 241, 1707012002001: 9, 1707012002002: 7, 1707022001001: 8, 1771012001001: 5,
    }  # fmt: skip


def test_more_desa_than_there_are_codes_are_refused() -> None:
    rows = "".join(f"LEBONG,Utara,Desa {number},1,9,0\n" for number in range(1_000))
    outcome = imported(("dpt.csv", "KAB,KEC,DESA,TPS,DPT,DPTB\n" + rows), mapping=BY_NAME)
    assert outcome.roll is None and "17.07" in only(outcome, "region").message


def test_constants_may_differ_from_file_to_file() -> None:
    mapping = ALL + '[files."*lebong*"]\nregency_code = "17.07"\n'
    outcome = imported(
        ("kepahiang.csv", HEADER + "1708012001;A;1;1;1;2\n"),
        ("lebong.csv", HEADER + "1707012001;A;1;1;1;2\n"),
        mapping=mapping,
    )
    assert outcome.roll is not None and outcome.roll.regencies == ("17.07", "17.08")


def test_the_origin_of_a_roll_tells_files_mapping_and_date() -> None:
    roll = imported(("in/dpt.csv", HEADER + "1708012001;A;1;1;1;2\n")).roll
    assert roll is not None
    assert roll.origin["date"] == "2027-01-01" and roll.origin["mapping"] == ALL
    (file,) = roll.origin["files"]
    assert (file["name"], file["rows"], len(file["sha256"])) == ("in/dpt.csv", 1, 64)


def test_one_message_at_many_lines_is_one_problem_and_long_lists_are_capped() -> None:
    rows = "".join(f"1799012001;A;{number};1;1;2\n" for number in range(1, 100))
    outcome = imported(("dpt.csv", HEADER + rows))
    assert only(outcome, "region").lines == tuple(range(2, 101))
    assert str(only(outcome, "region")).endswith("(also lines 3, 4, 5 and 95 more)")
    rows = "".join(f"1708012001;A;{number};1;1;{number + 2}\n" for number in range(1, 100))
    problems = imported(("dpt.csv", HEADER + rows)).problems
    assert len(list(told(problems, None))) == 99 + 1 + 2
    short = list(told(problems, 20))
    assert len(short) == 20 + 2 + 2 and "79 more of this kind" in short[21]


codes = st.builds(
    lambda kecamatan, kind, desa, number: (
        int(f"1708{kecamatan:02d}{kind}{desa:03d}{number:03d}")
    ),
    st.integers(1, 99), st.integers(1, 3), st.integers(1, 999), st.integers(1, 999),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(codes, st.tuples(st.integers(0, 499), st.integers(1, 501)), min_size=1, max_size=30),
    st.sampled_from(";,\t|"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    st.sampled_from(["{}", '"{}"']),
    st.sampled_from(["{:010d}", "17.08.{0[0]}.{0[1]}"]),
    st.sampled_from(["{}", "{}.0", "TPS {:03d}"]),
)
def test_a_roll_comes_back_from_a_table_in_any_dialect(
    roll: dict[int, tuple[int, int]],
    delimiter: str,
    end: str,
    encoding: str,
    quoted: str,
    code: str,
    number: str,
) -> None:
    lines = [["KODE", "DESA", "TPS", "L", "P", "JML"]]
    for tps, (men, women) in roll.items():
        desa, parts = tps // 1_000, (f"{tps // 10**7 % 100:02d}", f"{tps // 1_000 % 10_000:04d}")
        written = code.format(desa if code.startswith("{:") else parts)
        lines.append([written, "Désa", number.format(tps % 1_000), str(men), f"{women}.0", f"{men + women}"])
    text = end.join(delimiter.join(quoted.format(cell) for cell in line) for line in lines) + end
    outcome = imported(("dpt.csv", text.encode(encoding)))
    assert outcome.roll is not None, outcome.problems
    assert outcome.roll.tps.tolist() == sorted(roll)
    assert outcome.roll.dpt.tolist() == [sum(roll[tps]) for tps in sorted(roll)]
    assert np.array_equal(outcome.roll.dpt, outcome.roll.counts["men"] + outcome.roll.counts["women"])
