"""deploy/kubernetes without a cluster: held to the published schemas, to one another, and to the command.

A real API server and kubelet, and the image, are tried by `test_cluster.py`; a network plug-in by nobody.
"""

import re
import socket
import subprocess
import sys
import threading
import time
import tomllib
from pathlib import Path
from typing import Any

import click
import kubernetes_validate
import pytest
import yaml

from chaos.toxiproxy import PINNED_VERSION
from gladi.cli import main
from scenarios import load

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "kubernetes"
DOCKERFILE = (ROOT / "deploy" / "gladi.Dockerfile").read_text(encoding="utf-8")
KUSTOMIZATION = yaml.safe_load((FOLDER / "kustomization.yaml").read_text(encoding="utf-8"))

Table = dict[str, Any]


def documents(name: str) -> list[Table]:
    return [one for one in yaml.safe_load_all((FOLDER / name).read_text(encoding="utf-8")) if one]


MANIFESTS = sorted(path.name for path in FOLDER.glob("*.yaml") if path.name != "kustomization.yaml")
EVERYTHING = [one for name in MANIFESTS for one in documents(name)]


def named(kind: str, name: str) -> Table:
    (found,) = [one for one in EVERYTHING if one["kind"] == kind and one["metadata"]["name"] == name]
    return found


CONDUCTOR, WORKERS = named("Job", "gladi-conductor"), named("Job", "gladi-workers")
JOBS = [CONDUCTOR, WORKERS]


def pod(job: Table) -> Table:
    spec: Table = job["spec"]["template"]["spec"]
    return spec


def container(job: Table) -> Table:
    (found,) = pod(job)["containers"]
    one: Table = found
    return one


def labels(job: Table) -> dict[str, str]:
    found: dict[str, str] = job["spec"]["template"]["metadata"]["labels"]
    return found


def selects(selector: dict[str, str], job: Table) -> bool:
    return selector.items() <= labels(job).items()


def parsed(args: list[str]) -> click.Context:
    """Options of a command line as the real parser reads them; nothing is run."""
    command = main.get_command(click.Context(main), args[0])
    assert command is not None, f"gladi has no command {args[0]}"
    return command.make_context(args[0], list(args[1:]))


@pytest.mark.parametrize("name", MANIFESTS)
def test_every_manifest_keeps_to_the_schema_of_its_kind(name: str) -> None:
    assert documents(name)
    for one in documents(name):
        kubernetes_validate.validate(one, kubernetes_validate.latest_version(), strict=True)


def test_the_schemas_refuse_what_is_wrong() -> None:
    wrong = yaml.safe_load(yaml.safe_dump(WORKERS))
    wrong["spec"]["paralellism"] = 3
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, kubernetes_validate.latest_version(), strict=True)


def test_the_kustomization_lists_every_file_but_the_template() -> None:
    listed = set(KUSTOMIZATION["resources"])
    assert listed == {name for name in MANIFESTS if not name.endswith(".template.yaml")}
    (generated,) = KUSTOMIZATION["configMapGenerator"]
    assert generated["files"] == ["scenario.toml"]
    others = {path.name for path in FOLDER.iterdir()} - listed - {"kustomization.yaml", "scenario.toml"}
    assert others == {"README.md", "secret.template.yaml"}
    assert {one["name"] for one in KUSTOMIZATION["images"]} == {
        re.sub(":.*", "", each["image"])
        for job in JOBS
        for each in (*pod(job)["containers"], *pod(job).get("initContainers", []))
    }


def test_nothing_names_another_namespace() -> None:
    for one in EVERYTHING:
        assert one["metadata"].get("namespace", KUSTOMIZATION["namespace"]) == "gladi"
    assert named("Namespace", "gladi")


def test_selectors_find_the_pods_they_mean() -> None:
    service = named("Service", "gladi-conductor")["spec"]
    assert selects(service["selector"], CONDUCTOR)
    assert not selects(service["selector"], WORKERS)
    (spread,) = pod(WORKERS)["topologySpreadConstraints"]
    assert selects(spread["labelSelector"]["matchLabels"], WORKERS)
    for one in EVERYTHING:
        if one["kind"] == "NetworkPolicy":
            chosen = one["spec"]["podSelector"].get("matchLabels", {})
            assert any(selects(chosen, job) for job in JOBS), one["metadata"]["name"]
    for job in JOBS:
        assert job["metadata"]["labels"] == labels(job)


def peers(job: Table, direction: str) -> list[tuple[str, tuple[int, ...]]]:
    """Whom a pod may talk to: what of the network policies that choose it, with the ports."""
    out = []
    for one in EVERYTHING:
        if one["kind"] != "NetworkPolicy" or not selects(
            one["spec"]["podSelector"].get("matchLabels", {}), job
        ):
            continue
        for rule in one["spec"].get(direction, []):
            assert rule.get("to") or rule.get("from"), "a rule without peers lets everybody through"
            for peer in rule.get("to", rule.get("from")):
                (kind,) = peer
                who = peer[kind].get("matchLabels", {}).get("app.kubernetes.io/component", kind)
                out.append((who, tuple(port["port"] for port in rule.get("ports", []))))
    return sorted(out)


def test_workers_talk_to_the_conductor_to_names_and_to_the_target_and_nobody_to_them() -> None:
    assert peers(WORKERS, "egress") == [
        ("conductor", ()),
        ("ipBlock", (443,)),
        ("namespaceSelector", (53, 53)),
    ]
    assert peers(WORKERS, "ingress") == []
    assert peers(CONDUCTOR, "egress") == [("ipBlock", (443,)), ("namespaceSelector", (53, 53))]
    assert peers(CONDUCTOR, "ingress") == [("worker", ())]
    closed = named("NetworkPolicy", "gladi-nothing")["spec"]
    assert closed == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_the_commands_exist_with_all_their_options_and_ports_and_numbers_agree() -> None:
    conductor, worker = (parsed(container(job)["args"]) for job in JOBS)
    assert (conductor.command.name, worker.command.name) == ("rehearse", "worker")
    host, _, port = conductor.params["listen"].rpartition(":")
    assert host == "0.0.0.0"
    (declared,) = container(CONDUCTOR)["ports"]
    (offered,) = named("Service", "gladi-conductor")["spec"]["ports"]
    assert declared["containerPort"] == offered["port"] == int(port)
    assert offered["targetPort"] == declared["name"]
    service = named("Service", "gladi-conductor")
    assert worker.params["master"] == f"{service['metadata']['name']}:{port}"
    assert service["spec"]["clusterIP"] == "None", "proxies listen on ports that no Service names"
    scenario = load(FOLDER / "scenario.toml")
    workers = WORKERS["spec"]
    assert (
        conductor.params["workers"]
        == workers["completions"]
        == workers["parallelism"]
        == scenario.load.workers
    )


def test_a_wrong_option_would_be_noticed() -> None:
    with pytest.raises(click.UsageError):
        parsed([*container(CONDUCTOR)["args"], "--wrokers=3"])


def test_the_scenario_is_found_and_breaks_only_what_is_ours() -> None:
    conductor = parsed(container(CONDUCTOR)["args"])
    path = Path(conductor.params["scenario"])
    mounts = {one["mountPath"]: one["name"] for one in container(CONDUCTOR)["volumeMounts"]}
    volumes = {one["name"]: one for one in pod(CONDUCTOR)["volumes"]}
    assert volumes[mounts[str(path.parent)]]["configMap"]["name"] == "gladi-scenario"
    scenario = load(FOLDER / path.name)
    assert all(one.fault.startswith(("area_", "link_")) for one in scenario.faults)
    assert scenario.stop.error_share is not None


def test_secrets_have_names_and_no_values() -> None:
    template = named("Secret", "gladi-secrets")["stringData"]
    assert set(template.values()) == {""}
    headers = parsed(container(CONDUCTOR)["args"]).params["headers"]
    for job in JOBS:
        variables = {one["name"]: one for one in container(job)["env"]}
        for header in headers:
            source = variables[header.rpartition("env:")[2]]["valueFrom"]["secretKeyRef"]
            assert source["name"] == "gladi-secrets"
            assert source["key"] in template
        file = Path(variables["GLADI_SECRETS"]["value"])
        mounts = {one["mountPath"]: one["name"] for one in container(job)["volumeMounts"]}
        volume = next(one for one in pod(job)["volumes"] if one["name"] == mounts[str(file.parent)])
        assert {one["path"] for one in volume["secret"]["items"]} == {file.name}
        assert {one["key"] for one in volume["secret"]["items"]} <= template.keys()


@pytest.mark.parametrize("job", JOBS, ids=["conductor", "workers"])
def test_pods_are_as_restricted_as_the_namespace_demands(job: Table) -> None:
    restricted = named("Namespace", "gladi")["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
    assert restricted == "restricted"
    assert pod(job)["automountServiceAccountToken"] is False
    outer = pod(job)["securityContext"]
    assert outer["runAsNonRoot"] is True
    assert outer["seccompProfile"]["type"] == "RuntimeDefault"
    for one in (*pod(job)["containers"], *pod(job).get("initContainers", [])):
        inner = one["securityContext"]
        assert inner["allowPrivilegeEscalation"] is False
        assert inner["readOnlyRootFilesystem"] is True
        assert inner["capabilities"] == {"drop": ["ALL"]}
        resources = one["resources"]
        assert resources["requests"] == resources["limits"]
        assert resources["limits"]["cpu"].isdigit(), "whole cores: the kernel's quota makes a generator late"
    volumes = {one["name"] for one in pod(job)["volumes"]}
    assert {one["name"] for one in container(job)["volumeMounts"]} == volumes
    assert job["spec"]["activeDeadlineSeconds"] and job["spec"]["ttlSecondsAfterFinished"]
    assert job["spec"]["backoffLimit"] == 0 or job is WORKERS, "a rehearsal is not repeated by itself"


def test_the_image_has_gladi_its_rooms_and_the_user_of_the_pods() -> None:
    rooms = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    for room in rooms["packages"]:
        assert f"COPY {room} ./{room}" in DOCKERFILE
    for source in re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE):
        for one in source.split():
            assert (ROOT / one).exists(), one
    assert 'ENTRYPOINT ["gladi"]' in DOCKERFILE
    user = re.search(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)
    assert user is not None
    assert f"@v{PINNED_VERSION}" in DOCKERFILE
    for job in JOBS:
        outer = pod(job)["securityContext"]
        assert (str(outer["runAsUser"]), str(outer["runAsGroup"])) == user.groups()
        writable = {one["mountPath"] for one in container(job)["volumeMounts"] if not one.get("readOnly")}
        assert "/tmp" in writable
    for variable in ("HOME", "NUMBA_CACHE_DIR", "MPLCONFIGDIR"):
        assert re.search(rf"\b{variable}=/tmp\b", DOCKERFILE), "the root is read-only"


def test_a_worker_waits_until_the_conductor_listens() -> None:
    (first,) = pod(WORKERS)["initContainers"]
    assert first["command"][:2] == ["python", "-c"]
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
        text = first["command"][2].replace('"gladi-conductor", 5557', f'"127.0.0.1", {port}')
        assert text != first["command"][2]
        threading.Timer(0.5, door.listen).start()
        began = time.monotonic()
        subprocess.run([sys.executable, "-c", text], check=True, timeout=20)
    assert time.monotonic() - began >= 0.5
