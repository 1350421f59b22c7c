"""The measurements of a calibration, one after the other, each bounded in time.

Closed steps with more and more clients for the capacity, single ones for the shape, one burst a class for the
limit, a mixture for what is shared, and the same page again for what a repetition costs.
"""

import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from gladi.address import Address
from gladi.cores import processor_name
from gladi.offering.crowd import Ask
from gladi.offering.generator import Step
from gladi.offering.ground import Ground
from gladi.offering.settling import settle
from gladi.show import Advance
from simulators.calibration.fit import SATURATED, Measured
from simulators.calibration.loads import GOOD, REFUSED, Load, arrivals
from simulators.calibration.shapes import Burst, Overload

CLIENTS = (1, 2, 3, 4, 6, 8, 16, 32)
_TOGETHER = 16
_SINGLY = 30
"""Requests of a kind that is only asked singly."""
_BURST_LEAST, _BURST_MOST = 48, 900
_OVERLOADS = ("login", "submit_page")
_TIMES, _STANDING_S = 2.5, 4.0
_BURSTS = ("login", "submit_page", "status", "read")
"""One kind of each class that systems admit apart: passwords, uploads, other calls of phones, the public."""


@dataclass(frozen=True, slots=True)
class Effort:
    """Seconds of a closed step (twice as long with one client), and how long a queue a burst should fill."""

    step_s: float
    burst_s: float


THOROUGH = Effort(2.0, 6.0)
QUICK = Effort(0.6, 4.5)


@dataclass(slots=True)
class Log:
    """What was measured so far, and the steps that said nothing, with why."""

    closed: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    idle_s: dict[str, list[float]] = field(default_factory=dict)
    bursts: list[Burst] = field(default_factory=list)
    overloads: list[Overload] = field(default_factory=list)
    discarded: list[str] = field(default_factory=list)
    together: dict[str, float] = field(default_factory=dict)
    repeat: tuple[float, float] | None = None


def measure(
    ground: Ground, effort: Effort, advance: Advance, allowed: Callable[[], None]
) -> tuple[Measured, list[str]]:
    """Everything a fit needs, and the steps that were discarded. `allowed` raises when consent is gone."""
    log = Log(idle_s=dict(ground.entering))
    log.idle_s.pop("login", None)  # measured again below, when nothing is new any more
    todo: list[tuple[str, Callable[[], None]]] = [
        *(
            (f"{kind}, {n} klien", _closed(ground, log, kind, n, effort))
            for kind in SATURATED
            for n in CLIENTS
        ),
        *((kind, _singly(ground, log, kind)) for kind in ("tps", "correct")),
        ("halaman yang sama lagi", lambda: _repeat(ground, log, effort)),
        ("masuk dan kirim bersama", lambda: _mixed(ground, log, effort)),
        *((f"lonjakan {kind}", _burst(ground, log, kind, effort)) for kind in _BURSTS),
        *((f"kelebihan beban {kind}", _overload(ground, log, kind, effort)) for kind in _OVERLOADS),
        ("logout", _singly(ground, log, "logout")),
    ]
    for number, (words, work) in enumerate(todo):
        allowed()
        advance(number, len(todo), words)
        work()
    closed = {kind: points for kind, points in log.closed.items() if points}
    link_s = _link_s(ground.address)
    restart_s = ground.restart() if ground.restart else 0.0
    measured = Measured(
        closed, log.idle_s, log.bursts, log.overloads, log.together, log.repeat, link_s, restart_s
    )
    return measured, log.discarded


def _link_s(address: Address) -> float:
    """The least round trip of five: how long a connection takes that the server's kernel alone answers."""
    least_s = 1.0
    for _ in range(5):
        began_s = time.perf_counter()
        with socket.create_connection((address.host, address.port), timeout=5.0):
            least_s = min(least_s, time.perf_counter() - began_s)
    return least_s


def _closed(ground: Ground, log: Log, kind: str, clients: int, effort: Effort) -> Callable[[], None]:
    def work() -> None:
        seconds = effort.step_s * (2.0 if clients == 1 else 1.0)
        step = ground.generator.closed(clients, seconds, lambda: ground.crowd.ask(kind))
        why = _unfit(step) or step.invalid
        if why:
            log.discarded.append(f"{kind} with {clients} clients: {why}")
            return
        log.closed.setdefault(kind, []).append((clients, step.rate()))
        if clients == 1:
            log.idle_s[kind] = step.latencies_s()

    return work


def _unfit(step: Step) -> str:
    good = sum(one.became == GOOD for one in step.attempts)
    if good < 5:
        return "the pages ran out" if step.ran_out else f"only {good} good answers"
    bad = len(step.attempts) - good
    return f"{bad} of {len(step.attempts)} were not answered well" if bad > 0.02 * len(step.attempts) else ""


def _singly(ground: Ground, log: Log, kind: str) -> Callable[[], None]:
    """One after the other, so many of them; latencies only."""

    def work() -> None:
        left = _SINGLY
        if kind == "logout":
            asks = [ground.crowd.entering("logout", index, 2) for index in ground.crowd.login_accounts]
            make: Callable[[], Ask | None] = lambda: asks.pop() if asks else None  # noqa: E731
        else:

            def make() -> Ask | None:
                nonlocal left
                left -= 1
                return ground.crowd.ask(kind) if left >= 0 else None

        step = ground.generator.closed(1, 5.0, make)
        if len(step.latencies_s()) >= 5:
            log.idle_s[kind] = step.latencies_s()
        else:
            log.discarded.append(f"{kind}: {len(step.latencies_s())} good answers")

    return work


def _repeat(ground: Ground, log: Log, effort: Effort) -> None:
    step = ground.generator.closed(8, effort.step_s, ground.crowd.again)
    new = [rate for clients, rate in log.closed.get("submit_page", ()) if clients == 8]
    if step.invalid or not new or not step.rate():
        log.discarded.append(f"the same page again: {step.invalid or 'nothing to compare with'}")
        return
    log.repeat = (new[0], step.rate())


def _mixed(ground: Ground, log: Log, effort: Effort) -> None:
    """Half of the clients log in, half send pages: what they get together against alone."""
    kinds = ("login", "submit_page")
    clients: dict[str, int] = dict.fromkeys(kinds, 0)

    def make() -> Ask | None:
        kind = min(kinds, key=lambda one: clients[one])
        ask = ground.crowd.ask(kind)
        if ask is None:
            return None
        clients[kind] += 1
        before = ask.ended

        def ended(good: bool) -> None:
            clients[kind] -= 1
            before(good)

        return replace(ask, ended=ended)

    step = ground.generator.closed(_TOGETHER, effort.step_s * 1.5, make)
    if why := step.invalid or _unfit(step):
        log.discarded.append(f"logins and pages together: {why}")
        return
    log.together = {kind: step.rate(kind) for kind in kinds}


def _burst(ground: Ground, log: Log, kind: str, effort: Effort) -> Callable[[], None]:
    def work() -> None:
        settle(ground.generator, lambda: ground.crowd.ask("status"))
        fastest = max((rate for _, rate in log.closed.get(kind, ())), default=0.0)
        count = round(min(_BURST_MOST, max(_BURST_LEAST, fastest * effort.burst_s)))
        step = ground.generator.burst(count, 30.0, lambda: ground.crowd.ask(kind))
        log.bursts.append(burst_of(kind, step))
        settle(ground.generator, lambda: ground.crowd.ask("status"))

    return work


def _overload(ground: Ground, log: Log, kind: str, effort: Effort) -> Callable[[], None]:
    """Asked for longer than any queue holds, `_TIMES` as often as it can be answered; nobody asks again."""

    def work() -> None:
        settle(ground.generator, lambda: ground.crowd.ask("status"))
        fastest = max((rate for _, rate in log.closed.get(kind, ())), default=0.0)
        rate, seconds = fastest * _TIMES, effort.burst_s + _STANDING_S
        load = Load(f"overload {kind}", {kind: 1.0}, rate, seconds, patience_s=30.0)
        step = ground.generator.open(load, arrivals(load, 1), ground.crowd.ask)
        if why := step.invalid:
            log.discarded.append(f"overload {kind}: {why}")
        else:
            log.overloads.append(overload_of(kind, rate, step, seconds - _STANDING_S, seconds))
        settle(ground.generator, lambda: ground.crowd.ask("status"))

    return work


def overload_of(kind: str, rate: float, step: Step, from_s: float, until_s: float) -> Overload:
    """What was answered and refused in the part of a load in which the queue stood."""
    part = [one for one in step.attempts if from_s <= one.ended_s < until_s]
    good = sorted(one.ended_s - one.began_s for one in part if one.became == GOOD)
    refused = sum(one.became == REFUSED for one in part)
    length = until_s - from_s
    longest = good[int(len(good) * 0.95)] if good else 0.0
    return Overload(kind, rate, len(good) / length, refused / length, longest)


def burst_of(kind: str, step: Step) -> Burst:
    """What a burst came to; a wait counts from its own sending."""
    waits = [one.ended_s - one.began_s for one in step.attempts if one.became == GOOD]
    refused = sum(one.became == REFUSED for one in step.attempts)
    last_s = max((one.began_s for one in step.attempts), default=0.0)
    early = sum(one.became == GOOD and one.ended_s < last_s for one in step.attempts)
    told = sorted(step.retry_after_s)
    return Burst(
        kind, len(step.attempts), len(waits), refused, max(waits, default=0.0),
        told[len(told) // 2] if told else 0.0, early,
    )  # fmt: skip


def machine(load_cores: Mapping[str, tuple[int, ...]]) -> dict[str, object]:
    """What it was measured on."""
    import platform

    import psutil

    return {
        "processor": processor_name() or platform.processor(),
        "cores": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "load_average": list(psutil.getloadavg()),
        **{name: list(cores) for name, cores in load_cores.items()},
    }
