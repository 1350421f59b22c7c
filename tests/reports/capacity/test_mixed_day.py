"""A mixed day whose capacity is known exactly: kinds of unlike cost, one of them dear."""

import itertools
from collections import Counter

import numpy as np
import pytest
from scipy.stats import binom

from gladi.capacity.measuring import AGAIN
from gladi.capacity.search import confirmed, confirming, following
from reports.capacity.answer import answer
from reports.capacity.counting import CONFIRM, RAMP, SEARCH, knee_of
from reports.capacity.judging import HELD, INVALID, LATE, NOT_HELD, Trial
from reports.capacity.nation import Sent
from reports.capacity.wanting import wanted
from scenarios.thresholds import threshold
from simulators.calibration.loads import Load, arrivals
from tests.reports.capacity.queueing import Line, Queue, measured

MIX = {"submit_page": 3.0, "status": 2.0, "login": 1.0, "read": 2.0}
LIMITS = {kind: (threshold("p95 < 5s"), threshold("success >= 90%")) for kind in MIX}
_CHEAP = {"submit_page": ("server", 0.005), "status": ("server", 0.0012), "read": ("server", 0.0006)}
_LINES = {
    # As the reference stack does with a reader of photos beside it: logins are refused when they wait 3.5 s.
    "logins have a line of their own": (
        {"server": Line(), "login": Line(refuse_s=3.5)}, {"login": ("login", 0.0625), **_CHEAP}
    ),
    "logins get what is left of a core": (
        {"server": Line(), "login": Line(refuse_s=3.5, leftover="server")},
        {"login": ("login", 0.023), **_CHEAP},
    ),
    "one line for all": (
        {"server": Line(2)},
        {"login": ("server", 0.08), "submit_page": ("server", 0.01), "status": ("server", 0.004),
         "read": ("server", 0.002)},
    ),
}  # fmt: skip


def day(name: str, mood: float = 0.0) -> Queue:
    """A mixed day."""
    lines, costs = _LINES[name]
    return Queue(lines, costs, MIX, mood=mood)


def test_the_capacity_of_a_day_is_that_of_its_first_full_line() -> None:
    own, left, one = (day(name).capacity_per_s for name in _LINES)
    assert own == pytest.approx(8 / 0.0625)
    assert left == pytest.approx(8 / (3 * 0.005 + 2 * 0.0012 + 2 * 0.0006 + 0.023))
    assert one == pytest.approx(2 * 8 / (0.08 + 3 * 0.01 + 2 * 0.004 + 2 * 0.002))


def test_every_trial_has_the_same_share_of_the_dear_kind() -> None:
    load = Load("mixed", MIX, 137.3, 6.0, numbered=True, parts_s=(1.5,))
    counts = []
    for seed in range(40):
        coming = arrivals(load, seed)
        assert [one.number for one in coming] == list(range(len(coming)))
        assert all(a.due_s <= b.due_s for a, b in itertools.pairwise(coming))
        judged = Counter(one.kind for one in coming if one.due_s >= 1.5)
        counts.append([judged[kind] for kind in MIX])
    exact = 137.3 * 4.5 / 8 * np.array(list(MIX.values()))
    assert np.all(np.abs(np.array(counts) - exact) <= 1.0)
    assert np.mean(counts, axis=0) == pytest.approx(exact, abs=0.4)
    gaps = np.concatenate([np.diff([one.due_s for one in arrivals(load, seed)]) for seed in range(40)])
    assert np.std(gaps) == pytest.approx(np.mean(gaps), rel=0.1), "moments bunch as Poisson's do"
    free = [
        sum(one.kind == "login" for one in arrivals(Load("x", MIX, 137.3, 6.0), seed)) for seed in range(40)
    ]
    assert np.std(free) > 5.0, "drawn by lot their number would differ by a tenth"


def _trial(
    rate: float, held: bool | None, purpose: str = SEARCH, late_ms: float = 1.0, seconds: float = 6.0
) -> Trial:
    became = INVALID if held is None else HELD if held else NOT_HELD
    why = LATE if held is None else ""
    return Trial(0, "mixed", purpose, rate, rate, rate, seconds, became, (), why, late_p99_ms=late_ms)


def test_long_trials_come_in_their_turn_and_count() -> None:
    trials = [_trial(100.0, True, RAMP), _trial(140.0, False, RAMP)]
    steps = []
    for _ in range(3):
        step = following(trials, 60.0, 1e9, 0.1)
        steps.append((step.purpose, step.times))
        trials.append(_trial(step.rate_per_s, step.rate_per_s < 120.0, step.purpose, seconds=9.0))
    assert steps == [(SEARCH, 2.0), (CONFIRM, 3.0), (SEARCH, 2.0)]
    before = knee_of(trials)
    long = confirming(trials, 1e9, 0)
    assert before.low_per_s < long < before.rate_per_s
    assert confirming(trials, 1e9, 2) < confirming(trials, 1e9, 1) < long
    assert knee_of([*trials, _trial(long, False, CONFIRM, seconds=15.0)]).rate_per_s < before.rate_per_s


def test_a_long_trial_far_below_the_knee_does_not_confirm_it() -> None:
    trials = [_trial(rate, rate < 120.0, SEARCH) for rate in np.linspace(100.0, 140.0, 12)]
    assert not confirmed([*trials, _trial(70.0, True, CONFIRM)])
    assert confirmed([*trials, _trial(116.0, True, CONFIRM)])


def test_an_undecided_answer_says_what_would_decide_it() -> None:
    rough = [_trial(100.0, True, RAMP), _trial(140.0, False, RAMP), _trial(120.0, True), _trial(125.0, False)]
    quiet = answer("mixed", rough, [], "budget", MIX, Sent(), took_s=60.0)
    assert quiet.outcome == "undecided" and not quiet.wanting.neighbours
    wide = quiet.knee.spread / 0.4
    assert quiet.wanting.minutes == pytest.approx(max(1.3, wide**2), abs=1.0)
    assert f"--only mixed --minutes {quiet.wanting.minutes}" in wanted(quiet.wanting, "mixed", "en")
    disturbed = answer("mixed", [*rough, _trial(110.0, None, late_ms=300.0)], [], "budget", MIX, Sent(), 60.0)
    assert disturbed.wanting.neighbours and "invalid trials 1" in wanted(disturbed.wanting, "mixed", "en")
    never = answer("mixed", [_trial(1.0, False, RAMP)], [], "nothing held", MIX, Sent(), 60.0)
    assert never.wanting.minutes is None and "Time alone" in wanted(never.wanting, "mixed", "en")
    done = answer(
        "mixed", [*rough, *rough[2:] * 4, _trial(115.0, True, CONFIRM)], [], "budget", MIX, Sent(), 60.0
    )
    assert done.outcome == "measured" and done.wanting is None and wanted(None, "mixed", "en") == ""


def test_long_trials_are_had_even_when_the_first_rates_were_not_held() -> None:
    for seed in range(4):
        found = measured(day("one line for all"), seed, 0.8, LIMITS)
        good = any(one.held for one in found.trials)
        assert not good or any(one.purpose == CONFIRM for one in found.trials), seed


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_five_minutes_decide_a_mixed_day_and_its_interval_holds_the_truth() -> None:
    """60 searches without a clock: fewer inside would happen by chance once in a hundred."""
    inside = decided = 0
    for name in _LINES:
        for seed in range(20):
            queue = day(name, mood=0.05 * (seed % 2))
            found = measured(queue, seed, 5.0, LIMITS)
            assert found.knee is not None and found.trials[-1].purpose == AGAIN
            decided += found.outcome == "measured"
            inside += found.knee.low_per_s <= queue.capacity_per_s <= found.knee.high_per_s
            if found.confirmed_per_s is not None:
                assert 0.7 < found.confirmed_per_s / queue.capacity_per_s < 1.2
    assert inside >= binom.ppf(0.01, 60, 0.95), inside
    assert decided >= 57, decided
