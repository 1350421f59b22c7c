"""How far another machine's clock is off, and how sure that is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gladi.load.clocks import Exchange, Reading, reading, refusal, warning

offsets = st.floats(-1e4, 1e4)
ways = st.floats(1e-5, 0.5)


@given(offsets, st.lists(st.tuples(st.floats(0, 1e4), ways, ways), min_size=1, max_size=8))
def test_the_truth_is_within_the_uncertainty_whatever_the_two_ways_took(
    offset_s: float, sent: list[tuple[float, float, float]]
) -> None:
    exchanges = [Exchange(at, at + there + offset_s, at + there + back) for at, there, back in sent]
    found = reading(exchanges)
    assert abs(found.offset_s - offset_s) <= found.uncertainty_s + 1e-6
    assert found.uncertainty_s == pytest.approx(min(there + back for _, there, back in sent) / 2, abs=1e-6)


def test_one_slow_exchange_does_not_spoil_the_others() -> None:
    good, stalled = Exchange(10.0, 12.001, 10.002), Exchange(11.0, 15.9, 15.0)
    found = reading([stalled, good])
    assert (found.offset_s, found.uncertainty_s) == pytest.approx((2.0, 0.001))


def test_clocks_apart_by_minutes_are_refused_and_by_seconds_told() -> None:
    ahead, behind, near, right = (Reading(offset_s, 0.01) for offset_s in (183.2, -90.0, 2.5, 0.4))
    assert refusal("desa-1", ahead) == "the clock of desa-1 is 183 s ahead; set it (NTP)"
    assert refusal("desa-1", behind) == "the clock of desa-1 is 90 s behind; set it (NTP)"
    assert not refusal("desa-1", near)
    assert warning("desa-1", near) == "the clock of desa-1 is 2.5 s ahead"
    assert not warning("desa-1", right)
    assert not warning("desa-1", Reading(2.5, 3.0)), "nobody knows that it is off"
