"""One kind of load measured: the law by clients, the knee by search, a long look, the first rate again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic

from gladi.capacity.search import Done, following
from gladi.capacity.trying import RAN_OUT, Bench
from reports.capacity.counting import AGAIN, CONFIRM, RAMP, counted, knee_of
from reports.capacity.judging import Trial

CLIENTS = (1, 2, 4, 8, 16, 32)
CONFIRM_TIMES = 3.0
_CLIENT_S = 1.0
_CLIENTS_SHARE = 0.15
"""Of the time, at most, for the closed steps."""
_START = 0.6
"""Of the best closed throughput: where the ramp begins."""
_START_BLIND = 1.0
_LOWER = 0.92
_CONFIRMS, _CONFIRMS_SURE = 4, 2
"""Long trials at most, the first at the knee, the next so much lower; two even when the time is over."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured: the load, until when (time.monotonic), how long a trial is judged, how exactly."""

    what: str
    mix: Mapping[str, float]
    deadline_s: float
    judged_s: float
    precision: float
    ceiling_per_s: float


def measure(bench: Bench, plan: Plan, advance: Callable[[float], None]) -> str:
    """Everything into the record; returns why it ended: precision, budget, pages, generator, ceiling, ..."""
    best = _clients(bench, plan)
    trials: list[Trial] = []
    start = _START * best if best else _START_BLIND
    ended = _searched(bench, plan, start, trials, advance)
    _confirmed(bench, plan, trials)
    first = next((one for one in trials if one.purpose == RAMP and one.held is not None), None)
    if first is not None and _pages(bench, plan, first.rate_per_s, plan.judged_s):
        trials.append(bench.trial(plan.what, plan.mix, first.rate_per_s, plan.judged_s, AGAIN))
    return ended


def _clients(bench: Bench, plan: Plan) -> float:
    """Upwards and downwards once; the best throughput seen."""
    seconds = min(_CLIENT_S, _CLIENTS_SHARE * (plan.deadline_s - monotonic()) / (2 * len(CLIENTS)))
    best = 0.0
    for clients in (*CLIENTS, *reversed(CLIENTS)):
        if not _pages(bench, plan, max(best, 1.0) * 1.5, 4.0 * seconds):
            break
        best = max(best, bench.clients(plan.what, plan.mix, clients, seconds))
    return best


def _searched(
    bench: Bench, plan: Plan, start: float, trials: list[Trial], advance: Callable[[float], None]
) -> str:
    begin_s = monotonic()
    trial_s = bench.took_s(plan.judged_s)
    while True:
        reserved_s = bench.took_s(CONFIRM_TIMES * plan.judged_s) + trial_s
        if trials and monotonic() + trial_s + reserved_s > plan.deadline_s:
            return "budget"
        step = following(trials, start, plan.ceiling_per_s, plan.precision)
        if isinstance(step, Done):
            return step.why
        if not _pages(bench, plan, step.rate_per_s, (1.0 + CONFIRM_TIMES) * plan.judged_s + bench.warm_s):
            return "pages"
        done = bench.trial(plan.what, plan.mix, step.rate_per_s, plan.judged_s, step.purpose)
        trials.append(done)
        if done.invalid == RAN_OUT:
            return "pages"
        advance((monotonic() - begin_s) / max(1.0, plan.deadline_s - begin_s))


def _confirmed(bench: Bench, plan: Plan, trials: list[Trial]) -> None:
    """A trial three times as long at the knee; while it is not held, one a little lower."""
    told = counted(trials)
    found = knee_of(trials) if any(not one.held for one in told) else None
    if found is not None and any(one.held for one in told):
        rates = [found.rate_per_s * _LOWER**step for step in range(_CONFIRMS)]
    elif any(one.held for one in told):
        rates = [max(one.rate_per_s for one in told if one.held)]
    else:
        return
    judged_s = CONFIRM_TIMES * plan.judged_s
    for number in range(_CONFIRMS):
        late = monotonic() + bench.took_s(judged_s) > plan.deadline_s
        if not rates or not _pages(bench, plan, rates[0], judged_s) or (number >= _CONFIRMS_SURE and late):
            return
        tried = bench.trial(plan.what, plan.mix, min(rates[0], plan.ceiling_per_s), judged_s, CONFIRM)
        trials.append(tried)
        if tried.held:
            return
        if tried.held is False:  # an invalid one is tried again
            rates.pop(0)


def _pages(bench: Bench, plan: Plan, rate_per_s: float, judged_s: float) -> bool:
    """Whether there are enough left to send."""
    share = plan.mix.get("submit_page", 0.0) / sum(plan.mix.values())
    return rate_per_s * share * (bench.warm_s + judged_s) * 1.1 <= bench.offering.left or not share
