"""Who asks while a system is loaded with single requests: every page of every form once, in a TPS's order."""

import itertools
from collections import Counter
from hashlib import sha256

import pytest

from gladi.offering.crowd import Ask, Crowd, Photos
from gladi.offering.ground import people
from gladi.offering.sending import Sending
from gladi.setting import scenario_file
from scenarios import Scenario, load
from simulators.population import Population
from simulators.sheetlist import sheets_of

FIVE = ["ppwp", "dpr", "dpd", "dprd-prov", "dprd-kab"]
PILKADA = ["kwk-gubernur", "kwk-bupati"]


class _Blank(Photos):
    """Photos of nothing: what is asked here is which page they are of."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def photo(self, sheet: tuple[str, int], comment: str) -> tuple[bytes, str]:
        self.asked.append(sheet)
        return comment.encode(), sha256(comment.encode()).hexdigest()


def _crowded(name: str, forms: list[str], tps: int) -> tuple[Crowd, Population, Scenario]:
    read = load(scenario_file(name))
    chosen = read.scenario.model_copy(update={"forms": forms or read.scenario.forms})
    scenario, crowded = people(read.model_copy(update={"scenario": chosen}), 1, tps)
    return Crowd(scenario, 1, crowded, _Blank()), crowded, scenario


@pytest.mark.parametrize(("name", "forms"), [("kepahiang-2024", FIVE), ("uji-beban-2024-10-13", PILKADA)])
def test_every_page_of_every_form_is_sent_once(name: str, forms: list[str]) -> None:
    crowd, crowded, scenario = _crowded(name, forms, 4)
    wanted = Counter(
        (str(tps), *sheet)
        for index, tps in enumerate(crowded.tps)
        for sheet in sheets_of(crowded, index, scenario)
    )
    assert {form for _, form, _ in wanted} == set(scenario.scenario.forms)
    assert crowd.left == sum(wanted.values())
    sent, keys = Counter(), set()
    while (ask := crowd.ask("submit_page")) is not None:
        sent[ask.operation.tps, ask.operation.form, ask.operation.page] += 1
        keys.add(ask.operation.key)
        ask.ended(True)
    assert sent == wanted and len(keys) == len(wanted) and not crowd.left


def test_a_tps_sends_its_forms_one_after_the_other_and_one_page_at_a_time() -> None:
    crowd, _, _ = _crowded("kepahiang-2024", ["ppwp", "dpd"], 40)
    under_way: list[Ask] = []
    order: dict[str, list[tuple[str, int]]] = {}
    for number in range(200):
        ask = crowd.ask("submit_page")
        assert ask is not None
        order.setdefault(ask.operation.tps, []).append((ask.operation.form, ask.operation.page))
        under_way.append(ask)
        assert max(Counter(one.operation.tps for one in under_way).values()) == 1
        if len(under_way) >= 20:
            under_way.pop(number * 7 % 20).ended(True)
    for sheets in order.values():
        forms = [form for form, _ in sheets]
        assert forms == sorted(forms, key=["ppwp", "dpd"].index)
        assert all(a[1] < b[1] for a, b in itertools.pairwise(sheets) if a[0] == b[0])


def test_a_page_that_failed_is_sent_again_and_few_tps_send_beside_themselves() -> None:
    crowd, _, _ = _crowded("kepahiang-2024", [], 4)
    asks = [crowd.ask("submit_page") for _ in range(12)]
    assert all(asks) and crowd.left == 0 and crowd.ask("submit_page") is None
    asks[3].ended(False)
    assert crowd.left == 1
    again = crowd.ask("submit_page")
    assert again is not None and again.operation == asks[3].operation


def test_a_form_is_confirmed_when_all_its_pages_are_stored() -> None:
    crowd, crowded, scenario = _crowded("kepahiang-2024", FIVE, 4)
    pages = Sending(scenario, crowded).forms(0)
    assert list(pages) == FIVE and sum(pages.values()) > 50
    for number in range(pages["ppwp"]):
        assert crowd.ask("confirm") is None, number
        crowd.ask("submit_page").ended(True)
    confirm, correct = crowd.ask("confirm"), crowd.ask("correct")
    assert (confirm.operation.form, correct.operation.form, correct.operation.page) == ("ppwp", "ppwp", 2)
    assert {crowd.ask("status").operation.form for _ in FIVE} == set(FIVE)


def test_who_needs_more_tps_than_the_region_has_takes_them_elsewhere_or_as_many_as_there_are() -> None:
    scenario = load(scenario_file("kendal-2020"))
    assert len(people(scenario, 1, 2_000)[1].tps) == 2_000
    assert len(people(scenario, 1, 6_000)[1].tps) == 5_800, (
        "of Kabupaten Bandung, as many as it has in Pilkada"
    )
