"""deploy/kubernetes on a real Kubernetes of one node (`tests/deploy/node.py`): applied, played, judged.

It needs root and what `sh deploy/prove.sh image cluster` builds; without them it is skipped and says so. The
node is this machine: two cores do not hold the Jobs' whole cores, so the copy that plays requests less.
"""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from tests.deploy.node import ADDRESS, Node, lacking
from tests.deploy.watchers import ROOT

pytestmark = [
    pytest.mark.slow, pytest.mark.long, pytest.mark.alone, pytest.mark.timeout(900),
    pytest.mark.skipif(bool(lacking()), reason=lacking() or "here"),
]  # fmt: skip

FOLDER = ROOT / "deploy" / "kubernetes"
WORKERS = 2
KEY = "a-gateway-token-that-nobody-shall-read"
TARGET = f"http://{ADDRESS}:8080"
CODES = {"passed": 0, "failed": 1, "unknown": 4}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with Node(tmp_path_factory.mktemp("node")).up() as one:
        one.kubectl("create", "namespace", "gladi")
        yield one


@contextmanager
def stack(node: Node) -> Iterator[Path]:
    """The reference stack on the node's address, consenting; its secrets."""
    folder = node.folder / "stack"
    consent = node.folder / "consent.json"
    now = datetime.now(UTC)
    consent.write_text(json.dumps({
        "scenario": "kepahiang-vendor", "max_rate_per_s": 1000, "contact": "ops@example.id",
        "from": now.isoformat(), "until": (now + timedelta(hours=1)).isoformat(),
    }))  # fmt: skip
    told = {"SIREKAP_CONSENT_FILE": str(consent), "SIREKAP_ALSO_LISTEN": ADDRESS}

    def stack(*arguments: object) -> None:
        subprocess.run(
            node.inside(sys.executable, "-m", "gladi.cli", "stack", *arguments, "--dir", folder),
            env={**os.environ, **told}, check=True, capture_output=True, timeout=120, cwd=ROOT,
        )  # fmt: skip

    stack("up", "--port", 8080)
    try:
        yield folder / "secrets.json"
    finally:
        stack("down")


def copy(folder: Path) -> Path:
    """A copy of deploy/kubernetes with what its README says must be edited, and a shorter, smaller day."""
    shutil.copytree(FOLDER, folder)

    def edit(name: str, change: Any) -> None:
        job = yaml.safe_load((folder / name).read_text())
        change(job["spec"], job["spec"]["template"]["spec"])
        (folder / name).write_text(yaml.safe_dump(job))

    def conductor(job: dict[str, Any], pod: dict[str, Any]) -> None:
        [one] = pod["containers"]
        kept = [word for word in one["args"] if not word.startswith(("--target=", "--workers="))]
        one["args"] = [
            *kept,
            f"--target={TARGET}",
            f"--workers={WORKERS}",
            "--scale=12",
            "--compression=1500",
        ]
        one["resources"]["requests"]["cpu"] = "200m"

    def workers(job: dict[str, Any], pod: dict[str, Any]) -> None:
        job["completions"] = job["parallelism"] = WORKERS
        for one in [*pod["initContainers"], *pod["containers"]]:
            one["resources"]["requests"]["cpu"] = "100m"

    edit("conductor.yaml", conductor)
    edit("workers.yaml", workers)
    text = (folder / "network.yaml").read_text()
    (folder / "network.yaml").write_text(
        text.replace("192.0.2.10/32", f"{ADDRESS}/32").replace("443", "8080")
    )
    return folder


def secret(node: Node, secrets: Path) -> None:
    """As deploy/kubernetes/README.md makes it."""
    node.kubectl(
        "-n", "gladi", "create", "secret", "generic", "gladi-secrets",
        f"--from-file=secrets.json={secrets}", f"--from-literal=GATEWAY_TOKEN={KEY}",
        f"--from-literal=GLADI_WORKER_KEY={KEY}",
    )  # fmt: skip


@dataclass
class Played:
    """What was left of a rehearsal on the cluster."""

    folder: Path = Path()
    logs: str = ""
    code: int = -1
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    pods: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture(scope="module")
def played(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Played:
    seen = Played()
    with stack(node) as secrets:
        secret(node, secrets)
        node.kubectl("apply", "-k", copy(tmp_path_factory.mktemp("copy") / "kubernetes"))
        node.wait("the conductor ended", lambda: conductor_code(node) is not None, 420)
        node.wait("the workers ended", lambda: over(node, "gladi-workers"), 60)
    seen.code = conductor_code(node) or 0
    seen.jobs = {one["metadata"]["name"]: one for one in node.get("-n", "gladi", "jobs")["items"]}
    seen.pods = node.get("-n", "gladi", "pods")["items"]
    names = [one["metadata"]["name"] for one in seen.pods]
    seen.logs = "".join(node.kubectl("-n", "gladi", "logs", name, "--all-containers") for name in names)
    found = list(node.volume.glob("*-kepahiang-vendor"))
    assert found, f"no run directory on the volume: {seen.logs[-3000:]}"
    [seen.folder] = found
    return seen


def conductor_code(node: Node) -> int | None:
    """The exit code of the conductor, once it ended."""
    told = node.get("-n", "gladi", "pods", "-l", "app.kubernetes.io/component=conductor")["items"]
    ended = [
        one["state"].get("terminated") for pod in told for one in pod["status"].get("containerStatuses", ())
    ]
    return next((int(one["exitCode"]) for one in ended if one), None)


def over(node: Node, job: str) -> bool:
    conditions = node.get("-n", "gladi", "job", job)["status"].get("conditions", ())
    return any(one["type"] in {"Complete", "Failed"} and one["status"] == "True" for one in conditions)


def test_the_api_server_takes_every_manifest_as_it_is_shipped(node: Node) -> None:
    said = node.kubectl("apply", "-k", FOLDER, "--server-side", "--dry-run=server")
    assert len(re.findall(r"serverside-applied \(server dry run\)", said)) == 11
    said = node.kubectl("apply", "-f", FOLDER / "secret.template.yaml", "--server-side", "--dry-run=server")
    assert "secret/gladi-secrets serverside-applied" in said


def test_the_namespace_refuses_pods_that_want_more_than_ours(node: Node) -> None:
    node.kubectl("apply", "-f", FOLDER / "namespace.yaml")
    spec = {"containers": [{"name": "x", "image": "gladi:latest"}]}  # root, with everything a runtime gives
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x", "namespace": "gladi"}, "spec": spec}
    said = node.kubectl("apply", "-f", "-", text=json.dumps(pod), ok=False)
    assert "violates PodSecurity" in said


def test_the_conductor_judged_and_its_exit_code_is_the_verdict(played: Played) -> None:
    verdict = json.loads((played.folder / "verdict.json").read_text())["verdict"]
    assert played.code == CODES[verdict], played.logs[-3000:]
    condition = "Complete" if played.code == 0 else "Failed"
    assert condition in {one["type"] for one in played.jobs["gladi-conductor"]["status"]["conditions"]}
    assert (played.folder / "report.html").stat().st_size > 10_000


def test_every_worker_joined_played_and_completed(played: Played) -> None:
    assert played.jobs["gladi-workers"]["status"]["succeeded"] == WORKERS
    rows = pq.read_table(played.folder / "history.parquet", columns=["kind", "outcome"]).to_pylist()
    sent = [row for row in rows if row["kind"] == "submit_page" and row["outcome"] == "ok"]
    assert len(sent) >= 24, "of 36 pages; a kecamatan goes dark and the day is short"
    told = json.loads((played.folder / "verdict.json").read_text())
    assert told["operations"]["all"] == len(rows)
    assert told["checkers"]["lost"]["count"] == 0
    run = json.loads((played.folder / "run.json").read_text())
    assert (run["ended"], run["workers"], run["target"]["url"]) == ("complete", WORKERS, TARGET)


def test_pods_ran_as_nobody_and_the_volume_is_theirs(played: Played) -> None:
    assert {one["spec"]["securityContext"]["runAsUser"] for one in played.pods} == {10001}
    there = (played.folder / "verdict.json").stat()
    assert (there.st_uid, there.st_gid) == (10001, 10001)
    assert stat.S_ISREG(there.st_mode)


def test_no_secret_is_in_a_log_or_on_the_volume(played: Played) -> None:
    assert KEY not in played.logs
    told = [one for one in played.folder.rglob("*") if one.is_file() and KEY.encode() in one.read_bytes()]
    assert told == []
