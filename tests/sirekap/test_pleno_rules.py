"""Rules of the recap without a server: what a decision brings, what a D.Hasil holds, how it is printed."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sirekap.forms.contests import builtin_contest
from sirekap.forms.fields import ELECTION
from sirekap.forms.layout import builtin
from sirekap.forms.numbers import WrongNumbersError
from sirekap.pleno.d_hasil import (
    Content,
    Heading,
    Lower,
    NotAddableError,
    canonical,
    digest,
    of_regions,
    of_stations,
    totals,
    with_numbers,
)
from sirekap.pleno.decisions import (
    Asked,
    ChangedMeanwhileError,
    ReasonNeededError,
    WrongDecisionError,
    planned,
)
from sirekap.pleno.levels import LEVELS, TOP_LEVEL, all_above, goes_up_to, pleno_level
from sirekap.pleno.sheets import TableSheet, as_pdf, sheets_of
from sirekap.pleno.standing import Ballot, Decided, Decision, Numbers, Station, StoredPage, TpsStanding
from sirekap.pleno.wording import lines
from tests.sirekap.recap_offices import SHAPES, on_pages, sound

BALLOT = Ballot(builtin_contest(), builtin("ppwp"))
NOW = datetime(2026, 11, 22, tzinfo=UTC)
HEADING = Heading(
    form="ppwp", level="kecamatan", region="170804", name="Kepahiang",
    above=[{"level": "kab_kota", "code": "17.08", "name": "Kepahiang"}],
    version=1, account="ppk", finalised_at=NOW, note=None,
)  # fmt: skip


def stored(page: int, numbers: Numbers, revision: int = 1, key: str = "telepon") -> StoredPage:
    return StoredPage("1708042001001", page, revision, key, numbers, numbers, "ab" * 32, False, NOW)


def standing(*missing: int, number: int = 1, seed: int = 0) -> TpsStanding:
    """A TPS that sent all pages of PPWP but `missing`."""
    code = f"1708042001{number:03d}"
    pages = {
        page: replace(stored(page, numbers), tps=code)
        for page, numbers in on_pages("ppwp", sound("ppwp", seed)).items()
        if page not in missing
    }
    return TpsStanding(Station(code, number, "1708042001", "Sukamaju"), BALLOT, pages)


def asked(word: Decided, basis: dict[int, int], numbers: Any = None, reason: str | None = None) -> Asked:
    return Asked(word, basis, numbers or {}, reason, "kunci", "ppk")


def decided(one: TpsStanding, entries: dict[int, Numbers] | None = None) -> TpsStanding:
    """The same TPS, decided as it stands."""
    decision = Decision(
        one.station.code, "ppwp", Decided.ENTRI if entries else Decided.SESUAI, one.revisions, entries or {},
        {}, (), None, "kunci", "ppk", id=one.station.number, at=NOW,
    )  # fmt: skip
    return replace(one, last=decision)


ALL = {1: 1, 2: 1, 3: 1}


def test_levels_nest_and_every_form_ends_where_its_seats_are() -> None:
    assert all_above("170804") == ("17.08", "17", "0")
    assert [pleno_level(code) for code in ("170804", "17.08", "17", "0")] == list(LEVELS)
    assert pleno_level("1708042001") is None
    assert TOP_LEVEL.keys() == ELECTION.keys()
    assert goes_up_to("dprd-kab", "kab_kota") and not goes_up_to("dprd-kab", "provinsi")


def test_a_decision_holds_until_something_is_stored() -> None:
    one = decided(standing())
    assert one.state == "sesuai"
    later = replace(one, pages={**one.pages, 2: replace(one.pages[2], revision=2)})
    assert (later.state, later.decision) == ("belum", None)
    late = decided(standing(2), {2: {"suara_1": 1, "suara_2": 2, "suara_3": 3}})
    assert late.state == "entri"
    arrived = replace(late, pages={**late.pages, 2: stored(2, {"suara_1": 9, "suara_2": 9, "suara_3": 9})})
    assert (arrived.state, arrived.numbers["suara_1"]) == ("belum", 9)


def test_nothing_stored_is_empty() -> None:
    assert standing(1, 2, 3).state == "kosong"


def test_agreeing_changes_nothing() -> None:
    plan = planned(standing(), asked(Decided.SESUAI, ALL))
    assert (plan.corrections, plan.entries, plan.violations) == ({}, {}, ())


def test_a_correction_says_what_the_phone_had_sent() -> None:
    change = {2: {"suara_1": 39, "suara_2": 26}}
    plan = planned(standing(), asked(Decided.DIKOREKSI, ALL, change, "plano lain"))
    assert plan.corrections == change
    assert plan.changes == {"suara_1": (40, 39), "suara_2": (25, 26)}
    assert plan.violations == ()


def test_an_earlier_try_of_the_same_correction_is_recognised() -> None:
    one, ask = standing(), asked(Decided.DIKOREKSI, ALL, {2: {"suara_1": 40}}, "plano lain")
    half = replace(one, pages={**one.pages, 2: replace(one.pages[2], revision=2, key=ask.correction_key(2))})
    assert planned(half, ask).corrections == {2: {"suara_1": 40}}
    foreign = replace(one, pages={**one.pages, 2: replace(one.pages[2], revision=2)})
    with pytest.raises(ChangedMeanwhileError):
        planned(foreign, ask)


@pytest.mark.parametrize(
    ("one", "ask", "error"),
    [
        (standing(), asked(Decided.SESUAI, {1: 1, 2: 1}), ChangedMeanwhileError),
        (standing(), asked(Decided.SESUAI, {**ALL, 4: 1}), ChangedMeanwhileError),
        (standing(2), asked(Decided.SESUAI, {1: 1, 3: 1}), WrongDecisionError),
        (standing(), asked(Decided.DIKOREKSI, ALL), WrongDecisionError),
        (standing(), asked(Decided.ENTRI, ALL, {2: {"suara_1": 1}}, "x"), WrongDecisionError),
        (standing(), asked(Decided.DIKOREKSI, ALL, {2: {"suara_1": 41}}, None), ReasonNeededError),
        (standing(), asked(Decided.DIKOREKSI, ALL, {2: {"dpt_l": 1}}, "x"), WrongNumbersError),
        (standing(2), asked(Decided.ENTRI, {1: 1, 3: 1}, {2: {"suara_1": 1}}, "x"), WrongNumbersError),
    ],
)
def test_what_does_not_fit_is_refused(one: TpsStanding, ask: Asked, error: type[Exception]) -> None:
    with pytest.raises(error):
        planned(one, ask)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_totals_are_the_sums_of_the_columns_at_every_level(seeds: list[int]) -> None:
    stations = [decided(standing(number=n, seed=seed)) for n, seed in enumerate(seeds, start=1)]
    kecamatan = of_stations(HEADING, stations, None)
    for field, total in totals(kecamatan, "ppwp").items():
        assert total == sum(sound("ppwp", seed)[field] for seed in seeds)
    heading = replace(HEADING, level="kab_kota", region="17.08")
    lowers = [
        Lower(1, digest(canonical(one)), one)
        for one in (kecamatan, of_stations(replace(HEADING, region="170805"), stations, None))
    ]
    kab_kota = of_regions(heading, lowers, None)
    assert totals(kab_kota, "ppwp") == {name: 2 * total for name, total in totals(kecamatan, "ppwp").items()}


def test_the_same_decisions_give_the_same_digest_in_any_order() -> None:
    stations = [decided(standing(number=n, seed=n)) for n in (1, 2, 3)]
    texts = {canonical(of_stations(HEADING, order, None)) for order in (stations, stations[::-1])}
    assert len(texts) == 1


def test_computing_again_gives_the_same_and_shows_a_changed_number() -> None:
    content = of_stations(HEADING, [decided(standing(number=n, seed=n)) for n in (1, 2)], None)
    numbers = {("ppwp", f"1708042001{n:03d}"): sound("ppwp", n) for n in (1, 2)}
    assert canonical(with_numbers(content, numbers)) == canonical(content)
    numbers["ppwp", "1708042001002"]["suara_1"] += 1
    assert canonical(with_numbers(content, numbers)) != canonical(content)


def test_dapil_do_not_mix_and_different_sheets_are_not_added() -> None:
    other = replace(BALLOT, contest=replace(BALLOT.contest, contest="lain"))
    stations = [decided(standing(number=1)), replace(decided(standing(number=2)), ballot=other)]
    content = of_stations(HEADING, stations, None)
    assert [len(part["columns"]) for part in content["contests"]] == [1, 1]
    changed: Content = {**content, "region": "170805"}
    changed["contests"] = [{**part, "title": "Judul lain"} for part in content["contests"]]
    with pytest.raises(NotAddableError):
        of_regions(HEADING, [Lower(1, "a", content), Lower(1, "b", changed)], None)


def test_the_next_version_lists_what_differs() -> None:
    first = of_stations(HEADING, [decided(standing())], None)
    corrected = standing()
    corrected.pages[2].numbers["suara_1"] = 1  # type: ignore[index]
    second = of_stations(replace(HEADING, version=2), [decided(corrected)], first)
    assert second["differences"] == [
        {"contest": "ppwp", "code": "1708042001001", "field": "suara_1", "before": 40, "after": 1}
    ]


@pytest.mark.parametrize("form", SHAPES)
def test_every_number_has_a_line_with_words(form: str) -> None:
    fields = [name for numbers in on_pages(form, sound(form, 0)).values() for name in numbers]
    contestants = [
        {"number": number, "name": f"Nama {number}", "candidates": [f"Calon {k}" for k in range(count)]}
        for number, count in SHAPES[form]
    ]
    found = lines(fields, contestants)
    assert [line.at for line in found if line.at is not None] == list(range(len(fields)))
    assert not [line for line in found if "_" in line.words], "words, no names of fields"


def test_sheets_carry_over_and_end_with_the_totals() -> None:
    stations = [decided(standing(number=n, seed=n % 50)) for n in range(1, 46)]
    content = of_stations(HEADING, stations, None)
    tables = [sheet for sheet in sheets_of(content) if isinstance(sheet, TableSheet)]
    assert [len(sheet.columns) for sheet in tables] == [20, 20, 5]
    assert [sheet.last for sheet in tables] == [False, False, True]
    assert tables[1].carried == tables[0].sums
    assert list(tables[-1].sums) == content["contests"][0]["totals"]


def test_the_pdf_is_deterministic_and_says_what_it_is() -> None:
    stations = [decided(standing(number=n, seed=n)) for n in range(1, 31)]
    content = of_stations(replace(HEADING, note="Rapat dua hari"), stations, None)
    document = as_pdf(content, "0" * 64)
    assert document == as_pdf(content, "0" * 64)
    pages = list(pypdfium2.PdfDocument(io.BytesIO(document)))
    words = [page.get_textpage().get_text_bounded() for page in pages]
    assert all(text.count("SIMULASI / LATIHAN") == 2 for text in words)
    assert f"{totals(content, 'ppwp')['suara_sah']:,}".replace(",", ".") in words[1]
    assert "Rapat dua hari" in words[-2]
    assert "Ketua" in words[-1]
