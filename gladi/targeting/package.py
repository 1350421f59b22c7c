"""The folder of a target package: class, pyproject with its entry point, README with what to check, a test.

It appears whole or not at all.
"""

import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from gladi.failures import UsageError
from gladi.targeting.matching import WANTED, Match
from gladi.targeting.openapi import Document
from gladi.targeting.writing import Written, write

FURTHER = frozenset({"numbers", "complete", "ready", "alive"})
"""Matched for the sake of another method; none is named so."""
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def checked_name(name: str) -> str:
    """The name of a target; raises UsageError that says what would be right."""
    if not _NAME.fullmatch(name) or len(name) > 40:
        raise UsageError(f"NAME {name}: small letters, digits and hyphens, such as sistem-kami")
    return name


def create(name: str, document: Document, found: Mapping[str, Match], out: Path, source: str) -> Written:
    """Write the package of target `name` to `out`, which must not exist; raises UsageError."""
    if out.exists():
        raise UsageError(f"--out {out}: exists already; choose another folder")
    if not out.parent.is_dir():
        raise UsageError(f"--out {out}: there is no folder {out.parent}")
    module = f"gladi_target_{name.replace('-', '_')}"
    class_name = "".join(part.capitalize() for part in name.split("-"))
    written = write(name, class_name, document, found)
    room = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        (room / f"{module}.py").write_text(written.code, encoding="utf-8")
        (room / "pyproject.toml").write_text(_project(name, module, class_name), encoding="utf-8")
        (room / "README.md").write_text(_readme(name, document, found, written, source), encoding="utf-8")
        (room / "tests").mkdir()
        (room / "tests" / f"test_{module}.py").write_text(
            _test(name, module, class_name, written), encoding="utf-8"
        )
        room.chmod(0o755)
        room.rename(out)
    except BaseException:
        shutil.rmtree(room, ignore_errors=True)
        raise
    return written


def _project(name: str, module: str, class_name: str) -> str:
    return f"""[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "gladi-target-{name}"
version = "0.1.0"
description = "How gladi speaks to {name}"
requires-python = ">=3.11"
dependencies = ["gladi"]

[project.entry-points."gladi.targets"]
{name} = "{module}:{class_name}"

[tool.hatch.build.targets.wheel]
include = ["{module}.py"]

[tool.ruff]
line-length = 110
"""


def _readme(name: str, document: Document, found: Mapping[str, Match], written: Written, source: str) -> str:
    title = " ".join(document.title.split()) or name
    rows = "\n".join(
        f"| {kind} | {_of(kind, found, written)} |"
        for kind in WANTED
        if kind not in FURTHER or _endpoint(found, kind)
    )
    todo = (
        "\n".join(f"- [ ] {line}" for line in written.todo) or "- [ ] nothing was left open by the document"
    )
    watched = (
        "- [ ] `shown` tells what the public is shown: are sums, moments and photos those of the portal?"
        if written.watched
        else "- [ ] nothing here can be watched: write `shown` and `says` (see `gladi.targets.protocol."
        "Watchable`), or\n      what the public sees stays unknown in every verdict"
    )
    keys = "".join(f"    export {one}=...\n" for one in written.variables)
    to = f"--target http://127.0.0.1:PORT --target-kind {name}"
    to += "".join(f" --header {one}=env:{_variable(one)}" for one in written.headers)
    return f"""# {name}: a target of gladi

Paket ini menghubungkan gladi dengan {title}. Kelasnya ditulis otomatis dari deskripsi API: bacalah dahulu,
lengkapi daftar di bawah, lalu jalankan `gladi target check` sebelum gladi yang pertama.

Written from `{Path(source).name}` (version {document.version or "unknown"}) by `gladi target new`. A
description says what can be asked, not what it means: read the class before you believe a verdict.

    pip install --no-deps .
{keys}    gladi target check {to}
    gladi rehearse kepahiang-2024 --scale 4 {to}

## What was matched

| kind | operation |
|---|---|
{rows}

A kind that is not offered is answered so without a request, and is not counted against the system. Its method
is marked `@todo` and says what came nearest: write it and take the mark away, or write the package again with
`--map KIND=operationId`.

## What a person must still check

{todo}
- [ ] accounts: named `<TPS>-1` and `<TPS>-2` here; the activation code is the one that `prepare` registers
- [ ] the same key sent twice must give the same receipt: which property or header carries it?
- [ ] `current`, `revision` and receipts of the readback are those that the answers gave
- [ ] `junk` sends garbage where logins are taken, and there only
{watched}
- [ ] a key that every request needs is given with `--header NAME=env:VARIABLE`, never written here
- [ ] `gladi target check` says ok to everything
"""


def _variable(header: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", header.upper())


def _endpoint(found: Mapping[str, Match], kind: str) -> str:
    endpoint = found[kind].endpoint
    return f"`{endpoint.method} {endpoint.path}`" if endpoint else ""


def _of(kind: str, found: Mapping[str, Match], written: Written) -> str:
    endpoint = _endpoint(found, kind)
    if kind in written.offered or (kind in FURTHER and endpoint):
        return endpoint
    if endpoint:
        return f"not offered: {endpoint} does not say enough, see below"
    others = "" if found[kind].sure else ", ".join(f"`{one.name}`" for one in found[kind].others)
    return f"not offered; unsure between {others}" if others else "not offered"


def _test(name: str, module: str, class_name: str, written: Written) -> str:
    offered = sorted(set(written.offered) - {"prepare", "readback"})
    kinds = "".join(f'    "{kind}",\n' for kind in offered)
    return f'''"""Whether the target {name} offers what it was written for, and whether gladi finds it.

Against a running system: gladi target check --target URL --target-kind {name}
"""

from importlib.metadata import entry_points

import pytest

from {module} import {class_name}

OFFERED = (
{kinds})


@pytest.mark.parametrize("kind", OFFERED)
def test_a_kind_is_offered(kind: str) -> None:
    assert callable(getattr({class_name}, kind))


def test_gladi_finds_it() -> None:
    (point,) = entry_points(group="gladi.targets", name="{name}")
    assert point.load() is {class_name}
'''
