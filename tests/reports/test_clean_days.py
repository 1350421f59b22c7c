"""No false alarm: honest days with faults, doubts and people who are rightly refused."""

import math
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.checkers import registered
from tests.reports.invented import Rehearsal
from tests.reports.witnessed import FEW, LATE_S, day, judged


def accused(rehearsal: Rehearsal) -> dict[str, tuple[Any, str]]:
    return {name: (one.valid, one.why.en) for name, one in judged(rehearsal).items() if one.valid is not True}


def test_there_are_eighteen() -> None:
    assert set(registered()) == {
        "lost", "duplicated", "altered", "torn", "phantom", "crossed", "hidden", "stale", "miscounted",
        "regressed", "reordered", "unauthorised", "forgotten", "unbounded", "false_refusal", "untruthful",
        "ineffective", "unfaithful",
    }  # fmt: skip


def test_an_honest_day_raises_no_alarm() -> None:
    assert not accused(day())


@FEW
@given(st.integers(0, 10_000))
def test_faults_and_doubts_raise_no_alarm(seed: int) -> None:
    """During a fault the portal is silent, behind, or a server error; answers get lost; nobody is accused."""
    draw = random.Random(seed)
    rehearsal = day()
    struck_s = draw.uniform(LATE_S + 1.0, LATE_S + 2.0)
    rehearsal.fault(
        draw.choice(["process_kill", "power_cut", "disk_full"]), "postgres", struck_s, struck_s + 3
    )
    for row in rehearsal.portal:
        if struck_s <= row["asked_s"] <= struck_s + 3:
            bent: dict[str, Any] = draw.choice(
                [{"status": 0}, {"status": 503}, {"as_of_s": struck_s - 9.0}, {"as_of_s": math.nan}]
            )
            row.update(bent)
    rehearsal.clock_s = struck_s
    for index in range(draw.randint(1, 6)):
        tps = rehearsal.tps(index)
        rehearsal.write("correct", tps, 2, version=5, happened=draw.choice(["unknown-done", "unknown-not"]))
        rehearsal.note("status", tps, outcome="unknown", status=0, reason="timeout")
        rehearsal.note("status", tps, outcome="unknown", status=503, reason="database_away")
        rehearsal.note("login", tps, outcome="unknown", status=0, session="")
        rehearsal.note("status", tps, outcome="fail", status=401, reason="session_unknown")
    rehearsal.note("national", "", actor="publik", outcome="fail", status=503, reason="overloaded")
    assert not accused(rehearsal)


def test_junk_counts_nowhere() -> None:
    rehearsal = day()
    junk = {"actor": "iseng", "session": "nobody's", "outcome": "fail"}
    for status in (400, 401, 403, 404, 413, 422, 429, 500):
        rehearsal.note("login", rehearsal.tps(3), status=status, **junk)
        rehearsal.note("status", rehearsal.tps(3), status=status, **junk)
        rehearsal.note("submit_page", rehearsal.tps(3), page=1, status=status, key="junk", **junk)
    assert not accused(rehearsal)


@pytest.mark.parametrize("ended", ["interrupted", "aborted"])
def test_a_run_cut_short_passes_nothing_and_accuses_of_nothing(ended: str) -> None:
    rehearsal = day()
    rehearsal.run["ended"] = ended
    valid = {name: one.valid for name, one in judged(rehearsal).items()}
    assert valid.pop("ineffective") is True  # none was planned
    assert valid.pop("unfaithful") is True  # no pleno was played
    assert set(valid.values()) == {"unknown"}


def test_without_a_witness_what_only_a_witness_sees_is_unknown() -> None:
    rehearsal = day()
    rehearsal.portal, rehearsal.health = [], []
    found = judged(rehearsal)
    unknown = {name for name, one in found.items() if one.valid == "unknown"}
    assert unknown == {"hidden", "stale", "miscounted", "regressed", "unbounded"}
    assert "portal.parquet" in found["hidden"].why.en
