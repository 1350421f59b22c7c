"""The same bytes from a CPU that has only the oldest instructions; the benchmark `same` shows more."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.same import PLAIN, unlike

ROOT = Path(__file__).parents[2]


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A Python process at the root of the repository."""
    return subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, check=False, cwd=ROOT,
        env=os.environ | environment,
    )  # fmt: skip


def test_what_is_switched_off_is_off() -> None:
    """numpy and OpenCV only warn of a name that they do not know, and go on at full speed."""
    asked = "from tests.benchmarks.same import unlike; print(unlike())"
    assert run("-c", asked, **PLAIN).stdout.strip() == "True"
    assert not unlike()


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_every_form_with_faults_and_mistakes_in_any_order_on_any_cpu() -> None:
    done = run("-m", "tests.benchmarks.same", "--tps", "3", "--every", "1", "--plain", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "DIFFERENT" not in done.stdout
    assert done.stdout.count("same") == 10
