"""`gladi population make`: whole files or none, and numbers that can be joined to names."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from gladi import population_files
from gladi.cli import main
from scenarios import regency
from simulators.ballots import drawn
from simulators.contests import contest
from simulators.country import Country, country
from simulators.country.results import Results, ppwp
from simulators.numbers import FIELDS
from simulators.witnesses import kpps

PLACE = regency("17.08")
KECAMATAN = PLACE.kecamatan[3]
CODE = next(
    int(code) for code in country("pemilu-2024", 3, areas=("17.08",)).tps if str(code)[:6] == KECAMATAN.code
)
FORMS = ("ppwp", "dpr", "dpd", "dprd-prov", "dprd-kab")


def make(*arguments: str) -> dict:
    result = CliRunner().invoke(main, ["population", "make", "--json", *arguments])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("population") / "kepahiang"
    told = make("--area", "17.08", "--area", "31.01", "--area", "99", "--seed", "3", "--out", str(out))
    assert told["zones"]["abroad"] == 3_075
    assert told["tps"] == 3_075 + 526 + sum(1 for code in told_codes(out) if code // 10**9 == 3101)
    return out


def told_codes(out: Path) -> list[int]:
    return pq.read_table(out / "tps.parquet")["tps"].to_pylist()


def test_a_folder_holds_who_where_what_and_who_stands(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {
        "tps.parquet",
        "candidates.parquet",
        *(f"{form}.parquet" for form in FORMS),
    }
    rows = {form: pq.read_metadata(folder / f"{form}.parquet").num_rows for form in FORMS}
    whole = len(told_codes(folder))
    assert rows["ppwp"] == rows["dpr"] == whole
    assert rows["dpd"] == rows["dprd-prov"] == whole - 3_075
    assert rows["dprd-kab"] == 526, "neither Jakarta nor abroad"


@pytest.mark.parametrize("form", FORMS[1:])
def test_votes_join_to_names_and_are_those_of_the_sheet(folder: Path, form: str) -> None:
    row = pq.read_table(folder / f"{form}.parquet", filters=[("tps", "==", CODE)]).to_pylist()[0]
    stand = pq.read_table(
        folder / "candidates.parquet",
        filters=[("form", "==", form), ("district", "==", row["district"])],
    ).to_pylist()
    assert [one["position"] for one in stand] == list(range(1, len(row["votes"]) + 1))
    part = country("pemilu-2024", 3, areas=("17.08",))
    index = part.tps.tolist().index(CODE)
    presidential = {field: int(values[index]) for field, values in ppwp(part).items() if field in FIELDS}
    stands = contest(3, form, PLACE, KECAMATAN.code)
    told = drawn(stands, CODE, presidential)
    assert {
        one["field"]: votes for one, votes in zip(stand, row["votes"], strict=True)
    }.items() <= told.items()
    assert {field: value for field, value in row.items() if field in told}.items() <= told.items()
    named = {one["candidate"] for one in stand} - {""}
    assert named == {name for one in stands.contestants for name in one.candidates or one.names}


def test_officials_are_those_of_the_sheets(folder: Path) -> None:
    row = pq.read_table(folder / "tps.parquet", filters=[("tps", "==", CODE)]).to_pylist()[0]
    assert tuple(row[f"kpps_{k}"] for k in range(1, 8)) == kpps(3, str(CODE), "pemilu-2024")
    assert (row["province_name"], row["regency"], row["kecamatan_name"]) == (
        "Bengkulu",
        "17.08",
        KECAMATAN.name,
    )


def test_the_same_call_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make("--area", "17.08", "--out", str(tmp_path / name))
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_pilkada_to_one_file_without_votes(tmp_path: Path) -> None:
    told = make("pilkada-2024", "--area", "34", "--out", str(tmp_path / "diy.parquet"))
    table = pq.read_table(tmp_path / "diy.parquet")
    assert told["tps"] == len(table) == 5_978
    assert set(table["pages_kwk-gubernur"].to_pylist()) == {0}
    assert [path.name for path in tmp_path.iterdir()] == ["diy.parquet"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--area", "77"), 'no area has the code "77"'),
        (("--votes", "--out", "x.parquet"), "must be a folder"),
        (("--scale", "0"), "scale = 0.0"),
        (("pilkada-2024", "--area", "99"), "nobody votes abroad"),
    ],
)
def test_what_cannot_be_is_said_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    given = arguments if "--out" in arguments else (*arguments, "--out", "here")
    result = CliRunner().invoke(main, ["population", "make", *given])
    assert result.exit_code == 2
    assert says in result.output
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    result = CliRunner().invoke(
        main, ["population", "make", "--area", "17.08", "--out", str(tmp_path / "here")]
    )
    assert result.exit_code == 2
    assert "exists already" in result.output
    assert not list((tmp_path / "here").iterdir())


def test_a_failure_halfway_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last form cannot be worked out: what was written before goes as well."""
    whole = population_files.results

    def broken(part: Country, form: str, presidential: dict) -> Results:
        if form == "dprd-kab":
            raise MemoryError("no room")
        return whole(part, form, presidential)

    monkeypatch.setattr(population_files, "results", broken)
    with pytest.raises(MemoryError):
        population_files.write(
            country("pemilu-2024", 3, areas=("17.08",)), tmp_path / "here", True, lambda *_: None
        )
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(
        main, ["population", "make", "--area", "17.08", "--out", str(tmp_path / "file" / "here")]
    )
    assert result.exit_code == 2
    assert "cannot be made there" in result.output
