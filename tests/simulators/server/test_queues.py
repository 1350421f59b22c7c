"""What the queues promise beyond the formulas: refusals, gates, windows, crashes, one answer everywhere."""

from dataclasses import replace
from itertools import pairwise
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.server import KINDS, ModelError, Pool, Queues, Service, Window
from simulators.server.arrivals import CLOSED, COUNTED_HANDS, LOST, REFUSED, SERVED, SILENT
from tests.simulators.server.formulas import MEAN_S, SUBMIT, exponential, one_pool, played, serve

TROUBLE = (
    Window("slow", 20.0, 60.0, 0.25),
    Window("slow", 50.0, 55.0, 0.0),
    Window("refused", 80.0, 85.0),
    Window("silent", 90.0, 92.0),
    Window("refused", 110.0, 120.0, crash=True),
    Window("slow", 118.0, 125.0, 0.5),
)


def stream(seed: int, n: int, load: float) -> tuple[np.ndarray, np.ndarray]:
    """Poisson arrivals and exponential services."""
    rng = np.random.default_rng(seed)
    return np.cumsum(rng.standard_exponential(n)) * MEAN_S / load, exponential(rng, n)


def work_between(begin: float, end: float) -> float:
    """Work that one hand does between two moments of TROUBLE, stretch by stretch."""
    edges = sorted({begin, end} | {e for w in TROUBLE for e in (w.from_s, w.until_s) if begin < e < end})
    return sum(
        (to - at)
        * min((w.factor for w in TROUBLE if w.kind == "slow" and w.from_s <= at < w.until_s), default=1.0)
        for at, to in pairwise(edges)
    )


@pytest.mark.parametrize("hands", [1, 2, 16, 500])
def test_python_and_compiled_kernels_get_the_same_bits(hands: int) -> None:
    model = replace(one_pool(hands, queue=20, refuse_after_s=2.0, contention=0.01), pipe_mbit_s=900.0 * hands)
    at, z = stream(hands, 4000, 2.0 * hands)
    at *= 150.0 / at[-1]
    sent = np.full(at.size, 30_000.0)
    compiled = played(Queues.of(model, TROUBLE), at, z, sent)
    queues = Queues.of(model, TROUBLE)
    by_hand = [queues.arrive("submit_page", *row) for row in zip(at, sent, z, strict=True)]
    assert by_hand == [tuple(row) for row in compiled]
    assert len(set(compiled[:, 2])) >= 4


def test_a_slow_server_does_the_same_work_and_a_frozen_one_none() -> None:
    model = one_pool(2)
    at, z = stream(1, 1400, 1.0)
    out = played(Queues.of(model, TROUBLE), at, z)
    works = np.exp(z - 0.5) * MEAN_S
    served = out[:, 2] == SERVED
    found = [work_between(begin, end) for begin, end, _ in out[served]]
    assert found == pytest.approx(works[served], abs=1e-9)
    assert np.diff(out[served, 0]).min() >= 0.0, "first come, first served"
    assert not ((out[:, 0] > 50.0) & (out[:, 0] < 55.0)).any(), "nothing begins while it is frozen"
    assert out[served & (at > 50.0) & (at < 55.0), 1].min() > 55.0


def test_doors_crashes_and_returns() -> None:
    at, z = stream(2, 2600, 1.9)
    out = played(Queues.of(one_pool(2), TROUBLE), at, z)
    closed = (at >= 80.0) & (at < 85.0) | (at >= 110.0) & (at < 120.0)
    silent = (at >= 90.0) & (at < 92.0)
    assert ((out[:, 2] == CLOSED) == closed).all() and (out[closed, 1] == at[closed]).all()
    assert ((out[:, 2] == SILENT) == silent).all() and (out[silent, 1] == inf).all()
    lost = out[:, 2] == LOST
    assert lost.any() and (out[lost, 1] == 110.0).all() and (at[lost] < 110.0).all()
    calm = played(Queues.of(one_pool(2), TROUBLE[:4]), at, z)
    inside = (calm[:, 2] == SERVED) & (at < 110.0) & (calm[:, 1] > 110.0)
    assert (lost == inside).all(), "what was inside, and nothing else"
    again = int(np.argmax(at >= 120.0))
    assert out[again, 0] == at[again], "it comes back with an empty queue"


def test_the_frozen_refuse_when_they_wake() -> None:
    queues = Queues.of(one_pool(1, 0.0, queue=1), (Window("slow", 1.0, 5.0, 0.0),))
    found = [queues.arrive("status", at) for at in (0.95, 2.0, 3.0)]
    assert [what for _, _, what in found] == [SERVED, SERVED, REFUSED]
    assert [end for _, end, _ in found] == pytest.approx([5.05, 5.15, 5.0])
    assert (queues.busy("all", 4.0), queues.waiting("all", 4.0)) == (1, 1)
    assert (queues.busy("all", 5.1), queues.waiting("all", 5.1)) == (1, 0)
    assert queues.busy("all", 6.0) == 0


def test_a_server_that_never_returns() -> None:
    queues = Queues.of(one_pool(1, 0.0), (Window("silent", 1.0, inf, crash=True),))
    assert queues.arrive("status", 0.95)[1:] == (1.0, LOST)
    assert queues.arrive("status", 2.0)[1:] == (inf, SILENT)
    assert queues.arrive("status", 1e9)[1:] == (inf, SILENT)
    assert queues.busy("all", 1e9) == 0


def test_no_moment_is_special() -> None:
    at, z = stream(7, 2600, 1.9)
    sent = np.full(at.size, 9_000.0)
    model = replace(one_pool(2), pipe_mbit_s=4.0)
    here = played(Queues.of(model, TROUBLE), at, z, sent)
    for away in (-1_000.0, -50.5, 1e6):
        moved = [replace(one, from_s=one.from_s + away, until_s=one.until_s + away) for one in TROUBLE]
        there = played(Queues.of(model, moved), at + away, z, sent)
        assert (there[:, 2] == here[:, 2]).all()
        assert there[:, :2] - away == pytest.approx(here[:, :2], abs=1e-7)


def test_a_server_cannot_foresee_that_it_will_be_slow() -> None:
    at, z = stream(3, 3000, 3.0)
    model = one_pool(2, refuse_after_s=1.0)
    calm = played(Queues.of(model), at, z)
    slow = played(Queues.of(model, (Window("slow", 40.0, 60.0, 0.1),)), at, z)
    before = at < 40.0
    assert (calm[before, 2] == slow[before, 2]).all() and (calm[before, 2] == REFUSED).any()
    assert np.mean(slow[(at > 45.0) & (at < 60.0), 2] == REFUSED) > 0.9


@given(st.integers(0, 2**32), st.integers(1, 20), st.integers(0, 30), st.floats(0.5, 3.0))
@settings(max_examples=40, deadline=None)
def test_a_queue_holds_as_many_as_it_may_and_refuses_nobody_before(
    seed: int, hands: int, queue: int, pressure: float
) -> None:
    at, z = stream(seed, 600, hands * pressure)
    queues = Queues.of(one_pool(hands, queue=queue))
    out = played(queues, at, z)
    taken = out[:, 2] == SERVED
    for i in range(at.size):
        inside = taken[:i] & (out[:i, 1] > at[i])
        waiting = int(np.count_nonzero(inside & (out[:i, 0] > at[i])))
        assert waiting <= queue
        assert taken[i] == (np.count_nonzero(inside) < hands or waiting < queue)
    last = at[-1]
    assert queues.waiting("all", last) == np.count_nonzero(taken & (out[:, 0] > last))
    assert queues.busy("all", last) == np.count_nonzero(np.sort(out[taken, 1])[-hands:] > last)


def test_nobody_is_let_in_whose_end_is_predicted_too_late() -> None:
    at, z = stream(4, 4000, 4.0)
    out = played(Queues.of(one_pool(2, refuse_after_s=1.5)), at, z)
    served = out[:, 2] == SERVED
    assert (out[served, 0] - at[served]).max() == pytest.approx(1.5 - MEAN_S, abs=0.05)
    assert (out[served, 0] - at[served]).max() <= 1.5 - MEAN_S
    assert (out[~served, 1] == at[~served]).all(), "a refusal is immediate"


def test_gates_share_hands_and_refuse_apart() -> None:
    plain = one_pool(2)
    gate = Pool("hash", 1, queue=5, refuse_after_s=1.0, hands_of="all")
    services = tuple(replace(one, pool="hash" if one.kind == "login" else "all") for one in plain.services)
    model = replace(plain, pools=(*plain.pools, gate), services=services)
    at, z = stream(5, 4000, 3.0)
    kinds = np.where(np.arange(at.size) % 2, KINDS.index("login"), SUBMIT)
    queues, out = Queues.of(model), np.empty((at.size, 3))
    serve(queues.whole, queues.figures, kinds, at, np.zeros(at.size), z, np.zeros(at.size, np.bool_), out)
    logins, pages = out[kinds != SUBMIT], out[kinds == SUBMIT]
    assert (pages[:, 2] == SERVED).all()
    assert np.mean(logins[:, 2] == REFUSED) > 0.5
    busiest = max(np.count_nonzero((out[:, 0] <= t) & (t < out[:, 1])) for t in out[::7, 0])
    assert busiest == 2, "both classes on the same two hands"
    assert model.capacity("login") == plain.capacity("login") == 2 / MEAN_S


def test_law_of_scalability_counts_the_hands_of_one_machine() -> None:
    for hands, machines in ((4, 1), (4, 3), (COUNTED_HANDS, 2)):
        model = replace(one_pool(hands, 0.0, contention=0.05, coherency=0.01), servers=machines)
        out = played(Queues.of(model), np.zeros(hands * machines * 3), np.zeros(hands * machines * 3))
        full = MEAN_S * (1 + 0.05 * (hands - 1) + 0.01 * hands * (hands - 1))
        assert (out[:, 1] - out[:, 0])[-1] == pytest.approx(full)
        assert model.capacity("status") == pytest.approx(hands * machines / full)
        lonely = MEAN_S if hands * machines <= COUNTED_HANDS else full
        assert (out[:, 1] - out[:, 0])[0] == pytest.approx(lonely)


def test_base_time_and_repeats() -> None:
    model = one_pool(1, 0.0)
    services = tuple(replace(one, repeat=0.25, base_s=0.5) for one in model.services)
    queues = Queues.of(replace(model, services=services))
    assert queues.arrive("status", 1.0) == (1.0, 1.0 + MEAN_S + 0.5, SERVED)
    begin, end, _ = queues.arrive("status", 1.0, held=True)
    assert (begin, end) == pytest.approx((1.0 + MEAN_S, 1.0 + 1.25 * MEAN_S + 0.5)), (
        "the base keeps nobody busy"
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"pools": (Pool("all", 0),)}, "hands = 0; a whole number, at least 1"),
        ({"pools": (Pool("all", 1, hands_of="none"),)}, "hands_of = 'none'"),
        ({"pools": (Pool("all", 1), Pool("all", 1))}, "twice"),
        ({"services": (Service("login", "all", 0.1),)}, "services are missing: activate"),
        ({"servers": 0}, "servers = 0; a whole number, at least 1"),
        ({"pipe_mbit_s": 0.0}, "pipe_mbit_s = 0.0; more than 0"),
    ],
)
def test_what_cannot_be_a_server_is_said(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ModelError, match=said):
        Queues.of(replace(one_pool(1), **wrong))  # type: ignore[arg-type]


def test_what_cannot_be_a_window_is_said() -> None:
    for window in (
        ("slow", 2.0, 1.0),
        ("slow", 0.0, 1.0, 1.5),
        ("slow", 0.0, inf, 0.0),
        ("slow", 0.0, 1.0, 0.5, True),
    ):
        with pytest.raises(ValueError, match="window slow"):
            Window(*window)  # type: ignore[arg-type]
