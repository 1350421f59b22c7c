"""When people of the nation do things: every moment and pause, as a function of what it is for.

Compiled functions of scalars, called by the kernel and by the SimPy processes alike, so that the arithmetic
is the same to the last bit. `key` is the digits of the TPS code times 8 plus the operator (0 for what
belongs to the TPS itself); fixed draws have counters below `FIRST_DRAW`, the journey's own go on from there.
`shift_s` is how much later (s) the sun of WIB rises than the TPS's: (7 - UTC offset) hours, added to moments
"of a zone". NaN stands for a moment that never comes.
"""

from math import cos, exp, floor, log, nan, pi, sqrt
from typing import Any

import numpy as np

from fakeforms.compiled import kernel
from simulators.draws import normal_at, uniform
from simulators.nation.habits import Habits

FIRST_DRAW = 512
ALREADY, STORM, FIRST_TRY, BORROW, LOGIN, LOGIN_AT, MORNING, MORNING_AT = range(8)
COUNT, WRITE = 8, 16
PLANO, STUCK, STUCK_FOR, BATCH, BEDTIME, STANDBY, BACKUP, EACH_FORM, STAGGER = range(24, 33)
PLENO_OPENS, SUSPENDED = 36, 40
TRAINING, TRAINING_AT, SESSION, SESSION_AT = 64, 96, 128, 160
PAGE_BYTES = 256
GAP_STREAM = 7

_uniform: Any = kernel(uniform)
_normal_at = kernel(normal_at)


@kernel
def draw(seed: int, key: int, k: int) -> float:
    """A uniform in [0, 1)."""
    return float(_uniform(np.uint64(seed), np.uint64(key), np.uint64(k)))


@kernel
def exponential(u: float, mean_s: float) -> float:
    """Of a uniform."""
    return -log(1.0 - u) * mean_s


@kernel
def lognormal(u: float, median_s: float, sigma: float) -> float:
    """Of a uniform."""
    return median_s * exp(sigma * _normal_at(u))


# --- before the day


@kernel
def active_already(h: Habits, seed: int, key: int) -> bool:
    """Whether the account was active before the story begins."""
    return draw(seed, key, ALREADY) < h.already


@kernel
def activation_at(h: Habits, seed: int, key: int, shift_s: float, borrows: bool) -> float:
    """The first try; NaN for an account that is active already."""
    if active_already(h, seed, key):
        return nan
    u = draw(seed, key, FIRST_TRY)
    if draw(seed, key, STORM) < h.storm_share:
        moment = h.opens_s + shift_s - log(1.0 - 0.95 * u) / 3.0 * h.spread_s
    else:
        # Some day of those that follow, between eight in the morning and eight in the evening.
        day = floor(u * h.over_days)
        moment = floor(h.opens_s / 86_400.0) * 86_400.0 + shift_s
        moment += day * 86_400.0 + (8.0 + 12.0 * (u * h.over_days - day)) * 3_600.0
        moment = max(moment, h.opens_s + shift_s)
    return moment + (exponential(draw(seed, key, BORROW), h.borrow_s) if borrows else 0.0)


@kernel
def training_at(h: Habits, seed: int, key: int, index: int, shift_s: float) -> float:
    """The operator's part of training `index`; NaN if he takes none."""
    if draw(seed, key, TRAINING + index) >= h.training_share[index]:
        return nan
    late = draw(seed, key, TRAINING_AT + index)
    return float(h.training_s[index] + shift_s + h.training_spread_s[index] * late)


@kernel
def login_at(h: Habits, seed: int, key: int, shift_s: float) -> float:
    """The login check of H-1; NaN if he makes none."""
    if draw(seed, key, LOGIN) >= h.login_share:
        return nan
    return h.login_s + shift_s + h.login_spread_s * draw(seed, key, LOGIN_AT)


@kernel
def morning_at(h: Habits, seed: int, key: int, shift_s: float) -> float:
    """The login of election day's morning; NaN if he makes none."""
    if draw(seed, key, MORNING) >= h.morning_share:
        return nan
    return h.morning_s + shift_s + h.morning_spread_s * _normal_at(draw(seed, key, MORNING_AT))


# --- the day


@kernel
def counted_at(h: Habits, seed: int, tps_key: int, form: int, votes: float, shift_s: float) -> float:
    """When form `form` (its number in counting order) can be photographed: counted, written and signed.

    Forms are counted one after the other; who writes a plano does not keep the others from counting on.
    """
    moment = h.close_s + shift_s
    work = h.count_fixed + (1.0 - h.count_fixed) * votes / 200.0
    for one in range(form + 1):
        moment += lognormal(draw(seed, tps_key, COUNT + one), h.count_median_s[one] * work, h.count_sigma)
    return moment + lognormal(draw(seed, tps_key, WRITE + form), h.write_s, h.write_sigma)


@kernel
def may_send_from(h: Habits, seed: int, area: int, shift_s: float) -> float:
    """Before this nobody of the kecamatan may send (staggered windows; at the close if there are none)."""
    return h.close_s + shift_s + h.staggered_s * draw(seed, area, STAGGER)


@kernel
def plano_leaves_at(h: Habits, seed: int, tps_key: int, last_counted_s: float, shift_s: float) -> float:
    """When the plano goes to the PPS; two hours after the last count at the soonest."""
    moment = h.plano_s + shift_s + h.plano_spread_s * _normal_at(draw(seed, tps_key, PLANO))
    return max(moment, last_counted_s + 7_200.0)


@kernel
def bedtime_at(h: Habits, seed: int, key: int, last_counted_s: float, shift_s: float) -> float:
    """When the first night ends for an operator; with the last count at the soonest."""
    moment = h.bedtime_s + shift_s + h.bedtime_spread_s * _normal_at(draw(seed, key, BEDTIME))
    return max(moment, last_counted_s)


@kernel
def stuck_until(h: Habits, seed: int, tps_key: int, counted_s: float) -> float:
    """Until when the app will not take the page of votes of the first form."""
    if draw(seed, tps_key, STUCK) >= h.stuck_share:
        return counted_s
    return counted_s + exponential(draw(seed, tps_key, STUCK_FOR), h.stuck_s)


@kernel
def standby_at(h: Habits, seed: int, tps_key: int, first_counted_s: float) -> float:
    """When the second operator looks."""
    return first_counted_s + exponential(draw(seed, tps_key, STANDBY), h.standby_s)


@kernel
def next_session(h: Habits, seed: int, key: int, now_s: float, shift_s: float) -> int:
    """Index of the next later session this operator takes part in; -1 when there is none."""
    for index in range(len(h.session_start_s)):
        takes_part = draw(seed, key, SESSION + index) < h.session_share[index]
        if takes_part and session_at(h, seed, key, index, shift_s) > now_s:
            return index
    return -1


@kernel
def session_at(h: Habits, seed: int, key: int, index: int, shift_s: float) -> float:
    """When he sits down to it: in the first six tenths of the session."""
    length = h.session_end_s[index] - h.session_start_s[index]
    return float(h.session_start_s[index] + shift_s + 0.6 * length * draw(seed, key, SESSION_AT + index))


@kernel
def page_time(h: Habits, u: float, form: int, slow: bool) -> float:
    """To pose, shoot and accept one page."""
    took = lognormal(u, h.page_s, h.page_sigma)
    if form > 0:
        took /= h.pages_at_a_time
    return took * 1.5 if slow else took


@kernel
def photo_bytes(h: Habits, seed: int, key: int, page: int) -> float:
    """Size of the photograph of a page (numbered through all forms)."""
    return lognormal(draw(seed, key, PAGE_BYTES + page), h.photo_bytes, h.photo_sigma)


# --- signal


@kernel
def gap_of(h: Habits, seed: int, tps_key: int, cycle: int) -> tuple[float, float]:
    """Start and end of the one gap in a cycle of an unsteady link."""
    length = min(exponential(draw(seed, tps_key + GAP_STREAM, 2 * cycle), h.gap_s), 0.9 * h.cycle_s)
    start = cycle * h.cycle_s + (h.cycle_s - length) * draw(seed, tps_key + GAP_STREAM, 2 * cycle + 1)
    return start, start + length


@kernel
def online_from(h: Habits, seed: int, tps_key: int, now_s: float) -> float:
    """Now if an unsteady link is there now, otherwise when it is back."""
    start, end = gap_of(h, seed, tps_key, int(now_s / h.cycle_s))
    return end if start <= now_s < end else now_s


@kernel
def next_gap(h: Habits, seed: int, tps_key: int, now_s: float) -> float:
    """When an unsteady link that is there now goes next."""
    cycle = int(now_s / h.cycle_s)
    start, _ = gap_of(h, seed, tps_key, cycle)
    if start <= now_s:
        start, _ = gap_of(h, seed, tps_key, cycle + 1)
    return start


# --- pauses


@kernel
def rest_time(h: Habits, u: float, rests: int) -> float:
    """A person's pause before the next try, longer each time up to a most."""
    mean = h.rest_s
    for _ in range(rests):
        mean = min(mean * h.rest_growth, h.rest_most_s)
    return exponential(u, mean)


@kernel
def activation_rest(h: Habits, u: float, rests: int) -> float:
    """The same, of those who try to activate, rehearse or log in before the day."""
    mean = h.activation_rest_s
    for _ in range(rests):
        mean = min(mean * h.rest_growth, h.rest_most_s)
    return exponential(u, mean)


@kernel
def backoff_time(h: Habits, u: float, tries: int, retry_after_s: float) -> float:
    """The app's pause after failure number `tries` (from 0): full jitter above half of it."""
    pause = h.backoff_first_s
    for _ in range(tries):
        if pause >= h.backoff_max_s:
            break
        pause *= h.backoff_factor
    pause = min(pause, h.backoff_max_s)
    return max(pause * (0.5 + 0.5 * u), retry_after_s)


# --- the pleno


@kernel
def pleno_at(h: Habits, seed: int, area: int, shift_s: float) -> float:
    """When the pleno of a kecamatan opens (area: its number times 8)."""
    u = draw(seed, area, PLENO_OPENS)
    day = floor(u * (h.pleno_latest_s - h.pleno_s) / 86_400.0)
    return h.pleno_s + shift_s + day * 86_400.0


@kernel
def at_work(h: Habits, seed: int, area: int, moment_s: float, shift_s: float) -> float:
    """The moment, or the next at which the pleno sits: within its hours, and not suspended."""
    for index in range(len(h.suspended_s)):
        waits = draw(seed, area, SUSPENDED + index) < h.suspended_s[index, 2]
        if waits and h.suspended_s[index, 0] <= moment_s < h.suspended_s[index, 1]:
            moment_s = h.suspended_s[index, 1]
    local = moment_s - shift_s
    midnight = floor(local / 86_400.0) * 86_400.0
    if local - midnight < h.pleno_from_s:
        return midnight + h.pleno_from_s + shift_s
    if local - midnight >= h.pleno_until_s:
        return midnight + 86_400.0 + h.pleno_from_s + shift_s
    return moment_s


@kernel
def views(h: Habits, u: float, moment_s: float) -> float:
    """Views that reach the server in the beat at `moment_s`: a day's course, and chance.

    The course is a sine with its top at 21:00 and its bottom at 9:00 (assumed); the chance is the normal
    approximation of a Poisson count.
    """
    clock = moment_s / 86_400.0 - floor(moment_s / 86_400.0)
    mean = h.views_a_s * h.beat_s * (1.0 + 0.6 * cos(2.0 * pi * (clock - 0.875)))
    return max(0.0, floor(mean + sqrt(mean) * _normal_at(u) + 0.5))
