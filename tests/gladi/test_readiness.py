"""Figures, plans and risks as offices send them in: read, or refused with line and column. Then the whole."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from gladi.cli import main
from gladi.failures import UsageError
from gladi.readiness.blanks import write_blanks
from gladi.readiness.figures import read_figures
from gladi.readiness.plans import read_plans
from gladi.setting import scenario_file
from scenarios import ScenarioError, load, regency
from scenarios.readiness import read_register
from simulators.population import population
from tests.gladi.runs import gladi

KEPAHIANG = (regency("17.08"),)
DATA = Path("scenarios/data")
HEAD = "kode;akun;aktif\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "berkas.csv"
    path.write_bytes(text.encode("utf-8"))
    return path


@pytest.mark.parametrize(
    "text",
    ["kode;akun;aktif\n17.08.01;164;160\n", "\ufeffcode,accounts,active\r\n170801,164,160\r\n",
     "# catatan\nWilayah\tJumlah akun\tAkun aktif\n\n1708.01\t164\t160\n"],
)  # fmt: skip
def test_figures_however_an_office_writes_them(tmp_path: Path, text: str) -> None:
    assert read_figures(written(tmp_path, text), KEPAHIANG).rows == (("170801", 164, 160),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            HEAD + "170801;164;165\n",
            r"line 2, column aktif: '165': more accounts are active than there are \(164\)",
        ),
        (HEAD + "170801;164;\n", "line 2, column aktif: '': must be a whole number"),
        (HEAD + "170801;1.64;1\n", "line 2, column akun: '1.64': must be a whole number"),
        (HEAD + "17081;1;1\n", "line 2, column kode: '17081': must be a code with so many digits"),
        (HEAD + "1,70801E+12;1;1\n", "Excel has rounded it"),
        (HEAD + "170801;1;1\n\n170801;1;1\n", "line 4, column kode: '170801': stands already in line 2"),
        (
            HEAD + "1708;9;9\n170801;1;1\n",
            "line 3, column kode: '170801': lies in 1708, which stands in line 2",
        ),
        (HEAD + "510301;1;1\n", "is not of this scenario, whose kecamatan are 170801"),
        (
            "kode;akun\n170801;1\n",
            "line 1: no column active / aktif / akun_aktif; the columns are: kode, akun",
        ),
        ("# Isi kolom aktif.\nkode;akun\n170801;1\n", "line 2: no column active"),
        ("kode;akun;aktif;aktif\n", "columns aktif, aktif mean the same"),
        (HEAD, "has a first line and nothing below it"),
        ("", "is empty"),
        (HEAD + "170801;1;1;9;9\n", "line 2: has 5 columns, the first line has 3"),
        ("kode;akun;aktif;per\n170801;1;1;kemarin\n", 'column per: .*must be a date such as "2027-01-10"'),
    ],
)
def test_figures_that_cannot_be_right_are_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_figures(written(tmp_path, text), KEPAHIANG)


PLAN = "kode;kondisi;jumlah_tps;menit_perjalanan;rencana;penanggung_jawab\n"


def test_a_plan_for_a_kecamatan_and_one_for_a_tps(tmp_path: Path) -> None:
    told = read_plans(
        written(
            tmp_path, PLAN + "170807;listrik;;;Genset;PPS\n1708072003002;tanpa-sinyal;;45;VSAT;Kominfo\n"
        ),
        KEPAHIANG,
    )
    assert [one[:3] for one in told.plans] == [
        ("170807", "power", "Genset"),
        ("1708072003002", "no_signal", "VSAT"),
    ]
    assert told.needs == (("170807", "1708072003002", "no_signal", 1.0, 2_700.0),)
    assert told.counted == {"no_signal"}, "power cuts stay as the population has them"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "170807;sinyal;;;VSAT;PPK",
            "column kondisi: 'sinyal': must be tanpa-sinyal, putus-putus or listrik",
        ),
        ("170807;listrik;;;Genset;Budi Santoso", "must be a role, .* and no name of a person"),
        ("170807;listrik;;;Genset;", "must be a role"),
        ("510301;listrik;;;Genset;PPK", "is not in this scenario"),
        ("170807;listrik;dua;;Genset;PPK", "column jumlah_tps: 'dua': must be a whole number"),
    ],
)
def test_plans_that_cannot_be_right_are_refused(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_plans(written(tmp_path, PLAN + row + "\n"), KEPAHIANG)


def test_a_register_names_file_and_key(tmp_path: Path) -> None:
    path = tmp_path / "risiko.toml"
    path.write_text('[[risks]]\ntitle = "Genset"\nowner = "PPK"\nseverity = "berat"\ndue = 2027-01-09\n')
    with pytest.raises(ScenarioError, match=r"risiko\.toml: risks\[1\]\.severity = 'berat'") as caught:
        read_register(path)
    assert "risks[1].mitigated" in str(caught.value)


def test_the_examples_can_be_read_and_say_that_they_are_examples() -> None:
    assert read_figures(DATA / "kesiapan-aktivasi-contoh.csv", KEPAHIANG).example
    assert read_plans(DATA / "kesiapan-rencana-contoh.csv", KEPAHIANG).example
    assert read_register(DATA / "kesiapan-risiko-contoh.toml").example


def test_blank_files_are_of_the_region_and_wait_to_be_filled_in(tmp_path: Path) -> None:
    scenario = load(scenario_file("kepahiang-2024"))
    people = population(scenario, scenario.scenario.seed)
    activation, plans, risks = write_blanks(scenario, people, tmp_path / "h-1")
    with pytest.raises(UsageError, match="line 4, column aktif: '': must be a whole number"):
        read_figures(activation, KEPAHIANG)
    filled = activation.read_text().replace(";;", ";5;")
    assert sum(one[1] for one in read_figures(written(tmp_path, filled), KEPAHIANG).rows) == 2 * 526
    told = read_plans(plans, KEPAHIANG)
    assert {one[1] for one in told.plans} == {"no_signal", "unsteady", "power"} and not told.example
    assert read_register(risks).risks == []
    with pytest.raises(UsageError, match="is there already"):
        write_blanks(scenario, people, tmp_path / "h-1")


@pytest.mark.slow
def test_a_check_from_nothing_to_a_page_and_back(tmp_path: Path) -> None:
    out = tmp_path / "k"
    asked = ("readiness", "kepahiang-2024", "--days", 2, "--tps", 40, "--out", out, "--json")
    first = gladi(*asked, "--staff", 900, "--plans", DATA / "kesiapan-rencana-contoh.csv")
    assert first.code == 4 and first.json["state"] == "unknown"
    answers = first.json["answers"]
    assert answers["activation"]["figures"]["kind"] == "forecast"
    assert answers["capacity"]["figures"]["scale_up"] == 526 / 40
    assert answers["signal"]["state"] == "unknown", "plans that are an example are none"
    assert (out / "report.html").read_text().count("SIMULASI") >= 2
    assert gladi("check", out, "--json").json["agrees"]
    assert "CANNOT TELL" in Path(gladi("report", out, "--lang", "en").out.strip()).read_text()
    assert gladi(*asked).code == 2, "a folder is never written twice"
    (out / "readiness.json").write_text((out / "readiness.json").read_text().replace('"unknown"', '"go"'))
    assert gladi("check", out).code == 1, "what was written over is found out"


def test_a_nation_is_checked_region_by_region() -> None:
    done = CliRunner().invoke(main, ["readiness", "nation-2024"])
    assert done.exit_code == 2 and "--serves 823236" in done.stderr


@pytest.mark.slow
def test_a_run_that_was_simulated_stands_for_the_forecast_and_for_no_rehearsal(tmp_path: Path) -> None:
    run = tmp_path / "run"
    assert gladi("simulate", "kepahiang-2024", "--scale", 40, "--out", run).code in {0, 1, 4}
    found = gladi("readiness", "kepahiang-2024", "--days", 2, "--tps", 20, "--run", run, "--rehearsal", run,
                  "--out", tmp_path / "k", "--json")  # fmt: skip
    answers = found.json["answers"]
    assert answers["activation"]["figures"]["kind"] == "simulated"
    assert answers["rehearsal"]["state"] == "unknown"
    assert "simulasi" in answers["rehearsal"]["why_id"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--activation", "no.csv"), "no.csv: cannot be read"),
        (("--capacity", "."), "--capacity"),
        (("--activation", "a", "--run", "b"), "leave one of them out"),
    ],
)
@pytest.mark.slow
def test_wrong_input_leaves_nothing_behind(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = gladi("readiness", "kepahiang-2024", *arguments, "--out", tmp_path / "k")
    assert done.code == 2 and said in done.err
    assert not (tmp_path / "k").exists()
