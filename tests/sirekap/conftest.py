"""One stack a module, always ended."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sirekap.kpps_phone import Stack, register, sirekap, up

TPS_COUNT = 60


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A sound stack with 60 registered TPS."""
    directory: Path = tmp_path_factory.mktemp("stack")
    try:
        running = up(directory)
        register(running, TPS_COUNT)
        yield running
    finally:
        assert sirekap("down", "--dir", str(directory)).returncode == 0
