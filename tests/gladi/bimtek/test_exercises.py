"""What trainees are asked has one right answer, it is the one in the key, and neighbours cannot copy it."""

from collections import Counter
from functools import cache
from itertools import pairwise

import pytest

from fakeforms.truth.answers import answers
from fakeforms.writing import filling
from fakeforms.writing.filled import Filled
from gladi.bimtek import arithmetic
from gladi.bimtek.album import EACH, VERDICTS, album
from gladi.bimtek.breaking import Case, broken
from gladi.bimtek.composing import Deal, composed, deals
from gladi.bimtek.exercises.correcting import readings
from gladi.bimtek.exercises.materials import Materials
from gladi.bimtek.ground import Ground, ground
from gladi.bimtek.labels import label
from gladi.bimtek.lots import lots
from gladi.bimtek.misreading import CAUSES, misread
from gladi.bimtek.model import Key, Trainee
from gladi.bimtek.roster import evenly
from gladi.bimtek.situations import STEPS
from gladi.bimtek.view import booklet
from scenarios import builtin_scenarios
from simulators.rules import violations as violations_as_simulated
from sirekap.forms.rules import violations

FORMS = ("ppwp", pytest.param("kwk-bupati", marks=pytest.mark.slow))

Made = tuple[Trainee, Key, Materials]


@cache
def region(form: str) -> Ground:
    return ground("kepahiang-2024", form, None)


@cache
def class_of(form: str, trainees: int = 4, pairs: bool = False) -> tuple[tuple[Deal, ...], list[Made]]:
    found = region(form)
    places = evenly(trainees, 1)
    _, rest = found.dealt(trainees)
    dealt = deals(found, places, pairs, album(found, trainees, rest))
    return dealt, [composed(found, deal, "cetak/x.pdf") for deal in dealt]


@pytest.mark.parametrize("form", FORMS)
def test_a_broken_rule_is_broken_and_no_other(form: str) -> None:
    found = region(form)
    for rule in arithmetic.rules_of(form):
        for index in range(2):
            order = found.order(index)
            case = broken(order, rule, found.pages, lots(3, order.tps, rule))
            assert case is not None, (rule, order.tps)
            assert judged(case, form) == {rule}, (rule, order.tps)
            assert set(case.fields) <= shown_fields(found, case), (rule, order.tps)


def judged(case: Case, form: str) -> set[str]:
    """What the reference stack's rules, the register of voters and the tally say of a sheet."""
    values = case.order.values
    by_stack = {one.rule for one in violations(values, form)}
    assert by_stack == {line.split(":")[0] for line in violations_as_simulated(values, form)}
    return (
        by_stack
        | ({"R12"} if any(values[id] != listed for id, listed in case.listed.items()) else set())
        | ({"R10"} if wrong_tallies(case) else set())
    )


def wrong_tallies(case: Case) -> list[str]:
    """Fields whose marks, counted in the cells, are not the number in the boxes."""
    wrong = []
    for page in case.order.template.pages:
        fields: list[Filled] = list(filling.fill(case.order, page).fields)
        numbers = {one.field.id: one.value_written for one in fields if one.field.kind == "digits"}
        for one in fields:
            if one.field.kind == "tally":
                marks = sum(int(mark) for mark in one.classes if mark.isdigit())
                if numbers.get(one.field.of) not in (None, marks):
                    wrong.append(one.field.id)
    return wrong


def shown_fields(found: Ground, case: Case) -> set[str]:
    return {field.id for page in found.pages for field in case.order.template.page(page).fields}


@pytest.mark.parametrize("form", [*FORMS, pytest.param("dpr", marks=pytest.mark.slow)])
def test_the_story_leads_to_the_numbers_of_the_key(form: str) -> None:
    found = region(form)
    _, made = class_of(form)
    for trainee, key, cards in made:
        told = cards.story
        counted = Counter(told.before) + Counter(told.read_out)
        sheet = {id: value for page in key.own_sheet.values() for id, value in page.items()}
        rows = {part: (men, women) for part, _, men, women in told.rows}
        assert sheet["dpt_j"] == sum(rows["I.A" if form != "kwk-bupati" else "I.A.1"])
        users = [numbers for part, numbers in rows.items() if part.startswith("I.B")]
        assert sheet["pengguna_total_l"] == sum(men for men, _ in users)
        assert sheet["pengguna_total_j"] == sum(men + women for men, women in users)
        assert sheet["suara_tidak_sah"] == counted["TS"]
        assert sheet["suara_total"] == sheet["ss_digunakan"] == sum(counted.values())
        facts = {part: number for part, _, number in told.facts}
        assert sheet["ss_tidak_digunakan"] == facts["II.1"] - facts["II.3"] - sum(counted.values())
        votes = {id: value for id, value in sheet.items() if id.startswith("suara_") and id[-1].isdigit()}
        for id, value in votes.items():
            mark = "P" if id.startswith("suara_partai_") else id.rpartition("_")[2]
            assert value == counted[mark], (trainee.id, id)
        assert len(votes) == len([mark for mark, _ in told.marks if mark not in {"TS", "Lain"}])
        asked = {q.id: q for q in trainee.exercises[1].questions if q.kind == "angka"}
        assert len(asked) == 8
        assert {key.solution(id).answer for id in asked} <= set(sheet.values())
        assert found.pages == tuple(int(page) for page in key.own_sheet)


@pytest.mark.parametrize("form", FORMS)
def test_the_answers_are_those_of_the_sheets(form: str) -> None:
    found = region(form)
    _, made = class_of(form)
    for trainee, key, cards in made:
        truth = answers(cards.sheet, found.pages)
        read = trainee.exercises[0].questions
        labels = {label(cards.sheet, id).whole: value for id, value in truth["written"].items()}
        for question in read[:-1]:
            assert key.solution(question.id).answer == labels[question.asks.split(": ", 1)[1]]
        slips = {one["name"] for one in truth["mistakes"]}
        assert len(slips) <= 1
        said = next(o.says for o in read[-1].options if o.id == key.solution(read[-1].id).answer)
        assert ("Tidak ada" in said) == (not slips)
        for question, case in zip(trainee.exercises[3].questions, cards.cases, strict=True):
            (rule,) = judged(case, form) or {arithmetic.SOUND}
            right = next(o.says for o in question.options if o.id == key.solution(question.id).answer)
            assert right == arithmetic.told(rule, form)
            assert len({option.says for option in question.options}) == len(question.options)
        order = key.solution("5.1").answer
        steps = {o.id: o.says for o in trainee.exercises[4].questions[0].options}
        assert isinstance(order, list)
        assert [steps[letter] for letter in order] == list(STEPS)


@pytest.mark.parametrize("form", FORMS)
def test_every_choice_has_its_answer_among_the_options_and_all_add_up_to_a_hundred(form: str) -> None:
    for trainee, key, _ in class_of(form)[1]:
        assert trainee.points == 100
        questions = [question for exercise in trainee.exercises for question in exercise.questions]
        assert [question.id for question in questions] == [one.id for one in key.solutions]
        for question in questions:
            answer = key.solution(question.id).answer
            if question.kind == "pilihan":
                assert answer in {option.id for option in question.options}
            assert (question.kind == "angka") == isinstance(answer, int)
            assert key.solution(question.id).why


def test_neighbours_have_other_sheets_other_photos_and_other_answers() -> None:
    dealt, made = class_of("ppwp", 6)
    for (a, b), (one, other) in zip(pairwise(dealt), pairwise(made), strict=True):
        assert a.own != b.own
        assert not {p.name for p in a.pictures} & {p.name for p in b.pictures}
        assert one[2].sheet.tps != other[2].sheet.tps
        alike = sum(x.answer == y.answer for x, y in zip(one[1].solutions, other[1].solutions, strict=True))
        assert alike < len(one[1].solutions) / 2
    own = {deal.own for deal in dealt}
    assert not own & {index for deal in dealt for index in deal.others}


def test_a_pair_shares_the_sheet_and_nothing_else() -> None:
    _, made = class_of("ppwp", 4, pairs=True)
    (first, key, _), (second, other, _) = made[:2]
    assert (first.tps, first.operator, second.tps, second.operator) == (first.tps, 1, first.tps, 2)
    assert key.own_sheet == other.own_sheet
    assert first.account != second.account
    assert first.activation_code != second.activation_code
    assert made[2][0].tps != first.tps


def test_an_album_has_every_fault_and_everybody_gets_two_sound_photos() -> None:
    found = region("ppwp")
    pictures = album(found, 20, range(40, 90))
    assert {one.fault for one in pictures} == set(VERDICTS)
    for deal in class_of("ppwp", 6)[0]:
        faults = [one.fault for one in deal.pictures]
        assert len(faults) == EACH
        assert faults.count("") == 2
        assert len(set(faults)) == EACH - 1


def test_a_misreading_is_another_number_than_the_one_in_the_boxes() -> None:
    draws = lots(1, "x", "misread")
    for written in (["X", "6", "2"], ["X", "X", "X"], ["1", "1", "7"], ["2", "4", "0"], ["X", "X", "3"]):
        right = int("".join(mark if mark.isdigit() else "0" for mark in written))
        for _ in range(40):
            found = misread(written, draws)
            assert found is not None
            assert found.read != right
            assert found.cause in CAUSES
            assert written[found.box - 1] == found.cause
    assert misread(["5", "6", "8"], draws) is None


def test_in_a_table_of_readings_one_line_alone_differs_from_the_sheet() -> None:
    found = region("ppwp")
    for trainee, _, cards in class_of("ppwp")[1]:
        written = answers(cards.sheet, found.pages)["written"]
        for lines, field, _ in readings(found, trainee.id, cards):
            assert [line.field for line in lines if line.read != written[line.field]] == [field]


def test_what_a_trainee_sees_has_no_answer_in_it() -> None:
    found = region("ppwp")
    for trainee, key, cards in class_of("ppwp")[1]:
        shown = repr(booklet(found, trainee, cards).extras) + repr(trainee)
        for solution in key.solutions:
            assert solution.why not in shown
        for fault in VERDICTS:
            assert not fault or fault not in shown


def test_another_seed_is_another_class_and_the_same_seed_the_same() -> None:
    def first(seed: int) -> tuple[Trainee, Key]:
        found = ground("kepahiang-2024", "ppwp", seed)
        _, rest = found.dealt(1)
        (deal,) = deals(found, evenly(1, 1), False, album(found, 1, rest))
        return composed(found, deal, "x")[:2]

    assert first(5) == first(5)
    assert first(5)[1] != first(6)[1]


@pytest.mark.slow
@pytest.mark.parametrize("scenario", builtin_scenarios())
def test_every_scenario_of_a_region_has_material_for_a_class(scenario: str) -> None:
    found = ground(scenario, None, None)
    _, rest = found.dealt(2)
    for deal in deals(found, evenly(4, 1), True, album(found, 4, rest)):
        trainee, key, _ = composed(found, deal, "x")
        assert trainee.points == 100
        sheet = {id: value for page in key.own_sheet.values() for id, value in page.items()}
        assert not violations(sheet, found.form)
