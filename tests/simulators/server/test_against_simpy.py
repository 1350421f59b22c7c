"""The queues against a textbook simulation with SimPy's own resources: the same times for every request."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from math import exp, inf
from typing import Any

import numpy as np
import pytest
import simpy

from simulators.server import KINDS, Pool, Queues, ServerModel, Service
from simulators.server.arrivals import REFUSED, SERVED
from tests.simulators.server.formulas import serve

REQUESTS = 12_000
LOGIN, SUBMIT = KINDS.index("login"), KINDS.index("submit_page")


def two_pools(contention: float = 0.0, coherency: float = 0.0, queue: int = 30) -> ServerModel:
    """Logins apart from the rest, a pipe before both."""
    return ServerModel(
        "test", "test",
        (Pool("hash", 1, queue, 3.0), Pool("work", 3, queue, inf, contention, coherency)),
        tuple(
            Service(kind, "hash" if kind in {"login", "activate"} else "work", 0.02 + 0.01 * number, 0.5, 0.3)
            for number, kind in enumerate(KINDS)
        ),
        pipe_mbit_s=60.0,
    )  # fmt: skip


@dataclass
class Arrivals:
    kinds: Any
    at: Any
    sent_bytes: Any
    z: Any
    held: Any


def arrivals(seed: int, per_s: float) -> Arrivals:
    rng = np.random.default_rng(seed)
    kinds = np.where(rng.random(REQUESTS) < 0.15, LOGIN, rng.integers(0, len(KINDS), REQUESTS))
    at = np.cumsum(rng.standard_exponential(REQUESTS)) / per_s
    sent = np.where(kinds == SUBMIT, 400_000.0, 400.0)
    return Arrivals(kinds, at, sent, rng.standard_normal(REQUESTS), rng.random(REQUESTS) < 0.2)


class Textbook:
    """One process a request, `simpy.Resource` for pipe and hands; nothing of ours but the model's figures."""

    def __init__(self, model: ServerModel, of: Arrivals) -> None:
        self.env, self.model, self.of = simpy.Environment(), model, of
        self.out = np.zeros((REQUESTS, 3))
        self.pipe = simpy.Resource(self.env, 1)
        self.hands = {one.name: simpy.Resource(self.env, one.hands * model.servers) for one in model.pools}
        self.left: dict[int, float] = {}
        """Work of the logins inside; what is being served counts from the moment it began."""
        self.began_s = 0.0
        self.env.process(self.source())
        self.env.run()

    def source(self) -> Generator[Any, Any, None]:
        for i in range(REQUESTS):
            yield self.env.timeout(self.of.at[i] - self.env.now)
            self.env.process(self.request(i))

    def request(self, i: int) -> Generator[Any, Any, None]:
        env, model = self.env, self.model
        with self.pipe.request() as turn:
            yield turn
            yield env.timeout(self.of.sent_bytes[i] * 8 / (model.pipe_mbit_s * 1e6))
        service = model.service(KINDS[self.of.kinds[i]])
        pool, hands = model.pool(service.pool), self.hands[service.pool]
        work = service.mean_s * exp(service.sigma * self.of.z[i] - service.sigma**2 / 2)
        work *= service.repeat if self.of.held[i] else 1.0
        full = hands.count == hands.capacity and len(hands.queue) >= pool.queue * model.servers
        late = pool.refuse_after_s < inf and self.wait_for_a_login() + service.mean_s > pool.refuse_after_s
        if full or late:
            self.out[i] = env.now, env.now, REFUSED
            return
        if pool.name == "hash":
            self.left[i] = work
        with hands.request() as turn:
            yield turn
            begin = env.now
            if pool.name == "hash":
                self.began_s = begin
            n = max(1.0, hands.count / model.servers)
            yield env.timeout(work * (1.0 + pool.contention * (n - 1) + pool.coherency * n * (n - 1)))
        self.left.pop(i, None)
        self.out[i] = begin, env.now, SERVED

    def wait_for_a_login(self) -> float:
        """The work of its one hand that was let in before, less what is done of it."""
        return sum(self.left.values()) - (self.env.now - self.began_s) if self.left else 0.0


@pytest.mark.parametrize(
    ("model", "per_s", "refused"),
    [
        (two_pools(), 20.0, False),
        (two_pools(), 80.0, True),
        (two_pools(queue=4), 50.0, True),
        (two_pools(contention=0.1, coherency=0.02), 20.0, False),
        (two_pools(contention=0.1, coherency=0.02), 60.0, True),
    ],
)  # fmt: skip
def test_every_request_has_the_same_times(model: ServerModel, per_s: float, refused: bool) -> None:
    of = arrivals(5, per_s)
    expected = Textbook(model, of).out
    queues, out = Queues.of(model), np.empty((REQUESTS, 3))
    serve(queues.whole, queues.figures, of.kinds, of.at, of.sent_bytes, of.z, of.held, out)
    assert (out[:, 2] == expected[:, 2]).all()
    assert out == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert (np.count_nonzero(out[:, 2] == REFUSED) > 200) == refused
    waits = out[:, 0] - of.at
    assert np.count_nonzero(waits > 0.02) > 300, "somebody must wait"


def test_several_machines_are_one_queue_with_all_their_hands() -> None:
    model = replace(two_pools(), servers=3, pools=(Pool("hash", 2), Pool("work", 3, 30, inf, 0.1, 0.02)))
    of = arrivals(6, 140.0)
    expected = Textbook(model, of).out
    queues, out = Queues.of(model), np.empty((REQUESTS, 3))
    serve(queues.whole, queues.figures, of.kinds, of.at, of.sent_bytes, of.z, of.held, out)
    assert out == pytest.approx(expected, rel=1e-9, abs=1e-9)
