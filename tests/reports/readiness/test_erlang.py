"""Erlang C against a textbook's table, and against a queue that is played."""

import heapq

import numpy as np
import pytest

from reports.readiness.erlang import answered, staff_for, waiting


@pytest.mark.parametrize(
    ("load", "staff", "chance"),
    [(1.0, 2, 1 / 3), (2.0, 3, 4 / 9), (0.5, 1, 0.5), (5.0, 7, 0.32410)],  # closed forms; 5 Erlang, 7 people
)
def test_chance_of_waiting(load: float, staff: int, chance: float) -> None:
    assert waiting(load / 60.0, 60.0, staff) == pytest.approx(chance, abs=5e-5)


def test_a_played_queue_waits_as_predicted() -> None:
    draw, calls, length_s, staff = np.random.default_rng(7), 60_000, 480.0, 9
    per_s = 7.5 / length_s
    free = [0.0] * staff
    came_s, soon = 0.0, 0
    for gap, served in zip(
        draw.exponential(1 / per_s, calls), draw.exponential(length_s, calls), strict=True
    ):
        came_s += gap
        begun = max(came_s, heapq.heappop(free))
        heapq.heappush(free, begun + served)
        soon += begun - came_s <= 180.0
    assert soon / calls == pytest.approx(answered(per_s, length_s, staff, 180.0), abs=0.03)


def test_the_fewest_who_are_enough() -> None:
    staff = staff_for(100 / 3600.0, 480.0, 180.0, 0.8)
    assert (
        answered(100 / 3600.0, 480.0, staff, 180.0) >= 0.8 > answered(100 / 3600.0, 480.0, staff - 1, 180.0)
    )
    assert staff_for(0.0, 480.0, 180.0, 0.8) == 0
