"""Pilkada in several regencies, and scenarios without some of their parts: simulated, judged form by form."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gladi.answer_key import answer_key
from gladi.runfolder import RunFolder
from gladi.setting import Setting, arrange, played
from gladi.twin_run import simulate
from reports import RunDirectory
from reports.checkers import registered
from reports.completeness import completeness_of
from reports.fates import fates_of
from reports.schema import PORTAL
from reports.sheets import sheets_of
from scenarios import ScenarioError, find_scenario, load
from scenarios.forms import FORMS
from scenarios.loading import read_table, validate
from simulators import ballots, submission
from simulators.country.attendance import pilkada
from simulators.phone import Phone
from simulators.population import population
from simulators.post import Post, World
from simulators.registered import registered as counted
from simulators.rules import violations
from tests.gladi.runs import gladi

SULSEL = Path(__file__).parent / "sulsel.toml"
BOTH = ["kwk-gubernur", "kwk-bupati"]


def changed(path: Path, **sections: dict[str, Any] | None) -> Any:
    """The scenario with some keys of its sections changed, or a section taken out."""
    table = read_table(path)
    for name, keys in sections.items():
        if keys is None:
            del table[name]
        else:
            table[name] = table.get(name, {}) | keys
    return validate(table, "changed.toml")


@pytest.fixture(scope="module")
def setting() -> Setting:
    return arrange(SULSEL, scale=12.0)


@pytest.fixture(scope="module")
def run(setting: Setting, tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    """The same, simulated, with a portal beside it that shows exactly what is stored."""
    folder = RunFolder.create(tmp_path_factory.mktemp("twin") / "run", "sulsel")
    simulate(setting, SULSEL, folder, lambda done, total: None)
    pq.write_table(pa.Table.from_pylist(portal(folder.path), PORTAL), folder.path / "portal.parquet")
    return RunDirectory.open(folder.path)


def portal(run: Path) -> list[dict[str, Any]]:
    """What an honest portal shows of a run when all is over, at every level and of both forms."""
    stored = [row for row in pq.read_table(run / "readback.parquet").to_pylist() if row["current"]]
    key = pq.read_table(run / "sheets.parquet").to_pylist()
    shown = []
    for form in BOTH:
        needed: dict[str, list[int]] = {}
        for row in key:
            if row["form"] == form and row["votes"]:
                needed.setdefault(row["tps"], []).append(row["page"])
        contest = {row["tps"]: row["contest"] for row in key if row["form"] == form}
        pages = {(row["tps"], row["page"]): row["votes"] for row in stored if row["form"] == form}
        votes = {
            tps: [one for page in own for one in pages[tps, page]]
            for tps, own in needed.items()
            if all((tps, page) in pages for page in own)
        }
        regions = {"0", *(tps[:length] for tps in needed for length in (2, 4, 6, 10))}
        for place in sorted(regions):
            inside = [tps for tps in needed if place == "0" or tps.startswith(place)]
            sums = [votes[tps] for tps in inside if tps in votes]
            alone = len({contest[tps] for tps in inside}) == 1
            total = [sum(one) for one in zip(*sums, strict=True)] if alone else []
            shown.append(answer(place, form, total, len(sums)))
    return shown


def answer(place: str, form: str, votes: list[int], tps: int) -> dict[str, Any]:
    return {
        "asked_s": 200.0, "answered_s": 200.1, "kind": "region", "place": place, "form": form, "status": 200,
        "as_of_s": 200.0, "expected_tps": 12, "counted_tps": tps, "votes": votes, "photos": [],
        "settled": True,
    }  # fmt: skip


def test_a_province_votes_as_it_was_counted() -> None:
    whole = changed(SULSEL, region={"code": "73", "kecamatan": []}, links={"no_signal_tps": 0})
    places = counted(whole)
    assert len(places) == 24
    assert sum(place.tps for place in places) == 14_548, "KPU Sulawesi Selatan, Pilkada 2024"
    assert sum(place.dpt for place in places) == 6_680_807
    few = population(whole, 5, 48.0)
    assert {place.code for place in few.places} == {f"{code[:2]}.{code[2:4]}" for code in few.tps.tolist()}
    assert len(set(few.kecamatan.tolist())) >= 48 - 3, "or they are of a kind of signal"
    more = population(whole, 5, 60.0)
    assert set(few.tps.tolist()) <= set(more.tps.tolist())
    assert few.region_name == "Provinsi Sulawesi Selatan"
    assert few.place_of("7326011001001").name == "Kabupaten Toraja Utara"


def test_sheets_are_sound_and_those_of_the_nations_simulation(setting: Setting) -> None:
    people = setting.population
    codes = np.array([int(code) for code in people.tps])
    for form in BOTH:
        page = pilkada(people.seed, form, codes, people.numbers["dpt_j"].astype(np.int64))
        for index in range(len(people)):
            values = ballots.values(people, index, form)
            assert violations(values, form) == []
            assert {field: values[field] for field in page} == {k: int(v[index]) for k, v in page.items()}


def test_each_regency_elects_its_own(setting: Setting) -> None:
    rows = answer_key(setting.scenario, setting.population).to_pylist()
    contests = {(row["form"], row["tps"][:4], row["contest"]) for row in rows}
    assert {one[2] for one in contests if one[0] == "kwk-gubernur"} == {"kwk-gubernur-73"}
    assert {one[1:] for one in contests if one[0] == "kwk-bupati"} == {
        (code, f"kwk-bupati-{code}") for code in ("7308", "7326", "7371")
    }


def test_the_twin_plays_both_forms_to_the_end(run: RunDirectory) -> None:
    complete, sheets = completeness_of(run), sheets_of(run)
    assert list(sheets.forms) == BOTH
    assert [share.code for share in complete.by_form] == BOTH
    assert complete.whole.share >= 0.75
    assert complete.as_json(run)["pages"]["expected"] == sheets.asked.sum()
    counts = fates_of(run).counts()
    assert sum(counts.values()) == sheets.asked.sum()
    assert counts["in_time"] + counts["late"] > 0.75 * sheets.asked.sum()
    for name, judge in registered().items():
        assert judge(run).valid is not False, name


def test_sums_that_are_wrong_are_seen_at_every_level_and_of_either_form(run: RunDirectory) -> None:
    miscounted = registered()["miscounted"]
    told = miscounted(run)
    assert told.valid is True and told.checked >= 2 * (2 + 3)
    honest = pq.read_table(run.path / "portal.parquet")
    for place, form in (
        ("0", "kwk-gubernur"),
        ("73", "kwk-gubernur"),
        ("73", "kwk-bupati"),  # there is no sum of different people
        ("7371", "kwk-bupati"),
        ("732601", "kwk-gubernur"),
    ):
        rows = honest.to_pylist()
        [one] = [row for row in rows if (row["place"], row["form"]) == (place, form)]
        one["votes"] = [count + 1 for count in one["votes"]] or [100, 50]
        pq.write_table(pa.Table.from_pylist(rows, PORTAL), run.path / "portal.parquet")
        found = miscounted(RunDirectory.open(run.path))
        assert (found.valid, found.count) == (False, 1), (place, form)
        assert found.examples[0].form == form
    pq.write_table(honest, run.path / "portal.parquet")


def test_a_phone_works_through_its_sheets_form_by_form() -> None:
    sheets = tuple((form, page) for form in FORMS[:5] for page in range(1, 21))
    post = Post("1708012001001", 1, "170801", "4g", False, 0.0, None, {}, "", False, sheets=sheets)
    phone = Phone(World(load(SULSEL), None, 1, ({}, {}), ("", "")), post)  # type: ignore[arg-type]
    met = []
    while True:
        while bit := phone.next_to_shoot:
            met.append(phone.sheet(bit))
            assert phone.bit(*phone.sheet(bit)) == bit
            phone.shot |= bit
        if not phone.next_form():
            break
    assert met == list(sheets)
    phone.told("dpd", 0b1010)
    assert phone.wanted & phone.bit("dpd", 2) and not phone.wanted & phone.bit("dpd", 3)
    assert phone.wanted & phone.bit("dpr", 3), "nothing was said of other forms"
    assert {phone.form_to_ask} == {"ppwp"}, "which was not asked about yet"


def test_draws_and_keys_are_a_forms_own() -> None:
    scenario, tps = load(SULSEL), "7371011001001"
    draws = [
        submission._draw_of(1, tps, form, what, page)
        for form in FORMS
        for what in (0, 16)
        for page in range(1, 21)
    ]
    assert len(set(draws)) == len(draws)
    assert submission.probe(scenario, 1, tps, "ppwp", 2) == submission.probe(scenario, 1, tps, "ppwp", 2)
    keys = {submission.idempotency_key(1, "submit_page", tps, 2, 1, "", form) for form in FORMS}
    assert len(keys) == len(FORMS)


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ({"scenario": {"forms": ["ppwp"]}}, "scenario.forms: ppwp is not voted in pilkada-2024"),
        ({"scenario": {"forms": BOTH[::-1]}}, "scenario.forms: in the order of counting"),
        (
            {"region": {"code": "34", "kecamatan": []}},
            "scenario.forms: kwk-gubernur: the governor of DI Yogyakarta is not elected",
        ),
        ({"region": {"kecamatan": ["730899"]}}, 'region.kecamatan: 73 has no kecamatan "730899"'),
        ({"region": {"tps": 40}}, "region.tps"),
        ({"load": {"tps": 99_000}}, "load.tps = 99000"),
        ({"voting": None}, "expect.completeness"),
        ({"activation": None}, "expect.activated"),
    ],
)
def test_what_does_not_go_together_is_told(sections: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as told:
        changed(SULSEL, **sections)
    assert said in str(told.value)


def test_what_is_wrong_is_told_once_and_names_what_is_near() -> None:
    with pytest.raises(ScenarioError) as told:
        changed(SULSEL, public={"phase": "besok"})
    assert told.value.problems == list(dict.fromkeys(told.value.problems))
    with pytest.raises(ScenarioError, match='did you mean "kepahiang-2024"'):
        find_scenario("kepahiang")


def test_a_scenario_may_leave_out_the_day_the_login_or_the_activation(tmp_path: Path) -> None:
    text = SULSEL.read_text().replace("completeness = 0.9", "completeness = 0.0")
    for begin, end in (("[voting]", "[app]"), ("[public]", "[probes]"), ("[probes]", "[[faults]]")):
        text = text[: text.index(begin)] + text[text.index(end) :]
    path = tmp_path / "aktivasi.toml"
    path.write_text(text)
    setting = arrange(path, scale=4.0)
    moments = set(setting.timetable.table["moment"].to_pylist())
    assert moments <= {"activation", "login"}
    folder = RunFolder.create(tmp_path / "run", "aktivasi")
    simulate(setting, path, folder, lambda done, total: None)
    run = RunDirectory.open(folder.path)
    assert set(run.history.arrow("kind").to_pylist()) <= {"activate", "login", "tps"}
    assert completeness_of(run).whole.expected == 0, "nobody was to send anything"


def test_a_form_that_a_region_does_not_vote_is_refused(tmp_path: Path) -> None:
    from gladi.failures import UsageError

    path = tmp_path / "jakarta.toml"
    path.write_text(
        SULSEL.read_text()
        .replace('code = "73"', 'code = "31.71"')
        .replace('kecamatan = ["730801", "732601", "737101"]', "kecamatan = []")
    )
    with pytest.raises(UsageError, match="regents and mayors of DKI Jakarta are appointed"):
        arrange(path, scale=3.0)


def test_a_live_run_plays_as_many_as_the_scenario_says() -> None:
    assert played(SULSEL, None) == 12.0
    assert played(SULSEL, 0.5) == 0.5


@pytest.mark.slow
def test_pilkada_2020_is_played_on_its_own_day(tmp_path: Path) -> None:
    text = (
        SULSEL.read_text()
        .replace('"pilkada-2024"', '"pilkada-2020"')
        .replace('forms = ["kwk-gubernur", "kwk-bupati"]', 'forms = ["kwk-bupati"]')
    )
    path = tmp_path / "2020.toml"
    path.write_text(text.replace("2024-11-27", "2020-12-09").replace("2024-11-20", "2020-12-02"))
    done = gladi("simulate", path, "--scale", 12, "--out", tmp_path / "run", "--json", timeout_s=300.0)
    assert done.json["verdict"] == "passed", done.out
    assert sheets_of(RunDirectory.open(tmp_path / "run")).forms == ("kwk-bupati",)


@pytest.mark.slow
def test_five_ballots_are_played(tmp_path: Path) -> None:
    text = (
        SULSEL.read_text()
        .replace('"pilkada-2024"', '"pemilu-2024"')
        .replace(
            'forms = ["kwk-gubernur", "kwk-bupati"]',
            'forms = ["ppwp", "dpr", "dpd", "dprd-prov", "dprd-kab"]',
        )
    )
    path = tmp_path / "five.toml"
    path.write_text(text.replace('count_median = "35m"', 'count_median = "12m"'))
    done = gladi("simulate", path, "--scale", 6, "--out", tmp_path / "run", "--json", timeout_s=300.0)
    run = RunDirectory.open(tmp_path / "run")
    assert len(sheets_of(run).every) >= 66
    assert completeness_of(run).whole.complete >= 3, done.out
    assert not [name for name, one in done.json["checkers"].items() if one["valid"] is False]


@pytest.mark.slow
@pytest.mark.alone
def test_both_forms_pass_on_the_stack(photos: Path, tmp_path: Path) -> None:
    done = gladi("rehearse", SULSEL, "--photos", photos, "--out", tmp_path / "run", "--json", timeout_s=600.0)
    assert (done.code, done.json["verdict"]) == (0, "passed"), done.out
    run = RunDirectory.open(tmp_path / "run")
    assert {share.code for share in completeness_of(run).by_form} == set(BOTH)
    shown = pq.read_table(tmp_path / "run" / "portal.parquet").to_pylist()
    [nation] = [row for row in shown if row["settled"] and (row["place"], row["form"]) == ("0", BOTH[0])]
    assert nation["counted_tps"] > 0 and sum(nation["votes"]) > 0
    regents = [row for row in shown if row["settled"] and (row["place"], row["form"]) == ("73", BOTH[1])]
    assert [row["votes"] for row in regents] == [[]], "nobody adds up regents of different regencies"


@pytest.mark.slow
@pytest.mark.alone
def test_planted_defects_are_seen_with_pilkadas_forms(photos: Path, tmp_path: Path) -> None:
    """Two at once, which do not touch each other: each is seen by its own checker."""
    done = gladi(
        "rehearse", SULSEL, "--photos", photos, "--defect", "total_counts_revisions",
        "--defect", "status_lies", "--out", tmp_path / "run", "--json", timeout_s=600.0,
    )  # fmt: skip
    assert done.code == 1, done.out
    accused = {name for name, one in done.json["checkers"].items() if one["valid"] is False}
    assert accused == {"miscounted", "untruthful"}


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rendered once, sent by every live run."""
    return tmp_path_factory.mktemp("photos")
