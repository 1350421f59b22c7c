"""What a shell offers when somebody presses Tab: names that gladi knows, beside click's own.

Only while a shell completes does a command get these; then a parameter's values are offered by its name,
whoever wrote the command. Nothing here may fail loudly or take long: a Tab is pressed in mid-thought.
"""

import os
from collections.abc import Callable, Iterable
from copy import copy
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

Offer = Callable[[str], Iterable[tuple[str, str]]]
"""From what has been typed to names, each with a word about it ('' for none)."""

_MOST = 200


def _scenarios(typed: str) -> Iterable[tuple[str, str]]:
    from scenarios.loading import builtin_nations, builtin_scenarios, read_table

    for name, path in (builtin_scenarios() | builtin_nations()).items():
        yield name, str(read_table(path)["scenario"].get("title", ""))
    yield from _paths(typed, lambda path: path.suffix == ".toml")


def _regencies(typed: str) -> Iterable[tuple[str, str]]:
    return ((name, title) for name, title in _scenarios(typed) if not name.startswith("nation-"))


def _runs(typed: str) -> Iterable[tuple[str, str]]:
    """Run directories: those below runs/ at once, the newest first, others by their path."""
    newest = sorted(Path("runs").glob("*/"), reverse=True) if not typed or "runs/".startswith(typed) else []
    for path in newest:
        if _is_run(path):
            yield str(path), _verdict(path)
    yield from _paths(typed, _is_run)


def _is_run(path: Path) -> bool:
    return any((path / name).is_file() for name in ("run.json", "capacity.json", "claim.json", "sweep.json"))


def _verdict(path: Path) -> str:
    import json

    try:
        return str(json.loads((path / "verdict.json").read_text(encoding="utf-8")).get("verdict", ""))
    except (OSError, ValueError, AttributeError):
        return ""


def _paths(typed: str, wanted: Callable[[Path], bool]) -> Iterable[tuple[str, str]]:
    """What lies in the folder that is being typed: the wanted, and folders to go on into."""
    folder, _, begun = typed.rpartition("/")
    inside = Path(f"{folder}/") if folder or typed.startswith("/") else Path()
    for path in sorted(inside.iterdir()) if inside.is_dir() else []:
        if path.name.startswith(begun) and not path.name.startswith("."):
            written = f"{folder}/{path.name}" if "/" in typed else path.name
            if wanted(path):
                yield written, ""
            elif path.is_dir():
                yield f"{written}/", ""


def _regions(_: str) -> Iterable[tuple[str, str]]:
    from scenarios.regions import province_names, regency_names

    return sorted((regency_names() | province_names()).items())


def _checkers(_: str) -> Iterable[tuple[str, str]]:
    from reports.checkers import registered

    return ((name, one.title.en) for name, one in registered().items())


def _forms(_: str) -> Iterable[tuple[str, str]]:
    from scenarios.forms import FORMS

    return ((name, "") for name in FORMS)


def _mistakes(_: str) -> Iterable[tuple[str, str]]:
    from fakeforms.writing.mistakes import MISTAKES

    return ((name, "") for name in ("none", "typical", *MISTAKES))


def _camera_faults(_: str) -> Iterable[tuple[str, str]]:
    from fakeforms.camera import fault

    return ((name, "") for name in ("none", *fault.names()))


def _defects(_: str) -> Iterable[tuple[str, str]]:
    from gladi.soak.expected import SEEN_BY

    return ((name, "seen by " + " or ".join(checkers)) for name, checkers in SEEN_BY.items())


def _targets(_: str) -> Iterable[tuple[str, str]]:
    from gladi.targets.registry import installed

    return ((one.kind, one.package) for one in installed())


def _lights(_: str) -> Iterable[tuple[str, str]]:
    from fakeforms.camera import scenes

    return ((name, "") for name in scenes.NAMES)


def _schemas(_: str) -> Iterable[tuple[str, str]]:
    from gladi.writing.files import NAMES

    return NAMES.items()


class _Names(click.ParamType[Any]):
    """Offers names; where several are written with commas, the one that is being typed."""

    name = "text"

    def __init__(self, offer: Offer, commas: bool = False) -> None:
        self.offer = offer
        self.commas = commas

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        before, comma, typed = incomplete.rpartition(",") if self.commas else ("", "", incomplete)
        done = set(before.split(","))
        try:
            found = dict(self.offer(typed))
        except Exception:  # a Tab never shows a traceback
            return []
        fits = [(name, said) for name, said in found.items() if name.startswith(typed) and name not in done]
        return [CompletionItem(before + comma + name, help=said or None) for name, said in fits[:_MOST]]


_REGENCY_ONLY = {"rehearse", "capacity", "calibrate", "forms", "readiness", "check", "pack", "serve"}
_OFFERED: dict[str, _Names] = {
    "scenario": _Names(_scenarios),
    "run": _Names(_runs),
    "runs": _Names(_runs),
    "against": _Names(_runs),
    "rehearsal": _Names(_runs),
    "capacity": _Names(_runs),
    "claims": _Names(_runs),
    "origin": _Names(_runs),
    "checked": _Names(_runs),
    "areas": _Names(_regions),
    "region": _Names(_regions),
    "only": _Names(_checkers),
    "forms": _Names(_forms, commas=True),
    "form": _Names(_forms),
    "form_names": _Names(_forms, commas=True),
    "mistakes": _Names(_mistakes, commas=True),
    "faults": _Names(_camera_faults, commas=True),
    "scene": _Names(_lights),
    "defect": _Names(_defects),
    "defects": _Names(_defects),
    "kind": _Names(_targets),
    "kinds": _Names(_schemas),
}
"""By the name of a parameter; the names of parameters are gladi's own habit."""

_SHELL_ASKS = "_GLADI_COMPLETE"


def with_names(command: click.Command) -> click.Command:
    """While a shell completes a copy of the command whose parameters offer names, else the command itself."""
    if _SHELL_ASKS not in os.environ:
        return command
    made = copy(command)
    made.params = [copy(param) for param in command.params]
    for param in made.params:
        if param.name in _OFFERED and not isinstance(param.type, click.Choice) and not _makes(command, param):
            param.type = _offered(command, param.name)
    if isinstance(made, click.Group):
        made.commands = {name: with_names(inner) for name, inner in made.commands.items()}
    return made


def _makes(command: click.Command, param: click.Parameter) -> bool:
    """Whether this one is a folder to be made, though it is named like something to choose."""
    return command.name == "readiness" and param.name == "forms"


def _offered(command: click.Command, param: str) -> _Names:
    if param == "scenario" and command.name in _REGENCY_ONLY:
        return _Names(_regencies)
    return _OFFERED[param]
