"""What the comparisons of load drivers compute, on cases whose answer is known; and their target."""

import json
import os
import shutil
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.benchmarks import load_speed
from tests.benchmarks.load_ground import cpu_s, middle, percentile, sink
from tests.benchmarks.load_on_time import RATE, SECONDS, seen
from tests.benchmarks.load_peers import body, said

ALL = RATE * SECONDS
ZERO = 1_000.0


def log(late_s: float = 0.0, took_s: float = 0.001) -> list[tuple[float, float]]:
    return [(ZERO + n / RATE + late_s, ZERO + n / RATE + late_s + took_s) for n in range(ALL)]


def frozen(rows: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The target answers nothing from second 5 to second 7."""
    return [(at, max(ended, ZERO + 7.0) if at >= ZERO + 5.0 else ended) for at, ended in rows]


def test_a_punctual_driver() -> None:
    found = seen(log(), ZERO)
    assert found.sent == ALL
    assert found.late == pytest.approx((0.0, 0.0, 0.0), abs=1e-6)
    assert found.true_p99 == pytest.approx(1.0)


def test_lateness_and_a_frozen_target_both_count_from_the_timetable() -> None:
    found = seen(frozen(log(late_s=0.004)), ZERO)
    assert found.late == pytest.approx((4.0, 4.0, 4.0))
    # the longest hundredth of 5,000 are 50 of the 1,000 that met the freeze: those due in its first tenth
    assert found.true_p99 == pytest.approx(2000.0 - 49 * 1000 / RATE, abs=5.0)


def test_what_was_never_sent_has_waited_until_the_end() -> None:
    found = seen(log()[: ALL - 1000], ZERO)
    assert found.sent == ALL - 1000
    assert found.true_p99 == pytest.approx(2000.0 - 50 * 1000 / RATE, abs=5.0)


def test_a_driver_that_asks_nothing_while_it_waits_is_late_ever_after() -> None:
    rows = [
        (at + (2.0 if at >= ZERO + 5.0 else 0.0), ended + (2.0 if at >= ZERO + 5.0 else 0.0))
        for at, ended in log()
    ]
    sent = [row for row in rows if row[0] < ZERO + SECONDS]
    found = seen(sent, ZERO)
    assert found.sent == ALL - 1000
    assert found.late[1] == pytest.approx(2000.0)
    assert found.true_p99 >= 2000.0


def test_users_who_fire_together_are_held_to_that() -> None:
    rows = [(ZERO + second, ZERO + second + 0.05) for second in range(SECONDS) for _ in range(RATE)]
    assert seen(rows, ZERO, RATE).late == pytest.approx((0.0, 0.0, 0.0))
    assert seen(rows, ZERO).earliest == pytest.approx(-998.0)


def test_middle_and_percentile() -> None:
    assert (middle([3.0, 1.0, 2.0]), middle([4.0, 1.0, 2.0, 3.0])) == (2.0, 2.5)
    assert [percentile(range(1, 101), share) for share in (0.5, 0.99, 1.0)] == [50, 99, 100]
    assert percentile([7.0], 0.01) == 7.0


def one(per_cpu_s: float, errors: float = 0.0) -> dict[str, float]:
    return {"per_cpu_s": per_cpu_s, "per_s": 1.0, "busy": 1.0, "target": 0.1, "errors": errors}


def test_a_ratio_is_the_median_of_the_rounds_and_errors_fail_the_table(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rounds = [{"gladi": one(mine), "bare": one(theirs)} for mine, theirs in ((10, 10), (1, 4), (9, 10))]
    assert load_speed.ratio(rounds, "bare") == 0.9
    assert load_speed.table("login", rounds)
    rounds[1]["bare"]["errors"] = 1.0
    assert not load_speed.table("login", rounds)
    assert "0.90" in capsys.readouterr().out


def test_what_other_drivers_say_of_errors(tmp_path: Path) -> None:
    wrk = "  9000 requests in 2.00s\n  Socket errors: connect 0, read 1, write 0, timeout 2\n"
    assert said("wrk", wrk + "  Non-2xx or 3xx responses: 4\n", tmp_path) == {"asked": 9000, "errors": 7}
    assert said("wrk", "  9000 requests in 2.00s\n", tmp_path)["errors"] == 0
    with pytest.raises(ValueError, match="said nothing"):
        said("wrk", "unable to connect", tmp_path)
    cannon = {"requests": {"total": 5}, "errors": 1, "timeouts": 1, "non2xx": 2}
    assert said("autocannon", json.dumps(cannon), tmp_path) == {"asked": 5, "errors": 4}
    metrics = {"metrics": {"http_reqs": {"count": 8}, "http_req_failed": {"passes": 3}}}
    (tmp_path / "k6.json").write_text(json.dumps(metrics))
    assert said("k6", "", tmp_path) == {"asked": 8, "errors": 3}


@pytest.mark.skipif(shutil.which("cc") is None, reason="the target is compiled")
def test_the_target_reads_whole_bodies_and_stamps_arrivals_while_it_is_stopped() -> None:
    with sink([0, 1]) as target, socket.create_connection(("127.0.0.1", target.port)) as line:
        upload = body("upload")
        head = f"POST /v1/tps/1/x HTTP/1.1\r\nHost: x\r\nContent-Length: {len(upload)}\r\n\r\n".encode()
        line.sendall(head + upload[:-1])
        time.sleep(0.1)
        assert target.counts()["uploads"] == 0, "answered before the last byte had come"
        line.sendall(upload[-1:] + b"POST /v1/login HTTP/1.1\r\nHost: x\r\ncontent-length: 2\r\n\r\n{}")
        line.settimeout(5)
        said_back = b""
        while b"token" not in said_back:
            said_back += line.recv(4096)
        assert b"receipt" in said_back
        counts = target.counts()
        assert (counts["logins"], counts["uploads"], counts["body_bytes"]) == (1, 1, len(upload) + 2)
        target.taken()
        os.kill(target.pid, signal.SIGSTOP)
        sent_s = time.time()
        line.sendall(b"POST /v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
        time.sleep(0.3)
        os.kill(target.pid, signal.SIGCONT)
        line.recv(4096)
        ((arrived, answered),) = target.taken()
        assert arrived - sent_s < 0.2 < answered - arrived
        line.sendall(b"POST /v1/login HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert line.recv(10) == b""
        assert target.counts()["malformed"] == 1
        assert 0.0 < cpu_s(target.pid) < 5.0
