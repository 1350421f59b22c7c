"""What a worker elsewhere takes of its machine: sampled there, kept and told here."""

import json
import os
import time
from dataclasses import asdict
from pathlib import Path

import psutil

from gladi.load.own_use import OwnUse, Sample
from gladi.load.uses import NAME, Use, sampled_elsewhere


def test_a_sample_says_what_the_kernel_says() -> None:
    own, process = OwnUse(), psutil.Process()
    found = own.sample(1.5)
    assert found.at_s == 1.5
    assert abs(found.cpu_s - sum(process.cpu_times()[:2])) < 0.5
    assert abs(found.rss_bytes - process.memory_info().rss) < 20e6
    assert abs(found.open_files - process.num_fds()) <= 2
    assert (found.cores, found.own_cores) == (os.cpu_count(), len(os.sched_getaffinity(0)))
    busy = sum(one.user + one.nice + one.system + one.irq + one.softirq + one.steal
               for one in psutil.cpu_times(percpu=True))  # fmt: skip
    assert abs(found.machine_s - busy) < 5.0
    assert found.own_cores_s <= found.machine_s
    since = time.process_time()
    for _ in range(20):
        own.sample(0.0)
    assert (time.process_time() - since) / 20 < 0.005, "once a second, beside the load"


def test_it_is_due_once_a_second_however_often_it_beats() -> None:
    own = OwnUse()
    assert [own.due(0.5 * beat) is not None for beat in range(6)] == [True, False] * 3


def sample(at_s: float, cpu_s: float, own_cores_s: float, rss_bytes: int = 5) -> dict[str, object]:
    return asdict(Sample(at_s, cpu_s, rss_bytes, 7, 2.0 * own_cores_s, own_cores_s, 11, 4, 2))


def test_shares_between_samples_and_the_most_of_each(tmp_path: Path) -> None:
    use = Use(tmp_path / NAME.format(3), 42)
    use.take(sample(1.0, 10.0, 100.0))
    assert use.now == {}
    use.take(sample(2.0, 10.95, 101.0, 9))
    use.take(sample(4.0, 11.05, 104.2))
    assert use.now == {"cpu": 0.05, "machine": 0.8, "own_cores": 0.8, "rss_bytes": 5, "open_files": 7}
    assert use.most == {
        "cpu": 0.95, "machine": 0.8, "own_cores": 0.8, "rss_bytes": 9, "open_files": 7, "count_cores": 4,
        "count_own_cores": 2,
    }  # fmt: skip
    path = tmp_path / NAME.format(3)
    path.write_text(path.read_text() + json.dumps(sample(5.0, 1.0, 1.0)))  # cut off
    rows = sampled_elsewhere(tmp_path).to_pylist()
    assert [row["t_s"] for row in rows if row["component"] == "load-worker-3"] == [1.0, 2.0, 4.0]
    assert {row["component"]: row["pid"] for row in rows} == {
        "load-worker-3": 42, "load-machine-3": 0, "load-cores-3": 0,
    }  # fmt: skip
    assert sampled_elsewhere(tmp_path / "none").num_rows == 0
