"""A Kubernetes of one node, for real: etcd, API server, controllers, scheduler, kubelet, containerd, CoreDNS.

All of it lives in a network namespace of its own and in one directory, and is gone afterwards. What is not as
in a cluster that people use: one machine is control plane and node; the API server takes one token and the
kubelet believes everybody (nobody else is in the namespace); no kube-proxy, since no Service here has an
address of its own; and no plug-in enforces network policies. Where root may not raise limits (no
CAP_SYS_RESOURCE), `deploy/proof/runc-here` takes them out.
"""

import json
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.deploy.watchers import ROOT

KUBERNETES = ROOT / ".tools" / "bin" / "kubernetes"
COREDNS = ROOT / ".tools" / "bin" / "coredns"
PAUSE = ROOT / ".tools" / "bin" / "pause"
IMAGE = ROOT / ".tools" / "images" / "gladi.tar"
ADDRESS = "10.77.0.1"
"""Of the node, inside its namespace; pods reach it."""
_PODS = "10.77.1.0/24"
_TALK = f"{ADDRESS}:6443"
_CNI = Path("/usr/lib/cni")


def lacking() -> str:
    """What is missing to run a node here, or nothing."""
    if os.geteuid() != 0:
        return "a node needs root"
    programs = ["etcd", "containerd", "ctr", "runc", "kubectl", "nsenter", "unshare", "ip"]
    if missing := [one for one in programs if shutil.which(one) is None]:
        return f"not installed: {', '.join(missing)}"
    if not (_CNI / "bridge").exists():
        return "not installed: containernetworking-plugins"
    if missing := [str(one.name) for one in (KUBERNETES, COREDNS, PAUSE, IMAGE) if not one.exists()]:
        return f"not built: {', '.join(missing)} (sh deploy/prove.sh image cluster)"
    return ""


class Node:
    """The node while it runs: `kubectl` as its administrator, and programs beside it in its namespace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.volume = folder / "volume"
        self._token = secrets.token_hex(16)
        self._undo = ExitStack()
        self._inside: list[str] = []
        self._programs: dict[str, subprocess.Popen[bytes]] = {}

    # --- asking

    def kubectl(self, *arguments: object, text: str | None = None, ok: bool = True) -> str:
        """What kubectl printed; with `ok` an error of it is one of ours."""
        done = subprocess.run(
            [*self._inside, "kubectl", f"--kubeconfig={self.folder / 'kubeconfig'}", *map(str, arguments)],
            input=text, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        if ok and done.returncode != 0:
            raise AssertionError(f"kubectl {' '.join(map(str, arguments))}: {done.stdout}{done.stderr}")
        return done.stdout + ("" if ok else done.stderr)

    def get(self, *arguments: object) -> dict[str, Any]:
        """Objects as the API server tells them."""
        told: dict[str, Any] = json.loads(self.kubectl("get", *arguments, "-o", "json"))
        return told

    def inside(self, *command: object) -> list[str]:
        """A command line that runs in the node's network."""
        return [*self._inside, *map(str, command)]

    def wait(self, what: str, true: Callable[[], Any], seconds: float) -> Any:
        """The first true answer within so many seconds; the programs must be alive meanwhile."""
        until = time.monotonic() + seconds
        while True:
            for name, program in self._programs.items():
                assert program.poll() is None, f"{name} ended: {self.words(name)}"
            try:
                if answer := true():
                    return answer
            except AssertionError as error:
                if time.monotonic() > until:
                    raise AssertionError(f"{what}: {error}") from error
            assert time.monotonic() < until, f"{what} did not happen within {seconds} s"
            time.sleep(0.5)

    def words(self, name: str) -> str:
        """The last a program said."""
        return (self.folder / f"{name}.log").read_text(errors="replace")[-3000:]

    # --- life

    @contextmanager
    def up(self) -> Iterator["Node"]:
        """The node, with the image of gladi on it and a volume that waits to be claimed."""
        with self._undo:
            self._network()
            self._containers()
            self._control()
            self._kubelet()
            yield self

    def _start(self, name: str, *command: object) -> None:
        with (self.folder / f"{name}.log").open("wb") as words:
            program = subprocess.Popen(
                self.inside(*command), stdout=words, stderr=words, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        self._programs[name] = program
        self._undo.callback(self._stop, name)

    def _stop(self, name: str) -> None:
        program = self._programs.pop(name)
        program.terminate()
        try:
            program.wait(20)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()

    def _network(self) -> None:
        holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        self._undo.callback(holder.wait)
        self._undo.callback(holder.kill)
        namespace = Path(f"/proc/{holder.pid}/ns/net")
        while namespace.readlink() == Path("/proc/self/ns/net").readlink():
            time.sleep(0.05)
        self._inside = ["nsenter", f"--net={namespace}"]
        for command in (
            "ip link set lo up", "ip link add node0 type veth peer name nobody", "ip link set nobody up",
            f"ip addr add {ADDRESS}/24 dev node0", "ip link set node0 up",
            "ip route add default dev node0", "sysctl -qw net.ipv4.ip_forward=1",
        ):  # fmt: skip
            subprocess.run(self.inside(*command.split()), check=True)

    def _containers(self) -> None:
        """containerd, the pods' network, and the two images."""
        state = self.folder / "containerd"
        cni = self.folder / "cni"
        cni.mkdir()
        bridge = {
            "type": "bridge", "bridge": "cni0", "isGateway": True, "ipMasq": False, "hairpinMode": True,
            "ipam": {
                "type": "host-local", "dataDir": str(self.folder / "addresses"),
                "ranges": [[{"subnet": _PODS}]], "routes": [{"dst": "0.0.0.0/0"}],
            },
        }  # fmt: skip
        plugins = {"cniVersion": "0.4.0", "name": "pods", "plugins": [bridge]}
        (cni / "10-pods.conflist").write_text(json.dumps(plugins))
        self._socket = self.folder / "containerd.sock"
        (self.folder / "containerd.toml").write_text(f"""version = 2
root = "{state}"
state = "{self.folder / "state"}"
[grpc]
address = "{self._socket}"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "localhost/pause:1"
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "{_CNI}"
conf_dir = "{cni}"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
BinaryName = "{ROOT / "deploy/proof/runc-here"}"
""")
        self._undo.callback(self._sweep)
        self._start("containerd", "containerd", "--config", self.folder / "containerd.toml")
        self.wait("containerd answers", lambda: self._ctr("version") == 0, 30)
        assert self._ctr("images", "import", IMAGE) == 0, "the image of gladi was not taken"
        assert self._ctr("images", "import", self._pause_image()) == 0, "the image of pause was not taken"

    def _ctr(self, *arguments: object) -> int:
        done = subprocess.run(
            ["ctr", "--address", self._socket, "--namespace", "k8s.io", *map(str, arguments)],
            capture_output=True, timeout=300, check=False,
        )  # fmt: skip
        return done.returncode

    def _pause_image(self) -> Path:
        """Kubernetes' own `pause`, which holds a pod's namespaces, as an image of one file."""
        made = self.folder / "pause.tar"
        box = _said("buildah", "from", "scratch")
        _said("buildah", "copy", box, PAUSE, "/pause")
        _said("buildah", "config", "--entrypoint", '["/pause"]', "--user", "65535", box)
        _said("buildah", "commit", "--rm", box, f"docker-archive:{made}:localhost/pause:1")
        return made

    def _control(self) -> None:
        """etcd, API server, controllers, scheduler and names."""
        key = self.folder / "accounts.key"
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        tokens = self.folder / "tokens.csv"
        tokens.write_text(f'{self._token},admin,1,"system:masters"\n')
        tokens.chmod(0o600)
        config = self.folder / "kubeconfig"
        config.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "node",
            "clusters": [
                {"name": "node", "cluster": {"server": f"https://{_TALK}", "insecure-skip-tls-verify": True}}
            ],
            "users": [{"name": "admin", "user": {"token": self._token}}],
            "contexts": [{"name": "node", "context": {"cluster": "node", "user": "admin"}}],
        }))  # fmt: skip
        config.chmod(0o600)
        self._start("etcd", "etcd", "--data-dir", self.folder / "etcd")
        self._start(
            "kube-apiserver", KUBERNETES, "kube-apiserver", "--etcd-servers=http://127.0.0.1:2379",
            f"--advertise-address={ADDRESS}", f"--cert-dir={self.folder / 'certificates'}",
            "--service-cluster-ip-range=10.96.0.0/16", f"--token-auth-file={tokens}",
            "--authorization-mode=Node,RBAC", "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={key}", f"--service-account-signing-key-file={key}",
            "--kubelet-preferred-address-types=InternalIP",
        )  # fmt: skip
        self.wait("the API server is ready", lambda: self.kubectl("get", "--raw", "/readyz") == "ok", 120)
        self._start(
            "kube-controller-manager", KUBERNETES, "kube-controller-manager", f"--kubeconfig={config}",
            f"--service-account-private-key-file={key}", f"--cert-dir={self.folder / 'certificates-c'}",
            "--leader-elect=false",
        )  # fmt: skip
        self._start(
            "kube-scheduler", KUBERNETES, "kube-scheduler", f"--kubeconfig={config}", "--leader-elect=false",
        )  # fmt: skip
        (self.folder / "Corefile").write_text(
            f".:53 {{\n errors\n kubernetes cluster.local {{\n kubeconfig {config}\n }}\n}}\n"
        )
        self._start("coredns", COREDNS, "-conf", self.folder / "Corefile")

    def _kubelet(self) -> None:
        keeps = {"memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%"}
        names = self.folder / "resolv.conf"
        names.write_text(f"nameserver {ADDRESS}\n")
        config = {
            "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
            "containerRuntimeEndpoint": f"unix://{self._socket}", "cgroupDriver": "cgroupfs",
            "authentication": {"anonymous": {"enabled": True}, "webhook": {"enabled": False}},
            "authorization": {"mode": "AlwaysAllow"}, "clusterDNS": [ADDRESS],
            "clusterDomain": "cluster.local", "resolvConf": str(names), "failSwapOn": False,
            "podLogsDir": str(self.folder / "pods"), "volumePluginDir": str(self.folder / "plugins"),
            "evictionHard": keeps, "imageGCHighThresholdPercent": 100, "imageGCLowThresholdPercent": 99,
        }  # fmt: skip
        (self.folder / "kubelet.json").write_text(json.dumps(config))
        self._start(
            "kubelet", KUBERNETES, "kubelet", f"--config={self.folder / 'kubelet.json'}",
            f"--kubeconfig={self.folder / 'kubeconfig'}", f"--root-dir={self.folder / 'kubelet'}",
            f"--cert-dir={self.folder / 'certificates-k'}", f"--node-ip={ADDRESS}",
            "--hostname-override=node",
        )  # fmt: skip
        self.wait("the node is ready", self._ready, 120)
        self.volume.mkdir(mode=0o750)
        volume = {
            "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "disk"},
            "spec": {
                "capacity": {"storage": "20Gi"}, "accessModes": ["ReadWriteOnce"],
                "local": {"path": str(self.volume)},
                "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [
                    {"key": "kubernetes.io/hostname", "operator": "In", "values": ["node"]}
                ]}]}},
            },
        }  # fmt: skip
        self.kubectl("apply", "-f", "-", text=json.dumps(volume))

    def _ready(self) -> bool:
        conditions = [one for node in self.get("nodes")["items"] for one in node["status"]["conditions"]]
        return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)

    def _sweep(self) -> None:
        """Whatever is left of pods: their processes, mounts and control groups. containerd is gone by now."""
        for shim in _pids(str(self._socket)):
            for one in [*_below(shim), shim]:
                _kill(one)
        time.sleep(1.0)
        lines = Path("/proc/self/mounts").read_text().splitlines()
        points = [line.split()[1] for line in lines]
        for point in sorted((one for one in points if one.startswith(str(self.folder))), reverse=True):
            subprocess.run(["umount", "--lazy", point], check=False, capture_output=True)
        for controller in Path("/sys/fs/cgroup").iterdir():
            if (group := controller / "kubepods").is_dir():
                folders = [Path(root) for root, _, _ in os.walk(group, topdown=False)]
                for folder in folders:
                    with suppress(OSError):  # a process is still leaving it
                        folder.rmdir()
        for name in ("containerd", "state", "etcd", "pause.tar"):  # gigabytes that nobody reads afterwards
            left = self.folder / name
            left.unlink() if left.is_file() else shutil.rmtree(left, ignore_errors=True)


def _said(*command: object) -> str:
    return subprocess.run(
        [str(one) for one in command], check=True, capture_output=True, text=True
    ).stdout.strip()


def _pids(named: str) -> list[int]:
    """Shims of containerd that name this socket."""
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = line.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"containerd-shim-runc-v2") and named.encode() in words:
            found.append(int(line.parent.name))
    return found


def _below(pid: int) -> list[int]:
    """Everything that descends from a process, deepest last."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        mine = [int(one) for one in children.read_text().split()]
    except OSError:
        return []
    return [other for one in mine for other in (one, *_below(one))]


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, 9)
