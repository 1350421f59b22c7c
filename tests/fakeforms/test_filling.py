"""What is written is what was ordered, box by box, whatever the numbers; and a hand stays itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakeforms.templates import template
from fakeforms.writing import filling, ink
from fakeforms.writing.hand import crew
from tests.fakeforms.sample_sheets import NUMBERS, order

numbers = st.fixed_dictionaries({name: st.integers(0, 999) for name in NUMBERS})
pages = st.sampled_from([1, 2, 3])


def by_id(seed: int, values: dict[str, int], page: int) -> dict[str, filling.Filled]:
    done = filling.fill(order(seed=seed, values=values), template.load("ppwp").page(page))
    return {filled.field.id: filled for filled in done.fields}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), numbers, pages)
def test_boxes_spell_the_number_and_bubbles_agree(seed: int, values: dict[str, int], page: int) -> None:
    for name, filled in by_id(seed, values, page).items():
        if filled.field.kind != "digits":
            continue
        assert filled.intended == values[name]
        assert len(filled.written) == 3
        assert int("".join(filled.written).replace("X", "0")) == values[name]
        assert "X" not in "".join(filled.written).lstrip("X")  # X only in front
        if filled.field.bubbles:
            assert filled.bubbled == [0 if c == "X" else int(c) for c in filled.written]
        else:
            assert filled.bubbled is None


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.integers(0, 300))
def test_tally_and_row_totals_add_up(seed: int, votes: int) -> None:
    tally = by_id(seed, NUMBERS | {"suara_1": votes}, 2)["turus_1"]
    assert sum(int(c) for c in tally.classes if c != "Z-struck") == votes
    assert sum(int(t.replace("X", "0")) for t in tally.row_totals if t) == votes
    rows_used = -(-votes // 60)
    assert tally.classes.count("Z-struck") == 12 * (5 - rows_used)


def test_an_impossible_tally_still_fits_the_paper() -> None:
    tally = by_id(1, NUMBERS | {"suara_1": 999}, 2)["turus_1"]
    assert tally.classes == ["5"] * 60
    assert tally.row_totals == ["60"] * 5


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), numbers, pages)
def test_digits_stay_in_their_boxes(seed: int, values: dict[str, int], page: int) -> None:
    done = filling.fill(order(seed=seed, values=values), template.load("ppwp").page(page))
    strokes = ink.write(done.crew.alphabet, done.placements)
    assert np.isfinite(strokes.points).all()
    assert strokes.points.min() > 20
    assert strokes.points[:, 0].max() < 580
    assert strokes.points[:, 1].max() < 880


def test_a_hand_is_stable_over_the_sheets_of_a_tps_and_differs_between_tps() -> None:
    one, again, other = (crew(7, tps, 7, 3) for tps in ("1708042001003", "1708042001003", "1708042001004"))
    assert one.writer == again.writer
    assert one.writer != other.writer
    hands = [crew(7, f"1708042001{n:03d}", 7, 3).writer for n in range(1, 60)]
    assert len({hand.slant for hand in hands}) == len(hands)
    for digit, least in (("4", 2), ("7", 3), ("1", 3), ("5", 1)):
        assert len({hand.variants[digit] for hand in hands}) >= least


def test_people_of_a_tps_sign_differently() -> None:
    people = crew(7, "1708042001003", 7, 3)
    drawn = []
    for name in people.signers:
        number = people.alphabet.ids[name]
        start, end = people.alphabet.first_stroke[number : number + 2]
        drawn.append(
            people.alphabet.points[people.alphabet.first_point[start] : people.alphabet.first_point[end]]
        )
    assert len(drawn) == 10
    assert len({points.tobytes() for points in drawn}) == 10


def test_what_does_not_apply_is_struck_out() -> None:
    late = ("13:20", "01:10")
    for tps, hours, village, day in (
        ("1708042001003", ("13:20", "17:45"), "desa", "yang sama"),
        ("1708041001003", late, "kelurahan", "setelahnya"),
    ):
        done = filling.fill(order(tps=tps, jam_hitung=hours), template.load("ppwp").page(1))
        chosen = {f.field.id: f.intended for f in done.fields if f.field.kind == "strike"}
        assert chosen == {"kelurahan_atau_desa": village, "hari_hitung": day}


def test_correction_fluid_is_in_the_truth_and_under_the_ink() -> None:
    dabbed = 0
    for seed in range(40):
        done = filling.fill(order(seed=seed), template.load("ppwp").page(1))
        marked = [filled.field.boxes[k] for filled in done.fields for k in filled.tipexed]
        assert len(marked) == len(done.patches)
        for (x, y, width, height), (cx, cy, *_) in zip(marked, done.patches, strict=True):
            assert x < cx < x + width
            assert y < cy < y + height
        dabbed += len(marked)
    assert 5 <= dabbed <= 45  # 22 numbers a page, 2.5 % of them


def test_zero_is_crosses_for_some_and_noughts_for_others() -> None:
    seen = {"".join(by_id(seed, NUMBERS | {"suara_3": 0}, 2)["suara_3"].written) for seed in range(30)}
    assert seen == {"XXX", "XX0"}


@pytest.mark.parametrize("name", ["Umi O'Brien-Lestari, S.Pd.", "ÉLAN ßüß", "Ahmad (ketua) 2/3"])
def test_any_name_can_be_written(name: str) -> None:
    people = (name, *("Budi",) * 6)
    done = filling.fill(order(kpps=people), template.load("ppwp").page(1))
    assert next(f for f in done.fields if f.field.id == "kpps_1").intended == name
