"""A worker's record on its way to the run directory: every byte once, in order, or asked for again."""

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gladi.load.gathering import Gathering, Sending


@given(st.lists(st.tuples(st.binary(max_size=9_000), st.sampled_from(["arrives", "lost", "twice"]))))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_lost_or_comes_twice_the_record_is_whole(
    tmp_path: Path, beats: list[tuple[bytes, str]]
) -> None:
    here, there = tmp_path / "here.rec", tmp_path / "there.rec"
    here.write_bytes(b"")
    sending, gathering = Sending(here), Gathering(there)

    def deliver(piece: dict[str, Any]) -> None:
        if not gathering.take(piece):
            sending.again(gathering.have)

    for written, fate in beats:
        with here.open("ab") as file:
            file.write(written)
        piece = sending.piece()
        for _ in range({"lost": 0, "arrives": 1, "twice": 2}[fate]):
            deliver(piece)
    sending.again(gathering.have)  # what the master asks at the end
    while sending.left:
        deliver(sending.piece())
    gathering.close()
    assert there.read_bytes() == here.read_bytes()
    assert gathering.have == here.stat().st_size


def test_a_piece_that_does_not_fit_is_not_taken(tmp_path: Path) -> None:
    here = tmp_path / "here.rec"
    here.write_bytes(b"0123456789")
    sending, gathering = Sending(here), Gathering(tmp_path / "there.rec")
    sending.again(4)
    assert not gathering.take(sending.piece())
    assert gathering.have == 0


def test_large_pieces_travel_packed(tmp_path: Path) -> None:
    here = tmp_path / "here.rec"
    here.write_bytes(b"gladi" * 100_000)
    piece = Sending(here).piece()
    assert len(piece["bytes"]) < 10_000
    assert Gathering.unpacked(piece) == here.read_bytes()
