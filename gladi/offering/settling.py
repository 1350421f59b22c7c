"""Waiting until a system has got over the last load."""

import time
from collections.abc import Callable

from gladi.failures import CannotRunError
from gladi.offering.crowd import Ask
from gladi.offering.generator import Generator

CALM_S = 0.1


def settle(
    generator: Generator, make: Callable[[], Ask | None], limit_s: float = 30.0, calm_s: float = CALM_S
) -> None:
    """Until the system answers within `calm_s` again; CannotRunError when it does not within `limit_s`.

    `calm_s` is for a median of one after the other: 0.1 s, or more where the system is far away.
    """
    deadline_s, quick = time.monotonic() + limit_s, 0
    while quick < 2:
        step = generator.closed(1, 3.0 * calm_s, make)
        middle = sorted(step.latencies_s())
        calm = bool(middle) and middle[len(middle) // 2] < calm_s
        quick = quick + 1 if calm else 0
        if time.monotonic() > deadline_s:
            raise CannotRunError(f"the system has not recovered from the last load within {limit_s:g} s")
