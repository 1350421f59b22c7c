"""A threshold that may break a run off does so when it is surely missed, and not before."""

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest

from gladi.breaches import Watched, watched
from gladi.load.progress import Progress, upper_s
from gladi.stopping import StopConditions
from scenarios import Stop, Timeline, find_scenario, threshold
from scenarios.loading import validate
from simulators.operations import Answer, Operation
from tests.gladi.runs import SPRINT, gladi, left_running

OK, REFUSED, NOTHING = Answer("ok", status=200), Answer("fail", status=503), Answer("unknown")


def one(
    text: str, kind: str = "login", start_s: float = -1.0, end_s: float = 300.0, after_s: float = 0.0
) -> Watched:
    return Watched(kind, threshold(text), start_s, end_s, after_s, least=20)


def play(
    progress: Progress, many: int, answer: Answer = OK, took_s: float = 0.1, kind: str = "login"
) -> None:
    operation = Operation(kind, "1708020001001", "1708020001001", 1, "170802", "4g", 0.0, 10.0)  # type: ignore[arg-type]
    for _ in range(many):
        progress.note(operation, answer, took_s)


def test_few_slow_answers_break_nothing_many_do_and_the_figures_are_told() -> None:
    limit, progress = one("p95 < 1s"), Progress()
    play(progress, 180)
    play(progress, 14, took_s=3.0)
    assert limit.missed(1.0, progress.counts()) == "", "14 of 194 is more than 5 %, but not surely"
    play(progress, 26, took_s=3.0)
    assert (
        limit.missed(2.0, progress.counts())
        == "threshold login: p95 < 1s: 40 of 220 operations failed or took longer"
    )


@pytest.mark.parametrize("took_s", [0.002, 0.0473, 0.95, 1.0, 1.024, upper_s(81), 3.3, 59.0])
def test_buckets_are_late_with_a_miss_and_never_early(took_s: float) -> None:
    """Within a bucket of 9 % the beats cannot tell: there the run plays on, and its record decides."""
    progress = Progress()
    play(progress, 400, took_s=took_s)
    for share, sure in ((1.0, False), (0.99, None), (0.9, True)):
        missed = one(f"p95 <= {1000.0 * share * took_s:.6f}ms").missed(1.0, progress.counts())
        assert sure is None or bool(missed) == sure, (share, missed)


def test_a_limit_that_is_just_kept_is_seldom_broken_off_however_often_one_looks() -> None:
    """One in a hundred is over p99; with 240 looks that is mistaken for a miss in a few runs of a hundred."""
    rng = np.random.default_rng(1)
    broken = 0
    for _ in range(25):
        limit, progress = one("p99 < 1s"), Progress()
        for now_s, over in enumerate(rng.binomial(20, 0.01, size=240).tolist()):
            play(progress, 20 - over)
            play(progress, over, took_s=3.0)
            if limit.missed(float(now_s), progress.counts()):
                broken += 1
                break
    assert broken <= 5, "at 5 % more of 25 once in a thousand times"


def test_what_fails_fast_is_not_fast() -> None:
    limit, progress = one("p95 < 1s"), Progress()
    play(progress, 60)
    play(progress, 40, REFUSED, took_s=0.001)
    assert "40 of 100" in limit.missed(1.0, progress.counts())


@pytest.mark.parametrize(
    ("text", "answer", "told"),
    [
        ("success > 99%", REFUSED, "success was 80 of 100"),
        ("fail < 5%", REFUSED, "fail was 20 of 100"),
        ("unknown < 5%", NOTHING, "unknown was 20 of 100"),
    ],
)
def test_shares_break_a_run_off(text: str, answer: Answer, told: str) -> None:
    limit, progress = one(text), Progress()
    play(progress, 80)
    assert limit.missed(1.0, progress.counts()) == ""
    play(progress, 20, answer)
    assert told in limit.missed(2.0, progress.counts())


def test_other_kinds_other_phases_and_the_first_seconds_do_not_count() -> None:
    progress = Progress()
    limit = one("success > 99%", start_s=10.0, end_s=50.0, after_s=5.0)
    play(progress, 500, REFUSED)
    play(progress, 500, REFUSED, kind="status")
    assert limit.missed(9.0, progress.counts()) == "", "before its phase"
    play(progress, 100, REFUSED, kind="status")
    assert limit.missed(11.0, progress.counts()) == "", "another kind"
    play(progress, 40, REFUSED)
    assert limit.missed(12.0, progress.counts()) == "", "the first of its kind"
    assert limit.missed(16.9, progress.counts()) == "", "not yet 5 s after it"
    assert "0 of 40" in limit.missed(17.1, progress.counts())
    assert limit.missed(50.0, progress.counts()) == "", "after its phase"


def test_public_reads_are_counted_together() -> None:
    limit, progress = one("success > 90%", kind="read"), Progress()
    play(progress, 15, REFUSED, kind="region")
    assert limit.missed(1.0, progress.counts()) == ""
    play(progress, 15, REFUSED, kind="photo")
    assert "0 of 30" in limit.missed(2.0, progress.counts())


def test_they_hold_on_a_stack_of_our_own_where_stop_does_not() -> None:
    text = find_scenario("gladi-kotor").read_text()
    text += '\n[thresholds]\nlogin = [{ check = "success > 99%", phase = "aktivasi", abort = true }]\n'
    scenario = validate(tomllib.loads(text), "f.toml")
    timeline = Timeline(scenario.phases, scenario.clock.compression)
    limits = watched(scenario, timeline)
    assert [(one.kind, one.limit.text, one.start_s) for one in limits] == [("login", "success > 99%", 0.0)]
    stop, progress = StopConditions(Stop(error_share=0.1), applies=False, thresholds=limits), Progress()
    assert stop.broken(0.5, {}) == "", "nothing is known before the start"
    stop.broken(0.5, progress.counts())
    play(progress, 60, REFUSED)
    assert stop.broken(1.0, progress.counts()).startswith("threshold login: success > 99%")


@pytest.mark.slow
@pytest.mark.alone
def test_a_real_run_is_broken_off_by_its_threshold_healed_and_kept(tmp_path: Path) -> None:
    scenario, out = tmp_path / "sprint.toml", tmp_path / "out"
    scenario.write_text(
        SPRINT.read_text() + '\n[thresholds]\nall = [{ check = "p50 < 1ms", abort = true, after = "1s" }]\n'
    )
    done = gladi("rehearse", scenario, "--scale", 24, "--out", out, "--json", timeout_s=240)
    assert done.code == 3, done.err
    assert "broken off: threshold all: p50 < 1ms" in done.err
    assert left_running(out) == []
    assert json.loads((out / "run.json").read_text())["ended"] == "aborted"
    (limit,) = done.json["thresholds"]
    assert limit["abort"] is True
    assert limit["value"] > 0.001
    # on a machine so busy that the generator was late, what was missed is not held against the stack
    assert limit["valid"] is not True
    assert done.json["verdict"] in {"failed", "unknown"}
    assert (out / "history.parquet").is_file()
