"""A master and the workers that join it: who may, what is heard of whom, and who is dead when."""

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from gladi.failures import CannotRunError
from gladi.load.fence import FENCE_S
from gladi.load.host_port import parted, place
from tests.gladi.load.company import Company, company, joined

pytestmark = [pytest.mark.slow, pytest.mark.alone]

KEY = "GLADI_WORKER_KEY"
RIGHT = "a key as long as keys should be"
WORKER = [sys.executable, "-m", "gladi.cli", "worker"]


def others_heard_of_it(made: Company) -> bool:
    """Whether a survivor was given a share."""
    with suppress(queue.Empty):
        while True:
            if made.said.get(timeout=5.0)["what"] == "gladi_takeover":
                return True
    return False


def test_who_is_gone_and_who_is_silent_is_dead_within_three_seconds_who_is_held_up_is_not(
    tmp_path: Path,
) -> None:
    with company(tmp_path, 3) as made, joined(made) as extras:
        made.start()
        time.sleep(1.0)
        os.kill(extras.pid, signal.SIGSTOP)
        time.sleep(1.5)
        os.kill(extras.pid, signal.SIGCONT)
        time.sleep(2.0)
        made.driver.poll()
        assert made.driver.deaths == [], "a machine that stood still for 1.5 s"
        assert extras.stdin is not None
        for number, (word, why, limit_s) in enumerate(
            [("close", "its connection is closed", 1.5), ("hush", "nothing was heard of it", 3.2)], start=1
        ):
            since = time.monotonic()
            extras.stdin.write(f"{word} {number - 1}\n")
            extras.stdin.flush()
            death = made.until_died(number)
            assert death["why"].startswith(why)
            assert time.monotonic() - since < limit_s
            assert death["from_s"] >= death["last_beat_s"] + FENCE_S, (
                "its fence has closed before others play"
            )
            assert others_heard_of_it(made)


def refused(made: Company, **environment: str) -> str:
    """The last words of a worker that wants to join with these variables; it ends with exit code 3."""
    bare = {name: value for name, value in os.environ.items() if name != KEY}
    worker = subprocess.run(
        [*WORKER, made.where],
        env={**bare, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert worker.returncode == 3, worker.stderr
    assert "Traceback" not in worker.stderr
    return worker.stderr


def test_only_who_has_the_key_joins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, RIGHT)
    with company(tmp_path, 2, host="::1") as made:
        assert f"wants a {KEY}" in refused(made)
        assert f"does not take the {KEY} of this machine" in refused(
            made, **{KEY: "quite another key than ours"}
        )
        with joined(made):
            made.start()
    assert f"without this run's {KEY}" in made.driver.warnings[0]
    assert len(made.driver.warnings) == 1, "said once"


def test_a_worker_with_a_key_does_not_join_a_run_without(tmp_path: Path) -> None:
    with company(tmp_path, 1) as made:
        assert "the same must be set on both" in refused(made, **{KEY: RIGHT})


@contextmanager
def overheard(made: Company) -> Iterator[bytearray]:
    """What goes through a wire between the workers and their master, who think that they speak directly."""
    heard, (host, port) = bytearray(), parted(made.where) or ("", 0)
    with socket.create_server((host, 0)) as door:

        def carry(one: socket.socket, other: socket.socket) -> None:
            with suppress(OSError):
                while data := one.recv(1 << 16):
                    heard.extend(data)
                    other.sendall(data)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    near, _ = door.accept()
                    try:
                        far = socket.create_connection((host, port))
                    except ConnectionRefusedError:  # the master is not up yet
                        near.close()
                        continue
                    for ends in ((near, far), (far, near)):
                        threading.Thread(target=carry, args=ends, daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        made.where = place(host, door.getsockname()[1])
        yield heard


@pytest.mark.parametrize("key", ["", RIGHT])
def test_with_a_key_nobody_can_listen_in(tmp_path: Path, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, key)
    with company(tmp_path, 1) as made, overheard(made) as heard, joined(made):
        made.start()
    assert (b"gladi_ready" in heard) is not bool(key)
    assert len(heard) > 1000


def test_a_worker_that_leaves_before_the_start_is_named(tmp_path: Path) -> None:
    with company(tmp_path, 2) as made, joined(made) as extras:
        made.driver.wait_for_all(lambda words: None)
        extras.kill()
        with pytest.raises(CannotRunError, match=r"worker \d \(extra-\d, pid \d\) left before the start"):
            while True:
                made.driver.poll()
                time.sleep(0.05)
