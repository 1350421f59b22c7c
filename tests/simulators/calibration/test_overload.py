"""What an overload that lasts, and two kinds at once, tell a fit."""

from dataclasses import replace
from math import inf

import pytest

from simulators.calibration.fit import SATURATED, Measured, fit
from simulators.calibration.shapes import Burst, Overload

HANDS, LOGIN_S, PAGE_S = 1, 0.02, 0.005


def measured(**more: object) -> Measured:
    """One hand; logins of 20 ms, everything else of 5 ms."""
    service = dict.fromkeys(SATURATED, PAGE_S) | {"login": LOGIN_S}
    closed = {kind: [(n, HANDS / one) for n in (1, 2, 4, 8)] for kind, one in service.items()}
    idle = {kind: [one] * 20 for kind, one in service.items()}
    together = {"login": 10.0, "submit_page": 150.0}
    plain = Measured(closed, idle, together=together)
    return replace(plain, **more)  # type: ignore[arg-type]


def test_the_limit_that_stands_counts_more_than_that_of_a_burst() -> None:
    burst = Burst("login", 200, 40, 160, 1.4, 6.0)
    lasting = Overload("login", 125.0, 45.0, 80.0, 3.5)
    gate = fit(measured(bursts=(burst,), overloads=(lasting,)), "x", "invented", {}).pool("login")
    assert gate.refuse_after_s == 3.5


def test_a_refusal_costs_the_least_that_any_kind_shows() -> None:
    login = Overload("login", 125.0, 25.0, 100.0, 3.5)  # half the hand's time over a hundred refusals
    pages = Overload("submit_page", 500.0, 180.0, 320.0, 2.8)  # a tenth of it over 320
    model = fit(measured(overloads=(login, pages)), "x", "invented", {})
    assert login.refusal_s(1, LOGIN_S) == pytest.approx(0.005)
    assert pages.refusal_s(1, PAGE_S) == pytest.approx(0.1 / 320)
    for name in ("login", "upload"):
        assert model.pool(name).refusal_s == pytest.approx(0.1 / 320, rel=0.05)


def test_an_overload_that_refuses_nobody_says_nothing() -> None:
    kept = Overload("login", 125.0, 50.0, 1.0, 9.0)
    model = fit(measured(overloads=(kept,)), "x", "invented", {})
    assert {pool.refusal_s for pool in model.pools} == {0.0}
    assert {pool.name for pool in model.pools} == {"server", "password"}


def test_kinds_that_share_a_processor_slow_each_other_down_by_what_they_lose() -> None:
    model = fit(measured(), "x", "invented", {})
    password, server = model.pool("password"), model.pool("server")
    assert (password.beside, server.beside) == ("server", "password")
    assert password.slowed == pytest.approx(1 - 10 / 50)
    assert server.slowed == pytest.approx(1 - 150 / 200)


def test_the_time_of_a_restart_is_kept() -> None:
    assert fit(measured(restart_s=2.2), "x", "invented", {}).restart_s == 2.2


def test_as_many_in_the_queue_of_every_kind_is_a_limit_of_number() -> None:
    # 46 stand, whether a service takes long or not
    lasting = (Overload("login", 97.0, 38.75, 52.5, 1.2), Overload("submit_page", 189.0, 75.0, 113.5, 0.617))
    at_once = tuple(
        Burst(kind, 200, 44, 156, 1.0, 2.0) for kind in ("login", "submit_page", "status", "read")
    )
    together = {"login": 40.0, "submit_page": 40.0}  # in one queue both are answered equally often
    model = fit(measured(bursts=at_once, overloads=lasting, together=together), "x", "invented", {})
    (server,) = model.pools
    assert (server.name, server.queue, server.refuse_after_s) == ("server", 43, inf)
