"""Several generators at once, each a process on a core of its own, so that one is not the limit.

The processes are forked once the crowd has entered: each knows the sessions of all and has its share of the
TPS, of the accounts and of the arrivals (every `of`-th). Together they offer what one would have offered.
Nothing is in flight when they are forked, and each begins with a loop and connections of its own.
"""

import ctypes
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any, Protocol

import gevent

from gladi.failures import CannotRunError
from gladi.offering.crowd import Ask
from gladi.offering.generator import Step
from gladi.offering.ground import Ground
from simulators.calibration.loads import Coming, Load, arrivals
from simulators.draws import subseed, uniform

_SOON_S = 0.15
_PR_SET_PDEATHSIG = 1
_LATEST_S = 90.0
"""So long after its end a step must have been told."""


class Offering(Protocol):
    """Who offers a load, be it one process or several."""

    @property
    def left(self) -> int:
        """Pages not sent yet."""
        ...

    def open(self, load: Load, seed: int) -> Step:
        """Requests at their moments."""
        ...

    def closed(self, mix: Mapping[str, float], clients: int, seconds: float, seed: int) -> Step:
        """So many clients that ask again on each answer."""
        ...


@contextmanager
def offering(ground: Ground, generators: int, cores: Sequence[int]) -> Iterator[Offering]:
    """One generator in this process, or several in processes that end with the block."""
    if generators <= 1:
        yield Alone(ground)
        return
    ground.generator.moves(ground.address)  # no connection may be two processes'
    several = Several(ground, generators, cores)
    try:
        yield several
    finally:
        several.close()


class Alone:
    """The generator of this process."""

    def __init__(self, ground: Ground, part: int = 0, of: int = 1) -> None:
        self._ground = ground
        self._part = part
        self._of = of

    @property
    def left(self) -> int:
        """Pages not sent yet."""
        return self._ground.crowd.left

    def open(self, load: Load, seed: int, zero: float | None = None) -> Step:
        """Its share of the arrivals of this load and seed, which do not depend on how many share them."""
        coming: Sequence[Coming] = arrivals(load, seed)[self._part :: self._of]
        return self._ground.generator.open(load, coming, self._ground.crowd.ask, zero)

    def closed(self, mix: Mapping[str, float], clients: int, seconds: float, seed: int) -> Step:
        """Its share of the clients; which kind comes next is drawn by lot."""
        mine = len(range(self._part, clients, self._of))
        if not mine:
            return Step(seconds, began_epoch_s=time.time())
        return self._ground.generator.closed(mine, seconds, self._by_lot(mix, seed))

    def _by_lot(self, mix: Mapping[str, float], seed: int) -> Callable[[], Ask | None]:
        luck, number = subseed(seed, "kind"), self._part
        kinds, whole = list(mix), sum(mix.values())

        def make() -> Ask | None:
            nonlocal number
            left = uniform(luck, number, 0) * whole
            number += self._of
            for kind in kinds:
                left -= mix[kind]
                if left < 0.0:
                    break
            return self._ground.crowd.ask(kind)

        return make


class Several:
    """Processes that each play their part of every step."""

    def __init__(self, ground: Ground, count: int, cores: Sequence[int]) -> None:
        context = multiprocessing.get_context("fork")
        self._left = ground.crowd.left
        self._lines: list[Connection] = []
        self._processes = []
        for part in range(count):
            ours, theirs = context.Pipe()
            core = cores[part % len(cores)] if cores else None
            process = context.Process(
                target=_serve, args=(ground, part, count, core, theirs, os.getpid()), daemon=True
            )
            process.start()
            theirs.close()
            self._lines.append(ours)
            self._processes.append(process)

    @property
    def left(self) -> int:
        """Pages not sent yet."""
        return self._left

    def open(self, load: Load, seed: int) -> Step:
        """Every process its share, from one moment on."""
        return self._all("open", load.seconds + load.patience_s * load.tries, load, seed,
                         time.perf_counter() + _SOON_S)  # fmt: skip

    def closed(self, mix: Mapping[str, float], clients: int, seconds: float, seed: int) -> Step:
        """Every process its share of the clients."""
        return self._all("closed", seconds + 30.0, dict(mix), clients, seconds, seed)

    def close(self) -> None:
        """End them."""
        for line in self._lines:
            line.close()
        for process in self._processes:
            process.terminate()
            process.join(5.0)

    def _all(self, verb: str, seconds: float, *arguments: Any) -> Step:
        for line in self._lines:
            line.send((verb, arguments))
        told = [self._told(line, seconds + _LATEST_S) for line in self._lines]
        self._left = sum(left for _, left in told)
        return merged([step for step, _ in told])

    def _told(self, line: Connection, limit_s: float) -> tuple[Step, int]:
        try:
            if not line.poll(limit_s):
                raise CannotRunError(f"a load generator has not answered within {limit_s:.0f} s")
            became, content = line.recv()
        except EOFError:
            raise CannotRunError("a load generator has died") from None
        if became == "failed":
            raise CannotRunError(content)
        step, left = content
        return step, left


def merged(steps: Sequence[Step]) -> Step:
    """One step of all: attempts of all, and the worst of what the generators say of themselves."""
    whole = Step(
        max(one.seconds for one in steps),
        late_s=max(one.late_s for one in steps),
        own_share=max(one.own_share for one in steps),
        ran_out=any(one.ran_out for one in steps),
        began_epoch_s=min(one.began_epoch_s for one in steps),
    )
    taken: set[int] = set()
    for step in steps:
        # Open: numbers are those of the arrivals. Closed: each process has counted from 0.
        numbers = {one.number for one in step.attempts}
        shift = max(taken) + 1 if taken & numbers else 0
        whole.attempts += [replace(one, number=one.number + shift) if shift else one for one in step.attempts]
        taken |= {number + shift for number in numbers}
        whole.retry_after_s += step.retry_after_s
    return whole


def _serve(ground: Ground, part: int, of: int, core: int | None, line: Connection, parent: int) -> None:
    """A generator's life: play what is asked until the line is closed; die with the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        return
    if core is not None:
        os.sched_setaffinity(0, {core})
    gevent.reinit()
    ground.generator.moves(ground.address)
    ground.generator.shares(of)
    ground.crowd.takes(ground.crowd.senders[part::of])
    alone = Alone(ground, part, of)
    while True:
        try:
            verb, arguments = line.recv()
        except (EOFError, OSError):
            return
        try:
            step = getattr(alone, verb)(*arguments)
            line.send(("done", (step, alone.left)))
        except CannotRunError as error:
            line.send(("failed", str(error)))
