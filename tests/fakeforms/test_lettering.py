"""Printed names fit the room they have, whatever they are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakeforms.paper import lettering

lettering.register()
names = st.lists(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ.,'", min_size=1, max_size=14), max_size=9).map(
    " ".join
)


@settings(max_examples=60, deadline=None)
@given(names, st.floats(20, 120), st.sampled_from([1, 2]))
def test_a_name_keeps_to_its_room(name: str, room: float, most: int) -> None:
    op = {"size": 5.2, "max_width": room, "lines": most}
    lines = list(lettering.lines(name, op))
    assert 1 <= len(lines) <= most
    assert " ".join(line.words for line in lines).split() == name.split()
    for line in lines:
        assert line.width_mm <= room + 1e-9
        assert line.size_mm <= 5.2
        natural = lettering.length_mm(line.words, "bold", line.size_mm)
        assert line.width_mm >= 0.6 * natural  # never squeezed until nobody can read it


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("BUDI SANTOSO", ["BUDI SANTOSO"]),
        (
            "PROF. DR. H. MUHAMMAD ABDURRAHMAN SIREGAR, S.H.",
            ["PROF. DR. H. MUHAMMAD", "ABDURRAHMAN SIREGAR, S.H."],
        ),
        ("W" * 60, ["W" * 60]),
        ("", [""]),
    ],
)
def test_a_long_name_takes_two_lines_around_its_baseline(name: str, lines: list[str]) -> None:
    made = list(lettering.lines(name, {"size": 5.0, "max_width": 80, "lines": 2}))
    assert [line.words for line in made] == lines
    assert sum(line.below_mm for line in made) == pytest.approx(0)


def test_a_width_of_its_own_is_kept() -> None:
    made = list(lettering.lines("TAHUN 2024", {"size": 6.3, "width": 44.4, "max_width": 10}))
    assert made == [("TAHUN 2024", 0.0, 6.3, 44.4)]
