"""Offers requests to a system through its target class: when they are due (open), or on each answer (closed).

One thread, a greenlet a request. Latency counts from the moment at which a request was due, so what the
generator itself is late shows; a step in which it was too late says nothing about the server and is marked.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import gevent

from gladi.address import Address
from gladi.failures import CannotRunError
from gladi.http import InDoubtError, NotSentError, Wire
from gladi.offering.crowd import Ask
from gladi.targets import Phone, System, broke
from simulators.calibration.loads import BROKEN, GAVE_UP, GOOD, REFUSED, Attempt, Coming, Load
from simulators.operations import Answer

_BUSY = {429, 503}
_LATE_S = 0.010
_HALT_S = 0.5
"""So long, at most, until an open load that waits for its next request notices that it was halted."""
_OWN_CORE = 0.92
"""A generator that has used so much of its core was what the step measured."""

_NONE = Answer("unknown")
Make = Callable[[str], Ask | None]


@dataclass(slots=True)
class Step:
    """What was offered and what came of it. `late_s` is the 95th percentile of the generator's own lateness.

    `own_share` is the share of a core that the generator used. `ran_out`: there was nothing more to send.
    `began_epoch_s` is the moment 0 of the step, Unix. `begun` are number and lateness of what was begun so
    far, in order, `sent` its pages (rows of sent.parquet). Who sets `halted` ends an open load early.
    """

    seconds: float
    attempts: list[Attempt] = field(default_factory=list)
    retry_after_s: list[float] = field(default_factory=list)
    late_s: float = 0.0
    own_share: float = 0.0
    ran_out: bool = False
    began_epoch_s: float = 0.0
    begun: list[tuple[int, float]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    halted: bool = False

    @property
    def late_p99_s(self) -> float:
        """99th percentile of the time from a request's due moment to its first attempt."""
        first: dict[int, float] = {}
        for one in self.attempts:
            late_s = one.began_s - one.due_s
            first[one.number] = min(late_s, first.get(one.number, late_s))
        return sorted(first.values())[int(len(first) * 0.99)] if first else 0.0

    def rate(self, kind: str | None = None) -> float:
        """Good answers a second, within the step's time."""
        return sum(one.became == GOOD and kind in (None, one.kind) for one in self.attempts) / self.seconds

    def latencies_s(self, kind: str | None = None) -> list[float]:
        """Of good answers, from the due moment."""
        return [one.ended_s - one.due_s for one in self.attempts if one.became == GOOD
                and kind in (None, one.kind)]  # fmt: skip

    @property
    def invalid(self) -> str:
        """Why the step says nothing about the server; "" if it does."""
        if self.own_share > _OWN_CORE:
            return f"the generator used {self.own_share:.0%} of its core"
        middle = sorted(self.latencies_s())
        allowed_s = max(_LATE_S, 0.2 * middle[len(middle) // 2] if middle else 0.0)
        if self.late_s > allowed_s:
            return f"the generator was {self.late_s * 1000:.0f} ms late"
        return ""


class Generator:
    """Speaks to one system. `max_rate_per_s` is what it consents to; 0 for no limit.

    Once `may` says no, nothing more is sent.
    """

    def __init__(
        self,
        system: System,
        address: Address,
        max_rate_per_s: float = 0.0,
        may: Callable[[], bool] = lambda: True,
    ) -> None:
        self._system = system
        self._host = address.netloc
        self._wire = Wire(address)
        self._may = may
        self._consented_per_s = self._max_rate_per_s = max_rate_per_s
        self._lately: deque[float] = deque(maxlen=max(1, int(max_rate_per_s)))
        self.wrong = self.broke = ""

    def closed(self, clients: int, seconds: float, make: Callable[[], Ask | None]) -> Step:
        """So many clients, each asking again on its answer; patience is 30 s. Ends early without asks."""
        step = Step(seconds)
        with self._measured(step):
            zero = time.perf_counter()

            def client() -> None:
                while time.perf_counter() - zero < seconds:
                    ask = make()
                    if ask is None:
                        step.ran_out = True
                        return
                    due_s = time.perf_counter() - zero
                    attempt, _ = self._attempt(ask, len(step.attempts), due_s, zero, 30.0, step)
                    ask.ended(attempt.became == GOOD)
                    if attempt.became == REFUSED:
                        gevent.sleep(0.05)

            gevent.joinall([gevent.spawn(client) for _ in range(clients)], raise_error=True)
            step.seconds = max(seconds, time.perf_counter() - zero) if not step.ran_out else max(
                0.05, time.perf_counter() - zero
            )  # fmt: skip
        return step

    def open(
        self, load: Load, coming: Sequence[Coming], make: Make, zero: float | None = None,
        step: Step | None = None,
    ) -> Step:  # fmt: skip
        """Every request at its moment, whatever became of those before; returns when all have ended.

        `zero` is moment 0 by time.perf_counter, which all processes of a machine share; None is soon. `step`
        is one to fill, for whoever watches it; it is as long as it went on, should it be halted or run out.
        """
        step = Step(load.seconds) if step is None else step
        with self._measured(step):
            zero = time.perf_counter() + 0.05 if zero is None else zero
            step.began_epoch_s = time.time() + zero - time.perf_counter()
            running = []
            for one in coming:
                # Made before it is due: on a phone, the photo is at hand.
                ask = make(one.kind)
                if ask is None:
                    step.ran_out = True
                    break
                while (wait_s := one.due_s - (time.perf_counter() - zero)) > 0 and not step.halted:
                    gevent.sleep(min(wait_s, _HALT_S))
                if step.halted:
                    ask.ended(False)
                    break
                self._note(step, ask, one.number, time.perf_counter() - zero - one.due_s)
                running.append(gevent.spawn(self._tries, ask, one, load, zero, step))
                gevent.sleep(0)
            if step.halted or step.ran_out:
                step.seconds = min(load.seconds, max(time.perf_counter() - zero, 1e-3))
            gevent.joinall(running, raise_error=True)
        late = sorted(late_s for _, late_s in step.begun)
        step.late_s = late[int(len(late) * 0.95)] if late else 0.0
        return step

    @staticmethod
    def _note(step: Step, ask: Ask, number: int, late_s: float) -> None:
        step.begun.append((number, late_s))
        if ask.page.photo:
            operation = ask.operation
            step.sent.append({
                "key": operation.key, "tps": operation.tps, "form": operation.form, "page": operation.page,
                "photo_sha256": ask.page.photo_sha256, "numbers_sha256": ask.page.numbers_sha256,
            })  # fmt: skip

    def burst(self, count: int, patience_s: float, make: Callable[[], Ask | None]) -> Step:
        """So many at once. Latencies run from the moment each was sent."""
        asks = [ask for ask in (make() for _ in range(count)) if ask is not None]
        step = Step(patience_s, ran_out=len(asks) < count)
        with self._measured(step):
            zero = time.perf_counter()

            def one(number: int, ask: Ask) -> None:
                due_s = time.perf_counter() - zero
                attempt, _ = self._attempt(ask, number, due_s, zero, patience_s, step)
                ask.ended(attempt.became == GOOD)

            gevent.joinall([gevent.spawn(one, n, ask) for n, ask in enumerate(asks)], raise_error=True)
        return step

    def close(self) -> None:
        """End idle connections."""
        self._wire.close()

    def shares(self, of: int) -> None:
        """From here on this is one of `of` generators, which share the rate that was consented to."""
        self._max_rate_per_s = self._consented_per_s / of
        self._lately = deque(self._lately, maxlen=max(1, int(self._max_rate_per_s)))

    def _turn_s(self) -> float:
        """When the next request may go: in no second go more than was consented to."""
        now_s, most = time.perf_counter(), self._lately.maxlen or 1
        full = len(self._lately) == most
        turn_s = max(now_s, self._lately[0] + most / self._max_rate_per_s) if full else now_s
        self._lately.append(turn_s)
        return turn_s

    def moves(self, address: Address) -> None:
        """From here on the system is found at `address`: it was started again. Its sessions hold."""
        self._wire.close()
        self._host = address.netloc
        self._wire = Wire(address)

    def _tries(self, ask: Ask, one: Coming, load: Load, zero: float, step: Step) -> None:
        good = False
        for tried in range(1, load.tries + 1):
            attempt, told_s = self._attempt(ask, one.number, one.due_s, zero, load.patience_s, step)
            good = attempt.became == GOOD
            if good or tried == load.tries:
                break
            again_s = max(load.again_s, told_s)
            if attempt.ended_s + again_s >= load.seconds:
                break
            gevent.sleep(again_s)
        ask.ended(good)

    def _attempt(
        self, ask: Ask, number: int, due_s: float, zero: float, patience_s: float, step: Step
    ) -> tuple[Attempt, float]:
        if self._max_rate_per_s:
            gevent.sleep(max(0.0, self._turn_s() - time.perf_counter()))
        began_s = time.perf_counter() - zero
        became, answer = self._perform(ask, patience_s)
        ended_s = time.perf_counter() - zero
        told_s = answer.retry_after_s if became == REFUSED else 0.0
        attempt = Attempt(
            number, ask.kind, due_s, began_s, ended_s, became, answer.status,
            ask.operation.key if ask.page.photo else "", answer.receipt,
        )  # fmt: skip
        step.attempts.append(attempt)
        if told_s:
            step.retry_after_s.append(told_s)
        return attempt, told_s

    def _perform(self, ask: Ask, patience_s: float) -> tuple[str, Answer]:
        """What became of it, and the answer; an empty one where none came."""
        if not self._may():
            return BROKEN, _NONE
        phone = Phone(self._wire, self._host, patience_s)
        try:
            answer = self._system.perform(phone, ask.operation, ask.page)
        except NotSentError:
            return BROKEN, _NONE
        except InDoubtError as error:
            return GAVE_UP if str(error) == "timeout" else BROKEN, _NONE
        except Exception as error:  # a class that breaks is no verdict on the system
            self.broke = str(broke(ask.kind, error))
            return BROKEN, _NONE
        if answer.outcome == "ok":
            return GOOD, answer
        if answer.status in _BUSY:
            return REFUSED, answer
        if answer.status and answer.status < 500:
            self.wrong = f"{ask.kind} of TPS {ask.operation.tps} was answered {answer.status} {answer.reason}"
        return BROKEN, answer

    @contextmanager
    def _measured(self, step: Step) -> Iterator[None]:
        """How much of a core this process uses; CannotRunError where a sound request was refused."""
        cpu_s, wall_s = time.process_time(), time.perf_counter()
        step.began_epoch_s = time.time()
        yield
        step.own_share = (time.process_time() - cpu_s) / max(1e-9, time.perf_counter() - wall_s)
        if self.broke:
            raise CannotRunError(f"{self.broke}; so the system cannot be measured")
        if self.wrong:
            raise CannotRunError(f"the system refuses what is sound: {self.wrong}; so it cannot be measured")
