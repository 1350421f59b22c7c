"""Laws of all seven forms, for whoever stands: pages, ids, boxes on the sheet and clear of each other."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fakeforms
from fakeforms.templates import template
from fakeforms.templates.template import Box, Field, Page, Shape, Template
from tests.fakeforms.sample_sheets import NUMBERS, sample

COUNCILS = ("dpr", "dprd-prov", "dprd-kab")
PILKADA = ("kwk-gubernur", "kwk-bupati")
FIRST_TAG = {
    "ppwp": 101, "dpr": 201, "dpd": 301, "dprd-prov": 401, "dprd-kab": 501,
    "kwk-gubernur": 601, "kwk-bupati": 701,
}  # fmt: skip
SEXES = ("l", "p", "j")

party_lists = st.lists(
    st.tuples(st.integers(1, 40), st.integers(0, 14)), min_size=1, max_size=26, unique_by=lambda one: one[0]
).map(tuple)


def ballot(count: int) -> Shape:
    return tuple((number, 0) for number in range(1, count + 1))


def any_shape() -> st.SearchStrategy[tuple[str, Shape]]:
    return st.one_of(
        st.tuples(st.sampled_from(COUNCILS), party_lists),
        st.tuples(st.just("dpd"), st.integers(1, 60).map(ballot)),
        st.tuples(st.sampled_from(PILKADA), st.integers(2, 6).map(ballot)),
        st.just(("ppwp", ())),
    )


def ids(form: Template, kind: str) -> list[str]:
    return [field.id for page in form.pages for field in page.fields if field.kind == kind]


def boxes(field: Field) -> list[Box]:
    own = [*field.boxes, *(box for column in field.bubbles for box in column)]
    own += [box for row in field.row_totals for box in row]
    return own + ([field.area] if field.kind == "words" else [])


def overlapping(page: Page) -> Iterator[tuple[str, str]]:
    """Pairs of fields whose boxes share more than a line; sorted from left to right to stay quick."""
    placed = sorted((box, field.id) for field in page.fields for box in boxes(field))
    for position, ((x, y, width, height), one) in enumerate(placed):
        for (x2, y2, _, height2), other in placed[position + 1 :]:
            if x2 >= x + width - 0.3:
                break
            if one != other and y2 < y + height - 0.3 and y < y2 + height2 - 0.3:
                yield one, other


def test_the_seven_forms_and_their_pages() -> None:
    assert set(fakeforms.forms()) == set(FIRST_TAG)
    pages = {form: len(fakeforms.pages(form)) for form in fakeforms.forms()}
    assert [pages[form] for form in ("ppwp", "dpr", "dpd", "dprd-prov", "dprd-kab")] == [3, 20, 3, 20, 20]


@pytest.mark.parametrize("form", sorted(FIRST_TAG))
def test_what_a_form_says_about_itself(form: str) -> None:
    sheet = template.load(form)
    assert sheet.certainty == ("exact" if form == "ppwp" else "reconstructed")
    assert (sheet.election, sheet.correction) == (
        ("pilkada-2024", "strike") if form in PILKADA else ("pemilu-2024", "tip-ex")
    )
    first = FIRST_TAG[form]
    assert [page.tag.id for page in sheet.pages] == list(range(first, first + len(sheet.pages)))
    marked = [any("REKONSTRUKSI" in op.get("text", "") for op in page.display) for page in sheet.pages]
    assert all(marked) == any(marked) == (sheet.certainty == "reconstructed")
    if sheet.certainty == "reconstructed":
        assert "nferred" in sheet.source


@settings(max_examples=9, deadline=None)
@given(any_shape())
def test_whoever_stands_has_a_place(wanted: tuple[str, Shape]) -> None:
    form, shape = wanted
    sheet = template.load(form, shape)
    assert [page.number for page in sheet.pages] == list(range(1, len(sheet.pages) + 1))
    numbers = ids(sheet, "digits")
    assert len(numbers) == len(set(numbers))
    assert [field.id for field in sheet.numbers] == numbers
    assert {"suara_sah", "suara_tidak_sah", "suara_total"} <= set(numbers)
    assert sheet.signers["kpps"] == 7
    assert sheet.signers["saksi"] == len(sheet.shape)
    for page in sheet.pages:
        assert {"provinsi", "kab_kota", "kecamatan", "kel_desa", "nomor_tps"} <= {f.id for f in page.fields}
        signed = [field.index for field in page.fields if field.who == "saksi"]
        assert sorted(signed) == list(range(1, len(sheet.shape) + 1))


@settings(max_examples=7, deadline=None)
@given(any_shape())
def test_everything_lies_on_the_sheet_and_apart(wanted: tuple[str, Shape]) -> None:
    sheet = template.load(*wanted)
    for page in sheet.pages:
        assert list(overlapping(page)) == []
        for operation in page.display:
            for key in ("box", "at", "from", "to"):
                if key in operation:
                    x, y, *size = operation[key]
                    width, height = size or (0, 0)
                    assert 40 <= x <= x + width <= 560, operation
                    assert 0 <= y <= y + height <= 900, operation


def test_two_fields_on_one_place_would_be_seen() -> None:
    page = template.load("ppwp").page(2)
    field = page.fields[-1]
    number = next(f for f in page.fields if f.kind == "digits")
    moved = Field("twin", "digits", boxes=((number.boxes[0][0] + 5, *number.boxes[0][1:]),))
    doubled = Page(page.number, page.tag, page.corner_marks, page.display, (number, moved, field))
    assert (number.id, "twin") in list(overlapping(doubled))


@settings(max_examples=7, deadline=None)
@given(st.sampled_from(COUNCILS), party_lists)
def test_a_council_has_a_page_for_each_party(form: str, shape: Shape) -> None:
    sheet = template.load(form, shape)
    assert len(sheet.pages) == 1 + len(shape) + 1
    for page, (party, candidates) in zip(sheet.pages[1:-1], shape, strict=True):
        assert [f.id for f in page.fields if f.kind == "digits"] == [
            f"suara_partai_{party}",
            *(f"suara_calon_{party}_{candidate}" for candidate in range(1, candidates + 1)),
            f"jumlah_partai_calon_{party}",
        ]
        tallies = [f for f in page.fields if f.kind == "tally"]
        assert len(tallies) == 1 + candidates
        assert {f.columns for f in tallies} == {12}
        longest = max(length for _, length in shape)
        for tally in tallies[1:]:
            assert len(tally.row_totals) == (5 if longest <= 10 else 4)
    assert "dapil" in sheet.lines


@pytest.mark.parametrize(("count", "pages"), [(1, 3), (6, 3), (7, 4), (13, 5), (55, 12)])
def test_dpd_has_vote_pages_for_six_each(count: int, pages: int) -> None:
    sheet = template.load("dpd", ballot(count))
    assert len(sheet.pages) == pages
    votes = [name for name in ids(sheet, "digits") if name.startswith("suara_calon_")]
    assert votes == [f"suara_calon_{number}" for number in range(1, count + 1)]
    here = [sum(f.kind == "tally" for f in page.fields) for page in sheet.pages[1:-1]]
    assert max(here) <= 6
    assert max(here) - min(here) <= 1


@pytest.mark.parametrize("form", PILKADA)
@pytest.mark.parametrize(("count", "pages"), [(2, 3), (3, 3), (4, 4), (6, 4)])
def test_a_pilkada_sheet_takes_six_hundred_votes_a_pair(form: str, count: int, pages: int) -> None:
    sheet = template.load(form, ballot(count))
    assert len(sheet.pages) == pages
    for page in sheet.pages[1:-1]:
        tallies = [f for f in page.fields if f.kind == "tally"]
        assert 1 <= len(tallies) <= 3
        assert all(5 * len(f.boxes) == 600 for f in tallies)
    first = [f.id for f in sheet.page(1).fields if f.kind == "digits"]
    rows = (
        "dpt", "dpph", "dptb", "pemilih_total", "pengguna_dpt", "pengguna_dpph", "pengguna_dptb",
        "pengguna_total", "pemilih_disabilitas", "pengguna_disabilitas",
    )  # fmt: skip
    ballots = ("ss_diterima", "ss_digunakan", "ss_dikembalikan", "ss_tidak_digunakan")
    assert set(first) == {f"{row}_{sex}" for row in rows for sex in SEXES} | set(ballots)


@pytest.mark.parametrize("form", ["dpr", "dpd", "dprd-prov", "dprd-kab"])
def test_page_one_of_a_pemilu_asks_what_ppwp_asks(form: str) -> None:
    def asked(name: str) -> list[str]:
        return [f.id for f in template.load(name).page(1).fields if f.kind == "digits"]

    assert asked(form) == asked("ppwp")
    assert set(asked(form)) <= set(NUMBERS)


@pytest.mark.parametrize("form", sorted(FIRST_TAG))
def test_every_form_can_be_ordered_and_printed(form: str) -> None:
    order = sample(form, seed=3)
    assert set(order.values) == {field.id for field in order.template.numbers}
    last = fakeforms.pages(form, order.shape)[-1]
    assert fakeforms.sheet_pdf(order, last).startswith(b"%PDF")


def test_bubbles_stay_where_they_are_known() -> None:
    for form in fakeforms.forms():
        with_bubbles = [f.id for f in template.load(form).numbers if f.bubbles]
        assert with_bubbles == (["suara_1", "suara_2", "suara_3"] if form == "ppwp" else [])


def test_same_shape_same_template() -> None:
    for form, other in combinations(("dpr", "dpd", "kwk-bupati"), 2):
        assert template.load(form) is template.load(form)
        assert template.load(form) != template.load(other)
