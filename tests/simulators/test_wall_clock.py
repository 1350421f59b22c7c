"""The live clock: the same processes, real seconds, replies from greenlets."""

import time
from typing import Any

import gevent
import pytest
import simpy

from simulators.wall_clock import WallEnvironment

pytestmark = pytest.mark.alone


def test_events_come_when_they_are_due() -> None:
    env = WallEnvironment(time.time())
    seen: list[tuple[float, float]] = []

    def walker():  # type: ignore[no-untyped-def]
        for _ in range(5):
            yield env.timeout(0.05)
            seen.append((env.now, env.wall_s()))

    env.process(walker())
    env.run_until(0.4)
    assert [round(due, 6) for due, _ in seen] == [0.05, 0.1, 0.15, 0.2, 0.25]
    assert all(0.0 <= wall - due < 0.05 for due, wall in seen)
    assert env.wall_s() >= 0.4


def test_a_reply_wakes_the_process_that_waits_for_it() -> None:
    env = WallEnvironment(time.time())
    answers: list[tuple[str, float]] = []

    def asker():  # type: ignore[no-untyped-def]
        event = env.event()
        gevent.spawn_later(0.1, env.post, event, "hello")
        answer = yield event
        answers.append((answer, env.now))

    env.process(asker())
    env.run_until(0.3)
    assert answers[0][0] == "hello"
    assert answers[0][1] == pytest.approx(0.1, abs=0.03)


def test_what_was_intended_does_not_slip_when_the_loop_is_late() -> None:
    """`now` is the due moment even when the loop was held up: latency counts from there."""
    env = WallEnvironment(time.time())
    due: list[float] = []

    def punctual():  # type: ignore[no-untyped-def]
        for _ in range(10):
            yield env.timeout(0.01)
            due.append(env.now)

    def hog():  # type: ignore[no-untyped-def]
        yield env.timeout(0.02)
        time.sleep(0.2)

    env.process(punctual())
    env.process(hog())
    env.run_until(0.4)
    assert due == pytest.approx([0.01 * n for n in range(1, 11)])


def test_the_same_process_under_both_clocks_sees_the_same_times() -> None:
    def journey(env: simpy.Environment, out: list[float]):  # type: ignore[no-untyped-def]
        for pause in (0.02, 0.05, 0.01, 0.03):
            yield env.timeout(pause)
            out.append(round(env.now, 9))

    simulated: list[float] = []
    plain = simpy.Environment()
    plain.process(journey(plain, simulated))
    plain.run()
    lived: list[float] = []
    wall = WallEnvironment(time.time())
    wall.process(journey(wall, lived))
    wall.run_until(0.2)
    assert lived == simulated


def test_stop_leaves_early() -> None:
    env = WallEnvironment(time.time())
    gevent.spawn_later(0.05, env.stop)
    env.run_until(5.0)
    assert env.wall_s() < 1.0


def test_what_is_due_goes_before_answers_however_many_come_at_once() -> None:
    env = WallEnvironment(time.time())
    late: list[float] = []
    heard: list[float] = []

    def punctual() -> Any:
        for _ in range(30):
            yield env.timeout(0.01)
            late.append(env.wall_s() - env.now)

    def answer() -> None:
        end = time.perf_counter() + 0.001
        while time.perf_counter() < end:
            pass
        heard.append(env.wall_s())

    def burst() -> None:
        for _ in range(200):
            env.soon(answer)

    env.process(punctual())
    gevent.spawn_later(0.05, burst)
    env.run_until(0.6)
    assert len(heard) == 200
    assert heard[-1] - heard[0] > 0.19, "the answers alone take a fifth of a second"
    assert sorted(late)[27] < 0.05


def test_an_error_in_a_process_ends_the_run_and_is_raised() -> None:
    env = WallEnvironment(time.time())

    def wrong() -> Any:
        yield env.timeout(0.02)
        raise RuntimeError("ours")

    env.process(wrong())
    with pytest.raises(RuntimeError, match="ours"):
        env.run_until(5.0)
    assert env.wall_s() < 1.0
