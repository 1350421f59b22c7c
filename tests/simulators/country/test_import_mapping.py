"""A mapping is strict: what is wrong with it is told at once, with what would be right."""

from importlib.resources import files
from pathlib import Path

import pytest

from simulators.country.importing.guessing import guessed
from simulators.country.importing.mapping import MappingError, load_mapping, mapping_of
from simulators.country.importing.tables import Table, import_tables

GOOD = '[columns]\ndesa_code = "KODE"\ntps = "TPS"\ndpt = "DPT"\n'
EXAMPLE = Path(str(files("scenarios"))) / "data" / "impor-contoh.toml"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD + 'dpz = "X"\n', r'unknown key columns\.dpz; did you mean "dpt"'),
        ("[flie]\n" + GOOD, r'unknown key flie; did you mean "file"'),
        ('[file]\ndelimeter = ";"\n' + GOOD, r'file\.delimeter; did you mean "delimiter"'),
        ('[files."a*.csv"]\nregency_cod = "1708"\n' + GOOD, r'did you mean "regency_code"'),
        ('[file]\ndelimiter = ":"\n' + GOOD, r"file\.delimiter = ':'"),
        ('[file]\nheader_row = "1"\n' + GOOD, r"file\.header_row = '1'"),
        ("[file]\nheader_row = 3\ndata_row = 2\n" + GOOD, "data_row = 2 must come after header_row = 3"),
        ('election = "pilpres"\n' + GOOD, "election = 'pilpres'"),
        ("election = 1\n", "missing key columns"),
        ("[columns]\n", "which one holds the desa.*\n.*number of the TPS.*\n.*holds the voters"),
        ('[columns]\ndesa = "D"\ntps = "T"\nmen = "L"\n', r"(?s)holds the voters.*does not say where"),
        (GOOD + '[constants]\ndesa_code = "1708012001"\n', "desa_code is given both"),
        (GOOD + '[files."a.csv"]\ndesa_code = "1708012001"\n', "desa_code is given both"),
        ("[columns\n", "not valid TOML"),
        (GOOD.replace('"TPS"', '""'), r"columns\.tps = ''"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_why(text: str, words: str) -> None:
    with pytest.raises(MappingError, match=words) as error:
        mapping_of(text, "map.toml")
    assert all(line.startswith("map.toml: ") for line in str(error.value).splitlines())


def test_a_mapping_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"none\.toml: cannot be read"):
        load_mapping(tmp_path / "none.toml")


def test_constants_of_a_file_go_before_those_of_all() -> None:
    mapping = mapping_of(
        GOOD + '[constants]\nregency_code = "17.08"\n[files."*1709*.csv"]\nregency_code = "17.09"\n',
        "map.toml",
    )
    assert mapping.constants_of("dpt-1708.csv") == {"regency_code": "17.08"}
    assert mapping.constants_of("dpt-1709-a.csv") == {"regency_code": "17.09"}


def test_the_example_is_imported_with_the_mapping_that_stands_beside_it() -> None:
    mapping, text = load_mapping(EXAMPLE)
    outcome = import_tables([Table.read(EXAMPLE.with_suffix(".csv"))], mapping, text, "2027-01-01")
    assert outcome.roll is not None
    assert outcome.roll.tps.tolist() == [1708011007001, 1708011007002, 1708012001001, 1708012001002]
    assert outcome.roll.dpt.tolist() == [241, 259, 198, 181]
    assert [one.kind for one in outcome.problems] == ["coverage"]


def test_the_proposal_for_the_example_needs_its_regency_alone() -> None:
    table = Table.read(EXAMPLE.with_suffix(".csv"))
    proposed = mapping_of(guessed(table) + '[constants]\nregency_code = "17.08"\n', "proposed.toml")
    mapping, _ = load_mapping(EXAMPLE)
    assert proposed.columns == mapping.columns
    assert (proposed.file.header_row, proposed.file.data_row) == (3, 5)
    ours, theirs = (import_tables([table], one, "", "") for one in (proposed, mapping))
    assert ours.roll is not None and theirs.roll is not None
    assert ours.roll.digest() == theirs.roll.digest()


def test_a_proposal_points_at_columns_of_one_name_by_their_place() -> None:
    header = "KODE WILAYAH\tTPS\tL\tP\tJML\tL\tP\tJML\n"
    proposed = mapping_of(guessed(Table("dpt.csv", header.encode())), "proposed.toml")
    assert proposed.columns.given() == {
        "desa_code": "KODE WILAYAH", "tps": "TPS", "men": "#3", "women": "#4", "dpt": "#5",
    }  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"1;2;3\n4;5;6\n", b"PK\x03\x04", None])
def test_a_table_without_a_header_gets_no_proposal(content: bytes | None) -> None:
    with pytest.raises(ValueError, match=r"."):
        guessed(Table("dpt.csv", content, "cannot be read"))
