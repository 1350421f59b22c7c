"""Which gladi a process is: version, code and Python, so that workers of another one are refused by name."""

import platform
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import gladi

_ROOMS = ("gladi", "scenarios", "simulators", "fakeforms", "chaos", "reports")
_KINDS = frozenset({".py", ".json", ".toml", ".npz"})


@dataclass(frozen=True, slots=True)
class Built:
    """A gladi as it is installed; `code` is a digest of its source files, `python` such as 3.11."""

    version: str
    code: str
    python: str

    def __str__(self) -> str:
        return f"gladi {self.version} (code {self.code[:12]}, Python {self.python})"


@cache
def built() -> Built:
    """What runs here. The same version with another line of code is another gladi."""
    return Built(gladi.__version__, code_digest(), ".".join(platform.python_version_tuple()[:2]))


def code_digest(root: Path | None = None) -> str:
    """sha256 over names and bytes of the source files that decide what a worker does.

    Rooms are looked for beside `root`, the folder of the package `gladi`. Data files count as code: a
    template decides photos as much as a function does. Libraries do not: populations that differ would be
    seen.
    """
    home = root or Path(gladi.__file__).resolve().parent
    total = sha256()
    for room in _ROOMS:
        folder = home if room == "gladi" else _room(room)
        for path in sorted(folder.rglob("*")):
            if path.suffix in _KINDS and path.is_file():
                name = f"{room}/{path.relative_to(folder).as_posix()}"
                total.update(f"{name}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def _room(name: str) -> Path:
    from importlib.util import find_spec

    spec = find_spec(name)
    assert spec is not None and spec.origin is not None, name
    return Path(spec.origin).resolve().parent


def refusal(ours: Built, theirs: Built, host: str) -> str:
    """Why a worker on `host` may not join; empty if it may."""
    if ours == theirs:
        return ""
    return f"the worker on {host} is {theirs}, this is {ours}: install the same on both"
