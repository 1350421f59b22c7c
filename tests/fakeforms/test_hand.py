"""A hand stays itself over all sheets of a TPS, and no two TPS or signers write alike."""

from collections import Counter

import numpy as np

from fakeforms.draws import Draws
from fakeforms.writing.hand import Crew, crew
from fakeforms.writing.shapes import DIGITS

TPS = "1708042001003"
CREWS = [crew(7, f"17080420010{n:02d}", 7, 3) for n in range(1, 80)]


def outline(people: Crew, glyph: str) -> bytes:
    number = people.alphabet.ids[glyph]
    start, end = people.alphabet.first_stroke[number : number + 2]
    points = people.alphabet.points[people.alphabet.first_point[start] : people.alphabet.first_point[end]]
    return points.tobytes()


def test_a_hand_is_the_same_for_every_form_of_a_tps() -> None:
    presidential, regional = crew(7, TPS, 7, 3), crew(7, TPS, 7, 18)  # another form, other witnesses
    assert presidential.writer == regional.writer
    for signer in presidential.signers:
        assert outline(presidential, signer) == outline(regional, signer)
        assert presidential.signers[signer] == regional.signers[signer]


def test_hands_differ_between_tps_and_seeds() -> None:
    assert len({(c.writer.slant, c.writer.size, c.writer.pen_mm) for c in CREWS}) == len(CREWS)
    assert crew(8, TPS, 7, 3).writer != crew(7, TPS, 7, 3).writer


def test_every_variant_of_every_digit_has_its_writers() -> None:
    for digit in "0123456789":
        written = {c.writer.variants[digit] for c in CREWS} | {c.writer.seconds[digit] for c in CREWS}
        assert written == {name for name in DIGITS if name[0] == digit}


def test_a_hand_writes_a_digit_in_its_own_way_with_exceptions() -> None:
    draws, writer = Draws(1, TPS, "test"), CREWS[0].writer
    seen = Counter(writer.digit("4", draws) for _ in range(600))
    assert seen.most_common(1)[0][0] == writer.variants["4"]
    assert seen[writer.variants["4"]] >= 520


def test_habits_that_show_on_a_sheet_all_occur() -> None:
    writers = [c.writer for c in CREWS]
    assert {w.zero for w in writers} == {"crosses", "nought", "noughts", "blank"}
    assert {w.case for w in writers} == {"capitals", "mixed", "lapsing"}
    assert len({w.fill for w in writers}) == 5
    assert len({w.cross for w in writers}) == 3
    assert Counter(w.unused for w in writers).most_common(1)[0][0] == "X"


def test_nobody_signs_like_anybody_else() -> None:
    drawn = {outline(c, signer) for c in CREWS[:20] for signer in c.signers}
    assert len(drawn) == 200


def test_signatures_differ_in_build() -> None:
    strokes = Counter()  # type: Counter[int]
    wide = []
    for c in CREWS[:20]:
        for signer in c.signers:
            number = c.alphabet.ids[signer]
            start, end = c.alphabet.first_stroke[number : number + 2]
            strokes[int(end - start)] += 1
            points = c.alphabet.points[c.alphabet.first_point[start] : c.alphabet.first_point[end]]
            span = points.max(axis=0) - points.min(axis=0)
            wide.append(float(span[0] / span[1]))
    assert len(strokes) >= 4
    assert np.percentile(wide, 90) > 2 * np.percentile(wide, 10)
