"""From a stored page of votes to the portal: pace, batches, what is looked at, what is frozen."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios.nation import Nation
from simulators.nation.publishing import shown_at

FILE = Path(__file__).parents[3] / "scenarios" / "nation-2024.toml"
CODES = np.arange(1_000) + 1_708_012_001_001


def nation(**publishing: Any) -> Nation:
    plain = {"looked_share": 0.0, "withheld_share": 0.0, "frozen": [], "batch": "1s"}
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    table["publishing"] = table["publishing"] | plain | publishing
    return Nation.model_validate(table)


def test_releases_leave_one_after_the_other_at_the_pace_given() -> None:
    shown = shown_at(nation(checks_a_minute=60.0), 1, CODES, np.full(1_000, 800_000.0))
    assert np.diff(np.sort(shown)) == pytest.approx(1.0)
    assert shown.max() == pytest.approx(801_001.0, abs=1.0)


def test_what_was_never_stored_is_never_shown_nor_what_comes_after_the_end() -> None:
    stored = np.full(1_000, 800_000.0)
    stored[:10] = np.nan
    stored[10:20] = 1e9
    shown = shown_at(nation(), 1, CODES, stored)
    assert np.isnan(shown[:20]).all()
    assert not np.isnan(shown[20:]).any()
    assert (shown[20:] >= stored[20:]).all()


def test_the_portal_is_renewed_in_batches_and_stands_while_it_is_frozen() -> None:
    day = nation().calendar.day
    hours = {"start": day.replace(hour=1), "end": day.replace(hour=2), "share": 1.0}
    frozen = nation(batch="10m", frozen=[hours])
    start, end = frozen.run_s(hours["start"]), frozen.run_s(hours["end"])
    shown = shown_at(frozen, 1, CODES, np.linspace(start - 1_800.0, end + 1_800.0, 1_000))
    assert not ((shown > start + 600.0) & (shown < end)).any()
    assert (np.mod(shown, 600.0) == 0.0).all()


def test_the_looked_at_share_is_late_and_the_same_for_any_subset() -> None:
    rules = nation(looked_share=0.35, looked="14h", checks_a_minute=1e9)
    stored = np.full(1_000, 800_000.0)
    shown = shown_at(rules, 1, CODES, stored)
    late = shown - stored > 600.0
    assert 0.28 < late.mean() < 0.42
    part = shown_at(rules, 1, CODES[::7], stored[::7])
    assert (part == shown[::7])[~np.isnan(part)].all()
