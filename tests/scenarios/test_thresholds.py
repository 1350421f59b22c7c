"""Thresholds are read with their units or not at all, and a scenario names its kinds and phases rightly."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.schema import KINDS
from scenarios import (
    Scenario,
    ScenarioError,
    builtin_nations,
    find_scenario,
    kinds_of,
    load_nation,
    threshold,
)
from scenarios import thresholds as room
from scenarios.loading import validate

BASE = find_scenario("gladi-kotor").read_text()


def with_thresholds(lines: str) -> Scenario:
    """The rough rehearsal, held to more."""
    return validate(tomllib.loads(f"{BASE}\n[thresholds]\n{lines}\n"), "f.toml")


@pytest.mark.parametrize(
    ("text", "metric", "percentile", "value"),
    [
        ("p95 < 2s", "percentile", 95.0, 2.0),
        ("p99.9 <= 500ms", "percentile", 99.9, 0.5),
        ("mean < 1s", "mean", None, 1.0),
        ("max<10s", "max", None, 10.0),
        ("success > 99%", "success", None, 0.99),
        ("fail <= 0.5%", "fail", None, 0.005),
        ("unknown < 1%", "unknown", None, 0.01),
        ("late < 1 %", "late", None, 0.01),
        ("rate > 600/min", "rate", None, 10.0),
        ("count >= 1000", "count", None, 1000.0),
    ],
)
def test_is_read_in_si_units(text: str, metric: str, percentile: float | None, value: float) -> None:
    read = threshold(text)
    assert (read.metric, read.percentile) == (metric, percentile)
    assert read.value == pytest.approx(value, rel=1e-12)
    assert threshold(read.text) == read


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("p95 < 2", "write the unit, such as 2s or 800ms"),
        ("p95 < 2sec", '"sec" is not one'),
        ("success > 0.99", '"success > 99%"'),
        ("fail < 1", '"fail < 1%"'),
        ("success > 100%", "success >= 100%"),
        ("fail < 0%", "fail <= 0%"),
        ("success > 101%", "at most 100%"),
        ("rate > 50", "50/s"),
        ("count >= 1.5", "whole number"),
        ("count >= 10s", "without a unit"),
        ("p(95) < 2s", "write p95"),
        ("p100 < 2s", "write max"),
        ("p0 < 2s", "no such metric"),
        ("avg < 2s", "write mean"),
        ("p95 == 2s", "use < <= > or >="),
        ("p95", "p95 < 2s"),
        (95, "p95 < 2s"),
    ],
)
def test_what_is_wrong_is_answered_with_what_would_be_right(text: object, right: str) -> None:
    with pytest.raises(ValueError) as error:
        threshold(text)
    assert right in str(error.value)


@given(st.sampled_from(["<", "<=", ">", ">="]), st.floats(0.001, 100.0), st.floats(0.001, 100.0))
def test_a_limit_and_its_opposite_never_both_hold(op: str, limit_s: float, found_s: float) -> None:
    opposite = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[op]
    one, other = (threshold(f"p95 {sign} {limit_s:.6f}s") for sign in (op, opposite))
    assert one.holds(found_s) != other.holds(found_s)


def test_kinds_are_those_of_the_record() -> None:
    assert room.KINDS == KINDS
    assert set(kinds_of("read")) < set(kinds_of("all")) == set(KINDS)
    assert kinds_of("login") == ("login",)


def test_a_scenario_holds_texts_and_tables_side_by_side() -> None:
    read = with_thresholds(
        'login = ["p95 < 2s", { check = "success > 99%", phase = "hari-h", abort = true, after = "9s" }]'
    ).thresholds["login"]
    assert [one.check.text for one in read] == ["p95 < 2s", "success > 99%"]
    assert (read[0].abort, read[1].abort, read[1].after, read[1].phase) == (False, True, 9.0, "hari-h")


@pytest.mark.parametrize(
    ("lines", "right"),
    [
        ('submit_page = ["p95 < 2"]', "thresholds.submit_page[1].check = 'p95 < 2': p95 < 2: write the unit"),
        (
            'submit = ["p95 < 2s"]',
            'thresholds.submit: no operation is called that; did you mean "submit_page"',
        ),
        ('login = [{ check = "p95 < 2s", phase = "x" }]', 'thresholds.login[1].phase = "x": no such phase'),
        ('login = "p95 < 2s"', "must be a list of limits"),
        ("login = []", "must be a list of limits"),
        ('login = [{ chek = "p95 < 2s" }]', 'did you mean "check"'),
        ('login = [{ check = "rate > 9/s", abort = true }]', "known only when the run is over"),
        ('login = [{ check = "p95 > 1s", abort = true }]', "needs < or <="),
        ('login = [{ check = "p95 < 1s", after = "9s" }]', "after goes with abort"),
    ],
)
def test_a_wrong_scenario_is_named_key_by_key(lines: str, right: str) -> None:
    with pytest.raises(ScenarioError) as error:
        with_thresholds(lines)
    assert right in str(error.value)


def test_a_nation_says_where_thresholds_belong() -> None:
    with pytest.raises(ScenarioError, match="scenario of a regency"):
        load_nation(builtin_nations()["nation-2024"], ['thresholds.login = ["p95 < 2s"]'])
