"""A worker that may have been taken for dead begins nothing more."""

from typing import Any

from gladi.load.fence import BEAT_S, DEAD_S, FENCE_S, Fence, Fenced


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


def test_a_worker_is_silent_before_it_is_dead() -> None:
    assert FENCE_S < DEAD_S
