"""A program that is missing is named before anything is started, with the package that has it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.sirekap.kpps_phone import ROOT


@pytest.mark.parametrize(
    ("program", "remedy"),
    [
        ("nginx", "apt-get install nginx"),
        ("redis-server", "apt-get install redis-server"),
        ("sirekap-objects", "sh tools/objects.sh"),
    ],
)
def test_a_missing_program_is_exit_3_and_names_its_package(tmp_path: Path, program: str, remedy: str) -> None:
    code = (
        "import shutil, sys;"
        f"shutil.which = lambda name, **_: None if name == {program!r} else '/bin/true';"
        "from sirekap.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    home = tmp_path / "stack"
    words = [sys.executable, "-c", code, "up", "--profile", "full", "--dir", str(home)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 3
    assert program in done.stderr
    assert remedy in done.stderr
    assert "Traceback" not in done.stderr
    assert not home.exists(), "nothing was begun"
