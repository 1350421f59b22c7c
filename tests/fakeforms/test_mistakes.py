"""Every human mistake, by its name: it breaks what it says it breaks and nothing else, on all pages alike."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakeforms import OrderError, SheetOrder
from fakeforms.draws import Draws
from fakeforms.templates import template
from fakeforms.writing import filling, ink
from fakeforms.writing.entries import Entries, Places
from fakeforms.writing.filled import Filled
from fakeforms.writing.mistakes import MISTAKES, TYPICAL, registry, written_down
from fakeforms.writing.rules import among, rows
from fakeforms.writing.terbilang import terbilang
from tests.fakeforms.sample_sheets import order, sample

PARTIES = "party-and-candidate-counted-twice"  # only where there are parties
ON_PPWP = sorted(set(MISTAKES) - {PARTIES})


def sheets(given: SheetOrder) -> dict[int, filling.Filling]:
    return {page.number: filling.fill(given, page) for page in given.template.pages}


def fields(done: dict[int, filling.Filling]) -> dict[tuple[int, str], Filled]:
    return {(number, f.field.id): f for number, sheet in done.items() for f in sheet.fields}


def broken(done: dict[int, filling.Filling]) -> set[str]:
    """What is wrong on the sheets of a presidential form, found without the rules that make mistakes."""
    seen = fields(done)
    value = {id: f.value_written for (_, id), f in seen.items() if f.field.kind == "digits"}
    zeros_blank = {id for (_, id), f in seen.items() if f.intended == 0 and f.value_written is None}
    value |= dict.fromkeys(zeros_blank, 0)
    out: set[str] = set()

    def check(kind: str, total: str, *parts: str) -> None:
        given = [value[id] for id in (total, *parts)]
        if None not in given and given[0] != sum(n for n in given[1:] if n is not None):
            out.add(kind)

    for row in ("dpt", "pengguna_dpt", "pengguna_dptb", "pengguna_dpk", "pengguna_total", "disabilitas"):
        check("sexes", f"{row}_j", f"{row}_l", f"{row}_p")
    for sex in "lpj":
        check(
            "users-total", f"pengguna_total_{sex}", *(f"pengguna_{r}_{sex}" for r in ("dpt", "dptb", "dpk"))
        )
        listed, came = value[f"dpt_{sex}"], value[f"pengguna_dpt_{sex}"]
        if listed is not None and came is not None and came > listed:
            out.add("within")
    check("ballots", "ss_diterima", "ss_digunakan", "ss_dikembalikan", "ss_tidak_digunakan")
    check("ballots-used", "ss_digunakan", "pengguna_total_j")
    check("users-votes", "suara_total", "pengguna_total_j")
    check("votes-total", "suara_total", "suara_sah", "suara_tidak_sah")
    check("votes-sum", "suara_sah", "suara_1", "suara_2", "suara_3")
    for (_, id), f in seen.items():
        out |= _marks(id, f, value)
    return out


def _marks(id: str, f: Filled, value: dict[str, int | None]) -> set[str]:
    number = value.get(f.field.of)
    if f.field.kind == "words" and number is not None and f.written[0] != terbilang(number):
        return {"words"} if f.written[0] else {"words-blank"}
    if f.field.kind == "tally":
        out = set()
        marks = [int(c) if c.isdigit() else 0 for c in f.classes]
        if sum(marks) != (number or 0):
            out.add("tally")
        for row, total in enumerate(f.row_totals):
            if total and int(total.replace("X", "0")) != sum(marks[12 * row : 12 * row + 12]):
                out.add("row-total")
        return out
    if f.field.kind == "digits":
        out = {"blank"} if f.value_written is None and f.intended != 0 else set()
        if f.value_written is not None and f.written[-1] in ("X", "dash", "") and f.value_written:
            out.add("left-aligned")
        if f.blackened is not None and f.value_written is not None:
            right = [(int(c),) for c in f"{f.value_written:03d}"]
            if f.blackened != right:
                out.add("bubbles")
        return out
    if f.field.kind == "signature" and f.classes == ["unsigned"]:
        return {"unsigned"}
    if f.field.kind == "line" and f.written[0].casefold() != str(f.intended).casefold():
        return {"place"}
    return set()


HABITS = {name for name, kind in MISTAKES.items() if kind.propose.__module__.endswith(".habits")}
OTHERS: dict[str, set[str]] = {
    "leading-digit-added": {"tally", "words"}, "digits-transposed": {"tally", "words"},
    "row-blank": {"blank"},
    "bubble-disagrees": {"bubbles"}, "bubble-missing": {"bubbles"}, "two-bubbles": {"bubbles"},
    "left-aligned": {"left-aligned"},
    "words-disagree": {"words"}, "words-missing": {"words-blank"},
    "tally-disagrees": {"tally"}, "row-total-wrong": {"row-total"},
    "wrong-tps-number": {"place"}, "signature-missing": {"unsigned"},
}  # fmt: skip
"""What a mistake breaks besides the sums."""


def writes_words(tps: int) -> SheetOrder:
    """A TPS whose hand fills all cells for words, or the next one whose does."""
    while True:
        given = order(tps=f"17080420{tps // 1000:02d}{tps % 1000:03d}")
        hand = filling.fill(given, given.template.page(1)).crew.writer
        if hand.writes_words and hand.zero != "blank":
            return given
        tps += 97


def with_mistakes(given: SheetOrder, **changes: Any) -> SheetOrder:
    return order(seed=given.seed, tps=given.tps, **changes)


@pytest.mark.parametrize("name", ON_PPWP)
def test_a_mistake_breaks_what_its_name_says_and_nothing_else(name: str) -> None:
    made = 0
    for tps in range(1, 4):
        given = writes_words(tps)
        done = sheets(with_mistakes(given, mistakes={name: 1.0}))
        told = [mistake for sheet in done.values() for mistake in sheet.mistakes]
        assert {mistake.name for mistake in told} == {name}
        kind = MISTAKES[name]
        least = set(kind.breaks) | OTHERS.get(name, set())
        found = broken(done)
        assert least <= found <= least | kind.may_break, told[0].says
        made += 1
    assert made == 3


def test_without_mistakes_nothing_is_wrong() -> None:
    for tps in range(1, 13):
        done = sheets(writes_words(tps))
        assert broken(done) == set()
        assert not any(sheet.mistakes for sheet in done.values())
        for f in fields(done).values():
            if f.field.kind == "digits":
                assert f.value_written == f.intended


@pytest.mark.parametrize("name", ON_PPWP)
def test_the_mistake_is_where_the_truth_says(name: str) -> None:
    given = writes_words(3)
    right, wrong = sheets(given), sheets(with_mistakes(given, mistakes={name: 1.0}))
    for number, sheet in wrong.items():
        ids = {f.field.id for f in sheet.fields}
        told = {id for mistake in sheet.mistakes for id in mistake.fields}
        assert told <= ids
        for before, after in zip(right[number].fields, sheet.fields, strict=True):
            assert before.intended == after.intended
            if before.field.kind == "digits" and before.value_written != after.value_written:
                assert after.field.id in told


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sets(st.sampled_from(ON_PPWP), min_size=1))
def test_mistakes_together_do_not_undo_each_other(seed: int, names: set[str]) -> None:
    given = order(seed=seed, mistakes=dict.fromkeys(names, 1.0))
    entries = written_down(given)
    assert [m.name for m in entries.made] == [n for n in MISTAKES if n in {m.name for m in entries.made}]
    wrong = {rule.kind for rule in entries.places.rules if rule.broken(entries.numbers)}
    for made in entries.made:
        assert MISTAKES[made.name].breaks <= wrong
    fields = [id for made in entries.made if made.name not in HABITS for id in made.fields]
    assert len(fields) == len(set(fields))
    for value in entries.numbers.values():
        assert value is None or 0 <= value <= 999


def test_all_mistakes_at_once_still_make_a_sheet() -> None:
    given = order(mistakes=dict.fromkeys(MISTAKES, 1.0))
    done = sheets(given)
    names = {m.name for sheet in done.values() for m in sheet.mistakes}
    assert len(names) >= 15
    assert PARTIES not in names


@pytest.mark.parametrize("name", ["sum-of-sexes-wrong", "wrong-tps-number", "two-bubbles"])
def test_a_chance_is_a_rate(name: str) -> None:
    made = sum(
        bool(written_down(order(tps=f"1708042{n:06d}", nomor_tps=5, mistakes={name: 0.2})).made)
        for n in range(800)
    )
    assert 115 <= made <= 205  # 160 expected, standard deviation 11


def test_typical_rates_are_those_seen() -> None:
    assert set(TYPICAL) <= set(MISTAKES)
    assert all(0 < rate < 0.1 for rate in TYPICAL.values())
    assert TYPICAL["users-differ-from-votes"] == pytest.approx(0.074)
    orders = [order(tps=f"1708042{n:06d}", nomor_tps=5, mistakes=TYPICAL) for n in range(900)]
    made = Counter(m.name for given in orders for m in written_down(given).made)
    assert set(made) <= set(TYPICAL)
    for name, rate in TYPICAL.items():
        assert made[name] <= 900 * rate + 4 * (900 * rate) ** 0.5 + 2
    assert made["users-differ-from-votes"] >= 35  # 67 expected


@pytest.mark.parametrize(
    ("mistakes", "says"),
    [
        (
            {"sum-of-sexes-worng": 0.1},
            "mistakes of TPS 1708042001003: 'sum-of-sexes-worng' is unknown; known: sum-",
        ),
        ({"row-blank": 1.5}, r"mistakes\['row-blank'\] of TPS 1708042001003: 1.5 .* 0..1"),
        ({"row-blank": -0.1}, r"row-blank.* -0.1"),
        ({"row-blank": "often"}, r"row-blank.* 'often'"),
        ({"row-blank": True}, r"row-blank.* True"),
        ({"row-blank": float("nan")}, r"row-blank.* nan"),
    ],
)
def test_an_unknown_mistake_or_an_impossible_chance_is_refused(mistakes: dict[str, Any], says: str) -> None:
    with pytest.raises(OrderError, match=says):
        order(mistakes=mistakes)


def entries_of(numbers: dict[str, int]) -> Entries:
    """Entries of a form that has these numbers, three boxes each."""
    places = Places(
        boxes=dict.fromkeys(numbers, 3), dotted=frozenset(), bubbled=(), words_of={}, tally_of={},
        tally_room={}, lines=frozenset(), signatures={}, rules=among(numbers), rows=rows(numbers),
    )  # fmt: skip
    return Entries(places, {}, dict(numbers), dict(numbers))


def triple(row: str, men: int, women: int) -> dict[str, int]:
    return {f"{row}_l": men, f"{row}_p": women, f"{row}_j": men + women}


LEGISLATIVE = (
    triple("pengguna_dpt", 90, 110) | triple("pengguna_dptb", 1, 2) | triple("pengguna_dpk", 3, 0)
    | triple("pengguna_total", 94, 112) | triple("dpt", 120, 130)
    | {"ss_diterima": 255, "ss_digunakan": 206, "ss_dikembalikan": 0, "ss_tidak_digunakan": 49}
    | {"suara_partai_1": 20, "suara_calon_1_1": 31, "suara_calon_1_2": 9, "jumlah_partai_calon_1": 60}
    | {"suara_partai_2": 40, "suara_calon_2_1": 52, "suara_calon_2_2": 38, "jumlah_partai_calon_2": 130}
    | {"suara_sah": 190, "suara_tidak_sah": 16, "suara_total": 206}
)  # fmt: skip
REGIONAL = (
    triple("dpt", 220, 230) | triple("dpph", 2, 2) | triple("dptb", 3, 1) | triple("pemilih_total", 225, 233)
    | triple("pengguna_dpt", 190, 210) | triple("pengguna_dpph", 1, 2) | triple("pengguna_dptb", 3, 0)
    | triple("pengguna_total", 194, 212) | triple("pemilih_disabilitas", 1, 2)
    | triple("pengguna_disabilitas", 0, 1)
    | {"ss_diterima": 470, "ss_digunakan": 406, "ss_dikembalikan": 1, "ss_tidak_digunakan": 63}
    | {"suara_1": 302, "suara_2": 88, "suara_sah": 390, "suara_tidak_sah": 16, "suara_total": 406}
)  # fmt: skip


@pytest.mark.parametrize("numbers", [LEGISLATIVE, REGIONAL], ids=["legislative", "regional"])
@pytest.mark.parametrize("name", [m.name for m in MISTAKES.values() if m.breaks])
def test_sums_go_wrong_on_other_forms_too(name: str, numbers: dict[str, int]) -> None:
    kind = MISTAKES[name]
    assert not any(rule.broken(numbers) for rule in among(numbers))
    for seed in range(8):
        entries = entries_of(numbers)
        registry.make(kind, entries, Draws(seed, "1708042001003", name))
        wrong = {rule.kind for rule in entries.places.rules if rule.broken(entries.numbers)}
        if name == PARTIES and numbers is REGIONAL:
            assert not entries.made
        else:
            assert kind.breaks <= wrong <= kind.breaks | kind.may_break


@pytest.mark.parametrize("form", template.known_forms())
def test_every_form_bears_all_mistakes_at_once(form: str) -> None:
    sound = written_down(sample(form))
    assert not any(rule.broken(sound.numbers) for rule in sound.places.rules)
    given = sample(form, mistakes=dict.fromkeys(MISTAKES, 1.0))
    made = {m.name for m in written_down(given).made}
    assert len(made) >= 15
    told: set[str] = set()
    for page in given.template.pages:
        done = filling.fill(given, page)
        points = ink.write(done.crew.alphabet, done.placements).points
        assert points.min() > 15
        assert points[:, 0].max() < 585
        assert points[:, 1].max() < 885
        told |= {m.name for m in done.mistakes}
    assert told == made


BOXED = ("bubble-disagrees", "bubble-missing", "two-bubbles")


@pytest.mark.parametrize("name", MISTAKES)
def test_every_mistake_has_a_form_that_it_can_be_made_on(name: str) -> None:
    forms = ("ppwp",) if name in BOXED else ("dpr", "dpd", "kwk-bupati")
    made = Counter(
        form
        for form in forms
        for tps in range(1, 7)
        if written_down(sample(form, tps=f"17080420010{tps:02d}", mistakes={name: 1.0})).made
    )
    if name in BOXED:
        assert made["ppwp"] == 6
    else:
        assert made["kwk-bupati"] >= 3 or name == PARTIES
        assert made["dpd"] >= 4 or name == PARTIES
        assert made["dpr"] >= 4 or name == "digits-transposed"  # the sample's parties have few votes each


def test_what_goes_wrong_on_a_page_does_not_depend_on_the_others() -> None:
    given = sample("dpr", mistakes=dict.fromkeys(MISTAKES, 0.5))
    pages = given.template.pages
    there = [filling.fill(given, page) for page in pages]
    back = [filling.fill(given, page) for page in reversed(pages)][::-1]
    for one, other in zip(there, back, strict=True):
        assert one.mistakes == other.mistakes
        assert one.placements.tobytes() == other.placements.tobytes()


def test_mistakes_leave_the_hand_of_everything_else_alone() -> None:
    """A page without the mistake is the same, stroke by stroke, as it is without any."""
    right, wrong = order(), order(mistakes={"pair-sum-wrong": 1.0})
    for page in right.template.pages:
        same = (
            filling.fill(right, page).placements.tobytes() == filling.fill(wrong, page).placements.tobytes()
        )
        assert same == (page.number != 2)
