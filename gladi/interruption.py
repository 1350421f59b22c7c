"""What Ctrl-C and SIGTERM mean to a run: break off, heal, keep the evidence; and when they have to wait."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from gladi.leaving import told_to_wait


@contextmanager
def interruptible() -> Iterator[None]:
    """SIGTERM counts as Ctrl-C while the run plays."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Healing is bounded in time and may not be interrupted; a second Ctrl-C is told so, and waits for it."""
    before = {number: signal.signal(number, told_to_wait) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
