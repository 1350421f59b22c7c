"""Three-valued truth: the worst answer wins, unknown is never a pass, a crash is unknown."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import RunDirectory
from reports.checkers import compose, registered
from reports.checkers.registry import Registered, checker
from reports.finding import Finding, Valid, merge
from reports.words import Text
from tests.reports.invented import Rehearsal

VALUES: st.SearchStrategy[Valid] = st.sampled_from([True, False, "unknown"])
WORD = Text("x", "x")


@given(VALUES, VALUES, VALUES)
def test_merging_is_commutative_associative_idempotent(a: Valid, b: Valid, c: Valid) -> None:
    assert merge([a, b]) == merge([b, a])
    assert merge([merge([a, b]), c]) == merge([a, merge([b, c])])
    assert merge([a, a]) == a
    assert merge([a, True]) == a


@given(st.lists(VALUES))
def test_false_beats_unknown_beats_true(values: list[Valid]) -> None:
    expected = False if False in values else "unknown" if "unknown" in values else True
    assert merge(values) == expected
    assert merge(values) is not True or all(value is True for value in values)


def saying(valid: Valid, count: int = 0) -> Finding:
    return Finding(valid, count, 10, WORD)


def test_a_composition_of_checkers_is_a_checker(tmp_path: Path) -> None:
    run = RunDirectory.open(Rehearsal().play().save(tmp_path / "run"))
    inner = compose({"a": lambda _: saying(True), "b": lambda _: saying("unknown")})
    outer = compose({"inner": inner, "c": lambda _: saying(False, 2)})
    found = outer(run)
    assert found.valid is False
    assert found.count == 2
    assert found.parts["inner"].valid == "unknown"
    assert found.parts["inner"].parts["a"].valid is True


def test_a_checker_that_crashes_is_unknown_and_says_why(tmp_path: Path) -> None:
    def broken(_: RunDirectory) -> Finding:
        raise ZeroDivisionError("division by zero")

    run = RunDirectory.open(Rehearsal().play().save(tmp_path / "run"))
    found = Registered("broken", WORD, WORD, broken)(run)
    assert found.valid == "unknown"
    assert "ZeroDivisionError" in found.why.en


def test_two_checkers_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match="lost"):
        checker("lost", WORD, WORD)(lambda _: saying(True))
    assert set(registered()) >= {"lost", "duplicated", "altered", "phantom", "crossed"}


@pytest.mark.parametrize(("n", "bound"), [(0, None), (2, 1.0), (300, 0.01)])
def test_the_rule_of_three(n: int, bound: float | None) -> None:
    assert Finding(True, 0, n, WORD).bound_95 == bound
    assert Finding(False, 1, n, WORD).bound_95 is None
