"""A capacity search from other machines: namespaces of their own, the real stack, one of them killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from gladi.load.driver import free_port
from tests.gladi.load.networks import machines, namespaces_work
from tests.gladi.runs import gladi, left_running

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(300)]

apart = pytest.mark.skipif(not namespaces_work(), reason="needs root and `ip netns`")
GLADI = [sys.executable, "-m", "gladi.cli"]
LIMIT_S = 240.0


def begun(out: Path, conductor: "subprocess.Popen[str]") -> None:
    """Until the crowd is in and the first loads are offered."""
    assert conductor.stderr is not None
    for line in conductor.stderr:
        if "Sistem dengan sandi sungguhan" in line:
            time.sleep(4.0)
            return
    raise AssertionError(f"the search did not begin: {out}")


@apart
def test_generators_on_machines_of_their_own_and_one_that_is_killed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with machines(2) as (here, others):
        master = f"{here}:{free_port()}"
        words = ["--only", "status", "--tps", "40", "--minutes", "0.6", "--step", "2"]
        conductor = subprocess.Popen(
            [*GLADI, "capacity", *words, "--listen", master, "--workers", "2", "--out", str(out)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        workers = [
            subprocess.Popen(machine.run(*GLADI, "worker", master), stderr=subprocess.PIPE, text=True)
            for machine in others
        ]
        try:
            begun(out, conductor)
            os.kill(workers[0].pid, signal.SIGKILL)
            _, said = conductor.communicate(timeout=LIMIT_S)
            assert conductor.returncode in (0, 4), said
            _, own = workers[1].communicate(timeout=60)
            assert workers[1].returncode == 0, own
        finally:
            for one in (conductor, *workers):
                one.kill()
                one.communicate()
    assert not left_running(out)
    generators = pq.read_table(out / "generators.parquet").to_pylist()
    (dead,) = [one for one in generators if one["died"]]
    assert "died: " in said and f"pid {dead['pid']}" in said, "told when it happened"
    assert all(one["elsewhere"] for one in generators)
    for one in generators:
        assert abs(one["offset_s"]) <= one["uncertainty_s"] + 0.01, "one clock, after all"
    trials = {one["trial"]: one for one in pq.read_table(out / "trials.parquet").to_pylist()}
    broken = trials[dead["trial"]]
    assert not broken["valid"] and dead["died"] in broken["why"]
    after = [one for one in trials.values() if one["trial"] > dead["trial"]]
    assert after and all({one["of"] for one in generators if one["trial"] == row["trial"]} == {1}
                         for row in after), "the one that is left offers the whole"  # fmt: skip
    attempts = pq.read_table(out / "attempts.parquet")
    for row in after:
        if row["how"] == "open" and row["valid"]:
            asked = pc.sum(pc.equal(attempts["trial"], row["trial"])).as_py()
            assert asked == pytest.approx(row["rate_per_s"] * row["seconds"], abs=2 + asked * 0.02)
    about = json.loads((out / "capacity.json").read_text())["about"]
    assert [bool(one["died"]) for one in about["generators"]].count(True) == 1
    assert "MATI" in (out / "report.html").read_text(encoding="utf-8")
    assert gladi("capacity", "--from", out).code == conductor.returncode, "all of it follows from the record"
