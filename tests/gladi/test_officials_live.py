"""A whole rehearsal with officials: logins, a pleno to its D.Hasil, photos up the ladder; and defects."""

from pathlib import Path

import pytest

from reports.pleno import backup_of
from reports.rundir import RunDirectory
from tests.gladi.runs import gladi

pytestmark = [pytest.mark.slow, pytest.mark.alone]

OFFICIALS = Path(__file__).with_name("officials.toml")


def test_a_day_with_staff_from_the_first_login_to_the_d_hasil(tmp_path: Path) -> None:
    out = tmp_path / "run"
    done = gladi("rehearse", OFFICIALS, "--scale", 8, "--workers", 2, "--out", out, "--json", timeout_s=400)
    found = done.json
    wrong = {name: one["why"] for name, one in found["checkers"].items() if one["valid"] is False}
    assert not wrong
    assert found["checkers"]["unfaithful"]["valid"] is True
    assert found["expectations"]["pleno"]["value"] == 1.0
    assert found["expectations"]["officials_in"]["valid"] is True
    (kecamatan,) = found["pleno"].values()
    assert kecamatan["decided"] == 8 and kecamatan["final_forms"] == 1
    photos = backup_of(RunDirectory.open(out))
    assert photos is not None and photos.still_unreadable == photos.unreadable - photos.replaced
    assert "Petugas dan pleno" in (out / "report.html").read_text(encoding="utf-8")


def test_a_stack_that_misadds_and_drops_is_found_out(tmp_path: Path) -> None:
    done = gladi(
        "rehearse", OFFICIALS, "--scale", 8, "--workers", 2, "--out", tmp_path / "run", "--json",
        "--defect", "recap_misadds", "--defect", "replacement_dropped", timeout_s=400,
    )  # fmt: skip
    assert done.code == 1
    found = done.json["checkers"]
    assert found["unfaithful"]["valid"] is False
    assert found["lost"]["valid"] is False
