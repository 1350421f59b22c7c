"""What pydantic finds wrong with a table, as lines for a person: key, value, what is right, near names."""

import difflib
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError


class ScenarioError(ValueError):
    """A scenario that cannot be played; each of `problems` is one line for a person."""

    def __init__(self, file: str, problems: list[str]) -> None:
        self.file = file
        self.problems = problems
        super().__init__("\n".join(f"{file}: {problem}" for problem in problems))


def lines_of(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """One line for everything that is wrong with a table read as `model`."""
    return [_line(dict(one), model) for one in error.errors()]


def _line(error: dict[str, Any], model: type[BaseModel]) -> str:
    location = tuple(part for part in error["loc"] if not str(part).startswith(("function-", "list[", "str")))
    key = dotted(location)
    kind, given = error["type"], error["input"]
    if kind == "extra_forbidden":
        known = _keys_of(location[:-1], model)
        near = difflib.get_close_matches(str(location[-1]), known, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"known keys here: {', '.join(known)}"
        return f"unknown key {key} = {given!r}; {hint}"
    if kind == "missing":
        return f"missing key {key}"
    message = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    if kind.startswith("datetime"):
        message = "must be a local date and time without quotes, such as 2024-02-14T13:00:00"
    if isinstance(given, dict):  # the whole table, which the file shows better
        return f"{key}: {message}"
    return f"{key} = {given!r}: {message}"


def dotted(location: tuple[Any, ...]) -> str:
    """`("sessions", 1, "share")` as people write it: sessions[2].share."""
    out = ""
    for part in location:
        out += f"[{part + 1}]" if isinstance(part, int) else (f".{part}" if out else str(part))
    return out


def near_names(given: str, known: list[str]) -> str:
    """What to try instead: the nearest names, or all of them when they are few and none is near."""
    near = difflib.get_close_matches(given, known, n=3)
    if near:
        return "did you mean " + " or ".join(f'"{one}"' for one in near) + "?"
    return f"there are: {', '.join(known)}"


def _keys_of(location: tuple[Any, ...], whole: type[BaseModel]) -> list[str]:
    model: Any = whole
    named = False
    for part in location:
        if isinstance(part, int) or named:  # a place in a list, or a name that the file's author chose
            named = False
            continue
        field = model.model_fields.get(part) if _is_section(model) else None
        if field is None:
            return []
        model, named = _section_in(field.annotation), get_origin(field.annotation) is dict
    if not _is_section(model):
        return []
    return [field.alias or name for name, field in model.model_fields.items()]


def _is_section(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _section_in(annotation: Any) -> Any:
    if _is_section(annotation):
        return annotation
    for inner in get_args(annotation):
        found = _section_in(inner)
        if found is not None:
            return found
    return None
