"""Beats: what they count of every kind, that they add over workers, and that they cost next to nothing."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gladi.load.progress import Counted, Progress, added, bucket, percentile_s, upper_s
from simulators.operations import Answer, Operation


def operation(kind: Any = "login", tps: str = "1708012001001", page: int = 0, **more: Any) -> Operation:
    return Operation(
        kind, tps, tps, 1, tps[:6], "4g", 1.0, 60.0, form="ppwp" if page else "", page=page, **more
    )


def test_every_end_is_counted_as_the_record_has_it() -> None:
    progress = Progress()
    progress.note(operation(), Answer("ok", status=200), 1.3)
    progress.note(operation(), Answer("fail", status=503, reason="overloaded"), 1.3)
    progress.note(operation(), Answer("fail", reason="refused"), 1.0)
    progress.note(operation(), Answer("unknown", reason="timeout"), 61.0)
    progress.note(operation("status"), Answer("fail", status=404), 1.1)
    progress.note(operation(expect="reject"), Answer("fail", status=401), 1.1)
    kinds = progress.counts()["kinds"]
    login = kinds["login"]
    assert (login["ok"], login["fail"], login["unknown"], login["right"]) == (1, 3, 1, 1)
    assert (kinds["status"]["fail"], kinds["status"]["right"]) == (1, 1), "not there yet is an answer"
    assert sum(login["took"]) == 2, "answers that a sound system serves"
    assert abs(login["waited_s"] - 0.6) < 1e-9


def test_a_kecamatan_is_whole_when_every_page_of_its_tps_is() -> None:
    progress = Progress()
    for page in (1, 2, 3, 3):
        progress.note(operation("submit_page", page=page), Answer("ok", status=201), 1.5)
    progress.note(operation("submit_page", "1708022001001", page=1), Answer("ok", status=201), 1.5)
    assert progress.counts()["areas"] == {"170801": [3, 1], "170802": [1, 0]}
    assert progress.counts()["complete_tps"] == 1


def test_lateness_is_the_drivers_own() -> None:
    progress = Progress()
    for late_s in (0.0, 0.0005, 0.019, 0.4):
        progress.note(operation(), Answer("ok", status=200), 2.0, late_s)
    counts = progress.counts()
    assert counts["late"][0] == 2
    assert counts["late"][bucket(0.4)] == 1
    assert abs(counts["late_s"] - 0.4195) < 1e-9


def test_what_begins_is_counted_before_it_ends() -> None:
    class Deaf:
        def perform(self, operation: Operation) -> str:
            return "event"

    progress = Progress()
    assert Counted(Deaf(), progress).perform(operation()) == "event"
    assert progress.counts()["kinds"]["login"]["began"] == 1


NUMBERS = st.integers(0, 1000)
BEATS = st.fixed_dictionaries(
    {"operations": NUMBERS, "late": st.lists(NUMBERS, min_size=3, max_size=3)},
    optional={
        "kinds": st.dictionaries(
            st.sampled_from(["login", "photo"]),
            st.fixed_dictionaries({"ok": NUMBERS, "took": st.lists(NUMBERS, min_size=2, max_size=2)}),
        )
    },
)


@settings(max_examples=30)
@given(st.lists(BEATS, max_size=4), st.lists(BEATS, max_size=4))
def test_beats_add_in_any_grouping(some: list[dict[str, Any]], others: list[dict[str, Any]]) -> None:
    together = added([*some, *others])
    assert together == added([added(some), added(others)])
    assert together.get("operations", 0) == sum(one["operations"] for one in [*some, *others])


def test_a_percentile_is_true_to_nine_percent() -> None:
    counts = [0] * (bucket(9_999.0) + 1)
    for number in range(1, 1001):
        counts[bucket(number / 1000)] += 1
    for share in (0.5, 0.95, 0.99):
        assert share <= percentile_s(counts, share) <= share * 1.0906
    assert percentile_s([0, 0], 0.5) == 0.0
    assert upper_s(8) == 0.002, "eight buckets double"
