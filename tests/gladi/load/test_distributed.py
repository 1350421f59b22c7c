"""A rehearsal whose load comes from other machines: namespaces of their own, the real stack, real proxies."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import gladi
from gladi.load.driver import free_port
from gladi.setting import arrange
from tests.gladi.load.networks import Machine, machines, namespaces_work
from tests.gladi.runs import SPRINT, left_running

pytestmark = [pytest.mark.slow, pytest.mark.alone]

TPS = 12
LIMIT_S = 300.0
apart = pytest.mark.skipif(not namespaces_work(), reason="needs root and `ip netns`")
WORKER = [sys.executable, "-m", "gladi.cli", "worker"]
WRONG_CLOCK = """
import time, sys
from gladi.load import worker
host, port = sys.argv[1].split(":")
sys.exit(worker.visit(worker.Who(host, int(port)), lambda: time.time() + 183.0))
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """The short day without faults, its activation spread out so that many operators begin late."""
    text = re.sub(r"\[\[faults\]\].*?(?=\n\[slo\])", "", SPRINT.read_text(), flags=re.S)
    text = text.replace("end = 2024-02-07T09:30:00", "end = 2024-02-07T14:00:00")
    path = tmp_path / "sprint.toml"
    path.write_text(text.replace("storm_share = 0.8", "storm_share = 0.2"))
    return path


class Run:
    """A conductor that listens on `host` ("": starts its own workers); everything is ended with the block."""

    def __init__(self, scenario: Path, out: Path, host: str, workers: int, held: ExitStack) -> None:
        self.out = out
        self.master = f"{host}:{free_port()}"
        self._held = held
        words = ["--scale", str(TPS), "--workers", str(workers), "--json"]
        words += ["--listen", self.master] if host else []
        self.conductor = self.begin([sys.executable, "-m", "gladi.cli", "rehearse", str(scenario), *words,
                                     "--out", str(out)])  # fmt: skip

    def begin(self, command: Sequence[str], **environment: str) -> "subprocess.Popen[str]":
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
            env={**os.environ, **environment},
        )  # fmt: skip
        self._held.callback(child.wait, 60)
        self._held.callback(child.terminate)
        return child

    def worker(self, machine: Machine | None = None) -> "subprocess.Popen[str]":
        command = [*WORKER, self.master]
        return self.begin(machine.run(*command) if machine else command)

    def wait_for_start(self) -> dict[str, Any]:
        """Until run clock 0; run.json as it stands then."""
        deadline = time.monotonic() + LIMIT_S
        while not (self.out / "run.json").is_file():
            assert self.conductor.poll() is None, self.conductor.stderr and self.conductor.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        about: dict[str, Any] = json.loads((self.out / "run.json").read_text())
        time.sleep(max(0.0, about["t0_epoch_s"] - time.time()))
        return about

    def end(self) -> tuple[int, Any, dict[str, Any]]:
        """Exit code, verdict, run.json."""
        said, words = self.conductor.communicate(timeout=LIMIT_S)
        assert "Traceback" not in words, words
        assert said, words
        return self.conductor.returncode, json.loads(said), json.loads((self.out / "run.json").read_text())


@contextmanager
def listening(scenario: Path, tmp_path: Path, workers: int, host: str = "127.0.0.1") -> Iterator[Run]:
    with ExitStack() as held:
        yield Run(scenario, tmp_path / "out", host, workers, held)
    assert left_running(tmp_path / "out") == []


@apart
def test_workers_on_machines_of_their_own_play_the_same_day(scenario: Path, tmp_path: Path) -> None:
    with machines(2) as (here, others), listening(scenario, tmp_path, 2, here) as run:
        workers = [run.worker(machine) for machine in others]
        code, verdict, about = run.end()
        assert (code, verdict["verdict"]) == (0, "passed"), verdict
        assert [one.wait(30) for one in workers] == [0, 0]
    alone = arrange(scenario, None, TPS)
    assert about["digests"]["population"] == alone.population.digest()
    assert about["digests"]["timetable"] == alone.timetable.digest()
    history = pq.read_table(run.out / "history.parquet")
    assert set(history["worker"].to_pylist()) == {0, 1}
    assert about["load"]["locust"]["requests"] == history.num_rows, "Locust counts what is on record"
    assert about["load"]["not_offered"] == []
    for one in about["load"]["workers"]:
        assert one["elsewhere"]
        assert abs(one["clock"]["offset_s"]) <= one["clock"]["uncertainty_s"] + 0.01, "one clock, after all"
        assert abs(one["clock"]["drift_s"]) < 0.05
    late = history["started_s"].to_numpy() - history["intended_s"].to_numpy()
    assert late.min() > -0.05, "nothing begins before it is due, on whose clock ever"


@apart
def test_the_tps_of_a_worker_that_dies_are_taken_over_or_reported(scenario: Path, tmp_path: Path) -> None:
    with machines(3) as (here, others), listening(scenario, tmp_path, 3, here) as run:
        workers = [run.worker(machine) for machine in others]
        run.wait_for_start()
        time.sleep(1.5)
        os.kill(workers[1].pid, signal.SIGSTOP)
        os.kill(workers[0].pid, signal.SIGKILL)
        time.sleep(1.5)
        os.kill(workers[1].pid, signal.SIGCONT)
        code, verdict, about = run.end()
        assert [one.wait(30) for one in workers[1:]] == [0, 0]
    assert (code, verdict["verdict"]) == (4, "unknown"), verdict
    assert about["ended"] == "complete", "the run went on"
    assert not [name for name, one in verdict["checkers"].items() if one["valid"] is False]
    assert verdict["expectations"]["completeness"]["valid"] == "unknown"
    [lost] = about["load"]["not_offered"]  # who was held up for 1.5 s is not dead
    assert lost["why"] == "its connection is closed"
    assert lost["died_s"] < 1.5 + 3.0, "noticed within seconds"
    assert lost["tps_taken_over"] > 0
    assert lost["tps_cut_off"] > 0
    cut_off = pq.read_table(run.out / "not_offered.parquet").to_pylist()
    assert len({row["tps"] for row in cut_off}) == lost["tps_cut_off"]
    history = pq.read_table(run.out / "history.parquet").to_pylist()
    in_hand = [row for row in history if row["reason"] == "worker_died"]
    assert len(in_hand) == lost["in_hand"]
    assert {(row["outcome"], row["worker"]) for row in in_hand} <= {("unknown", lost["worker"])}
    assert all(row["started_s"] <= lost["last_beat_s"] < row["ended_s"] for row in in_hand)
    assert len({row["op_id"] for row in history}) == len(history)
    cut = {(row["tps"], row["operator"]) for row in cut_off}
    beyond = [
        row for row in history
        if (row["account_tps"], row["operator"]) in cut and row["started_s"] > lost["died_s"]
        and row["actor"] == "kpps"
    ]  # fmt: skip
    assert beyond == [], "nobody plays on who had begun"
    timetable = pq.read_table(run.out / "timetable.parquet").to_pylist()
    played = {(row["account_tps"], row["operator"]) for row in history if row["actor"] == "kpps"}
    first_s: dict[tuple[str, int], float] = {}  # on this short day a login check may come before activation
    for row in timetable:
        who = (row["tps"], row["operator"])
        first_s[who] = min(row["run_s"], first_s.get(who, row["run_s"]))
    late = {who for who, at_s in first_s.items() if at_s >= lost["taken_over_from_s"]}
    assert late <= played, "everybody who was still to begin has begun"
    resources = pq.read_table(run.out / "resources.parquet").to_pylist()
    for worker in {0, 1, 2} - {lost["worker"]}:
        own = [row["cpu_s"] for row in resources if row["component"] == f"load-worker-{worker}"]
        assert len(own) > 5
        assert own == sorted(own)
        assert about["load"]["workers"][worker]["use"]["count_own_cores"] > 0
    page = (run.out / "report.html").read_text()
    assert f"Pekerja beban {lost['worker']}" in page


def refused(run: Run, worker: "subprocess.Popen[str]") -> tuple[str, str]:
    """What both said of a worker that may not join, each with exit code 3 and nothing sent."""
    _, conductor = run.conductor.communicate(timeout=LIMIT_S)
    _, own = worker.communicate(timeout=LIMIT_S)
    assert (run.conductor.returncode, worker.returncode) == (3, 3), (conductor, own)
    assert not run.out.exists(), "a run that never began leaves nothing behind"
    return conductor, own


def test_a_worker_of_another_version_is_refused_by_name(scenario: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "gladi"
    shutil.copytree(Path(gladi.__file__).parent, other, ignore=shutil.ignore_patterns("__pycache__"))
    version = other / "__init__.py"
    version.write_text(version.read_text().replace(gladi.__version__, "0.0.9"))
    with listening(scenario, tmp_path, 1) as run:
        worker = run.begin([*WORKER, run.master], PYTHONPATH=str(other.parent), PYTHONSAFEPATH="1")
        for said in refused(run, worker):
            assert "gladi 0.0.9" in said
            assert f"gladi {gladi.__version__}" in said


def test_a_worker_whose_clock_is_minutes_off_is_refused(scenario: Path, tmp_path: Path) -> None:
    with listening(scenario, tmp_path, 1) as run:
        worker = run.begin([sys.executable, "-c", WRONG_CLOCK, run.master])
        for said in refused(run, worker):
            assert re.search(r"the clock of \S+ is 183 s ahead; set it \(NTP\)", said), said


def test_a_worker_of_our_own_that_is_killed_is_noticed_at_once(scenario: Path, tmp_path: Path) -> None:
    with ExitStack() as held:
        run = Run(scenario, tmp_path / "out", "", 2, held)
        run.wait_for_start()
        time.sleep(1.0)
        ledger = [json.loads(line) for line in (run.out / "ledger.jsonl").read_text().splitlines()]
        [pid] = [one["pid"] for one in ledger if one.get("name") == "load-worker-0"]
        killed_s = time.time()
        os.kill(pid, signal.SIGKILL)
        code, verdict, about = run.end()
    assert (code, verdict["verdict"], about["ended"]) == (4, "unknown", "complete"), verdict
    [lost] = about["load"]["not_offered"]
    assert lost["why"] == "its process was killed by signal 9"
    assert lost["died_s"] - (killed_s - about["t0_epoch_s"]) < 1.0
    assert lost["tps_taken_over"] > 0
    assert set(pq.read_table(run.out / "history.parquet")["worker"].to_pylist()) == {0, 1}
