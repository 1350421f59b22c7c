"""The two readings of time agree with each other, whatever the phases."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from scenarios import Phase, Timeline
from scenarios.durations import clock_s, seconds

START = datetime(2024, 2, 7, 8)


def phases(lengths_h: list[float], paces: list[float]) -> list[Phase]:
    """Phases with an hour's gap between them."""
    out, start = [], START
    for number, (length_h, pace) in enumerate(zip(lengths_h, paces, strict=True)):
        end = start + timedelta(hours=length_h)
        out.append(Phase(id=f"p{number}", title="x", start=start, end=end, pace=pace))
        start = end + timedelta(hours=1)
    return out


days = st.lists(
    st.tuples(st.floats(0.5, 30.0), st.floats(0.1, 10.0)), min_size=1, max_size=5
).map(lambda rows: phases([one for one, _ in rows], [pace for _, pace in rows]))  # fmt: skip


@given(days, st.floats(1.0, 5000.0), st.floats(0.0, 1.0))
def test_there_and_back(played: list[Phase], compression: float, where: float) -> None:
    timeline = Timeline(played, compression)
    run_s = where * timeline.duration_s * 0.999
    phase = timeline.at(run_s)
    local = timeline.local(run_s)
    midnight = phase.start.replace(hour=0, minute=0, second=0, microsecond=0)
    assert timeline.run_s(phase.id, (local - midnight).total_seconds()) == pytest.approx(run_s, abs=1e-3)


@given(days, st.floats(1.0, 5000.0), st.floats(0.0, 1.0), st.floats(0.0, 50_000.0), st.floats(0.0, 50_000.0))
def test_waiting_twice_is_waiting_once(
    played: list[Phase], compression: float, where: float, first_s: float, second_s: float
) -> None:
    timeline = Timeline(played, compression)
    start = where * timeline.duration_s
    together = timeline.after(start, first_s + second_s)
    assert timeline.after(timeline.after(start, first_s), second_s) == pytest.approx(
        together, rel=1e-9, abs=1e-6
    )
    assert together >= start


@given(days, st.floats(1.0, 5000.0))
def test_phases_follow_without_a_gap(played: list[Phase], compression: float) -> None:
    timeline = Timeline(played, compression)
    ends = [phase.run_end_s for phase in timeline.phases]
    assert [phase.run_start_s for phase in timeline.phases] == [0.0, *ends[:-1]]
    assert timeline.duration_s == ends[-1]


def test_nothing_is_played_faster_than_life_at_compression_one() -> None:
    timeline = Timeline(phases([1.0], [0.5]), 1.0)
    assert timeline.duration_s == 3600.0


@pytest.mark.parametrize(
    ("text", "found"), [("30s", 30.0), ("45m", 2700.0), ("1h30m", 5400.0), ("2h", 7200.0), ("1.5h", 5400.0)]
)
def test_durations(text: str, found: float) -> None:
    assert seconds(text) == found


@pytest.mark.parametrize("text", ["", "45", "m", "1h nonsense", "-5m", 45, None])
def test_what_is_no_duration(text: object) -> None:
    with pytest.raises(ValueError, match="units"):
        seconds(text)


@pytest.mark.parametrize(
    ("text", "found"), [("00:00", 0), ("19:30", 70_200), ("01:30+1", 91_800), ("8:05:30", 29_130)]
)
def test_clock_times(text: str, found: float) -> None:
    assert clock_s(text) == found


@pytest.mark.parametrize("text", ["24:00", "7", "12:60", "noon", None])
def test_what_is_no_clock_time(text: object) -> None:
    with pytest.raises(ValueError, match="clock time"):
        clock_s(text)


def test_a_phase_with_an_offset_is_refused() -> None:
    with pytest.raises(ValidationError, match="without an offset"):
        Phase(
            id="p", title="x",
            start=datetime.fromisoformat("2024-02-14T07:00:00+07:00"),
            end=datetime.fromisoformat("2024-02-14T08:00:00+07:00"),
        )  # fmt: skip
