"""Pools that share a processor, and refusals that cost one its time."""

from dataclasses import replace

import pytest

from simulators.server import KINDS, ModelError, Pool, Queues, ServerModel, Service


def model(**of_password: object) -> ServerModel:
    pools = (
        Pool("server", 1),
        replace(Pool("password", 1, refuse_after_s=1.0), **of_password),  # type: ignore[arg-type]
    )
    services = tuple(Service(kind, "password" if kind == "login" else "server", 0.1) for kind in KINDS)
    return ServerModel("two", "invented", pools, services)


def test_a_service_takes_longer_while_the_pool_beside_it_is_busy() -> None:
    queues = Queues.of(model(beside="server", slowed=0.75))
    assert queues.arrive("login", 0.0, 0.0, 0.0, False)[1] == pytest.approx(0.1)
    assert queues.arrive("submit_page", 1.0, 0.0, 0.0, False)[1] == pytest.approx(1.1)
    assert queues.arrive("login", 1.05, 0.0, 0.0, False)[1] == pytest.approx(1.05 + 0.4)
    assert queues.arrive("submit_page", 1.2, 0.0, 0.0, False)[1] == pytest.approx(1.3)
    assert queues.arrive("login", 1.5, 0.0, 0.0, False)[1] == pytest.approx(1.6)


def test_beside_a_busy_neighbour_a_pool_does_a_quarter() -> None:
    queues = Queues.of(model(beside="server", slowed=0.75, refuse_after_s=float("inf")))
    queues.arrive("submit_page", 0.0, 0.0, 0.0, False)
    for _ in range(2_000):
        queues.arrive("submit_page", 0.0, 0.0, 0.0, False)
    ends = [queues.arrive("login", 0.01 * number, 0.0, 0.0, False)[1] for number in range(100)]
    assert ends[-1] == pytest.approx(100 * 0.4, rel=0.01)


@pytest.mark.parametrize(("cost", "good"), [(0.0, 100), (0.05, 50)])
def test_refusals_take_their_time_from_the_hands(cost: float, good: int) -> None:
    queues = Queues.of(model(refusal_s=cost))
    became = [queues.arrive("login", 0.05 * number, 0.0, 0.0, False)[2] for number in range(220)]
    served = became[20:].count(0)  # ten seconds at twice what it can do, once the queue stands
    assert served == pytest.approx(good, rel=0.35)
    assert became[20:].count(1) > 0


def test_an_idle_pool_has_done_with_its_refusals() -> None:
    queues = Queues.of(model(refusal_s=0.05))
    became = [queues.arrive("login", 0.0, 0.0, 0.0, False)[2] for _ in range(40)]
    assert became.count(1) > 20
    assert queues.arrive("login", 60.0, 0.0, 0.0, False)[1] == pytest.approx(60.1)
    assert queues.arrive("login", 60.0, 0.0, 0.0, False)[1] == pytest.approx(60.2), "and owes nothing"


@pytest.mark.parametrize(
    ("wrong", "word"), [({"beside": "nobody", "slowed": 0.5}, "beside"), ({"slowed": 1.0}, "slowed")]
)
def test_what_cannot_be_shared_is_named(wrong: dict[str, object], word: str) -> None:
    with pytest.raises(ModelError, match=word):
        model(**wrong).check()
