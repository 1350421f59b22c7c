"""What a dead worker had in hand is on record as unknown: once, and only what its record does not have."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gladi.load.in_hand import InHand, hand_in, without_end
from gladi.materials import Page
from gladi.recorder import Recorder, history
from simulators.operations import Answer, Operation

TPS = "1708010001001"
PAGE = Page(b"", "ab" * 32, "cd" * 32, "")


def submit(number: int) -> Operation:
    key = f"{number:032x}"
    return Operation("submit_page", TPS, TPS, 1, TPS[:6], "3g", number / 10.0, 30.0, "ppwp", 1, key=key)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4) | st.none()), max_size=25))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_operation_heard_of_is_on_record_exactly_once(
    tmp_path: Path, lives: list[tuple[int, int | None]]
) -> None:
    """Operations begin in some beat and end some beats later, or not before the worker died in beat 5."""
    record, hand = Recorder(tmp_path / "worker-3.rec", 3), InHand(tmp_path, 3)
    under_way: dict[int, tuple[Operation, Page, float]] = {}
    for beat in range(5):
        for number, (begins, lasts) in enumerate(lives):
            if begins == beat:
                under_way[number] = (submit(number), PAGE, number + 0.5)
            if lasts is not None and begins + lasts == beat:
                operation, page, started_s = under_way.pop(number)
                record.write(
                    operation, Answer("ok", status=201), started_s, started_s + 1.0, page.photo_sha256
                )
        record.flush()
        hand.note((number, *what) for number, what in under_way.items())
    record.close()
    hand.close()
    assert hand_in(tmp_path, {3: 77.0}) == {3: len(under_way)}
    rows = history([tmp_path / "worker-3.rec"]).to_pylist()
    assert sorted(row["key"] for row in rows) == sorted(submit(number).key for number in range(len(lives)))
    assert sorted(row["op_id"] for row in rows) == [(3 << 40) + count for count in range(len(lives))]
    for row in rows:
        number = int(row["key"], 16)
        if number in under_way:
            assert (row["outcome"], row["reason"]) == ("unknown", "worker_died")
            assert (row["started_s"], row["ended_s"]) == (number + 0.5, 77.0)
            assert (row["content_sha256"], row["numbers_sha256"]) == (PAGE.photo_sha256, PAGE.numbers_sha256)
        else:
            assert row["outcome"] == "ok"


def test_a_beat_that_was_lost_and_a_row_cut_off_take_nothing_else_with_them(tmp_path: Path) -> None:
    hand = InHand(tmp_path, 0)
    hand.note((number, submit(number), PAGE, 1.0 + number) for number in range(3))
    hand.close()
    data = bytearray(hand.path.read_bytes())
    size = len(data) // 3
    data[size : 2 * size] = bytes(size)
    hand.path.write_bytes(data + b"half a row")
    assert hand_in(tmp_path, {0: 9.0}) == {0: 2}, "there is no record at all"
    keys = [row["key"] for row in history([tmp_path / "worker-0.rec"]).to_pylist()]
    assert keys == [submit(0).key, submit(2).key]


def test_who_lived_to_hand_in_its_record_had_nothing_in_hand() -> None:
    deaths = [{"worker": 0, "died_s": 4.0}, {"worker": 2, "died_s": 5.0}]
    said = [{"index": 0, "operations": 12}, {"index": 1, "operations": 9}, {"index": 2}]
    assert without_end(deaths, said) == {2: 5.0}
