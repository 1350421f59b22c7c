"""One stack a module, always ended."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sirekap.kpps_phone import Stack, register, running_stack

TPS_COUNT = 60


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A sound stack with 60 registered TPS."""
    directory: Path = tmp_path_factory.mktemp("stack")
    with running_stack(directory) as running:
        register(running, TPS_COUNT)
        yield running
