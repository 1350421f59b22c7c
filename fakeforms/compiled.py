"""Compile a numeric kernel with numba, and keep the machine code where that is possible.

Compiling takes seconds, loading the result from disk takes milliseconds; but an installation may be
read-only, and then the kernels are compiled once per process instead of failing.
No fast-math: the kernels must give the same bytes on every machine.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def kernel(function: Kernel) -> Kernel:
    """`numba.njit`, cached on disk if numba finds a folder it may write to."""
    return _compiled(function)


def inlined(function: Kernel) -> Kernel:
    """The same, for a short function that kernels use in their innermost loops: it becomes part of them."""
    return _compiled(function, forceinline=True)


def _compiled(function: Kernel, **options: bool) -> Kernel:
    try:
        return cast(Kernel, njit(function, cache=True, nogil=True, **options))
    except RuntimeError:  # numba: "cannot cache function ...: no locator available"
        return cast(Kernel, njit(function, nogil=True, **options))
