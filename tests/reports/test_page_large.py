"""A run of a million operations still gives a page that can be mailed, in a laptop's time and memory."""

from pathlib import Path

import pytest

from tests.benchmarks.report_page import alone, unfinished


@pytest.mark.slow
def test_a_million_operations_give_a_page_below_three_megabytes(tmp_path: Path) -> None:
    took = alone("run", unfinished(1_000_000, tmp_path / "run"))
    assert took["unfinished"] > 5_000, "thousands to name"
    assert took["page_bytes"] < 3_000_000
    assert took["peak_gb"] < 3.0
    assert took["page_s"] < 180.0
    assert took["pdf_pages"] < 30
    assert took["pdf_bytes"] < 3_000_000
