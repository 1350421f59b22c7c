"""The record of a run: what goes in comes out, also from a file that was cut off."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gladi.recorder import Recorder, history
from reports.schema import HISTORY
from simulators.operations import Answer, Operation

OPERATION = Operation(
    "submit_page", "1708012001003", "1708012001003", 1, "170801", "edge", 1.5, 60.0, "ppwp", 2, 3, "k" * 32
)
ANSWER = Answer(
    "ok",
    201,
    "",
    "r-1",
    bytes_sent=10,
    bytes_received=20,
    content_sha256="0" * 62 + "a0",
    numbers_sha256="b" * 64,
    session="5e55107f00000000",
    stored_pages=0b1010,
)


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.rec", 7)
    recorder.write(OPERATION, ANSWER, 1.6, 2.5)
    recorder.close()
    table = history([tmp_path / "a.rec"])
    assert table.schema == HISTORY
    row = table.to_pylist()[0]
    assert row == {
        "op_id": 7 << 40, "kind": "submit_page", "actor": "kpps", "tps": "1708012001003",
        "account_tps": "1708012001003", "operator": 1, "form": "ppwp", "page": 2, "attempt": 3,
        "area": "170801",
        "link": "edge", "intended_s": 1.5, "started_s": 1.6, "ended_s": 2.5, "outcome": "ok", "status": 201,
        "reason": "", "bytes_sent": 10, "bytes_received": 20, "content_sha256": "0" * 62 + "a0",
        "numbers_sha256": "b" * 64, "key": "k" * 32, "receipt": "r-1", "session": "5e55107f00000000",
        "stored_pages": 10, "expect": "accept", "worker": 7,
    }  # fmt: skip


@given(digest=st.binary(min_size=32, max_size=32).filter(any))  # all zeros stands for "none"
def test_every_digest_survives(digest: bytes, tmp_path_factory: object) -> None:
    path = tmp_path_factory.mktemp("rec") / "a.rec"  # type: ignore[attr-defined]
    recorder = Recorder(path, 0)
    recorder.write(OPERATION, Answer("ok", content_sha256=digest.hex()), 0.0, 1.0)
    recorder.close()
    assert history([path])["content_sha256"].to_pylist() == [digest.hex()]


def test_a_record_cut_off_by_a_crash_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.rec"
    recorder = Recorder(path, 0)
    for _ in range(3):
        recorder.write(OPERATION, ANSWER, 0.0, 1.0)
    recorder.close()
    path.write_bytes(path.read_bytes()[:-5])
    assert history([path]).num_rows == 2


def test_workers_are_merged_by_intended_moment(tmp_path: Path) -> None:
    paths = []
    for worker, moments in enumerate(([3.0, 1.0], [2.0])):
        recorder = Recorder(tmp_path / f"{worker}.rec", worker)
        for moment in moments:
            operation = Operation("login", "1", "1", 1, "170801", "4g", moment, 10.0)
            recorder.write(operation, Answer("ok"), moment, moment)
        recorder.close()
        paths.append(tmp_path / f"{worker}.rec")
    assert history(paths)["intended_s"].to_pylist() == [1.0, 2.0, 3.0]


def test_no_record_is_an_empty_history() -> None:
    assert history([]).num_rows == 0
