"""Where the naive server collapses and stays down, and what brings it back."""

from tests.simulators.server.clients import CAPACITY_S, HANDS, PAUSE_S, PHONES, TIMEOUT_S, day, server

MEAN_S = HANDS / CAPACITY_S
HOUR_S = 3600.0
CALM_S = 1500.0
"""Long after the last phone came for the first time: all load there is now is made by the waiting itself."""


def test_a_queue_that_waits_less_than_the_phones_do_recovers() -> None:
    short = day(server(queue=int(0.7 * TIMEOUT_S * CAPACITY_S)), HOUR_S)
    assert short.complete(HOUR_S) == 1.0
    assert short.complete(CALM_S) > 0.9, "soon after the crowd"
    assert short.worked < 1.05 * PHONES, "it works for those who wait"


def test_a_longer_queue_before_the_same_hands_never_comes_back() -> None:
    long = day(server(queue=int(3 * TIMEOUT_S * CAPACITY_S)), 4 * HOUR_S)
    assert long.complete(4 * HOUR_S) < 0.3
    assert long.complete(4 * HOUR_S) == long.complete(CALM_S), "nobody is answered any more"
    assert long.worked > 0.95 * CAPACITY_S * 3.5 * HOUR_S, (
        "while it works as hard as it can, for phones that left"
    )


def test_longer_pauses_do_not_repair_it() -> None:
    patient = day(server(queue=int(3 * TIMEOUT_S * CAPACITY_S)), 4 * HOUR_S, pause_s=15 * PAUSE_S)
    assert patient.complete(4 * HOUR_S) < 0.3


def test_refusing_by_predicted_end_brings_any_queue_back() -> None:
    early = day(server(refuse_after_s=TIMEOUT_S / 2), HOUR_S)
    assert early.complete(HOUR_S) == 1.0
    assert early.complete(CALM_S) > 0.9


def test_refusing_by_predicted_start_is_a_trap() -> None:
    start_limit_s = TIMEOUT_S
    late = day(server(refuse_after_s=start_limit_s + MEAN_S), HOUR_S)
    assert late.complete(HOUR_S) < 0.3
    assert late.complete(HOUR_S) == late.complete(CALM_S)
