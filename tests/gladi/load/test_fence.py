"""A worker that may have been taken for dead begins nothing more."""

from typing import Any

import pytest

from gladi.load.fence import (
    BEAT_S,
    DEAD_S,
    FENCE_S,
    GONE_S,
    TAKEOVER_LEAD_S,
    Fence,
    Fenced,
    taken_over_from,
)


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Begun:
    """A target that notes what is begun."""

    def __init__(self) -> None:
        self.operations: list[Any] = []

    def perform(self, operation: Any) -> str:
        self.operations.append(operation)
        return "answer"


def test_what_comes_after_the_silence_never_begins_even_on_waking() -> None:
    clock, begun = Clock(), Begun()
    fence = Fence(FENCE_S, clock)
    target = Fenced(begun, fence, lambda: "never")
    assert target.perform("first") == "answer"  # type: ignore[arg-type]
    clock.now_s += FENCE_S
    fence.heard(clock.now_s - BEAT_S)
    assert target.perform("second") == "answer"  # type: ignore[arg-type]
    clock.now_s += FENCE_S  # frozen, or cut off
    assert target.perform("third") == "never"  # type: ignore[arg-type]
    fence.heard(clock.now_s)
    assert target.perform("fourth") == "never", "others play its TPS by then"  # type: ignore[arg-type]
    assert begun.operations == ["first", "second"]


@pytest.mark.parametrize("silent_s", [GONE_S, DEAD_S, 10.0])
def test_nobody_takes_over_before_the_fence_has_closed(silent_s: float) -> None:
    clock = Clock()
    fence = Fence(FENCE_S, clock)
    heard_s = clock.now_s
    clock.now_s += silent_s
    clock.now_s = taken_over_from(clock.now_s, heard_s)
    assert fence.closed
    assert clock.now_s >= heard_s + silent_s + TAKEOVER_LEAD_S, "others have time to render and assemble"


def test_a_death_is_noticed_within_three_seconds_a_worker_held_up_for_two_is_not_dead() -> None:
    assert 2.0 + BEAT_S < DEAD_S < 3.0
