"""A stack says what may be sent at it, on every address it listens on; by itself it consents to nothing."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.sirekap.kpps_phone import WAIT_S, Stack, running_stack

pytestmark = pytest.mark.slow

PATH = "/.well-known/gladi-consent"
DOCUMENT = {"scenario": "sprint", "max_rate_per_s": 50}
ELSEWHERE = "127.0.0.2"
"""Not the address a stack listens on by itself."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("consent") / "consent.json"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, file: Path) -> Iterator[Stack]:
    settings = {"SIREKAP_CONSENT_FILE": str(file), "SIREKAP_ALSO_LISTEN": ELSEWHERE}
    with running_stack(tmp_path_factory.mktemp("stack"), environ=settings) as one:
        yield one


def test_the_file_is_told_as_it_stands_and_taking_it_away_withdraws_it(stack: Stack, file: Path) -> None:
    there = f"{stack.url.replace('127.0.0.1', ELSEWHERE)}{PATH}"
    assert requests.get(there, timeout=WAIT_S).status_code == 404
    file.write_text(json.dumps(DOCUMENT))
    told = requests.get(there, timeout=WAIT_S)
    assert (told.status_code, told.json()) == (200, DOCUMENT)
    assert requests.get(f"{stack.url}{PATH}", timeout=WAIT_S).json() == DOCUMENT, "and on the loopback"
    file.write_text('["scenario"]')
    assert requests.get(there, timeout=WAIT_S).status_code == 404, "what is no document consents to nothing"
    file.unlink()
    assert requests.get(there, timeout=WAIT_S).status_code == 404
