"""Changes to a scenario's table, one line of text each: `server.servers = 12`.

The key is written as errors name it, `sessions[2].share` for the second [[sessions]]; the value is TOML. What
a run was played with is so kept in a form that its reader can apply again.
"""

import re
import tomllib
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

_PART = re.compile(r"[A-Za-z0-9_-]+|\[[1-9][0-9]*\]")
_KEY = re.compile(r"[A-Za-z0-9_-]+(?:\[[1-9][0-9]*\])*(?:\.[A-Za-z0-9_-]+(?:\[[1-9][0-9]*\])*)*")


def value_of(text: str) -> Any:
    """A TOML value as it is written on a command line; what is none, such as 4h, is a string."""
    try:
        return tomllib.loads(f"value = {text}")["value"] if "\n" not in text else text
    except tomllib.TOMLDecodeError:
        return text


def values_of(text: str) -> list[Any]:
    """Several values, separated by commas; those within [ ] or " " stay together."""
    try:
        found = tomllib.loads(f"values = [{text}]")["values"] if "\n" not in text else [text]
    except tomllib.TOMLDecodeError:
        found = [value_of(one.strip()) for one in text.split(",")]
    return list(found)


def change(key: str, value: Any) -> str:
    """One change as it is kept; ValueError for a value that no scenario can hold."""
    return f"{key} = {_toml(value)}"


def with_changes(table: dict[str, Any], changed: Sequence[str]) -> dict[str, Any]:
    """A copy of a parsed scenario file with the changes made, in order; ValueError names one that cannot be.

    Keys that a scenario does not know are set all the same: it is the model that refuses them.
    """
    out = deepcopy(table)
    for line in changed:
        key, equals, text = line.partition("=")
        key = key.strip()
        if not equals or not text.strip() or not _KEY.fullmatch(key):
            raise ValueError(f"{line!r}: must be KEY=VALUE, such as server.servers=12")
        _set(out, key, [_step(part) for part in _PART.findall(key)], value_of(text.strip()))
    return out


def _step(part: str) -> str | int:
    return int(part[1:-1]) - 1 if part.startswith("[") else part


def _set(table: dict[str, Any], key: str, steps: list[str | int], value: Any) -> None:
    inner: Any = table
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        if isinstance(step, int):
            if not isinstance(inner, list):
                raise ValueError(f"{key}: what is to be number {step + 1} of is no list")
            if step >= len(inner):
                raise ValueError(f"{key}: there is no number {step + 1}, but {len(inner)} of them")
        elif not isinstance(inner, dict):
            raise ValueError(f"{key}: {step!r} has no table around it")
        elif after is not None and step not in inner:
            if isinstance(after, int):
                raise ValueError(f"{key}: there are none of {step!r} in the file")
            inner[step] = {}
        if after is None:
            inner[step] = value
        else:
            inner = inner[step]


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{quoted}"'
    if isinstance(value, list):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    raise ValueError(f"{value!r} cannot be written in a scenario")
