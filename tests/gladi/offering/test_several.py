"""Many generators offer what one would have offered; one that dies is told, no smaller load offered."""

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from gladi.cli import main
from gladi.failures import CannotRunError
from gladi.load.built import built
from gladi.offering.hand import Progress
from gladi.offering.order import OfferOrder
from gladi.offering.played import Generated, packed, played, together, unpacked
from gladi.offering.record import Record
from gladi.offering.several import Several
from simulators.calibration.loads import Load, arrivals
from tests.gladi.offering.scripted_hands import WAIT_S, Scripted, offered

LOAD = Load("x", {"status": 1.0}, 50.0, 4.0, 5.0)


@given(tps=st.integers(6, 400), own=st.integers(1, 5), workers=st.integers(1, 12))
def test_every_tps_is_somebodys_and_nobodys_twice(tps: int, own: int, workers: int) -> None:
    order = OfferOrder("claim", "", 1, tps, own, workers, "", built())
    dealt = [index for part in range(workers) for index in order.share(part)]
    assert sorted([*range(own), *dealt]) == list(range(tps))


def test_together_they_offer_the_same_arrivals_whatever_their_number() -> None:
    due = [(one.number, one.due_s) for one in arrivals(LOAD, 3)]
    for count in (1, 2, 5):
        whole = Several(Scripted(count), 0, consented=False).open(LOAD, 3)
        table = whole.attempts
        assert list(zip(table["number"].to_pylist(), table["due_s"].to_pylist(), strict=True)) == due
        assert len(whole.by) == count and sum(one.asked for one in whole.by) == len(due)
        assert whole.left == 10 * count and not whole.why


def test_moments_are_told_on_one_clock_and_by_whom() -> None:
    whole = Several(Scripted(2), 0, consented=False).open(LOAD, 3)
    assert [(one.host, one.pid, one.offset_s) for one in whole.by] == [
        ("mesin-0", 1, 0.0),
        ("mesin-1", 1, 0.25),
    ]
    assert whole.began_epoch_s == 999.75, "the second's clock is a quarter of a second ahead"


def test_one_late_generator_of_many_is_not_hidden_among_them() -> None:
    hands = Scripted(200)
    hands.late_s = {7: 0.4}
    whole = Several(hands, 0, consented=False).open(LOAD, 3)
    assert whole.late_p99_s == pytest.approx(0.4), "though it offered less than a hundredth of the load"
    record = Record()
    row, _ = record.trial(record.add("status", whole))
    assert row["late_p99_ms"] == pytest.approx(400.0)
    late = [one for one in record.generators().to_pylist() if one["late_p99_ms"] > 100.0]
    assert [one["generator"] for one in late] == [7]


@pytest.mark.parametrize("verb", ["prepare", "open"])
def test_a_step_in_which_one_dies_is_invalid_and_the_next_is_whole_again(verb: str) -> None:
    deaths = {(1, verb): "nothing was heard of it"}
    hands = Scripted(3, lambda generator, what: deaths.pop((generator, what), ""))
    several = Several(hands, 0, consented=False)
    first = several.open(LOAD, 3)
    assert first.why == "generator 1 (mesin-1, pid 1) died: nothing was heard of it"
    assert [one.died for one in first.by if one.generator == 1] == ["nothing was heard of it"]
    record = Record()
    row, _ = record.trial(record.add("status", first))
    assert not row["valid"] and row["why"] == first.why
    second = several.open(LOAD, 4)
    assert not second.why and second.attempts.num_rows == len(arrivals(LOAD, 4))
    assert hands.dealt[-2:] == [(0, 0, 2), (2, 1, 2)], "two share the whole load"


def test_without_a_generator_nothing_can_be_offered() -> None:
    several = Several(Scripted(1, lambda generator, verb: "killed"), 0, consented=False)
    assert several.open(LOAD, 3).why
    with pytest.raises(CannotRunError, match="no load generator is left"):
        several.open(LOAD, 3)


def test_the_load_lasts_as_long_as_all_offered_it() -> None:
    parts = [
        played(offered(arrivals(LOAD, 3)[part::2], seconds=seconds), Generated(part, "x", 1))
        for part, seconds in enumerate((4.0, 2.5))
    ]
    assert together(parts).seconds == 2.5


def test_clients_that_counted_for_themselves_are_told_apart() -> None:
    same = arrivals(LOAD, 3)[:10]
    whole = together([played(offered(same), Generated(part, "x", 1)) for part in range(3)])
    assert len(np.unique(whole.attempts["number"].to_numpy())) == 30


def test_columns_travel_whole() -> None:
    step = offered(arrivals(LOAD, 3))
    step.sent.append({"key": "k", "tps": "1", "form": "ppwp", "page": 2, "photo_sha256": "a",
                      "numbers_sha256": "b"})  # fmt: skip
    here = played(step, Generated(0, "mesin", 5), left=7)
    data = packed(here)
    there = unpacked(data)
    assert there.attempts.equals(here.attempts) and there.sent.equals(here.sent)
    assert (there.by, there.left, there.seconds) == (here.by, 7, 4.0)
    progress = Progress(
        3, np.array([1, 4], np.uint32), np.array([0.1, 0.2]), np.array([1], np.uint32), np.array([WAIT_S]),
        np.array([True]), False,
    )  # fmt: skip
    again = Progress.of(progress.as_plain())
    assert again.begun.tolist() == [1, 4] and again.good.tolist() == [True] and again.generator == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--listen", "127.0.0.1:5557"], "--listen HOST:PORT and --workers N go together"),
        (["--workers", "2"], "--listen HOST:PORT and --workers N go together"),
        (["--listen", "127.0.0.1:15571", "--workers", "2", "--generators", "2"], "leave one out"),
        (["--listen", "5557", "--workers", "2"], "write HOST:PORT"),
    ],
)
def test_choices_of_generators_that_do_not_go_together_are_said(words: list[str], said: str) -> None:
    done = CliRunner().invoke(main, ["capacity", *words])
    assert done.exit_code == 2 and said in done.output, done.output
