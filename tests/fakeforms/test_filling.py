"""What is written is what was ordered, box by box, whatever the numbers; slips are put right."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakeforms.templates import template
from fakeforms.truth.reading import reading
from fakeforms.writing import corrections, filling, ink
from tests.fakeforms.sample_sheets import NUMBERS, order

numbers = st.fixed_dictionaries({name: st.integers(0, 999) for name in NUMBERS})
pages = st.sampled_from([1, 2, 3])


def by_id(seed: int, values: dict[str, int], page: int) -> dict[str, filling.Filled]:
    done = filling.fill(order(seed=seed, values=values), template.load("ppwp").page(page))
    return {filled.field.id: filled for filled in done.fields}


FILLERS = {"X", "dash", "0"}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), numbers, pages)
def test_boxes_spell_the_number_and_bubbles_agree(seed: int, values: dict[str, int], page: int) -> None:
    for name, filled in by_id(seed, values, page).items():
        if filled.field.kind != "digits":
            continue
        assert filled.intended == values[name]
        assert len(filled.written) == 3
        assert filled.value_written == reading(filled.written)
        if filled.written == [""] * 3:
            assert values[name] == 0  # one of four ways to write it; the only number that may be left blank
        else:
            assert filled.value_written == values[name]
            figures = str(values[name])
            assert values[name] == 0 or filled.written[-len(figures) :] == list(figures)
            assert set(filled.written[: -len(figures)]) <= FILLERS  # only in front
        if not filled.field.bubbles:
            assert filled.bubbled is None
        elif filled.value_written is None:
            assert filled.blackened == [()] * 3
        else:
            assert filled.bubbled == [int(c) for c in f"{values[name]:03d}"]


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
    corrected = 0
    for seed in range(40):
        done = filling.fill(order(seed=seed), template.load("ppwp").page(1))
        marked = [filled.field.boxes[k] for filled in done.fields for k in filled.tipexed]
        assert len(marked) <= len(done.patches) <= 2 * len(marked)
        for cx, cy, *_ in done.patches:
            assert any(x < cx < x + width and y < cy < y + height for x, y, width, height in marked)
        corrected += sum(bool(filled.tipexed) for filled in done.fields)
    assert 5 <= corrected <= 45  # 22 numbers a page, 2.5 % of them


def test_pilkada_strikes_out_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corrections, "CHANCE", 1.0)
    monkeypatch.setattr(corrections, "_style", lambda order: "strike")
    done = filling.fill(order(), template.load("ppwp").page(1))
    assert not len(done.patches)
    for filled in done.fields:
        for number, wrong in filled.struck.items():
            assert filled.classes[number] == "struck-out"
            assert filled.written[number] != wrong
        if filled.field.kind == "digits":
            assert not filled.tipexed
            assert filled.value_written in (filled.intended, None)
    assert sum(bool(filled.struck) for filled in done.fields) >= 15


def test_the_four_ways_of_writing_zero_all_occur() -> None:
    seen = Counter(
        "".join(by_id(seed, NUMBERS | {"suara_3": 0}, 2)["suara_3"].written) for seed in range(150)
    )
    assert {"XXX", "XX0", "000", ""} <= set(seen)
    assert seen["XXX"] > seen["XX0"] > seen["000"]


def test_nobody_came_for_a_witness_cell() -> None:
    saksi = ("Galih Permana", "", "Irfan Maulana")
    fields = {f.field.id: f for f in filling.fill(order(saksi=saksi), template.load("ppwp").page(1)).fields}
    assert fields["saksi_2"].classes == ["blank"]
    assert fields["saksi_2"].intended == ""
    assert fields["saksi_1"].classes == fields["saksi_3"].classes == ["signed"]


@pytest.mark.parametrize("name", ["Umi O'Brien-Lestari, S.Pd.", "ÉLAN ßüß", "Ahmad (ketua) 2/3"])
def test_any_name_can_be_written(name: str) -> None:
    people = (name, *("Budi",) * 6)
    done = filling.fill(order(kpps=people), template.load("ppwp").page(1))
    assert next(f for f in done.fields if f.field.id == "kpps_1").intended == name
