"""Two runs compared: what is the same is called the same, what was slowed down is found, strangers out."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gladi.comparing_told import briefly, wholly
from reports import RunDirectory
from reports.comparison import Comparison, alike, compare, render
from reports.comparison import resampling as draws
from reports.comparison.judging import Measure, answered, holm
from reports.comparison.measures import PERCENTILES
from reports.comparison.naming import said_change
from reports.comparison.page import html
from reports.comparison.picture import draw_completeness
from reports.comparison.record import Operations
from reports.comparison.resampling import block_weights, quantiles
from reports.comparison.summary import summary
from reports.comparison.sureness import Evidence, chance, measured, of_runs
from tests.reports.invented import Rehearsal
from tests.reports.test_page import Page

SECONDS = 100


def day(drawn: int = 1, slower: float = 1.0, per_s: int = 8, **run: Any) -> Rehearsal:
    """Logins of a server whose mood changes from second to second; `slower` multiplies every time."""
    rng = np.random.default_rng(drawn)
    mood = 0.05 * np.exp(0.3 * rng.normal(size=SECONDS))
    took_s = slower * np.repeat(mood, per_s) * rng.lognormal(0.0, 0.4, size=SECONDS * per_s)
    rehearsal = Rehearsal(n_tps=8)
    rehearsal.run |= {"duration_s": float(SECONDS), "seed": 1} | run
    for number, took in enumerate(took_s.tolist()):
        rehearsal.note("login", rehearsal.tps(number), at_s=number / per_s, took_s=0.002 + took)
    return rehearsal


def opened(rehearsal: Rehearsal, folder: Path) -> RunDirectory:
    return RunDirectory.open(rehearsal.save(folder))


def compared(before: Rehearsal, after: Rehearsal, folder: Path, margin: float = 0.05) -> Comparison:
    one, other = opened(before, folder / "before"), opened(after, folder / "after")
    return compare([one], [other], alike([one], [other]), margin)


def measure(found: Comparison, group: str, name: str) -> Measure:
    (one,) = [each for each in found.measures if (each.group, each.name) == (group, name)]
    return one


@pytest.fixture(autouse=True)
def fewer_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws, "DRAWS", 250)


def test_a_run_and_its_twin_show_no_difference(tmp_path: Path) -> None:
    found = compared(day(), day(), tmp_path)
    assert found.word == "none"
    assert found.alike.paired
    assert {one.answer for one in found.measures} <= {"none", "unknown"}
    assert measure(found, "login", "p95").p == 1.0


def test_another_day_of_the_same_server_shows_none_either(tmp_path: Path) -> None:
    found = compared(day(1), day(2), tmp_path)
    assert found.word == "none"


def test_a_fifth_slower_is_found_and_a_fifth_faster_too(tmp_path: Path) -> None:
    slower = compared(day(1), day(2, slower=1.2), tmp_path / "slower")
    p50 = measure(slower, "login", "p50")
    assert (slower.word, p50.answer) == ("worse", "worse")
    assert p50.ratio_interval is not None
    low, high = p50.ratio_interval
    assert 1.05 < low < 1.2 < high < 1.35
    assert measure(slower, "login", "success").answer == "none"
    assert compared(day(1, slower=1.2), day(2), tmp_path / "faster").word == "better"


def test_the_same_twice_is_the_same_answer_to_the_last_digit(tmp_path: Path) -> None:
    one = compared(day(1), day(2), tmp_path / "1").as_json()
    other = compared(day(1), day(2), tmp_path / "2").as_json()
    assert one["measures"] == other["measures"]


def test_a_difference_below_the_margin_is_told_and_not_held_against_anybody(tmp_path: Path) -> None:
    found = compared(day(1), day(1, slower=1.03), tmp_path)
    p50 = measure(found, "login", "p50")
    assert p50.answer == "none"
    assert p50.p_holm is not None and p50.p_holm < 0.05
    assert "margin" in p50.note.en
    assert compared(day(1), day(1, slower=1.03), tmp_path / "strict", margin=0.0).word == "worse"


def test_more_failures_are_worse_and_never_faster(tmp_path: Path) -> None:
    after = day(2, slower=0.5)
    for row in after.history[::6]:
        row.update(outcome="fail", status=503, reason="server_error")
    found = compared(day(1), after, tmp_path)
    assert measure(found, "login", "success").answer == "worse"
    p50 = measure(found, "login", "p50")
    assert p50.answer == "unknown"
    assert "not called faster" in p50.note.en


def test_seconds_of_a_saturated_generator_are_left_out_of_both_sides(tmp_path: Path) -> None:
    late = day(2)
    for row in late.history[160:240]:
        row["started_s"] = row["intended_s"] + 2.0
        row["ended_s"] = row["intended_s"] + 4.0
    found = compared(day(1), late, tmp_path)
    assert found.word == "none"
    assert found.before[0].left_out_s == found.after[0].left_out_s == 14  # ten, and two around on either side
    assert measure(found, "login", "p50").n == ((SECONDS - 14) * 8,) * 2
    whole = measure(found, "completeness", "complete")
    assert (whole.answer, whole.p) == ("unknown", None), "no second can be left out of a TPS"
    assert "generator" in whole.note.en


def test_too_few_operations_and_too_few_stretches_say_nothing(tmp_path: Path) -> None:
    few = [day(seed) for seed in (1, 2)]
    for rehearsal in few:
        rehearsal.history = rehearsal.history[:20]
    found = compared(*few, tmp_path / "few")
    assert measure(found, "login", "p95").answer == "unknown"
    short = [day(seed) for seed in (1, 2)]
    for rehearsal in short:
        rehearsal.history = rehearsal.history[: 4 * 8]
        rehearsal.run["duration_s"] = 4.0
    assert measure(compared(*short, tmp_path / "short"), "login", "p50").answer == "unknown"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"scenario": "lain"}, "scenario: rekaan and lain"),
        ({"compression": 60.0}, "compression: 600.0 and 60.0"),
        ({"mode": "simulate"}, "mode: rehearse and simulate"),
        ({"digests": {"population": "q"}}, "another gladi drew them"),
    ],
)
def test_strangers_are_named(changed: dict[str, Any], says: str, tmp_path: Path) -> None:
    one, other = opened(day(), tmp_path / "a"), opened(day(2, **changed), tmp_path / "b")
    assert says in [each.en for each in alike([one], [other]).strangers] or any(
        says in each.en for each in alike([one], [other]).strangers
    )


def test_scenario_files_are_strangers_by_what_they_play_not_by_what_they_expect(tmp_path: Path) -> None:
    one, other = opened(day(), tmp_path / "a"), opened(day(2), tmp_path / "b")
    texts = ("[voting]\ntries = 3\n[expect]\ncompleteness = 0.9\n[stack]\napi_workers = 2\n",) * 2
    for run, text in zip((one, other), texts, strict=True):
        (run.path / "scenario.toml").write_text(text)
    (other.path / "scenario.toml").write_text(texts[1].replace("0.9", "0.1").replace("= 2", "= 4"))
    known = alike([one], [other])
    assert not known.strangers
    assert [each.en for each in known.said] == ["the scenario files differ in stack.api_workers"]
    (other.path / "scenario.toml").write_text(texts[1].replace("= 3", "= 4"))
    assert [each.en for each in alike([one], [other]).strangers] == [
        "the scenario files differ in voting.tries"
    ]


def test_other_seeds_are_compared_without_pairs_and_other_plans_not(tmp_path: Path) -> None:
    one, other = opened(day(), tmp_path / "a"), opened(day(2, seed=9), tmp_path / "b")
    known = alike([one], [other])
    assert (known.strangers, known.paired) == ((), False)
    for run, at_s in ((one, 10), (other, 20)):
        (run.path / "plan.jsonl").write_text(f'{{"at_s": {at_s}}}\n')
    assert not alike([one], [other]).strangers, "another seed draws another plan"
    same = opened(day(3), tmp_path / "c")
    (same.path / "plan.jsonl").write_text('{"at_s": 20}\n')
    assert "--plan" in alike([one], [same]).strangers[0].en


def test_completeness_is_compared_over_tps(tmp_path: Path) -> None:
    sides = []
    for missing in (0, 30):
        rehearsal = Rehearsal(n_tps=60)
        for index, tps in enumerate(rehearsal.everybody):
            rehearsal.login(tps)
            for page in (1, 2, 3) if index >= missing else (1,):
                rehearsal.submit(tps, page)
        sides.append(rehearsal)
    found = compared(*sides, tmp_path)
    complete = measure(found, "completeness", "complete")
    assert (complete.before, complete.after, complete.answer) == (1.0, 0.5, "worse")
    assert said_change(complete, "en").startswith("−50.0 points")
    assert measure(found, "completeness", "t90").answer == "unknown", "never reached after"


def test_faults_are_shown_and_judged_from_three_runs_a_side(tmp_path: Path) -> None:
    def hit(seed: int, down_s: float) -> Rehearsal:
        rehearsal = day(seed)
        rehearsal.fault("process_kill", "api", 20.0, 25.0)
        for row in rehearsal.history:
            if 20.0 <= row["intended_s"] < 25.0 + down_s:
                row.update(outcome="fail", status=0, reason="refused")
        return rehearsal

    before = [opened(hit(seed, 1.0 + 0.9 * (seed % 2)), tmp_path / f"b{seed}") for seed in (1, 2, 3)]
    after = [opened(hit(seed, 8.0 + 0.9 * (seed % 2)), tmp_path / f"a{seed}") for seed in (4, 5, 6)]
    known = alike(before, after)
    found = compare(before, after, known)
    (recovery,) = [one for one in found.measures if one.name == "recovery_s"]
    assert recovery.answer == "worse"
    (one,) = [each for each in compare(before[:1], after[:1], known).measures if each.name == "recovery_s"]
    assert one.answer == "unknown"
    assert one.difference is not None


def test_runs_that_agree_by_the_second_do_not_agree_to_the_last_digit() -> None:
    """Recovery is counted in whole seconds: three times 4 against three times 5 may well be the same."""
    bare = Measure("1 process_kill", "recovery_s", "s", False, 4.0, 5.0, (3, 3))
    near = of_runs(bare, [4.0] * 3, [5.0] * 3, resolution=1.0)
    assert near.p is not None and near.p > 0.01
    far = of_runs(bare, [4.0] * 3, [14.0] * 3, resolution=1.0)
    assert far.p is not None and far.p < 1e-4
    assert of_runs(bare, [4.0] * 2, [14.0] * 2, resolution=1.0).p is None


def test_runs_that_differ_among_themselves_are_believed_less() -> None:
    rng = np.random.default_rng(4)
    drawn = np.exp(0.02 * rng.normal(size=1000)), 1.3 * np.exp(0.02 * rng.normal(size=1000))
    bare = Measure("login", "p50", "s", False, 1.0, 1.3, (900, 900))

    def of(before: list[float], after: list[float]) -> Measure:
        return measured(bare, Evidence(drawn, drawn, (before, after), 60))

    steady = of([0.99, 1.0, 1.01], [1.29, 1.30, 1.31])
    moody = of([0.7, 1.0, 1.4], [0.9, 1.3, 1.9])
    assert steady.p is not None and steady.p < 0.001
    assert moody.p is not None and moody.p > 0.2
    assert steady.ratio_interval is not None and steady.ratio_interval[0] > 1.1
    assert moody.ratio_interval is not None and moody.ratio_interval[0] < 1.0


def test_chance_counts_the_sides_as_they_are_among_the_draws() -> None:
    assert chance(np.array([3.0, 1.0, -2.0, 0.5])) == 0.25
    assert chance(np.array([1.0, 1.0, -1.0, 0.5])) == 0.75
    assert chance(np.zeros(8)) == 1.0
    assert chance(np.array([1.0, np.nan, np.inf, 0.0])) == 0.75, "what cannot be compared counts against us"


def test_it_is_told_on_one_screen_and_wholly_when_asked(tmp_path: Path) -> None:
    found = compared(day(1), day(2, slower=1.5), tmp_path)
    for lang, worse, same in (("id", "lebih buruk", "tak tampak beda"), ("en", "worse", "no difference")):
        screen = briefly(found, lang)  # type: ignore[arg-type]
        assert len(screen.splitlines()) <= 20
        assert worse in screen and "p50" in screen and "--all" in screen
        rows = wholly(found, lang).splitlines()  # type: ignore[arg-type]
        assert len(rows) > len(screen.splitlines()) or same in "".join(rows)
    brief = summary(found)
    assert {one.name for one in brief.worse} >= {"p50", "p95"}
    assert len(brief.changed) + len(brief.same) + len(brief.unsaid) == sum(
        one.before is not None or one.after is not None for one in found.measures
    )
    assert [one.p for one in brief.worse] == sorted(one.p or 0.0 for one in brief.worse)


def test_the_page_tells_it_in_both_languages(tmp_path: Path) -> None:
    found = compared(day(1), day(2, slower=1.5), tmp_path)
    curve = draw_completeness(found, "en")
    words = {"id": ("Lebih buruk", "kurang dari tiga"), "en": ("Worse", "Fewer than three")}
    for lang, expected in words.items():
        page = Page()
        page.feed(html(found, [curve], lang))  # type: ignore[arg-type]
        assert not page.open
        for one in expected:
            assert one.lower() in page.text.lower()
        assert [one["src"][:15] for one in page.all("img")] == ["data:image/png;"]


@pytest.mark.slow
def test_the_page_is_written_with_its_pictures(tmp_path: Path) -> None:
    page = Page()
    page.feed(render(compared(day(1), day(2), tmp_path), tmp_path, "id").read_text(encoding="utf-8"))
    assert all(one["src"].startswith("data:") and one["alt"] for one in page.all("img"))
    assert len(page.all("img")) == 2


# the statistics themselves


def operations(rng: np.random.Generator, mood: "np.ndarray[Any, Any]", per_block: int) -> Operations:
    blocks = len(mood)
    many = np.full(blocks, float(per_block))
    return Operations(
        took_s=np.exp(np.repeat(mood, per_block) + rng.normal(size=blocks * per_block)),
        block=np.repeat(np.arange(blocks), per_block),
        demanded=many, served=many, good=many, seconds=np.full(blocks, 5.0),
    )  # fmt: skip


@pytest.mark.parametrize("paired", [False, True])
def test_intervals_hold_the_truth_nineteen_times_of_twenty(paired: bool) -> None:
    """Blocks have moods of their own; with pairs, half of the mood is common to both sides."""
    rng = np.random.default_rng(11)
    names = [name for name, _ in PERCENTILES[:2]]
    held = dict.fromkeys(names, 0)
    trials, blocks = 100, 30
    for _ in range(trials):
        common = 0.5 * rng.normal(size=blocks) if paired else np.zeros(blocks)
        sides = [operations(rng, common + 0.4 * rng.normal(size=blocks) + extra, 10) for extra in (0.0, 0.3)]
        weights = block_weights([sides[0]], [sides[1]], paired)
        found = [quantiles([side], drawn, [0.5, 0.95]) for side, drawn in zip(sides, weights, strict=True)]
        for column, name in enumerate(names):
            values = [float(np.quantile(side.took_s, (0.5, 0.95)[column])) for side in sides]
            bare = Measure("login", name, "s", False, values[0], values[1], (300, 300))
            drawn = found[0][:, column], found[1][:, column]
            one = measured(bare, Evidence(drawn, drawn, (values[:1], values[1:]), blocks - 1))
            assert one.ratio_interval is not None
            held[name] += one.ratio_interval[0] <= np.exp(0.3) <= one.ratio_interval[1]
    for name in names:
        assert 0.88 <= held[name] / trials <= 0.995, (name, held[name] / trials)


def test_pairs_see_what_others_do_not() -> None:
    rng = np.random.default_rng(3)
    common = 1.0 * rng.normal(size=40)
    sides = [operations(rng, common + extra, 40) for extra in (0.0, 0.15)]
    spread = {}
    for paired in (False, True):
        weights = block_weights([sides[0]], [sides[1]], paired)
        found = [quantiles([side], drawn, [0.5])[:, 0] for side, drawn in zip(sides, weights, strict=True)]
        spread[paired] = float(np.std(np.log(found[1] / found[0])))
    assert spread[True] < 0.5 * spread[False]


def test_a_quantile_of_draws_that_take_every_block_once_is_the_quantile() -> None:
    rng = np.random.default_rng(5)
    one = operations(rng, np.zeros(10), 500)
    every = [np.ones((draws.DRAWS, 10), np.float32)]
    found = quantiles([one], every, [0.5, 0.95, 0.99])[0]
    truth = np.quantile(one.took_s, [0.5, 0.95, 0.99])
    assert found == pytest.approx(truth, rel=0.05)


def test_holm_is_the_published_procedure() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([None, 0.5, None]) == [None, 0.5, None]
    lucky = [Measure("login", "p50", "s", False, 1.0, 2.0, (9, 9), p=0.03) for _ in range(3)]
    assert [one.answer for one in answered(lucky, 0.0)] == ["none"] * 3
    assert answered(lucky[:1], 0.0)[0].answer == "worse"
