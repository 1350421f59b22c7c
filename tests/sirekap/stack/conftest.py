"""One stack of the full profile a module, always ended."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sirekap.kpps_phone import Stack, register, running_stack

TPS_COUNT = 40


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A full stack with 40 registered TPS."""
    directory: Path = tmp_path_factory.mktemp("full")
    with running_stack(directory, "--profile", "full") as running:
        register(running, TPS_COUNT)
        yield running
