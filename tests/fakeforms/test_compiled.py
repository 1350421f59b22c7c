"""Kernels compile even where numba may not write its cache."""

from typing import Any

import pytest

from fakeforms import compiled


def test_without_a_writable_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    real = compiled.njit

    def nowhere_to_cache(function: Any, **options: Any) -> Any:
        if options.get("cache"):
            raise RuntimeError("cannot cache function 'double': no locator available for file 'x.py'")
        return real(function, **options)

    monkeypatch.setattr(compiled, "njit", nowhere_to_cache)

    @compiled.kernel
    def double(number: int) -> int:
        return 2 * number

    assert double(21) == 42
