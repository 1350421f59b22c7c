"""Machines for a test: network namespaces joined to this one by a bridge, removed whatever happens."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass


def namespaces_work() -> bool:
    """Whether this machine lets us make them: root, `ip`, and a kernel that allows it."""
    if os.geteuid() != 0:
        return False
    name = f"gladi-probe-{os.getpid()}"
    try:
        made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return made.returncode == 0


@dataclass(frozen=True, slots=True)
class Machine:
    """One namespace; `run` is what starts a program in it."""

    name: str
    address: str

    def run(self, *command: str) -> list[str]:
        return ["ip", "netns", "exec", self.name, *command]


@contextmanager
def machines(count: int) -> Iterator[tuple[str, Sequence[Machine]]]:
    """The address of this side, and so many machines that reach it; nothing else reaches them."""
    number = os.getpid() % (250 * 56)  # 10.200.0 to 10.255.249: an octet ends at 255
    net = f"10.{200 + number // 250}.{number % 250}"
    bridge = f"gb{number}"
    with ExitStack() as undo:
        _ip("link", "add", bridge, "type", "bridge")
        undo.callback(_ip, "link", "del", bridge)
        _ip("addr", "add", f"{net}.1/24", "dev", bridge)
        _ip("link", "set", bridge, "up")
        made = []
        for index in range(count):
            name, here, there = f"gm{number}-{index}", f"gh{number}-{index}", f"gt{number}-{index}"
            _ip("netns", "add", name)
            undo.callback(_ip, "netns", "del", name)
            _ip("link", "add", here, "type", "veth", "peer", "name", there)
            undo.callback(subprocess.run, ["ip", "link", "del", here], capture_output=True, check=False)
            _ip("link", "set", there, "netns", name)
            _ip("link", "set", here, "master", bridge)
            _ip("link", "set", here, "up")
            inside = ("-n", name)
            _ip(*inside, "addr", "add", f"{net}.{10 + index}/24", "dev", there)
            _ip(*inside, "link", "set", there, "up")
            _ip(*inside, "link", "set", "lo", "up")
            made.append(Machine(name, f"{net}.{10 + index}"))
        yield f"{net}.1", made


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], capture_output=True, text=True, check=True)
