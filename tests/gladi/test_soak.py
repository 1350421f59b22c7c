"""`gladi soak`: the record is kept and gone on with, sums are right, a real defect is seen in a trial."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gladi.failures import UsageError
from gladi.soak.expected import SEEN_BY
from gladi.soak.series import RECORD, on_record
from gladi.soak.table import as_json, as_markdown, caught, clean
from gladi.soak.trial import Result
from reports.checkers import registered
from tests.gladi.runs import gladi, left_running


def result(defect: str, seed: int, accused: str = "", at_s: float | None = 3.0, word: str = "") -> Result:
    """A trial in which one checker accuses the system, or none."""
    checkers = {name: (name != accused, int(name == accused), None) for name in registered()}
    if accused:
        checkers[accused] = (False, 1, at_s)
    return Result(defect, seed, word or ("failed" if accused else "passed"), 20.0 + seed, checkers=checkers)


def test_every_planted_defect_has_a_checker_that_must_see_it() -> None:
    assert {name for right in SEEN_BY.values() for name in right} <= set(registered())
    words = [sys.executable, "-m", "sirekap", "up", "--dir", "unused", "--defect", "nonsense"]
    refused = subprocess.run(words, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    listed = set(re.findall(r"[a-z0-9]+(?:_[a-z0-9]+)+", refused.stderr.partition("choose from")[2]))
    assert listed == set(SEEN_BY), "the reference stack and the table of expectations name the same defects"


def test_a_defect_counts_as_caught_only_by_the_right_checker() -> None:
    results = [result("count_wraps", seed, "altered" if seed < 20 else "lost") for seed in range(1, 21)]
    (one,) = caught(results)
    assert (one.trials, one.caught, one.enough) == (20, 19, True)
    assert (one.others, one.missed_seeds, one.first_s) == ({"lost": 1}, (20,), 3.0)
    (one,) = caught([*results[1:], result("count_wraps", 21)])
    assert (one.caught, one.enough) == (18, False)


def test_a_sound_stack_that_is_accused_is_a_false_alarm_with_its_seed() -> None:
    found = clean(
        [result("", 1), result("", 2, "stale"), result("", 3, word="unknown"), result("", 4, word="none")]
    )
    assert (found.trials, found.passed, found.failed, found.unknown, found.not_run) == (4, 1, 1, 1, 1)
    assert found.alarms == {"stale": (2,)}


def test_a_trial_that_could_not_be_played_proves_nothing() -> None:
    assert caught([result("count_wraps", 1, word="none")]) == []


def test_the_record_is_read_again_and_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    lines = [result("", 1).as_line(), result("count_wraps", 2, "altered").as_line()]
    (tmp_path / RECORD).write_text("\n".join(lines) + "\n" + lines[0][:40])
    assert [one.seed for one in on_record(tmp_path)] == [1, 2]
    assert as_json(on_record(tmp_path))["defects"][0]["caught"] == 1
    assert "| `count_wraps` | altered | 1 of 1 | 3 |" in as_markdown(on_record(tmp_path))


def test_another_file_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / RECORD).write_text('{"nothing": 1}\n')
    with pytest.raises(UsageError, match=r"trials.jsonl: is no record of a soak"):
        on_record(tmp_path)


def test_a_misspelt_defect_is_refused_with_those_there_are() -> None:
    done = gladi("soak", "--defect", "count_warps")
    assert done.code == 2
    assert "count_warps" in done.err and "count_wraps" in done.err


@pytest.mark.slow
@pytest.mark.alone
def test_trials_are_played_kept_and_not_played_again(tmp_path: Path) -> None:
    out = tmp_path / "soak"
    asked = ("soak", "--runs", "1", "--defect", "count_wraps", "--out", out, "--json")
    first = gladi(*asked)
    assert first.code == 0, first.err
    (defect,) = first.json["defects"]
    assert (defect["defect"], defect["caught"], defect["trials"]) == ("count_wraps", 1, 1)
    assert (out / "count_wraps-1" / "verdict.json").exists()
    assert left_running(out) == []
    again = gladi(*asked)
    assert again.json == first.json
    assert len((out / RECORD).read_text().splitlines()) == 1, "what is on record is not played again"
