"""A worker of another gladi is told apart by version, by code and by Python, and refused by name."""

import shutil
from dataclasses import replace
from pathlib import Path

import gladi
from gladi.load.built import built, code_digest, refusal


def test_the_same_gladi_may_join() -> None:
    assert refusal(built(), built(), "desa-1") == ""


def test_another_version_is_refused_with_both_versions() -> None:
    why = refusal(built(), replace(built(), version="0.0.9"), "desa-1")
    assert "desa-1" in why
    assert "gladi 0.0.9" in why
    assert f"gladi {gladi.__version__}" in why


def test_another_line_of_code_is_another_gladi(tmp_path: Path) -> None:
    home = tmp_path / "gladi"
    home.mkdir()
    shutil.copy(Path(gladi.__file__), home)
    before = code_digest(home)
    assert code_digest(home) == before
    (home / "__init__.py").write_text((home / "__init__.py").read_text() + "\n# another line\n")
    assert code_digest(home) != before
