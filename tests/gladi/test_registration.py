"""What is registered before the day fits together: regions nest, contests cover them, layouts have a name."""

import pytest

from gladi.registration import contests, digest, regions
from scenarios import regency
from simulators.contests import FORMS_OF_ELECTION
from sirekap.forms import layout

PLACE = regency("17.08")


def test_every_region_lies_in_one_that_came_before() -> None:
    seen: set[str | None] = {None}
    for one in regions(PLACE):
        assert one["parent"] in seen
        assert one["parent"] is None or one["code"].replace(".", "").startswith(
            one["parent"].replace(".", "")
        )
        seen.add(one["code"])


@pytest.mark.parametrize(
    ("election", "forms"),
    [
        ("pemilu-2024", {"ppwp", "dpr", "dpd", "dprd-prov", "dprd-kab"}),
        ("pilkada-2024", {"kwk-gubernur", "kwk-bupati"}),
    ],
)
def test_each_kecamatan_votes_once_with_every_form(election: str, forms: set[str]) -> None:
    found = contests(7, [PLACE], FORMS_OF_ELECTION[election])["contests"]
    assert {one["form"] for one in found} == forms
    for form in forms:
        areas = [area for one in found if one["form"] == form for area in one["areas"]]
        assert sorted(areas) == sorted(kecamatan.code for kecamatan in PLACE.kecamatan)


def test_the_stack_calls_a_layout_by_the_same_name() -> None:
    body = contests(7, [PLACE], FORMS_OF_ELECTION["pemilu-2024"])
    sheets = {digest(one): one for one in body["layouts"]}
    assert {one["layout"] for one in body["contests"]} == sheets.keys()
    for name, sheet in sheets.items():
        assert layout.digest(sheet) == name
        fields = {field.id for page in layout.load(sheet).pages for field in page.fields}
        assert {"suara_sah", "suara_tidak_sah", "suara_total"} <= fields


def test_a_layout_has_a_place_for_every_vote() -> None:
    body = contests(7, [PLACE], FORMS_OF_ELECTION["pemilu-2024"])
    sheets = {digest(one): layout.load(one) for one in body["layouts"]}
    for one in body["contests"]:
        fields = {field.id for page in sheets[one["layout"]].pages for field in page.fields}
        for who in one["contestants"]:
            number = who["number"]
            own = {
                "dpd": {f"suara_calon_{number}"},
                "ppwp": {f"suara_{number}"},
            }.get(one["form"]) or {f"suara_partai_{number}", f"jumlah_partai_calon_{number}"} | {
                f"suara_calon_{number}_{k}" for k, _ in enumerate(who["candidates"], 1)
            }
            assert own <= fields
