"""The live form of every place, small: the same people and troubles before the reference stack.

What brought the server of 2024 down must not bring ours down, and whatever happens nothing may be lost.
"""

from pathlib import Path

import pytest

from tests.gladi.runs import gladi, left_running

pytestmark = [pytest.mark.slow, pytest.mark.alone]

PLACES = {
    "kepahiang-2024": (16, ("--compression", 1200)),
    "kendal-2020": (16, ()),
    "kuta-selatan-2024": (16, ()),
    "oki-2020": (20, ()),
    "pati-2024": (24, ()),
    "sulsel-pilkada-2024": (24, ()),
    "tidore-2020": (16, ()),
}
"""TPS, and what else is said. Of Sulsel one TPS of each of its 24. All of Kepahiang: `make rehearsal`."""

LONG = {"kepahiang-2024", "kendal-2020", "pati-2024", "tidore-2020"}
"""About two minutes each; CI plays those with a pleno, backup photos, a province, and the storm."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.long] * (name in LONG)) for name in PLACES]
)
def test_the_live_form_of_a_place_passes_and_loses_nothing(name: str, tmp_path: Path) -> None:
    tps, more = PLACES[name]
    run = tmp_path / "run"
    done = gladi("rehearse", name, "--scale", tps, *more, "--out", run, "--json", timeout_s=420.0)
    assert done.code == 0, (done.err, {k: v for k, v in done.json["expectations"].items() if not v["valid"]})
    verdict = done.json
    assert verdict["verdict"] == "passed"
    assert verdict["checkers"]["lost"]["valid"] is True
    assert verdict["checkers"]["lost"]["checked"] > 0
    assert (run / "report.html").is_file()
    assert left_running(run) == []


def test_the_load_test_that_brought_the_server_down_is_survived(tmp_path: Path) -> None:
    run = tmp_path / "run"
    done = gladi("rehearse", "uji-beban-2024-10-13", "--out", run, "--json", timeout_s=300.0)
    assert done.code == 0, done.err
    told = {(one["what"], one["at_most"]): one for one in done.json["reported"]}
    assert told["logged_in_share", 0.1]["alike"] is False, "as reported, hardly anybody was in by 14:00"
    assert told["logged_in_share", 0.85]["alike"] is True
    assert done.json["expectations"]["officials_in"]["valid"] is True
    assert left_running(run) == []
