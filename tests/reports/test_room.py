"""Words on a time axis never touch, however narrow a phase is."""

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from reports import RunDirectory
from reports.pictures.canvas import figure
from reports.pictures.clock import dress, fault_bands
from reports.pictures.room import FAULT_LETTER, PHASE_TITLE, rows_of, settle
from tests.reports.invented import Rehearsal

Span = tuple[float, float]
spans = st.lists(st.tuples(st.floats(0, 100), st.floats(0, 30)).map(lambda one: (one[0], one[0] + one[1])))


@given(spans, st.integers(1, 4), st.floats(0, 5))
def test_spans_of_one_row_keep_their_distance(given: list[Span], most: int, gap: float) -> None:
    rows = rows_of(given, most, gap)
    for (one, row), (other, other_row) in combinations(zip(given, rows, strict=True), 2):
        if row is not None and row == other_row:
            assert one[1] + gap <= other[0] or other[1] + gap <= one[0]


@given(spans)
def test_the_first_always_has_room(given: list[Span]) -> None:
    assert rows_of(given, 1, 0.0)[:1] == [0] * bool(given)


def played(folder: Path) -> RunDirectory:
    """A day whose voting phase is 3 % of the picture, between two others that have long titles."""
    lengths = {"Jendela aktivasi (H-8)": 51.0, "Uji masuk (H-1)": 12.0, "Pemungutan suara": 4.5,
               "Penghitungan dan pengiriman": 84.0}  # fmt: skip
    rehearsal, start_s, phases = Rehearsal().play(), 0.0, []
    for day, (title, length_s) in enumerate(lengths.items(), start=7):
        phases.append(
            {"id": title, "title": title, "start_local": f"2024-02-{day:02d}T07:00:00",
             "end_local": f"2024-02-{day:02d}T12:00:00", "run_start_s": start_s,
             "run_end_s": start_s + length_s, "compression": 18_000 / length_s}
        )  # fmt: skip
        start_s += length_s
    rehearsal.run |= {"phases": phases, "duration_s": start_s}
    for moment_s in (80.0, 81.0, 82.0):
        rehearsal.fault("process_kill", "api", moment_s, moment_s + 0.5)
    return RunDirectory.open(rehearsal.save(folder))


def overlap(one: Text, other: Text) -> bool:
    return bool(ink(one).overlaps(ink(other)))


def ink(words: Text) -> Bbox:
    """Where words are seen: a label moved to the second line begins with an empty one."""
    box = words.get_window_extent()
    empty = 0.5 * box.height if words.get_text().startswith("\n") else 0.0
    return Bbox.from_extents(box.x0, box.y0, box.x1, box.y1 - empty)


@pytest.mark.parametrize("settled", [True, False])
def test_titles_times_and_letters_do_not_touch_once_settled(settled: bool, tmp_path: Path) -> None:
    run = played(tmp_path)
    made = figure(3.7)
    axes = made.add_subplot()
    span = (0.0, 151.5)
    dress(axes, run, "id", span)
    fault_bands(axes, run, "id", span)
    if settled:
        settle(made, [phase.run_start_s for phase in run.info.phases])
    made.draw_without_rendering()
    titles = [one for one in axes.texts if one.get_gid() == PHASE_TITLE]
    letters = [one for one in axes.texts if one.get_gid() == FAULT_LETTER]
    times = [one for one in axes.get_xticklabels() if one.get_text()]
    assert [one.get_text() for one in letters] == ["A", "B", "C"]
    assert len(titles) == 4
    for words in (titles, letters, times):
        # without settling every kind collides: the measuring can fail
        assert any(overlap(one, other) for one, other in combinations(words, 2)) is not settled
    starts = [one for one in times if one.get_text().strip() == "07.00"]
    assert len(starts) == 4
    if settled:
        assert max(one.get_window_extent().x1 for one in titles) <= axes.get_window_extent().x1 + 1.0
