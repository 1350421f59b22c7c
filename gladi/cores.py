"""Who gets which processor core: the load on one side, the system under test on the other.

A server that burns every core would make the load generator late and then be blamed for it. So on a machine
of two cores or more each side has its own; what the stack does to its cores is then the server's doing.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cores:
    """Core numbers of load and stack; the same set twice where they cannot be kept apart."""

    load: tuple[int, ...]
    stack: tuple[int, ...]

    @property
    def apart(self) -> bool:
        """Whether neither side can disturb the other."""
        return not set(self.load) & set(self.stack)


def divide(own_stack: bool) -> Cores:
    """The first half of this process's cores for the load, the rest for a stack that gladi starts itself."""
    cores = tuple(sorted(os.sched_getaffinity(0)))
    if not own_stack or len(cores) < 2:
        return Cores(cores, cores)
    half = len(cores) // 2
    return Cores(cores[:half], cores[half:])


def processor_name() -> str:
    """What the machine calls its processor; "" where it does not say."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


@contextmanager
def on(cores: tuple[int, ...]) -> Iterator[None]:
    """Keep this process, and what it starts meanwhile, on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
