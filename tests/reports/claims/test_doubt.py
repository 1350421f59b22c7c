"""What an undecided requirement says of itself: the blocks that were seen, and what it would take."""

from pathlib import Path

import numpy as np

from reports.claims import sequence
from reports.claims.evidence import Evidence
from reports.claims.judging import judged
from tests.reports.claims.invented_claims import CLAIM, attempts, stored, write

SHORT = CLAIM.replace('"success > 90%"', '"success > 99%"')


def test_without_waves_six_hundred_operations_do(tmp_path: Path) -> None:
    rows = attempts()
    found = judged(Evidence.open(write(tmp_path / "x", rows, stored(rows), SHORT)))["claims"][0]
    assert found["answer"] == "upheld"
    assert [one["needed"] for one in found["requirements"]] == [None, None], "nothing more is needed"


def test_it_says_how_long_blocks_were_and_what_would_be_needed(tmp_path: Path) -> None:
    """The same 600 without a failure, their answers in waves of 8 s: of longer blocks there are too few."""
    rows = attempts()
    for row in rows:
        row["ended_s"] = row["due_s"] + 0.9 + 0.5 * np.sin(2 * np.pi * row["due_s"] / 8.0)
    found = judged(Evidence.open(write(tmp_path / "x", rows, stored(rows), SHORT)))["claims"][0]
    one = found["requirements"][1]
    assert found["answer"] == "undecided" and one["bad"] == 0
    assert one["block_operations"] >= 8
    assert one["needed"] == 314 * one["block_operations"] > 600
    why = found["why"][1]
    said = "success > 99%: not sure from 600 operations (0.00\u00a0% missed it, 1.00\u00a0% may) in "
    assert why["en"].startswith(f"{said}{one['blocks']} blocks of ")
    assert f"{one['block_operations'] / 10:.2f} s (where machine and system are quiet 0.10 s)" in why["en"]
    assert f"if it goes on like that it takes {one['needed']:,} operations" in why["en"]
    assert "bila terus begini perlu" in why["id"]


def test_at_the_edge_more_of_the_same_is_not_promised(tmp_path: Path) -> None:
    rows = attempts()
    for row in rows[30::100]:
        row |= {"became": "refused", "receipt": ""}
    found = judged(Evidence.open(write(tmp_path / "x", rows, stored(rows), SHORT)))["claims"][0]
    assert found["answer"] == "undecided" and found["requirements"][1]["needed"] is None
    assert "too near to the edge: 64 times as many would not make it sure" in found["why"][0]["en"]


def test_what_would_be_needed_is_what_the_judgement_needs() -> None:
    shares = np.zeros(20)
    shares[7] = 0.2
    needed = sequence.if_it_goes_on(shares, 0.05, 0.05)
    assert needed is not None and needed > 20
    more = np.tile(shares, 1 + needed // 20)
    assert sequence.first_sure(sequence.against_at_least(more[:needed], 0.05), 0.05) == needed
    assert sequence.if_it_goes_on(shares + 0.05, 0.05, 0.05) is None
    assert sequence.if_it_goes_on(np.zeros(0), 0.05, 0.05) is None
