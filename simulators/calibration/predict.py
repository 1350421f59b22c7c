"""What a server model says a load will come to, before anybody offers it."""

import heapq
from collections.abc import Sequence
from dataclasses import replace
from math import nan

from simulators.calibration.loads import (
    BROKEN,
    GAVE_UP,
    GOOD,
    REFUSED,
    Attempt,
    Load,
    Outcome,
    Spread,
    arrivals,
    outcome,
    spread,
)
from simulators.draws import normal_at, subseed, uniform
from simulators.server import Queues, ServerModel, Window
from simulators.server import arrivals as answers

DRAWS = 12


def predict(model: ServerModel, load: Load, seed: int, draws: int = DRAWS) -> dict[str, Spread]:
    """Every metric of `Outcome` over draws of the service; the arrivals are those that will be offered."""
    found = [play(model, load, seed, draw).metrics() for draw in range(draws)]
    names = sorted({name for one in found for name in one}, key=lambda name: (":" in name, name))
    return {name: spread([one.get(name, nan) for one in found]) for name in names}


def play(model: ServerModel, load: Load, seed: int, draw: int = 0) -> Outcome:
    """One draw."""
    return outcome(load, attempts(model, load, seed, draw))


def attempts(model: ServerModel, load: Load, seed: int, draw: int = 0) -> Sequence[Attempt]:
    """Every attempt at a load, in the order in which they began.

    A retried page that the server has finished meanwhile costs it only its `repeat`.
    """
    queues = Queues.of(model, _windows(load))
    luck = subseed(seed, f"service-{draw}")
    due = [(one.due_s, one.number, 1, one.kind, one.due_s) for one in arrivals(load, seed)]
    heapq.heapify(due)
    held_from: dict[int, float] = {}
    found = []
    while due:
        at_s, number, tried, kind, due_s = heapq.heappop(due)
        z = normal_at(uniform(luck, number, tried))
        held = held_from.get(number, at_s + 1.0) <= at_s
        _, end_s, what = queues.arrive(kind, at_s, load.sent_bytes.get(kind, 0.0), z, held)
        if what == answers.SERVED and kind == "submit_page":
            held_from[number] = min(end_s, held_from.get(number, end_s))
        became, ended_s = _felt(what, end_s, at_s + load.patience_s)
        found.append(Attempt(number, kind, due_s, at_s, ended_s, became))
        if became != GOOD and tried < load.tries:
            again_s = load.again_s
            if became == REFUSED:
                again_s = max(again_s, model.retry_after_s)
            if ended_s + again_s < load.seconds:
                heapq.heappush(due, (ended_s + again_s, number, tried + 1, kind, due_s))
    return found


def _felt(what: int, end_s: float, patience_end_s: float) -> tuple[str, float]:
    """What the client learns, and when."""
    if what == answers.SILENT or end_s > patience_end_s:
        return GAVE_UP, patience_end_s
    if what == answers.SERVED:
        return GOOD, end_s
    return (REFUSED if what == answers.REFUSED else BROKEN), end_s


def _windows(load: Load) -> tuple[Window, ...]:
    if load.outage is None:
        return ()
    if load.outage_kills:
        return (Window("refused", *load.outage, crash=True),)
    return (Window("slow", *load.outage),)


def capacity(model: ServerModel, load: Load) -> float:
    """Requests of this mix a second when every hand is busy; the tightest of the pools decides.

    A pool that is only a gate takes the hands of another.
    """
    whole = sum(load.mix.values())
    busy: dict[str, float] = {}
    for kind, share in load.mix.items():
        pool = model.pool(model.service(kind).pool)
        owner = pool.hands_of or pool.name
        busy[owner] = busy.get(owner, 0.0) + share / whole / model.capacity(kind)
    return 1.0 / max(busy.values())


def at_times_capacity(model: ServerModel, load: Load, times: float) -> Load:
    """The same load at so many times what the model says it can take."""
    return replace(load, rate_per_s=times * capacity(model, load))
