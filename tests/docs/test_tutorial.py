"""The tutorials do what they say: every block that a reader types is run, in order, as it stands."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks

TUTORIAL = ROOT / "docs" / "tutorial"
ENGLISH, INDONESIAN = TUTORIAL / "first-rehearsal.md", TUTORIAL / "gladi-pertama.md"
_OF_A_LIVE_RUN = re.compile(r"runs/(live|defect)")


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    "page",
    [pytest.param(ENGLISH, id="english", marks=pytest.mark.long), pytest.param(INDONESIAN, id="indonesian")],
)
def test_what_the_tutorial_says_works(page: Path, tmp_path: Path) -> None:
    """The Indonesian one asks the same but for the language; its rehearsals on a live server are left out."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    tried = 0
    for block in blocks(page):
        if not block.run or (page == INDONESIAN and _OF_A_LIVE_RUN.search(block.text)):
            continue
        got = subprocess.run(
            ["bash", "-e", "-c", block.text],
            cwd=tmp_path, env={**os.environ, "PATH": path}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        assert got.returncode in block.exits, f"{block}: {got.returncode}\n{got.stdout[-4000:]}"
        tried += 1
    assert tried >= 5
    for run in (tmp_path / "runs").iterdir():
        assert (run / "report.html").is_file(), run
        undescribed = {one.name for one in run.iterdir()} - described()
        assert not undescribed, f"docs/reference/run-directory.md says nothing of {sorted(undescribed)}"


def described() -> set[str]:
    """Files and folders that the manual's page of the run directory names."""
    text = (ROOT / "docs" / "reference" / "run-directory.md").read_text(encoding="utf-8")
    return {name.rstrip("/") for name in re.findall(r"`([\w.-]+/?)`", text)}


def test_both_tutorials_ask_for_the_same() -> None:
    def asked(page: Path) -> list[str]:
        return [re.sub(r" --lang \w\w|\?lang=\w\w", "", block.text) for block in blocks(page)]

    def bare(text: str) -> str:
        return re.sub(r"\s+#.*$", "", text, flags=re.MULTILINE)

    english, indonesian = ([bare(one) for one in asked(page)] for page in (ENGLISH, INDONESIAN))
    assert english == indonesian
