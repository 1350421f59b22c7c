"""Compile a kernel over columns with numba, and keep the machine code where that is possible.

It lets go of Python's lock, so row groups are worked on by as many threads as there are processors. An
installation may be read-only, and then the kernels are compiled once per process instead of failing.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def kernel(function: Kernel) -> Kernel:
    """`numba.njit` without the lock, cached on disk if numba finds a folder it may write to."""
    try:
        return cast(Kernel, njit(function, cache=True, nogil=True))
    except RuntimeError:  # numba: "cannot cache function ...: no locator available"
        return cast(Kernel, njit(function, nogil=True))
