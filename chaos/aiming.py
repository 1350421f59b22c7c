"""From the names in a scenario to a fault, its settings and the parts it hits; or an error that helps."""

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from chaos.event import PlanError
from chaos.fault import Fault, Ground, Settings, registered


def fault_named(where: str, name: str) -> Fault:
    """The registered fault; `where` is the table of the scenario; raises PlanError."""
    faults = registered()
    if name not in faults:
        raise PlanError(f'{where}.fault = "{name}"', f"no such fault; {nearest(name, faults)}")
    return faults[name]


def named_targets(where: str, fault: Fault, target: str | Sequence[str], ground: Ground) -> list[str]:
    """The targets as they are written, each known to the fault; raises PlanError."""
    known = fault.targets(ground)
    names = [target] if isinstance(target, str) else list(target)
    if not names:
        raise PlanError(f"{where}.target = []", f"needs at least one of: {_few(known)}")
    for name in names:
        if name not in known:
            raise PlanError(
                f'{where}.target = "{name}"', f"{fault.name} has no such target; {nearest(name, known)}"
            )
    return names


def parts_of(names: Iterable[str], known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What target names stand for, written out, each once."""
    meant: dict[str, None] = {}
    for name in names:
        meant |= dict.fromkeys(known[name])
    return tuple(meant)


def valid_settings(where: str, fault: Fault, written: Mapping[str, Any]) -> Settings:
    """The fault's own settings; raises PlanError that names the first wrong one."""
    try:
        return fault.settings.model_validate(dict(written))
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        key = f"{where}.settings" + (f".{name} = {json.dumps(first['input'])}" if name else "")
        if first["type"] == "missing":
            raise PlanError(f"{where}.settings.{name}", f"is missing; {fault.name} needs it") from None
        if first["type"] == "extra_forbidden":
            known = fault.settings.model_fields
            hint = nearest(name, known) if known else "it has none"
            raise PlanError(key, f"{fault.name} has no such setting; {hint}") from None
        raise PlanError(key, first["msg"].removeprefix("Value error, ").removeprefix("Input ")) from None


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint for a name that is not among the known ones."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f'did you mean "{near[0]}"?' if near else f"there are: {_few(names)}"


def _few(names: Iterable[str], most: int = 40) -> str:
    """The names, but not a thousand of them."""
    listed = list(names)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return (", ".join(listed[:most]) or "none here") + more
